"""Naps after what was recorded: one at a time, on a thread that lives only while there is work."""

import contextvars
import logging
import threading
from typing import Any, Protocol

from langgraph_dreams.errors import BusyError, StoreClosedError
from langgraph_dreams.types.levels import Depth

logger = logging.getLogger("langgraph_dreams")


class Napping(Protocol):
    """A namespace as far as naps need it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its name."""

    def dream(self, *, depth: Depth | None = None) -> Any:
        """One dream."""


class Naps:
    """Takes a nap of each namespace that something was recorded in; a burst of turns is one nap.

    Nobody waits for it, and what goes wrong is logged: the sleep does the same again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, ...], Napping] = {}
        self._thread: threading.Thread | None = None

    def recorded(self, namespace: Napping) -> None:
        """Something was recorded in a namespace."""
        with self._lock:
            self._waiting[namespace.parts] = namespace
            if self._thread is not None and self._thread.is_alive():
                return
            # In an empty context: nothing of it gets into the run that recorded.
            run = contextvars.Context().run
            thread = threading.Thread(
                target=run, args=(self._work,), name="langgraph-dreams-nap", daemon=True
            )
            try:
                thread.start()
            except RuntimeError as error:  # as at the end of the process: it was recorded
                logger.info("no nap of %s: %s", namespace.parts, error)
            else:
                self._thread = thread

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left; False after `timeout` seconds."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _work(self) -> None:
        while (namespace := self._next()) is not None:
            try:
                namespace.dream(depth="nap")
            except (BusyError, StoreClosedError) as error:
                logger.info("no nap of %s: %s", namespace.parts, error)
            except Exception as error:
                logger.warning("no nap of %s", namespace.parts, exc_info=error)

    def _next(self) -> Napping | None:
        with self._lock:
            if not self._waiting:
                self._thread = None
                return None
            return self._waiting.pop(next(iter(self._waiting)))
