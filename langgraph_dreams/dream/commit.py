"""Waking: guards, journals and applies the dream; safe to repeat at any point.

Order of writes: the journal (status committing, with every operation), links and memories, the
marks on episodes and recalls, the journal again (status committed). A dream that was cut short is
finished from the journal by the next to open the namespace. A dream that the guard refuses is
journalled as rejected, and one that lost its namespace to another writes nothing at all.
"""

from typing import Any

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.guard import guarded
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.dream.transaction import finish
from langgraph_dreams.models import Concern, DreamPlan, DreamReport, DreamStatus, Operation, now

_OVERTAKEN = (
    "another dream or a rollback came since this one began; nothing was written, dream again"
)


def commit(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Write the dream; a dry run or an empty night changes no memory and no link."""
    report = _woken(bed, state)
    # A thread with a checkpointer keeps its state: what this dream was told ends with it.
    return {"report": report.model_dump(mode="json"), "focus": "", "dry_run": False, "budget": {}}


def _woken(bed: Bed, state: DreamState) -> DreamReport:
    if state.get("dry_run"):
        return _judged(bed, _report(bed, state, "dry_run"))
    if busy := state.get("busy"):
        return _refused(_report(bed, state, "rejected"), busy)
    done = _committed(bed, state)
    bed.tell("commit", "progress", done.status, operations=len(done.operations))
    return done


def _committed(bed: Bed, state: DreamState) -> DreamReport:
    """Under the lease: what became of the dream."""
    vault = bed.vault
    if not (state["episodes"] or state["operations"] or state["recalls"]):
        done = _report(bed, state, "noop")
        vault.put_dream(done)
        return done
    same = vault.get_dream(state["dream"])
    if same is not None and same.status == "committed":
        return same  # the same snapshot, resumed after it was written
    if vault.version() != state["version"]:
        return _refused(_report(bed, state, "rejected"), _OVERTAKEN)
    pending = _judged(bed, _report(bed, state, "committing"))
    vault.put_dream(pending)
    return pending if pending.status == "rejected" else finish(vault, pending)


def _judged(bed: Bed, report: DreamReport) -> DreamReport:
    """The report with the guard's figures; rejected, with the reasons, if it must not be written.

    A dry run is told the same, and stays a dry run.
    """
    verdict = guarded(bed, report.operations, report.recalls)
    judged = report.model_copy(update={"health": {**report.health, **verdict.figures}})
    return _refused(judged, *verdict.faults) if verdict.faults else judged


def _refused(report: DreamReport, *why: str) -> DreamReport:
    status = "dry_run" if report.status == "dry_run" else "rejected"
    notes = (*report.notes, *(f"rejected: {fault}" for fault in why))
    number = 0 if status == "rejected" else report.number
    return report.model_copy(update={"status": status, "number": number, "notes": notes})


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
