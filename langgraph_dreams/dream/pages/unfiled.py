"""Which memories were never put to the model for pages, or rehearsed: a mark in the journal.

The mark is the number of the last dream whose memories were all shown, and how many of the next
one's were, in order of time. It goes with its dream when that is undone.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.types.items import Memory, MemoryStatus
from langgraph_dreams.types.reports import DreamReport

Mark = tuple[str, str]
PAGES: Mark = ("pages.through", "pages.shown")
REHEARSALS: Mark = ("rehearsals.through", "rehearsals.shown")
"""Counts of a dream: the marks that it leaves."""
_EVERY = get_args(MemoryStatus)  # the mark counts them all, whatever becomes of them


_MEMORIES = 0.5  # that a turn gives, where not enough turns were dreamt of to tell
_ENOUGH = 20  # turns dreamt of that tell


class Expected(NamedTuple):
    """Memories that a dream will find to be put on pages, or to be rehearsed."""

    memories: int
    """As far as can be told beforehand."""
    most: int
    """At most, where too little was dreamt of to tell."""


class Learned(NamedTuple):
    """A memory in the order in which memories are put to the model."""

    number: int
    """Of the dream that learned it."""
    since: float
    id: str


def learned_since(
    context: StageContext, number: int = 0, added: Sequence[Memory] = (), mark: Mark = PAGES
) -> list[Learned]:
    """Memories after the mark, whatever their status: stored ones, and those that a dream adds."""
    through, shown = mark_before(context.vault.dreams(), mark)
    numbers = {d.id: d.number for d in context.vault.dreams() if d.number > through}
    standings = context.vault.standings(context.vault.memory_ids(_EVERY))
    found = [
        Learned(numbers[s.dream], s.valid_from, name)
        for name, s in standings.items()
        if s.dream in numbers and not s.cites
    ]
    found += [Learned(number, (m.valid_from or m.learned_at).timestamp(), m.id) for m in added]
    found.sort()
    first = sum(one.number == through + 1 for one in found)
    return found[min(shown, first) :]


def expected(context: StageContext, new: int, mark: Mark = PAGES) -> Expected:
    """What waits to be put on pages, or rehearsed, and what so many new episodes may give."""
    vault = context.vault
    learned = [one.id for one in learned_since(context, mark=mark)]
    holding = set(vault.memory_ids())
    filed = vault.citing(learned) if learned and mark == PAGES else {}
    waiting = sum(name in holding and name not in filed for name in learned)
    dreamt, held = vault.count()["episodes"] - len(vault.undreamt()), len(holding)
    told = held and dreamt >= _ENOUGH
    memories = waiting + round((min(1.0, held / dreamt) if told else _MEMORIES) * new)
    return Expected(memories, memories if told else waiting + new)


def mark_after(
    context: StageContext, learned: Sequence[Learned], shown: int, mark: Mark = PAGES
) -> dict[str, int]:
    """The mark when the first `shown` of what was learned since the last mark have been shown."""
    through, before = mark_before(context.vault.dreams(), mark)
    if shown == len(learned):
        whole = max((one.number for one in learned), default=through)
        return dict(zip(mark, (whole, 0), strict=True))
    number = learned[shown].number
    of_it = sum(one.number == number for one in learned[:shown])
    so_far = of_it + (before if number == through + 1 else 0)
    return dict(zip(mark, (number - 1, so_far), strict=True))


def mark_before(dreams: Iterable[DreamReport], mark: Mark) -> tuple[int, int]:
    """The mark as the last of these dreams that left one has it."""
    through, shown = mark
    told = (d for d in dreams if d.status == "committed" and through in d.counts)
    return max(((d.counts[through], d.counts.get(shown, 0)) for d in told), default=(0, 0))
