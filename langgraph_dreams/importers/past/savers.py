"""Threads and steps out of a checkpointer of LangGraph, which nothing here writes to.

The savers' own classes read their tables. States are large and most are not needed: a thread is
listed with a serializer that leaves them as they are, and those that are needed are loaded one by
one.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph.message import add_messages
from langgraph.types import Interrupt

from langgraph_dreams.errors import LogFormatError, MissingDependencyError
from langgraph_dreams.importers.past.steps import Source, State, Step
from langgraph_dreams.importers.times import parse_time

MESSAGES = "messages"
"""The channel of an agent's messages."""
PAGE = 100
"""Checkpoints listed at a time."""
_SQLITE = b"SQLite format 3\0"
_PLACES = "SELECT thread_id, checkpoint_ns, COUNT(*) FROM checkpoints GROUP BY 1, 2 ORDER BY 1, 2"
_COPIES = 3
"""Times that a file which its agent is writing to is copied, until a copy is whole."""
_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Unread:
    """What was serialized, as it lies there."""

    kind: str
    data: bytes


class _Leaving:
    """A serializer that reads nothing."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        raise NotImplementedError("what is only read is not written")

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        return Unread(*data)


def _serializer() -> JsonPlusSerializer:
    """One that builds messages and plain values, and nothing else that a file names."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


class Checkpoints:
    """The checkpoints of a saver, thread by thread."""

    def __init__(self, outline: BaseCheckpointSaver[Any], whole: BaseCheckpointSaver[Any]) -> None:
        """Takes a saver that leaves what it finds unread, and one that reads it."""
        self._outline = outline
        self._whole = whole
        self._serde = _serializer()

    def steps(self, thread: str) -> list[Step]:
        """The steps of a thread's own graph, oldest first."""
        place: dict[str, Any] = {"thread_id": thread, "checkpoint_ns": ""}
        found: list[Step] = []
        before = None
        load = lru_cache(maxsize=4)(self._state)
        while True:
            page = list(self._outline.list({"configurable": place}, before=before, limit=PAGE))
            found += [self._step(kept, load) for kept in page]
            if len(page) < PAGE:
                return found[::-1]
            before = page[-1].config

    def _step(self, kept: CheckpointTuple, load: Callable[[str, str], State]) -> Step:
        place, metadata = kept.config["configurable"], kept.metadata or {}
        id_, thread = str(place["checkpoint_id"]), str(place["thread_id"])
        told = self._told(kept.pending_writes or ())
        interrupts = [i for v in told.get("__interrupt__", ()) for i in _listed(v)]
        errors = told.get("__error__", ())
        parent = (kept.parent_config or {}).get("configurable", {})
        return Step(
            id=id_,
            parent=str(parent.get("checkpoint_id") or ""),
            source=str(metadata.get("source") or "loop"),
            number=int(metadata.get("step") or 0),
            load=lambda: load(thread, id_),
            run=str(metadata.get("run_id") or ""),
            metadata=dict(metadata),
            error=str(errors[0]) if errors else "",
            interrupts=tuple(i for i in interrupts if isinstance(i, Interrupt)),
            answers=_answers(told.get("__resume__", [])),
        )

    def _told(self, writes: Sequence[tuple[str, str, Any]]) -> dict[str, list[Any]]:
        """What is kept beside a checkpoint of how its tasks ended, by what it is."""
        told: dict[str, list[Any]] = {}
        for _, channel, value in writes:
            if channel in ("__error__", "__interrupt__", "__resume__"):
                if isinstance(value, Unread):
                    value = self._serde.loads_typed((value.kind, value.data))
                told.setdefault(channel, []).append(value)
        return told

    def _state(self, thread: str, id_: str) -> State:
        place = {"thread_id": thread, "checkpoint_ns": "", "checkpoint_id": id_}
        found = self._whole.get_tuple({"configurable": place})
        if found is None:
            raise LogFormatError(f"the checkpoint {id_} went away while it was read")
        time = parse_time(found.checkpoint.get("ts")) or time_of(id_)
        if time is None:
            raise LogFormatError(f"the checkpoint {id_} has no time")
        return State({**found.checkpoint["channel_values"], **self._rebuilt(found)}, time)

    def _rebuilt(self, found: CheckpointTuple) -> dict[str, Any]:
        """Messages of which the checkpoints keep the changes alone (`DeltaChannel`)."""
        values = found.checkpoint["channel_values"]
        counted = (found.metadata or {}).get("counters_since_delta_snapshot") or {}
        if MESSAGES not in values and MESSAGES not in counted:
            return {}
        from langgraph.channels import DeltaChannel

        channel = DeltaChannel(_with, list)
        if MESSAGES in values:  # unchanged, unless it is wrapped
            return {MESSAGES: channel.from_checkpoint(values[MESSAGES]).get()}
        kept = self._whole.get_delta_channel_history(config=found.config, channels=[MESSAGES])
        channel = channel.from_checkpoint(kept[MESSAGES].get("seed", []))
        channel.replay_writes(kept[MESSAGES]["writes"])
        return {MESSAGES: channel.get()}


