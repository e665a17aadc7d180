"""Transcripts of coding agents: a line an event, with the message of a chat API inside."""

import re
from collections.abc import Mapping
from typing import Any

from langgraph_dreams.importers.messages import TIME_KEYS
from langgraph_dreams.importers.records import word

_MARKS = ("uuid", "parentUuid", "leafUuid", "messageId", "sessionId")
"""What the lines of a transcript have, also those that hold no message."""
_INSERTED = re.compile(
    r"<(?P<tag>system-reminder|command-(?:name|message|args)|local-command-\w+)>"
    r"(?P<text>.*?)</(?P=tag)>",
    re.DOTALL,
)
"""What the program around the agent puts into the user's message."""


def is_aside(value: Mapping[str, Any]) -> bool:
    """True for a line of a transcript that holds no message: a summary, a snapshot, a setting."""
    return isinstance(value.get("type"), str) and any(key in value for key in _MARKS)


def transcript_fields(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message of a line; None when it holds none.

    What the program wrote is nobody's statement. What is told to an agent that another has
    called is the other's words, in a thread of its own, and so is a summary in place of a history.
    """
    message = value.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        return None
    role = word(message["role"])
    thread = word(value.get("sessionId"))
    aside = value.get("isSidechain") is True
    if value.get("isMeta") is True:
        role = "system"
    elif role == "user" and (aside or value.get("isCompactSummary") is True):
        role = "assistant"
    if aside:
        thread = f"{thread}/{word(value.get('agentId')) or 'side'}"
    content = message.get("content")
    if message["role"] == "user":
        content = _without_inserted(content)
    return {
        "role": role,
        "content": content,
        "id": value.get("uuid"),
        "quiet": True,
        **({"sessionId": thread} if thread else {}),
        **{key: value[key] for key in TIME_KEYS if key in value},
    }


def _without_inserted(content: object) -> object:
    if isinstance(content, str):
        return _INSERTED.sub(_kept, content)
    if not isinstance(content, list):
        return content
    return [
        {**block, "text": _INSERTED.sub(_kept, block["text"])}
        if isinstance(block, dict) and isinstance(block.get("text"), str)
        else block
        for block in content
    ]


def _kept(match: re.Match[str]) -> str:
    """Of a command only what the user wrote after its name."""
    return match["text"] if match["tag"] == "command-args" else ""
