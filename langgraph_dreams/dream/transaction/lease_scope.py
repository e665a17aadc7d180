"""A dream's hold on its namespace, from node to node: the lease, taken, renewed and let go.

It is taken before anything is gathered, so that two dreams do not do one work twice, and asked for
once more before anything is written. Between two nodes a run may be set aside for days, by an
interrupt or a death; then its lease ends, and the commit sees whether things are as they were.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass

from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.errors import BusyError, StoreError
from langgraph_dreams.store import Lease, Leases, NamespaceStore

NAP = "a nap"
"""Purpose of a lease that is let go within a second."""
_NAPPING = 5.0  # seconds


@dataclass(frozen=True)
class LeaseScope:
    """The lease at one node."""

    leases: Leases
    seconds: float
    lease: Lease | None = None
    busy: str = ""
    """Holder of the namespace instead; empty for this dream."""

    def state(self) -> DreamState:
        """Channels of the state by which the next node goes on."""
        return {"lease": asdict(self.lease) if self.lease else {}, "busy": self.busy}

    @contextmanager
    def hold(self, last: bool) -> Iterator[None]:
        """Keep the lease while a node works; let go of it when that fails, or is the last."""
        stop = self._keep()
        try:
            yield
        except BaseException:
            stop()
            self.let_go_anyhow()
            raise
        stop()
        if last:
            self._let_go()

    @asynccontextmanager
    async def ahold(self, last: bool) -> AsyncIterator[None]:
        """`hold`, off the event loop."""
        stop = await asyncio.to_thread(self._keep)
        try:
            yield
        except BaseException:
            stop()
            await asyncio.to_thread(self.let_go_anyhow)
            raise
        stop()
        if last:
            await asyncio.to_thread(self._let_go)

    def _keep(self) -> Callable[[], None]:
        return self.leases.keep(self.lease, self.seconds) if self.lease else lambda: None

    def _let_go(self) -> None:
        if self.lease is not None:
            self.leases.release(self.lease)

    def let_go_anyhow(self) -> None:
        """Let go of what is still held, whatever the store says to it."""
        with suppress(StoreError):  # another failure is what has to be told
            self._let_go()


_TAKEN: ContextVar[list[LeaseScope] | None] = ContextVar("leases taken", default=None)


@contextmanager
def taken_leases() -> Iterator[list[LeaseScope]]:
    """The list of the leases that are taken within, for whoever runs a graph and may fail himself.

    Between two nodes no node lets go of the lease.
    """
    taken: list[LeaseScope] = []
    token = _TAKEN.set(taken)
    try:
        yield taken
    finally:
        _TAKEN.reset(token)


def let_go(taken: Sequence[LeaseScope]) -> None:
    """Let go of all `taken` that are still held."""
    for scope in taken:
        scope.let_go_anyhow()


def acquire(leases: Leases, seconds: float, what: str, thread: str = "") -> LeaseScope:
    """At the first node: take the lease, or say who has it; the end of a nap is waited for.

    A cancelled run of the same thread is not waited for.
    """
    try:
        holder = leases.holder()
        wait = _NAPPING if holder is not None and holder.what == NAP else 0.0
        scope = LeaseScope(leases, seconds, leases.take(what, seconds, wait, thread))
    except BusyError as error:
        return LeaseScope(leases, seconds, busy=str(error))
    taken = _TAKEN.get()
    if taken is not None:
        taken.append(scope)
    return scope


def continue_(leases: Leases, seconds: float, state: DreamState, last: bool) -> LeaseScope:
    """At a later node: renew the lease when its time runs out; at the last one, hold it surely."""
    held = state.get("lease")
    if not held or state.get("busy"):
        return LeaseScope(leases, seconds, busy=state.get("busy", ""))
    lease = Lease(**held)
    if not last and lease.until - time.time() > seconds / 2:
        return LeaseScope(leases, seconds, lease)
    renewed = leases.renew(lease, seconds)
    if renewed is not None:
        return LeaseScope(leases, seconds, renewed)
    return acquire(leases, seconds, lease.what) if last else LeaseScope(leases, seconds, lease)


@contextmanager
def undisturbed(vault: NamespaceStore | None) -> Iterator[None]:
    """Guard a read without the lease: say so when items went meanwhile. Raises BusyError.

    None is read under the lease.
    """
    losses = vault.losses if vault is not None else 0
    try:
        yield
    except (KeyError, StoreError) as error:
        if vault is not None and vault.losses != losses:
            raise BusyError(
                "something was forgotten or rolled back meanwhile; nothing was written, try again"
            ) from error
        raise
