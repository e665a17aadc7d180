"""Exact search of small namespaces: HNSW may miss items that are all about equally far away."""

import threading
from collections.abc import Sequence

import numpy as np

from langgraph_dreams.store.chroma.collection import Collection
from langgraph_dreams.store.validation import Vectors

EXACT_MOST = 1000
"""Items of a kind up to which every search looks at each of them; at 384 dimensions 1.5 MB and
about a millisecond a question."""


class ItemVectors:
    """The vectors of a namespace's items of one kind, read from Chroma once; thread safe.

    An episode never changes, so a vector that is here is right as long as its id is there. Who
    changes the text of a memory clears them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything, to save memory."""
        self._of = ""
        self._ids: list[str] = []
        self._matrix: Vectors = np.zeros((0, 0), dtype=np.float32)

    def nearest(
        self, items: Collection, ids: Sequence[str], queries: Vectors, k: int
    ) -> list[list[tuple[str, float]]]:
        """The k of `ids` most similar to each query row, as (id, cosine), best first."""
        with self._lock:
            known, matrix = self._known(items, list(ids))
        if not known:
            return [[] for _ in queries]
        lengths = np.linalg.norm(queries, axis=1, keepdims=True)
        cosines = (queries / np.maximum(lengths, 1e-12)) @ matrix.T
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        return [
            [(known[i], float(row[i])) for i in best.tolist()]
            for row, best in zip(cosines, order, strict=True)
        ]

    def _known(self, items: Collection, ids: list[str]) -> tuple[list[str], Vectors]:
        if items.name != self._of:
            self.clear()
        if ids != self._ids:
            place = {name: i for i, name in enumerate(self._ids)}
            new = items.vectors([name for name in ids if name not in place])
            kept = [name for name in ids if name in place or name in new]
            rows = [self._matrix[place[n]] if n in place else new[n] for n in kept]
            self._of, self._ids = items.name, kept
            self._matrix = np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)
        return self._ids, self._matrix
