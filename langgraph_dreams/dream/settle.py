"""What becomes of proposed memories among the known ones: added, merged, superseded, or refused.

A contradiction supersedes and never deletes: the old memory keeps its text and sources, and gets
the time until which it held. A supersession names both memories.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.contradict import contradiction, same_matter
from langgraph_dreams.dream.notes import Proposal
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.dream.windows import holds
from langgraph_dreams.models import (
    Memory,
    Operation,
    OperationKind,
    lowest_trust,
    memory_id,
    operation_id,
)
from langgraph_dreams.store import RecallNote, content_terms

_NEAR = 12  # known memories looked at for every proposal
_RELATED = 0.5  # cosine below which a claim to say the same or to replace is not believed
_NUMBER = re.compile(r"\d+")
_NEGATION = re.compile(r"\b(?:no|not|never|none|without|cannot|n't)\b|n['’]t\b", re.IGNORECASE)
_ORDER: tuple[OperationKind, ...] = ("add_memory", "merge_memory", "supersede_memory")


def same_figures(one: str, other: str) -> bool:
    """Numbers and negations agree; otherwise the two may contradict each other."""
    return sorted(_NUMBER.findall(one)) == sorted(_NUMBER.findall(other)) and len(
        _NEGATION.findall(one)
    ) == len(_NEGATION.findall(other))


@dataclass
class Book:
    """Memories as they are and as this dream would leave them, with the changes on the way."""

    dream: str
    now: dict[str, Memory] = field(default_factory=dict)
    vectors: dict[str, "np.ndarray[tuple[int], np.dtype[np.float32]]"] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    _changes: dict[tuple[OperationKind, str], Operation] = field(default_factory=dict)

    def change(self, kind: OperationKind, new: Memory, reason: str) -> None:
        """Let `new` stand for the memory of its id; one operation of a kind for each memory."""
        old = None if kind == "add_memory" else self.now[new.id]
        earlier = self._changes.get((kind, new.id))
        before = earlier.before if earlier else old.model_dump(mode="json") if old else None
        self._changes[kind, new.id] = Operation(
            id=operation_id(self.dream, kind, new.id),
            kind=kind,
            target=new.id,
            before=before,
            after=new.model_dump(mode="json"),
            reason=reason,
        )
        self.now[new.id] = new

    def operations(self) -> list[Operation]:
        """The changes: what is added first, what is superseded last."""
        changes = self._changes.values()
        return [o for kind in _ORDER for o in changes if o.kind == kind]

    def holding(self, other_than: str) -> Iterable[Memory]:
        """Memories that may be confirmed or superseded."""
        return [m for m in self.now.values() if holds(m) and m.id != other_than]

    def cosine(self, one: str, other: str) -> float:
        """Similarity of two memories, in [-1, 1]."""
        return float(self.vectors[one] @ self.vectors[other])


def settled(bed: Bed, state: DreamState, proposals: Sequence[Proposal]) -> Book:
    """The book of memories after all uses and proposals, oldest evidence first."""
    book = Book(state["dream"])
    wanted = set(state["recalls"])
    recalls = bed.vault.recalls() if wanted else []
    uses = Counter(i for r in recalls if r.id in wanted for i in r.items if i.startswith("m"))
    vectors = bed.vault.embed([p.memory.text for p in proposals])
    near = bed.vault.dense(vectors, _NEAR, prefix="m")
    names = {name for hits in near for name, _ in hits} | set(uses)
    names |= {name for p in proposals for name in (p.confirms, p.replaces, p.memory.id) if name}
    known = {k: m for k, m in bed.vault.get(sorted(names)).items() if isinstance(m, Memory)}
    book.now.update(known)
    book.vectors.update(zip(known, bed.vault.vectors(list(known)), strict=True))
    _count_uses(book, uses)
    order = sorted(range(len(proposals)), key=lambda i: (_evidence(proposals[i].memory), i))
    for i in order:
        _settle(bed, book, proposals[i], vectors[i], recalls)
    return book


def _count_uses(book: Book, uses: Counter[str]) -> None:
    """Note how often recalls returned a memory; one that is used is tentative no more."""
    for name, count in uses.items():
        old = book.now.get(name)
        if old is not None and old.status in ("tentative", "active"):
            new = old.model_copy(update={"uses": old.uses + count, "status": "active"})
            book.change("merge_memory", new, f"recalled {count} times since the last dream")


def _evidence(memory: Memory) -> datetime:
    """The time of a memory's evidence."""
    return memory.valid_from or memory.learned_at


