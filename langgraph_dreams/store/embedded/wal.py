"""The write-ahead logs of an embedded store's collections, as its database has them."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from langgraph_dreams.store.embedded.formats import DATABASE, UnknownFormatError, check_tables
from langgraph_dreams.store.validation import Vectors


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
