"""Rollback of dreams in a namespace, and the difference that a dream made, to look at before."""

from collections.abc import Iterable, Sequence

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.transaction import rollback as transaction
from langgraph_dreams.errors import InvalidInputError, UnknownDreamError
from langgraph_dreams.namespace.reading import report
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.rollback import DreamDiff, Rollback


def diff(session: NamespaceSession, dream: str | DreamReport) -> DreamDiff:
    """The difference that a dream made, or would make."""
    entry = dream if isinstance(dream, DreamReport) else report(session, dream)
    return transaction.diff(session.vault, entry)


def rollback(session: NamespaceSession, dream_id: str, cascade: bool, redream: bool) -> Rollback:
    """Undo a dream."""
    checked_flag("cascade", cascade)
    checked_flag("redream", redream)
    found = report(session, dream_id)
    session.vault.flush()
    with session.leased("a rollback"):
        return transaction.roll_back(session.vault, report(session, found.id), cascade, redream)


def undo(session: NamespaceSession, operations: Sequence[str], cascade: bool) -> Rollback:
    """Undo single operations of one dream."""
    checked_flag("cascade", cascade)
    given = [operations] if isinstance(operations, str) else operations
    ids = list(given) if isinstance(given, Iterable) else []
    if not ids or not all(isinstance(i, str) for i in ids):
        raise InvalidInputError(f"undo takes ids of operations, not {shown(operations)}")
    with session.leased("an undoing"):
        return transaction.undo(session.vault, _dream_of(session, ids[0]), ids, cascade)


def _dream_of(session: NamespaceSession, operation: str) -> DreamReport:
    for header in reversed(session.vault.dreams()):
        entry = session.vault.get_dream(header.id)
        if entry is not None and any(o.id == operation for o in entry.operations):
            return entry
    raise UnknownDreamError(
        f"no dream of {session!r} has an operation {shown(operation)}; `report(id)` lists them"
    )
