"""Checkpoints of an embedded store: they keep the write-ahead logs of its collections short.

At every write Chroma reads the log of the collection again, from the last moment at which its index
was persisted, and holds the interpreter meanwhile: 20 to 50 microseconds an entry. Persisting in
place is no way out, because a kill in the middle can make a collection unreadable. So a copy of the
store is made and persisted while nobody writes; only when the copy is complete, proven to open and
on the disk, its files take the place of the store's. Killed before that, the copy is thrown away;
killed after it, the next open finishes the exchange. What is in use is never half written.
"""

import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from chromadb.api.shared_system_client import SharedSystemClient

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.chroma.client_gate import ClientGate, border, close_client
from langgraph_dreams.store.chroma.clients import open_folder
from langgraph_dreams.store.chroma.collection import SYNC_THRESHOLD, configure
from langgraph_dreams.store.embedded import compaction as compact
from langgraph_dreams.store.embedded.formats import DATABASE, UnknownFormatError
from langgraph_dreams.store.embedded.hnsw_wipe import wipe_all, wipe_unused
from langgraph_dreams.store.embedded.recognize import left_to_chroma
from langgraph_dreams.store.embedded.segments import Log, logs

logger = logging.getLogger(__name__)

LIMIT = 500
"""Log entries of one collection that call for a checkpoint: they cost a write 10 to 25 ms. One of
20,000 items (70 MB) then takes 0.7 s, in which others can read but not write."""
BYTES_PER_ENTRY = 200_000
"""A larger database is copied less often: it may have a log entry for so many bytes (1,000 entries
at 200 MB, which is about 60,000 episodes)."""
SMALLEST = 0.1
"""Part of the limit from which a log is persisted too, when another one calls for it."""
MOST = 10
"""Limits' worth of log entries persisted by one checkpoint at most, 0.4 to 0.7 ms an entry."""
SPARE = 50_000_000
"""Bytes left free on the disk."""

FOLDER = "checkpoint"
READY = "READY"
_PERSIST_NOW = 2  # the lowest sync_threshold there is


