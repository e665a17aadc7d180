"""What is measured on a chat that was lived: evidence, corrections, memories, what was kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from langgraph_dreams import Embedder, Episode, Memory, Namespace

from ..runner import Tick
from ..scripted import letters
from .agents import NODS, UNKNOWN
from .plan import STATING, Plan, Planted, Step

AT = (5, 10)
"""Ranks at which the recall of evidence is measured."""
FIELD, PLAIN = "field", "plain"
SYSTEMS = (FIELD, PLAIN, f"{FIELD}, bare vectors", f"{PLAIN}, bare vectors")
"""What was lived and what was recorded plainly; bare vectors: the nearest episodes, all else left
out, as a query of Chroma gives them."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

Search = Callable[[str, int], list[Episode]]


@dataclass
class Figures:
    """What was measured on one chat."""

    name: str
    half: str
    categories: list[str] = field(default_factory=list)
    recall: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    """By system a (questions, len(AT)) array in [0, 1]."""
    asked: list[bool] = field(default_factory=list)
    """Of each question, whether it was asked before, in the life of the agent."""
    corrected: dict[str, list[bool]] = field(default_factory=dict)
    """By system, of each planted fact: whether its correction comes first."""
    outdated: list[bool] = field(default_factory=list)
    """Of each planted fact: whether what was corrected stands before the correction in all that is
    shown, memories before episodes."""
    memories: int = 0
    nothing: list[tuple[str, str]] = field(default_factory=list)
    """Kind and text of each memory that states nothing of the user's."""
    steady: list[int] = field(default_factory=lambda: [0, 0])
    """Facts said twice that became memories, and all such facts."""
    stated: int = 0
    lost: list[str] = field(default_factory=list)
    """Statements of which no episode holds the text."""
    episodes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    """What went wrong, in words."""


class Told:
    """The steps of a plan, found again in what was recorded."""

    def __init__(self, plan: Plan) -> None:
        self._steps = {step.id: step for step in plan.steps()}
        self._words = _unstated(plan)
        self._drafts = {letters(step.draft): step for step in plan.steps() if step.again == "edit"}

    def step_of(self, episode: Episode) -> Step | None:
        """The step that an episode records."""
        return self._steps.get(episode.message)

    def states(self, episode: Episode) -> Step | None:
        """The statement that an episode holds in full, as it was meant in the end."""
        step = self.step_of(episode)
        if step is None or step.kind not in STATING or step.text not in episode.text:
            return None
        return step

    def unit_of(self, episode: Episode) -> str:
        """The turn of the chat; "" for anything else."""
        step = self.states(episode)
        return "" if step is None else step.unit

    def nothing_in(self, memory: Memory, sources: Sequence[Episode]) -> str:
        """Why a memory states nothing of the user's: the kind of its words; "" when it does."""
        text = letters(memory.text)
        if all(part.rstrip().endswith("?") for part in _SENTENCE.split(memory.text.strip())):
            return "question"
        if any(text in letters(step.text) for source in sources if (step := self.states(source))):
            return ""
        for words, kind in self._words.items():
            if text in words:
                return kind
        if text in self._drafts and text not in letters(self._drafts[text].text):
            return "edited away"
        kinds = {step.kind for source in sources if (step := self.step_of(source)) is not None}
        return "" if kinds.intersection(STATING) else "/".join(sorted(kinds)) or "unknown"


def _unstated(plan: Plan) -> dict[str, str]:
    """The letters of all that states nothing of the user's, with its kind."""
    words: dict[str, str] = {}
    for step in plan.steps():
        if step.kind not in STATING:
            words[letters(step.text)] = step.kind
        if step.way == "approval":
            words[letters(step.draft)] = "approval"
        if step.answer:
            words[letters(step.answer)] = "agent"
    words |= {letters(text): "agent" for text in (*NODS, UNKNOWN)}
    words |= {letters(text): "tool or other agent" for text in plan.findings}
    words[letters(plan.summary)] = "summary"
    stated = {letters(step.text) for step in plan.steps() if step.kind in STATING}
    return {text: kind for text, kind in words.items() if text and text not in stated}


