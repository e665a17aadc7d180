"""Forgetting in a namespace: the only true delete, asked for by a person, and complete."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.forget import run
from langgraph_dreams.dream.forget.plan import forgetting_plan
from langgraph_dreams.dream.forget.select import Chosen, choose, wanted
from langgraph_dreams.dream.recovery import recover_pending
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.errors import BusyError, InvalidInputError
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.types.forgotten import Forgotten


class Selectors(NamedTuple):
    """Arguments of `forget` that say what goes; None says nothing."""

    episodes: Sequence[str] | None
    thread: str | None
    since: datetime | None
    until: datetime | None
    text: str | None
    memories: Sequence[str] | None


def forget(
    session: NamespaceSession, selectors: Selectors, *, everything: bool, dry_run: bool
) -> Forgotten:
    """Remove what is selected and all that came of it; returns what was removed."""
    checked_flag("everything", everything)
    checked_flag("dry_run", dry_run)
    if everything:
        if any(selector is not None for selector in selectors):
            raise InvalidInputError("everything=True goes with no other selector; give one")
        return _forget_everything(session, dry_run)
    want = wanted(*selectors)
    session.flush()
    vault = session.vault
    if dry_run:
        return run.forgotten(vault, forgetting_plan(vault, choose(vault, want)), dry_run=True)
    with session.leased("forgetting"):
        recover_pending(vault)
        return run.forget(vault, choose(vault, want))


def _forget_everything(session: NamespaceSession, dry_run: bool) -> Forgotten:
    session.store._flush_writers()
    vault = session.unrecovered()  # what is half restored can be forgotten, too
    vault.flush()
    found = run.inventory(vault)
    if dry_run:
        return found.model_copy(update={"dry_run": True})
    seconds = session.policy.lease_seconds
    compacted = run.forget_everything(vault, seconds, session.wait_seconds)
    return found.model_copy(update={"compacted": compacted})


def forget_puts(session: NamespaceSession, ids: Sequence[str]) -> bool:
    """Forget episodes that hold puts, with all that came of them; False while a dream is under way.

    Nothing finds them any more; their bytes go from the files when the store is next opened.
    """
    vault = session.vault
    vault.flush()
    try:
        with leased(vault, "forgetting", session.policy.lease_seconds):
            recover_pending(vault)
            there = tuple(vault.known(ids))
            run.forget(vault, Chosen(episodes=there), at_once=False)
    except BusyError:
        return False
    vault.note_removed()
    return True
