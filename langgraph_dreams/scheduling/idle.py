"""Dreams while nobody is there, inside the process that records."""

import atexit
import contextvars
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from datetime import time as time_of_day
from typing import Any, Self

from langchain_core.language_models import BaseChatModel

from langgraph_dreams._off_loop import off_loop
from langgraph_dreams._text import shown
from langgraph_dreams._validation import (
    checked_call,
    checked_shape,
    checked_strings,
    checked_timeout,
    checked_whole,
)
from langgraph_dreams.dream.runtime.options import (
    checked_budget,
    checked_depth,
    checked_mode,
    checked_policy,
)
from langgraph_dreams.dream.stages.since import deep_is_due
from langgraph_dreams.errors import BusyError, InvalidInputError, StoreClosedError
from langgraph_dreams.llm.client import resolve_model
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.scheduling.namespace_set import NamespaceSet
from langgraph_dreams.scheduling.schedule import Name, Rules, Schedule
from langgraph_dreams.scheduling.time_window import time_window
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.review import ReviewMode

logger = logging.getLogger("langgraph_dreams")

_LONGEST_WAIT = 60.0
"""Seconds; the hours are looked at again so often, whatever was done to the clock of the day."""


@dataclass(frozen=True, slots=True)
class _How:
    """The model, budget and policy that every dream is given."""

    model: BaseChatModel | None
    budget: Budget | None
    policy: DreamPolicy | None
    review: ReviewMode
    depth: Depth | None

    def dream(self, namespace: Namespace) -> DreamReport:
        return namespace.dream(
            depth=self.depth,
            model=self.model,
            budget=self.budget,
            policy=self.policy,
            review=self.review,
        )

    def waits(self, namespace: Namespace) -> bool:
        """True if a deep dream, where these are, has work without new episodes."""
        policy = self.policy or namespace.policy
        with_model = (self.model or namespace.model) is not None
        return self.depth == "deep" and deep_is_due(namespace.vault, policy, with_model)

    def asked(self, namespace: Namespace) -> bool:
        """True if a dream of all that is new waits for a person already."""
        if self.review != "ask":
            return False
        most = (self.policy or namespace.policy).episodes_per_dream
        new = set(namespace.vault.undreamt()[:most])
        return any(r.status == "waiting" and new <= set(r.episodes) for r in namespace.dreams())


