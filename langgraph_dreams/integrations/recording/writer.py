"""The background writer: episodes go into a queue, one thread embeds and stores them.

The agent never waits and never sees a failure: a failed write is logged, counted, tried again with
growing pauses, then kept in memory and tried again at the next flush or after the next success.
"""

import atexit
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig

from langgraph_dreams._validation import (
    checked_seconds,
    checked_shape,
    checked_timeout,
    checked_whole,
)
from langgraph_dreams.errors import InvalidInputError, NamespaceError
from langgraph_dreams.types.items import Episode

logger = logging.getLogger("langgraph_dreams")

EXIT_SECONDS = 10.0
"""Seconds that all writers together may hold up the end of the interpreter."""
_BATCH = 32
"""Chroma holds the GIL for the whole of a write: batches stay under 50 (DESIGN, measured)."""
_IDLE_SECONDS = 5.0
_MOST_ROUNDS = 3
"""After so many failed rounds an episode waits for a flush, not for the next success."""
_MOST_SINGLE_FAILURES = 3


class Recordable(Protocol):
    """A namespace as far as the writer needs it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its name."""

    def resolve(self, config: RunnableConfig | None) -> "Recordable":
        """The namespace with its placeholders filled in."""

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        """Stores episodes; answers their ids."""

    def attach(self, writer: "EpisodeWriter") -> None:
        """Has the writer flushed before every dream, and closed before the store is."""

    # One that is a template has `_keep_aside(episode, why)`, too: see `store.spool`.


def checked_recordable(namespace: Any) -> None:
    """Raises InvalidInputError for what cannot be recorded into."""
    methods = ("resolve", "record", "attach")
    checked_shape("namespace", namespace, methods, "what `store.namespace(...)` returns")


@dataclass(slots=True)
class _Job:
    number: int
    namespace: Recordable
    values: Mapping[str, Any]
    episode: Episode
    rounds: int = 0


