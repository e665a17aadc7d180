"""Turns of a thread in order: which stand beside which; and what was read of them, kept."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from langgraph_dreams.store.items import BOTH, NOTHING, STATEMENT
from langgraph_dreams.store.read_cache import ReadCache

Beside = list[tuple[int, str]]
"""Turns beside one, as (offset, id), in order."""
_FACTS, _TURNS, _SIZES = 100_000, 100_000, 10_000


class Facts(NamedTuple):
    """The place of an episode, how much a person says in it, what it adds, and who spoke."""

    thread: str
    position: int
    time: float
    terms: int
    """Content words that a person says."""
    adds: str
    speaker: str


class Turn(NamedTuple):
    """A turn of a thread: the message that it answers, and what it adds."""

    id: str
    message: str
    adds: str


class Thread:
    """Turns of one thread in order, or a stretch of them."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns
        self._place = {turn.id: i for i, turn in enumerate(turns)}
        self._last = {turn.message: i for i, turn in enumerate(turns) if turn.message}
        self._beside: dict[tuple[str, int, bool], Beside] = {}

    def __len__(self) -> int:
        return len(self._turns)

    def beside(self, id_: str, width: int, telling: bool) -> Beside:
        """The turns up to `width` ranks before and after one; none if it is not here. Not to be
        changed: it is answered again."""
        asked = id_, width, telling
        if asked not in self._beside:
            at = self._place.get(id_)
            self._beside[asked] = [] if at is None else self._ranked(at, width, telling)
        return self._beside[asked]

    def _ranked(self, at: int, width: int, telling: bool) -> Beside:
        found: list[tuple[int, str]] = []
        for step, stop in ((-1, -1), (1, len(self._turns))):
            passed = stated = 0
            for i in range(at + step, stop, step):
                turn = self._turns[i]
                if telling and (turn.adds == NOTHING or self._last.get(turn.message, i) != i):
                    continue
                if telling and turn.message and turn.message == self._turns[at].message:
                    continue
                passed += step
                states = telling and turn.adds in (STATEMENT, BOTH)
                stated += step * states
                offset = stated if states else passed
                if abs(offset) <= width:
                    found.append((offset, turn.id))
                elif states or not telling:
                    break
        return sorted(found)


class KeptTurns:
    """Facts of turns, whole threads and their sizes as they were read, until they change."""

    def __init__(self) -> None:
        self.facts: ReadCache[Facts] = ReadCache(_FACTS)
        self.threads: ReadCache[Thread] = ReadCache(_TURNS, len)
        self.sizes: ReadCache[int] = ReadCache(_SIZES)

    def drop(self, threads_of: Mapping[str, str]) -> None:
        """Forget turns that change, given with their threads, and these threads."""
        self.facts.drop(threads_of)
        threads = set(threads_of.values())
        self.threads.drop(threads)
        self.sizes.drop(threads)

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self.facts, self.threads, self.sizes):
            kept.clear()
