"""What is kept for one namespace. Every read and write below is bound to it."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from langgraph_dreams.safety.redaction import redacted
from langgraph_dreams.store.chroma.exact_search import EXACT_MOST
from langgraph_dreams.store.index.queries import Facts, Neighbours, Place
from langgraph_dreams.store.journal import storable_report
from langgraph_dreams.store.lease import Leases
from langgraph_dreams.store.recall_log import RecallNote
from langgraph_dreams.store.validation import Vectors, check_count, check_queries, check_strings
from langgraph_dreams.store.vault.base import VaultKey as VaultKey
from langgraph_dreams.store.vault.core import VaultLevels
from langgraph_dreams.store.vault.erase import VaultForget
from langgraph_dreams.store.vault.items import VaultItems
from langgraph_dreams.store.vault.links import VaultLinks
from langgraph_dreams.store.vault.memories import VaultMemories
from langgraph_dreams.types.base import digest
from langgraph_dreams.types.reports import DreamReport

Hits = list[tuple[str, float]]

_EVERY_STATUS = ("tentative", "active", "superseded", "retired")
_MAX_FETCH = 10_000
"""Neighbours asked for at most when memories and episodes have to be told apart."""


class Vault(VaultItems, VaultLinks, VaultMemories, VaultLevels, VaultForget):
    """One namespace of a store, seen through one embedder; thread safe.

    Texts are kept as given, but for NUL and lone surrogates, which no database keeps: they become
    U+FFFD. Every method raises StoreError when the store fails and StoreClosedError after `close`.
    """

    def count(self) -> dict[str, int]:
        """How many episodes, memories, live links, and undreamt episodes there are."""
        return self._ask(lambda index: index.count())

    # -- search

    def dense(
        self, vectors: Vectors, k: int, prefix: str | None = "e", until: float = math.inf
    ) -> list[Hits]:
        """The k nearest items of each query row, as (id, cosine similarity), best first.

        `prefix` "e" finds episodes, "m" memories, None both; items later than `until` (UNIX
        seconds) are left out.
        """
        queries = check_queries(vectors, self.embedder.dimension)
        check_count(k, "k")
        counts = self.count()
        total = counts["episodes"] + counts["memories"]
        wanted = {"e": counts["episodes"], "m": counts["memories"]}.get(prefix or "", total)
        if not min(k, wanted) or not len(queries):
            return [[] for _ in queries]
        if prefix == "e" and wanted <= EXACT_MOST:
            room, ids = self._room, self.episode_ids()
            if until == math.inf:
                return room.vectors.nearest(room.items, ids, queries, k)
            past = set(self.episode_ids(until))
            near = room.vectors.nearest(room.items, ids, queries, wanted)
            return [[hit for hit in hits if hit[0] in past][:k] for hits in near]
        if prefix == "m" and wanted <= EXACT_MOST and until == math.inf:
            # Few memories among many episodes: HNSW would have to look at nearly all items.
            room, ids = self._room, self.memory_ids(_EVERY_STATUS)
            return room.memory_vectors.nearest(room.items, ids, queries, k)
        fetch = min(k + min(total - wanted, 4 * k + 20), total)
        while True:
            found = self._fit(self._room.items.nearest(queries, fetch), prefix, until)
            enough = all(len(hits) >= min(k, wanted) for hits in found)
            if enough or fetch >= min(total, _MAX_FETCH):
                return [hits[:k] for hits in found]
            fetch = min(fetch * 4, total, _MAX_FETCH)

    def _fit(self, found: list[Hits], prefix: str | None, until: float) -> list[Hits]:
        """Distances as similarities, of those items that are asked for."""
        hits = [
            [(id_, 1.0 - gap) for id_, gap in near if prefix is None or id_[0] == prefix]
            for near in found
        ]
        if until == math.inf:
            return hits
        places = self.order({id_ for near in hits for id_, _ in near})
        past = {id_ for id_, place in places.items() if place.time <= until}
        return [[hit for hit in near if hit[0] in past] for near in hits]

    def lexical(
        self, query: str, k: int, prefix: str | None = "e", until: float = math.inf
    ) -> Hits:
        """Items that share content words with `query`, by BM25 (larger is better), best first.

        Any text is a safe query; stop words count only when there is nothing else. Items later
        than `until` (UNIX seconds) are left out.
        """
        check_count(k, "k")
        return self._ask(lambda index: index.lexical(query, k, prefix, until))

    # -- facts of the derived index (no Chroma call)

    def order(self, ids: Iterable[str]) -> dict[str, Place]:
        """Thread, position and time (UNIX seconds) of items."""
        wanted = list(ids)
        return self._ask(lambda index: index.order(wanted))

    def facts(self, ids: Iterable[str]) -> dict[str, Facts]:
        """Place of items, and how many different content words each has."""
        wanted = list(ids)
        return self._ask(lambda index: index.facts(wanted))

    def thread_sizes(self, threads: Iterable[str], until: float = math.inf) -> dict[str, int]:
        """How many episodes each thread has up to a time (UNIX seconds)."""
        wanted = list(threads)
        return self._ask(lambda index: index.thread_sizes(wanted, until))

    def neighbours(self, ids: Sequence[str], width: int) -> Neighbours:
        """Turns of the same thread, as (offset in ranks, id), offset in -width..width but 0."""
        check_count(width, "width")
        return self._ask(lambda index: index.neighbours(check_strings(ids, "neighbours"), width))

    def undreamt(self, limit: int | None = None) -> list[str]:
        """Episodes that no dream has consumed, oldest first."""
        return self._ask(lambda index: index.undreamt(limit))

    def episode_ids(self, until: float = math.inf) -> list[str]:
        """Every episode up to a time (UNIX seconds), oldest first."""
        return self._ask(lambda index: index.episode_ids(until))

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

    # -- journal

    def put_dream(self, report: DreamReport) -> None:
        """Write a dream's report, whole; the same id again replaces it.

        Raises InvalidInputError before anything is written.
        """
        room = self._room
        report = storable_report(report, self.redact)
        with room.write_lock:
            if report.status != "noop":
                room.note_first_write()
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

    def last_number(self) -> int:
        """The highest number that a dream was ever given, also one rolled back; 0 without any."""
        return max((report.number for report in self.dreams()), default=0)

    def version(self) -> str:
        """Changes with every dream committed or rolled back: what is planned on it is out of date.

        What a person forgets changes it, too, if a dream had taken notice of it.
        """
        lasting = ("committed", "rolled_back")
        return digest(
            [
                (report.id, report.status, len(report.undone), len(report.episodes))
                for report in self.dreams()
                if report.status in lasting
            ]
        )

    def put_intent(self, name: str, body: dict[str, Any]) -> None:
        """Note what is about to be done to dreams, before the first change."""
        self._room.journal.put_intent(name, body)

    def intents(self) -> dict[str, dict[str, Any]]:
        """What was begun and never ended, by name."""
        return self._room.journal.intents()

    def drop_intent(self, name: str) -> None:
        """Note that it is done."""
        self._room.journal.drop_intent(name)

    @property
    def leases(self) -> Leases:
        """Who may change what dreams have made."""
        return self._room.leases

    def first_look(self) -> bool:
        """True for the first to ask in this process: a death may have left something half done."""
        room = self._room
        with room.write_lock:
            first, room.mended = not room.mended, True
        return first

    # -- recall log

    def note_recall(self, query: str, items: Sequence[str], links: Sequence[str]) -> None:
        """Remember what a recall brought, and by which links; written in the background."""
        self._room.log.note(redacted(query, self.redact), items, links)

    def recalls(self, undreamt: bool = True, limit: int = 200) -> list[RecallNote]:
        """Recalls, oldest first; only those no dream has taken into account when `undreamt`."""
        return self._room.log.read(undreamt, check_count(limit, "limit"))

    def noted(self, ids: Sequence[str]) -> list[RecallNote]:
        """Recalls by id, in the order asked; unknown ids are left out."""
        return self._room.log.get(check_strings(ids, "noted"))

    def mark_recalls(self, ids: Sequence[str], dream_id: str) -> None:
        """Note that a dream took recalls into account."""
        self._room.log.mark(check_strings(ids, "mark_recalls"), dream_id)

    def flush(self) -> None:
        """Write what is kept back."""
        self._room.log.flush()
