"""Reading chat messages in every form a LangGraph state may hold them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langgraph.types import Command

from langgraph_dreams.llm.thoughts import spoken
from langgraph_dreams.safety.fencing import FENCE

Role = Literal["user", "agent", "tool", "system", "other"]

_ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "ai": "agent",
    "assistant": "agent",
    "aimessagechunk": "agent",
    "humanmessagechunk": "user",
    "tool": "tool",
    "function": "tool",
    "toolmessagechunk": "tool",
    "system": "system",
    "developer": "system",
}
_WRITTEN_BY = "lc_source"
"""Of a message that a middleware of LangChain wrote in the user's place, such as a summary of what
was said before: the name of that middleware, in `additional_kwargs`."""
_SENDERS = ("sender", "sender_name", "from", "author", "speaker", "user_name", "username", "user")
"""Fields in which bridges of group chats give the sender, beside the message's own `name`."""
_TOOL_TYPES = {"tool", "function", "ToolMessageChunk"}
_THOUGHTS = {"thinking", "redacted_thinking", "reasoning", "reasoning_content"}
_MEDIA = {"image", "image_url", "audio", "input_audio", "video", "file", "document", "media"}


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call as an agent's message asks for it."""

    id: str
    name: str
    args: Any


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message, whatever it was before."""

    role: Role
    text: str
    name: str = ""
    calls: tuple[ToolCall, ...] = ()
    answers: str = ""
    """Of a tool message: the id of the call it answers."""
    ok: bool = True
    id: str = ""


def content_text(content: Any) -> str:
    """The text of a message's content; media blocks are named, thoughts and others left out."""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    parts: list[str] = []
    for block in content:
        if isinstance(block, str):
            parts.append(block)
        elif isinstance(block, Mapping):
            kind = str(block.get("type", ""))
            if kind in _THOUGHTS:
                continue
            if isinstance(block.get("text"), str):
                parts.append(block["text"])
            elif kind in _MEDIA:
                parts.append(f"[{kind}]")
    return "\n".join(part for part in parts if part)


def read_message(value: Any) -> Message | None:
    """A message object, a (role, text) pair, a dict with role or type, or a bare string.

    Answers None for anything else. A bare string is the user's, as in `add_messages`.
    """
    if isinstance(value, BaseMessage):
        return _from_object(value)
    if isinstance(value, str):
        return Message("user", value)
    if isinstance(value, Mapping):
        return _from_dict(value)
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
        role = _role(value[0])
        return Message(role, _text(role, value[1]))
    return None


def _text(role: Role, content: Any) -> str:
    """The text of a message; of an agent's without the thoughts that a local server leaves in."""
    text = content_text(content)
    return spoken(text) if role == "agent" else text


def _role(name: object) -> Role:
    return _ROLES.get(str(name).lower(), "other")


def _from_object(value: BaseMessage) -> Message:
    calls: tuple[ToolCall, ...] = ()
    answers, ok = "", True
    if isinstance(value, AIMessage):
        calls = tuple(
            ToolCall(str(call.get("id") or ""), str(call["name"]), call["args"])
            for call in value.tool_calls
        )
    elif isinstance(value, ToolMessage):
        answers, ok = str(value.tool_call_id), value.status != "error"
    role = _role(getattr(value, "role", value.type))
    if value.additional_kwargs.get(_WRITTEN_BY):
        role = "system"
    name = value.name or ""
    if role == "user" and not name:
        name = sender_in(value.additional_kwargs, value.response_metadata)
    return Message(role, _text(role, value.content), name, calls, answers, ok)


def sender_in(*places: Any) -> str:
    """The sender that metadata gives; empty when they give none."""
    for place in places:
        for key in _SENDERS if isinstance(place, Mapping) else ():
            value = place.get(key)
            if isinstance(value, Mapping):
                value = value.get("name") or value.get("username") or value.get("id")
            if isinstance(value, str | int) and value and not isinstance(value, bool):
                return str(value)
    return ""


