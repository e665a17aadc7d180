"""LangGraph's `BaseStore` over the namespaces of a store."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from langgraph.store.base import (
    BaseStore,
    GetOp,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    TTLConfig,
)

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_timeout, checked_whole
from langgraph_dreams.errors import DreamsError, InvalidInputError
from langgraph_dreams.namespace.base_store.filters import checked_filter
from langgraph_dreams.namespace.base_store.names import Path, label_of, matches, part_of, path_of
from langgraph_dreams.namespace.base_store.queue import WriteQueue, Writes
from langgraph_dreams.namespace.base_store.searching import searched
from langgraph_dreams.namespace.base_store.settings import (
    checked_minutes,
    checked_ttl,
)
from langgraph_dreams.namespace.base_store.shelf import Shelf, Write
from langgraph_dreams.namespace.base_store.values import (
    WHOLE,
    checked_fields,
    checked_key,
    checked_value,
)
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.namespace.template import checked
from langgraph_dreams.store import MAX_TEXT
from langgraph_dreams.store.puts import packed
from langgraph_dreams.types.base import Trust

logger = logging.getLogger(__name__)

_EVERY = 5.0
"""Minutes between two sweeps, unless told."""


class DreamBaseStore(BaseStore):
    """What agents put is an episode of the namespace, dreamt of and recalled; made by
    `DreamStore.as_base_store`.

    Thread safe; the async methods leave the event loop free. In a batch, what is read is read
    before what is written is written. An overwritten value is no longer found; its text stays as
    history, for `Namespace.recall(as_of=...)`, and what rests on it alone is retired by the next
    dream. A deleted one is forgotten, with all its versions and all that came of them; its bytes
    go from the files when the store is next opened.
    """

    supports_ttl = True

    def __init__(
        self,
        session: Callable[[Path], NamespaceSession],
        kept: Callable[[], Iterable[Path]],
        root: Sequence[str],
        fields: Sequence[str] = (WHOLE,),
        ttl: TTLConfig | None = None,
        trust: Trust = Trust.ASSERTED,
    ) -> None:
        """For `DreamStore`: `session` opens a namespace, `kept` lists those that hold puts."""
        self._session, self._kept = session, kept
        self._root = tuple(root)
        self._fields = checked_fields(fields)
        self.ttl_config = checked_ttl(ttl)
        self._trust = trust
        self._shelves: dict[Path, Shelf] = {}
        self._queue = WriteQueue(self._write)
        self._waiting: dict[Path, list[str]] = {}
        self._stop = threading.Event()
        self._sweeper: threading.Thread | None = None
        if self.ttl_config and self.ttl_config.get("sweep_interval_minutes"):
            self.start_ttl_sweeper()

    # -- LangGraph's two doors; all its other methods lead here

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Carry out operations; answers each in its place.

        Raises:
            InvalidInputError: a namespace, key, value, filter or index cannot be taken; nothing of
                the batch is written.
            EmbedderError: the embedder failed; nothing of that namespace is written.
            StoreError: the store cannot be read or written.
        """
        listed, writes = self._checked(ops)
        results = self._read(listed)
        if writes:
            self._queue.wait(self._queue.take(writes))
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """`batch`, off the event loop; writes of many tasks at once are carried out together."""
        listed, writes = self._checked(ops)
        if not writes or any(not isinstance(op, PutOp) for op in listed):
            return await asyncio.to_thread(self.batch, listed)
        ticket = self._queue.take(writes)
        await asyncio.to_thread(self._queue.wait, ticket)
        return [None] * len(listed)

    # -- checked before anything is done

    def _checked(self, ops: Iterable[Op]) -> tuple[list[Op], Writes]:
        if isinstance(ops, str) or not isinstance(ops, Iterable):
            raise InvalidInputError(f"batch takes a list of operations, not {shown(ops)}")
        listed, writes = list(ops), Writes()
        for op in listed:
            if isinstance(op, PutOp):
                path = path_of(op.namespace)
                self._parts(path)
                writes.setdefault(path, {})[checked_key(op.key)] = self._checked_put(op)
            elif isinstance(op, GetOp):
                self._parts(path_of(op.namespace))
                checked_key(op.key)
            elif isinstance(op, SearchOp):
                self._check_search(op)
            elif isinstance(op, ListNamespacesOp):
                self._check_pages(op)
            else:
                raise InvalidInputError(
                    f"{shown(op)} is no operation; pass GetOp, PutOp, SearchOp or ListNamespacesOp"
                )
        return listed, writes

    def _checked_put(self, op: PutOp) -> Write:
        if op.value is None:
            return Write(None)
        value = checked_value(op.value)
        if len(packed(value)) > MAX_TEXT:
            raise InvalidInputError(
                f"the value of {shown(op.key)} is over {MAX_TEXT:,} characters as JSON; split it"
            )
        fields = self._fields
        if op.index is not None:
            fields = () if op.index is False else checked_fields(op.index)
        ttl = None if op.ttl is None else checked_minutes("ttl", op.ttl)
        return Write(value, fields, ttl)

    def _check_search(self, op: SearchOp) -> None:
        for label in path_of(op.namespace_prefix):
            part_of(label)
        checked_filter(op.filter)
        if op.query is not None and not isinstance(op.query, str):
            raise InvalidInputError(f"query is {shown(op.query)}; ask in words, or pass None")
        self._check_pages(op)

    def _check_pages(self, op: SearchOp | ListNamespacesOp) -> None:
        checked_whole("limit", op.limit, 0)
        checked_whole("offset", op.offset, 0)
        if isinstance(op, ListNamespacesOp):
            for condition in op.match_conditions or ():
                matches((), condition)
            if op.max_depth is not None:
                checked_whole("max_depth", op.max_depth, 1)

    # -- reading

    def _read(self, ops: Sequence[Op]) -> list[Result]:
        return [None if isinstance(op, PutOp) else self._answer(op) for op in ops]

    def _answer(self, op: GetOp | SearchOp | ListNamespacesOp) -> Result:
        if isinstance(op, ListNamespacesOp):
            return self._listed(op)
        if isinstance(op, GetOp):
            path = path_of(op.namespace)
            if path not in self._shelves and path not in self._paths():
                return None  # to ask leaves no trace
            shelf = self._shelf(path)
            found = shelf.get([op.key]).get(op.key)
            if found is not None and op.refresh_ttl:
                shelf.touch([found])
            return None if found is None else shelf.item(found)
        prefix = path_of(op.namespace_prefix)
        shelves = [self._shelf(p) for p in self._paths() if p[: len(prefix)] == prefix]
        hits = searched(shelves, op.query, checked_filter(op.filter), op.offset, op.limit)
        if op.refresh_ttl:
            for shelf in shelves:
                shelf.touch(hit.episode for hit in hits if hit.shelf is shelf)
        return list[SearchItem](hit.item() for hit in hits)

    def _listed(self, op: ListNamespacesOp) -> list[Path]:
        conditions = op.match_conditions or ()
        found = [path for path in self._paths() if all(matches(path, c) for c in conditions)]
        depth = op.max_depth
        return sorted({path[:depth] for path in found})[op.offset : op.offset + op.limit]

    def _paths(self) -> list[Path]:
        """Every namespace with something in it, as LangGraph names it."""
        size = len(self._root)
        own = (parts for parts in self._kept() if parts[:size] == self._root)
        return [tuple(map(label_of, parts[size:])) for parts in own]

    def _parts(self, path: Path) -> Path:
        return checked((*self._root, *map(part_of, path)))

    def _shelf(self, path: Path) -> Shelf:
        shelf = self._shelves.get(path)
        if shelf is None:
            omits = (self.ttl_config or {}).get("omit_expired", True)
            session = self._session(self._parts(path))
            shelf = self._shelves[path] = Shelf(path, session, self._trust, omits)
        return shelf

    # -- writing

    def _write(self, path: Path, writes: Mapping[str, Write]) -> None:
        deletes = all(write.value is None for write in writes.values())
        if deletes and path not in self._shelves and path not in self._paths():
            return
        shelf = self._shelf(path)
        self._remove_waiting(shelf)
        self._wait_for(shelf, shelf.write(writes))

    def _wait_for(self, shelf: Shelf, ids: Sequence[str]) -> None:
        if ids:
            self._waiting.setdefault(shelf.path, []).extend(ids)

    def _remove_waiting(self, shelf: Shelf) -> None:
        if waiting := self._waiting.pop(shelf.path, None):
            self._wait_for(shelf, shelf.remove(waiting))

    # -- time to live

    def sweep_ttl(self) -> int:
        """Forget what has expired, and finish deletes that a dream held up; how many expired.

        What a dream under way still holds is out of every search, and goes with the next sweep.
        """
        swept = 0
        for path in self._paths():
            shelf = self._shelf(path)
            number, left = shelf.sweep()
            swept += number
            self._waiting.pop(path, None)
            self._wait_for(shelf, left)
        return swept

    def start_ttl_sweeper(self, sweep_interval_minutes: float | None = None) -> None:
        """Sweep in the background every so many minutes until the store is closed; once started,
        nothing happens. A `ttl` with an interval starts it at once.

        Raises InvalidInputError for an interval that is no positive number.
        """
        if sweep_interval_minutes is None:
            sweep_interval_minutes = (self.ttl_config or {}).get("sweep_interval_minutes") or _EVERY
        minutes = checked_minutes("sweep_interval_minutes", sweep_interval_minutes)
        if self._sweeper is not None and self._sweeper.is_alive():
            return
        self._stop.clear()
        self._sweeper = threading.Thread(
            target=self._sweep, args=(minutes * 60,), name="langgraph-dreams-ttl", daemon=True
        )
        self._sweeper.start()

    def stop_ttl_sweeper(self, timeout: float | None = None) -> bool:
        """Stop sweeping; False if a sweep is still under way after so many seconds."""
        checked_timeout(timeout)
        self._stop.set()
        sweeper = self._sweeper
        if sweeper is None or sweeper is threading.current_thread():
            return True
        sweeper.join(timeout)
        return not sweeper.is_alive()

    def _sweep(self, seconds: float) -> None:
        while not self._stop.wait(seconds):
            try:
                self.sweep_ttl()
            except DreamsError:
                logger.exception("a sweep of expired items failed; the next one tries again")

    # -- what the store around it asks

    def flush(self, timeout: float | None = None) -> bool:
        """Nothing is held back: what was put is written when `put` returns."""
        return True

    def close(self) -> bool:
        """Stop sweeping, and finish deletes that a dream held up."""
        stopped = self.stop_ttl_sweeper()
        try:
            for path in list(self._waiting):
                self._remove_waiting(self._shelf(path))
        except DreamsError:
            logger.exception("deletes that a dream held up wait for the next sweep")
        return stopped and not self._waiting
