"""The review stage, before anything is written: by nobody, a rule, or a person (the run pauses).

A dream that waits for a person is in the journal, with its operations and their digest, and holds
no lease: whoever dreams meanwhile overtakes it. What passes gets a digest of its own, and the
commit writes nothing else.
"""

from collections import Counter

from langgraph.types import interrupt

from langgraph_dreams._text import shown
from langgraph_dreams.dream.commit.finalize import report_of
from langgraph_dreams.dream.commit.guard import verdict_of
from langgraph_dreams.dream.commit.morning import with_morning
from langgraph_dreams.dream.commit.refusals import without_refused
from langgraph_dreams.dream.commit.selection import with_approved
from langgraph_dreams.dream.review.answer import Answered, answer_of
from langgraph_dreams.dream.review.approval import decided, declined
from langgraph_dreams.dream.review.request import (
    RESPONSE_SCHEMA,
    asked_again,
    digest_of,
    offered,
    request_of,
)
from langgraph_dreams.dream.runtime.context import StageContext, timed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Changes
from langgraph_dreams.errors import DreamsError, InvalidInputError, ReviewError
from langgraph_dreams.store import Lease
from langgraph_dreams.store.records.journal import storable_report
from langgraph_dreams.store.validation import clean_all
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.review import Approve, ReviewRule, fault


def review(context: StageContext, state: DreamState) -> Changes:
    """Let pass what may be written."""
    if state.get("busy") or not state["operations"]:
        return _unseen(context, 0)
    given = report_of(context, state, "planned")
    report = without_refused(context, given)
    mode = context.reviewing.mode
    if not mode or not report.operations:
        _unseen(context, len(report.operations))
        return {} if report is given else _passed(report)
    if mode == "auto":
        return _apply_rule(context, report)
    if state.get("dry_run"):
        return {} if report is given else _passed(report)  # it asks nobody
    kept = _as_kept(context, report)
    return _ask(context, state, kept) if offered(kept) else _passed(kept)


def _unseen(context: StageContext, operations: int) -> Changes:
    context.send_progress("review", "progress", "nobody looks", operations=operations)
    return {}


def _passed(report: DreamReport) -> Changes:
    """Changes of the state when this is what may be written."""
    return {
        "operations": [o.model_dump(mode="json") for o in report.operations],
        "counts": report.counts,
        "notes": list(report.notes),
        "summary": report.summary,
        "narrative": report.narrative,
        "reviewed": digest_of(report),
    }


# -- by rule


def _apply_rule(context: StageContext, report: DreamReport) -> Changes:
    rule = context.reviewing.approve or context.policy.review
    faults = {o.id: _fault(rule, o) for o in offered(report)}
    held = Counter(why for why in faults.values() if why)
    passing = {name for name, why in faults.items() if not why}
    left = with_approved(context, report, passing, {})
    gone = len(report.operations) - len(left.operations)
    notes = [f"held back {count} operations {why}" for why, count in sorted(held.items())]
    if resting := gone - held.total():
        notes.append(f"held back {resting} operations that rest on these, or are void without")
    counts = {**left.counts, "held_back": gone} if gone else left.counts
    context.send_progress("review", "progress", "a rule decides", held_back=gone)
    return _passed(left.model_copy(update={"counts": counts, "notes": (*left.notes, *notes)}))


def _fault(rule: ReviewRule | Approve, operation: Operation) -> str:
    """Reason why a rule holds an operation back; empty when it passes."""
    if isinstance(rule, ReviewRule):
        return fault(rule, operation)
    try:
        passes = rule(operation)
    except DreamsError:
        raise
    except Exception as error:
        raise InvalidInputError(
            f"approve raised {type(error).__name__} on the operation {operation.id}; nothing was"
            " written, mend the function and dream again"
        ) from error
    if not isinstance(passes, bool):
        raise InvalidInputError(
            f"approve answered {shown(passes)} for the operation {operation.id}, not True or"
            " False; nothing was written, mend the function and dream again"
        )
    return "" if passes else "by the caller's rule"


# -- by a person


def _as_kept(context: StageContext, report: DreamReport) -> DreamReport:
    """The report as the journal keeps it, with its digest; it begins to wait."""
    kept = DreamReport.model_validate(
        clean_all(storable_report(report, context.vault.redact).model_dump(mode="json"))
    )
    return kept.model_copy(update={"status": "waiting", "digest": digest_of(kept)})


def _ask(context: StageContext, state: DreamState, kept: DreamReport) -> Changes:
    """Wait for an answer; what is decided elsewhere meanwhile needs none."""
    asked: Changes = {"asked": kept.digest}
    entry = context.vault.get_dream(kept.id)
    if entry is None or entry.digest != kept.digest:
        if not _holding(context, state):
            return asked  # it was forgotten, or another dreamt the same since
        entry = _tried(context, kept.model_copy(update={"version": state["version"]}))
        entry = timed(context, entry, "review")
        context.vault.put_dream(entry)
    if entry.status != "waiting" or not context.reviewing.pauses:
        return asked
    context.send_progress(
        "review", "progress", "waits for a person", operations=len(entry.operations)
    )
    answer = _wait_for_answer(context, entry)
    left = decided(context, entry, answer)
    if left is None:
        return {**asked, "declined": declined(answer)}
    return {**asked, **_passed(left)}


def _tried(context: StageContext, entry: DreamReport) -> DreamReport:
    """The dream with what the guard says of it as it stands, so that nobody approves in vain."""
    verdict = verdict_of(context, entry.operations, entry.recalls)
    notes = [*verdict.notes, *(f"all of it would be refused: {f}" for f in verdict.faults)]
    health = {**entry.health, **verdict.figures}
    tried = entry.model_copy(update={"health": health, "notes": (*entry.notes, *notes)})
    return tried if verdict.faults else with_morning(context, tried, verdict.check)


def _holding(context: StageContext, state: DreamState) -> bool:
    """True if this run still has the lease: one that goes on after a pause has let go of it."""
    return bool(state["lease"]) and context.vault.leases.holds(Lease(**state["lease"]))


def _wait_for_answer(context: StageContext, entry: DreamReport) -> Answered:
    """The first answer that can be taken; each other one is asked again, with the reason."""
    request = asked = request_of(context.vault, entry)
    while True:
        try:
            answer = interrupt(asked, response_schema=RESPONSE_SCHEMA)
            return answer_of(context.vault, entry, answer)
        except ReviewError as error:
            asked = asked_again(request, str(error))
