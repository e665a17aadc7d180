"""One line of a log, in either of the two formats."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from langgraph_dreams._text import shorten, shown
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.times import parse_time, parse_zone
from langgraph_dreams.types.items import ToolUse

ARGS_LENGTH = 500
"""Characters kept of a tool call's arguments."""
TOOL_ROLES = ("tool", "function")
_THREAD_KEYS = ("thread", "thread_id", "session")
_TIME_KEYS = ("time", "timestamp", "created_at")
_FORMATS = "an evidence-set case (with `units`) or a chat message (with `role` and `content`)"


@dataclass(frozen=True)
class LogProblem:
    """Something in a log that could not be taken as it is."""

    line: int
    """Line number, counted from 1."""
    why: str
    skipped: bool = True
    """False when what the line says was kept all the same."""

    def error(self) -> LogFormatError:
        """The problem as the exception a strict caller raises."""
        return LogFormatError(str(self))

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


@dataclass(frozen=True)
class UnitEntry:
    """One unit of an evidence set."""

    id: str
    text: str
    session: str
    position: int
    speaker: str
    time: datetime | None
    zone: str = ""


@dataclass(frozen=True)
class CaseLine:
    """A line that holds a case: its readable units, in the order of the line."""

    line: int
    case: str
    units: tuple[UnitEntry, ...]
    problems: tuple[LogProblem, ...] = ()


@dataclass(frozen=True)
class MessageLine:
    """A line that holds one chat message."""

    line: int
    id: str
    role: str
    speaker: str
    content: str
    thread: str
    time: datetime | None
    zone: str = ""
    done: tuple[ToolUse, ...] = ()
    problems: tuple[LogProblem, ...] = ()


def read_line(line: str, number: int) -> CaseLine | MessageLine | None:
    """Read a line; None when it is blank. Raises LogFormatError when it is neither format."""
    if not line.strip():
        return None
    try:
        value = json.loads(line)
    except RecursionError:
        raise LogFormatError("nested too deeply to be read") from None
    except json.JSONDecodeError as error:
        why = f"not JSON ({error.msg} at character {error.colno})"
        raise LogFormatError(f"{why}: {shown(well_formed(line))}") from None
    except ValueError as error:
        raise LogFormatError(f"not readable as JSON ({error})") from None
    if isinstance(value, dict) and isinstance(value.get("units"), list):
        return _case(value, number)
    if isinstance(value, dict) and isinstance(value.get("role"), str):
        return _message(value, number)
    found = f"an object with {sorted(value)[:6]}" if isinstance(value, dict) else _kind(value)
    raise LogFormatError(f"{well_formed(found)}, where {_FORMATS} is expected")


def well_formed(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 store can hold; pairs become characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _case(value: Mapping[str, Any], number: int) -> CaseLine:
    case = _word(value.get("case")) or f"case{number}"
    units: list[UnitEntry] = []
    problems: list[LogProblem] = []
    for index, raw in enumerate(value["units"]):
        unit = _unit(raw, index)
        if isinstance(unit, str):
            problems.append(LogProblem(number, f"unit {index + 1} of case {case!r}: {unit}"))
        else:
            units.append(unit)
    if not value["units"]:
        problems.append(LogProblem(number, f"case {case!r} has no units"))
    return CaseLine(number, case, tuple(units), tuple(problems))


def _unit(raw: object, index: int) -> UnitEntry | str:
    """The unit, or what is wrong with it."""
    if not isinstance(raw, dict):
        return f"{_kind(raw)}, where an object with `id` and `text` is expected"
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        return "its `text` is missing or empty"
    position = raw.get("position")
    whole = isinstance(position, int) and not isinstance(position, bool)
    return UnitEntry(
        id=_word(raw.get("id")) or str(index),
        text=well_formed(text),
        session=_word(raw.get("session")) or "0",
        position=position if isinstance(position, int) and whole else index,
        speaker=_word(raw.get("speaker")),
        time=parse_time(raw.get("when")),
        zone=parse_zone(raw.get("when")),
    )


def _message(value: Mapping[str, Any], number: int) -> MessageLine:
    problems: list[LogProblem] = []
    done, call_problem = _tool_calls(value.get("tool_calls"))
    content = _content(value.get("content"))
    role = _word(value["role"]) or "user"
    name = _word(value.get("name"))
    if call_problem:
        problems.append(LogProblem(number, call_problem, skipped=False))
    if not content and not done:
        raise LogFormatError(f"the message of {role!r} is empty: nothing to remember")
    if role in TOOL_ROLES:
        done = (ToolUse(name=name or "tool", result=content),)
    written = next((value[key] for key in _TIME_KEYS if value.get(key) is not None), None)
    time = parse_time(written)
    if written is not None and time is None:
        why = f"the time {shown(written)} cannot be read; the message keeps its place"
        problems.append(LogProblem(number, well_formed(why), skipped=False))
    return MessageLine(
        line=number,
        id=_word(value.get("id")),
        role=role,
        speaker=name or role,
        content=content,
        thread=next((_word(value[key]) for key in _THREAD_KEYS if _word(value.get(key))), ""),
        time=time,
        zone=parse_zone(written) if time else "",
        done=done,
        problems=tuple(problems),
    )


def _content(content: object) -> str:
    """The text of a message: a string, or the text of its parts; other parts leave a mark."""
    if content is None:
        return ""
    if isinstance(content, str):
        return well_formed(content).strip()
    if not isinstance(content, list):
        raise LogFormatError(f"its `content` is {_kind(content)}, not a string or a list of parts")
    parts: list[str] = []
    for part in content:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            parts.append(part["text"])
        elif isinstance(part, dict) and _word(part.get("type")):
            parts.append(f"[{_word(part['type'])}]")
    return well_formed("\n".join(part for part in parts if part.strip())).strip()


def _tool_calls(calls: object) -> tuple[tuple[ToolUse, ...], str]:
    """The tool calls, and what is wrong with those that could not be read."""
    if calls is None:
        return (), ""
    if not isinstance(calls, list):
        return (), f"its `tool_calls` is {_kind(calls)}, not a list; left out"
    done: list[ToolUse] = []
    for call in calls:
        body = call.get("function", call) if isinstance(call, dict) else None
        name = _word(body.get("name")) if isinstance(body, dict) else ""
        if not isinstance(body, dict) or not name:
            return tuple(done), "a tool call without a name; left out"
        args = body.get("arguments", body.get("args", ""))
        text = args if isinstance(args, str) else json.dumps(args, ensure_ascii=False)
        done.append(ToolUse(name=name, args=shorten(well_formed(text), ARGS_LENGTH)))
    return tuple(done), ""


def _word(value: object) -> str:
    """A name, id or session as text; what cannot be one is empty."""
    if isinstance(value, str):
        return well_formed(value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")
