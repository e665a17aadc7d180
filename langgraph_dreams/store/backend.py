"""A store as a whole: one Chroma client, its folder, and the namespaces opened from it."""

import atexit
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from langgraph_dreams.errors import DreamsError, InvalidInputError, NamespaceError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.resolve import resolve_language
from langgraph_dreams.safety.redaction import Redactor
from langgraph_dreams.store.chroma.client_gate import ClientGate, close_client
from langgraph_dreams.store.chroma.clients import open_folder, open_memory, unique_prefix
from langgraph_dreams.store.chroma.collection import ClientAPI, drop_collection
from langgraph_dreams.store.diagnose import Finding, inspect, unattributed
from langgraph_dreams.store.embedded import folder
from langgraph_dreams.store.embedded.formats import UnknownFormatError
from langgraph_dreams.store.embedded.hnsw_wipe import wipe_all
from langgraph_dreams.store.embedded.persist import PersistManager, recover
from langgraph_dreams.store.embedded.recognize import Unknown, left_to_chroma, recognize
from langgraph_dreams.store.embedded.repair import repair_store
from langgraph_dreams.store.namespace_state import NamespaceState
from langgraph_dreams.store.records.registry import (
    DEFAULT_LANGUAGE,
    Registration,
    Registry,
    require_embedder,
)
from langgraph_dreams.store.records.spool import Spool
from langgraph_dreams.store.reembed import drop_strays, embed_lost, reembed
from langgraph_dreams.store.validation import namespace_key
from langgraph_dreams.store.vault import NamespaceStore
from langgraph_dreams.types.zones import checked_zone

if TYPE_CHECKING:
    from langgraph_dreams.embedding.protocol import Embedder

logger = logging.getLogger(__name__)

OPEN_INDEXES = 64
"""Index files kept open; the least recently opened namespaces' are closed until their next use."""

_opened: dict[Path, "Backend"] = {}
_opening = threading.RLock()


