"""Settings of a base store, checked."""

import math
from collections.abc import Mapping
from typing import Any, get_type_hints

from langgraph.store.base import TTLConfig

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_flag
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.types.base import Trust

_FLAGS = ("refresh_on_read", "omit_expired")
_MINUTES = ("default_ttl", "sweep_interval_minutes")


def checked_minutes(name: str, value: float) -> float:
    """A number of minutes above 0. Raises InvalidInputError."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < value < math.inf or value > 1e12:
        raise InvalidInputError(f"{name} is {shown(value)}; give minutes, a number above 0")
    return float(value)


def checked_ttl(ttl: TTLConfig | None) -> TTLConfig | None:
    """Settings of the time to live. Raises InvalidInputError."""
    if ttl is None:
        return None
    known = get_type_hints(TTLConfig)
    if not isinstance(ttl, dict) or not set(ttl) <= set(known):
        raise InvalidInputError(f"ttl is {shown(ttl)}; pass a dict with {', '.join(known)}")
    given: Mapping[str, Any] = ttl
    for name in _FLAGS:
        if name in given:
            checked_flag(name, given[name])
    for name in _MINUTES:
        if given.get(name) is not None:
            checked_minutes(name, given[name])
    return ttl.copy()


def checked_trust(trust: Trust) -> Trust:
    """How far what is put may be believed. Raises InvalidInputError."""
    if isinstance(trust, bool) or not isinstance(trust, int) or trust not in list(Trust):
        raise InvalidInputError(
            f"trust is {shown(trust)}; pass Trust.UNTRUSTED, Trust.ASSERTED or Trust.TRUSTED"
        )
    return Trust(trust)
