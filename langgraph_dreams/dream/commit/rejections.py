"""Nights that the guard rejects one after the other, and what is set aside in the end.

A rejected dream leaves its episodes for the next one, which may do better: a model does not answer
twice alike. After some nights in a row what was at fault is set aside, so that the rest goes on and
nobody pays for the same again. Recall still finds episodes that are set aside.
"""

from collections.abc import Collection

from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import MEMORY_KINDS
from langgraph_dreams.types.reports import REJECTIONS, SET_ASIDE, DreamReport

_ALIKE = 3  # nights in a row


def put_rejected(
    vault: NamespaceStore, report: DreamReport, blamed: Collection[str]
) -> DreamReport:
    """Under the lease: journal a dream that the guard rejected; sets aside what it was tried for.

    `blamed` are the ids of the operations at fault.
    """
    nights = 1 + _before(vault, report)
    aside = _at_fault(report, blamed) if nights >= _ALIKE else []
    recalls = report.recalls if nights >= _ALIKE and not report.episodes else ()
    done = report.model_copy(
        update={"health": {**report.health, REJECTIONS: nights, SET_ASIDE: len(aside)}}
    )
    if aside or recalls:
        what = f"{len(aside)} episodes" if aside else f"{len(recalls)} noted recalls"
        note = (
            f"set aside {what}, which are not dreamt of again: {nights} nights in a row were"
            " rejected with them; recall still finds what they say"
        )
        done = done.model_copy(update={"notes": (*done.notes, note)})
    vault.put_dream(done)
    vault.mark_dreamt(aside, done.id)
    vault.mark_recalls(list(recalls), done.id)
    return done


def _before(vault: NamespaceStore, report: DreamReport) -> int:
    """Nights in a row that were rejected with some of the same episodes or recalls.

    One that is tried again of the same is the same entry of the journal, which counts for both.
    """
    known = {*report.episodes, *report.recalls}
    nights = 0
    for earlier in vault.dreams():
        if earlier.depth == "nap":
            continue  # no night
        if earlier.status == "committed" or earlier.health.get(SET_ASIDE):
            nights = 0
        elif earlier.status == "rejected" and known & {*earlier.episodes, *earlier.recalls}:
            nights = max(nights, int(earlier.health.get(REJECTIONS, 0)))
    return nights


def _at_fault(report: DreamReport, blamed: Collection[str]) -> list[str]:
    """The new episodes that the operations at fault rest on; all of them when none can be named."""
    memories = {o.target: o.memory() for o in report.operations if o.kind in MEMORY_KINDS}
    named: set[str] = set()
    for operation in report.operations:
        state = operation.state_after() if operation.id in blamed else None
        if isinstance(state, Memory):
            heir = memories.get(state.superseded_by)
            named.update(heir.sources if heir else state.sources)
    return [i for i in report.episodes if i in named] or list(report.episodes)
