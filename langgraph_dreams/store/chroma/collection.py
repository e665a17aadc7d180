"""One collection of Chroma: reads, searches and writes in batches that it takes.

Small collections are searched exactly: HNSW may miss items that are all about equally far away.
"""

import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar, cast

import numpy as np
from chromadb.api import ClientAPI as ClientAPI
from chromadb.api.collection_configuration import (
    CreateHNSWConfiguration,
    UpdateHNSWConfiguration,
)
from chromadb.api.models.Collection import Collection as ChromaCollection
from chromadb.api.types import Metadata
from chromadb.errors import NotFoundError

from langgraph_dreams.embedding.protocol import Vectors as Vectors
from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.chroma.client_gate import ClientGate, border
from langgraph_dreams.store.chroma.packing import Row as Row
from langgraph_dreams.store.chroma.packing import Value as Value
from langgraph_dreams.store.chroma.packing import packed, packed_item, unpacked
from langgraph_dreams.store.read_cache import ReadCache

T = TypeVar("T")

READ_BATCH = 5000
"""Ids in one read: Chroma refuses batches over 5461."""
VECTOR_BATCH = 50
"""Searched items in one write. A write holds the interpreter for its whole run: 30 to 50 ms."""
RECORD_BATCH = 50
"""Records with a dummy vector in one write, for the same reason."""
ERASE_BATCH = 10
"""Searched items erased in one write: to move a vector in the index takes 2 to 5 ms."""
BATCH_CHARS = 200_000
"""Characters of text in one write."""

EXACT_MOST = 10_000
"""Items of a kind up to which every search looks at each of them; at 384 dimensions 15 MB and a few
milliseconds a question. An index misses items that are hardly linked to the others: where thousands
say nearly the same, up to a tenth of the rest, however many neighbours are asked for."""

SYNC_THRESHOLD = 100_000
"""Writes before Chroma persists an index by itself. A kill while it does can make a collection
unreadable; so it practically never does, the write-ahead log survives anything and is replayed
instead, and a checkpoint persists what has grown long (see embedded/persist.py)."""
ITEM_SPACE: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_search": 100,
    "sync_threshold": SYNC_THRESHOLD,
}
RECORD_SPACE: CreateHNSWConfiguration = {
    "space": "l2",
    "max_neighbors": 2,
    "ef_construction": 8,
    "ef_search": 8,
    "sync_threshold": SYNC_THRESHOLD,
}
EF_SEARCH = ((500_000, 400), (200_000, 300), (50_000, 200), (0, 100))
"""Search width by number of items: at width 100 the recall of the index falls from 1.0 at 100,000
items to 0.77 at a million, at 400 it is 0.92."""


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut `values` into lists of at most `size`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


