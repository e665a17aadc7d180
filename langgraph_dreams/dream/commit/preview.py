"""A namespace as it would be once operations are applied, for recall to be tried on it."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from langgraph_dreams.store import Edge, NamespaceStore, Standing, Vectors
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.items import Item, memory_key
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.operations import EPISODE_KINDS, LINK_KINDS, Operation, final_states


class PreviewStore(NamespaceStore):
    """A namespace's store with the memories and links of operations laid over it; writes nothing.

    Only what recall asks is answered with them.
    """

    def __init__(self, vault: NamespaceStore, operations: Sequence[Operation]) -> None:
        """The namespace's store as it would be after the operations."""
        super().__init__(vault._find, vault.embedder, vault._guard)
        links = [o.link() for o in operations if o.kind in LINK_KINDS]
        self._laid = {link.id: link for link in links}
        self._changed = final_states(operations)
        self._places = {
            o.target: o.archival().archived for o in operations if o.kind in EPISODE_KINDS
        }
        self._away = {name for name, bearer in self._places.items() if bearer}
        stored = super().standings(list(self._changed))
        self._new = [name for name in self._changed if name not in stored]
        keys = [memory_key(self._changed[name]) for name in self._new]
        fresh = jitter(self._new, self.embed(keys))
        self._fresh: dict[str, Vectors] = dict(zip(self._new, fresh, strict=True))

    # -- search

    def dense(
        self,
        vectors: Vectors,
        k: int,
        prefix: str | None = "e",
        until: float = math.inf,
        *,
        archived: bool = False,
    ) -> list[list[tuple[str, float]]]:
        """As NamespaceStore.dense, with new memories; what comes back from the archive is not."""
        more = 0 if archived or prefix in ("m", "r") else len(self._away)
        found = super().dense(vectors, k + more, prefix, until, archived=archived)
        if more:
            found = [[hit for hit in hits if hit[0] not in self._away][:k] for hits in found]
        new = self._fresh_ones(prefix)
        if not new:
            return found
        near = np.asarray(vectors) @ np.stack([self._fresh[name] for name in new]).T
        return [
            sorted([*hits, *zip(new, row, strict=True)], key=lambda hit: -hit[1])[:k]
            for hits, row in zip(found, near.tolist(), strict=True)
        ]

    def lexical(
        self,
        query: str,
        k: int,
        prefix: str | None = "e",
        until: float = math.inf,
        *,
        archived: bool = False,
    ) -> list[tuple[str, float]]:
        """As NamespaceStore.lexical; new memories come last, for `weigh` to weigh them."""
        more = 0 if archived or prefix in ("m", "r") else len(self._away)
        found = super().lexical(query, k + more, prefix, until, archived=archived)
        if more:
            found = [hit for hit in found if hit[0] not in self._away][:k]
        return [*found, *((name, 0.0) for name in self._fresh_ones(prefix))]

    def _fresh_ones(self, prefix: str | None) -> list[str]:
        """New memories, or new rehearsals, as a search for these finds them."""
        return [name for name in self._new if name[0] == (prefix or "m")]

    def weigh(
        self, query: str, ids: Sequence[str], unsaved: Mapping[str, str] | None = None
    ) -> dict[str, float]:
        """As NamespaceStore.weigh, with new memories."""
        asked = set(ids)
        new = {n: memory_key(self._changed[n]) for n in self._new if n in asked}
        new |= unsaved or {}
        return super().weigh(query, [name for name in ids if name not in new], new)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """As NamespaceStore.vectors, with new memories."""
        stored = [name for name in ids if name not in self._fresh]
        found = dict(zip(stored, super().vectors(stored), strict=True)) | self._fresh
        rows = [found[name] for name in ids]
        return np.stack(rows) if rows else super().vectors([])

    # -- the archive

    def archived(self, ids: Iterable[str]) -> set[str]:
        """As NamespaceStore.archived, with what would be put there."""
        asked = set(ids)
        back = self._places.keys() - self._away
        return (super().archived(asked) - back) | (asked & self._away)

    # -- memories

    def get(self, ids: Sequence[str]) -> dict[str, Item]:
        """As NamespaceStore.get, memories as they would be, and no episode undreamt."""
        found = {name: _dreamt(item) for name, item in super().get(ids).items()}
        changed = {name: self._changed[name] for name in ids if name in self._changed}
        return {**found, **changed}

    def standings(self, ids: Sequence[str]) -> dict[str, Standing]:
        """As NamespaceStore.standings, memories as they would be."""
        found = super().standings(ids)
        return found | {n: _standing(self._changed[n]) for n in ids if n in self._changed}

    def citing(self, ids: Sequence[str], prefix: str = "m") -> dict[str, list[str]]:
        """As NamespaceStore.citing, memories as they would be."""
        found = super().citing(ids, prefix)
        changed = [m for m in self._changed.values() if m.id[0] == prefix]
        for id_ in ids:
            stored = [name for name in found.get(id_, ()) if name not in self._changed]
            laid = [m.id for m in changed if id_ in (*m.sources, *m.cites)]
            if stored or laid:
                found[id_] = sorted([*stored, *laid])
        return found

    def replaced_by(self, ids: Sequence[str]) -> dict[str, str]:
        """As NamespaceStore.replaced_by, memories as they would be."""
        found = {k: v for k, v in super().replaced_by(ids).items() if k not in self._changed}
        laid = {m.id: m.superseded_by for m in self._changed.values() if m.superseded_by in ids}
        return found | laid

    # -- links

    def edges(self, ids: Sequence[str]) -> list[Edge]:
        """As NamespaceStore.edges, links as they would be."""
        wanted = set(ids)
        found = [edge for edge in super().edges(ids) if edge.link not in self._laid]
        laid = (x for x in self._laid.values() if x.status != "expired")
        return found + [_edge(x) for x in laid if x.a in wanted or x.b in wanted]

    def get_links(self, link_ids: Sequence[str]) -> dict[str, Link]:
        """As NamespaceStore.get_links, links as they would be."""
        found = super().get_links(link_ids)
        return found | {name: self._laid[name] for name in link_ids if name in self._laid}


def _dreamt(item: Item) -> Item:
    """As recall sees it after the dream: order without a link is for what no dream has seen yet."""
    fresh = isinstance(item, Episode) and not item.dreamt
    return item.model_copy(update={"dreamt": "preview"}) if fresh else item


def _standing(memory: Memory) -> Standing:
    since = memory.valid_from or memory.learned_at
    until = memory.valid_to.timestamp() if memory.valid_to else None
    return Standing(
        memory.status,
        since.timestamp(),
        until,
        memory.superseded_by,
        memory.dream,
        memory.sources,
        memory.cites,
    )


def _edge(link: Link) -> Edge:
    lasting = link.status == "consolidated"
    return Edge(link.a, link.b, link.weight, link.since, link.id, link.dream, lasting)
