"""Search of one namespace by vectors: exact where there are few items, else by Chroma's HNSW."""

import math

from langgraph_dreams.store.chroma.collection import EXACT_MOST
from langgraph_dreams.store.namespace_state import NamespaceState
from langgraph_dreams.store.validation import Vectors, check_count, check_queries
from langgraph_dreams.store.vault.reader import NamespaceReader
from langgraph_dreams.types.items import ARCHIVED

Hits = list[tuple[str, float]]
_EVERY_STATUS = ("tentative", "active", "superseded", "retired", ARCHIVED)
_MAX_FETCH = 10_000
"""Neighbours asked for at most when memories and episodes have to be told apart."""


class NamespaceSearch(NamespaceReader):
    """Search by vectors as well."""

    def dense(
        self,
        vectors: Vectors,
        k: int,
        prefix: str | None = "e",
        until: float = math.inf,
        *,
        archived: bool = False,
    ) -> list[Hits]:
        """The k nearest items of each query row, as (id, cosine similarity), best first.

        A long text is as near as the best of its passages. `prefix` "e" finds episodes, "m"
        memories, "r" rehearsals, None both of the first; items later than `until` (UNIX seconds)
        are left out, and episodes in the archive unless asked for.
        """
        queries = check_queries(vectors, self.embedder.dimension)
        check_count(k, "k")
        found = self._nearest(queries, k, prefix, until, archived)
        if prefix in ("m", "r") or k < 1:
            return found
        return self._with_passages(found, queries, k, until, archived)

    def _with_passages(
        self, found: list[Hits], queries: Vectors, k: int, until: float, archived: bool
    ) -> list[Hits]:
        state = self._state
        owners, cosines = state.passages.best(state.rows, state.index.losses, queries)
        if not owners:
            return found
        past = None if until == math.inf else self.order(owners)
        away = self.archived(owners) if self.archive_size() and not archived else set[str]()
        merged = []
        for hits, row in zip(found, cosines.tolist(), strict=True):
            best = dict(hits)
            for id_, cosine in zip(owners, row, strict=True):
                if id_ in away:
                    continue
                if past is None or (id_ in past and past[id_].time <= until):
                    best[id_] = max(cosine, best.get(id_, -1.0))
            merged.append(sorted(best.items(), key=lambda hit: -hit[1])[:k])
        return merged

    def _nearest(
        self, queries: Vectors, k: int, prefix: str | None, until: float, archived: bool
    ) -> list[Hits]:
        state = self._state
        since = state.fresh(), state.index.losses  # before the count: what goes after it is seen
        counts, total = self.count(), self.size()
        told = counts["episodes"] + counts["memories"]
        away = 0 if archived or prefix in ("m", "r") else self.archive_size()
        wanted = {
            "e": counts["episodes"] - away,
            "m": counts["memories"],
            "r": total - told,
        }.get(prefix or "", told - away)
        if not min(k, wanted) or not len(queries):
            return [[] for _ in queries]
        if prefix == "e" and wanted <= EXACT_MOST:
            ids = self.episode_ids() if archived else self._listed(state, (*since, wanted))
            if until == math.inf:
                return state.vectors.nearest(state.items, ids, queries, k)
            past = set(self.episode_ids(until, archived=archived))
            near = state.vectors.nearest(state.items, ids, queries, wanted)
            return [[hit for hit in hits if hit[0] in past][:k] for hits in near]
        if prefix in ("m", "r") and wanted <= EXACT_MOST and until == math.inf:
            # Few memories among many episodes: HNSW would have to look at nearly all items.
            if prefix == "r":
                ids = self.rehearsal_ids(_EVERY_STATUS)
                return state.rehearsal_vectors.nearest(state.items, ids, queries, k)
            ids = self.memory_ids(_EVERY_STATUS)
            return state.memory_vectors.nearest(state.items, ids, queries, k)
        fetch = min(k + min(total - wanted, 4 * k + 20), total)
        while True:
            found = self._fit(state.items.nearest(queries, fetch), prefix, until, bool(away))
            enough = all(len(hits) >= min(k, wanted) for hits in found)
            if enough or fetch >= min(total, _MAX_FETCH):
                return [hits[:k] for hits in found]
            fetch = min(fetch * 4, total, _MAX_FETCH)

    def _listed(self, state: NamespaceState, stamp: tuple[object, ...]) -> list[str]:
        """Every episode out of the archive; read once while none comes (their number) or goes.

        What goes, for good or into the archive, counts among the losses.
        """
        if state.listed[0] != stamp:
            state.listed = stamp, self.episode_ids(archived=False)
        return state.listed[1]

    def _fit(self, found: list[Hits], prefix: str | None, until: float, hiding: bool) -> list[Hits]:
        """Distances as similarities, of those items that are asked for."""
        hits = [
            [(id_, 1.0 - gap) for id_, gap in near if id_[0] in (prefix or "em")] for near in found
        ]
        if hiding:
            away = self.archived({id_ for near in hits for id_, _ in near})
            hits = [[hit for hit in near if hit[0] not in away] for near in hits]
        if until == math.inf:
            return hits
        places = self.order({id_ for near in hits for id_, _ in near})
        past = {id_ for id_, place in places.items() if place.time <= until}
        return [[hit for hit in near if hit[0] in past] for near in hits]
