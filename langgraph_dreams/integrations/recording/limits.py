"""Bounds on what is kept of a turn."""

from dataclasses import dataclass

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters kept of each part of a turn (`tools`: calls)."""

    text: int = 100_000
    """Of what was said, and of what was answered: of more, the beginning and the end. URLs of data,
    base64 and other long runs without spaces are named by their length, whatever the limit."""
    args: int = 500
    """Of the arguments of a tool call."""
    result: int = 1_000
    """Of what a tool call brought."""
    error: int = 1_000
    """Of the error of a tool call, or of the turn."""
    tools: int = 100
    """Tool calls of a turn."""
    others: int = 50
    """What other agents found: pieces, together as long as `text` at most."""


def checked_limits(limits: Limits | None) -> Limits:
    """The limits, or the usual ones. Raises InvalidInputError for what is none."""
    if limits is not None and not isinstance(limits, Limits):
        raise InvalidInputError(f"limits is {shown(limits)}; pass Limits, or None")
    return limits or Limits()
