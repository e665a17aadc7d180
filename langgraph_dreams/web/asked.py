"""What a request asks for: its namespace, numbers, times and body. Raises InvalidInputError."""

import json
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError, NamespaceError
from langgraph_dreams.namespace.namespace import DreamStore, Namespace

_MAX_BODY = 1_000_000  # bytes
Opener = Callable[[], DreamStore]


class Shelf:
    """The namespaces that a page may show."""

    def __init__(self, opener: Opener, only: Sequence[str] | None = None) -> None:
        self._opener = opener
        self._only = None if only is None else tuple(only)

    def listed(self) -> list[tuple[str, ...]]:
        """Their names, sorted."""
        known = sorted(self._opener().namespaces())
        return known if self._only is None else [parts for parts in known if parts == self._only]

    def namespace(self, parts: Sequence[str]) -> Namespace:
        """One of them. Raises NamespaceError for any other, so that none is made by asking."""
        if tuple(parts) not in self.listed():
            raise NamespaceError(
                f"this page shows no namespace {shown('/'.join(parts))}; choose one of its list"
            )
        return self._opener().namespace(*parts)

    def of(self, request: Request) -> Namespace:
        """The one that the request's `ns` parameters name, a part each."""
        return self.namespace(request.query_params.getlist("ns"))


def number(request: Request, name: str, usual: float, least: float, most: float) -> float:
    """A parameter as a number between two others."""
    text = request.query_params.get(name, "")
    try:
        value = float(text) if text else usual
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise InvalidInputError(f"{name} is {shown(text)}; give a number from {least} to {most:g}")
    return value


def whole(request: Request, name: str, usual: int, most: int) -> int:
    """A parameter as a whole number from 0 on."""
    return int(number(request, name, usual, 0, most))


def moment(request: Request, name: str) -> datetime | None:
    """A parameter as a time, None without it."""
    text = request.query_params.get(name, "")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInputError(f"{name} is {shown(text)}; give a date like 2026-03-01") from error


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise InvalidInputError("the body is no JSON; send it as application/json")
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > _MAX_BODY:
            raise InvalidInputError(f"the body is larger than {_MAX_BODY:,} bytes; ask for less")
    try:
        found = json.loads(read)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise InvalidInputError(f"the body is {shown(found)}; send a JSON object")
    return found


def strings(body: dict[str, Any], name: str) -> list[str]:
    """A list of texts in a body; empty when it is left out."""
    found = body.get(name, [])
    if not isinstance(found, list) or not all(isinstance(value, str) for value in found):
        raise InvalidInputError(f"{name} is {shown(found)}; send a list of texts")
    return found


def flag(body: dict[str, Any], name: str, usual: bool) -> bool:
    """A yes or no in a body."""
    found = body.get(name, usual)
    if not isinstance(found, bool):
        raise InvalidInputError(f"{name} is {shown(found)}; send true or false")
    return found