class Backend:
    """One Chroma client and the derived indexes beside it; make it by open, attach or memory."""

    def __init__(
        self,
        client: ClientAPI,
        *,
        path: Path | None = None,
        index_path: Path | None = None,
        lock: FileLock | None = None,
        shared: bool = False,
        temporary: bool = False,
        unclean: bool = False,
        unknown: Unknown | None = None,
    ) -> None:
        """For the class methods below."""
        self.path = path
        self._gate = ClientGate(client, folder=path is not None)
        self._gate.path = path
        self._gate.opened = set() if temporary else None
        if unknown:
            self._gate.unknown, self._gate.unusable = unknown.text, unknown.unusable
        self._unclean = unclean
        self._index_path = index_path
        self._lock = lock
        self._shared = shared
        self._temporary = temporary
        self._states: OrderedDict[str, NamespaceState] = OrderedDict()
        self._states_lock = threading.RLock()
        self._users = 1
        self.registry = Registry(self._gate, unique_prefix() if temporary else "")
        self.spool = Spool(self._gate, f"{self.registry.prefix}unattributed")
        if path is not None:
            self._gate.reopen = lambda: open_folder(path)
            PersistManager(path, self._gate).start()

    # -- making

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Backend":
        """Open the embedded store of a folder, made when missing; once a process and folder.

        Raises StoreLockedError when another process has it open, StoreReadOnlyError when it cannot
        be written, StoreError for a file, StoreClosedError in a forked child of the opener.
        """
        real = folder.resolved(path)
        with _opening:
            known = _opened.get(real)
            if known is not None:
                known.guard()
                known._users += 1
                return known
            folder.prepare(real)
            lock = folder.lock(real)
            client = None
            try:
                unclean = folder.sign(real)
                recover(real)
                unknown = recognize(real) or _repair(real, unclean)
                client = open_folder(real)
                backend = cls(
                    client,
                    path=real,
                    index_path=real / folder.INDEX,
                    lock=lock,
                    unclean=unclean,
                    unknown=unknown,
                )
                if unclean:
                    drop_strays(backend._gate, backend.registry)
            except BaseException:
                if client is not None:
                    close_client(client)
                lock.release()
                raise
            _opened[real] = backend
            return backend

    @classmethod
    def attach(
        cls, client: ClientAPI, index_path: str | os.PathLike[str] | None = None
    ) -> "Backend":
        """Use a client of the caller's (HttpClient, CloudClient, any); it is never closed here.

        The derived indexes are kept in the folder `index_path`, or else in memory.
        """
        if not isinstance(client, ClientAPI):
            raise InvalidInputError(
                f"client must be a synchronous Chroma client, not {type(client).__name__}"
            )
        where = None if index_path is None else folder.resolved(index_path)
        return cls(client, index_path=where, shared=True)

    @classmethod
    def memory(cls) -> "Backend":
        """A store in memory that shares nothing with any other."""
        return cls(open_memory(), temporary=True)

    # -- using

    def guard(self) -> None:
        """Raise StoreClosedError when this object cannot be used (any more, or in this process)."""
        self._gate.guard()

    def vault(
        self,
        parts: tuple[str, ...],
        embedder: "Embedder",
        redact: Redactor | None = None,
        language: str | Language | None = None,
        zone: str | None = None,
    ) -> NamespaceStore:
        """Open a namespace, made when missing; texts go through `redact` before they are written.

        `language` None takes the registered one, or else English; another than the registered one
        is registered in its place; likewise `zone`, at first none. Raises NamespaceError,
        EmbedderMismatchError when another embedder wrote it, or InvalidInputError for a language or
        a zone that is not known.
        """
        self.guard()
        parts = tuple_of(parts)
        chosen = None if language is None else resolve_language(language)
        zone = None if zone is None else checked_zone(zone)
        if chosen is not None:
            self._state(parts, embedder, chosen, zone).change_language(chosen)
        if zone is not None:
            self._state(parts, embedder, chosen, zone).registered.change_zone(zone)
        return NamespaceStore(
            lambda: self._state(parts, embedder, chosen, zone), embedder, self._gate.guard, redact
        )

    def _state(
        self,
        parts: tuple[str, ...],
        embedder: "Embedder",
        language: Language | None,
        zone: str | None = None,
    ) -> NamespaceState:
        key = namespace_key(parts)
        with self._states_lock:
            state = self._states.get(key)
            if state is None or state.gone:
                if state is not None and language is None:
                    language = state.index.language  # forgotten as a whole, it speaks as before
                if state is not None and zone is None:
                    zone = state.entry.zone
                entry = self.registry.get(key)
                if entry is None or not entry.written:
                    code = language.code if language else entry.language if entry else None
                    zone = zone or (entry.zone if entry else "")
                    entry = self._register(key, parts, embedder, code or DEFAULT_LANGUAGE, zone)
                require_embedder(entry, embedder.name, embedder.dimension)
                state = self._states[key] = self._open_state(entry, language)
            require_embedder(state.entry, embedder.name, embedder.dimension)
            if self.path is not None and not state.embedded:
                embed_lost(self._gate, self.registry, state, embedder, self.path)
            self._states.move_to_end(key)
            for idle in list(self._states.values())[:-OPEN_INDEXES]:
                idle.park()
            return state

    def _register(
        self, key: str, parts: tuple[str, ...], embedder: "Embedder", language: str, zone: str
    ) -> Registration:
        items = self.registry.items_name(key, 1)
        entry = Registration(key, parts, embedder.name, embedder.dimension, items)
        return self.registry.put(replace(entry, language=language, zone=zone))

    def _open_state(self, entry: Registration, language: Language | None = None) -> NamespaceState:
        index = self._index_path and self._index_path / f"{entry.key}.sqlite3"
        try:
            speaking = language or resolve_language(entry.language)
        except InvalidInputError as error:
            raise InvalidInputError(
                f"the namespace {'/'.join(entry.parts)} was registered with the language"
                f" {entry.language!r}, which is not known here: pass language=..., the object that"
                " it was opened with or a code, or install the package that brings it"
            ) from error
        return NamespaceState(self._gate, entry, self.registry, index, self._shared, speaking)

    def namespaces(self, *, puts: bool = False) -> list[tuple[str, ...]]:
        """Every namespace that was written to, oldest first; or those that keep any puts."""
        self.guard()
        return [entry.parts for entry in self.registry.all() if entry.puts or not puts]

    def reembed(
        self,
        parts: tuple[str, ...],
        embedder: "Embedder",
        on_progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Give a namespace the vectors of another embedder; returns how many items it has.

        `on_progress(done, total)` is called on the way. Afterwards a `NamespaceStore` of the former
        embedder raises EmbedderMismatchError. Killed in the middle, the former vectors stay in
        use. Raises NamespaceError for an unknown namespace, EmbedderError.
        """
        self.guard()
        key = namespace_key(tuple_of(parts))
        with self._states_lock:
            state = self._states.get(key)
            entry = self.registry.get(key)
            if entry is None or not entry.written:
                raise NamespaceError(
                    f"there is no namespace {parts} in this store; it has"
                    f" {self.namespaces()!r:.500}"
                )
            if state is None:
                state = self._states[key] = self._open_state(entry)
        return reembed(self._gate, self.registry, state, embedder, on_progress)

    def check(self, embedder: "Embedder | None" = None) -> list[Finding]:
        """The contents of the store and the damage found in it, for `doctor`; repairs nothing.

        A namespace that another embedder than this one wrote is named.
        """
        self.guard()
        with self._states_lock:
            states = dict(self._states)
        found = inspect(self._gate, self.registry, self.path, self._index_path, states, embedder)
        return [*found, *unattributed(self.spool)]

    def close(self) -> None:
        """Write what is kept back and let go of everything; the last of several users does it."""
        with _opening:
            if self._gate.closed or self._gate.forked:
                return
            self._users -= 1
            if self._users > 0:
                return
            self._shut()

    def _shut(self) -> None:
        self._gate.closed = True
        self._gate.wrote = None  # a close is quick; the next open sees to what is left
        try:
            with self._states_lock:
                for state in self._states.values():
                    try:
                        state.close()
                    except DreamsError:
                        logger.exception("notes of %s could not be written", state.entry.parts)
                self._states.clear()
            if self._temporary:
                self._drop_everything()
            if not self._shared:
                with self._gate.holding(), self._gate.alone():
                    close_client(self._gate.client)
                    if self.path is not None and not self._gate.unknown:
                        wipe_all(self.path)
        finally:
            if self.path is not None:
                _opened.pop(self.path, None)
            if self.path is not None and self._lock is not None:
                unseen = self._unclean and self._gate.unknown  # whoever knows it is to look closely
                folder.release(self.path, self._lock, clean=not (self._gate.damaged or unseen))

    def _drop_everything(self) -> None:
        for name in self._gate.opened or ():  # a list of all would be one of all stores in memory
            drop_collection(self._gate, name)


def _repair(path: Path, unclean: bool) -> Unknown:
    """Repair the files of a store; where something of them turns out to be unknown, it is told."""
    try:
        repair_store(path, unclean)
    except UnknownFormatError as error:
        return Unknown(left_to_chroma(path, error))
    wipe_all(path)
    return Unknown()


def tuple_of(parts: object) -> tuple[str, ...]:
    """Namespace parts as a checked tuple. Raises NamespaceError."""
    namespace_key(parts)
    return tuple(parts)  # type: ignore[arg-type]


def _close_all() -> None:
    """At exit: write what is kept back, release every folder."""
    for backend in list(_opened.values()):
        backend._users = 1
        backend.close()


def _renew_lock() -> None:
    """In a forked child another thread of the parent may have held the lock: it is no one's now."""
    global _opening
    _opening = threading.RLock()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)
