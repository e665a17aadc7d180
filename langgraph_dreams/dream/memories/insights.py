"""Insights: what follows from several memories of different conversations, and stands in none.

The model proposes, and every proposal is checked against what it was shown. An insight begins
tentative and is retired, with or without a model, once the memories it was drawn from are gone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from langgraph_dreams._text import clean
from langgraph_dreams.dream.memories.communities import Community, communities, spans
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.drive import Asking
from langgraph_dreams.dream.runtime.prompts import Insight, Insights, insights_request
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.llm.client import Request
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.types.base import lowest_trust
from langgraph_dreams.types.items import HOLDING, LEAST_CITED, Memory, MemoryKind, memory_id
from langgraph_dreams.types.operations import Operation, final_states

_LONGEST = 500  # characters of an insight
_COMPARED = 1_000  # characters of a memory that an insight is compared with
_ALIKE = 0.8  # share of words, or of letters in a row, in common from which on it is a copy
_SAME_MEMORIES = 2 / 3  # share of memories in common from which on two insights are over the same
_CHARACTERS = 6_000  # of memories in the request
_LEAST_CHARACTERS = 80  # of one memory
_WORD = re.compile(r"\w+")
_KINDS: tuple[MemoryKind, ...] = ("fact", "preference", "procedure", "insight")


def expected(context: StageContext, state: DreamState) -> int:
    """How many requests for insights the dream will need, guessed before it has any memories.

    A guess of none forbids the request, while one too many costs nothing: nothing is asked when no
    community is found.
    """
    if context.client is None or not context.policy.insights:
        return 0
    if len(context.vault.memory_ids(HOLDING)) >= LEAST_CITED:
        return 1
    places = context.vault.order(state["episodes"])
    return int(len({place.thread or name for name, place in places.items()}) >= LEAST_CITED)


def insights(
    context: StageContext, state: DreamState, operations: Sequence[Operation]
) -> Asking[tuple[list[Operation], list[str]]]:
    """Operations that add insights and retire those that have lost their ground, and notes."""
    changed = final_states(operations)
    known = _insights(context, changed)
    retired = _retired(context, state, [m for m in known if m.current], changed)
    groups: list[Community] = []
    if context.policy.insights and calls_allowed(context, state, "insights"):
        found = communities(context, operations, changed)
        over = [frozenset(m.cites) for m in known]
        new = (c for c in found if not _covered({m.id for m in c.memories}, over))
        groups = [c for c, _ in zip(new, range(context.policy.insights), strict=False)]
    if not groups:
        return retired, []
    context.send_progress(
        "narrate", "progress", f"{len(groups)} communities to look at", groups=len(groups)
    )
    answer = (yield [_request(context, groups)])[0]
    notes = [f"insights: {answer.problem}"] if answer.problem else []
    if not isinstance(answer.value, Insights):
        return retired, notes
    check = _Check(context, groups, known, changed)
    added = [_added(state, m, check) for m in check.accepted(answer.value.insights, state)]
    notes += [f"refused {count} {what}" for what, count in sorted(check.refused.items())]
    return [*retired, *added], notes


def _insights(context: StageContext, changed: dict[str, Memory]) -> list[Memory]:
    """Every insight there is, whatever its status, as it will be."""
    new = [m.id for m in changed.values() if m.kind == "insight"]
    return memories_after(context.vault, [*context.vault.insight_ids(), *new], changed)


def _covered(names: set[str], over: Iterable[frozenset[str]]) -> bool:
    """Whether an insight was drawn from nearly the same memories."""
    return any(len(names & cited) >= _SAME_MEMORIES * len(names) for cited in over)


def _request(context: StageContext, groups: Sequence[Community]) -> Request:
    """Conversations are told by number, in the order in which they come."""
    numbers: dict[str, int] = {}
    shown = []
    for group in groups:
        for memory in group.memories:
            for session in sorted(group.sessions[memory.id]):
                numbers.setdefault(session, len(numbers) + 1)
        shown.append(
            [(m, sorted(numbers[s] for s in group.sessions[m.id])) for m in group.memories]
        )
    share = _CHARACTERS // sum(len(group) for group in shown)
    characters = min(context.policy.episode_characters, max(_LEAST_CHARACTERS, share))
    return insights_request(shown, characters)


# -- what a model answered


class _Check:
    """What insights are held against: what was shown, and what is known."""

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
        """Why an insight cannot stand; empty when it can."""
        names = [m.id for m in cited]
        if not _WORD.search(text):
            return "insights without text"
        if len(text) > _LONGEST:
            return "insights that are too long"
        if suspicious(text):
            return "insights that read as instructions"
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
    """Whether one is the other but for a few words, or a part of it."""
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


# -- operations


def _added(state: DreamState, memory: Memory, check: _Check) -> Operation:
    sessions: set[str] = set().union(*(check.sessions[name] for name in memory.cites))
    reason = f"drawn from {len(memory.cites)} memories of {len(sessions)} conversations"
    return Operation.of(state["dream"], "add_memory", memory, reason=reason)


def _retired(
    context: StageContext, state: DreamState, known: Sequence[Memory], changed: dict[str, Memory]
) -> list[Operation]:
    """Insights that have too few memories left that hold: nothing is deleted."""
    cited = list(dict.fromkeys(name for memory in known for name in memory.cites))
    hold = {m.id for m in memories_after(context.vault, cited, changed) if m.current}
    started = datetime.fromisoformat(state["started"])
    return [
        Operation.of(
            state["dream"],
            "retire_memory",
            memory.model_copy(update={"status": "retired", "valid_to": started}),
            before=memory,
            reason="fewer than two of the memories that it was drawn from still hold",
        )
        for memory in known
        if len(hold.intersection(memory.cites)) < LEAST_CITED
    ]
