"""One conversation in every form in which conversations are logged."""

import json
from collections.abc import Callable
from typing import Any

from langchain_core.load import dumpd
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    messages_to_dict,
)

from langgraph_dreams.importers import LogReading, read_log

ASKED, TOLD, RESULT = "Is the kiln hot?", "It is at 1240 degrees.", "1240"
SETUP = "You are a potter's assistant."
NOON = "2026-03-01T12:00:00Z"


def roles() -> list[dict[str, Any]]:
    call = {"id": "c1", "type": "function", "function": {"name": "gauge", "arguments": '{"n": 1}'}}
    return [
        {"role": "system", "content": SETUP},
        {"role": "user", "content": ASKED},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": RESULT},
        {"role": "assistant", "content": TOLD},
    ]


def langchain() -> list[BaseMessage]:
    return [
        SystemMessage(SETUP),
        HumanMessage(ASKED),
        AIMessage("", tool_calls=[{"id": "c1", "name": "gauge", "args": {"n": 1}}]),
        ToolMessage(RESULT, tool_call_id="c1"),
        AIMessage(TOLD),
    ]


def sharegpt() -> dict[str, Any]:
    call = json.dumps({"name": "gauge", "arguments": {"n": 1}})
    said = [("system", SETUP), ("human", ASKED), ("function_call", call), ("tool", RESULT)]
    turns = [*said, ("gpt", TOLD)]
    return {"id": "s1", "conversations": [{"from": who, "value": text} for who, text in turns]}


def transcript(asked: str = ASKED) -> list[dict[str, Any]]:
    call = {"type": "tool_use", "id": "c1", "name": "gauge", "input": {"n": 1}}
    result = {
        "type": "tool_result",
        "tool_use_id": "c1",
        "content": [{"type": "text", "text": RESULT}],
    }
    said: list[tuple[str, object]] = [
        ("user", asked),
        ("assistant", [{"type": "thinking", "thinking": "hm"}]),
        ("assistant", [call]),
        ("user", [result]),
        ("assistant", [{"type": "text", "text": TOLD}]),
    ]
    lines: list[dict[str, Any]] = [{"type": "summary", "summary": "The kiln", "leafUuid": "u4"}]
    for n, (role, content) in enumerate(said):
        body = {"role": role, "content": content}
        time = f"2026-03-01T12:00:0{n}.000Z"
        lines.append(
            {"type": role, "message": body, "uuid": f"u{n}", "timestamp": time, "sessionId": "t1"}
        )
    return lines


def node(name: str, parent: str | None, role: str, content: object, **rest: object) -> Any:
    body = content if isinstance(content, dict) else {"content_type": "text", "parts": [content]}
    author = {"role": role, "name": "gauge" if role == "tool" else None}
    message = {"id": name, "author": author, "content": body, "create_time": None} | rest
    return {"id": name, "parent": parent, "children": [], "message": message}


def openai() -> dict[str, Any]:
    start = 1_772_366_400.0
    nodes = [
        {"id": "root", "parent": None, "children": ["a"], "message": None},
        node("a", "root", "system", SETUP),
        node("b", "a", "user", ASKED, create_time=start),
        node("x", "b", "assistant", "It is cold.", create_time=start + 1),
        node("c", "b", "assistant", '{"n": 1}', create_time=start + 3, recipient="gauge"),
        node("d", "c", "tool", RESULT, create_time=start + 2),
        node("e", "d", "assistant", TOLD, create_time=start + 4, recipient="all"),
    ]
    mapping = {entry["id"]: entry for entry in nodes}
    return {"title": "Kiln", "conversation_id": "o1", "mapping": mapping, "current_node": "e"}


def anthropic(name: str = "a1") -> dict[str, Any]:
    blocks = [
        {"type": "tool_use", "id": "c1", "name": "gauge", "input": {"n": 1}},
        {"type": "tool_result", "tool_use_id": "c1", "name": "gauge", "content": RESULT},
        {"type": "text", "text": TOLD},
    ]
    messages = [
        {"uuid": "m1", "sender": "human", "text": ASKED, "content": [], "created_at": NOON},
        {"uuid": "m2", "sender": "assistant", "text": "x", "content": blocks, "created_at": NOON},
    ]
    return {"uuid": name, "name": "Kiln", "created_at": NOON, "chat_messages": messages}


