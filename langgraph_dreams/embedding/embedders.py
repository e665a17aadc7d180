"""Texts into vectors: the local default embedder, and an adapter for LangChain Embeddings."""

import ctypes
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from langgraph_dreams._text import clean, shown
from langgraph_dreams._validation import checked_whole, checked_word
from langgraph_dreams.embedding.minilm import MAX_TOKENS, load_session, load_tokenizer, run
from langgraph_dreams.errors import EmbedderError, InvalidInputError

Vectors = npt.NDArray[np.float32]

MAX_CHARS = 64 * MAX_TOKENS
"""Characters handed to the local tokenizer: English has 4 to 6 a token, so the cut comes after the
last token that counts unless the text is mostly unbroken blobs."""

_MOST_THREADS = 1024
_MODEL_ATTRIBUTES = ("model", "model_name", "model_id", "deployment")


@runtime_checkable
class Embedder(Protocol):
    """Everything the store needs of an embedder; any object of this shape will do."""

    @property
    def name(self) -> str:
        """Stable name of the model; the store refuses a namespace written under another."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` into an (n, dimension) float32 array with rows of length 1."""


def resolve_embedder(value: Embedder | Embeddings | None) -> Embedder:
    """Take an embedder, wrap LangChain Embeddings, or give the shared local default for None.

    Raises InvalidInputError for anything else. Nothing is loaded before the first text.
    """
    if value is None:
        return _shared
    if isinstance(value, LocalEmbedder | LangChainEmbedder):
        return value
    if not isinstance(value, type):
        if isinstance(value, Embedder):
            return value
        if isinstance(value, Embeddings):
            return LangChainEmbedder(value)
    raise InvalidInputError(
        f"{shown(value)} is not an embedder: pass None for the local default, an instance of "
        "langchain_core.embeddings.Embeddings, or an object with name, dimension and embed(texts)"
    )


def check_vectors(value: Any, count: int, dimension: int | None, name: str) -> Vectors:
    """`value` as a (count, dimension) float32 array with rows of length 1.

    `dimension` None takes any length above 0. Raises EmbedderError for another shape, for NaN or
    infinite numbers, and for an all-zero row, which has no direction to compare.
    """
    try:
        vectors = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EmbedderError(
            f"{name} answered vectors that are not rows of numbers of one length ({error}): "
            "check the embedder"
        ) from error
    if count == 0 and vectors.size == 0:
        return np.zeros((0, dimension or 0), dtype=np.float32)
    length = dimension or (vectors.shape[-1] if vectors.ndim == 2 else 0)
    if length == 0 or vectors.shape != (count, length):
        raise EmbedderError(
            f"{name} answered an array of shape {vectors.shape} where "
            f"{(count, dimension or 'any')} was expected: "
            "check the embedder: it gives one vector a text, always of the same length"
        )
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = np.flatnonzero(~(np.isfinite(norms[:, 0]) & (norms[:, 0] > 0)))
    if bad.size:
        raise EmbedderError(
            f"{name} answered a vector with NaN, infinity or only zeros for text {bad[0]} of "
            f"{count}: check the embedder with this text, or leave the text out"
        )
    rows: Vectors = (vectors / norms).astype(np.float32)
    return rows


