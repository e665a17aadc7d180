"""Bounds on what is kept of a turn."""

from dataclasses import dataclass

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters kept of each part of a turn (`tools`: calls)."""

    text: int = 20_000
    """Of what was said, and of what was answered."""
    args: int = 500
    result: int = 1_000
    error: int = 1_000
    tools: int = 100
    others: int = 50
    """What other agents found: pieces, each as long as `text` at most."""


def checked_limits(limits: Limits | None) -> Limits:
    """The limits, or the usual ones. Raises InvalidInputError for what is none."""
    if limits is not None and not isinstance(limits, Limits):
        raise InvalidInputError(f"limits is {shown(limits)}; pass Limits, or None")
    return limits or Limits()
