"""What the readers of a log hand on: units, messages, and problems with their place."""

from dataclasses import dataclass, replace
from datetime import datetime

from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.types.items import ToolUse

TOOL_ROLES = ("tool", "function")
SYSTEM_ROLES = ("system", "developer")
"""Roles whose words set an agent up; nobody in the conversation said them."""
USER_ROLES = ("user", "human")
AGENT_ROLES = ("assistant", "ai")


@dataclass(frozen=True)
class Place:
    """Where in a log something stands."""

    line: int
    """Line number, counted from 1; of a value over several lines, its first."""
    within: tuple[str, ...] = ()
    """The way from there on, such as ("item 2", "message 5")."""
    order: int = 0
    """The place of its conversation among those of the line, counted from 0."""

    def inside(self, name: str, order: int | None = None) -> "Place":
        """A part of what stands here."""
        order = self.order if order is None else order
        return replace(self, within=(*self.within, name), order=order)

    def problem(self, why: str, skipped: bool = True) -> "LogProblem":
        """Something that is wrong here."""
        return LogProblem(self.line, well_formed(why), skipped, ", ".join(self.within))


@dataclass(frozen=True)
class LogProblem:
    """Something in a log that could not be taken as it is."""

    line: int
    """Line number, counted from 1; of a value over several lines, its first; 0 where what was read
    has no lines."""
    why: str
    skipped: bool = True
    """False when what the line says was kept all the same."""
    within: str = ""
    """Where in what the line begins, such as "item 2, message 5"; empty when it is all of it."""

    def error(self) -> LogFormatError:
        """The problem as the exception a strict caller raises."""
        return LogFormatError(str(self))

    def __str__(self) -> str:
        where = ", ".join(filter(None, (f"line {self.line}" if self.line else "", self.within)))
        return f"{where}: {self.why}" if where else self.why


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
    """A case of an evidence set: its readable units, in the order of the line."""

    line: int
    case: str
    units: tuple[UnitEntry, ...]
    problems: tuple[LogProblem, ...] = ()


@dataclass(frozen=True)
class MessageLine:
    """One chat message, or the part of one before or after a tool's result."""

    line: int
    id: str
    role: str
    speaker: str
    content: str
    thread: str
    time: datetime | None
    zone: str = ""
    done: tuple[ToolUse, ...] = ()
    calls: tuple[str, ...] = ()
    """Ids of the calls in `done`."""
    answers: str = ""
    """Of a tool's result: the id of the call it answers."""
    order: int = 0
    """The place of its conversation among those of the line."""


def well_formed(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 store can hold; pairs become characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def word(value: object) -> str:
    """A name, id or session as text; what cannot be one is empty."""
    if isinstance(value, str):
        return well_formed(value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def first_word(value: dict[str, object], keys: tuple[str, ...]) -> str:
    """The first of these keys that holds a word."""
    return next((found for key in keys if (found := word(value.get(key)))), "")


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, dict):
        return well_formed(f"an object with {sorted(value)[:6]}")
    names = {list: "a list", str: "a text", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")
