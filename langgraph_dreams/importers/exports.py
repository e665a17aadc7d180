"""Conversations as the makers of chat assistants export them for their users."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.messages import TIME_KEYS
from langgraph_dreams.importers.records import well_formed, word
from langgraph_dreams.importers.times import parse_time

_SENDERS = {"human": "user"}
_SETTINGS = ("user_editable_context", "model_editable_context")
"""Custom instructions and the like: nobody said them in the conversation."""
_UNSAID = ("thoughts", "reasoning_recap")


def anthropic_messages(messages: Sequence[object]) -> list[Any]:
    """The messages of an Anthropic export with roles; what is none stays as it is."""
    return [from_sender(m) if isinstance(m, dict) else m for m in messages]


def from_sender(value: dict[str, Any]) -> dict[str, Any]:
    """A message of an Anthropic export as one with a role."""
    if not isinstance(value.get("sender"), str):
        return value
    sender = word(value["sender"]).lower()
    blocks = value.get("content")
    # Newer exports have blocks; in `text` a sentence stands for those that it cannot hold.
    content = list(blocks) if isinstance(blocks, list) and blocks else [value.get("text") or ""]
    for attached in (value.get("attachments"), value.get("files")):
        for file in attached if isinstance(attached, list) else []:
            if isinstance(file, dict) and word(file.get("file_name")):
                content.append(f"[{word(file['file_name'])}]")
    return {
        "role": _SENDERS.get(sender, sender),
        "content": content,
        "id": value.get("uuid"),
        "quiet": True,
        **{key: value[key] for key in TIME_KEYS if key in value},
    }


def openai_messages(conversation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages on the way from the root of the tree to its current node.

    Answers that were made anew, and questions put in other words, stand on other branches: they
    are left out. Raises LogFormatError when it is no tree.
    """
    nodes: dict[str, Any] = {
        name: node for name, node in conversation["mapping"].items() if isinstance(node, dict)
    }
    if len(nodes) < len(conversation["mapping"]):
        raise LogFormatError("its `mapping` holds nodes that are no objects")
    if nodes and not any("message" in node for node in nodes.values()):
        raise LogFormatError("its `mapping` holds no nodes with a `message`")
    way: dict[str, None] = {}
    at = word(conversation.get("current_node"))
    at = at if at in nodes else _newest(nodes)
    while at in nodes and at not in way:
        way[at] = None
        at = word(nodes[at].get("parent"))
    found: list[dict[str, Any]] = []
    latest: float | None = None
    for message in (nodes[name].get("message") for name in reversed(way)):
        fields = _from_node(message) if isinstance(message, dict) else None
        if fields is None:
            continue
        time = parse_time(fields["time"])
        if time is not None:
            # The tree tells the order; a tool's result may be stamped before its call.
            latest = time.timestamp() if latest is None else max(latest, time.timestamp())
            fields["time"] = latest
        found.append(fields)
    return found


def _newest(nodes: Mapping[str, Any]) -> str:
    """The newest end of the tree."""
    parents = {word(node.get("parent")) for node in nodes.values()}
    ends = [name for name in nodes if name not in parents]

    def time(name: str) -> float:
        message = nodes[name].get("message")
        moment = parse_time(message.get("create_time")) if isinstance(message, dict) else None
        return moment.timestamp() if moment else 0.0

    return max(ends, key=time, default="")


def _from_node(message: dict[str, Any]) -> dict[str, Any] | None:
    """A message of the tree as one with a role; None when it says nothing."""
    author, content = message.get("author"), message.get("content")
    if not isinstance(author, dict) or not isinstance(content, dict):
        return None
    metadata = message.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    role, kind_of = word(author.get("role")), word(content.get("content_type"))
    hidden = metadata.get("is_visually_hidden_from_conversation") is True
    if kind_of in _SETTINGS or (hidden and role != "tool"):
        role = "system"
    text = "" if kind_of in _UNSAID else "\n".join(_texts(content)).strip()
    if not role or not text:
        return None
    fields: dict[str, Any] = {
        "role": role,
        "content": text,
        "id": message.get("id"),
        "time": message.get("create_time"),
        "quiet": True,
    }
    recipient = word(message.get("recipient"))
    if role == "assistant" and recipient not in ("", "all"):
        call = {"name": recipient, "arguments": text}
        return fields | {"content": None, "tool_calls": [call]}
    return fields | {"name": author.get("name")} if role == "tool" else fields


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a node's content; other parts leave a mark."""
    parts = content.get("parts")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            text = part.get("text")
            yield text if isinstance(text, str) else f"[{word(part.get('content_type'))}]"
    for key in ("text", "result"):
        if isinstance(content.get(key), str):
            yield well_formed(content[key])
