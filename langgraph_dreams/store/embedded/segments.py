"""The database of an embedded store, read and mended without Chroma.

A write goes into a log (`embeddings_queue`); two segments of the collection follow it, each with a
cursor (`max_seq_id`): the rows (`embeddings`), and the vector index, whose cursor is as old as its
last persisting. Entries that both have passed are deleted from the log. Chroma loads an index that
has no cursor by replaying the whole log: so a collection is mended by taking the cursor away and
giving the log an entry with the vector of every row, each at the number of the row's last write.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.embedded.formats import (
    DATABASE,
    DEFAULT_TOPIC,
    ENCODING,
    UPSERT,
    UnknownFormatError,
    check_tables,
)
from langgraph_dreams.store.validation import Vectors

OURS = "langgraph-dreams."


@dataclass(frozen=True, slots=True)
class Segment:
    """One collection of ours, as its database has it."""

    name: str
    collection: str
    dimension: int
    vectors: str
    """Id of the vector segment: the name of its folder."""
    rows: str
    """Id of the segment of its rows."""
    persisted: int
    """Cursor of the persisted index; 0 when it never was."""
    applied: int
    """Cursor of the rows; later entries of the log are still to be applied to them."""

    @property
    def searched(self) -> bool:
        """True if it has real vectors (items), in a cosine space; those of records are dummies."""
        return self.name.startswith(f"{OURS}items.")


@dataclass(frozen=True, slots=True)
class Log:
    """The log of one collection since its index was last persisted."""

    name: str
    dimension: int
    segment: str
    entries: int

    @property
    def probe(self) -> Vectors:
        """Some query, (1, dimension)."""
        return np.ones((1, self.dimension), dtype=np.float32)


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a store, no Chroma client being open. Raises StoreError."""
    file = path / DATABASE
    try:
        # Not read only: what a kill left half written has to be rolled back by SQLite first.
        with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{file} is damaged or cannot be read: {error}. Restore it from a backup; or save what"
            f" is readable with `sqlite3 {file} .recover | sqlite3 new.sqlite3` and put new.sqlite3"
            " in its place"
        ) from error


def check_database(db: sqlite3.Connection) -> None:
    """Read it whole. Raises sqlite3.DatabaseError when it is damaged."""
    answer = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise sqlite3.DatabaseError(str(answer))


def segments(db: sqlite3.Connection) -> list[Segment]:
    """Our collections that were ever written to. Raises UnknownFormatError."""
    if not check_tables(db):
        return []  # killed before its first collection
    return [
        Segment(*values)
        for values in db.execute(
            "SELECT c.name, c.id, c.dimension, v.id, r.id, coalesce(p.seq_id, 0),"
            " coalesce(a.seq_id, 0) FROM collections c"
            " JOIN segments v ON v.collection = c.id AND v.scope = 'VECTOR'"
            " JOIN segments r ON r.collection = c.id AND r.scope = 'METADATA'"
            " LEFT JOIN max_seq_id p ON p.segment_id = v.id"
            " LEFT JOIN max_seq_id a ON a.segment_id = r.id"
            " WHERE c.dimension IS NOT NULL AND c.name LIKE ? ORDER BY c.name",
            (f"{OURS}%",),
        )
    ]


def rows_of(db: sqlite3.Connection, segment: Segment) -> dict[str, int]:
    """The number of the last write to each row, by id."""
    found = db.execute(
        "SELECT embedding_id, seq_id FROM embeddings WHERE segment_id = ?", (segment.rows,)
    )
    return {str(id_): int(number) for id_, number in found}


def logged_vectors(db: sqlite3.Connection, segment: Segment) -> dict[str, Vectors]:
    """The last vector of each id that the log has one of, (dimension,) float32 each."""
    found = db.execute(
        "SELECT id, vector FROM embeddings_queue WHERE topic = ? AND vector IS NOT NULL"
        " ORDER BY seq_id",
        (_topic(db, segment),),
    )
    vectors = {str(id_): np.frombuffer(vector, dtype="<f4") for id_, vector in found}
    return {id_: vector for id_, vector in vectors.items() if len(vector) == segment.dimension}


def unindexed(db: sqlite3.Connection, segment: Segment, indexed: set[str]) -> set[str]:
    """Rows whose vector is neither in the persisted index nor in the log after it."""
    topic = _topic(db, segment)
    later = db.execute(
        "SELECT id FROM embeddings_queue WHERE topic = ? AND"
        " (seq_id > ? AND vector IS NOT NULL OR seq_id > ?)",
        (topic, segment.persisted, segment.applied),
    )
    return rows_of(db, segment).keys() - indexed - {str(id_) for (id_,) in later}


def replay_from_rows(
    db: sqlite3.Connection, segment: Segment, vectors: Mapping[str, Vectors]
) -> None:
    """Have the index of a collection built anew at its next use; one transaction.

    `vectors` has one for each row. What the log holds beyond the rows stays, in its order.
    """
    topic = _topic(db, segment)
    entries = [
        (number, UPSERT, topic, id_, np.asarray(vectors[id_], dtype="<f4").tobytes(), ENCODING)
        for id_, number in rows_of(db, segment).items()
    ]
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("DELETE FROM max_seq_id WHERE segment_id = ?", (segment.vectors,))
        db.execute(
            "DELETE FROM embeddings_queue WHERE topic = ? AND seq_id <= ?",
            (topic, segment.applied),
        )
        db.executemany(
            "INSERT INTO embeddings_queue (seq_id, operation, topic, id, vector, encoding)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            entries,
        )
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _topic(db: sqlite3.Connection, segment: Segment) -> str:
    """The name that the log has for a collection."""
    found = db.execute(
        "SELECT topic FROM embeddings_queue WHERE topic LIKE ? LIMIT 1",
        (f"%/{segment.collection}",),
    ).fetchone()
    return str(found[0]) if found else f"{DEFAULT_TOPIC}{segment.collection}"


def logs(path: Path) -> list[Log]:
    """The logs of a store's collections, longest first; collections without a log are left out.

    Raises UnknownFormatError, sqlite3.Error.
    """
    with closing(sqlite3.connect(f"{(path / DATABASE).as_uri()}?mode=ro", uri=True)) as db:
        if not check_tables(db):
            raise UnknownFormatError(f"{DATABASE} lacks migrations")
        topics = dict(db.execute("SELECT topic, count(*) FROM embeddings_queue GROUP BY topic"))
        persisted = {
            collection: (name, dimension, segment, last)
            for collection, name, dimension, segment, last in db.execute(
                "SELECT c.id, c.name, c.dimension, s.id, coalesce(m.seq_id, 0)"
                " FROM collections c JOIN segments s ON s.collection = c.id"
                " LEFT JOIN max_seq_id m ON m.segment_id = s.id WHERE s.scope = 'VECTOR'"
            )
        }
        found = []
        for topic in topics:
            collection = str(topic).rpartition("/")[2]
            if collection not in persisted:
                continue
            name, dimension, segment, last = persisted[collection]
            entries = db.execute(
                "SELECT count(*) FROM embeddings_queue WHERE topic = ? AND seq_id > ?",
                (topic, last),
            ).fetchone()[0]
            if entries and dimension:
                found.append(Log(str(name), int(dimension), str(segment), int(entries)))
    return sorted(found, key=lambda log: -log.entries)
