"""The folder of an embedded store: one process at a time, and only if it can be written."""

import contextlib
import json
import os
import platform
from pathlib import Path

from filelock import FileLock, Timeout

from langgraph_dreams._text import shown, storable
from langgraph_dreams.errors import (
    InvalidInputError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
)
from langgraph_dreams.store.embedded.formats import DATABASE
from langgraph_dreams.types.base import now

LOCK = "langgraph-dreams.lock"
HOLDER = "langgraph-dreams.holder.json"
INDEX = "index"


def resolved(path: str | os.PathLike[str]) -> Path:
    """The real path of a store's folder. Raises InvalidInputError."""
    try:
        text = os.fspath(path)
    except TypeError as error:
        raise InvalidInputError(f"a store's path is a string or a Path: {shown(path)}") from error
    if not isinstance(text, str) or not text.strip() or not storable(text):
        raise InvalidInputError(f"{shown(text)} cannot be the folder of a store")
    return Path(os.path.realpath(os.path.expanduser(text)))


def prepare(path: Path) -> None:
    """Make sure that `path` is a folder that can be written.

    Raises StoreReadOnlyError, or StoreError when it is a file.
    """
    try:
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is a file; a store is a folder: name another path")
        path.mkdir(parents=True, exist_ok=True)
    except NotADirectoryError as error:
        raise StoreError(f"{path} lies below a file; name another path") from error
    except PermissionError as error:
        raise _read_only(path) from error
    except OSError as error:
        raise StoreError(
            f"the folder {shown(str(path))} cannot be made: {error.strerror}"
        ) from error
    for found in (path, path / DATABASE):
        if found.exists() and not _writable(found):
            raise _read_only(found)


def _writable(path: Path) -> bool:
    # An administrator may write anything: a folder on which nobody may is meant to be left alone.
    forbidden = os.name == "posix" and not path.stat().st_mode & 0o222
    return os.access(path, os.W_OK) and not forbidden


def _read_only(path: Path) -> StoreReadOnlyError:
    return StoreReadOnlyError(
        f"{path} cannot be written; a store needs to write even to read: change its permissions or"
        " copy the folder to a place that can be written"
    )


def lock(path: Path) -> FileLock:
    """Take the folder for this process; `sign` it then, and give it back by `release`.

    Raises StoreLockedError that names the process that has it, or StoreReadOnlyError.
    """
    held = FileLock(str(path / LOCK), timeout=0, thread_local=False)
    try:
        held.acquire()
    except Timeout as error:
        raise StoreLockedError(
            f"{path} is open in {holder(path)}. Close it there; or, to share it, serve the folder"
            f" with `chroma run --path {path}` and use DreamStore(client=chromadb.HttpClient(...))"
        ) from error
    except PermissionError as error:
        raise _read_only(path) from error
    except OSError as error:
        raise StoreReadOnlyError(f"{path} cannot be locked: {error}") from error
    return held


def sign(path: Path) -> bool:
    """Name this process as the one that has the locked folder.

    Returns whether the last one left without `release`, as a killed one does. Raises
    StoreReadOnlyError.
    """
    left = (path / HOLDER).exists()
    try:
        (path / HOLDER).write_text(
            json.dumps({"pid": os.getpid(), "host": platform.node(), "since": now().isoformat()})
        )
    except OSError as error:
        raise _read_only(path) from error
    return left


def release(path: Path, held: FileLock, clean: bool) -> None:
    """Give the folder back; when not `clean`, the next one to open it is to look closely."""
    if clean:
        # Where it cannot be deleted, the next open looks once too often.
        with contextlib.suppress(OSError):
            (path / HOLDER).unlink(missing_ok=True)
    held.release()


def holder(path: Path) -> str:
    """The process that has the folder open, in words."""
    try:
        found = json.loads((path / HOLDER).read_text())
        return f"process {found['pid']} on {found['host']} (since {found['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def size(path: Path) -> int:
    """Bytes in the folder."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_size
            except OSError:  # gone since it was listed
                continue
    return total
