"""The guard: tries whether a dream would harm; one that fails is kept as rejected and not applied.

Three questions are asked of it:
- recall: past questions and rehearsals (what a memory says, asked as a question whose evidence is
  the episodes it cites) are recalled as things are, and as they would be with the dream. How much
  of the evidence is lost?
- loss: how many of the memories that hold would hold no more, by this dream and within a week?
- degeneration: are its new memories empty, repeated, or copies of the prompt?
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, islice

from langgraph_dreams.dream.commit.preview import PreviewStore
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import CONSOLIDATE, INSIGHTS, JUDGE
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.query import recall
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import (
    ALL,
    MEMORY_KINDS,
    ItemState,
    Operation,
    final_states,
)
from langgraph_dreams.types.reports import DreamReport

LOST = "lost"
"""Figure of a dream's health: memories that held before it and hold no more."""
_REACH = 10  # ranks that count as within reach
_TOLD = 5  # first items of a past answer that count as its evidence
_LOOKED_AT = 5  # notes read for each question: many ask the same
_LEAST = 5  # questions from which on a mean says something
_FEW = 3  # new memories from which on a share of them says something
_DEGENERATE = 0.5
_WEEK = timedelta(days=7)
_WORD = re.compile(r"\w+")
_OURS = " ".join(_WORD.findall(f"{CONSOLIDATE} {INSIGHTS} {JUDGE}".casefold()))


@dataclass
class Verdict:
    """Findings of the guard."""

    figures: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """Reasons to reject the dream; empty when it may be committed."""


def verdict_of(
    context: StageContext, operations: Sequence[Operation], recalls: Sequence[str]
) -> Verdict:
    """The verdict on a dream's operations before any is written; `recalls` it learnt from."""
    verdict = Verdict()
    _degenerate(verdict, operations)
    _losses(verdict, context, operations)
    _recalls(verdict, context, operations, recalls)
    return verdict


# -- degeneration


def _degenerate(verdict: Verdict, operations: Sequence[Operation]) -> None:
    added = [o.memory() for o in operations if o.kind == "add_memory"]
    texts = [" ".join(_WORD.findall(memory.text.casefold())) for memory in added]
    times = Counter(texts)
    bad = sum(not text or times[text] > 1 or text in _OURS for text in texts)
    verdict.figures["degenerate"] = round(bad / len(texts), 4) if texts else 0.0
    if bad >= _FEW and bad > _DEGENERATE * len(texts):
        verdict.faults.append(
            f"{bad} of {len(texts)} new memories are empty, repeated, or copies of the prompt"
        )


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
            verdict.faults.append(
                f"{count} of {whole} memories would hold no more {span}, at most"
                f" {share:.0%} may; if that is right, dream with a policy that allows it"
            )


def _lost(operations: Sequence[Operation]) -> int:
    """Memories that held before the dream, and would be superseded or retired."""
    before: dict[str, ItemState | None] = {}
    for operation in operations:
        if operation.kind in MEMORY_KINDS and operation.target not in before:
            before[operation.target] = operation.state_before()
    after = final_states(operations)
    held = (old for old in before.values() if isinstance(old, Memory) and old.current)
    return sum(not after[old.id].current for old in held)


def _committed_within_a_week(vault: NamespaceStore) -> list[DreamReport]:
    since = now() - _WEEK
    return [d for d in vault.dreams() if d.status == "committed" and d.finished >= since]


# -- recall


@dataclass(frozen=True)
class _Question:
    text: str
    evidence: frozenset[str]


def _recalls(
    verdict: Verdict, context: StageContext, operations: Sequence[Operation], recalls: Sequence[str]
) -> None:
    policy = context.policy
    changing = [o for o in operations if o.target != ALL and o.kind != "change_core"]
    asked = _questions(context, operations, recalls) if changing else []
    verdict.figures["questions"] = len(asked)
    if not asked:
        return
    preview = PreviewStore(context.vault, changing)
    before = sum(_found(context.vault, policy, q) for q in asked) / len(asked)
    after = sum(_found(preview, policy, q) for q in asked) / len(asked)
    verdict.figures["recall_without"] = round(before, 4)
    verdict.figures["recall_with"] = round(after, 4)
    if len(asked) >= _LEAST and before - after > policy.recall_loss:
        verdict.faults.append(
            f"of the evidence for {len(asked)} known questions {before:.0%} is recalled without"
            f" the dream, and {after:.0%} with it"
        )


def _found(vault: NamespaceStore, policy: DreamPolicy, question: _Question) -> float:
    """Share of the evidence within reach."""
    found = recall(vault, question.text, _REACH, policy)
    there = {r.item.id for r in found.items}
    return len(there & question.evidence) / len(question.evidence)


def _questions(
    context: StageContext, operations: Sequence[Operation], recalls: Sequence[str]
) -> list[_Question]:
    """Half of them past questions, half rehearsals; fewer when there are not so many."""
    most = context.policy.guard_questions
    past = _past(context.vault, recalls, most)
    rehearsed = _rehearsals(context.vault, operations, most)
    own = max(most // 2, most - len(rehearsed))
    return [*past[:own], *rehearsed][:most]


def _past(vault: NamespaceStore, recalls: Sequence[str], most: int) -> list[_Question]:
    """The latest questions, each with what its answer began with."""
    earlier = (i for dream in reversed(vault.dreams()) for i in reversed(dream.recalls))
    latest = islice(chain(reversed(recalls), earlier), _LOOKED_AT * most)
    found: dict[str, _Question] = {}
    for note in vault.noted(list(latest)):
        told = [i for i in note.items if i.startswith("e")][:_TOLD]
        if told and note.query.strip():
            found.setdefault(note.query, _Question(note.query, frozenset(told)))
    return list(found.values())[:most]


def _rehearsals(
    vault: NamespaceStore, operations: Sequence[Operation], most: int
) -> list[_Question]:
    """Memories that hold now and would still hold; the most used and confirmed first."""
    after = final_states(operations)
    stored = vault.get(vault.memory_ids()).values()
    held = [m for m in stored if isinstance(m, Memory) and after.get(m.id, m).current]
    held.sort(key=lambda m: (-(m.uses + m.confirmed), m.id))
    return [_Question(m.text, frozenset(m.sources)) for m in held[:most] if m.sources]
