"""Queries of the derived index for words: BM25, terms, how often and where they occur."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import counted_terms, query_words, searched
from langgraph_dreams.store.index.memory_queries import MemoryQueries
from langgraph_dreams.store.index.queries import ALWAYS, GIVEN, OLDEST_FIRST, given
from langgraph_dreams.store.index.schema import Rows
from langgraph_dreams.store.index.threads import KeptTurns
from langgraph_dreams.store.validation import check_count
from langgraph_dreams.types.items import ARCHIVED

_K1, _B, _LEAST = 1.2, 0.75, 1e-6  # as FTS5's bm25
_PAST = (
    " AND +rowid IN (SELECT i.row FROM items i WHERE i.time <= ?1 UNION ALL"
    " SELECT p.row FROM passages p JOIN items i ON i.row = p.item WHERE i.time <= ?1)"
)
"""The plus keeps SQLite from matching row by row, which takes a hundred times as long."""


_TABLES = (
    ("e", "episode_words"),
    ("e", "idle_words"),
    ("m", "memory_words"),
    ("r", "rehearsal_words"),
)


class WordQueries(MemoryQueries):
    """Queries for words beside those for items and memories, by the language of the index."""

    def __init__(
        self, rows: Rows, language: Callable[[], Language], kept: Callable[[], KeptTurns]
    ) -> None:
        super().__init__(rows, kept)
        self._language = language

    @property
    def language(self) -> Language:
        """The language of its texts, by whose words they are indexed."""
        return self._language()

    def lexical(
        self,
        query: str,
        k: int,
        prefix: str | None = "e",
        until: float = ALWAYS,
        *,
        archived: bool = False,
    ) -> list[tuple[str, float]]:
        """Items that share content words with `query`, by BM25 (larger is better), best first.

        Any text is a safe query; stop words count only when there is nothing else. Items later
        than `until` (UNIX seconds) are left out, and episodes in the archive unless asked for.
        """
        check_count(k, "k")
        words = query_words(self.language, query)
        if not words or k < 1:
            return []
        match = " OR ".join(f'"{word}"' for word in words)
        found: list[tuple[str, float]] = []
        for initial, table in _TABLES:
            if prefix == initial or (prefix is None and initial != "r"):
                found += self._matching(table, match, k, until, archived)
        if prefix != "m":
            found.sort(key=lambda pair: -pair[1])
        return [(id_, float(score)) for id_, score in found[:k]]

    def _matching(
        self, table: str, match: str, k: int, until: float, archived: bool
    ) -> list[tuple[str, float]]:
        """The k best items of a table, each by the best of its passages or as a whole."""
        past = "" if until == ALWAYS else _PAST
        asked = k
        while True:
            rows = self._rows(
                "SELECT i.id, -w.score, i.kind = 'e' AND i.status = 'archived' FROM"
                f" (SELECT rowid, rank AS score FROM {table} WHERE {table} MATCH ?2{past}"
                "  ORDER BY rank, abs(rowid) LIMIT ?3) w"
                " LEFT JOIN passages p ON p.row = w.rowid"
                " JOIN items i ON i.row = coalesce(p.item, w.rowid)"
                " ORDER BY w.score, abs(w.rowid)",
                (until, match, asked),
            )
            best: dict[str, float] = {}
            for id_, score, away in rows:
                if archived or not away:
                    best.setdefault(id_, score)
            if len(best) >= k or len(rows) < asked:
                return list(best.items())[:k]
            asked *= 8

    def having(self, words: Sequence[str], limit: int) -> dict[str, Set[str]] | None:
        """Stemmed content terms of all episodes that have one of the words; None beyond `limit`.

        The words are as `searched` gives them. Texts and their passages count as hits; nothing is
        ranked, so that it takes no longer in a large namespace.
        """
        check_count(limit, "limit")
        match = " OR ".join(f'"{word}"' for word in words)
        found: dict[str, Set[str]] = {}
        for table in ("episode_words", "idle_words") if match else ():
            rows = self._rows(
                f"SELECT i.id, i.terms FROM (SELECT rowid FROM {table} WHERE {table} MATCH ?"
                " LIMIT ?) w LEFT JOIN passages p ON p.row = w.rowid"
                " JOIN items i ON i.row = coalesce(p.item, w.rowid)",
                (match, limit + 1),
            )
            if len(rows) > limit:
                return None
            found |= {id_: json.loads(terms).keys() for id_, terms in rows}
        return found

    def weigh(
        self, query: str, ids: Sequence[str], unsaved: Mapping[str, str] | None = None
    ) -> dict[str, float]:
        """BM25 of the query in memories; a word weighs what it weighs among the episodes.

        A few memories have no rare words of their own, and the scores have to stand beside those
        of episodes. `unsaved` are texts by id that are weighed with them. Memories without a
        content word of the query are absent.
        """
        language = self.language
        wanted = counted_terms(language, query)[0]
        counts = self.terms(ids)
        counts |= {id_: counted_terms(language, text)[0] for id_, text in (unsaved or {}).items()}
        if not wanted or not counts:
            return {}
        episodes = self.count()["episodes"]
        weights = {
            term: max(_LEAST, math.log((episodes - n + 0.5) / (n + 0.5)))
            for term, n in self.frequencies(wanted).items()
        }
        usual = sum(sum(own.values()) for own in counts.values()) / len(counts)
        found: dict[str, float] = {}
        for id_, own in counts.items():
            drag = _K1 * (1 - _B + _B * sum(own.values()) / max(1.0, usual))
            shared = [term for term in weights if term in own]
            if shared:
                found[id_] = sum(
                    weights[term] * own[term] * (_K1 + 1) / (own[term] + drag) for term in shared
                )
        return found

    def terms(self, ids: Iterable[str]) -> dict[str, dict[str, int]]:
        """Stemmed content terms of each item, with how often each occurs."""
        found = self._rows(
            f"SELECT id, terms FROM items WHERE id IN {GIVEN}", (given(ids, "terms"),)
        )
        return {id_: json.loads(terms) for id_, terms in found}

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """The number of episodes in which each term occurs; 0 for one that never does."""
        counts = dict.fromkeys(terms, 0)
        counts.update(
            self._rows(f"SELECT term, episodes FROM stems WHERE term IN {GIVEN}", (given(counts),))
        )
        return counts

    def postings(self, terms: Iterable[str], limit: int) -> dict[str, list[str]]:
        """Episodes of which each stemmed term is a content word, the oldest ones first.

        None of the archive. In another language's text it may be a function word.
        """
        check_count(limit, "limit")
        found: dict[str, list[str]] = {term: [] for term in terms}
        quoted = {term: f"{json.dumps(term, ensure_ascii=False)}:" for term in found}
        for term, id_, *_ in self._rows(
            "SELECT DISTINCT t.key, i.id, i.time, i.thread, i.position, i.row FROM json_each(?) t"
            " CROSS JOIN episode_vocabulary v ON v.term = t.key"  # has a row for each occurrence
            " CROSS JOIN items i ON i.row = v.doc"
            f" WHERE instr(i.terms, t.value) AND i.status != '{ARCHIVED}'"
            " ORDER BY i.time, i.thread, i.position, i.row",
            (json.dumps(quoted),),
        ):
            if len(found[term]) < limit:
                found[term].append(id_)
        return found

    def phrase(self, words: str, limit: int, speaking: Language | None = None) -> list[str]:
        """Episodes that have these words in this order side by side, oldest first.

        `speaking` is their language where another than the words alone would tell.
        """
        check_count(limit, "limit")
        tokens = (speaking or self.language).tokens(words)
        if not tokens:
            return []
        quoted = '"' + " ".join(searched(self.language, token) for token in tokens) + '"'
        return self._ids(
            "SELECT id FROM items WHERE row IN"
            " (SELECT rowid FROM episode_words WHERE episode_words MATCH ? LIMIT ?)"
            f" ORDER BY {OLDEST_FIRST}",
            (quoted, limit),
        )

    def surfaces(self, terms: Iterable[str]) -> dict[str, str]:
        """The plainest form in which each stemmed term was written, or the term itself."""
        found = {term: term for term in terms}
        found.update(
            self._rows(f"SELECT term, written FROM stems WHERE term IN {GIVEN}", (given(found),))
        )
        return found
