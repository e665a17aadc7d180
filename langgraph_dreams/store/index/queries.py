"""Questions to the derived index: words, order, terms, links; no Chroma call."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from langgraph_dreams.language.words import counted_terms, query_words
from langgraph_dreams.store.index.memory_queries import MemorySearch
from langgraph_dreams.store.index.sqlite import DerivedIndex

Neighbours = dict[str, list[tuple[int, str]]]
_GIVEN = "(SELECT value FROM json_each(?))"
_OLDEST_FIRST = "time, thread, position, row"
_EDGE = "a, b, weight, since, id, dream, consolidated"
_WHOLE_THREAD = 64  # turns of a thread that are cheaper to read than one look-up
_CHUNK = 20_000
_ALWAYS = math.inf
_K1, _B, _LEAST = 1.2, 0.75, 1e-6  # as FTS5's bm25
_PAST = " AND rowid IN (SELECT row FROM items WHERE time <= ?)"


class Place(NamedTuple):
    """Where an episode stands: its thread, its position there, and its time (UNIX seconds)."""

    thread: str
    position: int
    time: float


class Facts(NamedTuple):
    """Where an episode stands, and how many different content words it has."""

    thread: str
    position: int
    time: float
    terms: int


class Edge(NamedTuple):
    """A live link as recall needs it."""

    a: str
    b: str
    weight: float
    since: int
    link: str
    dream: str
    consolidated: bool


def _given(values: Iterable[str]) -> str:
    return json.dumps(list(values))


class IndexSearch(MemorySearch):
    """What can be asked of a derived index."""

    def __init__(self, index: DerivedIndex) -> None:
        self._rows = index.rows
        self._index = index

    # -- items

    def known(self, ids: Iterable[str]) -> dict[str, str]:
        """Kind ("e" or "m") of those ids that are there."""
        return dict(self._rows(f"SELECT id, kind FROM items WHERE id IN {_GIVEN}", (_given(ids),)))

    def all_ids(self) -> set[str]:
        """Ids of every item."""
        return {row[0] for row in self._rows("SELECT id FROM items")}

    def size(self) -> int:
        """How many items there are."""
        return int(self._rows("SELECT count(*) FROM items")[0][0])

    def count(self) -> dict[str, int]:
        """Episodes, memories, live links, and episodes not yet dreamt."""
        kinds = dict(self._rows("SELECT kind, count(*) FROM items GROUP BY kind"))
        links = self._rows("SELECT count(*) FROM links WHERE live")[0][0]
        undreamt = self._rows("SELECT count(*) FROM items WHERE kind = 'e' AND dreamt = ''")[0][0]
        return {
            "episodes": kinds.get("e", 0),
            "memories": kinds.get("m", 0),
            "links": links,
            "undreamt": undreamt,
        }

    def memory_texts(self, ids: Iterable[str]) -> dict[str, str]:
        """Texts of memories."""
        return dict(
            self._rows(
                "SELECT i.id, w.text FROM items i JOIN memory_words w ON w.rowid = i.row"
                f" WHERE i.kind = 'm' AND i.id IN {_GIVEN}",
                (_given(ids),),
            )
        )

    def order(self, ids: Iterable[str]) -> dict[str, Place]:
        """Thread, position and time of items."""
        found = self._rows(
            f"SELECT id, thread, position, time FROM items WHERE id IN {_GIVEN}", (_given(ids),)
        )
        return {row[0]: Place(*row[1:]) for row in found}

    def episode_ids(self, until: float = _ALWAYS) -> list[str]:
        """Every episode up to a time (UNIX seconds), oldest first."""
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'e' AND time <= ? ORDER BY {_OLDEST_FIRST}",
            (until,),
        )

    def undreamt(self, limit: int | None) -> list[str]:
        """Episodes that no dream consumed, oldest first."""
        return self._ids(
            "SELECT id FROM items WHERE kind = 'e' AND dreamt = ''"
            f" ORDER BY {_OLDEST_FIRST} LIMIT ?",
            (-1 if limit is None else limit,),
        )

    def memory_ids(self, statuses: Iterable[str]) -> list[str]:
        """Memories in one of the statuses, oldest first."""
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'm' AND status IN {_GIVEN}"
            f" ORDER BY {_OLDEST_FIRST}",
            (_given(statuses),),
        )

    def _ids(self, sql: str, values: Sequence[object] = ()) -> list[str]:
        return [row[0] for row in self._rows(sql, values)]

    def neighbours(self, ids: Iterable[str], width: int) -> Neighbours:
        """Turns of the same thread up to `width` ranks before and after, as (offset, id).

        An episode without a thread has no neighbours.
        """
        asked: dict[str, list[str]] = {}
        found: Neighbours = {}
        for id_, thread in self._rows(
            f"SELECT id, thread FROM items WHERE kind = 'e' AND id IN {_GIVEN}",
            (_given(dict.fromkeys(ids)),),
        ):
            found[id_] = []
            if thread:
                asked.setdefault(thread, []).append(id_)
        sizes = self.thread_sizes(asked)
        short = [t for t, own in asked.items() if sizes[t] <= _WHOLE_THREAD * len(own)]
        for thread, turns in self._turns(short).items():
            place = {id_: i for i, id_ in enumerate(turns)}
            for id_ in asked.pop(thread):
                at = place[id_]
                first = max(0, at - width)
                around = enumerate(turns[first : at + width + 1], first - at)
                found[id_] = [(offset, other) for offset, other in around if offset]
        for thread, own in asked.items():
            for id_ in own:
                found[id_] = self._around(thread, id_, width)
        return found

    def _turns(self, threads: Iterable[str]) -> dict[str, list[str]]:
        """Episodes of whole threads, in order."""
        turns: dict[str, list[str]] = {}
        for id_, thread in self._rows(
            f"SELECT id, thread FROM items WHERE kind = 'e' AND thread IN {_GIVEN}"
            " ORDER BY thread, position, time, row",
            (_given(threads),),
        ):
            turns.setdefault(thread, []).append(id_)
        return turns

    def _around(self, thread: str, id_: str, width: int) -> list[tuple[int, str]]:
        """Turns beside one, without reading the whole thread."""
        at = self._rows("SELECT position, time, row FROM items WHERE id = ?", (id_,))[0]
        before, after = (
            self._ids(
                "SELECT id FROM items WHERE kind = 'e' AND thread = ?"
                f" AND (position, time, row) {sign} (?, ?, ?)"
                f" ORDER BY position {way}, time {way}, row {way} LIMIT ?",
                (thread, *at, width),
            )
            for sign, way in (("<", "DESC"), (">", "ASC"))
        )
        earlier = [(-rank, other) for rank, other in enumerate(before, 1)]
        return [*reversed(earlier), *enumerate(after, 1)]

    def facts(self, ids: Iterable[str]) -> dict[str, Facts]:
        """Place and number of content words of items."""
        found = self._rows(
            f"SELECT id, thread, position, time, said FROM items WHERE id IN {_GIVEN}",
            (_given(ids),),
        )
        return {id_: Facts(*row) for id_, *row in found}

    def thread_sizes(self, threads: Iterable[str], until: float = _ALWAYS) -> dict[str, int]:
        """How many episodes each thread has up to a time (UNIX seconds)."""
        return dict(
            self._rows(
                "SELECT thread, count(*) FROM items WHERE kind = 'e'"
                f" AND thread IN {_GIVEN} AND time <= ? GROUP BY thread",
                (_given(threads), until),
            )
        )

    # -- words

    def lexical(
        self, query: str, k: int, prefix: str | None, until: float = _ALWAYS
    ) -> list[tuple[str, float]]:
        """Items that share words with the query, by BM25 (larger is better), best first.

        Items later than `until` (UNIX seconds) are left out.
        """
        words = query_words(self._index.language, query)
        if not words or k < 1:
            return []
        match = " OR ".join(f'"{word}"' for word in words)
        past = "" if until == _ALWAYS else _PAST
        bound = (until,) if past else ()
        found: list[tuple[str, float]] = []
        for initial, table in (("e", "episode_words"), ("m", "memory_words")):
            if prefix is None or prefix == initial:
                found += self._rows(
                    "SELECT i.id, -w.score FROM"
                    f" (SELECT rowid, rank AS score FROM {table} WHERE {table} MATCH ?{past}"
                    "  ORDER BY rank, rowid LIMIT ?) w"
                    " JOIN items i ON i.row = w.rowid ORDER BY w.score, w.rowid",
                    (match, *bound, k),
                )
        if prefix is None:
            found.sort(key=lambda pair: -pair[1])
        return [(id_, float(score)) for id_, score in found[:k]]

    def weigh(self, query: str, ids: Iterable[str], unsaved: Mapping[str, str]) -> dict[str, float]:
        """BM25 of the query in memories; a word weighs what it weighs among the episodes.

        A few memories have no rare words of their own, and the scores have to stand beside those
        of episodes. Memories without a word of the query are absent.
        """
        language = self._index.language
        wanted = counted_terms(language, query)[0]
        counts = self.terms(ids)
        counts |= {id_: counted_terms(language, text)[0] for id_, text in unsaved.items()}
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
        found = self._rows(f"SELECT id, terms FROM items WHERE id IN {_GIVEN}", (_given(ids),))
        return {id_: json.loads(terms) for id_, terms in found}

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many episodes each term occurs; 0 for one that never does."""
        counts = dict.fromkeys(terms, 0)
        counts.update(
            self._rows(
                f"SELECT term, episodes FROM stems WHERE term IN {_GIVEN}", (_given(counts),)
            )
        )
        return counts

    def postings(self, term: str, limit: int) -> list[str]:
        """Episodes that contain the stemmed term, oldest first."""
        return self._ids(
            "SELECT id FROM items WHERE row IN"
            " (SELECT doc FROM episode_vocabulary WHERE term = ?)"
            f" ORDER BY {_OLDEST_FIRST} LIMIT ?",
            (term, limit),
        )

    def phrase(self, words: str, limit: int) -> list[str]:
        """Episodes that have these words in this order side by side, oldest first."""
        tokens = self._index.language.tokens(words)
        if not tokens:
            return []
        quoted = '"' + " ".join(token.word for token in tokens) + '"'
        return self._ids(
            "SELECT id FROM items WHERE row IN"
            " (SELECT rowid FROM episode_words WHERE episode_words MATCH ? LIMIT ?)"
            f" ORDER BY {_OLDEST_FIRST}",
            (quoted, limit),
        )

    def surface(self, term: str) -> str:
        """The plainest form in which a stemmed term was written, or the term itself."""
        found = self._ids("SELECT written FROM stems WHERE term = ?", (term,))
        return found[0] if found else term

    # -- links

    def edges(self, ids: Iterable[str]) -> list[Edge]:
        """Live links that touch any of the items, each once."""
        given = _given(dict.fromkeys(ids))
        columns = f"SELECT {_EDGE} FROM links WHERE live AND"
        found = self._rows(f"{columns} a IN {_GIVEN} UNION {columns} b IN {_GIVEN}", (given, given))
        return [Edge(*row) for row in found]

    def all_edges(self) -> list[Edge]:
        """Every live link."""
        return [Edge(*row) for row in self._rows(f"SELECT {_EDGE} FROM links WHERE live")]

    def strongest(self, scales: Mapping[int, float], limit: int) -> list[Edge]:
        """The live links of the greatest weight, strongest first.

        `scales` tells by what the weight of a link that is not consolidated is multiplied, by its
        `since`; 1 for those it does not name.
        """
        columns = ", ".join(f"links.{name}" for name in _EDGE.split(", "))
        found = self._rows(
            "WITH scales AS MATERIALIZED"
            " (SELECT CAST(key AS INTEGER) AS number, value AS factor FROM json_each(?))"
            f" SELECT {columns} FROM links LEFT JOIN scales ON scales.number = links.since"
            "  AND NOT links.consolidated"
            " WHERE live ORDER BY weight * coalesce(factor, 1) DESC, id LIMIT ?",
            (json.dumps(scales), limit),
        )
        return [Edge(*row) for row in found]

    def degree(self, ids: Iterable[str]) -> dict[str, int]:
        """How many live links each item has."""
        ids = list(dict.fromkeys(ids))
        counts = dict.fromkeys(ids, 0)
        for end in ("a", "b"):
            for id_, number in self._rows(
                f"SELECT {end}, count(*) FROM links WHERE live AND {end} IN {_GIVEN}"
                f" GROUP BY {end}",
                (_given(ids),),
            ):
                counts[id_] += number
        return counts

    def links_touching(self, ids: Iterable[str], expired: bool) -> dict[str, str]:
        """Link id -> the item that holds it, of the links that touch any of the items."""
        given = _given(dict.fromkeys(ids))
        columns = f"SELECT id, a FROM links WHERE live >= {0 if expired else 1} AND"
        return dict(
            self._rows(f"{columns} a IN {_GIVEN} UNION {columns} b IN {_GIVEN}", (given, given))
        )

    def holders(self, link_ids: Iterable[str]) -> dict[str, str]:
        """Link id -> the item that holds it, of those that are there."""
        return dict(
            self._rows(f"SELECT id, a FROM links WHERE id IN {_GIVEN}", (_given(link_ids),))
        )

    def holding_items(self) -> list[str]:
        """Items that hold at least one link."""
        return self._ids("SELECT DISTINCT a FROM links")
