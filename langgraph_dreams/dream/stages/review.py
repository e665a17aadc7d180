"""A look before anything is written: nobody's, a rule's, or a person's, for whom the run pauses.

A dream that waits for a person is in the journal, with its operations and their digest, and holds
no lease: whoever dreams meanwhile overtakes it. What passes gets a digest of its own, and the
commit writes nothing else.
"""

from collections import Counter
from typing import Any

from langgraph.types import interrupt

from langgraph_dreams._text import shown
from langgraph_dreams.dream.commit.finalize import report_of
from langgraph_dreams.dream.commit.guard import guarded
from langgraph_dreams.dream.review.answer import Answered, answer_of
from langgraph_dreams.dream.review.approval import decided, declined
from langgraph_dreams.dream.review.request import RESPONSE_SCHEMA, digest_of, offered, request_of
from langgraph_dreams.dream.review.selection import chosen
from langgraph_dreams.dream.runtime.context import Bed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.errors import DreamsError, InvalidInputError, ReviewError
from langgraph_dreams.store import Lease
from langgraph_dreams.store.journal import storable_report
from langgraph_dreams.store.validation import clean_all
from langgraph_dreams.types.base import DreamReport, Operation
from langgraph_dreams.types.review import Approve, ReviewRule, fault


def review(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Let pass what may be written."""
    mode = bed.reviewing.mode
    if not mode or state.get("busy") or not state["operations"]:
        bed.tell("review", "progress", "nobody looks", operations=len(state["operations"]))
        return {}
    report = report_of(bed, state, "planned")
    if mode == "auto":
        return _ruled(bed, report)
    if state.get("dry_run"):
        return {}  # it asks nobody
    kept = _as_kept(bed, report)
    return _asked(bed, state, kept) if offered(kept) else _passed(kept)


def _passed(report: DreamReport) -> dict[str, Any]:
    """What changes in the state when this is what may be written."""
    return {
        "operations": [o.model_dump(mode="json") for o in report.operations],
        "counts": report.counts,
        "notes": list(report.notes),
        "summary": report.summary,
        "narrative": report.narrative,
        "reviewed": digest_of(report),
    }


# -- by rule


def _ruled(bed: Bed, report: DreamReport) -> dict[str, Any]:
    rule = bed.reviewing.approve or bed.policy.review
    faults = {o.id: _fault(rule, o) for o in offered(report)}
    held = Counter(why for why in faults.values() if why)
    passing = {name for name, why in faults.items() if not why}
    left = chosen(bed, report, passing, {})
    gone = len(report.operations) - len(left.operations)
    notes = [f"held back {count} operations {why}" for why, count in sorted(held.items())]
    if resting := gone - held.total():
        notes.append(f"held back {resting} operations that rest on these, or are void without")
    counts = {**left.counts, "held_back": gone} if gone else left.counts
    bed.tell("review", "progress", "a rule decides", held_back=gone)
    return _passed(left.model_copy(update={"counts": counts, "notes": (*left.notes, *notes)}))


def _fault(rule: ReviewRule | Approve, operation: Operation) -> str:
    """Why a rule holds an operation back; empty when it passes."""
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


def _as_kept(bed: Bed, report: DreamReport) -> DreamReport:
    """The report as the journal keeps it, with its digest; it begins to wait."""
    kept = DreamReport.model_validate(
        clean_all(storable_report(report, bed.vault.redact).model_dump(mode="json"))
    )
    return kept.model_copy(update={"status": "waiting", "digest": digest_of(kept)})


def _asked(bed: Bed, state: DreamState, kept: DreamReport) -> dict[str, Any]:
    """Wait for an answer; what is decided elsewhere meanwhile needs none."""
    asked = {"asked": kept.digest}
    entry = bed.vault.get_dream(kept.id)
    if entry is None or entry.digest != kept.digest:
        if not _holding(bed, state):
            return asked  # it was forgotten, or another dreamt the same since
        entry = _tried(bed, kept.model_copy(update={"version": state["version"]}))
        bed.vault.put_dream(entry)
    if entry.status != "waiting" or not bed.reviewing.pauses:
        return asked
    bed.tell("review", "progress", "waits for a person", operations=len(entry.operations))
    answer = _answered(bed, entry)
    left = decided(bed, entry, answer)
    if left is None:
        return {**asked, "declined": declined(answer)}
    return {**asked, **_passed(left)}


def _tried(bed: Bed, entry: DreamReport) -> DreamReport:
    """The dream with what the guard says of it as it stands, so that nobody approves in vain."""
    verdict = guarded(bed, entry.operations, entry.recalls)
    notes = [f"all of it would be refused: {fault}" for fault in verdict.faults]
    health = {**entry.health, **verdict.figures}
    return entry.model_copy(update={"health": health, "notes": (*entry.notes, *notes)})


def _holding(bed: Bed, state: DreamState) -> bool:
    """Whether this run still has the lease: one that goes on after a pause has let go of it."""
    return bool(state["lease"]) and bed.vault.leases.holds(Lease(**state["lease"]))


def _answered(bed: Bed, entry: DreamReport) -> Answered:
    """The first answer that can be taken; each other one is asked again, with the reason."""
    request = request_of(bed.vault, entry)
    while True:
        try:
            answer = interrupt(request, response_schema=RESPONSE_SCHEMA)
            return answer_of(bed.vault, entry, answer)
        except ReviewError as error:
            request = {**request, "problem": str(error)}
