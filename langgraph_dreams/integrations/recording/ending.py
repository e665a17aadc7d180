"""The end of a run, read from what it raised and asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.errors import GraphBubbleUp, GraphInterrupt, ParentCommand
from langgraph.types import Interrupt

from langgraph_dreams._text import shorten
from langgraph_dreams.integrations.recording.bounded_json import compact
from langgraph_dreams.types.items import Outcome
from langgraph_dreams.types.labels import ABANDONED


@dataclass(slots=True)
class Ending:
    """Outcome of a run, with the text of its error or of what it asked."""

    outcome: Outcome = "ok"
    error: str = ""
    from_tool: bool = False
    """True if the text of the error came from a tool."""


def ending_of(
    error: BaseException | None,
    interrupts: Sequence[str],
    tool_errors: Sequence[BaseException],
    limit: int,
) -> Ending:
    """Read how a run ended from what it raised, if it did, and from its interrupts so far."""
    if error is None or isinstance(error, GraphInterrupt):
        asked = interrupts or interrupt_texts(error, limit)
        if not asked:
            return Ending()
        return Ending("interrupted", "; ".join(text for text in asked if text))
    if isinstance(error, GeneratorExit):
        return Ending("interrupted", ABANDONED)
    text = error_text(error, limit)
    if not isinstance(error, Exception):
        return Ending("interrupted", text)
    if isinstance(error, GraphBubbleUp):
        # A handover to the parent graph is an end; a graph asked to stop was cut short.
        return Ending() if isinstance(error, ParentCommand) else Ending("interrupted", text)
    return Ending("error", text, any(error is known for known in tool_errors))


def error_text(error: BaseException, limit: int) -> str:
    """Type and message of an error, shortened."""
    return shorten(f"{type(error).__name__}: {error}".removesuffix(": "), limit)


def interrupt_texts(source: Any, limit: int) -> list[str]:
    """Questions of the interrupts in a raised GraphInterrupt, or in a list of them."""
    if isinstance(source, GraphBubbleUp):
        source = source.args[0] if source.args else ()
    if not isinstance(source, list | tuple):
        return []
    return [compact(item.value, limit) for item in source if isinstance(item, Interrupt)]
