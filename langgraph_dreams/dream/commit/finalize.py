"""The end of a dream: its report, tried by the guard, then written or refused with a reason.

Order of writes: the journal (status committing, with every operation), links and memories, the
marks on episodes and recalls, the journal again (status committed). A dream that was cut short is
finished from the journal by the next to open the namespace.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from langgraph_dreams.dream.commit.figures import health_of
from langgraph_dreams.dream.commit.floor import keep_floor, with_floor
from langgraph_dreams.dream.commit.guard import Verdict, verdict_of
from langgraph_dreams.dream.commit.morning import with_morning
from langgraph_dreams.dream.commit.rejections import put_rejected
from langgraph_dreams.dream.commit.selection import with_approved
from langgraph_dreams.dream.health.examine import examined, tell_alarms
from langgraph_dreams.dream.learner.learn import learned_figures
from langgraph_dreams.dream.levels.ladder import told_levels
from langgraph_dreams.dream.runtime.context import StageContext, timed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import finish
from langgraph_dreams.dream.transaction.dependencies import named
from langgraph_dreams.recall.plans import turns_ahead
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import ALL, MEMORY_KINDS, SINGLE_KINDS, Operation
from langgraph_dreams.types.reports import Concern, DreamPlan, DreamReport, DreamStatus

LEFT_OUT = "left_out"
"""Figure of a dream's health: operations that the guard left out of it."""
OVERTAKEN = (
    "another dream or a rollback came since this one began; nothing was written, dream again"
)
FORGOTTEN = "what this one rests on was forgotten since it began; nothing was written, dream again"


def report_of(context: StageContext, state: DreamState, status: DreamStatus) -> DreamReport:
    """The dream so far as a report, not yet numbered."""
    counts = state["counts"]
    operations = tuple(Operation.model_validate(o) for o in state["operations"])
    return DreamReport(
        id=state["dream"],
        namespace=context.vault.parts,
        status=status,
        started=datetime.fromisoformat(state["started"]),
        finished=now(),
        depth=state.get("chosen", "sleep"),  # one that waits since an earlier version has none
        levels=told_levels(state.get("levels", {}), operations),
        episodes=tuple(state["episodes"]),
        concerns=tuple(Concern.model_validate(c) for c in state["concerns"]),
        counts=counts,
        operations=operations,
        narrative=state["narrative"],
        summary=state["summary"],
        plan=DreamPlan.model_validate(state["plan"]) if state["plan"] else None,
        cost=state.get("cost", {}),
        health=health_of(counts) | learned_figures(operations),
        notes=tuple(state["notes"]),
        recalls=tuple(state["recalls"]),
    )


def with_guard_verdict(context: StageContext, report: DreamReport) -> DreamReport:
    """The report with the guard's figures, and without the operations that it finds at fault.

    Rejected, with the reasons, if what is left must not be written either. A dry run is told the
    same, and stays a dry run.
    """
    tried, verdict = _tried(context, report)
    if report.depth == "nap":
        return tried
    tried = examined(context, tried)
    return tried if verdict.faults else with_morning(context, tried, verdict.check)


def _tried(context: StageContext, report: DreamReport) -> tuple[DreamReport, Verdict]:
    """The report, and the verdict on what is left of it: with faults when it is refused."""
    verdict = verdict_of(context, report.operations, report.recalls, report.depth != "nap")
    told = _told(report, verdict)
    if not verdict.faults:
        return told, verdict
    left = _without_faults(context, report, verdict)
    if left is None:
        return refused(told, *verdict.faults), verdict
    done, again = left
    return done, replace(verdict, faults=[], check=again.check)


def _told(report: DreamReport, verdict: Verdict) -> DreamReport:
    health = {**report.health, **verdict.figures}
    notes = (*report.notes, *(n for n in verdict.notes if n not in report.notes))
    return report.model_copy(update={"health": health, "notes": notes})


def _without_faults(
    context: StageContext, report: DreamReport, verdict: Verdict
) -> tuple[DreamReport, Verdict] | None:
    """The rest of a dream, if it is worth anything and passes; what was left out is told."""
    kept = {o.id for o in report.operations if o.id not in verdict.at_fault}
    left = with_approved(context, report, kept, {}) if verdict.at_fault else report
    gone = len(report.operations) - len(left.operations)
    if not gone or not _worth(report.operations, left.operations):
        return None
    again = verdict_of(context, left.operations, left.recalls, left.depth != "nap")
    if again.faults:
        return None
    whys = Counter(verdict.at_fault.values())
    notes = [f"left out {count} operations: {why}" for why, count in whys.items()]
    if (resting := gone - whys.total()) > 0:
        notes.append(f"left out {resting} operations that rest on these, or are void without")
    done = _told(left.model_copy(update={"notes": (*left.notes, *notes)}), again)
    return done.model_copy(update={"health": {**done.health, LEFT_OUT: gone}}), again


def _worth(whole: Sequence[Operation], left: Sequence[Operation]) -> bool:
    """True if something is left, and memories too where there were new ones."""
    rest = [o for o in left if o.target != ALL and o.kind not in SINGLE_KINDS]
    adds = any(o.kind == "add_memory" for o in rest)
    return bool(rest) and (adds or all(o.kind != "add_memory" for o in whole))


def refused(report: DreamReport, *why: str) -> DreamReport:
    """The report as one of a dream that is not written, with the reasons."""
    status = "dry_run" if report.status == "dry_run" else "rejected"
    notes = (*report.notes, *(f"rejected: {fault}" for fault in why))
    number = 0 if status == "rejected" else report.number
    what = {"status": status, "number": number, "notes": notes, "morning": None}
    return report.model_copy(update=what)


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
        return timed(context, refused(report, OVERTAKEN), "commit")
    nap = report.depth == "nap"
    if nap and _forgotten(context, report.operations):  # others have held the lease all along
        return timed(context, refused(report, FORGOTTEN), "commit")
    pending, verdict = _tried(
        context, report.model_copy(update={"status": "committing", "number": number})
    )
    if not nap:
        pending = examined(context, pending)
        tell_alarms(context, pending)
    if pending.status != "rejected":
        if not nap:
            pending = with_morning(context, with_floor(vault, pending), verdict.check)
            ahead = turns_ahead(vault, pending.episodes)
            pending = pending.model_copy(update={"planned": ahead})
        vault.put_dream(pending)
        done = finish(vault, pending, partial(timed, context, node="commit"))
        keep_floor(vault, done)
        return done
    if nap:  # the sleep tries the same again
        return timed(context, pending, "commit")
    return put_rejected(vault, timed(context, pending, "commit"), verdict.blamed)


def _forgotten(context: StageContext, operations: Sequence[Operation]) -> bool:
    """True if an item that operations change, cite or name is gone."""
    added = {o.target for o in operations if o.before is None}
    needed = {o.target for o in operations if o.kind in MEMORY_KINDS}
    for operation in operations:
        state = operation.state_after()
        needed.update(named(operation), state.sources if isinstance(state, Memory) else ())
    needed -= added
    return not needed <= context.vault.get(sorted(needed)).keys()
