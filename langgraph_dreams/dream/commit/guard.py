"""The guard: tries whether a dream would harm, and names the operations at fault.

A dream goes on without these; one that fails without them too is kept as rejected, not applied.

Three questions are asked of it:
- recall: past questions, rehearsals, and what memories say (its evidence is the episodes that they
  cite), all from before the dream, are recalled as things are, and as they would be with it. How
  much of the evidence is lost?
- loss: how many of the memories that hold would hold no more, by this dream and within a week?
- degeneration: are its new memories empty, repeated, or copies of the prompt?
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from langgraph_dreams.dream.commit.recall_check import (
    LEAST,
    RecallCheck,
    at_fault,
    changing,
    checked,
    questions,
)
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import CONSOLIDATE, JUDGE, PAGES, REHEARSALS
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import ARCHIVED, Memory
from langgraph_dreams.types.operations import (
    MEMORY_KINDS,
    ItemState,
    Operation,
    final_states,
    rehearses,
)
from langgraph_dreams.types.reports import DreamReport

UNTRIED = "no question from before this dream was there to try it by"
LOST = "lost"
"""Figure of a dream's health: memories that held before it and hold no more."""
_FEW = 3  # new memories from which on a share of them says something
_DEGENERATE = 0.5
_ENDING = ("supersede_memory", "retire_memory")
_WEEK = timedelta(days=7)
_WORD = re.compile(r"\w+")
_OURS = " ".join(_WORD.findall(f"{CONSOLIDATE} {PAGES} {REHEARSALS} {JUDGE}".casefold()))


@dataclass
class Verdict:
    """Findings of the guard."""

    figures: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """Reasons to reject the dream; empty when it may be committed."""
    at_fault: dict[str, str] = field(default_factory=dict)
    """By id, operations without which it may be committed after all, and why."""
    blamed: set[str] = field(default_factory=set)
    """Ids of all operations that the faults are about, also of those that cannot be left out."""
    notes: list[str] = field(default_factory=list)
    """What it costs although it may be committed."""
    check: RecallCheck | None = None
    """The questions as they were asked; None when none were."""


def verdict_of(
    context: StageContext,
    operations: Sequence[Operation],
    recalls: Sequence[str],
    replay: bool = True,
) -> Verdict:
    """The verdict on a dream's operations before any is written; `recalls` it learnt from.

    `replay`: whether known questions are asked; a nap has no time for that.
    """
    verdict = Verdict()
    _degenerate(verdict, operations)
    _losses(verdict, context, operations)
    if replay:
        _recalls(verdict, context, operations, recalls)
    return verdict


# -- degeneration


def _degenerate(verdict: Verdict, operations: Sequence[Operation]) -> None:
    after = final_states(operations)
    added = [o for o in operations if o.kind == "add_memory" and not rehearses(o)]
    same: dict[tuple[str, str], list[Operation]] = {}
    why: dict[str, str] = {}
    bad: set[str] = set()
    for operation in added:
        memory = after[operation.target]
        text = " ".join(_WORD.findall(memory.text.casefold()))
        if not text or text in _OURS:
            bad.add(operation.id)
            why[operation.id] = (
                "new memories that are a copy of the prompt"
                if text
                else "new memories without words"
            )
            continue
        alike = same.setdefault((text, memory.about), [])
        # What held, ended and holds again is said twice, and is two memories, each with its time.
        together = [o for o in alike if _overlap(after[o.target], memory)]
        if together:
            bad.update({operation.id, *(o.id for o in together)})
            why[operation.id] = "they say what another new memory says of the same time"
        alike.append(operation)
    verdict.figures["degenerate"] = round(len(bad) / len(added), 4) if added else 0.0
    if len(bad) >= _FEW and len(bad) > _DEGENERATE * len(added):
        verdict.faults.append(
            f"{len(bad)} of {len(added)} new memories are empty, repeated, or copies of the prompt"
        )
        verdict.at_fault |= why
        verdict.blamed |= bad


def _overlap(one: Memory, other: Memory) -> bool:
    """True if there is a time at which both hold."""
    begins = max(m.valid_from or m.learned_at for m in (one, other))
    return all(m.valid_to is None or m.valid_to > begins for m in (one, other))


# -- loss


def _losses(verdict: Verdict, context: StageContext, operations: Sequence[Operation]) -> None:
    vault, policy = context.vault, context.policy
    lost = _lost(operations)
    holding = len(vault.memory_ids())
    week = lost + int(sum(d.health.get(LOST, 0) for d in _committed_within_a_week(vault)))
    verdict.figures[LOST] = lost
    verdict.figures["lost_in_a_week"] = week
    for count, share, span in (
        (lost, policy.loss_per_dream, "by this dream"),
        (week, policy.loss_per_week, "within a week"),
    ):
        whole = holding - lost + count
        if count > policy.loss_free and count > share * whole:
            verdict.blamed |= {o.id for o in operations if o.kind in _ENDING}
            verdict.faults.append(
                f"{count} of {whole} memories would hold no more {span}, at most"
                f" {share:.0%} may; if that is right, dream with a policy that allows it"
            )


def _lost(operations: Sequence[Operation]) -> int:
    """Memories that held before the dream, and would be superseded or retired, not archived."""
    before: dict[str, ItemState | None] = {}
    for operation in operations:
        if rehearses(operation):
            continue
        if operation.kind in MEMORY_KINDS and operation.target not in before:
            before[operation.target] = operation.state_before()
    after = final_states(operations)
    held = (old for old in before.values() if isinstance(old, Memory) and old.current)
    gone = (after[old.id] for old in held if not after[old.id].current)
    return sum(memory.status != ARCHIVED for memory in gone)


def _committed_within_a_week(vault: NamespaceStore) -> list[DreamReport]:
    since = now() - _WEEK
    return [d for d in vault.dreams() if d.status == "committed" and d.finished >= since]


# -- recall


def _recalls(
    verdict: Verdict, context: StageContext, operations: Sequence[Operation], recalls: Sequence[str]
) -> None:
    asked = questions(context, operations, recalls) if changing(operations) else []
    verdict.figures["questions"] = len(asked)
    if not asked:
        if changing(operations) and context.policy.guard_questions:
            verdict.notes.append(UNTRIED)
        return
    check = verdict.check = checked(context, operations, asked)
    verdict.figures["recall_without"] = round(check.before, 4)
    verdict.figures["recall_with"] = round(check.after, 4)
    verdict.notes += check.notes(operations)
    if len(asked) >= LEAST and check.loss > context.policy.recall_loss:
        verdict.faults.append(
            f"of the evidence for {len(asked)} known questions {check.before:.0%} is recalled"
            f" without the dream, and {check.after:.0%} with it"
        )
        found = {o.id for o in at_fault(context, operations, check)}
        verdict.at_fault |= dict.fromkeys(found, "known questions lose their evidence to them")
        verdict.blamed |= found
