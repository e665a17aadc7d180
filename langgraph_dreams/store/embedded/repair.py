"""Repair of a store when it is opened: damaged collections are built again from their rows.

Sizes of the index files are looked at on every open. After an end that was no clean close every
file is read, and every collection tried in a separate process. A repair is noted first, then made
in one transaction of the database, then the damaged files are moved aside: cut off anywhere, the
next open begins it again, and finds more vectors in the log than the first time, never fewer.
"""

import logging
import sqlite3
from pathlib import Path

import numpy as np

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.embedded.folder import size
from langgraph_dreams.store.embedded.formats import DATABASE
from langgraph_dreams.store.embedded.hnsw_check import (
    HnswDamagedError,
    check_contents,
    check_quickly,
    ids_in,
    is_persisted,
    readable_vectors,
)
from langgraph_dreams.store.embedded.probe import probe
from langgraph_dreams.store.embedded.repair_log import Repair, lost_vectors, note_repair
from langgraph_dreams.store.embedded.segments import (
    Segment,
    check_database,
    database,
    logged_vectors,
    replay_from_rows,
    rows_of,
    segments,
    unindexed,
)
from langgraph_dreams.store.validation import Vectors
from langgraph_dreams.types.base import now

logger = logging.getLogger(__name__)

ASIDE = "damaged"


def repair_store(path: Path, unclean: bool) -> list[Repair]:
    """Find what is damaged in a store that nobody has open, and repair it.

    `unclean`: it was not closed, so look closely. Raises StoreError when the database itself is
    damaged, or when the repair cannot be written; nothing is lost, it can be tried again. Raises
    UnknownFormatError, and repairs nothing, when what is looked at closely is of unknown form.
    """
    if not (path / DATABASE).exists():
        return []
    with database(path) as db:
        if unclean:
            check_database(db)
        found = segments(db)
        faults = [(segment, _fault(path, db, segment, unclean)) for segment in found]
        repairs = [_repair(path, db, segment, why) for segment, why in faults if why]
    return repairs + (_repair_by_trial(path, found) if unclean else [])


def _repair_by_trial(path: Path, found: list[Segment]) -> list[Repair]:
    """Repair what only an attempt shows; what does not work then either is left, and told."""
    ill = probe(path, {segment.name: size(path / segment.vectors) for segment in found})
    with database(path) as db:
        repairs = [
            _repair(path, db, segment, ill[segment.name])
            for segment in segments(db)
            if segment.name in ill
        ]
    still = probe(path, dict.fromkeys(ill, 0))
    for name, why in still.items():
        logger.error("%s: the collection %s could not be repaired: %s", path, name, why)
    return repairs


def _fault(path: Path, db: sqlite3.Connection, segment: Segment, closely: bool) -> str:
    """The damage of a collection's persisted index, in words; empty when there is none."""
    files = path / segment.vectors
    try:
        if not is_persisted(files):
            return f"the index in {files.name} is gone" if segment.persisted else ""
        check_quickly(files, segment.dimension, segment.searched)
        if not closely:
            return ""
        check_contents(files, segment.dimension, segment.searched)
        missing = unindexed(db, segment, ids_in(files))
    except HnswDamagedError as error:
        return str(error)
    return f"the index lacks {len(missing)} rows" if missing else ""


def _repair(path: Path, db: sqlite3.Connection, segment: Segment, why: str) -> Repair:
    rows = rows_of(db, segment)
    logged = logged_vectors(db, segment)
    stale = lost_vectors(path, segment.name)
    files = path / segment.vectors
    kept = readable_vectors(files, segment.dimension) if segment.searched else {}
    vectors = {id_: vector for id_, vector in (kept | logged).items() if id_ in rows}
    if not segment.searched:
        vectors |= dict.fromkeys(rows, np.zeros(segment.dimension, dtype=np.float32))
    lost = {id_ for id_ in rows if id_ not in vectors} | (stale & rows.keys())
    aside = path / f"{ASIDE}-{now():%Y%m%dT%H%M%S%f}"
    repair = Repair(
        time=now().isoformat(timespec="seconds"),
        collection=segment.name,
        why=why,
        rows=len(rows),
        from_log=sum(id_ in logged or not segment.searched for id_ in vectors.keys() - lost),
        from_files=sum(id_ in kept and id_ not in logged for id_ in vectors.keys() - lost),
        to_embed=tuple(sorted(lost)),
        aside=f"{aside.name}/{files.name}" if files.exists() else "",
    )
    note_repair(path, repair)
    placeholder = _placeholder(segment.dimension)
    replay_from_rows(db, segment, {id_: vectors.get(id_, placeholder) for id_ in rows})
    _set_aside(files, aside)
    logger.warning("%s: %s", path, repair)
    return repair


def _placeholder(dimension: int) -> Vectors:
    """Some vector of length 1, until the real one is there."""
    vector = np.zeros(dimension, dtype=np.float32)
    vector[0] = 1.0
    return vector


def _set_aside(files: Path, aside: Path) -> None:
    if not files.exists():
        return
    try:
        aside.mkdir(exist_ok=True)
        files.rename(aside / files.name)
    except OSError as error:
        raise StoreError(
            f"the damaged index {files} cannot be moved to {aside}: {error}; nothing is lost, make"
            " the folder writable and open the store again"
        ) from error
