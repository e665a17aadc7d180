"""The lease of a namespace: its one holder may change what dreams have made.

Chroma has no compare-and-swap, but to add an id that is there changes nothing: of all who add the
record of one generation, the first has written it. The lease is held by whose record is the highest
generation, until it is released or its time is up. A paused owner may wake up after that; so what
is written under a lease asks once more whether it is still held, and can be written twice.
"""

import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from langgraph_dreams.errors import BusyError, StoreError
from langgraph_dreams.store.chroma.collection import Collection, Row, Value

_LEASE = "lease"
_PROCESS = uuid.uuid4().hex
_BEATS = 3  # renewals within the time of a lease
_POLL = 0.05  # seconds between two looks at a lease that somebody else has


def _process() -> str:
    """This process; a forked child is another one."""
    return f"{_PROCESS}-{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Lease:
    """One generation of a namespace's lease."""

    generation: int
    owner: str
    """Token of whoever took it."""
    what: str
    """The purpose for which it was taken, in words."""
    process: str
    until: float
    """UNIX seconds."""
    released: bool = False
    thread: str = ""
    """Thread of the graph run that took it; runs of one thread follow one another."""


class Leases:
    """The lease of one namespace."""

    def __init__(self, records: Collection, shared: bool) -> None:
        """`shared`: other processes may use the store too; else a foreign lease is a dead one's."""
        self._records = records
        self._shared = shared

    def take(self, what: str, seconds: float, wait: float = 0.0, thread: str = "") -> Lease:
        """Take the lease for so many seconds; waits at most `wait` seconds for another's end.

        What an earlier run of the same `thread` holds is taken over: it was cancelled between two
        nodes, where nothing lets go of it. If it is alive all the same, its commit finds out.

        Raises BusyError that says who has it, StoreError.
        """
        owner = uuid.uuid4().hex
        give_up = time.monotonic() + wait
        while True:
            held, highest = self._look()
            if held is None or (thread and (held.thread, held.what) == (thread, what)):
                mine = Lease(highest + 1, owner, what, _process(), _in(seconds), thread=thread)
                self._records.add_record(_id(mine.generation), _fields(mine))
                if self.holds(mine):
                    self._tidy(mine)
                    return mine
            elif time.monotonic() >= give_up:
                left = max(0.0, held.until - time.time())
                raise BusyError(
                    f"the namespace is in use: {held.what} has its lease for {left:.0f} s more;"
                    " nothing was written, try again when it is done"
                )
            time.sleep(_POLL)

    def holds(self, lease: Lease) -> bool:
        """True if it is still held."""
        held, _ = self._look()
        return held is not None and held.owner == lease.owner

    def renew(self, lease: Lease, seconds: float) -> Lease | None:
        """Hold it for so many seconds from now on, also after its time was up if nobody took it.

        None when another generation has begun, or it was released.
        """
        row = self._records.rows([_id(lease.generation)]).get(_id(lease.generation))
        if row is None or self._look()[1] != lease.generation:
            return None
        there = _lease(row)
        if there.owner != lease.owner or there.released:
            return None
        # Whether it was released is left alone: its owner may release it at this moment.
        until = _in(seconds)
        longer: dict[str, Value] = {"process": _process(), "until": until}
        self._records.annotate({_id(lease.generation): longer})
        return replace(there, process=_process(), until=until) if self.holds(lease) else None

    def release(self, lease: Lease) -> None:
        """Let others have it; what is no longer held is left as it is."""
        if self.holds(lease):
            self._records.annotate({_id(lease.generation): {"released": True}})

    def holder(self) -> Lease | None:
        """The present holder."""
        return self._look()[0]

    def keep(self, lease: Lease, seconds: float) -> Callable[[], None]:
        """Renew the lease in the background until the function that is answered is called."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(seconds / _BEATS):
                try:
                    if self.renew(lease, seconds) is None:
                        return
                except StoreError:
                    continue  # whoever works under the lease meets the same error, and tells it

        threading.Thread(target=beat, name="dreams-lease", daemon=True).start()
        return done.set

    def _look(self) -> tuple[Lease | None, int]:
        """The lease in force, and the highest generation there is."""
        rows = self._records.where(**{"is": _LEASE})
        last = max(map(_lease, rows), key=lambda lease: lease.generation, default=None)
        if last is None:
            return None, 0
        dead = not self._shared and last.process != _process()
        over = last.released or dead or last.until < time.time()
        return None if over else last, last.generation

    def _tidy(self, mine: Lease) -> None:
        """Former generations are of no use; nobody can take one that is below the highest."""
        rows = self._records.where(**{"is": _LEASE})
        old = [row.id for row in rows if _lease(row).generation < mine.generation]
        self._records.delete(old)


def _in(seconds: float) -> float:
    """UNIX seconds, to the millisecond: Chroma may change the last bit of a longer fraction."""
    return round(time.time() + seconds, 3)


def _id(generation: int) -> str:
    return f"{_LEASE}:{generation:012d}"


def _fields(lease: Lease) -> dict[str, Value]:
    return {
        "is": _LEASE,
        "generation": lease.generation,
        "owner": lease.owner,
        "what": lease.what,
        "process": lease.process,
        "until": lease.until,
        "released": lease.released,
        "thread": lease.thread,
    }


def _lease(row: Row) -> Lease:
    fields = row.fields
    try:
        return Lease(
            int(fields["generation"]),
            fields["owner"],
            fields["what"],
            fields["process"],
            float(fields["until"]),
            bool(fields["released"]),
            fields.get("thread", ""),  # leases of earlier versions have none
        )
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(f"the lease {row.id} cannot be read: {error!r}") from error
