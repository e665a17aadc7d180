"""The answer to a dream that waits for a person, applied to it, in a run or from the journal.

All of it under the lease. The journal's entry is what was asked about; a forgetting may have
rewritten it, and another dream overtaken it; then nothing is written.
"""

from typing import Any

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.commit.finalize import OVERTAKEN, commit_report, refused, report_of
from langgraph_dreams.dream.commit.refusals import left_out
from langgraph_dreams.dream.commit.selection import with_approved
from langgraph_dreams.dream.recovery import recover_pending
from langgraph_dreams.dream.review.answer import Answered, answer_of
from langgraph_dreams.dream.review.request import digest_of, offered
from langgraph_dreams.dream.runtime.context import StageContext, timed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.refused import refusals
from langgraph_dreams.errors import ReviewError
from langgraph_dreams.types.reports import DreamReport

UNREVIEWED = "what was to be written is not what was reviewed; nothing was written, dream again"
_DECLINED = "a person approved none of it; its episodes wait for the next dream"
_FOR_GOOD = "a person approved none of it; its episodes are not dreamt of again"
_GONE = (
    "it waits no longer: it was forgotten, or dreamt again since; nothing was written, dream again"
)
_FORGOTTEN = "something of it was forgotten while it waited; nothing was written, dream again"
_MESSAGE = 300  # characters of what a person says to a rejection


def decided(context: StageContext, entry: DreamReport, answer: Answered) -> DreamReport | None:
    """The rest of a dream after an answer, with notes of it; None when nothing is left."""
    if not answer.approved:
        return None
    left = with_approved(context, entry, answer.approved, answer.texts)
    rejected = len(offered(entry)) - len(answer.approved)
    resting = len(entry.operations) - len(left.operations) - rejected
    counted = (
        (len(answer.approved), "a person approved {} operations"),
        (len(answer.texts), "a person put {} memories in other words"),
        (rejected, "a person rejected {} operations"),
        (resting, "{} operations rest on those, or are void without, and are not written"),
    )
    notes = [text.format(count) for count, text in counted if count > 0]
    notes += [f"a person said: {said}"] if (said := _said(answer)) else []
    return left.model_copy(update={"notes": (*left.notes, *notes)})


def declined(answer: Answered) -> str:
    """Reason why nothing is left of a dream."""
    said = _said(answer)
    return f"{_DECLINED}: {said}" if said else _DECLINED


def _said(answer: Answered) -> str:
    return one_line(answer.message, _MESSAGE)


def finish_asked(context: StageContext, state: DreamState) -> DreamReport:
    """In a run that asked a person: write what was approved; returns what became of the dream."""
    vault = context.vault
    entry = vault.get_dream(state["dream"])
    if entry is not None and entry.status == "committed":
        return entry  # here or elsewhere, of the same episodes
    if entry is None or entry.digest != state["asked"]:
        return timed(context, refused(report_of(context, state, "planned"), _GONE), "commit")
    if entry.status != "waiting":
        return entry  # decided on elsewhere
    if busy := state.get("busy"):
        note = f"it still waits in the journal: {busy}"
        return entry.model_copy(update={"notes": (*entry.notes, note)})
    if not context.reviewing.pauses:
        return entry
    recover_pending(vault)
    if why := state.get("declined"):
        return _declined(context, entry, why)
    report = report_of(context, state, "planned")
    if digest_of(report) != state.get("reviewed"):
        return close_review(context, entry, UNREVIEWED)
    fields = ("operations", "counts", "health", "narrative", "summary", "notes", "cost")
    left = entry.model_copy(update={name: getattr(report, name) for name in fields})
    return commit_approved(context, entry, left)


def approve(context: StageContext, entry: DreamReport, answer: Any) -> DreamReport:
    """From the journal: what a person's answer makes of a dream that waits.

    Raises ReviewError: it does not wait, or the answer cannot be taken.
    """
    _require_waiting(entry)
    recover_pending(context.vault)
    given = answer_of(context.vault, entry, answer)
    left = decided(context, entry, given)
    if left is None:
        return _declined(context, entry, declined(given))
    return commit_approved(context, entry, left)


def reject(context: StageContext, entry: DreamReport, redream: bool) -> DreamReport:
    """From the journal: write nothing of a dream that waits.

    Raises ReviewError: it does not wait.
    """
    _require_waiting(entry)
    if redream:
        return _declined(context, entry, _DECLINED)
    # The marks first: of a death in between is left a dream that waits, to be rejected again.
    # What another dream took up since is that one's.
    vault, episodes, recalls = context.vault, set(entry.episodes), set(entry.recalls)
    vault.mark_dreamt([name for name in vault.undreamt() if name in episodes], entry.id)
    vault.mark_recalls([note.id for note in vault.recalls() if note.id in recalls], entry.id)
    return _declined(context, entry, _FOR_GOOD)


def _declined(context: StageContext, entry: DreamReport, why: str) -> DreamReport:
    """A person wants none of it: it is not proposed again without new evidence."""
    known = entry.model_copy(update={"refused": refusals(entry.operations)})
    return close_review(context, known, why)


def _require_waiting(entry: DreamReport) -> None:
    if entry.status != "waiting":
        raise ReviewError(
            f"dream {entry.id} is {entry.status}, and only one that is waiting can be reviewed;"
            " `dreams()` lists them with their status"
        )


def commit_approved(context: StageContext, entry: DreamReport, report: DreamReport) -> DreamReport:
    """Write what is left of a dream that waited, unless it is out of date."""
    vault = context.vault
    if digest_of(entry) != entry.digest:
        return close_review(context, entry, _FORGOTTEN)
    if vault.version() != entry.version:
        return close_review(context, entry, OVERTAKEN)
    report = left_out(entry, report)
    return commit_report(context, report, entry.version, vault.last_number() + 1)


def close_review(context: StageContext, entry: DreamReport, why: str) -> DreamReport:
    """End the waiting of a dream; nothing of it is written but that and why."""
    done = timed(context, refused(entry, why), "commit")
    context.vault.put_dream(done)
    return done
