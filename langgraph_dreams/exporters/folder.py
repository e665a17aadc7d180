"""Folders and files that are written whole or not at all: beside their place, then moved there."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from langgraph_dreams._text import shown, storable
from langgraph_dreams.errors import InvalidInputError

MANIFEST = "manifest.json"


def write_file(path: Path, lines: Iterable[bytes], *, mode: int | None = None) -> None:
    """Write a file whole or not at all: beside its place, then moved there.

    Raises InvalidInputError when it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            if mode is not None:
                aside.chmod(mode)
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        _settle(path.parent)
    except OSError as error:
        raise InvalidInputError(
            f"{path} could not be written ({error}); it is as it was, name another file"
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def checked_file(file: str | os.PathLike[str]) -> Path:
    """The path of a file that is to be made. Raises InvalidInputError."""
    if not isinstance(file, str | Path) or not str(file).strip() or not storable(str(file)):
        raise InvalidInputError(f"the file is {shown(file)}; name one that is to be made")
    path = Path(file).expanduser().absolute()
    try:
        if path.exists() or path.is_symlink():
            raise InvalidInputError(f"{path} is there already; name a file that is to be made")
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(f"{shown(str(path))} cannot be written: {error}") from error
    return path


def checked_folder(folder: str | Path) -> Path:
    """The path of a folder that is to be made. Raises InvalidInputError."""
    if not isinstance(folder, str | Path) or not str(folder).strip():
        raise InvalidInputError(f"the folder is {shown(folder)}; name one that is to be made")
    path = Path(folder).expanduser().absolute()
    if path.is_dir() and not any(path.iterdir()):
        return path
    if path.exists() or path.is_symlink():
        raise InvalidInputError(f"{path} is there already; name a folder that is to be made")
    return path


def write_folder(
    path: Path, files: Mapping[str, Iterable[Mapping[str, Any]]], manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Write JSON lines by file, and a manifest that tells the lines, bytes and sha256 of each.

    Returns the manifest. Raises InvalidInputError when the folder cannot be written.
    """
    bodies = {name: "".join(map(_line, rows)).encode() for name, rows in files.items()}
    told = {
        name: {
            "lines": body.count(b"\n"),
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        for name, body in bodies.items()
    }
    whole = {**manifest, "files": told}
    bodies[MANIFEST] = (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()
    place_folder(path, bodies)
    return whole


def place_folder(path: Path, bodies: Mapping[str, bytes]) -> None:
    """Write files into a folder that is to be made; names may have folders before them.

    Raises InvalidInputError when it cannot be written.
    """
    aside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent)
        for name, body in bodies.items():
            place = Path(aside) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        if path.is_dir():
            path.rmdir()  # an empty one; elsewhere than on POSIX nothing is moved over it
        os.rename(aside, path)
    except OSError as error:
        raise InvalidInputError(
            f"{path} could not be written ({error}); nothing is left of it, name another folder"
        ) from error
    finally:
        if aside and Path(aside).exists():
            shutil.rmtree(aside, ignore_errors=True)


def _line(row: Mapping[str, Any]) -> str:
    """One line of JSON; separators of lines that JSON allows within a text are escaped."""
    text = json.dumps(row, ensure_ascii=False)
    for mark in ("\u2028", "\u2029", "\x85"):
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text + "\n"
