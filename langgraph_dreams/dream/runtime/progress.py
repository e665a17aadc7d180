"""Progress of a dream while it runs: one form for the stream, the bars and the page."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from typing_extensions import TypedDict

ABOUT: Mapping[str, str] = {
    "gather": "What was I concerned with? Takes a snapshot of the new episodes and open concerns.",
    "consolidate": "What belongs together? Distils episodes into memories and lays out pages.",
    "associate": "What remote associations are there? Pairs new episodes with old ones.",
    "appraise": "Does it hold? Scores the pairs, and strengthens what recall has used.",
    "narrate": "What is the story? The night in words, and what is always in mind.",
    "review": "May it be written? The place for a person or a rule to look first.",
    "commit": "Waking: tries the dream on past questions, journals it, then writes it.",
}
"""The nodes of the dream in order, each with what it is for."""
_ORDER = tuple(ABOUT)
_EVENTS = 200  # kept of one dream
_DREAMS = 64  # whose events are kept; one that died leaves its own behind

Phase = Literal["start", "plan", "progress", "alarm", "end"]


class DreamEvent(TypedDict):
    """One line of progress; what `stream_mode="custom"` streams and `on_event` is called with."""

    node: str
    """gather, consolidate, associate, appraise, narrate, review or commit."""
    phase: Phase
    """start and end of the node; plan (what the model will cost), progress and alarm (a sign that
    dreams do no good) in between."""
    text: str
    """One line for people."""
    counts: dict[str, int]
    """As in the report: operations by kind, candidates by channel, and episodes, so far."""
    done: int
    """Nodes that are over; of a night with nothing new, those left out count too."""
    total: int
    """Nodes in all."""


Emit = Callable[[DreamEvent], None]


def event(
    node: str,
    phase: Phase,
    text: str,
    counts: Mapping[str, int],
    order: Sequence[str] = _ORDER,
) -> DreamEvent:
    """One line of progress of a node; `order` names the nodes of another graph than the dream."""
    return {
        "node": node,
        "phase": phase,
        "text": text,
        "counts": dict(counts),
        "done": order.index(node) + (phase == "end"),
        "total": len(order),
    }


def lines(counts: Mapping[str, int]) -> dict[str, str]:
    """One line on what each node but the last did, told by the counts of the dream so far."""

    def of(name: str) -> int:
        return counts.get(name, 0)

    return {
        "gather": f"{of('episodes')} new episodes",
        "consolidate": (
            f"{of('add_memory') - of('pages')} memories, "
            f"{of('supersede_memory')} superseded, "
            f"{of('merge_memory') - of('pages_changed')} confirmed, "
            f"{of('pages') + of('pages_changed')} pages"
        ),
        "associate": f"{of('candidates')} candidate links",
        "appraise": f"{of('add_link')} links held, {of('strengthen_link')} strengthened",
        "narrate": "the story is told",
        "review": f"{of('held_back')} operations held back",
    }


class _Nights:
    """Events of the dreams of this process, by the owner of their lease."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: OrderedDict[str, deque[DreamEvent]] = OrderedDict()

    def remembering(self, owner: str, emit: Emit) -> Emit:
        """`emit` that is remembered under an owner as well."""

        def both(told: DreamEvent) -> None:
            with self._lock:
                self._told.setdefault(owner, deque(maxlen=_EVENTS)).append(told)
                while len(self._told) > _DREAMS:
                    self._told.popitem(last=False)
            emit(told)

        return both

    def events(self, owner: str) -> list[DreamEvent]:
        """Events so far, oldest first; none of a dream in another process."""
        with self._lock:
            return list(self._told.get(owner, ()))

    def forget(self, owner: str) -> None:
        """Forget a dream that has ended."""
        with self._lock:
            self._told.pop(owner, None)


NIGHTS = _Nights()
