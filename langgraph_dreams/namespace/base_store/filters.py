"""Filters of LangGraph's search: values compared, and the operators $eq $ne $gt $gte $lt $lte."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_MISSING = object()


def checked_filter(given: object) -> dict[str, Any]:
    """A filter whose operators are known. Raises InvalidInputError."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise InvalidInputError(
            f"filter is {shown(given)}; pass a dict of fields, such as {{'kind': 'note'}}"
        )
    for condition in given.values():
        for name in _operators(condition):
            if name not in ("$eq", "$ne", *_ORDER):
                raise InvalidInputError(
                    f"{shown(name)} is no operator of a filter; use $eq, $ne, $gt, $gte, $lt, $lte"
                )
    return dict(given)


def _operators(condition: Any) -> list[str]:
    """The operators of a condition; empty for a value to compare with."""
    if not isinstance(condition, Mapping):
        return []
    names = [name for name in condition if isinstance(name, str) and name.startswith("$")]
    return list(condition) if names else []


def passes(value: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """True if a value has all that a filter asks for."""
    return all(_fits(_field(value, name), condition) for name, condition in wanted.items())


def _field(value: Any, name: str) -> Any:
    """A field by its name, or along a path of names with dots between them."""
    if isinstance(value, Mapping) and name in value:
        return value[name]
    for step in name.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return _MISSING
        value = value[step]
    return value


def _fits(value: Any, condition: Any) -> bool:
    if names := _operators(condition):
        return all(_compared(value, name, condition[name]) for name in names)
    return _alike(value, condition)


def _alike(value: Any, wanted: Any) -> bool:
    """Equal, but that of a dict only the fields asked for count; True is no 1."""
    if value is _MISSING:
        value = None
    if isinstance(wanted, Mapping):
        if not isinstance(value, Mapping):
            return False
        return all(_fits(value.get(name, _MISSING), inner) for name, inner in wanted.items())
    if isinstance(wanted, list | tuple):
        if not isinstance(value, list | tuple) or len(value) != len(wanted):
            return False
        return all(_alike(own, other) for own, other in zip(value, wanted, strict=True))
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return bool(value == wanted)


def _compared(value: Any, name: str, wanted: Any) -> bool:
    if name in ("$eq", "$ne"):
        return _alike(value, wanted) == (name == "$eq")
    order = _ORDER[name]
    if isinstance(value, str) and isinstance(wanted, str):
        return order(value, wanted)
    first, second = _number(value), _number(wanted)
    return first is not None and second is not None and order(first, second)


def _number(value: Any) -> float | int | None:
    """A number, also one in a text, as LangGraph's own stores take it; None for what is none."""
    if isinstance(value, bool | int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
