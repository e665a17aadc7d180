"""Waking: journals the dream, then applies its operations; safe to repeat at any point.

Order of writes: the journal (status committing, with every operation), links and memories, the
marks on episodes and recalls, the journal again (status committed). A dream that was cut short is
finished from the journal by the next one. Of two dreams at once the first to wake is committed, the
other is rejected and writes nothing.
"""

import threading
from collections.abc import Sequence
from typing import Any

from langgraph_dreams.dream.after import MEMORY_KINDS
from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.models import (
    Concern,
    Core,
    DreamPlan,
    DreamReport,
    DreamStatus,
    Link,
    Memory,
    Operation,
    now,
)
from langgraph_dreams.store import Vault

_LINK_KINDS = frozenset({"add_link", "strengthen_link", "retire_link"})
_WAKING = threading.RLock()  # one dream of this process commits at a time


def commit(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Write the dream; a dry run or an empty night changes no memory and no link."""
    report = _woken(bed, state)
    # A thread with a checkpointer keeps its state: what this dream was told ends with it.
    return {"report": report.model_dump(mode="json"), "focus": "", "dry_run": False, "budget": {}}


def _woken(bed: Bed, state: DreamState) -> DreamReport:
    if state.get("dry_run"):
        return _report(bed, state, "dry_run")
    with _WAKING:
        if not (state["episodes"] or state["operations"] or state["recalls"]):
            done = _report(bed, state, "noop")
            bed.vault.put_dream(done)
            return done
        done = _written_meanwhile(bed, state) or _finish(bed.vault, _begun(bed, state))
    bed.tell("commit", "progress", done.status, operations=len(done.operations))
    return done


def _begun(bed: Bed, state: DreamState) -> DreamReport:
    pending = _report(bed, state, "committing")
    bed.vault.put_dream(pending)
    return pending


def _written_meanwhile(bed: Bed, state: DreamState) -> DreamReport | None:
    """What became of this dream when another was committed since it was gathered.

    The same dream (the same snapshot, run twice or resumed) is not written again. Another one has
    changed what this one was planned on: nothing of this one is written.
    """
    same = bed.vault.get_dream(state["dream"])
    if same is not None and same.status == "committed":
        return same
    if max(bed.vault.committed_numbers(), default=0) < state["number"]:
        return None
    why = "another dream was committed since this one began; nothing was written, dream again"
    rejected = _report(bed, state, "rejected")
    return rejected.model_copy(update={"notes": (*rejected.notes, why)})


def cut_short(vault: Vault) -> list[str]:
    """Ids of the dreams that were journalled but not finished, oldest first."""
    with _WAKING:  # one that is being written by another thread is not cut short
        return [r.id for r in vault.dreams() if r.status == "committing"]


def finish_pending(vault: Vault, ids: Sequence[str]) -> None:
    """Finish dreams that a death cut short; one that is finished by now stays as it is."""
    with _WAKING:
        for name in ids:
            whole = vault.get_dream(name)
            if whole is not None and whole.status == "committing":
                _finish(vault, whole)


def _finish(vault: Vault, pending: DreamReport) -> DreamReport:
    apply(vault, pending.operations)
    vault.mark_dreamt(list(pending.episodes), pending.id)
    vault.mark_recalls(list(pending.recalls), pending.id)
    done = pending.model_copy(update={"status": "committed", "finished": now()})
    vault.put_dream(done)
    return done


def apply(vault: Vault, operations: tuple[Operation, ...]) -> None:
    """Write what operations say; every one sets a state, so that a second time changes nothing."""
    links = [Link.model_validate(o.after) for o in operations if o.kind in _LINK_KINDS]
    memories = [Memory.model_validate(o.after) for o in operations if o.kind in MEMORY_KINDS]
    cores = [Core.model_validate(o.after) for o in operations if o.kind == "change_core"]
    if memories:
        vault.put_memories(memories)
    if cores:
        vault.put_core(cores[-1])
    if links:
        _put_links(vault, links)


def _put_links(vault: Vault, links: list[Link]) -> None:
    try:
        vault.put_links(links)
    except InvalidInputError:
        # An end is gone since the dream was planned; that must not block every later dream.
        here = vault.get(list({end for link in links for end in (link.a, link.b)}))
        kept = [link for link in links if link.a in here and link.b in here]
        if len(kept) == len(links):
            raise
        vault.put_links(kept)


def _report(bed: Bed, state: DreamState, status: DreamStatus) -> DreamReport:
    counts = state["counts"]
    added = counts.get("add_link", 0) - counts.get("updates", 0)  # associations
    repeats = counts.get("repeats", 0)
    found = counts.get("candidates", 0)
    return DreamReport(
        id=state["dream"],
        namespace=bed.vault.parts,
        number=state["number"] if status in ("committing", "committed") else 0,
        status=status,
        started=state["started"],  # type: ignore[arg-type]
        finished=now(),
        episodes=tuple(state["episodes"]),
        concerns=tuple(Concern.model_validate(c) for c in state["concerns"]),
        counts=counts,
        operations=tuple(Operation.model_validate(o) for o in state["operations"]),
        narrative=state["narrative"],
        summary=state["summary"],
        plan=DreamPlan.model_validate(state["plan"]) if state["plan"] else None,
        cost=state.get("cost", {}),
        health={
            "novelty": round(added / (added + repeats), 4) if added + repeats else 0.0,
            "repeats": round(repeats / (added + repeats), 4) if added + repeats else 0.0,
            "yield": round(added / found, 4) if found else 0.0,
        },
        notes=tuple(state["notes"]),
        recalls=tuple(state["recalls"]),
    )
