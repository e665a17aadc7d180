"""Recall with and without a dream: past questions and rehearsals asked of both.

What is lost is told by question and item, with what came in its place and by which operation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from langgraph_dreams._text import brief
from langgraph_dreams.dream.commit.preview import PreviewStore
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.query import recall
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import ARCHIVED, Link, Memory
from langgraph_dreams.types.operations import (
    ALL,
    EPISODE_KINDS,
    LINK_KINDS,
    MEMORY_KINDS,
    SINGLE_KINDS,
    Operation,
    final_states,
)
from langgraph_dreams.types.recall import Recall

LEAST = 5
"""Questions from which on a mean says something."""
_REACH = 10  # ranks that count as within reach
_TOLD = 5  # first items of a past answer that count as its evidence
_LOOKED_AT = 5  # notes read for each question: many ask the same
_NOISE = 0.005  # loss of the mean that is rounding
_NAMED = 5  # questions that a report names
_QUOTED = 80  # characters of one
_SHORT = 3  # items or operations named for each


@dataclass(frozen=True)
class Question:
    """What is asked, in which words it is told of, and the episodes that answer it."""

    text: str
    name: str
    evidence: frozenset[str]
    rehearsed: bool = False
    """True if a rehearsal asks it: that is no key to itself while it is asked."""
    past: bool = False
    """True if somebody asked it."""


@dataclass(frozen=True)
class Replay:
    """One question, and what is recalled for it as things are and as they would be."""

    question: Question
    before: Recall
    after: Recall

    @property
    def known(self) -> list[str]:
        """Ids of the episodes that it finds as things are."""
        return _names(self.before)


@dataclass
class RecallCheck:
    """Recall of the questions as things are, and with operations laid over."""

    questions: Sequence[Question]
    before: float = 0.0
    after: float = 0.0
    lost: list[tuple[Question, list[str], list[str]]] = field(default_factory=list)
    """A question, the evidence it lost, and the items that came instead."""
    replays: list[Replay] = field(default_factory=list)

    @property
    def loss(self) -> float:
        """What the mean falls by; below zero when it rises."""
        return self.before - self.after

    def notes(self, operations: Sequence[Operation]) -> list[str]:
        """The loss in words, if it is more than rounding."""
        if self.loss <= _NOISE:
            return []
        notes = [
            f"recall of known questions falls from {self.before:.1%} to {self.after:.1%};"
            f" {len(self.lost)} of {len(self.questions)} lose evidence"
        ]
        for question, gone, came in self.lost[:_NAMED]:
            notes.append(
                f"{question.name} finds {_listed(gone)} no more among the first {_REACH};"
                f" {_reason(operations, gone, came)}"
            )
        return notes


def checked(
    context: StageContext, operations: Sequence[Operation], asked: Sequence[Question]
) -> RecallCheck:
    """The questions asked of the namespace as it is, and as it would be."""
    found = RecallCheck(asked)
    if not asked:
        return found
    preview = PreviewStore(context.vault, changing(operations))
    bearers = {o.target: o.archival().archived for o in operations if o.kind == "retire_episode"}
    for question in asked:
        before = _asked(context.vault, context.policy, question)
        after = _asked(preview, context.policy, question)
        found.replays.append(Replay(question, before, after))
        old, new = _within_reach(before), _within_reach(after)
        new += [i for i in question.evidence if i not in new and bearers.get(i) in new]
        found.before += len(question.evidence.intersection(old)) / len(question.evidence)
        found.after += len(question.evidence.intersection(new)) / len(question.evidence)
        if gone := [i for i in old if i in question.evidence and i not in new]:
            found.lost.append((question, gone, [i for i in new if i not in old]))
    found.before /= len(asked)
    found.after /= len(asked)
    return found


def changing(operations: Sequence[Operation]) -> list[Operation]:
    """Operations that may change what a recall finds first."""
    return [o for o in operations if o.target != ALL and o.kind not in SINGLE_KINDS]


def at_fault(
    context: StageContext, operations: Sequence[Operation], check: RecallCheck
) -> list[Operation]:
    """The fewest operations, of some choices, without which recall stays within its bound.

    First what puts the evidence into the archive, then all of that kind.
    Then the links to what came in place of the evidence, then all links, then memories likewise.
    """
    came = {name for _, _, names in check.lost for name in names}
    links = [o for o in operations if o.kind in LINK_KINDS]
    memories = [o for o in operations if o.kind in MEMORY_KINDS]
    away = [o for o in operations if o.kind == "retire_episode" or _archives(o)]
    gone_now = {name for _, names, _ in check.lost for name in names}
    near = [[o for o in kind if came & _touched(o)] for kind in (links, memories)]
    own = [o for o in away if gone_now & _touched(o)]
    for chosen in (own, away, near[0], links, near[1], memories, [*near[0], *near[1]]):
        gone = {o.id for o in chosen}
        rest = [o for o in operations if o.id not in gone]
        if gone and checked(context, rest, check.questions).loss <= context.policy.recall_loss:
            return chosen
    return changing(operations)


def _archives(operation: Operation) -> bool:
    after = operation.state_after()
    return isinstance(after, Memory) and after.status == ARCHIVED


def _asked(vault: NamespaceStore, policy: DreamPolicy, question: Question) -> Recall:
    if question.rehearsed:
        policy = policy.model_copy(update={"rehearsal_weight": 0.0})
    return recall(vault, question.text, _REACH, policy)


def _within_reach(found: Recall) -> list[str]:
    return [*_names(found), *(r.item.id for r in found.memories)]


def _names(found: Recall) -> list[str]:
    return [name for r in found.items for name in (r.item.id, *r.repeats)]


# -- in words


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHORT} more" if len(names) > _SHORT else ""
    return ", ".join(names[:_SHORT]) + more


def _reason(operations: Sequence[Operation], gone: Sequence[str], came: Sequence[str]) -> str:
    """What stands in its place, and the operations that touch either."""
    ends = {*gone, *came}
    by = [f"{o.kind} {o.target}" for o in changing(operations) if ends & _touched(o)]
    place = f"in their place {_listed(came)}" if came else "nothing in their place"
    return f"{place}, by {_listed(by)}" if by else f"{place}, by operations on what leads there"


def _touched(operation: Operation) -> set[str]:
    """Ends of a link, sources of a memory, an episode of the archive."""
    states = (operation.state_before(), operation.state_after())
    links = (name for s in states if isinstance(s, Link) for name in (s.a, s.b))
    if operation.kind in EPISODE_KINDS:
        return {operation.target}
    return {*links, *(name for s in states if isinstance(s, Memory) for name in s.sources)}


# -- what is asked


def questions(
    context: StageContext, operations: Sequence[Operation], recalls: Sequence[str]
) -> list[Question]:
    """Half of them past questions, half rehearsals, or what memories say while these are few.

    All were there before the dream: what it writes is never a question to itself.
    """
    most = context.policy.guard_questions
    if not most:
        return []
    asked = past(context.vault, recalls, most)
    nights = sum(d.depth != "nap" for d in context.vault.dreams())
    # At least half of the questions are rehearsals, where there are so many.
    rehearsed = rehearsals(context.vault, most, operations, skip=nights * (most - most // 2))
    rehearsed += _said(context.vault, operations, most - len(rehearsed))
    own = max(most // 2, most - len(rehearsed))
    return [*asked[:own], *rehearsed][:most]


def past(vault: NamespaceStore, recalls: Sequence[str], most: int) -> list[Question]:
    """The latest questions, each with what its answer began with."""
    earlier = (i for dream in reversed(vault.dreams()) for i in reversed(dream.recalls))
    latest = islice(chain(reversed(recalls), earlier), _LOOKED_AT * most)
    found: dict[str, Question] = {}
    for note in vault.noted(list(latest)):
        told = [i for i in note.items if i.startswith("e")][:_TOLD]
        if told and note.query.strip():
            name = f'"{brief(note.query, _QUOTED)}"'
            found.setdefault(note.query, Question(note.query, name, frozenset(told), past=True))
    return list(found.values())[:most]


def rehearsals(
    vault: NamespaceStore, most: int, operations: Sequence[Operation] = (), *, skip: int = 0
) -> list[Question]:
    """Stored rehearsals that go on being asked, in an order that has nothing to do with theirs.

    They begin behind `skip` of them, and go round: so all have their turn over the nights.
    """
    after = final_states(operations)
    names = sorted(n for n in vault.rehearsal_ids() if n not in after or after[n].current)
    first = skip % len(names) if names else 0
    found = vault.get([*names[first:], *names[:first]][:most]).values()
    return [
        Question(m.text, f'"{brief(m.text, _QUOTED)}"', frozenset(m.sources), rehearsed=True)
        for m in found
        if isinstance(m, Memory)
    ]


def _said(vault: NamespaceStore, operations: Sequence[Operation], most: int) -> list[Question]:
    """Memories that hold now and would still hold; the most used and confirmed first."""
    after = final_states(operations)
    stored = vault.get(vault.memory_ids()).values()
    held = [m for m in stored if isinstance(m, Memory) and after.get(m.id, m).current]
    held = [m for m in held if not m.derived]
    held.sort(key=lambda m: (-(m.uses + m.confirmed), m.id))
    return [
        Question(m.text, f"memory {m.id}", frozenset(m.sources)) for m in held[:most] if m.sources
    ]