class LocalEmbedder:
    """all-MiniLM-L6-v2 as int8 ONNX on the CPU: 384 numbers a text, no network, no PyTorch.

    Mean pooling over the attention mask, then length 1, as the model was trained (Reimers and
    Gurevych 2019). The weights and the tokenizer are data with pinned sha256, loaded at the first
    text, and again in a forked child. Safe to share between threads.
    """

    name = "all-MiniLM-L6-v2-int8"
    dimension = 384
    batch_size: ClassVar[int] = 32
    batch_tokens: ClassVar[int] = 2048
    """Tokens of a batch with its padding: attention memory grows with rows times length squared,
    and 32 rows of 256 tokens take over a gigabyte."""
    cache_size: ClassVar[int] = 512
    """Texts embedded one at a time (queries) whose vectors are kept."""

    def __init__(self, threads: int | None = None) -> None:
        if threads is not None:
            checked_whole("threads", threads, 1, _MOST_THREADS)
        self._threads = threads or min(4, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        _alive.add(self)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` into an (n, 384) float32 array with rows of length 1.

        Raises MissingDependencyError without the extra `local`, EmbedderError when a data file is
        not the pinned one, InvalidInputError when `texts` is not a sequence of str.
        """
        cut = [_cut(text) for text in _clean(texts)]
        if len(cut) != 1:
            return self._embed(cut)
        with self._lock:
            known = self._cache.get(cut[0])
            if known is not None:
                self._cache.move_to_end(cut[0])
                return known.copy()
        vectors = self._embed(cut)
        with self._lock:
            self._cache[cut[0]] = vectors.copy()
            while len(self._cache) > self.cache_size:
                self._cache.popitem(last=False)
        return vectors

    def _embed(self, texts: list[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        tokenizer, session = self._load()
        ids = [tokenizer.encode(text).ids for text in texts]
        for rows in self._batches([len(sequence) for sequence in ids]):
            vectors[rows] = run(session, [ids[row] for row in rows])
        return check_vectors(vectors, len(texts), self.dimension, self.name)

    def _batches(self, lengths: list[int]) -> Iterator[list[int]]:
        """Row numbers, shortest texts first, so that little of a batch is padding."""
        rows: list[int] = []
        for row in sorted(range(len(lengths)), key=lengths.__getitem__):
            full = (len(rows) + 1) * lengths[row] > self.batch_tokens
            if rows and (full or len(rows) == self.batch_size):
                yield rows
                rows = []
            rows.append(row)
        if rows:
            yield rows

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = (load_tokenizer(), load_session(self._threads))
            return self._loaded

    def _after_fork(self) -> None:
        """In the child: the threads of the parent's session are gone, so load anew when asked."""
        self._lock = threading.Lock()
        if self._loaded is not None:
            # Freeing that session would wait for its threads for ever, at exit too.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._loaded[1]))
            self._loaded = None


class LangChainEmbedder:
    """LangChain Embeddings as an embedder: checked, of length 1, in batches.

    Every text goes through `embed_documents`, questions too, so that one text has one vector.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        name: str | None = None,
        *,
        dimension: int | None = None,
        batch_size: int = 128,
    ) -> None:
        if not isinstance(embeddings, Embeddings):
            raise InvalidInputError(f"embeddings is {shown(embeddings)}; pass LangChain Embeddings")
        if name is not None:
            checked_word("name", name)
        checked_whole("batch_size", batch_size, 1)
        if dimension is not None:
            checked_whole("dimension", dimension, 1)
        self.name = name or _name_of(embeddings)
        self._embeddings = embeddings
        self._dimension = dimension
        self._batch_size = batch_size

    @property
    def dimension(self) -> int:
        """Length of every vector; embeds one short text when it is not known yet.

        Raises EmbedderError when that fails.
        """
        if self._dimension is None:
            self._dimension = self._embed(["dimension"]).shape[1]
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` into an (n, dimension) float32 array with rows of length 1.

        Raises EmbedderError when the embeddings fail or answer what cannot be stored, and
        InvalidInputError when `texts` is not a sequence of str.
        """
        cleaned = _clean(texts)
        dimension = self.dimension
        parts = [
            self._embed(cleaned[start : start + self._batch_size])
            for start in range(0, len(cleaned), self._batch_size)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, dimension), dtype=np.float32)

    def _embed(self, texts: list[str]) -> Vectors:
        try:
            answer = self._embeddings.embed_documents(texts)
        except Exception as error:
            raise EmbedderError(
                f"{self.name} failed on {len(texts)} texts with {type(error).__name__}: {error}. "
                "Check its key, address and limits, or pass another embedder"
            ) from error
        return check_vectors(answer, len(texts), self._dimension, self.name)


_alive: weakref.WeakSet[LocalEmbedder] = weakref.WeakSet()
# Made at import: it is light until the first text, and needs no lock that a fork could leave held.
_shared = LocalEmbedder()


def _reset_in_child() -> None:
    for embedder in list(_alive):
        embedder._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


def _clean(texts: Sequence[str]) -> list[str]:
    """The texts with NUL and lone surrogates, which no tokenizer or JSON takes, as U+FFFD."""
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise InvalidInputError(f"embed() takes a list of texts, not {shown(texts)}")
    given = list(texts)
    for index, text in enumerate(given):
        if not isinstance(text, str):
            raise InvalidInputError(f"text {index} is of type {type(text).__name__}: give str")
    return [clean(text) for text in given]


def _cut(text: str) -> str:
    """At most MAX_CHARS characters; of a longer text the first words, without runs of spaces."""
    if len(text) <= MAX_CHARS:
        return text
    return " ".join(text.split(maxsplit=MAX_TOKENS)[:MAX_TOKENS])[:MAX_CHARS]


def _name_of(embeddings: Embeddings) -> str:
    models = (getattr(embeddings, attribute, None) for attribute in _MODEL_ATTRIBUTES)
    model = next((model for model in models if isinstance(model, str) and model), None)
    kind = type(embeddings).__name__
    return f"{kind}:{model}" if model else kind