def _with(messages: Any, writes: Sequence[Any]) -> Any:
    for written in writes:
        messages = add_messages(messages, written)
    return messages


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _answers(kept: Sequence[Any]) -> tuple[Any, ...]:
    """What one task was answered, a run each; what several were answered, in one."""
    lists = [value for value in kept if isinstance(value, list)]
    single = [value for value in kept if not isinstance(value, list)]
    if len(lists) > 1:
        return ([answer for each in lists for answer in each],)
    known = lists[0] if lists else []
    return (*known, *(value for value in single if value not in known[-1:]))


def time_of(id_: str) -> datetime | None:
    """When a checkpoint was made, as its id tells; None of an id that does not."""
    try:
        made = UUID(id_)
    except ValueError:
        return None
    if made.version != 6:
        return None
    ticks = (made.time_low << 28) | (made.time_mid << 12) | (made.time_hi_version & 0x0FFF)
    return _GREGORIAN + timedelta(microseconds=ticks // 10)


def is_sqlite(path: Path) -> bool:
    """True for a file of SQLite; of one that cannot be read somebody else says why."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


@contextmanager
def sqlite_source(path: Path) -> Iterator[Source]:
    """The checkpoints in a file, which stays as it is.

    Raises LogFormatError for a file without any, MissingDependencyError.
    """
    try:
        from langgraph.checkpoint.sqlite import SqliteSaver
    except ImportError as error:
        raise MissingDependencyError(
            "langgraph-checkpoint-sqlite is not installed; it comes with"
            ' `pip install "langgraph_dreams[past]"`.'
        ) from error
    try:
        with _opened(path) as connection:
            places = _places(connection.execute(_PLACES))
            outline = SqliteSaver(connection, serde=_Leaving())
            whole = SqliteSaver(connection, serde=_serializer())
            yield Source(Checkpoints(outline, whole), places)
    except sqlite3.DatabaseError as error:
        raise LogFormatError(
            f"The file {str(path)!r} cannot be read as checkpoints of LangGraph ({error}); name the"
            " file that a SqliteSaver or AsyncSqliteSaver writes."
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes nothing.

    Beside a file whose last changes are in a log of their own SQLite would write on opening it, so
    that a copy is read. Without one nothing is written, and no file is made beside it.
    """
    if not any(_beside(path)):
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True, check_same_thread=False)) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="langgraph_dreams") as folder:
        copy = _copied(path, Path(folder))
        with closing(sqlite3.connect(copy, check_same_thread=False)) as connection:
            yield connection


def _beside(path: Path) -> list[Path]:
    logs = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
    return [log for log in logs if log.exists() and log.stat().st_size]


def _copied(path: Path, folder: Path) -> Path:
    """A copy of a file and its logs, taken while none of them changed."""
    for _ in range(_COPIES):
        files = [path, *_beside(path)]
        stamps = [_stamp(file) for file in files]
        for file in files:
            shutil.copyfile(file, folder / file.name)
        if stamps == [_stamp(file) for file in files]:
            return folder / path.name
        shutil.rmtree(folder)
        folder.mkdir()
    raise LogFormatError(
        f"The file {str(path)!r} is being written to; stop the agent for a moment and try again."
    )


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _places(rows: Any) -> dict[str, int]:
    """Threads, and how many checkpoints of subgraphs each has."""
    places: dict[str, int] = {}
    for thread, place, count in rows:
        places[thread] = places.get(thread, 0) + (count if place else 0)
    return places


@contextmanager
def postgres_source(address: str) -> Iterator[Source]:
    """The checkpoints in a database, read in a session that may not write.

    Raises LogFormatError for a database that cannot be reached or has none,
    MissingDependencyError.
    """
    try:
        import psycopg
        from langgraph.checkpoint.postgres import PostgresSaver
        from psycopg.rows import dict_row
    except ImportError as error:
        raise MissingDependencyError(
            "langgraph-checkpoint-postgres and psycopg are not installed; they come with"
            ' `pip install "langgraph_dreams[past]"`.'
        ) from error
    try:
        with psycopg.Connection.connect(
            address, autocommit=True, prepare_threshold=0, row_factory=dict_row
        ) as connection:
            connection.execute("SET default_transaction_read_only = on")
            places = _places(row.values() for row in connection.execute(_PLACES))
            outline = PostgresSaver(connection, serde=_Leaving())
            whole = PostgresSaver(connection, serde=_serializer())
            yield Source(Checkpoints(outline, whole), places)
    except psycopg.Error as error:
        raise LogFormatError(
            f"The database cannot be read as checkpoints of LangGraph ({str(error).strip()}); name"
            " it like postgresql://user@host:5432/database, as for PostgresSaver."
        ) from error


def saver_source(saver: BaseCheckpointSaver[Any]) -> Source:
    """The checkpoints of a checkpointer object."""
    places: dict[str, int] = {}
    for kept in saver.list(None):
        place = kept.config["configurable"]
        thread = str(place["thread_id"])
        places[thread] = places.get(thread, 0) + bool(place.get("checkpoint_ns"))
    return Source(Checkpoints(saver, saver), dict(sorted(places.items())))


def is_postgres(address: str) -> bool:
    """True for the address of a database of PostgreSQL."""
    return address.startswith(("postgres://", "postgresql://"))