class Collection:
    """A Chroma collection: batched reads and writes that raise StoreError only."""

    def __init__(
        self, gate: ClientGate, name: str, space: CreateHNSWConfiguration, keep: int = 0
    ) -> None:
        """Open or create it; keep so many rows in memory, where nobody else writes."""
        self.name = name
        self._kept: ReadCache[str, Row] = ReadCache(keep)
        self._gate = gate
        self._width = 0
        with border(f"cannot open the collection {name}", gate), gate.writing() as client:
            self._chroma = client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": space}
            )
            self._generation = gate.generation
            if gate.opened is not None:
                gate.opened.add(name)
            found = self._chroma.configuration_json.get("hnsw") or {}
            self._width = int(found.get("ef_search") or 0)
        self._loaded = -1

    @contextmanager
    def _reading(self, doing: str) -> Iterator[ChromaCollection]:
        self._gate.make_room(self.name)
        with border(f"cannot {doing} {self.name}", self._gate), self._gate.reading() as client:
            yield self._current(client)

    @contextmanager
    def _writing(self, doing: str, ids: Sequence[str]) -> Iterator[ChromaCollection]:
        self._load()
        self._gate.refuse_when_full()
        self._kept.drop(ids)
        try:
            with (
                border(f"cannot {doing} {self.name}", self._gate),
                self._gate.writing(self.name, len(ids)) as client,
            ):
                yield self._current(client)
        finally:
            self._kept.drop(ids)

    def _current(self, client: ClientAPI) -> ChromaCollection:
        if why := self._gate.unusable.get(self.name):
            raise StoreError(f"{self.name} cannot be used with the installed Chroma: {why}")
        if self._generation != self._gate.generation:
            chroma = client.get_collection(self.name, embedding_function=None)
            self._chroma, self._generation = chroma, self._gate.generation
        return self._chroma

    def _load(self) -> None:
        """Have the index loaded, and the log replayed, by a read that leaves the interpreter to
        others meanwhile; a write or a count would hold it."""
        if not self._gate.folder or self._loaded == self._gate.generation:
            return
        with self._reading("load the index of") as chroma:
            loaded = self._gate.generation
            chroma.get(limit=1, include=["embeddings"])
        self._loaded = loaded

    def count(self) -> int:
        """Rows in the collection."""
        self._load()
        with self._reading("count") as chroma:
            return chroma.count()

    def ids(self, start: int = 0) -> list[str]:
        """Every id, without anything else; or those from a place on, in the order they came."""
        with self._reading("list") as chroma:
            return list(chroma.get(include=[], offset=start or None)["ids"])

    def rows(self, ids: Iterable[str], texts: bool = False) -> dict[str, Row]:
        """Rows by id; ids that are not there are absent."""

        def read(missing: Sequence[str]) -> dict[str, Row]:
            parts = (self._get({"ids": batch}, texts) for batch in batches(missing, READ_BATCH))
            return {row.id: row for part in parts for row in part}

        return self._kept.get(ids, read) if texts else read(list(dict.fromkeys(ids)))

    def let_go(self) -> None:
        """Keep no row in memory until the next use."""
        self._kept.clear()

    def where(self, **fields: Value) -> list[Row]:
        """Rows whose fields equal the given ones; a scan, not for hot paths."""
        clauses = [{name: value} for name, value in fields.items()]
        return self._get({"where": clauses[0] if len(clauses) == 1 else {"$and": clauses}}, False)

    def all(self) -> list[Row]:
        """Every row; for small collections."""
        return self._get({}, False)

    def _get(self, query: Mapping[str, Any], texts: bool) -> list[Row]:
        with self._reading("read") as chroma:
            got = chroma.get(
                **query, include=["metadatas", "documents"] if texts else ["metadatas"]
            )
            bodies = got["documents"] or [""] * len(got["ids"])
            fields = got["metadatas"] or [{}] * len(got["ids"])
            return list(map(unpacked, got["ids"], bodies, fields))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Vectors by id, (dimension,) float32 each."""
        found: dict[str, Vectors] = {}
        for batch in batches(dict.fromkeys(ids), READ_BATCH):
            with self._reading("read the vectors of") as chroma:
                got = chroma.get(ids=batch, include=["embeddings"])
                if got["embeddings"] is None or not got["ids"]:
                    continue
                rows = np.asarray(got["embeddings"], dtype=np.float32)
            found.update(zip(got["ids"], rows, strict=True))
        return found

    def nearest(self, vectors: Vectors, k: int) -> list[list[tuple[str, float]]]:
        """The k nearest rows of each query as (id, distance), nearest first."""
        if not len(vectors) or k < 1:
            return [[] for _ in vectors]
        with self._reading("search") as chroma:
            got = chroma.query(query_embeddings=vectors, n_results=k, include=["distances"])
        distances = got["distances"] or []
        return [
            [(id_, float(gap)) for id_, gap in zip(*pair, strict=True)]
            for pair in zip(got["ids"], distances, strict=True)
        ]

    def add(
        self, ids: list[str], vectors: Vectors, texts: list[str], fields: list[dict[str, Value]]
    ) -> None:
        """Add searched rows; ids that are there already are left as they are."""
        with self._writing("write to", ids) as chroma:
            metadatas = cast(list[Metadata], list(map(packed_item, texts, fields)))
            chroma.add(ids=ids, embeddings=vectors, metadatas=metadatas)

    def upsert(
        self, ids: list[str], vectors: Vectors, texts: list[str], fields: list[dict[str, Value]]
    ) -> None:
        """Add or replace searched rows."""
        with self._writing("write to", ids) as chroma:
            metadatas = cast(list[Metadata], list(map(packed_item, texts, fields)))
            # A row of an older version has its former text as document.
            nothing = [""] * len(ids)
            chroma.upsert(ids=ids, embeddings=vectors, documents=nothing, metadatas=metadatas)

    def rewrite(self, changes: Mapping[str, tuple[str, dict[str, Value]]]) -> None:
        """Replace text and fields of existing searched rows; the vector stays."""
        self._update({id_: packed_item(*whole) for id_, whole in changes.items()})

    def put(self, records: Mapping[str, dict[str, Value]]) -> None:
        """Add or replace records that are only fetched by id (2-d dummy vectors)."""
        for batch in _by_size({id_: packed(fields) for id_, fields in records.items()}):
            with self._writing("write to", [id_ for id_, _ in batch]) as chroma:
                chroma.upsert(
                    ids=[id_ for id_, _ in batch],
                    embeddings=np.zeros((len(batch), 2), dtype=np.float32),
                    metadatas=cast(list[Metadata], [fields for _, fields in batch]),
                )

    def add_record(self, id_: str, fields: dict[str, Value]) -> None:
        """Add a record; one that is there already is left as it is."""
        with self._writing("write to", [id_]) as chroma:
            chroma.add(
                ids=[id_],
                embeddings=np.zeros((1, 2), dtype=np.float32),
                metadatas=cast(list[Metadata], [packed(fields)]),
            )

    def annotate(self, changes: Mapping[str, dict[str, Value]]) -> None:
        """Change some fields of existing rows; the others and the vector stay."""
        self._update({id_: packed(fields) for id_, fields in changes.items()})

    def _update(self, changes: Mapping[str, dict[str, Value]]) -> None:
        for batch in _by_size(changes):
            with self._writing("write to", [id_ for id_, _ in batch]) as chroma:
                chroma.update(
                    ids=[id_ for id_, _ in batch],
                    metadatas=cast(list[Metadata], [fields for _, fields in batch]),
                )

    def delete(self, ids: Iterable[str]) -> None:
        """Delete rows; unknown ids are ignored."""
        for batch in batches(ids, RECORD_BATCH):
            with self._writing("delete from", batch) as chroma:
                chroma.delete(ids=batch)

    def erase(self, ids: Iterable[str]) -> None:
        """Delete searched rows and their vectors; unknown ids are ignored.

        The index of a folder keeps the vectors of deleted rows, so noise is written over them.
        """
        for batch in batches(ids, ERASE_BATCH):
            there = self.vectors(batch) if self._gate.folder else {}
            if there:
                noise = np.random.default_rng().normal(size=np.shape(list(there.values())))
                with self._writing("write to", list(there)) as chroma:
                    chroma.update(ids=list(there), embeddings=noise.astype(np.float32))
            self.delete(batch)

    def widen(self, items: int) -> None:
        """Grow the search width with the number of items (see EF_SEARCH)."""
        wanted = next(width for size, width in EF_SEARCH if items >= size)
        if not self._width or wanted <= self._width:
            return
        with border(f"cannot configure {self.name}"), self._gate.writing() as client:
            configure(self._current(client), {"ef_search": wanted})
        self._width = wanted


def _by_size(
    records: Mapping[str, dict[str, Value]],
) -> Iterator[list[tuple[str, dict[str, Value]]]]:
    """Cut records into batches small in number and in characters."""
    batch: list[tuple[str, dict[str, Value]]] = []
    size = 0
    for id_, fields in records.items():
        weight = sum(len(value) for value in fields.values() if isinstance(value, str))
        if batch and (len(batch) >= RECORD_BATCH or size + weight > BATCH_CHARS):
            yield batch
            batch, size = [], 0
        batch.append((id_, fields))
        size += weight
    if batch:
        yield batch


def configure(chroma: ChromaCollection, change: UpdateHNSWConfiguration) -> None:
    """Change the configuration of an index; what is loaded of it already may not notice."""
    with warnings.catch_warnings():
        # Chroma warns about its own stored form of "no embedding function".
        warnings.simplefilter("ignore")
        chroma.modify(configuration={"hnsw": change})


def collection_names(gate: ClientGate) -> list[str]:
    """Names of every collection of the client's database."""
    names: list[str] = []
    with border("cannot list the collections"), gate.reading() as client:
        while page := client.list_collections(limit=1000, offset=len(names)):
            names.extend(found.name for found in page)
    return names


