"""Examples to train on: questions with grounded answers, and current against superseded facts.

The lines are OpenAI's fine-tuning formats, which others read too: `{"messages": [...]}` for chat,
`{"input": {"messages": [...]}, "preferred_output": [...], "non_preferred_output": [...]}` for
preferences (DPO). Neither has room for provenance, and strict readers refuse further keys: that is
in a file beside it, line for line.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from langgraph_dreams.dream.learner.questions import Sound, statements
from langgraph_dreams.safety.fencing import harmless
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.types.base import UNDATED_UNTIL, Trust, digest, lowest_trust
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.zones import local_time

SYSTEM = (
    "Answer from what you remember of earlier conversations, and cite the turns that you know it "
    "from, each as its id and day in brackets. What holds now goes before what held once."
)
Clean = Callable[[str], str]
"""Takes out of a text what must not be trained on."""
_GENERATIONS = 16  # memories that replaced one another are followed so far


class Grounded(Protocol):
    """A statement with the episodes that it rests on: a memory, or the words of a turn."""

    @property
    def id(self) -> str:
        """Of a memory; empty for the words of a turn."""
        ...

    @property
    def text(self) -> str:
        """What is answered."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of episodes."""
        ...

    @property
    def trust(self) -> Trust:
        """The lowest of what it rests on."""
        ...

    @property
    def dream(self) -> str:
        """The dream that made it, or that found it to belong to others."""
        ...


class Answered(Protocol):
    """A question and what answers it."""

    @property
    def text(self) -> str:
        """The question."""
        ...

    @property
    def origin(self) -> str:
        """Where it comes from."""
        ...

    @property
    def memories(self) -> Sequence[Grounded]:
        """What answers it."""
        ...

    @property
    def time(self) -> datetime:
        """Of the latest of its evidence."""
        ...


@dataclass(frozen=True)
class Words:
    """The words of one turn as a statement."""

    text: str
    sources: tuple[str, ...]
    trust: Trust
    dream: str
    """Of the link for which it is told."""
    id: str = ""


@dataclass(frozen=True)
class Asked:
    """A question that is made for the export."""

    text: str
    origin: str
    memories: Sequence[Grounded]
    time: datetime


@dataclass(frozen=True)
class Preference:
    """What holds now, and what held before, in answer to one question."""

    text: str
    now: Grounded
    before: Grounded


@dataclass(frozen=True)
class Example:
    """One line of a file, with its line of provenance and the time by which it is held out."""

    line: Mapping[str, Any]
    provenance: Mapping[str, Any]
    time: datetime


def chat_examples(questions: Iterable[Answered], known: Sound, clean: Clean) -> Iterator[Example]:
    """A question and its answer in the words of the memories, with what they rest on."""
    for question in questions:
        asked, answer = clean(question.text), _answer(question.memories, known, clean)
        if not _plain(asked, question.memories, clean):
            continue
        line = {"messages": [*_prompt(asked), {"role": "assistant", "content": answer}]}
        told = {"question": question.origin, **_provenance(question.memories, known)}
        yield Example(line, {"id": digest("training", line), **told}, question.time)


def superseded(questions: Iterable[Answered], ended: Sound, known: Sound) -> Iterator[Preference]:
    """For each memory that was superseded the one that holds, by each question that it answers."""
    asked: dict[str, list[str]] = {}
    for question in questions:
        if len(question.memories) == 1:
            asked.setdefault(question.memories[0].id, []).append(question.text)
    for old in statements(ended):
        now = _heir(old, known)
        if now is None or now.text == old.text:
            continue
        for text in asked.get(now.id) or [still(old.text)]:
            yield Preference(text, now, old)


def still(text: str) -> str:
    """The question whether a statement holds, where its form gives no other."""
    return f'Does this still hold: "{text}"?'


def preference_examples(
    preferences: Iterable[Preference], known: Sound, clean: Clean
) -> Iterator[Example]:
    """What holds now, preferred to what held once."""
    for preference in preferences:
        now, old, prompt = preference.now, preference.before, clean(preference.text)
        if not _plain(prompt, [now, old], clean):
            continue
        preferred, other = (_answer([m], known, clean) for m in (now, old))
        line = {
            "input": {"messages": _prompt(prompt)},
            "preferred_output": [{"role": "assistant", "content": preferred}],
            "non_preferred_output": [{"role": "assistant", "content": other}],
        }
        told = {"superseded": old.id or old.sources[0], **_provenance([now, old], known)}
        time = known.time((*now.sources, *old.sources))
        yield Example(line, {"id": digest("training", line), **told}, time)


def _prompt(question: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]


def _plain(question: str, memories: Iterable[Grounded], clean: Clean) -> bool:
    """True if nothing reads as instructions, once it is as it will be written."""
    return not any(map(suspicious, (question, *(clean(m.text) for m in memories))))


def _answer(memories: Sequence[Grounded], known: Sound, clean: Clean) -> str:
    return " ".join(f"{clean(m.text)} {_cited(m, known)}" for m in memories)


def _cited(memory: Grounded, known: Sound) -> str:
    """The sources in brackets, oldest first."""
    episodes = sorted((known.episodes[name] for name in memory.sources), key=lambda e: e.time)
    days = (_day(e) if e.time >= UNDATED_UNTIL else "" for e in episodes)
    named = (f"{e.id} {day}".strip() for e, day in zip(episodes, days, strict=True))
    return f"[{', '.join(named)}]"


def _day(episode: Episode) -> str:
    """The day on the clocks of whoever spoke, as the words of a memory have it."""
    return (local_time(episode.time, episode.zone) or episode.time).date().isoformat()


def _provenance(memories: Sequence[Grounded], known: Sound) -> dict[str, Any]:
    names = list(dict.fromkeys(name for m in memories for name in m.sources))
    episodes = [known.episodes[name] for name in names]
    return {
        "memories": [m.id for m in memories if m.id],
        "dreams": list(dict.fromkeys(m.dream for m in memories if m.dream)),
        "episodes": names,
        "origins": sorted({e.origin for e in episodes}),
        "trust": lowest_trust(m.trust for m in memories).name.lower(),
        "time": known.time(names).isoformat(),
    }


def _heir(old: Memory, known: Sound) -> Memory | None:
    """The memory that holds in the place of a superseded one."""
    name = old.superseded_by
    for _ in range(_GENERATIONS):
        memory = known.memories.get(name)
        if memory is None:
            return None
        if memory.current:
            return memory
        name = memory.superseded_by
    return None


def cleaner(redact: Callable[[str], str]) -> Clean:
    """Takes out secrets, and characters that hide text or look like the fence of recalled text."""
    return lambda text: redact(" ".join(harmless(text).split()))