def _settle(
    bed: Bed,
    book: Book,
    proposal: Proposal,
    vector: "np.ndarray[tuple[int], np.dtype[np.float32]]",
    recalls: Sequence[RecallNote],
) -> None:
    new = proposal.memory
    held = book.now.get(new.id)
    if held is not None and not holds(held):
        # What held before holds again: a statement of its own, with its own time.
        name = memory_id(new.kind, f"{new.text}\n{_evidence(new).isoformat()}")
        new = new.model_copy(update={"id": name})
    book.vectors.setdefault(new.id, vector)
    twin = _twin(bed, book, new, proposal)
    if twin is not None:
        _merge(book, twin, new)
        return
    if new.id in book.now:  # settled before, by a dream that was cut short
        return
    book.change("add_memory", new, _said(new))
    for old, why in _replaced(book, new, proposal.replaces):
        _supersede(book, old, book.now[new.id], why, recalls)


# -- the same again


def _twin(bed: Bed, book: Book, new: Memory, proposal: Proposal) -> Memory | None:
    """The memory that says the same: by its words, as claimed, or by all but the same words."""
    same = book.now.get(new.id)
    if same is not None:
        return same if holds(same) else None
    others = {m.id: m for m in book.holding(new.id) if same_figures(m.text, new.text)}
    others.pop(proposal.replaces, None)
    if proposal.confirms in others and book.cosine(proposal.confirms, new.id) >= _RELATED:
        return others[proposal.confirms]
    close = [
        m
        for m in others.values()
        if m.kind == new.kind
        and book.cosine(m.id, new.id) >= bed.policy.merge_cosine
        and _adds_nothing_else(m.text, new.text)
        and contradiction(m.text, new.text) is None
    ]
    return max(close, key=lambda m: (book.cosine(m.id, new.id), m.id), default=None)


def _adds_nothing_else(one: str, other: str) -> bool:
    """Whether one says all that the other does: "on Fridays" and "on Wednesdays" do not."""
    a, b = content_terms(one), content_terms(other)
    return a <= b or b <= a


def _merge(book: Book, old: Memory, new: Memory) -> None:
    """Add up the evidence; the text stays."""
    sources = tuple(dict.fromkeys([*old.sources, *new.sources]))
    if len(sources) == len(old.sources):
        return
    seen = [t for t in (old.last_confirmed, new.last_confirmed) if t]
    merged = old.model_copy(
        update={
            "sources": sources,
            "confirmed": len(sources),
            "last_confirmed": max(seen, default=None),
            "trust": lowest_trust([old.trust, new.trust]),
            "status": "active",
            "about": old.about or new.about,
            "quote": old.quote or new.quote,
        }
    )
    book.change("merge_memory", merged, _said(merged))


def _said(memory: Memory) -> str:
    times = len(memory.sources)
    return f"said {times} times" if times > 1 else "said once"


# -- what no longer holds


def _replaced(book: Book, new: Memory, replaces: str) -> list[tuple[Memory, str]]:
    """Memories that the new one contradicts, each with the reason."""
    found: list[tuple[Memory, str]] = []
    for old in book.holding(new.id):
        if old.id == replaces:
            why = same_matter(old, new) or (
                "" if book.cosine(old.id, new.id) >= _RELATED else "it is about something else"
            )
            if not why:
                found.append((old, "no longer so"))
                continue
            book.refused["claims to replace a memory"] += 1
        if old.about and new.about and old.about.casefold() != new.about.casefold():
            continue
        if book.cosine(old.id, new.id) >= _RELATED:
            change = contradiction(old.text, new.text)
            if change is not None:
                found.append((old, f"{change.kind} changed: {change.old} to {change.new}"))
    return found


def _supersede(
    book: Book, old: Memory, new: Memory, why: str, recalls: Sequence[RecallNote]
) -> None:
    """Let the newer evidence hold; what was recalled as true since then is left alone."""
    first, last = sorted((old, new), key=lambda m: (_evidence(m), m is new))
    latest = max(t for t in (_evidence(first), first.last_confirmed) if t)
    if latest > _evidence(last):
        book.refused["contradictions of what was confirmed since"] += 1
        return
    if _recalled_since(first, last, recalls):
        book.refused["contradictions of what was recalled since"] += 1
        return
    gone = first.model_copy(
        update={
            "status": "superseded",
            "valid_to": _evidence(last),
            "superseded_by": last.id,
        }
    )
    book.change("supersede_memory", gone, f"{why}; now {last.id}: {last.text}")


def _recalled_since(old: Memory, new: Memory, recalls: Sequence[RecallNote]) -> bool:
    """Whether a recall after the newer evidence returned the old memory and not that evidence."""
    since = _evidence(new)
    return any(
        note.time > since and old.id in note.items and not set(new.sources) & set(note.items)
        for note in recalls
    )
