"""Search of the store: recall where something is asked, else by filter, the newest first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from langgraph.store.base import SearchItem

from langgraph_dreams.namespace.base_store.filters import passes
from langgraph_dreams.namespace.base_store.shelf import Shelf, item_fields
from langgraph_dreams.namespace.reading import recall
from langgraph_dreams.store.puts import value_of
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.recall import Recall, Why

_LEAST, _MORE = 40, 4
"""Episodes recalled beyond a page, and times as many where that is not enough."""


class FoundItem(SearchItem):
    """An item of a search, and the reason why it came.

    `score` is the cosine similarity to the question, as in other stores; None for what is not
    indexed, or was not asked for. The order is that of recall, in which links and memories count as
    well: `why` tells how, with the path that led to the item, and `strength` is what it was ordered
    by, in all namespaces alike.
    """

    __slots__ = ("strength", "why")

    def __init__(
        self, *args: Any, why: Why | None = None, strength: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.why = why
        self.strength = strength


class Hit(NamedTuple):
    """An item found on a shelf."""

    shelf: Shelf
    episode: Episode
    strength: float | None = None
    why: Why | None = None

    def item(self) -> FoundItem:
        """The item as LangGraph is told of it."""
        return FoundItem(
            **item_fields(self.shelf.path, self.episode),
            score=self.why.dense if self.why else None,
            why=self.why,
            strength=self.strength,
        )


def searched(
    shelves: Sequence[Shelf], query: str | None, wanted: Mapping[str, Any], first: int, most: int
) -> list[Hit]:
    """At most so many items after the first ones, best first; without a question newest first."""
    need = first + most
    if not most:
        return []
    if query and query.strip():
        found = [hit for shelf in shelves for hit in _asked(shelf, query, wanted, first, most)]
        scored = [hit for hit in found if hit.strength is not None]
        scored.sort(key=lambda hit: -(hit.strength or 0.0))
        found = [*scored, *_newest([hit for hit in found if hit.strength is None])]
    else:
        found = _newest([hit for shelf in shelves for hit in _passing(shelf, wanted)])
    return found[first:need]


def _newest(hits: Sequence[Hit]) -> list[Hit]:
    def place(hit: Hit) -> tuple[float, tuple[str, ...], str]:
        put = hit.episode.put
        assert put is not None
        return -put.updated.timestamp(), hit.shelf.path, put.key

    return sorted(hits, key=place)


def _passing(shelf: Shelf, wanted: Mapping[str, Any]) -> Iterator[Hit]:
    for episode in shelf.all().values():
        if _passes(episode, wanted):
            yield Hit(shelf, episode)


def _passes(episode: Episode, wanted: Mapping[str, Any]) -> bool:
    return not wanted or (episode.put is not None and passes(value_of(episode.put), wanted))


def _asked(shelf: Shelf, query: str, wanted: Mapping[str, Any], first: int, most: int) -> list[Hit]:
    """At least so many hits, where there are so many.

    The order of a recall depends on how much is recalled. So that the pages of one search have
    nothing in common, all begin with the recall of one page, and go on with the same larger ones.
    """
    total, need = shelf.vault.count()["episodes"], first + most
    found: dict[str, Hit] = {}
    size = most
    while True:
        # What links bring among the first page is noted as their use.
        recalled = _recalled(shelf, query, size, note=not first and size == most)
        least = min((hit.strength or 0.0 for hit in found.values()), default=1.0)
        for hit in _hits(shelf, recalled):
            if _passes(hit.episode, wanted) and hit.episode.id not in found:
                found[hit.episode.id] = hit._replace(strength=min(least, hit.strength or 0.0))
        if len(found) >= need or size >= total:
            break
        size = max(_LEAST, _MORE * size) if size > most else max(_LEAST, most + 1)
    if len(found) < need:
        rest = _passing(shelf, wanted)
        return [*found.values(), *(hit for hit in rest if hit.episode.id not in found)]
    return list(found.values())


def _recalled(shelf: Shelf, query: str, k: int, note: bool) -> Recall:
    return recall(
        shelf.session,
        query,
        k,
        links=True,
        without_dream=(),
        as_of=None,
        note=note,
        policy=None,
        floor=0.0,
        archived=True,  # what a dream has put away is still there for whoever put it here
    )


def _hits(shelf: Shelf, found: Recall) -> Iterator[Hit]:
    """The puts among what was recalled; those that say the same stand beside one another.

    The order of recall is not that of its scores alone, so they are handed out in order.
    """
    scores = sorted((entry.score for entry in found.items), reverse=True)
    best = max(scores[:1], default=0.0)
    repeats = shelf.vault.get([id_ for entry in found.items for id_ in entry.repeats])
    for entry, score in zip(found.items, scores, strict=True):
        share = max(0.0, score) / best if best > 0 else 0.0
        told = (entry.item, *(repeats[id_] for id_ in entry.repeats if id_ in repeats))
        for episode in shelf.live(e for e in told if isinstance(e, Episode)).values():
            if episode.put and episode.put.fields:
                yield Hit(shelf, episode, round(share * found.relevance, 4), entry.why)
