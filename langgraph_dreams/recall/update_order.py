"""Order of a recall: updates stand before what they update; no episode is dropped.

A link of kind "update" says which of two episodes is the later word on one matter. It only orders:
the newer end comes directly before the older one, if the question found both. A memory that rests
on nothing but the older ends is not returned beside them, lest it speak against the newer word.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from langgraph_dreams.recall.candidates import Pool, RecallQuery
from langgraph_dreams.store import Edge
from langgraph_dreams.types.items import Link, link_id
from langgraph_dreams.types.recall import Hop, Recall

UPDATE = "update"
"""Kind of such a link."""
_LEAST = 0.45  # of the older one's hybrid score; what matches the question less is not pulled up


def is_update(edge: Edge) -> bool:
    """True if an edge is an order and no association: the kind is in the id."""
    return edge.link == link_id(edge.a, edge.b, UPDATE)


def newer_first(
    query: RecallQuery, pool: Pool, order: Sequence[int], k: int
) -> tuple[list[int], dict[str, Edge]]:
    """The first k of an order with updates before what they update, and the links that moved any.

    Moved episodes are named by their link's newer end.
    """
    if not (query.policy.links and query.policy.updates):
        return list(order[:k]), {}
    newer = _newer(query, pool, [pool.ids[i] for i in order[:k]])
    if not newer:
        return list(order[:k]), {}
    placed: dict[int, None] = {}
    moved: dict[str, Edge] = {}

    def place(i: int, seen: frozenset[int]) -> None:
        if i in placed or i in seen:
            return
        for edge in newer.get(pool.ids[i], ()):
            j = pool.place[edge.a]
            if j not in placed and pool.seed[j] >= _LEAST * pool.seed[i]:
                moved[edge.a] = edge
                place(j, seen | {i})
        placed[i] = None

    for i in order[:k]:
        place(i, frozenset())
    return list(placed)[:k], moved


def overtaken(
    query: RecallQuery, pool: Pool, sources: Mapping[str, Sequence[str]], shown: Collection[str]
) -> set[str]:
    """Memories, by what they rest on, all of which is followed by an update that is shown."""
    if not (query.policy.links and query.policy.updates):
        return set()
    newer = _newer(query, pool, list(dict.fromkeys(i for ids in sources.values() for i in ids)))
    return {
        name
        for name, ids in sources.items()
        if ids and all(any(edge.a in shown for edge in newer.get(i, ())) for i in ids)
    }


def _newer(query: RecallQuery, pool: Pool, episodes: Sequence[str]) -> dict[str, list[Edge]]:
    """By older episode, its updates that the question found, along chains of updates."""
    found: dict[str, list[Edge]] = defaultdict(list)
    wanted = list(episodes)
    known = set(wanted)
    while wanted:
        later = []
        for edge in query.vault.edges(wanted):
            if edge.b not in known or edge.a not in pool.place or not is_update(edge):
                continue
            if edge.dream in query.without or edge in found[edge.b]:
                continue
            found[edge.b].append(edge)
            if edge.a not in known:
                later.append(edge.a)
        known.update(later)
        wanted = later
    latest = {name: place.time for name, place in query.vault.order(list(known)).items()}
    return {
        name: sorted(edges, key=lambda e: (-latest.get(e.a, 0.0), e.a))
        for name, edges in found.items()
        if edges
    }


def explained(query: RecallQuery, answer: Recall, moved: Mapping[str, Edge]) -> Recall:
    """The answer, where what was moved says by which link: its way begins at the older one."""
    if not moved:
        return answer
    links = query.vault.get_links([edge.link for edge in moved.values()])
    items = tuple(
        entry.model_copy(update={"why": entry.why.model_copy(update={"path": (_hop(link),)})})
        if (edge := moved.get(entry.item.id)) and (link := links.get(edge.link))
        else entry
        for entry in answer.items
    )
    return answer.model_copy(update={"items": items})


def _hop(link: Link) -> Hop:
    return Hop(
        source=link.b,
        target=link.a,
        link=link.id,
        channel=UPDATE,
        bridge=link.bridge,
        weight=link.weight,
        dream=link.dream,
    )
