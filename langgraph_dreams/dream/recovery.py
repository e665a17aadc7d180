"""Recovery: what a killed process left half done is finished at the next opening, or next dream."""

from langgraph_dreams.dream.forget.run import everything_begun, finish_forgetting, forget_everything
from langgraph_dreams.dream.transaction.apply import cut_short, finish_pending, leased
from langgraph_dreams.dream.transaction.rollback import finish_undoing
from langgraph_dreams.errors import BusyError, StoreError
from langgraph_dreams.store import RESTORE, NamespaceStore


def recover_on_open(vault: NamespaceStore, seconds: float) -> None:
    """On the first use of a namespace in this process: finish what is half done.

    `seconds`: how long its lease is held at a time.

    Raises StoreError while it is being restored: it is not whole.
    """
    if not vault.first_look():
        return
    begun = vault.intents()
    if RESTORE in begun:
        vault.look_again()
        raise StoreError(
            f"the namespace {'/'.join(vault.parts)} is half restored: the restore of"
            f" {begun[RESTORE].get('file')!r} is under way or was cut short; run it again with the"
            " same file, or forget everything in this namespace first"
        )
    if not (begun or cut_short(vault)):
        return
    try:
        if everything_begun(vault):
            forget_everything(vault, seconds)
            return
        with leased(vault, "an opening that finishes what was cut short", seconds):
            recover_pending(vault)
    except BusyError:
        return  # whoever has the lease sees to it


def recover_pending(vault: NamespaceStore) -> list[str]:
    """Under the lease: finish what was cut short; returns the ids of dreams and rollbacks."""
    begun = bool(vault.intents())
    if begun:
        finish_forgetting(vault)
    cut = cut_short(vault)
    finish_pending(vault, cut)
    return [*cut, *finish_undoing(vault)] if begun else cut
