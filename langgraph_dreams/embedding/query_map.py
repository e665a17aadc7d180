"""A low-rank map of a question's vector towards the vectors of what answers such questions.

    mapped = unit(q + q @ left @ right)

Questions and turns of a chat lie apart in an embedder's space, and by much the same step.
"""

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from langgraph_dreams.embedding.protocol import Vectors

Floats = NDArray[np.float64]
_STORED = np.dtype("<f2")


@dataclass(frozen=True)
class QueryMap:
    """The two factors of a map of vectors of d numbers, of rank r."""

    left: Floats
    """(d, r)."""
    right: Floats
    """(r, d)."""

    def of(self, vectors: Vectors) -> Vectors:
        """Mapped vectors of length 1, (n, d) float32."""
        moved = vectors + vectors @ self.left @ self.right
        length = np.linalg.norm(moved, axis=1, keepdims=True)
        return (moved / np.where(length > 0, length, 1)).astype(np.float32)

    def packed(self) -> str:
        """As text, in half precision."""
        both = np.stack([self.left.T, self.right]).astype(_STORED)
        return base64.b64encode(both.tobytes()).decode("ascii")


def unpacked(text: str, dimension: int) -> QueryMap:
    """The map of a packed text, for vectors of so many numbers."""
    both = np.frombuffer(base64.b64decode(text), _STORED).astype(float).reshape(2, -1, dimension)
    return QueryMap(both[0].T, both[1])
