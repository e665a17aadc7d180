"""Turns of a thread in order: which stand beside which; and what was read of them, kept."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from langgraph_dreams.store.items import BOTH, NOTHING, STATEMENT, Item
from langgraph_dreams.store.read_cache import ReadCache
from langgraph_dreams.types.items import Episode

Message = tuple[str, str]
"""A thread, and a message of its user."""
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
    message: str
    """Of the user, that it answers; empty if it is not known."""

    @property
    def of_message(self) -> Message | None:
        """Its message in its thread, if both are known."""
        return (self.thread, self.message) if self.thread and self.message else None


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
        self.facts: ReadCache[str, Facts] = ReadCache(_FACTS)
        self.threads: ReadCache[str, Thread] = ReadCache(_TURNS, len)
        self.sizes: ReadCache[str, int] = ReadCache(_SIZES)
        self.versions: ReadCache[Message, int] = ReadCache(_FACTS)
        """How many turns are of a message."""

    def drop(self, items: Iterable[Item]) -> None:
        """Forget items that change, and their threads and messages."""
        items = list(items)
        turns = [item for item in items if isinstance(item, Episode)]
        threads = {turn.thread for turn in turns}
        self.facts.drop(item.id for item in items)
        self.threads.drop(threads)
        self.sizes.drop(threads)
        self.versions.drop({(turn.thread, turn.message) for turn in turns})

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self.facts, self.threads, self.sizes, self.versions):
            kept.clear()
