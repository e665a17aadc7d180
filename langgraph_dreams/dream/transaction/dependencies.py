"""Operations of later dreams that rest on given ones; pure."""

from collections.abc import Collection, Iterator, Sequence

from langgraph_dreams.types.items import Archival, Core, Link, Memory
from langgraph_dreams.types.operations import ALL, Operation
from langgraph_dreams.types.reports import DreamReport


def in_force(report: DreamReport) -> list[Operation]:
    """The operations of a dream that were not undone."""
    undone = set(report.undone)
    return [o for o in report.operations if o.id not in undone]


def dependents_of(chosen: Collection[str], history: Sequence[DreamReport]) -> list[Operation]:
    """Operations in force that rest on the chosen ones, or on one that does, oldest first.

    One rests on an earlier one that changed the same memory, link, core or weights, or that
    added a memory which it names.

    Args:
        chosen: ids of operations.
        history: committed dreams with their operations, oldest first, from the first chosen one on.
    """
    touched: set[str] = set()
    added: set[str] = set()
    found: list[Operation] = []
    for operation in (o for report in history for o in in_force(report)):
        mine = operation.id in chosen
        rests = operation.target in touched or (added and not added.isdisjoint(named(operation)))
        if not mine and not rests:
            continue
        if not mine:
            found.append(operation)
        if operation.target != ALL:
            touched.add(operation.target)
        if operation.kind == "add_memory":
            added.add(operation.target)
    return found


def named(operation: Operation) -> Iterator[str]:
    """Ids of memories, bearers and ends that the state after names, but for the target."""
    after = operation.state_after()
    if isinstance(after, Memory):
        yield from after.cites
        if after.superseded_by:
            yield after.superseded_by
    elif isinstance(after, Link):
        yield from (after.a, after.b)
    elif isinstance(after, Archival):
        yield after.archived
    elif isinstance(after, Core):
        yield from (line.memory for line in after.lines)
