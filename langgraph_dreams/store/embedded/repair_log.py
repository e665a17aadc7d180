"""The log of a store's repairs, and of what is still to be embedded: a file in its folder."""

import json
import os
from collections.abc import Collection as AnyOf
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from langgraph_dreams.errors import StoreError

FILE = "langgraph-dreams.repairs.json"
KEPT = 100
"""Repairs remembered; the oldest that wait for nothing are forgotten first."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One collection that was built again from its rows."""

    time: str
    collection: str
    why: str
    rows: int
    from_log: int
    """Rows whose vector was in the write-ahead log (records have none and count here)."""
    from_files: int
    """Rows whose vector could be read from the damaged index."""
    to_embed: tuple[str, ...] = ()
    """Ids whose vector is lost; embedded again when the namespace is next opened."""
    embedded: int = 0
    """Number of those embedded again since."""
    aside: str = ""
    """Place of the damaged files, below the store's folder; empty when there were none."""

    def __str__(self) -> str:
        told = (
            f"{self.collection} was repaired ({self.why}): {self.rows} rows, of which"
            f" {self.from_log} vectors from the log, {self.from_files} from the damaged index,"
            f" {self.embedded} embedded again, {len(self.to_embed)} still to embed"
        )
        return f"{told}; the damaged files are in {self.aside}" if self.aside else told


def read_repairs(path: Path) -> list[Repair]:
    """The repairs of a store, oldest first. Raises StoreError when the file cannot be read."""
    try:
        found = json.loads((path / FILE).read_text(encoding="utf-8"))
        return [Repair(**{**one, "to_embed": tuple(one["to_embed"])}) for one in found]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"{path / FILE} cannot be read: {error}. It lists what was repaired: if it is damaged,"
            " move it away, open the store, and call store.reembed(...) for each namespace"
        ) from error


def note_repair(path: Path, repair: Repair) -> None:
    """Remember a repair, before its first change. Raises StoreError."""
    found = [*read_repairs(path), repair]
    spare = len(found) - KEPT
    kept = []
    for one in found:
        if spare > 0 and not one.to_embed:
            spare -= 1
        else:
            kept.append(one)
    _write(path, kept)


def lost_vectors(path: Path, collection: str) -> set[str]:
    """Ids of a collection that have a placeholder instead of a vector. Raises StoreError."""
    return {
        id_ for one in read_repairs(path) if one.collection == collection for id_ in one.to_embed
    }


def settle_repairs(path: Path, collection: str, embedded: AnyOf[str]) -> None:
    """Note that no vector of a collection is wanted any more; `embedded` are new. StoreError."""
    changed = [
        replace(one, to_embed=(), embedded=one.embedded + len(set(one.to_embed) & set(embedded)))
        if one.collection == collection
        else one
        for one in read_repairs(path)
    ]
    _write(path, changed)


def _write(path: Path, repairs: list[Repair]) -> None:
    """Replace the file whole: it is the former or the new one, whatever happens."""
    new = path / f"{FILE}.new"
    try:
        with new.open("w", encoding="utf-8") as opened:
            json.dump([asdict(one) for one in repairs], opened)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(path / FILE)
    except OSError as error:
        raise StoreError(
            f"{path / FILE} cannot be written: {error}; make room or the folder writable, and open"
            " the store again"
        ) from error
