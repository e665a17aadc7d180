"""Writes of many callers at once, carried out together: whoever comes first writes for all."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from langgraph_dreams.namespace.base_store.names import Path
from langgraph_dreams.namespace.base_store.shelf import Write

Writes = dict[Path, dict[str, Write]]


class Ticket:
    """The writes of one caller, and what became of them."""

    def __init__(self, writes: Writes) -> None:
        self.writes = writes
        self.done = False
        self.error: Exception | None = None


class WriteQueue:
    """Callers take a ticket, then wait until it is carried out, by themselves or by another."""

    def __init__(self, write: Callable[[Path, Mapping[str, Write]], None]) -> None:
        """`write` carries out the writes of one namespace."""
        self._write = write
        self._waiting: deque[Ticket] = deque()
        self._lock = threading.Lock()

    def take(self, writes: Writes) -> Ticket:
        """Queue some writes; they are carried out in the order of the tickets."""
        ticket = Ticket(writes)
        self._waiting.append(ticket)
        return ticket

    def wait(self, ticket: Ticket) -> None:
        """Return once the writes are carried out. Raises what went wrong with them."""
        with self._lock:
            while not ticket.done:
                taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
                try:
                    self._carry_out(taken)
                finally:  # a caller that is interrupted leaves the others theirs
                    self._waiting.extendleft(t for t in reversed(taken) if not t.done)
        if ticket.error is not None:
            raise ticket.error

    def _carry_out(self, tickets: Sequence[Ticket]) -> None:
        merged: Writes = {}
        for ticket in tickets:
            for path, writes in ticket.writes.items():
                merged.setdefault(path, {}).update(writes)
        try:
            self._write_all(merged)
        except Exception as error:  # noqa: BLE001 - every caller is told of its own
            if len(tickets) == 1:
                tickets[0].error = error
            else:
                for ticket in tickets:
                    self._carry_out([ticket])
        for ticket in tickets:
            ticket.done = True

    def _write_all(self, writes: Writes) -> None:
        for path, own in writes.items():
            self._write(path, own)
