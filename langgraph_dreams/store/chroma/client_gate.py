"""The Chroma client of a store, and the `ClientGate` through which every call to it goes.

A checkpoint needs moments in which nobody writes, and a shorter one in which nobody calls at all
and the client is exchanged for a new one. Sections are as short as one call of Chroma and never
nest, so that whoever waits here waits for calls only, never for another lock.
"""

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import httpx
from chromadb.api import ClientAPI
from chromadb.errors import ChromaError

from langgraph_dreams.errors import DreamsError, StoreClosedError, StoreError
from langgraph_dreams.store.chroma.errors import is_index_damage, store_error

if sys.platform != "win32":
    import resource

LEAST_FREE = 10_000_000
"""Bytes free on the disk below which nothing is written: Chroma 1.5 may hang for ever when it has
failed a few times on a full disk. Several times what one write takes."""
MOST_LOADED = 256
"""Indexes of collections that an embedded client keeps in memory, two a namespace; then it is
exchanged for a new one, which has none. Otherwise a night over all namespaces would end with all of
them in memory, 1 to 3 MB and 2 to 5 files each."""
_HANDLES = 8
"""Files that a process may have for each of them."""


class Compactor(Protocol):
    """Takes what was deleted out of the files of a store."""

    def expect(self, names: Sequence[str]) -> None:
        """Note that collections are to be compacted, whatever happens in between."""
        ...

    def compact(self, names: Sequence[str]) -> bool:
        """Compact them now; False when that failed, and is left to the next opening."""
        ...


class ClientGate:
    """One Chroma client for many threads; it may be exchanged while nobody uses it."""

    def __init__(self, client: ClientAPI, folder: bool = False) -> None:
        """`folder`: an embedded client with a folder, whose indexes are loaded at first use."""
        self.client = client
        self.folder = folder
        self.generation = 0
        """Grows when the client is exchanged: what was got from the former is to be got again."""
        self.wrote: Callable[[str, int], None] | None = None
        """Told of every write, outside of the section: the collection, and how many rows."""
        self.compactor: Compactor | None = None
        """Of a store with a folder of its own."""
        self.path: Path | None = None
        """Folder of an embedded store."""
        self.unknown = ""
        """Parts of the form of its files that are not known; the files are left to Chroma then."""
        self.unusable: Mapping[str, str] = {}
        """Collections whose files Chroma cannot read, or would die of, and why."""
        self.opened: set[str] | None = None
        """Names of the collections of a store that goes with its client; None of any other."""
        self.damaged = False
        """True if a call failed because of a damaged index: the next open is to look closely."""
        self.closed = False
        self.reopen: Callable[[], ClientAPI] | None = None
        """Makes another client of the folder, after the former was closed."""
        self._loaded: set[str] = set()
        self._pid = os.getpid()
        self._turn = threading.Condition()
        self._readers = 0
        self._writers = 0
        self._held = False
        self._shut = False

    def guard(self) -> None:
        """Raise StoreClosedError when the client cannot be used (any more, or in this process)."""
        if self.forked:
            raise StoreClosedError(
                f"the store was opened by process {self._pid}, of which this one is a fork: Chroma"
                " cannot be used across a fork. Open the store after forking, or start workers"
                " with the 'spawn' method and share a server (chroma run)"
            )
        if self.closed:
            raise StoreClosedError("the store was closed; open it again")

    @property
    def forked(self) -> bool:
        """True if another process opened it, of which this one is a fork."""
        return self._pid != os.getpid()

    def refuse_when_full(self) -> None:
        """Raise StoreError when the disk of an embedded store is (nearly) full."""
        if self.path is None:
            return
        free = shutil.disk_usage(self.path).free
        if free < LEAST_FREE:
            raise StoreError(
                f"the disk of {self.path} is full: {free / 1e6:.1f} MB are free, and a write takes"
                f" {LEAST_FREE / 1e6:.0f} MB to be safe. Nothing was written by this call: free"
                " some space and do it again"
            )

    @contextmanager
    def reading(self) -> Iterator[ClientAPI]:
        """Call what changes nothing."""
        with self._turn:
            while self._shut:
                self._turn.wait()
            self._readers += 1
        try:
            yield self.client
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    @contextmanager
    def writing(self, name: str = "", rows: int = 0) -> Iterator[ClientAPI]:
        """Call what may change something: `rows` rows of the collection `name`."""
        with self._turn:
            while self._held or self._shut:
                self._turn.wait()
            self._writers += 1
        try:
            yield self.client
        finally:
            with self._turn:
                self._writers -= 1
                self._turn.notify_all()
        wrote = self.wrote
        if rows and wrote is not None:
            wrote(name, rows)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let nobody write; those who read go on."""
        with self._turn:
            while self._held:
                self._turn.wait()
            self._held = True
            while self._writers:
                self._turn.wait()
        try:
            yield
        finally:
            with self._turn:
                self._held = False
                self._turn.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Within `holding`: let nobody call at all."""
        with self._turn:
            self._shut = True
            while self._readers:
                self._turn.wait()
        try:
            yield
        finally:
            with self._turn:
                self._shut = False
                self._turn.notify_all()

    def make_room(self, name: str) -> None:
        """Before a section that may load the index of a collection: have the others let go of,
        if there are too many."""
        if self.reopen is None or name in self._loaded:
            return
        if len(self._loaded) >= _most_loaded():
            with self.holding(), self.alone():
                if len(self._loaded) >= _most_loaded() and not self.closed:
                    close_client(self.client)
                    self.exchange(self.reopen())
        self._loaded.add(name)

    def exchange(self, client: ClientAPI) -> None:
        """Within `alone`: use another client from now on."""
        self.client = client
        self.generation += 1
        self._loaded = set()


def _most_loaded() -> int:
    if sys.platform == "win32":
        return MOST_LOADED
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_LOADED if files == resource.RLIM_INFINITY else min(MOST_LOADED, files // _HANDLES)


def close_client(client: ClientAPI) -> None:
    """Release a client that this library opened."""
    close = getattr(client, "close", None)
    if close is not None:
        with border("cannot close the Chroma store"):
            close()


_FAULTS = (ChromaError, httpx.HTTPError, ValueError, TypeError, RuntimeError, OSError)
_CLOSED = AttributeError  # what a stopped client answers


@contextmanager
def border(doing: str, gate: ClientGate | None = None) -> Iterator[None]:
    """Turn whatever Chroma raises while `doing` something into StoreError, with its cause.

    The `gate` of an embedded store is told of a damaged index.
    """
    try:
        yield
    except DreamsError:
        raise
    except _CLOSED as error:
        raise StoreError(f"{doing}: the Chroma client was closed; open the store again") from error
    except _FAULTS as error:
        embedded = gate is not None and gate.folder
        if gate is not None and is_index_damage(error):
            gate.damaged = True
        raise store_error(doing, error, embedded) from error
    except Exception as error:
        if type(error) is not Exception:  # what an answer that is not Chroma's own is raised as
            raise
        raise store_error(doing, error, folder=False) from error
