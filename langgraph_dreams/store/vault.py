"""What is kept for one namespace. Every read and write below is bound to it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NewType, TypeVar

import numpy as np

from langgraph_dreams.errors import InvalidInputError, StoreError
from langgraph_dreams.models import DreamReport, Episode, Link, Memory

from .chroma import RECORD_BATCH, Value, batches
from .index_search import Edge, Facts, IndexSearch, Neighbours, Place
from .items import (
    Item,
    checked_episode,
    checked_memory,
    document_of,
    fields_of,
    item_of,
    portions,
)
from .links import checked_link, pack
from .recall_log import RecallNote
from .registry import require_embedder
from .room import Room, link_record
from .texts import Vectors, check_count, check_id, check_queries, check_strings, embedded

if TYPE_CHECKING:
    from langgraph_dreams.embeddings import Embedder

T = TypeVar("T")
Hits = list[tuple[str, float]]
VaultKey = NewType("VaultKey", str)

_MAX_FETCH = 10_000
"""Neighbours asked for at most when memories and episodes have to be told apart."""


class Vault:
    """One namespace of a store, seen through one embedder; thread safe.

    Texts are kept as given, but for NUL and lone surrogates, which no database keeps: they become
    U+FFFD. Every method raises StoreError when the store fails and StoreClosedError after `close`.
    """

    def __init__(self, room: Room, embedder: "Embedder", guard: Callable[[], None]) -> None:
        """Bind a room to an embedder; `guard` raises when the backend cannot be used."""
        self._room_open = room
        self._guard = guard
        self.embedder = embedder
        self.parts = room.entry.parts
        self.key = VaultKey(room.entry.key)

    @property
    def _room(self) -> Room:
        self._guard()
        room = self._room_open
        require_embedder(room.entry, self.embedder.name, self.embedder.dimension)
        return room

    def _ask(self, question: Callable[[IndexSearch], T]) -> T:
        return self._room.ask(question)

    # -- items

    def add_episodes(self, episodes: Sequence[Episode]) -> list[str]:
        """Keep episodes; ids that are known already are left as they are. Returns ids in order.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        checked = [checked_episode(episode) for episode in episodes]
        distinct = {episode.id: episode for episode in reversed(checked)}
        known = self._ask(lambda index: index.known(distinct))
        new = [episode for id_, episode in distinct.items() if id_ not in known]
        new.reverse()
        self._write(new, self.embed([episode.text for episode in new]), keep=True)
        return [episode.id for episode in checked]

    def put_memories(self, memories: Sequence[Memory]) -> None:
        """Add memories or replace them by id; one whose text is unchanged keeps its vector.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        distinct = {memory.id: checked_memory(memory) for memory in memories}
        texts = self._ask(lambda index: index.memory_texts(distinct))
        same: list[Memory] = []
        other: list[Memory] = []
        for memory in distinct.values():
            (same if texts.get(memory.id) == memory.text else other).append(memory)
        vectors = self.embed([memory.text for memory in other])
        room = self._room
        with room.write_lock:
            self._write(other, vectors, keep=False)
            for batch in batches(same, RECORD_BATCH):
                with room.writing([memory.id for memory in batch]):
                    room.items.annotate({memory.id: fields_of(memory) for memory in batch})
                    room.index.put_items(batch)
            if distinct:
                room.bump()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts by the vault's embedder, (n, dimension) float32.

        Raises EmbedderError when it fails, or answers what cannot be stored.
        """
        return embedded(self.embedder, texts)

    def _write(self, items: Sequence[Item], vectors: Vectors, keep: bool) -> None:
        room = self._room
        store = room.items.add if keep else room.items.upsert
        for start, stop in portions(items):
            batch = items[start:stop]
            ids = [item.id for item in batch]
            with room.writing(ids):
                store(
                    ids,
                    vectors[start:stop],
                    [document_of(item) for item in batch],
                    [fields_of(item) for item in batch],
                )
                room.index.put_items(batch)
        if items:
            room.items.widen(room.ask(lambda index: index.size()))

    def get(self, ids: Sequence[str]) -> dict[str, Item]:
        """Items by id, in the order asked; unknown ids are absent."""
        wanted = list(dict.fromkeys(check_strings(ids, "get")))
        rows = self._room.items.rows(wanted, texts=True)
        return {id_: item_of(rows[id_]) for id_ in wanted if id_ in rows}

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors in the order asked, (n, dimension) float32.

        Raises StoreError if one is unknown.
        """
        wanted = check_strings(ids, "vectors")
        if not wanted:
            return np.zeros((0, self.embedder.dimension), dtype=np.float32)
        found = self._room.items.vectors(wanted)
        missing = [id_ for id_ in wanted if id_ not in found]
        if missing:
            raise StoreError(f"{len(missing)} of {len(wanted)} ids are unknown, first {missing[0]}")
        return np.stack([found[id_] for id_ in wanted])

    def mark_dreamt(self, ids: Sequence[str], dream_id: str) -> None:
        """Note which dream consumed episodes; an empty id takes the mark back.

        Ids that are no known episode are ignored.
        """
        wanted = check_strings(ids, "mark_dreamt")
        check_id(dream_id, "", "a dream")
        kinds = self._ask(lambda index: index.known(wanted))
        room = self._room
        with room.write_lock:
            marked = [id_ for id_ in dict.fromkeys(wanted) if kinds.get(id_) == "e"]
            for batch in batches(marked, RECORD_BATCH):
                with room.writing(batch):
                    room.items.annotate({id_: {"dreamt": dream_id} for id_ in batch})
                    room.index.mark_dreamt(batch, dream_id)
            if marked:
                room.bump()

    def count(self) -> dict[str, int]:
        """How many episodes, memories, live links, and undreamt episodes there are."""
        return self._ask(lambda index: index.count())

    # -- search

    def dense(self, vectors: Vectors, k: int, prefix: str | None = "e") -> list[Hits]:
        """The k nearest items of each query row, as (id, cosine similarity), best first.

        `prefix` "e" finds episodes, "m" memories, None both.
        """
        queries = check_queries(vectors, self.embedder.dimension)
        check_count(k, "k")
        counts = self.count()
        total = counts["episodes"] + counts["memories"]
        wanted = {"e": counts["episodes"], "m": counts["memories"]}.get(prefix or "", total)
        if not min(k, wanted) or not len(queries):
            return [[] for _ in queries]
        fetch = min(k + min(total - wanted, 4 * k + 20), total)
        while True:
            found = self._room.items.nearest(queries, fetch)
            hits = [
                [(id_, 1.0 - gap) for id_, gap in near if prefix is None or id_[0] == prefix][:k]
                for near in found
            ]
            enough = all(len(hit) >= min(k, wanted) for hit in hits)
            if enough or fetch >= min(total, _MAX_FETCH):
                return hits
            fetch = min(fetch * 4, total, _MAX_FETCH)

    def lexical(self, query: str, k: int, prefix: str | None = "e") -> Hits:
        """Items that share content words with `query`, by BM25 (larger is better), best first.

        Any text is a safe query; stop words count only when there is nothing else.
        """
        check_count(k, "k")
        return self._ask(lambda index: index.lexical(query, k, prefix))

    # -- facts of the derived index (no Chroma call)

    def order(self, ids: Iterable[str]) -> dict[str, Place]:
        """Thread, position and time (UNIX seconds) of items."""
        wanted = list(ids)
        return self._ask(lambda index: index.order(wanted))

    def facts(self, ids: Iterable[str]) -> dict[str, Facts]:
        """Place of items, and how many different content words each has."""
        wanted = list(ids)
        return self._ask(lambda index: index.facts(wanted))

    def thread_sizes(self, threads: Iterable[str]) -> dict[str, int]:
        """How many episodes each thread has."""
        wanted = list(threads)
        return self._ask(lambda index: index.thread_sizes(wanted))

    def neighbours(self, ids: Sequence[str], width: int) -> Neighbours:
        """Turns of the same thread, as (offset in ranks, id), offset in -width..width but 0."""
        check_count(width, "width")
        return self._ask(lambda index: index.neighbours(check_strings(ids, "neighbours"), width))

    def undreamt(self, limit: int | None = None) -> list[str]:
        """Episodes that no dream has consumed, oldest first."""
        return self._ask(lambda index: index.undreamt(limit))

    def episode_ids(self) -> list[str]:
        """Every episode, oldest first."""
        return self._ask(lambda index: index.episode_ids())

    def memory_ids(self, statuses: Sequence[str] = ("tentative", "active")) -> list[str]:
        """Memories in one of the statuses, oldest first."""
        return self._ask(lambda index: index.memory_ids(check_strings(statuses, "statuses")))

    def terms(self, ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """Stemmed content terms of each item, with how often each occurs."""
        return self._ask(lambda index: index.terms(check_strings(ids, "terms")))

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many episodes of the namespace each stemmed term occurs."""
        wanted = list(terms)
        return self._ask(lambda index: index.frequencies(wanted))

    def postings(self, term: str, limit: int) -> list[str]:
        """Episodes that contain the stemmed term, oldest first."""
        check_count(limit, "limit")
        return self._ask(lambda index: index.postings(term, limit))

    def phrase(self, words: str, limit: int) -> list[str]:
        """Episodes whose text has these words side by side, oldest first."""
        check_count(limit, "limit")
        return self._ask(lambda index: index.phrase(words, limit))

    def surface(self, term: str) -> str:
        """A readable form of a stemmed term, as written in some text."""
        return self._ask(lambda index: index.surface(term))

    # -- links

    def put_links(self, links: Sequence[Link]) -> None:
        """Add links or replace them by id; both ends must be items of this namespace.

        Raises InvalidInputError before anything is written.
        """
        checked = {link.id: checked_link(link) for link in links}
        self._require_items({end for link in checked.values() for end in (link.a, link.b)})
        changes: dict[str, dict[str, Link | None]] = defaultdict(dict)
        with self._room.write_lock:
            holders = self._ask(lambda index: index.holders(checked))
            for link in checked.values():
                changes[link.a][link.id] = link
                if holders.get(link.id, link.a) != link.a:
                    changes[holders[link.id]][link.id] = None
            self._change_links(changes)

    def remove_links(self, links: Sequence[Link]) -> None:
        """Delete links, as the rollback of a dream does; unknown ones are ignored."""
        changes: dict[str, dict[str, Link | None]] = defaultdict(dict)
        with self._room.write_lock:
            holders = self._ask(lambda index: index.holders([link.id for link in links]))
            for link_id, holder in holders.items():
                changes[holder][link_id] = None
            self._change_links(changes)

    def _require_items(self, ids: set[str]) -> None:
        known = self._ask(lambda index: index.known(ids))
        if len(known) < len(ids):
            self._room.doubt()  # another client may have added them a moment ago
            known = self._ask(lambda index: index.known(ids))
        missing = sorted(ids - known.keys())
        if missing:
            raise InvalidInputError(
                f"links join items of one namespace; {len(missing)} ends are unknown in"
                f" {self.parts}, first {missing[0]!r}: record the items first"
            )

    def _change_links(self, changes: dict[str, dict[str, Link | None]]) -> None:
        room = self._room
        for batch in batches(changes, RECORD_BATCH):
            with room.writing(batch):
                held = room.held_by(batch)
                for item in batch:
                    for link_id, link in changes[item].items():
                        if link is None:
                            held[item].pop(link_id, None)
                        else:
                            held[item][link_id] = link
                room.records.put(
                    {
                        link_record(item): _record(item, links.values())
                        for item, links in held.items()
                        if links
                    }
                )
                room.records.delete(link_record(item) for item in batch if not held[item])
                room.index.hold({item: links.values() for item, links in held.items()})
        if changes:
            room.bump()

    def links_of(self, ids: Sequence[str], include_expired: bool = False) -> list[Link]:
        """Links that touch any of the items, in either direction, each once."""
        wanted = check_strings(ids, "links_of")
        found = self._ask(lambda index: index.links_touching(wanted, include_expired))
        return self._read_links(found, include_expired)

    def links(self, include_expired: bool = True) -> list[Link]:
        """Every link."""
        held = self._room.held_by(self._ask(lambda index: index.holding_items()))
        return [
            link
            for links in held.values()
            for link in links.values()
            if include_expired or link.status != "expired"
        ]

    def _read_links(self, holders: dict[str, str], include_expired: bool) -> list[Link]:
        held = self._room.held_by(dict.fromkeys(holders.values()))
        found = (held[holder].get(link_id) for link_id, holder in holders.items())
        return [
            link
            for link in found
            if link is not None and (include_expired or link.status != "expired")
        ]

    def edges(self, ids: Sequence[str]) -> list[Edge]:
        """Live links that touch any of the items, in light form, from the index alone."""
        wanted = check_strings(ids, "edges")
        return self._ask(lambda index: index.edges(wanted))

    def all_edges(self) -> list[Edge]:
        """Every live link in light form."""
        return self._ask(lambda index: index.all_edges())

    def get_links(self, link_ids: Sequence[str]) -> dict[str, Link]:
        """Links by id; unknown ids are absent."""
        wanted = check_strings(link_ids, "get_links")
        holders = self._ask(lambda index: index.holders(wanted))
        return {link.id: link for link in self._read_links(holders, True)}

    def degree(self, ids: Iterable[str]) -> dict[str, int]:
        """How many live links each item has."""
        wanted = list(ids)
        return self._ask(lambda index: index.degree(wanted))

    # -- journal

    def put_dream(self, report: DreamReport) -> None:
        """Write a dream's report, whole; the same id again replaces it."""
        room = self._room
        with room.write_lock:
            room.fresh()
            room.journal.put(report)
            room.bump()

    def get_dream(self, dream_id: str) -> DreamReport | None:
        """A dream's report, whole, or None."""
        return self._room.journal.get(dream_id)

    def dreams(self, operations: bool = False) -> list[DreamReport]:
        """Every dream's report, oldest first; without operations unless asked."""
        self._room.fresh()
        return self._room.journal.all(operations)

    def committed_numbers(self) -> list[int]:
        """Numbers of the committed dreams, sorted."""
        self._room.fresh()
        return self._room.journal.committed_numbers()

    # -- recall log

    def note_recall(self, query: str, items: Sequence[str], links: Sequence[str]) -> None:
        """Remember what a recall brought, and by which links; written in the background."""
        self._room.log.note(query, items, links)

    def recalls(self, undreamt: bool = True, limit: int = 200) -> list[RecallNote]:
        """Recalls, oldest first; only those no dream has taken into account when `undreamt`."""
        return self._room.log.read(undreamt, check_count(limit, "limit"))

    def mark_recalls(self, ids: Sequence[str], dream_id: str) -> None:
        """Note that a dream took recalls into account."""
        self._room.log.mark(check_strings(ids, "mark_recalls"), dream_id)

    def flush(self) -> None:
        """Write what is kept back."""
        self._room.log.flush()


def _record(item: str, links: Iterable[Link]) -> dict[str, Value]:
    return {"is": "links", "node": item, "links": pack(links)}