def drop_collection(gate: ClientGate, name: str) -> None:
    """Delete a collection; one that is not there is fine."""
    with border(f"cannot delete the collection {name}"), gate.writing() as client:
        try:
            client.delete_collection(name)
        except NotFoundError:
            return


class ItemVectors:
    """Exact search in the vectors of a namespace's items of one kind, read once; thread safe.

    An episode never changes, so a vector that is here is right as long as its id is there. Who
    changes the text of a memory clears them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reset()

    def clear(self) -> None:
        """Forget everything, to save memory or because something has changed; waits for searches
        that read vectors."""
        with self._lock:
            self._reset()

    def _reset(self) -> None:
        self._of = ""
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._matrix: Vectors = np.zeros((0, 0), dtype=np.float32)

    def held(self, items: Collection, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those items that are here already."""
        with self._lock:
            place = self._place if items.name == self._of else {}
            return {name: self._matrix[place[name]] for name in ids if name in place}

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
            self._reset()
        if ids != self._ids:
            place = dict(self._place)
            new = items.vectors([name for name in ids if name not in place])
            rows = [*([self._matrix] if place else []), *(row[np.newaxis] for row in new.values())]
            place |= {name: len(place) + i for i, name in enumerate(new)}
            kept = [name for name in ids if name in place]
            self._of, self._ids = items.name, kept
            self._place = {name: i for i, name in enumerate(kept)}
            empty = np.zeros((0, 0), dtype=np.float32)
            self._matrix = np.concatenate(rows)[[place[n] for n in kept]] if kept else empty
        return self._ids, self._matrix