class IdleDreamer:
    """Dreams each namespace of a store after it was quiet for a while.

    It is told of every episode recorded through the store object that it was given, and looks once
    at what was there before. New episodes put a dream off. Dreams run on daemon threads in an
    empty context: nothing of them gets into the run, the callbacks or the thread of a graph. They
    need no event loop and hold none up.

    `with IdleDreamer(store) as dreamer:`, or `async with`; or keep it and `close()` it. Closing the
    store closes it. The end of the interpreter neither waits for a dream nor starts one; what a
    dream had begun to write, the next one finishes.
    """

    def __init__(
        self,
        store: DreamStore | Namespace | Sequence[Namespace],
        *,
        quiet_seconds: float = 300.0,
        every_seconds: float = 3600.0,
        least_episodes: int = 10,
        most_at_once: int = 1,
        only_between: tuple[time_of_day, time_of_day] | None = None,
        zone: tzinfo | None = None,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
        review: ReviewMode = "",
        on_dream: Callable[[DreamReport], None] | None = None,
        on_error: Callable[[Name, Exception], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        depth: Depth | None = None,
    ) -> None:
        """Start watching.

        Args:
            store: dream all its namespaces; or a namespace, or several, templates too, of one
                store: dream those alone, with the policy and model of each.
            quiet_seconds: without a new episode for so long.
            every_seconds: at least so long from one dream of a namespace to its next.
            least_episodes: at least so many episodes not dreamt of yet; with the depth "deep" also
                fewer, where other dreams changed something since the last deep one.
            most_at_once: dreams of all namespaces together.
            only_between: dreams begin only from the first to before the second time of day, which
                may be past midnight; one that has begun goes on. None: at any time.
            zone: whose clocks those are, e.g. `ZoneInfo("Europe/Vienna")`; has to be given then.
            model: as for `Namespace.dream`.
            budget: of each dream.
            policy: of each dream; None takes the namespace's.
            review: as for `Namespace.dream`. With "ask" each dream waits in the journal, and there
                is no other before it is decided on or something new is recorded.
            on_dream: called on the dream's thread with its report.
            on_error: called with the namespace's name and what went wrong; None logs it. Either
                way the dream is tried again, later each time.
            clock: seconds that never go back.
            now: the time of day, with a zone.
            depth: as for `Namespace.dream`; naps leave the episodes to another dream.

        Raises:
            InvalidInputError: a number is out of range, hours come without a zone or the other way
                round, the model is none, or the namespaces are of several stores.
        """
        rules = Rules(quiet_seconds, every_seconds, least_episodes, most_at_once)
        self._hours = time_window(only_between, zone)
        for name, call in (("on_dream", on_dream), ("on_error", on_error)):
            checked_call(name, call)
        checked_shape("clock", clock, ("__call__",), "a function")
        checked_shape("now", now, ("__call__",), "a function")
        chat_model = None if model is None else resolve_model(model)
        self._how = _How(
            chat_model,
            checked_budget(budget),
            checked_policy(policy),
            checked_mode(review),
            checked_depth(depth) or None,
        )
        self._namespaces = NamespaceSet(store)
        self._schedule = Schedule(rules)
        self._on_dream = on_dream
        self._on_error = on_error
        self._clock = clock
        self._now = now
        self._changed = threading.Condition()
        self._closed = False
        self._running: set[threading.Thread] = set()
        self._unseen: deque[Name] = deque()
        atexit.register(self._stop)
        self._namespaces.store.listen(self)
        self._thread = self._started(self._watch, name="langgraph-dreams-idle")

    # -- what it is told

    def recorded(self, parts: Name, episodes: int) -> None:
        """The store tells of new episodes."""
        parts = checked_strings("parts", parts)
        checked_whole("episodes", episodes, 0)
        if self._namespaces.has(parts):
            with self._changed:
                if self._schedule.recorded(parts, episodes, self._clock()):
                    self._changed.notify_all()

    def touch(self, namespace: Namespace) -> None:
        """Put off the dream of a namespace as if something had been recorded now."""
        if not isinstance(namespace, Namespace):
            raise InvalidInputError(f"pass a namespace, not {shown(namespace)}")
        self.recorded(namespace.parts, 0)

    def wake(self) -> None:
        """Look at the clock and the hours now, after they were set."""
        with self._changed:
            self._changed.notify_all()

    def closing(self) -> None:
        """The store tells that it closes; the dream under way then fails and changes nothing."""
        self._stop()

    # -- the end

    def close(self, timeout: float | None = 10.0) -> list[Name]:
        """Start no more dreams and wait for those under way.

        Args:
            timeout: seconds to wait at most; None waits for their end.

        Returns:
            Names of namespaces with episodes that are not dreamt of, whether enough of them or
            not; with those whose dream is still under way.
        """
        checked_timeout(timeout)
        running = self._stop()
        until = None if timeout is None else time.monotonic() + timeout
        for thread in running:
            thread.join(None if until is None else max(0.0, until - time.monotonic()))
        with self._changed:
            return sorted({*self._schedule.pending(), *self._unseen})

    aclose = off_loop(close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _stop(self) -> list[threading.Thread]:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            running = [t for t in self._running if t is not threading.current_thread()]
        self._namespaces.store.unlisten(self)
        atexit.unregister(self._stop)
        return running

    # -- the thread that waits

    def _watch(self) -> None:
        try:
            names = self._namespaces.names()
        except Exception as error:  # noqa: BLE001 -- what is recorded from now on can still dream
            self._report((), error)
            names = []
        with self._changed:
            self._unseen.extend(names)
        while (name := self._next()) is not None:
            self._look(name)

    def _next(self) -> Name | None:
        """Begin what is due, until there is a namespace to look at; None at the end."""
        with self._changed:
            while not self._closed:
                self._begin()
                if self._unseen:
                    return self._unseen[0]
                self._changed.wait(self._pause())
            return None

    def _begin(self) -> None:
        if self._hours is None or self._hours.include(self._now()):
            for name in self._schedule.begin(self._clock()):
                thread = self._started(self._dream, name, name="langgraph-dreams-dream")
                self._running.add(thread)

    def _pause(self) -> float | None:
        due = self._schedule.next_time()
        if due is None:
            return None
        pause = max(0.0, due - self._clock())
        if self._hours is not None:
            pause = max(pause, self._hours.seconds_until(self._now()))
        return min(pause, _LONGEST_WAIT)

    def _look(self, name: Name) -> None:
        """Count what was there before; one namespace at a time, so that dreams begin between."""
        try:
            undreamt, told = self._count(self._namespaces.namespace(name))
            with self._changed:
                self._schedule.counted(name, undreamt, told, self._clock())
        except Exception as error:  # noqa: BLE001 -- one namespace must not stop the others
            self._report(name, error)
        with self._changed:
            self._unseen.popleft()
            self._changed.notify_all()

    # -- the thread of a dream

    def _dream(self, name: Name) -> None:
        try:
            report = self._sleep(name)
            if report is not None and self._on_dream is not None:
                self._on_dream(report)
        except Exception as error:  # noqa: BLE001 -- one namespace must not stop the others
            self._report(name, error)
        finally:
            with self._changed:
                self._running.discard(threading.current_thread())
                self._changed.notify_all()

    def _sleep(self, name: Name) -> DreamReport | None:
        """The dream, if there is still enough to dream of; the schedule knows how it ended."""
        try:
            namespace = self._namespaces.namespace(name)
            undreamt, told = self._count(namespace)
            if undreamt < self._schedule.rules.least_episodes:
                with self._changed:
                    self._schedule.skipped(name, undreamt, told)
                return None
            asked = self._how.asked(namespace)
            report = None if asked else self._how.dream(namespace)
            undreamt, told = self._count(namespace)
        except BaseException:
            with self._changed:
                self._schedule.failed(name, self._clock())
            raise
        with self._changed:
            self._schedule.ended(name, undreamt, told)
        return report

    def _count(self, namespace: Namespace) -> tuple[int, int]:
        """Its undreamt episodes, and how many it was told of before they were counted.

        As many as are enough where a deep dream has work without them.
        """
        with self._changed:
            told = self._schedule.told(namespace.parts)
        undreamt, least = namespace.counts()["undreamt"], self._schedule.rules.least_episodes
        return (least if undreamt < least and self._how.waits(namespace) else undreamt), told

    def _report(self, name: Name, error: Exception) -> None:
        """Tell what went wrong; a lease held by another, or a closed store, is no fault."""
        if isinstance(error, BusyError) or (self._closed and isinstance(error, StoreClosedError)):
            logger.info("the namespace %s did not dream: %s", name, error)
            return
        if self._on_error is None:
            logger.error("no dream of the namespace %s", name, exc_info=error)
            return
        try:
            self._on_error(name, error)
        except Exception:  # a caller's mistake must not end the thread
            logger.exception("on_error failed on %r of the namespace %s", error, name)

    def _started(self, work: Callable[..., None], *args: Any, name: str) -> threading.Thread:
        """A daemon thread in an empty context."""
        run = contextvars.Context().run
        thread = threading.Thread(target=run, args=(work, *args), name=name, daemon=True)
        thread.start()
        return thread
