"""A dream without what was not approved, and in the words that were; consistent again.

What rests on an operation that goes, goes with it: what supersedes by a memory that is not written,
links to it, insights of which fewer than two memories are left. What was not asked about is not
written: the core is chosen anew among the lines that were shown.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from langgraph_dreams._text import tokens_of
from langgraph_dreams.dream.commit.finalize import health_of
from langgraph_dreams.dream.memories.core import changed_core
from langgraph_dreams.dream.narrative.summary import summarize
from langgraph_dreams.dream.review.request import EDITABLE
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.dependencies import ALL, named
from langgraph_dreams.dream.transaction.projection import (
    MEMORY_KINDS,
    current,
    final_states,
    memories_after,
)
from langgraph_dreams.recall.update_order import UPDATE
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation, OperationKind
from langgraph_dreams.types.reports import Core, DreamReport

_KINDS = frozenset(get_args(OperationKind))
_LEAST = 2  # memories that an insight stands on
_ENDED = ("status", "valid_to", "superseded_by")
_EDITED = "put into these words by a person"


def chosen(
    context: StageContext, report: DreamReport, approved: Collection[str], texts: Mapping[str, str]
) -> DreamReport:
    """The dream as it may be written.

    Args:
        bed: its surroundings.
        report: the dream as it was proposed.
        approved: ids of the operations that may be written.
        texts: new texts of memories, by their ids.
    """
    whole = len(approved) == sum(o.target != ALL for o in report.operations) and not texts
    if whole:
        return report
    stored = {o.target: o.before for o in reversed(report.operations) if o.kind in MEMORY_KINDS}
    kept = _chained(_standing(report.operations, approved), stored, texts)
    kept = _with_core(context, report, _grounded(context, kept))
    told = summarize(context, kept)
    counts = _counted(report.counts, kept)
    return report.model_copy(
        update={
            "operations": tuple(kept),
            "counts": counts,
            "health": {**report.health, **health_of(counts)},
            # A model's story may tell of what went; so it is told anew.
            "summary": told,
            "narrative": told,
        }
    )


# -- what goes


def _standing(operations: Sequence[Operation], approved: Collection[str]) -> list[Operation]:
    """The approved operations, but for those that need a memory which is not added."""
    missing: set[str] = set()
    kept = []
    for operation in operations:
        left = _less(operation, missing)
        fine = operation.target == ALL or operation.id in approved
        if fine and left is not None:
            kept.append(left)
        elif operation.kind == "add_memory":
            missing.add(operation.target)
    return kept


def _less(operation: Operation, missing: set[str]) -> Operation | None:
    """The operation without memories that are not added; None when it cannot do without."""
    if operation.kind == "change_core" or not missing.intersection(_needed(operation)):
        return operation
    after = operation.after or {}
    cites = [name for name in after.get("cites", ()) if name not in missing]
    if operation.kind != "add_memory" or len(cites) < _LEAST:
        return None
    return operation.model_copy(update={"after": {**after, "cites": cites}})


def _needed(operation: Operation) -> list[str]:
    return [operation.target, *named(operation)]


def _grounded(context: StageContext, operations: Sequence[Operation]) -> list[Operation]:
    """Insights cite the episodes of the memories that are left; they end when too few are."""
    changed = final_states(operations)
    found = []
    for operation in operations:
        after = operation.after or {}
        if after.get("kind") != "insight" or operation.kind not in ("add_memory", "retire_memory"):
            found.append(operation)
            continue
        cited = memories_after(context.vault, after["cites"], changed)
        if operation.kind == "add_memory":
            sources = list(dict.fromkeys(source for m in cited for source in m.sources))
            found.append(operation.model_copy(update={"after": {**after, "sources": sources}}))
        elif sum(map(current, cited)) < _LEAST:
            found.append(operation)
    return found


# -- what is left, one after the other


def _chained(
    operations: Sequence[Operation],
    stored: Mapping[str, dict[str, Any] | None],
    texts: Mapping[str, str],
) -> list[Operation]:
    """Operations on one memory, each beginning where the one before it ended, the first as stored.

    A memory that a person has put into other words keeps its id, what it cites, and its quote.
    """
    state = dict(stored)
    found = []
    for operation in operations:
        if operation.kind not in MEMORY_KINDS:
            found.append(operation)
            continue
        target = operation.target
        before = state[target]
        after = {**(before or {}), **_change(operation)}
        new: dict[str, Any] = {"before": before}
        if target in texts and operation.kind in EDITABLE:
            after["text"] = texts[target]
            new["reason"] = f"{operation.reason}; {_EDITED}"
        found.append(operation.model_copy(update={**new, "after": after}))
        state[target] = after
    return found


def _change(operation: Operation) -> dict[str, Any]:
    """What an operation changes about a memory; that it ends is the doing of those that end."""
    before, after = operation.before, operation.after or {}
    if before is None:
        return dict(after)
    changed = {name: value for name, value in after.items() if value != before[name]}
    ending = {name: after[name] for name in _ENDED}
    if operation.kind in ("supersede_memory", "retire_memory"):
        return changed | ending
    if _holds(before) and not _holds(after):
        return {name: value for name, value in changed.items() if name not in _ENDED}
    return changed


def _holds(state: Mapping[str, Any]) -> bool:
    return current(Memory.model_validate(state))


# -- what follows from the rest


def _with_core(
    context: StageContext, report: DreamReport, operations: Sequence[Operation]
) -> list[Operation]:
    """The change of the core, if it was approved, as it is after what is left."""
    rest = [o for o in operations if o.kind != "change_core"]
    asked = next((o for o in operations if o.kind == "change_core"), None)
    if asked is None:
        return rest
    number = Core.model_validate(asked.after).changed
    state: DreamState = {"dream": report.id, "number": number}
    anew = changed_core(context, state, rest)
    if anew is None:
        return rest
    before, reviewed = Core.model_validate(anew.before), Core.model_validate(asked.after)
    seen = {line.memory for line in (*before.lines, *reviewed.lines)}
    after = Core.model_validate(anew.after)
    lines = tuple(line for line in after.lines if line.memory in seen)
    if lines == before.lines:
        return rest
    after = after.model_copy(update={"lines": lines})
    after = after.model_copy(update={"tokens": tokens_of(after.text())})
    return [*rest, anew.model_copy(update={"after": after.model_dump(mode="json")})]


def _counted(counts: Mapping[str, int], operations: Sequence[Operation]) -> dict[str, int]:
    """The counts of the dream, with those of its operations as they are now."""
    kinds = Counter(o.kind for o in operations)
    found = {name: count for name, count in counts.items() if name not in _KINDS} | dict(kinds)
    if "updates" in counts:
        links = [o.after or {} for o in operations if o.kind == "add_link"]
        found["updates"] = sum(link.get("kind") == UPDATE for link in links)
    return found
