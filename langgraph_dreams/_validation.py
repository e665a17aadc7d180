"""Arguments of callers checked before anything is done with them; all raise InvalidInputError."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from langgraph_dreams._text import shown, storable
from langgraph_dreams.errors import InvalidInputError

_LONGEST = 1e9
"""Seconds; over thirty years. What waits for threads takes no more than about 9e9."""


def checked_flag(name: str, value: bool) -> bool:
    """True or False, and nothing that only counts as it: "no" would be a yes."""
    if not isinstance(value, bool):
        raise InvalidInputError(f"{name} is {shown(value)}; pass True or False")
    return value


def checked_whole(name: str, value: int, least: int, most: float = math.inf) -> int:
    """A whole number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        range_ = f"at least {least}" if most == math.inf else f"{least} to {most}"
        raise InvalidInputError(
            f"{name}={shown(value)} is out of range; give {range_}, as a whole number"
        )
    return value


def checked_share(name: str, value: float) -> float:
    """A number from 0 to 1."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= 1:
        raise InvalidInputError(f"{name} is {shown(value)}; give a number from 0 to 1")
    return value


def checked_seconds(name: str, value: float) -> float:
    """A finite number of seconds, 0 or more."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= _LONGEST:
        raise InvalidInputError(
            f"{name} is {shown(value)}; give at least 0, in seconds, and a finite number"
        )
    return value


def checked_timeout(value: float | None) -> float | None:
    """Seconds to wait at most, or None for no end."""
    return None if value is None else checked_seconds("timeout", value)


def checked_word(name: str, value: str) -> str:
    """A text that is not blank, and has no NUL or lone surrogate."""
    if not isinstance(value, str) or not value.strip() or not storable(value):
        raise InvalidInputError(
            f"{name} is {shown(value)}; pass a text that is not blank, without NUL or surrogates"
        )
    return value


def checked_strings(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """Texts in their order; a single text is none, it would be taken letter by letter."""
    several = isinstance(values, Iterable) and not isinstance(values, str)
    found = tuple(values) if several else ()
    if not several or not all(isinstance(value, str) for value in found):
        raise InvalidInputError(f"{name} is {shown(values)}; pass a list of texts")
    return found


def checked_call(name: str, value: Any) -> None:
    """Refuses what is neither None nor can be called."""
    if value is not None and not callable(value):
        raise InvalidInputError(f"{name} is {shown(value)}; pass a function, or None")


def checked_shape(name: str, value: Any, methods: Iterable[str], instead: str) -> None:
    """Refuses an object without these methods; `instead` says what to pass."""
    lacking = [m for m in methods if not callable(getattr(value, m, None))]
    if lacking or isinstance(value, type):
        raise InvalidInputError(f"{name} is {shown(value)}, which cannot do that; pass {instead}")


def checked_time(name: str, value: datetime) -> datetime:
    """A point in time in UTC; one without a zone is taken as UTC."""
    if not isinstance(value, datetime):
        raise InvalidInputError(f"{name} is {shown(value)}; pass a datetime, or None")
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise InvalidInputError(
            f"{name} is {value.isoformat()}, which lies outside the years 1 to 9999 in UTC"
        ) from None