class PersistManager:
    """Watches the logs of an open store, and makes checkpoints."""

    def __init__(self, path: Path, gate: ClientGate) -> None:
        self._path = path
        self._gate = gate
        self._entries: dict[str, int] = {}
        self._lock = threading.Lock()
        self._busy = threading.Lock()
        self._noting = threading.Lock()
        self._limit = LIMIT

    def start(self) -> None:
        """Look at the logs, make a checkpoint if one is due, and listen for writes from now on.

        Where the files are of unknown form, note what is to be compacted and do nothing else.
        """
        self._gate.compactor = self
        if self._gate.unknown:
            return
        try:
            self._measure()
        except UnknownFormatError as error:
            self._gate.unknown = left_to_chroma(self._path, error)
            return
        except (sqlite3.Error, OSError) as error:
            logger.warning("no checkpoints of %s: its logs cannot be read: %s", self._path, error)
            return
        self._gate.wrote = self.wrote
        self._make_up()
        if any(entries >= self._limit for entries in self._entries.values()):
            self.run()

    def wrote(self, name: str, rows: int) -> None:
        """Count a write of `rows` rows of a collection, and make a checkpoint when one is due."""
        with self._lock:
            entries = self._entries[name] = self._entries.get(name, 0) + rows
        if entries >= self._limit:
            self.run()

    def run(self) -> None:
        """Make a checkpoint; other writers wait. A failure changes nothing, and is logged."""
        if not self._busy.acquire(blocking=False):
            return
        started = time.perf_counter()
        try:
            with self._gate.holding():
                entries = self._checkpoint()
            logger.debug(
                "checkpoint of %s: %d entries in %.2f s",
                self._path,
                entries,
                time.perf_counter() - started,
            )
        except Exception as error:  # noqa: BLE001 - the write that led here is done, and well
            with self._lock:
                self._limit = 2 * max([self._limit, *self._entries.values()])
            logger.warning(
                "no checkpoint of %s, writes grow slower until there is one; tried again after"
                " %d entries: %s",
                self._path,
                self._limit,
                error,
            )
        finally:
            self._busy.release()

    def expect(self, names: Sequence[str]) -> None:
        """Note which collections are to be compacted; the next opening does it, if nobody else.

        Raises StoreError.
        """
        try:
            with self._noting:
                compact.expect(self._path, names)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error}") from error

    def _make_up(self) -> None:
        """Compact what a death, or a failure, has left to this opening."""
        try:
            left = compact.expected(self._path)
        except StoreError as error:
            logger.warning("%s", error)
            return
        if left:
            self.compact(left)

    def compact(self, names: Sequence[str]) -> bool:
        """Leave of collections in the files only what is in them; writers wait meanwhile.

        A failure changes nothing and is logged; it answers False then, and where the files are of
        unknown form.
        """
        if self._gate.unknown:
            return False
        with self._busy:
            try:
                compact.pad(self._gate, self._path, names)
                with self._gate.holding():
                    chosen = [log for log in logs(self._path) if log.name in names]
                    self._replace(chosen, lambda copy: compact.purge(copy, names))
                    compact.sweep(self._path)
                    with self._noting:
                        compact.clear_expected(self._path, names)
                    self._measure()
            except (StoreError, UnknownFormatError, sqlite3.Error, OSError) as error:
                logger.warning("%s is not compacted, the next opening will: %s", self._path, error)
                return False
            return True

    def _measure(self) -> list[Log]:
        found = logs(self._path)
        with self._lock:
            self._entries = {log.name: log.entries for log in found}
            size = (self._path / DATABASE).stat().st_size
            self._limit = max(LIMIT, size // BYTES_PER_ENTRY)
        return found

    def _checkpoint(self) -> int:
        if self._gate.wrote is None:  # closed since
            return 0
        chosen = _chosen(self._measure(), self._limit)
        if not chosen:
            return 0
        self._replace(chosen, lambda copy: None)
        with_log = self._measure()
        if with_log and with_log[0].entries >= self._limit:
            raise StoreError(f"the index of {with_log[0].name} was not persisted, others were")
        return sum(log.entries for log in chosen)

    def _replace(self, chosen: list[Log], change: Callable[[Path], None]) -> None:
        """Put a copy with persisted logs in place of the store; `change` may work on it before."""
        try:
            _build(self._path, chosen, change)
            with self._gate.alone():
                self._exchange()
        finally:
            if not _is_ready(self._path):
                shutil.rmtree(self._path / FOLDER, ignore_errors=True)

    def _exchange(self) -> None:
        # The mark is made after the client is closed, and gone before there is another: nothing is
        # ever written to a store whose copy is still to take its place.
        close_client(self._gate.client)
        try:
            if _is_open(self._path):
                raise StoreError("this process has another Chroma client of the folder; close it")
            wipe_all(self._path)
            _mark(self._path)
            _finish(self._path)
        finally:
            # Half exchanged it must not be opened: every call then says to open the store again,
            # and that finishes the exchange.
            if not _is_ready(self._path):
                self._gate.exchange(open_folder(self._path))


def _chosen(found: Iterable[Log], limit: int) -> list[Log]:
    """The logs that a checkpoint persists, longest first."""
    chosen: list[Log] = []
    left = limit * MOST
    for log in found:
        if log.entries < max(limit * SMALLEST, 2 * _PERSIST_NOW) or (chosen and log.entries > left):
            break
        chosen.append(log)
        left -= log.entries
    return chosen


def _is_open(path: Path) -> bool:
    """True if this process has a Chroma client of a folder.

    One of somebody else's would go on writing into files that are no longer the store's.
    """
    opened = list(SharedSystemClient._identifier_to_system)
    return any(os.path.realpath(name) == str(path) for name in opened)


def _build(path: Path, chosen: list[Log], change: Callable[[Path], None]) -> None:
    """Make the copy, persist it, prove it, and wait until it is on the disk."""
    copy = path / FOLDER
    shutil.rmtree(copy, ignore_errors=True)
    folders = [path / log.segment for log in chosen if (path / log.segment).is_dir()]
    sizes = [file.stat().st_size for folder in folders for file in folder.iterdir()]
    # What is in a log may come again in an index: twice the database is the most it takes.
    needed = sum(sizes) + 2 * (path / DATABASE).stat().st_size + SPARE
    free = shutil.disk_usage(path).free
    if free < needed:
        raise StoreError(f"it takes {needed / 1e6:.0f} MB of disk, {free / 1e6:.0f} MB are free")
    copy.mkdir()
    _copy_database(path / DATABASE, copy / DATABASE)
    for folder in folders:
        shutil.copytree(folder, copy / folder.name)
    for log, space in zip(chosen, _persist(copy, chosen), strict=True):
        wipe_unused(copy / log.segment, lengths=space != "l2")
    change(copy)
    _prove(copy, chosen)
    for folder in (copy, *(copy / log.segment for log in chosen)):
        for file in folder.iterdir():
            if file.is_file():
                _to_disk(file)
        _to_disk(folder)
    _to_disk(path)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database in which nobody writes.

    A read may yet make Chroma settle something there; then the copy is made again.
    """
    for _ in range(5):
        before = _state(source)
        shutil.copy(source, target)
        if before == _state(source) and not any(side.exists() for side in _sides(source)):
            return
    raise StoreError(f"{source} changed while it was copied")


def _state(file: Path) -> tuple[bytes, int, int]:
    with file.open("rb") as opened:
        header = opened.read(100)  # counts the changes
    stat = file.stat()
    return header, stat.st_mtime_ns, stat.st_size


def _sides(database: Path) -> list[Path]:
    return [database.with_name(database.name + end) for end in ("-journal", "-wal", "-shm")]


def _persist(copy: Path, chosen: list[Log]) -> list[str]:
    """Have Chroma persist indexes: an index loaded with a low threshold is persisted at once.

    It is loaded by a query, which leaves the interpreter to other threads. Returns the metric of
    each.
    """
    spaces: list[str] = []
    for threshold in (_PERSIST_NOW, SYNC_THRESHOLD):
        client = open_folder(copy)
        try:
            with border("cannot persist the copy"):
                for log in chosen:
                    chroma = client.get_collection(log.name, embedding_function=None)
                    if threshold == SYNC_THRESHOLD:
                        chroma.query(query_embeddings=log.probe, n_results=1)
                        hnsw = chroma.configuration_json.get("hnsw") or {}
                        spaces.append(str(hnsw.get("space")))
                    configure(chroma, {"sync_threshold": threshold})
        finally:
            close_client(client)
    return spaces


def _prove(copy: Path, chosen: list[Log]) -> None:
    """Open the copy again and search it. Raises StoreError when that fails or no log is shorter."""
    left = {log.name: log.entries for log in logs(copy)}
    if chosen and all(left.get(log.name, 0) >= log.entries for log in chosen):
        raise StoreError(f"the index of {chosen[0].name} was not persisted")
    client = open_folder(copy)
    try:
        with border("the copy cannot be used"):
            for log in chosen:
                chroma = client.get_collection(log.name, embedding_function=None)
                chroma.query(query_embeddings=log.probe, n_results=1)
                hnsw = chroma.configuration_json.get("hnsw") or {}
                if hnsw.get("sync_threshold") != SYNC_THRESHOLD:
                    raise StoreError(f"the configuration of {log.name} was not restored")
    finally:
        close_client(client)
    if any(side.exists() for side in _sides(copy / DATABASE)):
        raise StoreError("the copy was not closed")


def _to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    if path.is_dir() and os.name != "posix":
        return
    opened = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _is_ready(path: Path) -> bool:
    return (path / FOLDER / READY).exists()


def _mark(path: Path) -> None:
    """From here on the copy is the store: whatever happens, it is put in place."""
    (path / FOLDER / READY).touch()
    _to_disk(path / FOLDER)


def recover(path: Path) -> None:
    """Before a store is opened: finish the exchange of a checkpoint, or throw its copy away.

    Raises StoreError when the files cannot be moved; nothing is lost, it can be tried again.
    """
    copy = path / FOLDER
    if _is_ready(path):
        logger.warning("%s: a checkpoint was cut off while it was put in place; finished", path)
        try:
            _finish(path)
        except OSError as error:
            raise StoreError(
                f"a checkpoint of {path} cannot be put in place: {error}; nothing is lost, free"
                " the files in that folder and open the store again"
            ) from error
    elif copy.exists():
        logger.warning("%s: a checkpoint was cut off before it was complete; dropped", path)
    shutil.rmtree(copy, ignore_errors=True)


def _finish(path: Path) -> None:
    """Put a complete copy in place; cut off at any point it can be begun again."""
    copy = path / FOLDER
    for folder in [found for found in copy.iterdir() if found.is_dir()]:
        target = path / folder.name
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    if (copy / DATABASE).exists():
        for side in _sides(path / DATABASE):
            side.unlink(missing_ok=True)
        (copy / DATABASE).replace(path / DATABASE)
    _to_disk(path)
    (copy / READY).unlink()
    _to_disk(copy)
