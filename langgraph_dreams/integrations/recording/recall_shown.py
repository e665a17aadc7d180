"""Recalled text among what an agent was shown: its answer may then be an echo of it."""

from collections.abc import Sequence
from typing import Any

from langgraph_dreams.integrations.recording.bounded_json import state_fields
from langgraph_dreams.integrations.recording.messages import raw_messages, read_message
from langgraph_dreams.safety.fencing import FENCE

_OPENING = f"<{FENCE}>"


def is_recall(text: str) -> bool:
    """True if a text holds a fence of recalled text."""
    return _OPENING in text


def shows_recall(messages: Sequence[Any]) -> bool:
    """True if one of the messages holds a fence of recalled text."""
    read = map(read_message, messages)
    return any(message is not None and is_recall(message.text) for message in read)


def state_shows_recall(state: Any, key: str) -> bool:
    """True if a state holds recalled text, in a field of its own or among its messages."""
    texts = (value for value in state_fields(state).values() if isinstance(value, str))
    return any(map(is_recall, texts)) or shows_recall(raw_messages(state, key) or ())