def _from_dict(value: Mapping[str, Any]) -> Message | None:
    role = value.get("role", value.get("type"))
    if not isinstance(role, str) or ("content" not in value and "tool_calls" not in value):
        return None
    calls = tuple(_call_from_dict(call) for call in value.get("tool_calls") or ())
    more = value.get("additional_kwargs")
    written = isinstance(more, Mapping) and bool(more.get(_WRITTEN_BY))
    speaker = "system" if written else _role(role)
    name = str(value.get("name") or "")
    if speaker == "user" and not name:
        name = sender_in(value, value.get("metadata"), more)
    return Message(
        speaker,
        _text(speaker, value.get("content")),
        name,
        calls,
        str(value.get("tool_call_id") or ""),
        value.get("status") != "error",
    )


def _call_from_dict(call: Mapping[str, Any]) -> ToolCall:
    # OpenAI's form nests the name and the arguments, LangChain's does not.
    inner = call.get("function")
    body = inner if isinstance(inner, Mapping) else call
    args = body.get("args", body.get("arguments", ""))
    return ToolCall(str(call.get("id") or ""), str(body.get("name", "")), args)


def message_id(value: Any) -> str | None:
    """The id of a raw message, when it has one."""
    found = value.get("id") if isinstance(value, Mapping) else getattr(value, "id", None)
    return found if isinstance(found, str) else None


def raw_messages(state: Any, key: str) -> list[Any] | None:
    """The messages of a graph state, input, output or update, unread; None when it has none.

    Looks at `state[key]`, the attribute `key`, a list of messages, and a single message; and into
    the envelope in which `create_agent` sends a tool call to its tool node.
    """
    if isinstance(state, BaseMessage):
        return [state]
    if isinstance(state, Mapping):
        if key in state:
            return _as_list(state[key])
        if state.get("__type") == "tool_call_with_context":
            return raw_messages(state.get("state"), key)
        return None
    if isinstance(state, list | tuple):
        if state and all(isinstance(item, BaseMessage) for item in state):
            return list(state)
        return None
    found = getattr(state, key, None)
    return _as_list(found) if isinstance(found, list | tuple) else None


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, tuple):
        # One (role, text) pair, or a tuple of messages.
        return [value] if len(value) == 2 and isinstance(value[0], str) else list(value)
    return [] if value is None else [value]


def updated_messages(update: Any, key: str) -> Iterator[Any]:
    """The raw messages a node returned: in a dict, in a Command, or in a list of these."""
    if isinstance(update, Command):
        yield from updated_messages(update.update, key)
        return
    found = raw_messages(update, key)
    if found is not None:
        yield from found
    elif isinstance(update, list | tuple):
        for part in update:
            if isinstance(part, Command | Mapping):
                yield from updated_messages(part, key)


def newest_said(raw: Sequence[Any]) -> list[Message]:
    """The user's messages at the end of an input, after the last word of agent or tool."""
    said: list[Message] = []
    for value in reversed(raw):
        message = read_message(value)
        if message is None or message.role in ("agent", "tool"):
            break
        if message.role == "user":
            said.append(replace(message, id=message_id(value) or ""))
    said.reverse()
    return said


def joined(said: Sequence[Message]) -> tuple[str, str]:
    """The words of messages, and who said them; of several, each beside what was said."""
    spoken = [m for m in said if m.text]
    if len({m.name for m in spoken}) > 1:
        return "\n".join(f"[from: {m.name}] {m.text}" if m.name else m.text for m in spoken), ""
    return "\n".join(m.text for m in spoken), said[-1].name


def last_said_end(raw: Sequence[Any]) -> int:
    """Index just after the user's last message; 0 when there is none."""
    for index in range(len(raw) - 1, -1, -1):
        message = read_message(raw[index])
        if message is not None and message.role == "user":
            return index + 1
    return 0


def read_messages(raw: Sequence[Any]) -> list[Message]:
    """All that can be read as messages."""
    return [message for message in map(read_message, raw) if message is not None]


def brings_outside_text(value: Any) -> bool:
    """True if a raw message is a tool's, sums up others, or shows what was recalled from memory."""
    if isinstance(value, BaseMessage):
        tool = value.type in _TOOL_TYPES or bool(value.additional_kwargs.get(_WRITTEN_BY))
    else:
        tool = isinstance(value, Mapping) and value.get("role", value.get("type")) in _TOOL_TYPES
    message = None if tool else read_message(value)
    return tool or (message is not None and FENCE in message.text)
