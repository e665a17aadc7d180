"""The local default embedder: all-MiniLM-L6-v2 on the CPU."""

import ctypes
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from langchain_core.embeddings import Embeddings

from langgraph_dreams._validation import checked_whole
from langgraph_dreams.embedding.minilm import MAX_TOKENS, load_session, load_tokenizer, run
from langgraph_dreams.embedding.protocol import Vectors, check_vectors, checked_texts

MAX_CHARS = 64 * MAX_TOKENS
"""Characters handed to the local tokenizer: English has 4 to 6 a token, so the cut comes after the
last token that counts unless the text is mostly unbroken blobs."""
_MOST_THREADS = 1024


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
        cut = [_cut(text) for text in checked_texts(texts)]
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

    def as_langchain(self) -> "LocalEmbeddings":
        """This embedder as LangChain Embeddings, for vector stores and the like."""
        return LocalEmbeddings(self)

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


class LocalEmbeddings(Embeddings):
    """A local embedder as LangChain Embeddings. Raises as it does."""

    def __init__(self, embedder: LocalEmbedder | None = None) -> None:
        self.embedder = SHARED if embedder is None else embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of 384 numbers and of length 1."""
        found: list[list[float]] = self.embedder.embed(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question; texts and questions are embedded alike."""
        return self.embed_documents([text])[0]


_alive: weakref.WeakSet[LocalEmbedder] = weakref.WeakSet()
# Made at import: it is light until the first text, and needs no lock that a fork could leave held.
SHARED = LocalEmbedder()


def _reset_in_child() -> None:
    for embedder in list(_alive):
        embedder._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


def _cut(text: str) -> str:
    """At most MAX_CHARS characters; of a longer text the first words, without runs of spaces."""
    if len(text) <= MAX_CHARS:
        return text
    return " ".join(text.split(maxsplit=MAX_TOKENS)[:MAX_TOKENS])[:MAX_CHARS]
