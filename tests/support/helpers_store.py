"""Parts that the store's tests share: an embedder without a model, and makers of items."""

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from langgraph_dreams.types.items import Episode, Link, Memory, link_id, memory_id

START = datetime(2024, 3, 1, 12, tzinfo=UTC)


class HashEmbedder:
    """Bags of hashed words: texts that share words are near each other."""

    def __init__(self, name: str = "hash", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.calls += 1
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[0] = 0.01
            for word in text.lower().split():
                row[zlib.crc32(word.encode("utf-8", "replace")) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class FixedEmbedder(HashEmbedder):
    """Answers whatever it is told to."""

    def __init__(self, answer: object, dimension: int = 4) -> None:
        super().__init__("fixed", dimension)
        self.answer = answer

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]


def text_of(number: int) -> str:
    """A text that differs from others by degrees; all equally far apart no HNSW could search."""
    return f"episode number {number} red{number % 3} blue{number % 5} week{number // 7}"


def episode(number: int, text: str = "", thread: str = "t", **fields: object) -> Episode:
    """Episode `number`, a minute after the one before."""
    values: dict[str, object] = {
        "id": f"e{number:04d}",
        "text": text or text_of(number),
        "thread": thread,
        "position": number,
        "time": START + timedelta(minutes=number),
    }
    return Episode.model_validate(values | fields)


def memory(text: str, sources: Sequence[str] = ("e0000",), **fields: object) -> Memory:
    """A memory that says `text`."""
    values: dict[str, object] = {
        "id": memory_id("fact", text),
        "text": text,
        "sources": tuple(sources),
        "learned_at": START,
    }
    return Memory.model_validate(values | fields)


def link(a: str, b: str, **fields: object) -> Link:
    """A link from `a` to `b`."""
    values: dict[str, object] = {
        "id": link_id(a, b),
        "a": a,
        "b": b,
        "channel": "bridge",
        "bridge": ("pottery",),
        "weight": 0.5,
        "created": START,
    }
    return Link.model_validate(values | fields)
