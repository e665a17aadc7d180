"""A turn whose messages another middleware took out of the state while it went on.

A middleware that summarizes puts a summary in the place of the history: the user's words of this
turn, and what its tools returned, are gone from the state before the turn has ended.
"""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import ToolMessage

from langgraph_dreams.integrations.recording.messages import (
    joined,
    last_said_end,
    message_id,
    newest_said,
    raw_messages,
    read_message,
)


def said_now(state: Any, key: str) -> list[dict[str, Any]]:
    """What the user said last, as messages in plain JSON."""
    raw = raw_messages(state, key) or []
    end = last_said_end(raw)
    said = newest_said(raw[:end])
    if not said:
        return []
    text, name = joined(said)
    return [{"id": message_id(raw[end - 1]), "role": "user", "content": text, "name": name}]


def whole_turn(raw: Sequence[Any], said: Sequence[Any], seen: Sequence[Any]) -> list[Any]:
    """The messages of a state with what it lost of this turn.

    said: as `said_now` read it when the turn began; seen: what models and tools answered since.
    """
    there = {_identity(message) for message in raw}
    end = last_said_end(raw)
    if not said or there.intersection(map(_identity, said)):
        before, after = raw[:end], raw[end:]
    else:
        spoken = [_spoken(message) for message in raw]
        before = [*(m for m, by_agent in zip(raw, spoken, strict=True) if not by_agent), *said]
        after = [m for m, by_agent in zip(raw, spoken, strict=True) if by_agent]
    return [*before, *(message for message in seen if _identity(message) not in there), *after]


def _spoken(value: Any) -> bool:
    message = read_message(value)
    return message is not None and message.role in ("agent", "tool")


def _identity(value: Any) -> object:
    """What tells a message from others: a tool's has no id before it is in the state."""
    if isinstance(value, ToolMessage):
        return ("answers", value.tool_call_id)
    return message_id(value) or id(value)
