"""Undoing from the page: first a look at what rests on it, then what was confirmed."""

from collections.abc import Collection, Sequence
from typing import TypedDict

from langgraph_dreams.dream.transaction.dependencies import dependents_of, in_force
from langgraph_dreams.errors import RollbackError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.rollback import Rollback
from langgraph_dreams.web.views.items import texts
from langgraph_dreams.web.views.nights import ids_of


class UndoPreview(TypedDict):
    """Later operations that would have to be undone, too, with texts of what they speak of."""

    resting: list[Operation]
    texts: dict[str, str]


class Undone(TypedDict):
    """Counts of an undoing."""

    dream: str
    undone: int
    cascaded: int
    left: list[str]
    episodes: int


def resting(namespace: Namespace, dream: str, operations: Collection[str]) -> list[Operation]:
    """Later operations that rest on these of a dream, or on all of it when there are none named.

    Raises UnknownDreamError.
    """
    report = namespace.report(dream)
    chosen = set(operations) or {o.id for o in in_force(report)}
    after = (d for d in namespace.dreams() if d.status == "committed" and d.number > report.number)
    later = sorted(after, key=lambda d: d.number)
    return dependents_of(chosen, [report, *(namespace.report(d.id) for d in later)])


def preview(namespace: Namespace, dream: str, operations: Collection[str]) -> UndoPreview:
    """Ask what rests on operations of a dream; nothing is undone."""
    found = resting(namespace, dream, operations)
    return {
        "resting": found,
        "texts": texts(namespace.vault, ids_of(found)),
    }


def undo(
    namespace: Namespace,
    dream: str,
    operations: Sequence[str],
    confirmed: Collection[str],
    redream: bool,
) -> Undone:
    """Undo a night, or operations of it, with no more than was shown and confirmed.

    Args:
        namespace: whose.
        dream: id of the dream.
        operations: ids of its operations; empty for the whole night.
        confirmed: ids of the later operations that may be undone with them.
        redream: whether the next dream takes a whole night's episodes up again.

    Raises:
        RollbackError: it cannot be undone, or more rests on it than was confirmed; nothing is
            written.
        UnknownDreamError: no such dream.
        BusyError: a dream is under way.
    """
    more = {o.id for o in resting(namespace, dream, operations)} - set(confirmed)
    if more:
        raise RollbackError(
            f"{len(more)} operations rest on this that were not confirmed; look at it again"
        )
    cascade = bool(confirmed)
    if operations:
        return _told(namespace.undo(operations, cascade=cascade))
    return _told(namespace.rollback(dream, cascade=cascade, redream=redream))


def _told(done: Rollback) -> Undone:
    return {
        "dream": done.dream,
        "undone": len(done.operations),
        "cascaded": len(done.cascaded),
        "left": list(done.left),
        "episodes": done.episodes,
    }
