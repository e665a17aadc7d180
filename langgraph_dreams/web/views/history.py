"""What became of an item: each night that changed it, and by what it was replaced."""

from collections.abc import Iterable
from typing import Literal, TypedDict

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.base import Time
from langgraph_dreams.types.items import Core, Memory
from langgraph_dreams.types.operations import Operation, OperationKind
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.web.views.items import texts

_EVENTS = 200
"""Events told of one item, the last ones."""

What = Literal["changed", "replaced", "into_core", "out_of_core"]


class Event(TypedDict):
    """One change of an item, or one that it brought about."""

    dream: str
    number: int
    time: Time
    operation: str
    """Id of the operation."""
    kind: OperationKind
    what: What
    """It changed itself, it replaced another, or its line came into the core or went out of it."""
    status: str
    """Of a memory afterwards."""
    other: str
    """Id of the memory that it replaced, or that holds instead of it; empty without one."""
    reason: str
    undone: bool


class History(TypedDict):
    """Events, oldest first, with the texts of the others."""

    events: list[Event]
    texts: dict[str, str]


def history(namespace: Namespace, item_id: str) -> History:
    """What the nights did to an item, and with it.

    Raises InvalidInputError when there is none of that id.
    """
    vault = namespace.vault
    if not vault.known([item_id]):
        raise InvalidInputError(f"{namespace!r} has no item {shown(item_id)}; search for it")
    found = [
        event
        for report in sorted(vault.dreams(operations=True), key=lambda one: one.started)
        if report.status in ("committed", "rolled_back")
        for event in _events(report, item_id)
    ][-_EVENTS:]
    return {"events": found, "texts": texts(vault, (event["other"] for event in found))}


def _events(report: DreamReport, item_id: str) -> Iterable[Event]:
    undone = set(report.undone)
    for operation in report.operations:
        told = _told(operation, item_id)
        if told is not None:
            what, status, other = told
            yield {
                "dream": report.id,
                "number": report.number,
                "time": report.started,
                "operation": operation.id,
                "kind": operation.kind,
                "what": what,
                "status": status,
                "other": other,
                "reason": operation.reason,
                "undone": operation.id in undone or report.status == "rolled_back",
            }


def _told(operation: Operation, item_id: str) -> tuple[What, str, str] | None:
    """What an operation means to an item, its status, and the other; None if it means nothing."""
    if operation.target == item_id:
        after = operation.after or {}
        return "changed", str(after.get("status", "")), str(after.get("superseded_by", ""))
    if operation.kind == "supersede_memory":
        ended = operation.state_after()
        if isinstance(ended, Memory) and ended.superseded_by == item_id:
            return "replaced", "", ended.id
    if operation.kind == "change_core":
        before, now = (
            isinstance(core, Core) and any(line.memory == item_id for line in core.lines)
            for core in (operation.state_before(), operation.state_after())
        )
        if before != now:
            return ("into_core" if now else "out_of_core"), "", ""
    return None
