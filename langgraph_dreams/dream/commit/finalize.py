"""The end of a dream: its report, tried by the guard, then written or refused with a reason.

Order of writes: the journal (status committing, with every operation), links and memories, the
marks on episodes and recalls, the journal again (status committed). A dream that was cut short is
finished from the journal by the next to open the namespace.
"""

from collections.abc import Mapping

from langgraph_dreams.dream.commit.guard import verdict_of
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import finish
from langgraph_dreams.types.base import now
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import Concern, DreamPlan, DreamReport, DreamStatus

OVERTAKEN = (
    "another dream or a rollback came since this one began; nothing was written, dream again"
)


def report_of(context: StageContext, state: DreamState, status: DreamStatus) -> DreamReport:
    """The dream so far as a report, not yet numbered."""
    counts = state["counts"]
    return DreamReport(
        id=state["dream"],
        namespace=context.vault.parts,
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
        health=health_of(counts),
        notes=tuple(state["notes"]),
        recalls=tuple(state["recalls"]),
    )


def health_of(counts: Mapping[str, int]) -> dict[str, float]:
    """Shares in [0, 1]: novelty, repeats, yield."""
    added = counts.get("add_link", 0) - counts.get("updates", 0)  # associations
    repeats = counts.get("repeats", 0)
    found = counts.get("candidates", 0)
    return {
        "novelty": round(added / (added + repeats), 4) if added + repeats else 0.0,
        "repeats": round(repeats / (added + repeats), 4) if added + repeats else 0.0,
        "yield": round(added / found, 4) if found else 0.0,
    }


def with_guard_verdict(context: StageContext, report: DreamReport) -> DreamReport:
    """The report with the guard's figures; rejected, with the reasons, if it must not be written.

    A dry run is told the same, and stays a dry run.
    """
    verdict = verdict_of(context, report.operations, report.recalls)
    told = report.model_copy(update={"health": {**report.health, **verdict.figures}})
    return refused(told, *verdict.faults) if verdict.faults else told


def refused(report: DreamReport, *why: str) -> DreamReport:
    """The report as one of a dream that is not written, with the reasons."""
    status = "dry_run" if report.status == "dry_run" else "rejected"
    notes = (*report.notes, *(f"rejected: {fault}" for fault in why))
    number = 0 if status == "rejected" else report.number
    return report.model_copy(update={"status": status, "number": number, "notes": notes})


def commit_report(
    context: StageContext, report: DreamReport, version: str, number: int
) -> DreamReport:
    """Under the lease: commit a dream, if it would do no harm and nothing came in between.

    Args:
        context: its surroundings.
        report: what is to be written.
        version: what the journal held when the dream began.
        number: the dream's, once it is committed.
    """
    vault = context.vault
    if vault.version() != version:
        return refused(report, OVERTAKEN)
    pending = with_guard_verdict(
        context, report.model_copy(update={"status": "committing", "number": number})
    )
    vault.put_dream(pending)
    return pending if pending.status == "rejected" else finish(vault, pending)
