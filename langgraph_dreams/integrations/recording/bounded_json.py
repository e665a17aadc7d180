"""Bounded texts: what is kept of a value costs no more than the room it is given."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from langchain_core.messages import BaseMessage
from pydantic import BaseModel

from langgraph_dreams._text import condensed, ends, shorten

_SHOWN_AS_TEXT = (date, datetime, time, timedelta, Decimal, PurePath, UUID)
_DEEPEST = 8


def compact(value: Any, limit: int) -> str:
    """`value` as compact JSON of about `limit` characters at most, strings without data in them.

    A string itself is no JSON. The walk stops when the room is used up, so that a state of
    many megabytes costs no more than a small one. Objects without a plain form are named by type:
    their own text may be slow, or reach out to a database.
    """
    if isinstance(value, str):
        return condensed(value, limit)
    plain = _plain(value, [limit], 0)
    return ends(json.dumps(plain, ensure_ascii=False, separators=(", ", ": ")), limit)


def _plain(value: Any, room: list[int], depth: int) -> Any:
    if room[0] <= 0 or depth > _DEEPEST:
        return "…"
    if isinstance(value, str):
        kept = condensed(value, room[0])
        room[0] -= len(kept)
        return kept
    room[0] -= 4
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, _SHOWN_AS_TEXT):
        return str(value)
    if isinstance(value, Enum):
        return _plain(value.value, room, depth + 1)
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    if isinstance(value, BaseMessage):
        return {value.type: _plain(value.content, room, depth + 1)}
    fields = _fields(value)
    if fields is not None:
        return _plain_mapping(fields, room, depth)
    if isinstance(value, list | tuple | set | frozenset):
        return _plain_list(value, room, depth)
    return f"<{type(value).__name__}>"


def _fields(value: Any) -> Iterable[tuple[Any, Any]] | None:
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, BaseModel):
        return iter(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    return None


def _plain_mapping(
    fields: Iterable[tuple[Any, Any]], room: list[int], depth: int
) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, value in fields:
        if room[0] <= 0:
            kept["…"] = "…"
            break
        key = shorten(str(name), room[0])
        room[0] -= len(key)
        kept[key] = _plain(value, room, depth + 1)
    return kept


def _plain_list(values: Iterable[Any], room: list[int], depth: int) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if room[0] <= 0:
            kept.append("…")
            break
        kept.append(_plain(value, room, depth + 1))
    return kept


def state_fields(state: Any) -> dict[str, object]:
    """The named values of a graph state (dict, pydantic model or dataclass); others have none."""
    fields = _fields(state)
    return {} if fields is None else {str(name): value for name, value in fields}
