"""What a developer already has, told by what it is, and read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from langgraph.checkpoint.base import BaseCheckpointSaver

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call, checked_flag, checked_shape
from langgraph_dreams.errors import InvalidInputError, LogFormatError
from langgraph_dreams.importers.logs import read_log
from langgraph_dreams.importers.past.checkpoints import read_checkpoints
from langgraph_dreams.importers.past.langsmith import is_runs, read_runs
from langgraph_dreams.importers.past.notes import is_notes, read_notes
from langgraph_dreams.importers.past.savers import (
    is_postgres,
    is_sqlite,
    postgres_source,
    saver_source,
    sqlite_source,
)
from langgraph_dreams.importers.past.server import is_client, is_server, server_source
from langgraph_dreams.importers.recording import ImportReport, LogReading, record_log

if TYPE_CHECKING:
    from langgraph_sdk.client import SyncLangGraphClient

    from langgraph_dreams.namespace.namespace import Namespace

Past: TypeAlias = "str | os.PathLike[str] | BaseCheckpointSaver[Any] | SyncLangGraphClient"
OnProgress = Callable[[int, int], None]


def read_past(source: Past, on_progress: OnProgress | None = None) -> LogReading:
    """Read what is there into episodes; `on_progress` is told (threads read, threads in all).

    Raises LogFormatError when it cannot be opened or is of no form that is known,
    MissingDependencyError for a package that it needs, InvalidInputError for what is no source.
    """
    if isinstance(source, BaseCheckpointSaver):
        return read_checkpoints(saver_source(source), on_progress)
    if is_client(source) or (isinstance(source, str) and is_server(source)):
        with server_source(cast("str | SyncLangGraphClient", source)) as opened:
            return read_checkpoints(opened, on_progress)
    if not isinstance(source, str | os.PathLike) or not (name := os.fsdecode(source)).strip():
        raise InvalidInputError(
            "a past is a path, an address, a checkpointer or a client of a server, not"
            f" {shown(source)}"
        )
    if is_postgres(name):
        with postgres_source(name) as opened:
            return read_checkpoints(opened, on_progress)
    path = _existing(name)
    if is_notes(path):
        return read_notes(path)
    if is_sqlite(path):
        with sqlite_source(path) as opened:
            return read_checkpoints(opened, on_progress)
    return read_runs(path) if is_runs(path) else read_log(path)


def _existing(name: str) -> Path:
    """The path of what is there. Raises LogFormatError."""
    path = Path(name)
    try:
        there = path.exists()
    except OSError as error:
        raise LogFormatError(f"{name!r} cannot be read: {error.strerror}.") from error
    if not there:
        raise LogFormatError(f"There is no file or folder at {name!r}.")
    return path


def import_past(
    namespace: "Namespace",
    source: Past,
    on_progress: OnProgress | None = None,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Record what an agent has been through so far into `namespace`; twice adds nothing.

    `source` is one of these, and is never written to:

    - checkpoints of LangGraph: the file of a `SqliteSaver` or `AsyncSqliteSaver`, the address of a
      `PostgresSaver`'s database ("postgresql://..."), or any checkpointer object. Each run is an
      episode, as `EpisodeRecorder` records it: forks, replays and edited messages are further
      episodes of one message; failed and interrupted runs are kept as such; subgraphs belong to
      the turns of their parents. What a recorder has recorded already is not imported again. A
      namespace template is filled from what the configs of the runs named.
    - a running LangGraph Server, by its address ("http://127.0.0.1:2024"; a key is taken from
      LANGGRAPH_API_KEY) or a `SyncLangGraphClient`: its threads, likewise.
    - notes in Markdown, a file or a folder: a long-term file such as MEMORY.md, AGENTS.md or
      CLAUDE.md with dated or undated bullets, and daily notes (YYYY-MM-DD.md). A bullet or a
      paragraph is an episode, its headings are its subject.
    - runs of LangSmith, a JSON object a line as its client gives them: a trace is an episode.
    - a log, as for `import_log`.

    A kill leaves what was recorded so far; the next import brings the rest.

    Args:
        namespace: where to record.
        source: what to read.
        on_progress: called with (episodes handled, episodes in all).
        dry_run: tell what would be imported, and write nothing.

    Raises:
        LogFormatError: it cannot be opened, or nothing in it can be read; nothing is written.
        InvalidInputError: what is no namespace or no source.
        MissingDependencyError: a package is needed that is not installed.
        StoreError: the store fails.
    """
    methods = ("episodes", "record", "flush", "resolve")
    checked_shape("namespace", namespace, methods, "what `store.namespace(...)` returns")
    checked_call("on_progress", on_progress)
    checked_flag("dry_run", dry_run)
    reading = read_past(source)
    reading.check()
    return record_log(namespace, reading, on_progress, dry_run=dry_run)
