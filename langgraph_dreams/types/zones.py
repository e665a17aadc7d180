"""Time zones of speakers: an IANA name, or an offset from UTC; "" where it is not known."""

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import StringConstraints

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError

ZoneName = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+:/-]*$")]
"""The shape alone: what was stored on another machine is read, though its name is not known."""

AS_WRITTEN = "+00:00"
"""The zone of a clock of which only the figures are known: its day is the one that they name."""
EARLIEST, LATEST = timedelta(hours=-12), timedelta(hours=14)
"""The offsets from UTC between which all clocks lie."""
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")


def checked_zone(name: object) -> str:
    """The name of a zone that is known here. Raises InvalidInputError for another."""
    if isinstance(name, str) and _zone(name) is not None:
        return name
    lacking = "" if available_timezones() else "; there are none here: pip install tzdata"
    raise InvalidInputError(
        f"zone is {shown(name)}, which is no known time zone; pass an IANA name such as"
        f" 'Europe/Vienna', or an offset such as '+02:00'{lacking}"
    )


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    offset = _OFFSET.fullmatch(name)
    if offset:
        hours, minutes, seconds = (int(figure or 0) for figure in offset.groups()[1:])
        ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        whole = ahead < timedelta(days=1)
        return timezone(-ahead if offset[1] == "-" else ahead) if whole else None
    try:
        return ZoneInfo(name) if re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", name) else None
    except (LookupError, ValueError, OSError):  # unknown, malformed, or a folder of zones
        return None


def offset_of(time: object) -> str:
    """The offset that a time, or its ISO text, was given with; "" for none, and for UTC.

    UTC is what servers write, whoever speaks; a named zone that is at 0 is the speaker's all the
    same.
    """
    if isinstance(time, str):
        try:
            time = None if time.endswith("Z") else datetime.fromisoformat(time)
        except ValueError:
            return ""
    if not isinstance(time, datetime):
        return ""
    offset, key = time.utcoffset(), getattr(time.tzinfo, "key", "")
    named = "/" in key and not key.startswith("Etc/")
    if offset is None or not (offset or named):
        return ""
    sign, ahead = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    minutes, seconds = divmod(int(ahead.total_seconds()), 60)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def local_time(time: datetime, zone: str) -> datetime | None:
    """The time on the clocks of a zone; None where the zone is not known."""
    here = _zone(zone) if zone else None
    try:
        return time.astimezone(here) if here else None
    except OverflowError:  # at the ends of the calendar
        return None


def day_is_over(day: date, now: datetime, zone: str) -> bool:
    """True if a day is over on the clocks of a zone; on all of them where it is not known."""
    here = local_time(now, zone)
    try:
        return (here or now + EARLIEST).date() > day
    except OverflowError:
        return False
