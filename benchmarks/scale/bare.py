"""What recall is compared with: search in Chroma, in SQLite, and in LangGraph's own stores."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import chromadb
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.config import Settings
from langgraph.store.base import BaseStore, PutOp
from langgraph.store.memory import InMemoryStore
from langgraph.store.sqlite import SqliteStore

from .life import DIMENSION, Life, Vectors

_K = 10
_IN_MEMORY_MOST = 20_000
"""LangGraph's InMemoryStore compares a question with every vector in Python."""
_SPACE = ("benchmark",)


class Searched(Protocol):
    """A search by a question and its vector, of what was added before."""

    name: str

    def add(self, ids: Sequence[str], texts: Sequence[str], vectors: Vectors) -> None:
        """Adds texts with their vectors."""

    def search(self, question: str, vector: Vectors) -> None:
        """Searches for the best few."""


class Chroma:
    """A collection, asked for ids, distances and documents."""

    name = "bare Chroma, with documents"

    def __init__(self, folder: Path) -> None:
        client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        space: CreateCollectionConfiguration = {"hnsw": {"space": "cosine"}}
        self._collection = client.get_or_create_collection("bare", configuration=space)

    def add(self, ids: Sequence[str], texts: Sequence[str], vectors: Vectors) -> None:
        self._collection.add(ids=list(ids), embeddings=vectors, documents=list(texts))

    def search(self, question: str, vector: Vectors) -> None:
        self._collection.query(
            query_embeddings=vector, n_results=_K, include=["documents", "distances"]
        )


class Words:
    """SQLite's FTS5 by BM25."""

    name = "bare SQLite, words"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "words.sqlite3", isolation_level=None)
        self._db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(text)")

    def add(self, ids: Sequence[str], texts: Sequence[str], vectors: Vectors) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO words VALUES (?)", [(text,) for text in texts])
        self._db.execute("COMMIT")

    def search(self, question: str, vector: Vectors) -> None:
        asked = " OR ".join(f'"{word}"' for word in question.strip("?").split())
        self._db.execute(
            "SELECT text FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (asked, _K)
        ).fetchall()


class LangGraphStore:
    """A store of LangGraph's with an index of vectors; it embeds the question by itself."""

    def __init__(self, name: str, store: BaseStore) -> None:
        self.name = name
        self._store = store

    def add(self, ids: Sequence[str], texts: Sequence[str], vectors: Vectors) -> None:
        self._store.batch(
            [PutOp(_SPACE, id_, {"text": text}) for id_, text in zip(ids, texts, strict=True)]
        )

    def search(self, question: str, vector: Vectors) -> None:
        self._store.search(_SPACE, query=question, limit=_K)


def all_bare(folder: Path, life: Life) -> list[Searched]:
    """Every search that is compared at this size."""
    index: Any = {"dims": DIMENSION, "embed": _embedding(life), "fields": ["text"]}
    found: list[Searched] = [Chroma(folder / "chroma"), Words(folder)]
    connection = sqlite3.connect(
        folder / "store.sqlite3", check_same_thread=False, isolation_level=None
    )
    if hasattr(connection, "enable_load_extension"):  # not every build of Python has it
        kept = SqliteStore(connection, index=index)
        kept.setup()
        found.append(LangGraphStore("LangGraph's SqliteStore.search", kept))
    else:
        connection.close()
    if life.items <= _IN_MEMORY_MOST:
        found.append(LangGraphStore("LangGraph's InMemoryStore.search", InMemoryStore(index=index)))
    return found


def _embedding(life: Life) -> Callable[[Sequence[str]], list[list[float]]]:
    return lambda texts: [row.tolist() for row in life.embed(texts)]
