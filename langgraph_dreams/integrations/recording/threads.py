"""Threads: turns put in order as episodes, each told of the reaction to it, and handed on."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.integrations.recording.runs import Bounded
from langgraph_dreams.integrations.recording.turn import Turn
from langgraph_dreams.integrations.recording.writer import EpisodeWriter, Recordable
from langgraph_dreams.namespace.template import NotTheirsError

logger = logging.getLogger("langgraph_dreams")

_MOST_THREADS = 10_000


class ThreadPositions:
    """Position and last episode of each thread.

    A position is the turn's time in milliseconds since 1970, or one more than the last when that
    is not less. So they rise within a thread across restarts and processes, without asking the
    store; what stands beside a turn is found by order, never by difference.
    """

    def __init__(self) -> None:
        self._positions: Bounded[tuple[str, ...], int] = Bounded(_MOST_THREADS)
        self._last: Bounded[tuple[str, ...], str] = Bounded(_MOST_THREADS)

    def next_position(self, thread: tuple[str, ...], time: datetime) -> int:
        """The position of the next turn of a thread."""
        known = self._positions.get(thread)
        position = int(time.timestamp() * 1000)
        if known is not None:
            position = max(position, known + 1)
        self._positions.set(thread, position)
        return position

    def last_episode(self, thread: tuple[str, ...]) -> str | None:
        """Id of the newest episode of a thread."""
        return self._last.get(thread)

    def note_episode(self, thread: tuple[str, ...], episode: str) -> None:
        """Remembers the newest episode of a thread."""
        self._last.set(thread, episode)


class ThreadWriter:
    """Hands ended turns to the writer as episodes, each at its place in its thread."""

    def __init__(
        self, namespace: Recordable, names: tuple[str, ...], writer: EpisodeWriter
    ) -> None:
        self._namespace = namespace
        self._names = names
        self._writer = writer
        self._lock = threading.Lock()
        self._positions = ThreadPositions()
        self._told = not names
        """True once it was said that nobody says whose turns these are; it goes for all of them."""

    def react(self, turn: Turn, values: Mapping[str, Any]) -> None:
        """Give the episode before this turn what the user says now, if it still waits."""
        if turn.origin != "user" or not turn.said:
            return
        with self._lock:
            last = self._positions.last_episode(self._key(turn, values))
        if last is not None:
            self._writer.amend(last, turn.said)

    def put(
        self,
        turn: Turn,
        values: Mapping[str, Any],
        outputs: object,
        error: BaseException | None,
    ) -> None:
        """Queue a turn that ended; one in which nothing happened is left out.

        Raises NamespaceError, the turn queued all the same, when nobody says whose it is: at the
        first time, and when no more of them can be kept. Never when an error ended the turn.
        """
        thread = self._key(turn, values)
        with self._lock:
            position = self._positions.next_position(thread, turn.time)
        episode = turn.episode(position, outputs, error)
        if episode is None:
            logger.debug("run %s said, did and answered nothing: not recorded", turn.run)
            return
        if turn.left_out:
            self._writer.left_out += turn.left_out
            logger.info(
                "thread %s: %d characters of a turn were left out: data, or over the limits",
                turn.thread,
                turn.left_out,
            )
        with self._lock:
            self._positions.note_episode(thread, episode.id)
        self._writer.put(self._namespace, values, episode)
        if error is None and (self._writer.full or not self._told):
            self._tell(values)

    def _tell(self, values: Mapping[str, Any]) -> None:
        # A namespace of a server is not opened for it.
        whose: Any = getattr(self._namespace, "parts_of", self._namespace.resolve)
        try:
            whose({"configurable": values})
        except NotTheirsError:
            raise
        except NamespaceError as missing:
            self._told = True
            raise NamespaceError(
                f"{missing}. This turn, and those that follow, are kept aside until somebody says"
                " whose they are: `langgraph-dreams unattributed`, or `DreamStore.unattributed()`"
            ) from missing

    def _key(self, turn: Turn, values: Mapping[str, Any]) -> tuple[str, ...]:
        return (turn.thread, *(f"{name}={values.get(name)}" for name in self._names))
