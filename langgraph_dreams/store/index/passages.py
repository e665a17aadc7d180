"""Passages in the derived index: rows among the words of the episodes, numbered below 0."""

import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from langgraph_dreams.embedding.protocol import Vectors
from langgraph_dreams.store.index.schema import Rows
from langgraph_dreams.store.passages import Passages, decoded


def put_passages(
    db: sqlite3.Connection,
    item: int,
    passages: Passages,
    put_words: Callable[[int, int, int], None],
) -> None:
    """Add the passages of an item; `put_words` takes a row, and where its text begins and ends."""
    lowest = db.execute("SELECT min(row) FROM passages").fetchone()[0] or 0
    for row, (start, stop, code) in enumerate(passages.each(), 1):
        db.execute(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)", (lowest - row, item, start, stop, code)
        )
        put_words(lowest - row, start, stop)


def drop_passages(db: sqlite3.Connection, item: int) -> None:
    """Take out the passages of an item, and their words."""
    rows = db.execute("SELECT row FROM passages WHERE item = ?", (item,)).fetchall()
    db.executemany("DELETE FROM episode_words WHERE rowid = ?", rows)
    db.execute("DELETE FROM passages WHERE item = ?", (item,))


def best_passages(
    rows: Rows, words: Sequence[str], vector: Vectors, ids: Sequence[str], share: float
) -> dict[str, tuple[int, int]]:
    """Beginning and end of the passage of each long item that answers a question best.

    By the question's words and its vector; `share` is the weight of the vector.
    """
    found = rows(
        "SELECT i.id, p.row, p.start, p.stop, p.code FROM passages p JOIN items i ON i.row = p.item"
        " WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY p.item, p.row DESC",
        (json.dumps(ids),),
    )
    if not found:
        return {}
    match = " OR ".join(f'"{word}"' for word in words)
    bm25: dict[int, float] = {}
    if match:
        bm25 |= rows(  # the plus keeps SQLite from matching row by row
            "SELECT rowid, -rank FROM episode_words WHERE episode_words MATCH ?"
            " AND +rowid IN (SELECT value FROM json_each(?))",
            (match, json.dumps([row[1] for row in found])),
        )
    cosines = decoded(b"".join(row[4] for row in found), len(found)) @ vector
    near, most = max(1e-12, float(cosines.max())), max([1e-12, *bm25.values()])
    best: dict[str, tuple[float, int, int]] = {}
    for (id_, row, start, stop, _), cosine in zip(found, cosines.tolist(), strict=True):
        score = share * cosine / near + (1 - share) * bm25.get(row, 0.0) / most
        if id_ not in best or score > best[id_][0]:
            best[id_] = (score, start, stop)
    return {id_: (start, stop) for id_, (_, start, stop) in best.items()}


class _Held(NamedTuple):
    """Vectors of passages in the order of the items that they are of."""

    known: tuple[int, int] = (0, 0)
    """By which it is told whether they are still all there is."""
    ids: Sequence[str] = ()
    starts: Sequence[int] = ()
    matrix: Vectors = np.zeros((0, 0), dtype=np.float32)


class PassageVectors:
    """Vectors of the passages of a namespace, read once; thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = _Held()

    def clear(self) -> None:
        """Forget everything, to save memory; a search under way goes on with what it has."""
        self._held = _Held()

    def best(self, rows: Rows, losses: int, queries: Vectors) -> tuple[list[str], Vectors]:
        """Items with passages, and the cosine of each one's best to each query, (q, items)."""
        lowest = rows("SELECT min(row) FROM passages", ())[0][0] or 0
        with self._lock:
            held = self._held
            if held.known != (lowest, losses):
                held = self._held = _read(rows, lowest, losses)
        if not held.ids:
            return [], np.zeros((len(queries), 0), dtype=np.float32)
        lengths = np.linalg.norm(queries, axis=1, keepdims=True)
        cosines = (queries / np.maximum(lengths, 1e-12)) @ held.matrix.T
        return list(held.ids), np.maximum.reduceat(cosines, held.starts, axis=1)


def _read(rows: Rows, lowest: int, losses: int) -> _Held:
    found = rows(
        "SELECT i.id, p.code FROM passages p JOIN items i ON i.row = p.item ORDER BY p.item, p.row",
        (),
    )
    owners = [id_ for id_, _ in found]
    starts = [i for i, id_ in enumerate(owners) if i == 0 or owners[i - 1] != id_]
    if not found:
        return _Held((lowest, losses))
    matrix = decoded(b"".join(code for _, code in found), len(found))
    return _Held((lowest, losses), [owners[i] for i in starts], starts, matrix)
