"""Changes that a person refused or undid are proposed again on new evidence only.

Refused is what an answer to a review leaves out of a dream, all of one that is rejected, what
`undo` takes back, and all of a dream that is rolled back with `redream=False`. A rollback with
`redream` asks for the same night again, and what comes of it may be the same. The records stand in
the journal entry of the dream that proposed the change.
"""

from collections.abc import Iterable, Iterator, Sequence

from langgraph_dreams.dream.commit.selection import with_approved
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.transaction.refused import refusals, rests_on
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.types.operations import ALL, Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.health import Refusal


def left_out(entry: DreamReport, written: DreamReport) -> DreamReport:
    """What is written of a dream that waited, with a record of what a person left out."""
    kept = {o.id for o in written.operations}
    gone = refusals(o for o in entry.operations if o.id not in kept)
    return written.model_copy(update={"refused": gone}) if gone else written


def without_refused(context: StageContext, report: DreamReport) -> DreamReport:
    """The dream without what was refused before and has no new evidence, told in a note."""
    known = [r for dream in context.vault.dreams() for r in dream.refused]
    if not known:
        return report
    again = set(_refused_again(context.vault.language, report.operations, known))
    if not again:
        return report
    kept = {o.id for o in report.operations if o.target != ALL and o.id not in again}
    left = with_approved(context, report, kept, {})
    gone = len(report.operations) - len(left.operations)
    note = f"left out {gone} operations that were refused or undone, and have no new evidence"
    counts = {**left.counts, "refused_before": gone}
    return left.model_copy(update={"counts": counts, "notes": (*left.notes, note)})


def _refused_again(
    language: Language, operations: Sequence[Operation], known: Iterable[Refusal]
) -> Iterator[str]:
    by_kind: dict[str, list[Refusal]] = {}
    for refusal in known:
        by_kind.setdefault(refusal.kind, []).append(refusal)
    for operation in operations:
        evidence = set(rests_on(operation))
        for refusal in by_kind.get(operation.kind, ()):
            if _same(language, operation, refusal) and evidence <= set(refusal.rests_on):
                yield operation.id
                break


def _same(language: Language, operation: Operation, refusal: Refusal) -> bool:
    """True if it is about the same, or says the same in other words."""
    if operation.target == refusal.target:
        return True
    if operation.kind != "add_memory" or not refusal.statement:
        return False
    return language.same_statement(refusal.statement, operation.memory().text)
