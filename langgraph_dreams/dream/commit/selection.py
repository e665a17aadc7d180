"""A dream without what was not approved, and in the words that were; consistent again.

What rests on an operation that goes, goes with it: what supersedes by a memory that is not written,
links to it, pages of which fewer than two memories are left. What was not asked about is not
written: the core is chosen anew among the lines that were shown.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from langgraph_dreams.dream.commit.figures import health_of
from langgraph_dreams.dream.levels.ladder import told_levels
from langgraph_dreams.dream.memories.core import changed_core
from langgraph_dreams.dream.narrative.summary import summarize
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.dream.transaction.dependencies import named
from langgraph_dreams.recall.update_order import UPDATE
from langgraph_dreams.types.items import LEAST_CITED, Memory, with_lines
from langgraph_dreams.types.operations import (
    ALL,
    MEMORY_KINDS,
    Operation,
    OperationKind,
    beginning,
    final_states,
    leaving,
    rehearses,
)
from langgraph_dreams.types.pages import cut_to, gathered
from langgraph_dreams.types.reports import DreamReport

EDITABLE = frozenset({"add_memory", "merge_memory"})
"""Kinds of operations whose text a person may put otherwise; what is ended keeps its words."""
_KINDS = frozenset(get_args(OperationKind))
_ENDED = ("status", "valid_to", "superseded_by")
_EDITED = "put into these words by a person"


def with_approved(
    context: StageContext, report: DreamReport, approved: Collection[str], texts: Mapping[str, str]
) -> DreamReport:
    """The dream as it may be written.

    Args:
        context: its surroundings.
        report: the dream as it was proposed.
        approved: ids of the operations that may be written.
        texts: new texts of memories, by their ids.
    """
    whole = len(approved) == sum(o.target != ALL for o in report.operations) and not texts
    if whole:
        return report
    kept = _chained(_writable(report.operations, approved), _stored(report.operations), texts)
    kept = _with_core(context, report, _grounded(context, kept))
    told = summarize(context, kept)
    counts = _counted(report.counts, kept)
    return report.model_copy(
        update={
            "operations": tuple(kept),
            "levels": told_levels(report.levels, kept),
            "counts": counts,
            "health": {**report.health, **health_of(counts)},
            # A model's story may tell of what went; so it is told anew.
            "summary": told,
            "narrative": told,
        }
    )


def _stored(operations: Sequence[Operation]) -> dict[str, Memory | None]:
    """The changed memories as they are stored, by id; None for new ones."""
    found: dict[str, Memory | None] = {}
    for operation in operations:
        if operation.kind in MEMORY_KINDS:
            found.setdefault(operation.target, _before(operation))
    return found


def _before(operation: Operation) -> Memory | None:
    state = operation.state_before()
    return state if isinstance(state, Memory) else None


# -- what goes


def _writable(operations: Sequence[Operation], approved: Collection[str]) -> list[Operation]:
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
    if operation.kind not in EDITABLE:
        return None
    memory = operation.memory()
    cites = tuple(name for name in memory.cites if name not in missing)
    left = cut_to(memory, cites) if memory.kind == "page" else memory
    if left is None or len(cites) < memory.least_cited:
        return None
    return leaving(operation, left.model_copy(update={"cites": cites}))


def _needed(operation: Operation) -> list[str]:
    return [operation.target, *named(operation)]


def _grounded(context: StageContext, operations: Sequence[Operation]) -> list[Operation]:
    """Pages have the lines and sources of the memories that are left; they end when too few are.

    A rehearsal begins and ends with what it is asked of.
    """
    changed = final_states(operations)
    idle = {o.target for o in operations if rehearses(o) and not _asked(context, o, changed)}
    found = []
    for operation in operations:
        memory = operation.memory() if operation.kind in MEMORY_KINDS else None
        if memory is None or not memory.derived:
            found.append(operation)
            continue
        if memory.rehearses:
            if idle.isdisjoint((memory.id, memory.superseded_by)):
                found.append(operation)
            continue
        cited = memories_after(context.vault, memory.cites, changed)
        if operation.kind in EDITABLE:
            left = gathered(memory, cited) if memory.kind == "page" else memory
            found.append(leaving(operation, left))
        elif sum(m.current for m in cited) < LEAST_CITED:
            found.append(operation)
    return found


def _asked(context: StageContext, operation: Operation, changed: Mapping[str, Memory]) -> bool:
    """True if a rehearsal has reason to begin, or to end, after these changes."""
    memory = operation.memory()
    if memory.current:
        ended = memories_after(context.vault, memory.must_not_say, changed)
        return not any(m.current for m in ended)
    return not all(m.current for m in memories_after(context.vault, memory.cites, changed))


# -- what is left, one after the other


def _chained(
    operations: Sequence[Operation],
    stored: Mapping[str, Memory | None],
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
        after = _changed(before or operation.memory(), operation)
        if target in texts and operation.kind in EDITABLE:
            after = after.model_copy(update={"text": texts[target]})
            reason = f"{operation.reason}; {_EDITED}"
            operation = operation.model_copy(update={"reason": reason})
        found.append(leaving(beginning(operation, before), after))
        state[target] = after
    return found


def _changed(memory: Memory, operation: Operation) -> Memory:
    """The memory as an operation changes it; that it ends is the doing of those that end."""
    before, after = _before(operation), operation.memory()
    if before is None:
        return after
    names = {n for n in Memory.model_fields if getattr(before, n) != getattr(after, n)}
    if operation.kind in ("supersede_memory", "retire_memory"):
        names.update(_ENDED)
    elif before.current and not after.current:
        names.difference_update(_ENDED)
    return memory.model_copy(update={name: getattr(after, name) for name in names})


# -- what follows from the rest


def _with_core(
    context: StageContext, report: DreamReport, operations: Sequence[Operation]
) -> list[Operation]:
    """The change of the core, if it was approved, as it is after what is left."""
    rest = [o for o in operations if o.kind != "change_core"]
    asked = next((o for o in operations if o.kind == "change_core"), None)
    if asked is None:
        return rest
    reviewed = asked.core()
    state: DreamState = {"dream": report.id, "number": reviewed.changed}
    state["levels"] = {level.name: level.why for level in report.levels}
    anew = changed_core(context, state, rest)
    if anew is None:
        return rest
    before, after = context.vault.get_core(), anew.core()
    seen = {line.memory for line in (*before.lines, *reviewed.lines)}
    lines = tuple(line for line in after.lines if line.memory in seen)
    return rest if lines == before.lines else [*rest, leaving(anew, with_lines(after, lines))]


def _counted(counts: Mapping[str, int], operations: Sequence[Operation]) -> dict[str, int]:
    """The counts of the dream, with those of its operations as they are now."""
    kinds = Counter(o.kind for o in operations if not rehearses(o))
    found = {name: count for name, count in counts.items() if name not in _KINDS} | dict(kinds)
    if "rehearsals" in counts:
        asked = (o.kind == "add_memory" for o in operations if rehearses(o))
        found["rehearsals"] = sum(asked)
    if "updates" in counts:
        found["updates"] = sum(o.kind == "add_link" and o.link().kind == UPDATE for o in operations)
    return found
