"""Waking: journals the dream, then applies its operations; safe to repeat at any point.

Order of writes: the journal (status committing, with every operation), links and memories, the
marks on episodes and recalls, the journal again (status committed). A dream that was cut short is
finished from the journal by the next one.
"""

from typing import Any

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.models import Concern, DreamReport, DreamStatus, Link, Memory, Operation, now
from langgraph_dreams.store import Vault

_LINK_KINDS = frozenset({"add_link", "strengthen_link", "retire_link"})
_MEMORY_KINDS = frozenset({"add_memory", "merge_memory", "supersede_memory", "retire_memory"})
_RECALLS = "recalls:"  # prefix of the note that keeps the ids of the recalls a dream learnt from


def commit(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Write the dream; a dry run or an empty night changes no memory and no link."""
    if state.get("dry_run"):
        return {"report": _report(bed, state, "dry_run").model_dump(mode="json")}
    if not (state["episodes"] or state["operations"] or state["recalls"]):
        report = _report(bed, state, "noop")
        bed.vault.put_dream(report)
        return {"report": report.model_dump(mode="json")}
    pending = _report(bed, state, "committing")
    bed.vault.put_dream(pending)
    done = _finish(bed.vault, pending, state["recalls"])
    bed.tell("commit", "progress", "written", operations=len(done.operations))
    return {"report": done.model_dump(mode="json")}


def finish_pending(vault: Vault) -> list[str]:
    """Finish the dreams that a death cut short; returns their ids."""
    cut = [r for r in vault.dreams() if r.status == "committing"]
    for header in cut:
        whole = vault.get_dream(header.id)
        if whole is not None:
            _finish(vault, whole, _recalls_of(whole))
    return [r.id for r in cut]


def _finish(vault: Vault, pending: DreamReport, recalls: list[str]) -> DreamReport:
    apply(vault, pending.operations)
    vault.mark_dreamt(list(pending.episodes), pending.id)
    vault.mark_recalls(recalls, pending.id)
    done = pending.model_copy(update={"status": "committed", "finished": now()})
    vault.put_dream(done)
    return done


def apply(vault: Vault, operations: tuple[Operation, ...]) -> None:
    """Write what operations say; every one sets a state, so that a second time changes nothing."""
    links = [Link.model_validate(o.after) for o in operations if o.kind in _LINK_KINDS]
    memories = [Memory.model_validate(o.after) for o in operations if o.kind in _MEMORY_KINDS]
    if memories:
        vault.put_memories(memories)
    if links:
        vault.put_links(links)


def _recalls_of(report: DreamReport) -> list[str]:
    for note in report.notes:
        if note.startswith(_RECALLS):
            return note.removeprefix(_RECALLS).split()
    return []


def _report(bed: Bed, state: DreamState, status: DreamStatus) -> DreamReport:
    counts = state["counts"]
    added, repeats = counts.get("add_link", 0), counts.get("repeats", 0)
    found = counts.get("candidates", 0)
    notes = list(state["notes"])
    if state["recalls"]:
        notes.append(_RECALLS + " ".join(state["recalls"]))
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
        cost=state.get("cost", {}),
        health={
            "novelty": round(added / (added + repeats), 4) if added + repeats else 0.0,
            "repeats": round(repeats / (added + repeats), 4) if added + repeats else 0.0,
            "yield": round(added / found, 4) if found else 0.0,
        },
        notes=tuple(notes),
    )