def bare(namespace: Namespace, embedder: Embedder) -> Search:
    """The nearest episodes by the cosine of their vectors, and nothing else."""
    episodes = namespace.episodes()
    vectors = embedder.embed([episode.text for episode in episodes])

    def search(question: str, k: int) -> list[Episode]:
        near = vectors @ embedder.embed([question])[0]
        return [episodes[index] for index in np.argsort(-near, kind="stable")[:k]]

    return search


def recalling(namespace: Namespace) -> Search:
    """The recall of the library."""

    def search(question: str, k: int) -> list[Episode]:
        found = namespace.recall(question, k, note=False, floor=0).items
        return [entry.item for entry in found if isinstance(entry.item, Episode)]

    return search


def measure_chat(
    plan: Plan, field: Namespace, plain: Namespace, embedder: Embedder, tick: Tick
) -> Figures:
    """All figures of a chat that was lived in `field` and recorded in `plain`."""
    told, found = Told(plan), Figures(plan.case.name, plan.half)
    searches = (
        recalling(field),
        recalling(plain),
        bare(field, embedder),
        bare(plain, embedder),
    )
    systems = dict(zip(SYSTEMS, searches, strict=True))
    questions = plan.case.questions
    found.categories = [question.category for question in questions]
    said = [step.text for step in plan.steps() if step.kind == "question"]
    found.asked = [any(text.endswith(question.text) for text in said) for question in questions]
    found.recall = {name: np.zeros((len(questions), len(AT))) for name in systems}
    for row, question in enumerate(questions):
        tick(f"{plan.case.name}: asking", row, len(questions))
        gold = set(question.gold)
        for name, search in systems.items():
            units = [told.unit_of(episode) for episode in search(question.text, max(AT))]
            found.recall[name][row] = [len(gold.intersection(units[:k])) / len(gold) for k in AT]
        here, there = found.recall[FIELD][row], found.recall[PLAIN][row]
        if (here < there).any():
            found.missed.append(
                f"evidence: {question.text} recall@{AT} {here.round(2)}, plainly {there.round(2)}"
            )
    _corrections(found, plan, told, systems, field)
    _memories(found, plan, told, field)
    _kept(found, plan, told, field)
    return found


def _corrections(
    found: Figures,
    plan: Plan,
    told: Told,
    systems: Mapping[str, Search],
    namespace: Namespace,
) -> None:
    for name, search in systems.items():
        found.corrected[name] = [
            bool(first := search(fact.question, 1)) and fact.corrected in first[0].text
            for fact in plan.facts
        ]
    for fact, right in zip(plan.facts, found.corrected[FIELD], strict=True):
        answer = namespace.recall(fact.question, max(AT), note=False, floor=0)
        shown = [entry.item.text for entry in (*answer.memories, *answer.items)]
        old = _first(shown, fact.told)
        new = _first(shown, fact.corrected)
        found.outdated.append(old < new)
        if not right or old < new:
            items = [entry.item.text.split("\n")[0] for entry in answer.items[:2]]
            memories = [entry.item.text for entry in answer.memories[:2]]
            found.missed.append(f"correction: {_shown(fact)} First: {items}; memories: {memories}")


def _first(texts: Sequence[str], words: str) -> int:
    return next((place for place, text in enumerate(texts) if words in text), len(texts))


def _shown(fact: Planted) -> str:
    return f"{fact.question} {fact.told} -> {fact.corrected}"


def _memories(found: Figures, plan: Plan, told: Told, namespace: Namespace) -> None:
    memories = namespace.memories()
    found.memories = len(memories)
    for memory in memories:
        kind = told.nothing_in(memory, namespace.episodes(memory.sources))
        if kind:
            found.nothing.append((kind, memory.text))
            found.missed.append(f"states nothing ({kind}): {memory.text!r}")
    texts = [letters(memory.text) for memory in memories]
    steady = {letters(step.text) for step in plan.steps() if step.kind == "steady"}
    found.steady = [sum(any(said in text for text in texts) for said in steady), len(steady)]


def _kept(found: Figures, plan: Plan, told: Told, namespace: Namespace) -> None:
    episodes = namespace.episodes()
    found.episodes = len(episodes)
    kept = {step.id for episode in episodes if (step := told.states(episode)) is not None}
    stating = [step for step in plan.steps() if step.kind in STATING]
    found.stated = len(stating)
    for step in stating:
        if step.id not in kept:
            found.lost.append(step.text)
            found.missed.append(f"lost ({step.way}, {step.again or 'once'}): {step.text!r}")
