"""Which operations of later dreams rest on given ones; pure."""

from collections.abc import Collection, Iterator, Sequence

from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport

ALL = "*"
"""Target of an operation on all links alike; no other rests on it."""


def in_force(report: DreamReport) -> list[Operation]:
    """The operations of a dream that were not undone."""
    undone = set(report.undone)
    return [o for o in report.operations if o.id not in undone]


def dependents_of(chosen: Collection[str], history: Sequence[DreamReport]) -> list[Operation]:
    """Operations in force that rest on the chosen ones, or on one that does, oldest first.

    One rests on an earlier one that changed the same memory, link or core, or that added a memory
    which it names.

    Args:
        chosen: ids of operations.
        history: committed dreams with their operations, oldest first, from the first chosen one on.
    """
    touched: set[str] = set()
    added: set[str] = set()
    found: list[Operation] = []
    for operation in (o for report in history for o in in_force(report)):
        mine = operation.id in chosen
        if not mine and operation.target not in touched and not added & set(named(operation)):
            continue
        if not mine:
            found.append(operation)
        if operation.target != ALL:
            touched.add(operation.target)
        if operation.kind == "add_memory":
            added.add(operation.target)
    return found


def named(operation: Operation) -> Iterator[str]:
    """Ids of the memories and ends that the state after an operation names, but for its target."""
    after = operation.after or {}
    yield from after.get("cites", ())
    yield from (after[name] for name in ("superseded_by", "a", "b") if after.get(name))
    yield from (line["memory"] for line in after.get("lines", ()))
