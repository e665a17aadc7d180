"""Questions whose evidence is known: what memories say of themselves, rehearsals, past questions.

Nothing of what nobody vouches for, of what reads as instructions, or of what is gone: neither as a
question nor as what answers it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from langgraph_dreams.language.words import content_terms
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.store.records.recall_log import RecallNote
from langgraph_dreams.types.items import HOLDING, Episode, Memory, MemoryStatus

Origin = Literal["memory", "rehearsal", "recall"]

_FIRST = 5  # items of a past answer among which its evidence has to be
_ANSWERED = 0.5  # of a past question's content words, the share that a memory has that answers it
_NOTES = 2_000


@dataclass(frozen=True)
class KnownQuestion:
    """A question, the memories that answer it, and the episodes those rest on."""

    text: str
    origin: Origin
    memories: tuple[Memory, ...]
    evidence: tuple[str, ...]
    time: datetime
    """Of the latest of its evidence."""
    key: str = ""
    """Id of the memory that it is a text of, and that must not help to answer it."""


@dataclass(frozen=True)
class Sound:
    """Memories that may be learned from, with the episodes they rest on, by id."""

    memories: Mapping[str, Memory]
    episodes: Mapping[str, Episode]

    def time(self, sources: Iterable[str]) -> datetime:
        """Time of the latest of these episodes."""
        return max(self.episodes[name].time for name in sources)


def sound(vault: NamespaceStore, statuses: Sequence[MemoryStatus] = HOLDING) -> Sound:
    """Memories of these statuses all of whose sources are there, vouched for and no orders.

    Of what is made of other memories only rehearsals are of use: the rest is evidence of nothing.
    """
    found = vault.get([*vault.memory_ids(statuses), *vault.rehearsal_ids(statuses)]).values()
    memories = [
        m
        for m in found
        if isinstance(m, Memory) and (m.rehearses or not m.derived) and may_become(m)
    ]
    cited = list(dict.fromkeys(name for m in memories for name in m.sources))
    episodes = {
        name: e for name, e in vault.get(cited).items() if isinstance(e, Episode) and may_become(e)
    }
    kept = {m.id: m for m in memories if m.sources and episodes.keys() >= set(m.sources)}
    return Sound(kept, episodes)


def known_questions(vault: NamespaceStore, known: Sound | None = None) -> list[KnownQuestion]:
    """Questions with known evidence, by the time of that; each text once."""
    known = known or sound(vault)
    every = [*_rehearsed(known), *_of_memories(known), *_asked(vault, known)]
    every.sort(key=lambda q: (q.time, q.text, q.origin))
    first: dict[str, KnownQuestion] = {}
    for question in every:
        if question.text.strip() and not suspicious(question.text):
            first.setdefault(" ".join(question.text.casefold().split()), question)
    return list(first.values())


def told_again(known: Sound) -> list[KnownQuestion]:
    """Every memory as a question for what it cites: it says the same in other words."""
    return [
        KnownQuestion(m.text, "memory", (m,), m.sources, known.time(m.sources), m.id)
        for m in statements(known)
    ]


def statements(known: Sound) -> list[Memory]:
    """The memories that state something: all but rehearsals."""
    return [m for m in known.memories.values() if not m.rehearses]


def _rehearsed(known: Sound) -> Iterator[KnownQuestion]:
    for memory in known.memories.values():
        if not memory.rehearses:
            continue
        answers = [known.memories.get(name) for name in memory.cites]
        told = tuple(m for m in answers if m is not None and not m.rehearses)
        if told and len(told) == len(answers):
            time = known.time(memory.sources)
            yield KnownQuestion(memory.text, "rehearsal", told, memory.sources, time, memory.id)


def _of_memories(known: Sound) -> Iterator[KnownQuestion]:
    for memory in statements(known):
        time = known.time(memory.sources)
        for text in memory.questions:
            yield KnownQuestion(text, "memory", (memory,), memory.sources, time, memory.id)


def _asked(vault: NamespaceStore, known: Sound) -> Iterator[KnownQuestion]:
    """Past questions that a returned memory answers, in words and with its evidence."""
    for note in vault.recalls(undreamt=False, limit=_NOTES):
        memory = _answer(vault, note, known)
        if memory is not None:
            time = known.time(memory.sources)
            yield KnownQuestion(note.query, "recall", (memory,), memory.sources, time)


def _answer(vault: NamespaceStore, note: RecallNote, known: Sound) -> Memory | None:
    asked = content_terms(vault.language, note.query)
    first = set([name for name in note.items if name.startswith("e")][:_FIRST])
    for name in note.items:
        memory = known.memories.get(name)
        if memory is None or memory.rehearses or first.isdisjoint(memory.sources):
            continue
        told = content_terms(vault.language, memory.text)
        if asked and len(asked & told) >= _ANSWERED * len(asked):
            return memory
    return None
