"""Times as logs write them, and a steady order where they write none."""

import math
import re
from datetime import UTC, datetime, timedelta

from langgraph_dreams.language.english.words.date_rules import MONTHS
from langgraph_dreams.types.zones import AS_WRITTEN, offset_of

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""Start of the made-up clock of a log without times."""
UNDATED_STEP = timedelta(minutes=1)
"""Step of the made-up clock from one session, or line, to the next."""
TICK = timedelta(microseconds=1)
"""The least distance between two turns of one thread."""

_SPOKEN = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})\s*(?P<half>[ap])\.?m\.?\s+on\s+"
    r"(?P<day>\d{1,2})\s+(?P<month>[a-z]+),?\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
_MILLISECONDS_FROM = 1e11
"""An epoch figure from here on counts milliseconds: as seconds it were beyond the year 5000."""


def parse_time(value: object) -> datetime | None:
    """The point in time (UTC) that `value` names, or None when it names none.

    Reads ISO 8601, "1:56 pm on 8 May, 2023", and epoch seconds or milliseconds as a number
    or as digits. A time without a zone is taken as UTC.
    """
    if isinstance(value, bool):
        return None
    try:
        moment = _from_number(value) if isinstance(value, int | float) else _from_text(value)
        if moment is None:
            return None
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    # Room is left at both ends, so that a tick or another zone never overflows.
    return moment if 1 < moment.year < 9999 else None


def parse_zone(value: object) -> str:
    """The zone of the time that `value` names: its offset, or the clock that it was read from.

    Empty where none is told, and for UTC: a program wrote it.
    """
    spoken = isinstance(value, str) and _SPOKEN.fullmatch(value.strip())
    return AS_WRITTEN if spoken else offset_of(value)


def _from_number(value: float) -> datetime | None:
    if not math.isfinite(value):
        return None
    seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
    return datetime.fromtimestamp(seconds, UTC)


def _from_text(value: object) -> datetime | None:
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    spoken = _SPOKEN.fullmatch(text)
    if spoken:
        return _from_spoken(spoken)
    if re.fullmatch(r"-?\d{9,13}(\.\d+)?", text):
        return _from_number(float(text))
    return datetime.fromisoformat(text)


def _from_spoken(match: re.Match[str]) -> datetime | None:
    name, hour = match["month"].lower(), int(match["hour"])
    months = [i for i, month in enumerate(MONTHS, 1) if month.lower().startswith(name)]
    if len(months) != 1 or len(name) < 3 or not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return datetime(
        int(match["year"]), months[0], int(match["day"]), hour, int(match["minute"]), tzinfo=UTC
    )


def in_order(times: list[datetime | None], start: datetime) -> list[datetime]:
    """The times of one thread, strictly increasing in the order given.

    A turn without a time follows the one before it (the first one is at `start`); a turn whose
    time is not later than the one before it is moved to one microsecond after.
    """
    ordered: list[datetime] = []
    for time in times:
        last = ordered[-1] if ordered else None
        here = time if time is not None else (start if last is None else last + TICK)
        ordered.append(here if last is None or here > last else last + TICK)
    return ordered
