"""Deciding on dreams that wait for a person: approved, in part or in other words, or rejected."""

from collections.abc import Callable

from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.review import approval
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.namespace.reading import report
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.types.reports import DreamReport


def approve(session: NamespaceSession, dream_id: str, answer: object) -> DreamReport:
    """Write a dream that waits, or what is approved of it."""
    return _decide(session, dream_id, lambda own, entry: approval.approve(own, entry, answer))


def reject(session: NamespaceSession, dream_id: str, redream: bool) -> DreamReport:
    """Write nothing of a dream that waits."""
    checked_flag("redream", redream)
    return _decide(session, dream_id, lambda own, entry: approval.reject(own, entry, redream))


def _decide(
    session: NamespaceSession,
    dream_id: str,
    decision: Callable[[StageContext, DreamReport], DreamReport],
) -> DreamReport:
    """Make of a dream what was decided, under the lease."""
    found = report(session, dream_id)
    session.vault.flush()
    context = StageContext(session.vault, session.policy, lambda _: None)
    with session.leased("a review"):
        return decision(context, report(session, found.id))
