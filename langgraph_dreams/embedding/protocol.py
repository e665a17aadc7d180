"""Everything the library asks of an embedder, as a protocol, and checks of what goes in and out."""

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from langgraph_dreams._text import clean, shown
from langgraph_dreams.errors import EmbedderError, InvalidInputError

Vectors = npt.NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Everything the store needs of an embedder; any object of this shape will do.

    One that also has `embed_query(text)`, which answers one vector, is asked for those of questions
    by it; texts that are compared with each other go through `embed` all the same.
    """

    @property
    def name(self) -> str:
        """Stable name of the model; the store refuses a namespace written under another."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` into an (n, dimension) float32 array with rows of length 1."""


def checked_texts(texts: Sequence[str]) -> list[str]:
    """The texts with NUL and lone surrogates, which no tokenizer or JSON takes, as U+FFFD.

    Raises InvalidInputError for anything but a sequence of str.
    """
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise InvalidInputError(f"embed() takes a list of texts, not {shown(texts)}")
    given = list(texts)
    for index, text in enumerate(given):
        if not isinstance(text, str):
            raise InvalidInputError(f"text {index} is of type {type(text).__name__}: give str")
    return [clean(text) for text in given]


def check_vectors(answer: object, count: int, dimension: int | None, name: str) -> Vectors:
    """The answer of the embedder `name` for `count` texts, as float32 with rows of length 1.

    `dimension` None takes any length above 0. Raises EmbedderError for another shape, for NaN or
    infinite numbers, and for an all-zero row, which has no direction to compare.
    """
    expected = f"({count}, {dimension or 'any'})"
    try:
        vectors = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise EmbedderError(
            f"{name} answered vectors that are not rows of numbers of one length, and so no"
            f" {expected} array ({error}): check the embedder"
        ) from error
    if count == 0 and vectors.size == 0:
        return np.zeros((0, dimension or 0), dtype=np.float32)
    length = dimension or (vectors.shape[-1] if vectors.ndim == 2 else 0)
    if length == 0 or vectors.shape != (count, length):
        raise EmbedderError(
            f"{name} answered an array of shape {vectors.shape} where {expected} was expected:"
            " check the embedder: it gives one vector a text, always of the same length"
        )
    with np.errstate(over="ignore"):  # a length that is too large is infinity, refused below
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = np.flatnonzero(~(np.isfinite(norms[:, 0]) & (norms[:, 0] > 0)))
    if bad.size:
        raise EmbedderError(
            f"{name} answered a vector with NaN, infinity or only zeros for text {bad[0]} of "
            f"{count} (index {bad[0]}): check the embedder with this text, or leave the text out"
        )
    return np.asarray(vectors / norms, dtype=np.float32)
