"""The association graph, a neighbourhood at a time: never all links for one picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypedDict

from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.store import Edge, NamespaceStore
from langgraph_dreams.types.base import Time, now
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.web.views.items import ItemRow, kind_of, row

_HITS = 8  # items a search starts from
STRONGEST = 24
"""Links shown before anything is asked, unless more are wanted."""
_FROM_HIT = 6  # links of a hit
_FROM_CENTRE = 25  # links of an item whose neighbours were asked for
_READ = 6  # links read for each one shown, so that a filter leaves enough
_FURTHER = (1_000, 8_000)  # links looked at then, when a filter has left too few
_MOST = 400  # links in one picture


@dataclass(frozen=True)
class Filters:
    """Conditions on the links that are shown; an empty one lets all through."""

    kinds: frozenset[str] = frozenset()
    """Of both ends: episode, fact, preference, procedure, page."""
    channels: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    least: float = 0.0
    """Strength now, in [0, 1]."""
    days: float = 0.0
    """Made within so many days; 0 for any age."""
    until: int = 0
    """Made up to the night of this number; 0 for all nights."""

    @property
    def narrow(self) -> bool:
        """True if they may keep links out."""
        return self != Filters()

    def lets(self, link: Link, weight: float, at: datetime) -> bool:
        """True if a link is shown, as far as its ends do not matter."""
        return (
            weight >= self.least
            and (not self.channels or link.channel in self.channels)
            and (not self.statuses or link.status in self.statuses)
            and (not self.days or at - link.created <= timedelta(days=self.days))
        )


class NodeRow(ItemRow):
    """An item of a picture."""

    links: int
    centre: bool
    """True if its neighbourhood was asked for."""


class ShownLink(Link):
    """A link with its strength today."""

    now: float


class NightMark(TypedDict):
    """A night on the way of time."""

    number: int
    started: Time


class Picture(TypedDict):
    """Items and the links between them."""

    nodes: list[NodeRow]
    links: list[ShownLink]
    total: int
    """Links there are in all."""
    looked: int
    """The strongest links that were looked at; 0 if the filters were held against all that ask."""
    nights: list[NightMark]
    """Nights that may have made links, in order."""


def associations(
    namespace: Namespace,
    query: str,
    around: Sequence[str],
    filters: Filters,
    most: int = STRONGEST,
) -> Picture:
    """Nodes and links: the neighbourhood of what a search finds and of the items in `around`.

    Without both it is the strongest links, `most` of them. Each link has its weight `now`, and all
    it is made of.
    """
    collected = _Collection(namespace, filters)
    if query:
        collected.near(found_by(namespace.vault, query), _FROM_HIT)
    collected.near(around, _FROM_CENTRE)
    if not query and not around:
        collected.strongest(most)
    return collected.picture()


def found_by(vault: NamespaceStore, query: str) -> list[str]:
    """The items that match a text best, by words and by meaning in turn, or the one of that id."""
    if vault.get([query]):
        return [query]
    words = [id_ for id_, _ in vault.lexical(query, _HITS, None)]
    meant = [id_ for id_, _ in vault.dense(vault.embed_questions([query]), _HITS, None)[0]]
    mixed = (id_ for pair in zip(words, meant, strict=False) for id_ in pair)
    return list(dict.fromkeys([*mixed, *words, *meant]))[:_HITS]


class _Collection:
    """Links and items, collected for one picture."""

    def __init__(self, namespace: Namespace, filters: Filters) -> None:
        self._vault = namespace.vault
        self._filters = filters
        self._weigh = self._vault.downscaling(namespace.policy.downscale)
        self._at = now()
        self._centres: dict[str, None] = {}
        self._links: dict[str, Link] = {}
        self._items: dict[str, Episode | Memory] = {}
        self._looked = 0
        self._nights = [d for d in self._vault.dreams() if d.status == "committed" and d.number]
        self._made = {d.id: d.number for d in self._nights}

    def near(self, ids: Iterable[str], each: int) -> None:
        """Add items and the strongest links of each."""
        known = self._vault.get(list(dict.fromkeys(ids)))
        further = _FURTHER[0] if self._filters.narrow else 0
        self._items |= known
        self._centres |= dict.fromkeys(known)
        for id_ in known:
            touching = sorted(self._live_or_all(id_), key=lambda pair: -pair[1])
            self._add((name for name, _ in touching), each, further)

    def strongest(self, most: int) -> None:
        """Add the strongest links of all.

        Where filters leave too few of the first, it looks further, but never at all links.
        """
        scales = {number: self._weigh(1, number) for number in range(self._vault.last_number() + 1)}
        seen: set[str] = set()
        for limit in (most * _READ, *(_FURTHER if self._filters.narrow else ())):
            best = self._vault.strongest(scales, limit)
            fresh = [e.link for e in best if e.link not in seen and self._in_time(e.dream)]
            seen |= {edge.link for edge in best}
            self._add(fresh, most - len(self._links), limit)
            if len(self._links) >= most or len(best) < limit:
                break
        self._looked = len(seen)

    def _in_time(self, dream: str) -> bool:
        """True if a link was made up to the last night that is shown; those by hand always were."""
        until = self._filters.until
        return not until or self._made.get(dream, 0) <= until

    def _live_or_all(self, id_: str) -> list[tuple[str, float]]:
        """Links of an item with their weights; expired ones only when they are asked for."""
        if "expired" in self._filters.statuses:
            found = self._vault.links_of([id_], include_expired=True)
            return [(link.id, self._weight(link)) for link in found]
        return [(edge.link, self._edge_weight(edge)) for edge in self._vault.edges([id_])]

    def _edge_weight(self, edge: Edge) -> float:
        return self._weigh(edge.weight, edge.since, consolidated=edge.consolidated)

    def _weight(self, link: Link) -> float:
        lasting = link.status == "consolidated"
        return self._weigh(link.weight, link.since, consolidated=lasting)

    def _add(self, names: Iterable[str], most: int, read: int = 0) -> None:
        """Add the first `most` of the links that the filters let through; reads `read` or fewer."""
        shown = 0
        names, step = list(islice(names, read or most * _READ)), max(1, most * _READ)
        for wanted in (names[i : i + step] for i in range(0, len(names), step)):
            found = self._vault.get_links(wanted)
            fit = [found[name] for name in wanted if name in found and self._lets(found[name])]
            ends = {end for link in fit for end in (link.a, link.b)}
            self._items |= self._vault.get(sorted(ends - self._items.keys()))
            for link in fit:
                if shown == most or len(self._links) == _MOST:
                    return
                if self._kinds_fit(link):
                    self._links[link.id] = link
                    shown += 1

    def _lets(self, link: Link) -> bool:
        in_time = self._in_time(link.dream)
        return in_time and self._filters.lets(link, self._weight(link), self._at)

    def _kinds_fit(self, link: Link) -> bool:
        ends = [self._items.get(end) for end in (link.a, link.b)]
        kinds = self._filters.kinds
        return all(item is not None and (not kinds or kind_of(item) in kinds) for item in ends)

    def picture(self) -> Picture:
        """All that was collected."""
        ends = [end for link in self._links.values() for end in (link.a, link.b)]
        shown = list(dict.fromkeys([*self._centres, *ends]))
        degrees = self._vault.degree(shown)
        return {
            "nodes": [
                {**row(self._items[id_]), "links": degrees[id_], "centre": id_ in self._centres}
                for id_ in shown
            ],
            "links": [
                ShownLink(**dict(link), now=round(self._weight(link), 4))
                for link in self._links.values()
            ],
            "total": self._vault.count()["links"],
            "looked": self._looked,
            "nights": [
                {"number": night.number, "started": night.started}
                for night in sorted(self._nights, key=lambda one: one.number)
            ],
        }
