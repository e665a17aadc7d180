"""Parameters and body of a request, checked; all raise InvalidInputError."""

import json
import math
from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError

_MAX_BODY = 1_000_000  # bytes

Body = Mapping[str, object]
"""The JSON object that a request sent."""


def text(request: Request, name: str) -> str:
    """A parameter as it is, "" without it."""
    return request.query_params.get(name, "")


def number(request: Request, name: str, usual: float, least: float, most: float) -> float:
    """A parameter as a number between two others."""
    given = text(request, name)
    try:
        value = float(given) if given else usual
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise InvalidInputError(f"{name} is {shown(given)}; give a number from {least} to {most:g}")
    return value


def whole(request: Request, name: str, usual: int, most: int) -> int:
    """A parameter as a whole number from 0 on."""
    return int(number(request, name, usual, 0, most))


def moment(request: Request, name: str) -> datetime | None:
    """A parameter as a time, None without it."""
    given = text(request, name)
    try:
        return datetime.fromisoformat(given) if given else None
    except ValueError as error:
        raise InvalidInputError(f"{name} is {shown(given)}; give a date like 2026-03-01") from error


async def body_of(request: Request) -> Body:
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


def word(body: Body, name: str) -> str:
    """A text in a body, "" for anything else."""
    found = body.get(name)
    return found if isinstance(found, str) else ""


def strings(body: Body, name: str) -> list[str]:
    """A list of texts in a body; empty when it is left out."""
    found = body.get(name, [])
    if not isinstance(found, list) or not all(isinstance(value, str) for value in found):
        raise InvalidInputError(f"{name} is {shown(found)}; send a list of texts")
    return found


def flag(body: Body, name: str, usual: bool) -> bool:
    """A yes or no in a body."""
    found = body.get(name, usual)
    if not isinstance(found, bool):
        raise InvalidInputError(f"{name} is {shown(found)}; send true or false")
    return found
