"""Items of OpenAI's Responses API, by themselves or as the `payload` of lines of a Codex log."""

import json
import re
from collections.abc import Mapping
from typing import Any

from langgraph_dreams.importers.messages import TIME_KEYS
from langgraph_dreams.importers.records import first_word, word

_LINES = ("session_meta", "response_item", "event_msg", "turn_context", "compacted")
_CALL, _OUTPUT = "_call", "_call_output"
_ARGS = ("arguments", "input", "action", "queries", "code")
_INSERTED = re.compile(
    r"\s*(?:<(?P<tag>\w+)>.*</(?P=tag)>|# AGENTS\.md instructions\b.*)\s*", re.DOTALL
)
"""A user's message that is the program's: surroundings and instructions."""
_REQUEST = re.compile(
    r"\A# Context from my IDE setup:.*?^## My request for Codex:\s*", re.DOTALL | re.MULTILINE
)
_HEADER = frozenset({"id", "timestamp", "instructions", "git"})
"""Fields of the first line of older Codex logs."""


def is_item_aside(value: Mapping[str, Any]) -> bool:
    """True for what holds no message: the state of a session, an event, a thought."""
    line = value.get("type") in _LINES and isinstance(value.get("payload"), dict)
    header = {"id", "timestamp"} <= value.keys() <= _HEADER
    state = value.get("record_type") == "state"
    return line or header or state or value.get("type") == "reasoning"


def session_of(value: object) -> str:
    """Id of the session that begins with this line; empty for another line."""
    if not isinstance(value, dict) or value.get("type") != "session_meta":
        return ""
    payload = value.get("payload")
    return word(payload.get("id")) if isinstance(payload, dict) else ""


def item_fields(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message of an item; None when it holds none."""
    item, line = value, value.get("type") == "response_item"
    if line:
        payload = value.get("payload")
        item = payload if isinstance(payload, dict) else {}
    kind = word(item.get("type"))
    times = {key: value[key] for key in TIME_KEYS if key in value}
    if kind.endswith(_OUTPUT):
        return {"role": "tool", "tool_call_id": _id(item), **_result(item.get("output")), **times}
    if kind.endswith(_CALL) and (line or _id(item)):
        return {"role": "assistant", "quiet": True, "content": _called(item, kind), **times}
    if not line or kind != "message" or not isinstance(item.get("role"), str):
        return None
    role, content = word(item["role"]), item.get("content")
    if role == "user":
        role, content = _asked(content)
    return {"role": role, "content": content, "id": item.get("id"), "quiet": True, **times}


def response_items(value: Mapping[str, Any]) -> list[Any] | None:
    """The items of a whole response, after its input where that is there, too."""
    output, given = value.get("output"), value.get("input")
    if not isinstance(output, list) or not (value.get("object") == "response" or given is not None):
        return None
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    items = [*(given if isinstance(given, list) else []), *output]
    return [item for item in items if not (isinstance(item, dict) and is_item_aside(item))]


def _id(item: Mapping[str, Any]) -> str:
    return first_word(dict(item), ("call_id", "id"))


def _called(item: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """A call as a block, and what came back where the item has it."""
    args = next((item[key] for key in _ARGS if item.get(key) is not None), "")
    name = word(item.get("name")) or kind.removesuffix(_CALL)
    blocks = [{"type": "tool_use", "id": _id(item), "name": name, "input": args}]
    error = item.get("error")
    for found in (item.get("output"), item.get("outputs"), item.get("results"), error):
        if found:
            content = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
            blocks.append(
                {"type": "tool_result", "tool_use_id": _id(item), "content": content, "name": name}
                | {"is_error": found is error}
            )
    return blocks


def _result(output: object) -> dict[str, Any]:
    """What came back; a shell's output may be JSON with its exit code."""
    failed = isinstance(output, dict) and output.get("success") is False
    if isinstance(output, str):
        try:
            found = json.loads(output)
        except (RecursionError, ValueError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("output"), str):
            metadata = found.get("metadata")
            failed = isinstance(metadata, dict) and bool(metadata.get("exit_code"))
            output = found["output"]
    elif isinstance(output, dict):
        output = output.get("content", output.get("output", json.dumps(output, ensure_ascii=False)))
    return {"content": output, "status": "error" if failed else ""}


def _asked(content: object) -> tuple[str, object]:
    """The role and content of a user's message: the program writes some in the user's name."""
    blocks = content if isinstance(content, list) else [content]
    kept: list[object] = []
    for block in blocks:
        text = block.get("text") if isinstance(block, dict) else block
        if not isinstance(text, str):
            kept.append(block)
        elif not _INSERTED.fullmatch(text):
            said = _REQUEST.sub("", text)
            kept.append({**block, "text": said} if isinstance(block, dict) else said)
    return ("user", kept) if kept else ("system", content)
