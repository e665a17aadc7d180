"""The time at which each namespace may dream: state and rules, without threads or clocks.

Times are seconds of any clock that never goes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from langgraph_dreams._validation import checked_seconds, checked_whole

Name = tuple[str, ...]

_LONGEST_BACKOFF = 2.0**6
"""A namespace that keeps failing is tried again after at most so many times `retry_seconds`."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Conditions that hold before a namespace dreams.

    Raises InvalidInputError: a number is out of range.
    """

    quiet_seconds: float = 300.0
    """Without a new episode for so long."""
    every_seconds: float = 3600.0
    """At least so long from the beginning of one dream to that of the next."""
    least_episodes: int = 10
    """New episodes, not dreamt of yet."""
    most_at_once: int = 1
    """Dreams of all namespaces together."""
    retry_seconds: float = 60.0
    """After a failure, doubled at each further one; `every_seconds` holds besides."""

    def __post_init__(self) -> None:
        for name in ("quiet_seconds", "every_seconds", "retry_seconds"):
            checked_seconds(name, getattr(self, name))
        for name in ("least_episodes", "most_at_once"):
            checked_whole(name, getattr(self, name), 1)


@dataclass(slots=True)
class _Watched:
    """One namespace: its new episodes, and the times that decide when it may dream."""

    waiting: int = 0
    """New episodes, as far as is known."""
    told: int = 0
    """Episodes ever told of."""
    active: float = float("-inf")
    begun: float = float("-inf")
    not_before: float = float("-inf")
    failures: int = 0
    dreaming: bool = False


class Schedule:
    """The namespaces that are due; not thread safe."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._watched: dict[Name, _Watched] = {}
        self._dreaming = 0

    def recorded(self, name: Name, episodes: int, now: float) -> bool:
        """New episodes came; True when by them the namespace has enough to dream of."""
        watched = self._watched.setdefault(name, _Watched())
        before = watched.waiting
        watched.active = now
        watched.waiting = before + episodes
        watched.told += episodes
        return before < self.rules.least_episodes <= watched.waiting

    def told(self, name: Name) -> int:
        """Number of episodes it was told of so far: to be asked before they are counted."""
        return self._watched.setdefault(name, _Watched()).told

    def counted(self, name: Name, undreamt: int, told: int, now: float) -> None:
        """Its undreamt episodes were counted; more than were known is activity, seen only now."""
        watched = self._watched[name]
        if undreamt > watched.waiting:
            watched.active = now
        self._set(watched, undreamt, told)

    def begin(self, now: float) -> list[Name]:
        """Those to dream now, the longest due first; they count as dreaming until told."""
        free = self.rules.most_at_once - self._dreaming
        due = sorted(
            (at, name) for name, watched in self._ready() if (at := self._due(watched)) <= now
        )
        chosen = [name for _, name in due[: max(0, free)]]
        for name in chosen:
            watched = self._watched[name]
            watched.dreaming, watched.begun = True, now
        self._dreaming += len(chosen)
        return chosen

    def ended(self, name: Name, undreamt: int, told: int) -> None:
        """A dream ended well and left so many episodes undreamt."""
        watched = self._over(name)
        watched.failures = 0
        self._set(watched, undreamt, told)

    def failed(self, name: Name, now: float) -> None:
        """A dream failed; it is tried again, later each time."""
        watched = self._over(name)
        pause = self.rules.retry_seconds * min(2.0**watched.failures, _LONGEST_BACKOFF)
        watched.not_before = now + pause
        watched.failures += 1

    def skipped(self, name: Name, undreamt: int, told: int) -> None:
        """There was too little to dream of after all; it has not dreamt."""
        watched = self._over(name)
        watched.begun = float("-inf")
        self._set(watched, undreamt, told)

    def next_time(self) -> float | None:
        """The time to ask `begin` again; None while nothing can begin by itself."""
        if self._dreaming >= self.rules.most_at_once:
            return None
        return min((self._due(watched) for _, watched in self._ready()), default=None)

    def pending(self) -> list[Name]:
        """Namespaces with episodes to dream of, sorted; also those that are dreaming."""
        return sorted(n for n, s in self._watched.items() if s.waiting or s.dreaming)

    def _ready(self) -> Sequence[tuple[Name, _Watched]]:
        least = self.rules.least_episodes
        return [
            (name, watched)
            for name, watched in self._watched.items()
            if watched.waiting >= least and not watched.dreaming
        ]

    def _due(self, watched: _Watched) -> float:
        quiet = watched.active + self.rules.quiet_seconds
        return max(quiet, watched.begun + self.rules.every_seconds, watched.not_before)

    @staticmethod
    def _set(watched: _Watched, undreamt: int, told: int) -> None:
        # What was told of while they were counted may be in the count too. Too many does no harm,
        # they are counted again before a dream; too few would be forgotten.
        watched.waiting = undreamt + watched.told - told

    def _over(self, name: Name) -> _Watched:
        watched = self._watched[name]
        watched.dreaming = False
        self._dreaming -= 1
        return watched
