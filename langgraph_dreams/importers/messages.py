"""One chat message in the form of chat APIs: `role` and `content`, a text or blocks."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from langgraph_dreams._text import condensed, shorten, shown
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.records import (
    AGENT_ROLES,
    SYSTEM_ROLES,
    TOOL_ROLES,
    USER_ROLES,
    LogProblem,
    MessageLine,
    Place,
    first_word,
    kind,
    well_formed,
    word,
)
from langgraph_dreams.importers.times import parse_time, parse_zone
from langgraph_dreams.llm.thoughts import spoken
from langgraph_dreams.store.validation import MAX_TEXT
from langgraph_dreams.types.items import ToolUse

ARGS_LENGTH = 500
"""Characters kept of a tool call's arguments."""
THREAD_KEYS = ("thread", "thread_id", "session", "session_id", "sessionId", "conversation_id")
TIME_KEYS = ("time", "timestamp", "created_at", "create_time")
_UNSAID = ("thinking", "redacted_thinking", "reasoning", "reasoning_content", "token_budget")
"""Blocks that hold no words of the conversation."""
_CALLS = ("tool_use", "tool_call", "function_call", "server_tool_call")
_TAG = re.compile(r"<(?P<tag>tool_call|tool_response)>(?P<body>.*?)</(?P=tag)>", re.DOTALL)
_RESULTS = ("tool_result", "function_call_output", "server_tool_result")


@dataclass
class _Part:
    """What a message says and does up to the next result of a tool, or such a result."""

    texts: list[str] = field(default_factory=list)
    uses: dict[str, ToolUse] = field(default_factory=dict)
    """Calls by id; those without one by their number."""
    result: dict[str, Any] | None = None

    def call(self, call: Mapping[str, Any]) -> bool:
        """Takes up a call; False when it has no name."""
        inner = call.get("function")
        body = inner if isinstance(inner, dict) else call
        name = word(body.get("name"))
        if name:
            key = first_word(dict(call), ("id", "call_id", "tool_use_id"))
            self.uses[key or f"#{len(self.uses)}"] = ToolUse(name=name, args=_args(body))
        return bool(name)


def read_message(
    value: Mapping[str, Any], place: Place, thread: str = "", quiet: bool = False
) -> tuple[list[MessageLine], list[LogProblem]]:
    """The message, split at the results of tools in it; `thread` is that of one that names none.

    An empty message is no entry if it is `quiet`. Raises LogFormatError for one that is not, and
    for content of an unknown form.
    """
    problems: list[LogProblem] = []
    role = word(value["role"]) or "user"
    parts, unsaid = _parts(_tagged(value.get("content"), role))
    why = _add_calls(parts[-1], value)
    if why:
        problems.append(place.problem(why, skipped=False))
    for part in parts:
        texts = [condensed(text, MAX_TEXT) for text in part.texts]
        part.texts = [spoken(text) for text in texts] if role.lower() in AGENT_ROLES else texts
        unsaid = unsaid or part.texts != texts
    name = word(value.get("name"))
    written = next((value[key] for key in TIME_KEYS if value.get(key) is not None), None)
    time = parse_time(written)
    if written is not None and time is None:
        why = f"the time {shown(written)} cannot be read; the message keeps its place"
        problems.append(place.problem(why, skipped=False))
    blank = MessageLine(
        line=place.line,
        id=word(value.get("id")),
        role=role,
        speaker=name or role,
        content="",
        thread=first_word(dict(value), THREAD_KEYS) or thread,
        time=time,
        zone=parse_zone(written) if time else "",
        order=place.order,
    )
    entries = [entry for part in parts if (entry := _entry(part, blank, value))]
    if not entries and not unsaid and not quiet and role.lower() not in SYSTEM_ROLES:
        raise LogFormatError(f"the message of {role!r} is empty: nothing to remember")
    return entries, problems


