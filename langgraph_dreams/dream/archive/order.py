"""In which order items are looked at for the archive, and whether only what is borne goes.

A comparison, such as a benchmark of random or oldest-first forgetting, sets another strategy with
`forgetting_by`; there is no setting for it.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """An episode or memory that recall searches."""

    id: str
    strength: float
    time: float
    """When it was said, or first held (UNIX seconds)."""


Order = Callable[[Sequence[Candidate]], Sequence[Candidate]]


@dataclass(frozen=True)
class Strategy:
    """Which items go first, and which may go."""

    order: Order
    only_borne: bool = True
    """False: also what nothing else says, and the only source of a memory. For comparison: that
    forgets."""


def weakest_first(items: Sequence[Candidate]) -> list[Candidate]:
    """By strength; of equals by id, not by age."""
    return sorted(items, key=lambda item: (item.strength, item.id))


def oldest_first(items: Sequence[Candidate]) -> list[Candidate]:
    """By age alone."""
    return sorted(items, key=lambda item: (item.time, item.id))


def at_random(seed: int) -> Order:
    """By chance: the same for the same seed and items."""

    def order(items: Sequence[Candidate]) -> list[Candidate]:
        found = sorted(items, key=lambda item: item.id)
        random.Random(seed).shuffle(found)
        return found

    return order


USUAL = Strategy(weakest_first)
_now = USUAL


def strategy() -> Strategy:
    """The strategy that holds."""
    return _now


@contextmanager
def forgetting_by(other: Strategy) -> Iterator[None]:
    """Have all dreams of this process forget by another strategy within."""
    global _now
    before, _now = _now, other
    try:
        yield
    finally:
        _now = before
