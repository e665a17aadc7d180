"""What is measured of a week: its links, and its memories, ours beside the plainest ways."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from langgraph_dreams import Embedder, Namespace

from .week import TRAPS, Turn, Week

OURS = "dreams"
ALIKE = "most alike"
"""As many pairs of turns of different days, the most alike by cosine."""
EVERY = "every statement"
"""All that the person said without a question mark, word for word."""
COMMON = 4.5
"""Zipf frequency from which on a word is common: about 30 times in a million words."""

Frequency = Callable[[str, str], float]
"""Zipf frequency of a word in a language."""
_Pair = tuple[Turn, Turn]
_Kept = tuple[str, list[Turn]]
"""A memory: its text, and the turns it rests on."""


@dataclass
class Links:
    """Counts of the links of one system."""

    links: int = 0
    common: int = 0
    """Links over common words alone."""
    found: int = 0
    """Planted bridges between two turns of which there is a link."""
    planted: int = 0


@dataclass
class Memories:
    """Counts of the memories of one system."""

    right: int = 0
    wrong: int = 0
    """Neither right nor of a trap, of turns that state something, or of none."""
    beside: int = 0
    """Of talk, which is neither wanted nor wrong."""
    traps: dict[str, int] = field(default_factory=dict)
    """Of turns that must become none, by kind."""
    recalled: int = 0
    """Statements of which there is a right memory."""
    stated: int = 0

    def trapped(self) -> int:
        """Those of turns that must become none."""
        return sum(self.traps.values())

    def made(self) -> int:
        """All of them, those of talk as well: of these nobody wanted any."""
        return self.right + self.wrong + self.trapped() + self.beside

    def precision(self) -> float:
        """Share of right ones in all but those of talk."""
        return share(self.right, self.right + self.wrong + self.trapped())


@dataclass
class Figures:
    """All figures of some weeks."""

    name: str
    half: str
    links: dict[str, Links] = field(default_factory=dict)
    memories: dict[str, Memories] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    """Every miss of ours, in words."""


def share(part: int, whole: int) -> float:
    """In percent; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def measure(
    week: Week, namespace: Namespace, embedder: Embedder, frequency: Frequency | None
) -> Figures:
    """Figures of a week that was lived in the namespace; without `frequency` none of common
    words."""
    found = Figures(week.name, week.half)
    turns = {turn.id: turn for turn in week.turns}
    told = {e.id: turns[e.message] for e in namespace.episodes() if e.message in turns}
    memories = {m.id: [told[s] for s in m.sources if s in told] for m in namespace.memories()}
    ours: list[tuple[_Pair, Sequence[str]]] = []
    for link in namespace.links():
        ends = [
            memories.get(end) or [told[end]] for end in (link.a, link.b) if end in told | memories
        ]
        if len(ends) == 2 and all(ends):
            ours.append(((ends[0][0], ends[1][0]), link.bridge))
    found.links[OURS] = _links(week, ours, frequency, found.missed)
    alike = [(pair, _shared(pair)) for pair in _most_alike(week, embedder, len(ours))]
    found.links[ALIKE] = _links(week, alike, frequency, [])
    kept = [(memory.text, memories[memory.id]) for memory in namespace.memories()]
    found.memories[OURS] = _memories(week, kept, found.missed)
    every = [(turn.say, [turn]) for turn in week.turns if not turn.say.rstrip().endswith("?")]
    found.memories[EVERY] = _memories(week, every, [])
    return found


# -- links


def _links(
    week: Week,
    links: Sequence[tuple[_Pair, Sequence[str]]],
    frequency: Frequency | None,
    missed: list[str],
) -> Links:
    counts = Links(len(links))
    for pair, bridge in links:
        words = [word for term in bridge for word in _written(term, pair)]
        if frequency and words and all(frequency(word, week.language) >= COMMON for word in words):
            counts.common += 1
            missed.append(f"common: {', '.join(bridge)}: {_shown(pair)}")
    linked = {frozenset((a.id, b.id)) for (a, b), _ in links}
    for word, ids in week.bridges().items():
        counts.planted += 1
        if any(frozenset(pair) in linked for pair in combinations(ids, 2)):
            counts.found += 1
        else:
            missed.append(f"bridge not found: {word} ({', '.join(ids)})")
    return counts


def _written(term: str, pair: _Pair) -> list[str]:
    """The words of a term as the two turns write them: a term may be a stem."""
    words = _words(f"{pair[0].say} {pair[0].answer} {pair[1].say} {pair[1].answer}")
    found = []
    for part in _words(term):
        forms = [word for word in words if word.startswith(part[: max(3, len(part) - 1)])]
        found.append(min(forms, key=lambda word: (abs(len(word) - len(part)), word), default=part))
    return found


def _shared(pair: _Pair) -> list[str]:
    a, b = (_words(f"{turn.say} {turn.answer}") for turn in pair)
    return sorted(a & b)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _shown(turns: Iterable[Turn]) -> str:
    return " | ".join(f"{turn.id} {turn.say}" for turn in turns)


def _most_alike(week: Week, embedder: Embedder, count: int) -> list[_Pair]:
    vectors = embedder.embed([f"user: {t.say}\nassistant: {t.answer}" for t in week.turns])
    pairs = [
        (float(np.dot(vectors[i], vectors[j])), week.turns[i], week.turns[j])
        for i, j in combinations(range(len(week.turns)), 2)
        if week.turns[i].day != week.turns[j].day
    ]
    pairs.sort(key=lambda row: -row[0])
    return [(a, b) for _, a, b in pairs[:count]]


# -- memories


def _memories(week: Week, kept: Sequence[_Kept], missed: list[str]) -> Memories:
    counts = Memories(stated=sum(bool(turn.holds) for turn in week.turns))
    recalled: set[str] = set()
    for text, sources in kept:
        right = {turn.id for turn in sources if turn.holds and _holds(text, turn)}
        recalled |= right
        kinds = [turn.kind for turn in sources]
        if right:
            counts.right += 1
        elif kinds and all(kind in TRAPS for kind in kinds):
            counts.traps[kinds[0]] = counts.traps.get(kinds[0], 0) + 1
            missed.append(f"memory of a {kinds[0]}: {text!r}")
        elif kinds and all(kind == "talk" for kind in kinds):
            counts.beside += 1
        else:
            counts.wrong += 1
            missed.append(f"wrong memory: {text!r} of {_shown(sources)}")
    counts.recalled = len(recalled)
    missed += [
        f"not kept ({turn.kind}): {turn.id} {turn.say}"
        for turn in week.turns
        if turn.holds and turn.id not in recalled
    ]
    return counts


def _holds(text: str, turn: Turn) -> bool:
    return all(word.casefold() in text.casefold() for word in turn.holds)


# -- several weeks


def together(figures: Sequence[Figures], name: str) -> Figures:
    """The sums of some weeks."""
    total = Figures(name, name)
    for own in figures:
        for system, links in own.links.items():
            of = total.links.setdefault(system, Links())
            for part in vars(links):
                setattr(of, part, getattr(of, part) + getattr(links, part))
        for system, memories in own.memories.items():
            to = total.memories.setdefault(system, Memories())
            for part in ("right", "wrong", "beside", "recalled", "stated"):
                setattr(to, part, getattr(to, part) + getattr(memories, part))
            for kind, count in memories.traps.items():
                to.traps[kind] = to.traps.get(kind, 0) + count
    return total