def _entry(part: _Part, blank: MessageLine, value: Mapping[str, Any]) -> MessageLine | None:
    if part.result is not None:
        found = part.result
        text = _text(found.get("content", found.get("output")))
        answers = first_word(found, ("tool_use_id", "tool_call_id", "call_id"))
        tool = replace(blank, role="tool", speaker="tool", content=text, answers=answers)
        ok = found.get("is_error") is not True and found.get("status") != "error"
        return replace(
            tool, done=(ToolUse(name=word(found.get("name")) or "tool", result=text, ok=ok),)
        )
    text = well_formed("\n".join(t for t in part.texts if t.strip())).strip()
    if blank.role.lower() in TOOL_ROLES:
        ok = value.get("status") != "error"
        name = blank.speaker if blank.speaker != blank.role else "tool"
        use = ToolUse(name=name, result=text, ok=ok)
        answers = word(value.get("tool_call_id"))
        return replace(blank, content=text, done=(use,), answers=answers) if text else None
    if not text and not part.uses:
        return None
    return replace(blank, content=text, done=tuple(part.uses.values()), calls=tuple(part.uses))


def _parts(content: object) -> tuple[list[_Part], bool]:
    """The content by parts, the last of them no result; and whether some of it is not said."""
    part, unsaid = _Part(), False
    parts = [part]
    for block in _blocks(content):
        kind_of = word(block.get("type"))
        if kind_of in _UNSAID:
            unsaid = True
        elif kind_of.endswith(_RESULTS):
            part = _Part()
            parts += [_Part(result=block), part]
        elif not (kind_of.endswith(_CALLS) and part.call(block)):
            part.texts.append(_block_text(block, kind_of))
    return parts, unsaid


def _tagged(content: object, role: str) -> object:
    """The content with the calls and results that stand in its text, in tags, as blocks.

    What comes back is in the user's name in some logs; a user's own words make no call.
    """
    if not isinstance(content, str) or role.lower() in SYSTEM_ROLES or "<tool_" not in content:
        return content
    blocks: list[Any] = []
    end = 0
    for match in _TAG.finditer(content):
        block = _in_tag(match["tag"], match["body"])
        if block is None or (match["tag"] == "tool_call" and role.lower() in USER_ROLES):
            continue
        blocks += [content[end : match.start()], block]
        end = match.end()
    return [*blocks, content[end:]] if blocks else content


def _in_tag(tag: str, body: str) -> dict[str, Any] | None:
    """A call or a result; None when it is no call."""
    found = _object(body) or {}
    name = word(found.get("name"))
    if tag == "tool_call":
        return {**found, "type": "tool_use"} if name else None
    if name and "content" in found:
        return {"type": "tool_result", "content": found["content"], "name": name}
    return {"type": "tool_result", "content": body.strip()}


def _object(text: str) -> dict[str, Any] | None:
    """An object as JSON, or as Python writes it."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        if isinstance(found, dict):
            return found
    return None


def _blocks(content: object) -> Iterator[dict[str, Any]]:
    if content is None:
        return
    if isinstance(content, str):
        content = [content]
    if not isinstance(content, list):
        found = "an object" if isinstance(content, dict) else kind(content)
        raise LogFormatError(f"its `content` is {found}, not a string or a list of parts")
    for part in content:
        if isinstance(part, str):
            yield {"text": part}
        elif isinstance(part, dict):
            yield part


def _block_text(block: Mapping[str, Any], kind_of: str) -> str:
    """The text of a block; one without leaves a mark."""
    text = block.get("text")
    return text if isinstance(text, str) else f"[{kind_of}]" if kind_of else ""


def _text(content: object) -> str:
    """What a tool brought back, as text."""
    if isinstance(content, dict):
        return well_formed(json.dumps(content, ensure_ascii=False))
    if not isinstance(content, str | list):
        return "" if content is None else str(content)
    texts = [_block_text(block, word(block.get("type"))) for block in _blocks(content)]
    return well_formed("\n".join(text for text in texts if text.strip())).strip()


def _add_calls(part: _Part, value: Mapping[str, Any]) -> str:
    """Takes up the calls beside the content; answers what is wrong with those."""
    calls = value.get("tool_calls")
    if calls is None and isinstance(value.get("function_call"), dict):
        calls = [value["function_call"]]
    if calls is None:
        return ""
    if not isinstance(calls, list):
        found = "an object" if isinstance(calls, dict) else kind(calls)
        return f"its `tool_calls` is {found}, not a list; left out"
    for call in calls:
        if not isinstance(call, dict) or not part.call(call):
            return "a tool call without a name; left out"
    return ""


def _args(body: Mapping[str, Any]) -> str:
    """The arguments of a call as JSON text, shortened."""
    args = next((body[key] for key in ("arguments", "args", "input") if key in body), "")
    text = args if isinstance(args, str) else json.dumps(args, ensure_ascii=False)
    return shorten(well_formed(text), ARGS_LENGTH)