class EpisodeWriter:
    """Writes episodes from one daemon thread, which lives only while there is work.

    attempts: writes tried in a row before an episode is set aside; backoff: seconds before the
    second, doubled at each further one; capacity: the most episodes held in memory, the oldest is
    dropped (logged, counted) beyond it; after: told of each namespace that was written to.
    """

    def __init__(
        self,
        *,
        attempts: int = 4,
        backoff: float = 0.25,
        capacity: int = 10_000,
        after: Callable[[Any], None] | None = None,
    ) -> None:
        checked_whole("attempts", attempts, 1)
        checked_seconds("backoff", backoff)
        checked_whole("capacity", capacity, 1)
        self.recorded = 0
        self.failures = 0
        self.dropped = 0
        self.left_out = 0
        self.unattributed = 0
        self.full = False
        """True if there is no room any more for turns of which nobody says whose they are."""
        self._after = after
        self._attempts = attempts
        self._backoff = backoff
        self._capacity = capacity
        self._changed = threading.Condition()
        self._hurry = threading.Event()
        self._queue: deque[_Job] = deque()
        self._busy: list[_Job] = []
        self._kept: list[_Job] = []
        self._number = 0
        self._thread: threading.Thread | None = None
        self._at_exit: Callable[[], None] | None = None

    @property
    def pending(self) -> int:
        """Episodes not stored yet: queued, being written, or set aside after failures."""
        with self._changed:
            return len(self._queue) + len(self._busy) + len(self._kept)

    def put(self, namespace: Recordable, values: Mapping[str, Any], episode: Episode) -> None:
        """Queues an episode; `values` fill the placeholders of the namespace."""
        with self._changed:
            self._number += 1
            self._queue.append(_Job(self._number, namespace, values, episode))
            if len(self._queue) + len(self._kept) > self._capacity:
                (self._kept.pop(0) if self._kept else self._queue.popleft())
                self._count_dropped(1, "the writer holds no more")
            self._start()
            self._changed.notify_all()

    def amend(self, episode: str, reaction: str) -> bool:
        """Gives a still queued episode its reaction; False when it is not queued any more."""
        with self._changed:
            for job in (*reversed(self._queue), *self._kept):
                if job.episode.id == episode:
                    job.episode = job.episode.model_copy(update={"reaction": reaction})
                    return True
        return False

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything put before is stored; retries what had failed.

        True when nothing of it is left to write (an episode that can never be stored is dropped
        with a log, and is not waited for); False when a write still fails, or after `timeout`
        seconds.
        """
        checked_timeout(timeout)
        with self._changed:
            self._requeue(self._kept)
            target = self._number
            if self._queue:
                if not self._start():
                    return False
                self._changed.notify_all()
            done = self._changed.wait_for(lambda: self._settled(target), timeout)
            return done and not any(job.number <= target for job in self._kept)

    def close(self, timeout: float | None = EXIT_SECONDS) -> bool:
        """Flushes without pauses between attempts. A later `put` opens the writer again."""
        checked_timeout(timeout)
        self._hurry.set()
        try:
            return self.flush(timeout)
        finally:
            self._hurry.clear()
            if self._at_exit is not None:
                atexit.unregister(self._at_exit)
                self._at_exit = None

    def failed(self, what: str, error: BaseException) -> None:
        """Counts and logs a failure; the agent does not see it."""
        with self._changed:
            self.failures += 1
        logger.warning("%s: %s: %s", what, type(error).__name__, error)

    # all below: called with the lock held, or from the thread

    def _settled(self, target: int) -> bool:
        first = self._queue[0].number if self._queue else target + 1
        return first > target and all(job.number > target for job in self._busy)

    def _requeue(self, jobs: Sequence[_Job]) -> None:
        chosen = {id(job) for job in jobs}
        if chosen:
            self._kept = [job for job in self._kept if id(job) not in chosen]
            self._queue = deque(sorted((*jobs, *self._queue), key=lambda job: job.number))

    def _count_dropped(self, count: int, why: str) -> None:
        self.dropped += count
        if self.dropped & (self.dropped - 1) == 0:
            logger.error("episodes lost so far: %d (%s)", self.dropped, why)

    def _start(self) -> bool:
        if self._thread is not None and self._thread.is_alive():
            return True
        if self._at_exit is None:
            # Registered at the first episode: later than the store, so it runs before it closes.
            self._at_exit = _exit_flush(self)
            atexit.register(self._at_exit)
        thread = threading.Thread(target=self._run, name="langgraph-dreams-writer", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            self.failed("no writer thread could be started, the episodes wait in memory", error)
            return False
        self._thread = thread
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    woken = self._changed.wait(_IDLE_SECONDS)
                    if not woken and not self._queue and not self._kept:
                        self._thread = None
                        return
                take = min(_BATCH, len(self._queue))
                self._busy = [self._queue.popleft() for _ in range(take)]
                batch = self._busy
            left = self._write(batch)
            with self._changed:
                self._keep(batch, left)
                self._changed.notify_all()

    def _keep(self, batch: Sequence[_Job], left: Sequence[_Job]) -> None:
        self._busy = []
        failed = {id(job) for job in left}
        for job in left:
            job.rounds += 1
        written = {_key(job) for job in batch if id(job) not in failed}
        again = [j for j in self._kept if _key(j) in written and j.rounds < _MOST_ROUNDS]
        self._kept.extend(left)
        over = len(self._kept) + len(self._queue) - self._capacity
        if over > 0:
            self._kept = self._kept[over:]
            self._count_dropped(over, "the store kept failing and the writer holds no more")
        self._requeue([job for job in again if job in self._kept])

    def _write(self, batch: Sequence[_Job]) -> list[_Job]:
        left: list[_Job] = []
        for _, group in groupby(batch, key=_key):
            left.extend(self._write_group(list(group)))
        return left

    def _write_group(self, jobs: list[_Job]) -> list[_Job]:
        """Writes jobs of one namespace; answers those that could not be written."""
        for attempt in range(self._attempts):
            if attempt:
                self._hurry.wait(self._backoff * 2 ** (attempt - 1))
            try:
                self._record(jobs)
            except InvalidInputError as error:
                if len(jobs) > 1:
                    return self._one_by_one(jobs)
                return self._refuse(jobs[0], error)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the agent must go on
                what = f"{len(jobs)} episode(s) not stored, attempt {attempt + 1}"
                self.failed(f"{what} of {self._attempts}", error)
            else:
                return []
        return self._one_by_one(jobs) if len(jobs) > 1 else jobs

    def _one_by_one(self, jobs: list[_Job]) -> list[_Job]:
        """One bad episode must not hold up the others; gives up when all seem to fail."""
        left: list[_Job] = []
        for index, job in enumerate(jobs):
            try:
                self._record([job])
            except InvalidInputError as error:
                left += self._refuse(job, error)
            except Exception as error:  # noqa: BLE001 -- as above
                self.failed(f"episode {job.episode.id} not stored", error)
                left.append(job)
                if len(left) == _MOST_SINGLE_FAILURES:
                    return left + jobs[index + 1 :]
        return left

    def _record(self, jobs: Sequence[_Job]) -> None:
        first = jobs[0]
        config: RunnableConfig = {"configurable": dict(first.values)}
        own = first.namespace.resolve(config)
        own.record([job.episode for job in jobs])
        with self._changed:
            self.recorded += len(jobs)
        if self._after is not None:
            self._after(own)

    def _refuse(self, job: _Job, error: InvalidInputError) -> list[_Job]:
        """Drops an episode that cannot be stored, but keeps aside what nobody said whose it is;
        answers those that wait for that.
        """
        keep: Any = getattr(job.namespace, "_keep_aside", None)
        if not isinstance(error, NamespaceError) or keep is None:
            self.failed(f"episode {job.episode.id} cannot be stored and is dropped", error)
        else:
            try:
                self.full = not keep(job.episode, str(error))
            except Exception as failure:  # noqa: BLE001 -- as above
                self.failed(f"episode {job.episode.id} not kept aside", failure)
                return [job]
            if not self.full:
                self._count_unattributed(error)
                return []
            self.failed(f"no room to keep episode {job.episode.id} aside; it is dropped", error)
        with self._changed:
            self.dropped += 1
        return []

    def _count_unattributed(self, error: NamespaceError) -> None:
        with self._changed:
            self.unattributed += 1
        if self.unattributed & (self.unattributed - 1) == 0:
            logger.error(
                "turns of which nobody said whose they are, kept aside so far: %d; see"
                " `langgraph-dreams unattributed`, or `DreamStore.unattributed()`: %s",
                self.unattributed,
                error,
            )


def _key(job: _Job) -> tuple[int, str]:
    return id(job.namespace), repr(sorted(job.values.items()))


_exit_deadline: list[float] = []


def _exit_flush(writer: EpisodeWriter) -> Callable[[], None]:
    """A function for atexit that does not keep the writer alive."""
    reference = weakref.ref(writer)

    def flush_at_exit() -> None:
        alive = reference()
        if alive is None:
            return
        if not _exit_deadline:
            _exit_deadline.append(time.monotonic() + EXIT_SECONDS)
        if not alive.close(max(0.0, _exit_deadline[0] - time.monotonic())):
            logger.error("%d episode(s) could not be stored before the end", alive.pending)

    return flush_at_exit