CODEX_CALL = {"type": "function_call", "name": "gauge", "arguments": '{"n": 1}', "call_id": "c1"}
SURROUNDINGS = "<environment_context>\n<cwd>/home/ada</cwd>\n</environment_context>"


def items() -> list[dict[str, Any]]:
    def message(role: str, kind: str, text: str) -> dict[str, Any]:
        return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}

    return [
        message("developer", "input_text", SETUP),
        message("user", "input_text", ASKED),
        {"type": "reasoning", "summary": [], "encrypted_content": "x"},
        CODEX_CALL,
        {"type": "function_call_output", "call_id": "c1", "output": RESULT},
        message("assistant", "output_text", TOLD),
    ]


def codex(name: str = "x1") -> list[dict[str, Any]]:
    told = [("session_meta", {"id": name, "cwd": "/home/ada", "instructions": SETUP})]
    context = {"type": "message", "role": "user", "content": [{"type": "input_text"}]}
    context["content"] = [{"type": "input_text", "text": SURROUNDINGS}]
    told += [("response_item", context), ("turn_context", {"cwd": "/home/ada"})]
    for item in items():
        if item.get("role") == "user":
            told.append(("event_msg", {"type": "user_message", "message": ASKED}))
        told.append(("response_item", item))
    told.append(("event_msg", {"type": "token_count", "info": None}))
    return [
        {"timestamp": f"2026-03-01T12:00:{n:02}.000Z", "type": kind, "payload": payload}
        for n, (kind, payload) in enumerate(told)
    ]


def older_codex() -> list[dict[str, Any]]:
    header = {"id": "x0", "timestamp": NOON, "instructions": None, "git": {}}
    return [header, *items()[1:], {"record_type": "state"}]


def tagged(tools: str = "tool") -> dict[str, Any]:
    call = "<tool_call>\n{'arguments': {'n': 1}, 'name': 'gauge'}\n</tool_call>"
    told = '<tool_response>\n{"name": "gauge", "content": "1240"}\n</tool_response>'
    said = [("system", SETUP), ("human", ASKED), ("gpt", call), (tools, told), ("gpt", TOLD)]
    return {"id": "s2", "conversations": [{"from": who, "value": text} for who, text in said]}


def lines(values: list[Any]) -> str:
    return "\n".join(map(json.dumps, values))


FORMS: dict[str, Callable[[], str]] = {
    "roles, a line each": lambda: lines(roles()),
    "roles, a list": lambda: json.dumps(roles()),
    "roles, an indented list": lambda: json.dumps(roles(), indent=2),
    "fine-tuning": lambda: lines([{"messages": roles()}]),
    "ShareGPT, a line": lambda: lines([sharegpt()]),
    "ShareGPT, a list": lambda: json.dumps([sharegpt()], indent=1),
    "a transcript": lambda: lines(transcript()),
    "model_dump": lambda: json.dumps([m.model_dump() for m in langchain()], indent=2),
    "model_dump, a line each": lambda: lines([m.model_dump() for m in langchain()]),
    "messages_to_dict": lambda: json.dumps(messages_to_dict(langchain())),
    "dumpd": lambda: json.dumps(dumpd(langchain()), indent=2),
    "dumpd of a state": lambda: json.dumps(dumpd({"messages": langchain()})),
    "OpenAI's export": lambda: json.dumps([openai()], indent=2),
    "Anthropic's export": lambda: json.dumps([anthropic()]),
    "a Codex log": lambda: lines(codex()),
    "an older Codex log": lambda: lines(older_codex()),
    "Responses, the items": lambda: json.dumps(items()),
    "Responses, one whole": lambda: json.dumps(
        {"object": "response", "input": ASKED, "output": items()[2:]}
    ),
    "ShareGPT with tags": lambda: json.dumps([tagged()]),
    "ShareGPT, results in the user's name": lambda: json.dumps([tagged("human")]),
}


def read(text: str) -> LogReading:
    return read_log(text.splitlines(keepends=True))
