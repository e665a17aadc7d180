"""Which questions may be rehearsed: those that what they cite answers, and that say no answer.

A rehearsal cites the memories that it was made from, and their episodes; what must not be said in
answer are the memories that these have replaced.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.rehearsals.answers import borne
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.language.asking import only_asks, wording
from langgraph_dreams.language.stated.questions import of_before
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import as_evidence, may_become
from langgraph_dreams.store import Vectors
from langgraph_dreams.types.base import lowest_trust
from langgraph_dreams.types.items import Episode, Memory, memory_id
from langgraph_dreams.types.operations import Operation, final_states

LONGEST = 200
"""Characters of a question."""
_MOST = 12  # memories that one question needs
_AMONG = 20  # nearest memories, of which a cited one has to be one
_GIVEN_AWAY = 0.9  # share of a memory's content words that a question has which says it
_ALIKE, _SAME_WORDS = 0.95, 0.8  # cosine, and share of content words, of a copy
_GENERATIONS = 16
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class Draft:
    """A question, the memories that answer it, and those that must not be said."""

    question: str
    memories: tuple[Memory, ...]
    must_not_say: tuple[str, ...] = ()


@dataclass
class Rehearsing:
    """What rehearsals a dream adds, and why it refused others."""

    context: StageContext
    state: DreamState
    changed: dict[str, Memory]
    """Memories as the operations of this dream so far leave them, by id."""
    ended: frozenset[str] = frozenset()
    """Rehearsals that this dream ends: they are no longer there to be copied."""
    added: list[Memory] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    _vectors: list[Vectors] = field(default_factory=list)
    _stored: dict[tuple[str, ...], Memory] | None = None

    @classmethod
    def of(
        cls, context: StageContext, state: DreamState, operations: Sequence[Operation]
    ) -> "Rehearsing":
        """Nothing rehearsed yet, after these operations."""
        return cls(context, state, final_states(operations))

    def memories(self, names: Sequence[str]) -> list[Memory]:
        """Memories as this dream leaves them; unknown ids are left out."""
        return memories_after(self.context.vault, names, self.changed)

    def add(self, drafts: Sequence[Draft]) -> list[Memory]:
        """The rehearsals of those drafts that pass; the others are counted by their fault."""
        tried = [(_cleaned(draft), draft) for draft in drafts]
        vectors = self.context.vault.embed([d.question for d, _ in tried]) if tried else ()
        new = []
        for (whole, _), vector in zip(tried, vectors, strict=True):
            draft, fault = self._checked(whole, vector)
            if fault:
                self.refused[fault] += 1
                continue
            self.added.append(rehearsal := self._made(draft))
            self._vectors.append(vector)
            new.append(rehearsal)
        return new

    def same(self, question: str) -> Memory | None:
        """The stored rehearsal that asks this, word for word."""
        if self._stored is None:
            # Not by a search: the same question, asked of other memories before, ended many times.
            held = [m for m in self.memories(self.context.vault.rehearsal_ids()) if m.current]
            self._stored = {wording(m.text): m for m in held}
        found = self._stored.get(wording(question))
        return None if found is None or found.id in self.ended else found

    # -- the checks

    def _checked(self, draft: Draft, vector: Vectors) -> tuple[Draft, str]:
        """A question of the memories that bear it out, and why it is not rehearsed, if so."""
        language, question = self.context.vault.language, draft.question
        terms = content_terms(language, question)
        if fault := self._fault(draft, terms):
            return draft, fault
        kept = self._answering(draft, vector)
        if not kept:
            return draft, "that what they cite does not answer"
        whole = replace(draft, memories=kept)
        return whole, "that are copies of others" if self._copies(whole, terms, vector) else ""

    def _fault(self, draft: Draft, terms: set[str]) -> str:
        """Why a question cannot stand, whatever else there is; empty when it may."""
        language, question = self.context.vault.language, draft.question
        if suspicious(question):
            return "that read as instructions"
        if not terms or not only_asks(language, question):
            return "that ask nothing"
        if not draft.memories or len(draft.memories) > _MOST:
            return "of no memory shown, or of too many"
        if not all(may_become(m) and not m.derived and m.sources for m in draft.memories):
            return "of what may not be trusted"
        if fault := self._outdated(draft, terms):
            return fault
        own = [content_terms(language, m.text) for m in draft.memories]
        said = any(len(terms & told) >= _GIVEN_AWAY * len(told) for told in own) or any(
            wording(question.rstrip("?")) == wording(m.text.rstrip(".")) for m in draft.memories
        )
        return "that say their answer" if said else ""

    def _outdated(self, draft: Draft, terms: set[str]) -> str:
        """A question of what no longer holds has to say so."""
        language = self.context.vault.language
        says = of_before(draft.question)
        if not says and not all(m.current for m in draft.memories):
            return "of what no longer holds"
        if says:
            return ""
        now = set[str]().union(*(content_terms(language, m.text) for m in draft.memories))
        before = self._before(draft.memories)
        then = set[str]().union(*(content_terms(language, m.text) for m in before))
        return "of what no longer holds" if terms & (then - now) else ""

    def _before(self, memories: Sequence[Memory]) -> list[Memory]:
        """The memories that these have replaced, and those that they had."""
        front, found = [m.id for m in memories], dict[str, None]()
        for _ in range(_GENERATIONS):
            older = dict(self.context.vault.replaced_by(front)) if front else {}
            older |= {m.id: m.superseded_by for m in self.changed.values() if m.superseded_by}
            front = [old for old, heir in older.items() if heir in front and old not in found]
            if not front:
                break
            found |= dict.fromkeys(front)
        return [m for m in self.memories(list(found)) if not m.current and not m.derived]

    def _answering(self, draft: Draft, vector: Vectors) -> tuple[Memory, ...]:
        """Those of the cited memories that bear the question out; none if it is not answered.

        Nor if a score of other memories is nearer: else they would be what answers it.
        """
        vault, memories = self.context.vault, draft.memories
        others = vault.dense(vector[None, :], _AMONG, "m")[0]
        if len(others) == _AMONG:
            near = float(np.max(vault.embed([m.text for m in memories]) @ vector))
            if near < others[-1][1]:
                return ()
        cited = vault.get(list(dict.fromkeys(i for m in memories for i in m.sources)))
        told = {i: as_evidence(e).text for i, e in cited.items() if isinstance(e, Episode)}
        return borne(
            vault.language,
            vault.embed,
            draft.question,
            {m.id: [told[i] for i in m.sources if i in told] for m in memories},
            memories,
            [m.text for m in self.memories([name for name, _ in others])],
        )

    def _copies(self, draft: Draft, terms: set[str], vector: Vectors) -> bool:
        vault = self.context.vault
        near = dict(vault.dense(vector[None, :], _AMONG, "r")[0])
        others = [m for m in self.memories(list(near)) if m.current and m.id not in self.ended]
        near |= {m.id: float(v @ vector) for m, v in zip(self.added, self._vectors, strict=True)}
        cites = {m.id for m in draft.memories}
        return self.same(draft.question) is not None or any(
            wording(other.text) == wording(draft.question)
            or (
                near[other.id] >= _ALIKE
                and not cites.isdisjoint(other.cites)
                and _overlap(terms, content_terms(vault.language, other.text)) >= _SAME_WORDS
            )
            for other in (*others, *self.added)
        )

    # -- what passes

    def _made(self, draft: Draft) -> Memory:
        memories = draft.memories
        abouts = {m.about for m in memories}
        before = () if of_before(draft.question) else (m.id for m in self._before(memories))
        cites = tuple(m.id for m in memories)
        return Memory(
            id=memory_id("rehearsal", f"{draft.question}\n{' '.join(sorted(cites))}"),
            text=draft.question,
            kind="rehearsal",
            status="active",
            about=abouts.pop() if len(abouts) == 1 else "",
            sources=tuple(dict.fromkeys(i for m in memories for i in m.sources)),
            cites=cites,
            must_not_say=tuple(dict.fromkeys((*draft.must_not_say, *before))),
            trust=lowest_trust(m.trust for m in memories),
            # It can be asked once the last of them is so.
            valid_from=max(m.valid_from or m.learned_at for m in memories),
            learned_at=datetime.fromisoformat(self.state["started"]),
            dream=self.state["dream"],
        )


def _cleaned(draft: Draft) -> Draft:
    distinct = {m.id: m for m in draft.memories}
    question = one_line(draft.question, LONGEST)
    return Draft(question, tuple(distinct.values()), draft.must_not_say)


def _overlap(ones: Iterable[str], others: Iterable[str]) -> float:
    one, other = set(ones), set(others)
    return len(one & other) / len(one | other) if one | other else 0.0
