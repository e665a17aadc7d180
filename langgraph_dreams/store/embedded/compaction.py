"""Compaction: what was deleted is taken out of the files of an embedded store, too.

Chroma deletes rows, and leaves what they held in free pages of its database, in its write-ahead log
and in the folders of dropped collections. All of that goes here, in a copy of the store that takes
its place when it is complete, as with a checkpoint.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.chroma.client_gate import ClientGate, border
from langgraph_dreams.store.embedded.folder import INDEX
from langgraph_dreams.store.embedded.formats import DATABASE, HEADER

MARK = "langgraph-dreams.compact.json"
PAD = "pad"
"""Id of a row that is written and deleted: Chroma keeps the last entry of every log, so the last
one has to be of no matter."""
_PADS = 3  # a log of so many pairs of entries is long enough to be persisted
_ROWS = (
    ("embedding_metadata", "id"),
    ("embedding_metadata_array", "id"),
    ("embedding_fulltext_search", "rowid"),
)


def expect(path: Path, names: Sequence[str]) -> None:
    """Note on the disk which collections are to be compacted, with those noted before."""
    _note(path, {*expected(path), *names})


def clear_expected(path: Path, names: Sequence[str]) -> None:
    """Note that these are compacted; what others have noted meanwhile still waits.

    A collection that was dropped waits for nothing: what it left went with the rest.
    """
    with closing(sqlite3.connect(f"{(path / DATABASE).as_uri()}?mode=ro", uri=True)) as db:
        there = {row[0] for row in db.execute("SELECT name FROM collections")}
    if left := ({*expected(path)} - {*names}) & there:
        _note(path, left)
    else:
        (path / MARK).unlink(missing_ok=True)


def _note(path: Path, names: Collection[str]) -> None:
    new = path / f"{MARK}.new"
    with new.open("w") as file:
        json.dump(sorted(names), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path / MARK)


def expected(path: Path) -> list[str]:
    """Names of the collections that are still to be compacted."""
    try:
        found = json.loads((path / MARK).read_text())
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{path / MARK} cannot be read: {error}; delete it, and forget once more"
        ) from error
    return [str(name) for name in found]


def pad(gate: ClientGate, path: Path, names: Sequence[str]) -> None:
    """Write rows of no matter to the end of the logs of those collections that are there."""
    # Chroma has an SQLite of its own: locks of one process do not keep the two apart.
    with (
        gate.holding(),
        closing(sqlite3.connect(f"{(path / DATABASE).as_uri()}?mode=ro", uri=True)) as db,
    ):
        sizes = dict(db.execute("SELECT name, dimension FROM collections"))
    for name in names:
        if not sizes.get(name):  # without a dimension nothing was ever written to it
            continue
        vector = np.ones((1, sizes[name]), dtype=np.float32)
        for _ in range(_PADS):
            with border(f"cannot write to {name}"), gate.writing() as client:
                chroma = client.get_collection(name, embedding_function=None)
                chroma.upsert(ids=[PAD], embeddings=vector)
                chroma.delete(ids=[PAD])


def purge(copy: Path, names: Sequence[str]) -> None:
    """Leave in the database of a copy nothing but what is there; its client must be closed.

    Raises StoreError when the index of one of the collections was not persisted.
    """
    with closing(sqlite3.connect(copy / DATABASE, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        for name in names:
            _purge_log(db, name)
        _purge_dropped(db)
        db.execute("COMMIT")
        # A deleted row leaves its words in the full-text index until its parts are merged.
        db.execute(
            "INSERT INTO embedding_fulltext_search(embedding_fulltext_search) VALUES ('optimize')"
        )
        db.execute("VACUUM")


def _purge_log(db: sqlite3.Connection, name: str) -> None:
    found = db.execute(
        "SELECT c.id, coalesce(m.seq_id, 0) FROM collections c"
        " JOIN segments s ON s.collection = c.id AND s.scope = 'VECTOR'"
        " LEFT JOIN max_seq_id m ON m.segment_id = s.id WHERE c.name = ?",
        (name,),
    ).fetchone()
    if found is None:
        return
    collection, persisted = found
    entries = "FROM embeddings_queue WHERE topic LIKE ? AND id != ?"
    values = (f"%/{collection}", PAD)
    last = db.execute(f"SELECT coalesce(max(seq_id), 0) {entries}", values).fetchone()[0]
    if last > persisted:
        raise StoreError(f"the index of {name} was not persisted")
    db.execute(f"DELETE {entries}", values)


def _purge_dropped(db: sqlite3.Connection) -> None:
    """Delete what a dropped collection has left."""
    rows = "SELECT id FROM embeddings WHERE segment_id NOT IN (SELECT id FROM segments)"
    for table, column in _ROWS:
        db.execute(f"DELETE FROM {table} WHERE {column} IN ({rows})")
    db.execute(f"DELETE FROM embeddings WHERE id IN ({rows})")
    topics = db.execute("SELECT DISTINCT topic FROM embeddings_queue").fetchall()
    known = {row[0] for row in db.execute("SELECT id FROM collections")}
    gone = [topic for topic in topics if str(topic[0]).rpartition("/")[2] not in known]
    db.executemany("DELETE FROM embeddings_queue WHERE topic = ?", gone)


def sweep(path: Path) -> None:
    """Delete the folders of dropped collections, and what repairs have set aside."""
    with closing(sqlite3.connect(f"{(path / DATABASE).as_uri()}?mode=ro", uri=True)) as db:
        known = {row[0] for row in db.execute("SELECT id FROM segments")}
    for folder in path.iterdir():
        dropped = (folder / HEADER).exists() and folder.name not in known
        if folder.is_dir() and (dropped or folder.name.startswith("damaged-")):
            shutil.rmtree(folder)
    for file in (*path.glob("damaged-*"), *(path / INDEX).glob("*.damaged")):
        file.unlink()
