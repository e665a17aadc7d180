"""What a user says when a run is resumed, apart from what is only decided."""

from collections.abc import Mapping
from typing import Any

_ID = 32
"""Characters of the id of an interrupt, hexadecimal."""
_WORDS = ("message", "text", "content", "answer", "response", "feedback", "comment", "args")
"""Keys under which the forms for reviews (of `HumanInTheLoopMiddleware`, of the agent inbox, of
applications) keep what the user wrote in own words."""
_WRITTEN = {"edit", "approve", "accept", "ignore"}
"""Types of decisions that hold no words to the agent: at most the arguments of a call."""


def words_in(payload: Any) -> str:
    """The user's own words in what resumes a run; "" for an approval, a choice, a form.

    A text is what the user said. Of anything else, only what stands where a form for reviews has
    free text: a decision is no statement.
    """
    if isinstance(payload, str):
        return payload
    if isinstance(payload, list | tuple):
        return _joined(payload)
    if not isinstance(payload, Mapping) or payload.get("type") in _WRITTEN:
        return ""
    if payload and all(map(_is_interrupt_id, payload)):
        return _joined(payload.values())
    if isinstance(decisions := payload.get("decisions"), list | tuple):
        return _joined(each for each in decisions if isinstance(each, Mapping))
    return "\n".join(value for key in _WORDS if isinstance(value := payload.get(key), str))


def _joined(payloads: Any) -> str:
    return "\n".join(filter(None, map(words_in, payloads)))


def _is_interrupt_id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) == _ID
        and all(character in "0123456789abcdef" for character in value)
    )
