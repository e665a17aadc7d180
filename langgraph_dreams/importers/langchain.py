"""Messages as LangChain writes them: `model_dump`, `messages_to_dict`, and `dumpd`."""

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage, messages_from_dict

from langgraph_dreams._text import brief
from langgraph_dreams.importers.messages import TIME_KEYS
from langgraph_dreams.importers.records import well_formed, word

_TYPES = {
    "human": "user",
    "ai": "assistant",
    "system": "system",
    "tool": "tool",
    "function": "function",
    "chat": "",
    "HumanMessageChunk": "user",
    "AIMessageChunk": "assistant",
    "SystemMessageChunk": "system",
    "ToolMessageChunk": "tool",
    "FunctionMessageChunk": "function",
    "ChatMessageChunk": "",
}
"""Types of messages, and what they are as roles; a chat message names its own."""


def langchain_fields(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message as one with `role` and `content`; None when it is none of LangChain's.

    Of what `dumpd` wrote only the type and the arguments are read, and no class is loaded that
    the log names.
    """
    kind_of, data = value.get("type"), value.get("data")
    if value.get("lc") is not None and isinstance(value.get("kwargs"), dict):
        data = value["kwargs"]
        names = value.get("id")
        name = names[-1] if isinstance(names, list) and names else ""
        kind_of = data.get("type") or word(name).removesuffix("Message").lower()
    elif not isinstance(data, dict):
        data = value if "content" in value else None
    if not isinstance(kind_of, str) or kind_of not in _TYPES or not isinstance(data, dict):
        return None
    try:
        message = messages_from_dict([{"type": kind_of, "data": {**data, "type": kind_of}}])[0]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        why = brief(well_formed(str(error)), 200)
        return {"role": kind_of, "content": None, "unreadable": f"no LangChain message ({why})"}
    return _fields(message, _TYPES[kind_of]) | _time(value, data)


def _fields(message: BaseMessage, role: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "role": role or word(getattr(message, "role", "")) or "user",
        "content": message.content,
        "name": message.name,
        "id": message.id,
    }
    if isinstance(message, AIMessage):
        fields["tool_calls"] = [*message.tool_calls, *message.invalid_tool_calls]
    elif isinstance(message, ToolMessage):
        fields |= {"tool_call_id": message.tool_call_id, "status": message.status}
    return fields


def _time(value: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The time, wherever an application has put it."""
    for holder in (value, data, data.get("additional_kwargs"), data.get("response_metadata")):
        if isinstance(holder, dict):
            for key in TIME_KEYS:
                if holder.get(key) is not None:
                    return {"time": holder[key]}
    return {}
