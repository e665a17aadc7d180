"""A model's insights, held against what it was shown and what is known; those that stand."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from langgraph_dreams._text import clean
from langgraph_dreams.dream.memories.communities import Community, spans
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import Insight
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.types.base import lowest_trust
from langgraph_dreams.types.items import LEAST_CITED, Memory, MemoryKind, memory_id

_LONGEST = 500  # characters of an insight
_COMPARED = 1_000  # characters of a memory that an insight is compared with
_ALIKE = 0.8  # share of words, or of letters in a row, in common from which on it is a copy
_SAME_MEMORIES = 2 / 3  # share of memories in common from which on two insights are over the same
_WORD = re.compile(r"\w+")
_KINDS: tuple[MemoryKind, ...] = ("fact", "preference", "procedure", "insight")


def covered(names: set[str], over: Iterable[frozenset[str]]) -> bool:
    """True if an insight was drawn from nearly the same memories."""
    return any(len(names & cited) >= _SAME_MEMORIES * len(names) for cited in over)


class InsightCheck:
    """Holds insights against what was shown and what is known."""

    def __init__(
        self,
        context: StageContext,
        groups: Sequence[Community],
        known: Sequence[Memory],
        changed: Mapping[str, Memory],
    ) -> None:
        self.refused: Counter[str] = Counter()
        self.sessions = {name: s for group in groups for name, s in group.sessions.items()}
        self._context = context
        self._changed = changed
        self._shown = [memory for group in groups for memory in group.memories]
        self._group = {m.id: i for i, group in enumerate(groups) for m in group.memories}
        self._over = [frozenset(m.cites) for m in known if m.current]
        self._texts = [m.text for m in (*self._shown, *known)]
        self._done: set[int] = set()

    def accepted(self, notes: Sequence[Insight], state: DreamState) -> list[Memory]:
        """Insights that stand as memories; the rest is counted in `refused`."""
        stand = []
        for note in notes:
            text = " ".join(clean(note.text).split())
            cited = self._cited(note.memories)
            fault = self._fault(text, cited)
            if fault:
                self.refused[fault] += 1
                continue
            stand.append(_memory(state, text, cited))
            self._done.add(self._most_cited(cited))
            self._over.append(frozenset(m.id for m in cited))
            self._texts.append(text)
        return stand

    def _cited(self, numbers: Sequence[int]) -> list[Memory]:
        """Shown memories by number; numbers that stand for none are left out."""
        known = sorted({n for n in numbers if 1 <= n <= len(self._shown)})
        return [self._shown[n - 1] for n in known]

    def _most_cited(self, cited: Sequence[Memory]) -> int:
        return Counter(self._group[m.id] for m in cited).most_common(1)[0][0]

    def _fault(self, text: str, cited: Sequence[Memory]) -> str:
        """Reason why an insight cannot stand; empty when it can."""
        names = [m.id for m in cited]
        if not _WORD.search(text):
            return "insights without text"
        if len(text) > _LONGEST:
            return "insights that are too long"
        if suspicious(text):
            return "insights that read as instructions"
        if not self._context.vault.language.assertions(text):
            return "insights that state nothing"
        if len(names) < LEAST_CITED:
            return "insights that cite fewer than two memories"
        if not spans(names, self.sessions):
            return "insights from one conversation alone"
        if self._most_cited(cited) in self._done:
            return "insights beside another of their group"
        if any(_alike(text, other) for other in self._texts) or self._is_known(text):
            return "insights that copy a memory"
        if any(_jaccard(names, cites) >= _SAME_MEMORIES for cites in self._over):
            return "insights over the memories of another"
        return ""

    def _is_known(self, text: str) -> bool:
        ids = [memory_id(kind, text) for kind in _KINDS]
        return bool(self._changed.keys() & set(ids)) or bool(self._context.vault.get(ids))


def _jaccard(ones: Iterable[str], others: Iterable[str]) -> float:
    a, b = set(ones), set(others)
    return len(a & b) / len(a | b) if a | b else 0.0


def _alike(text: str, other: str) -> bool:
    """True if one is the other but for a few words, or a part of it."""
    ones, others = (_WORD.findall(t[:_COMPARED].casefold()) for t in (text, other))
    one, two = " ".join(ones), " ".join(others)
    if one in two or _jaccard(ones, others) >= _ALIKE:
        return True
    match = SequenceMatcher(None, one, two, autojunk=False)
    return match.real_quick_ratio() >= _ALIKE and match.ratio() >= _ALIKE


def _memory(state: DreamState, text: str, cited: Sequence[Memory]) -> Memory:
    """The insight as a memory: no more trusted, and no older, than what it was drawn from."""
    about = {m.about.casefold() for m in cited}
    return Memory(
        id=memory_id("insight", text),
        text=text,
        kind="insight",
        about=cited[0].about if len(about) == 1 else "",
        sources=tuple(dict.fromkeys(source for m in cited for source in m.sources)),
        cites=tuple(m.id for m in cited),
        trust=lowest_trust(m.trust for m in cited),
        valid_from=max(m.valid_from or m.learned_at for m in cited),
        learned_at=datetime.fromisoformat(state["started"]),
        dream=state["dream"],
    )
