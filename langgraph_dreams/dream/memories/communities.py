"""Communities of memories whose sources dreams have linked, across conversations.

Two memories are joined when they share a source, or when sources of theirs are linked. The graph
is looked at around what this dream wrote only, so that the work does not grow with the namespace.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation

_STEPS = 2  # links followed from what this dream wrote
_TOUCHED = 200  # memories that this dream wrote or linked, in the graph
_NODES = 400  # memories in the graph
_SHOWN = 8  # memories of one community that are shown
_SHARED = 1.0  # what a shared source joins, as the weight of a link
_CROWD = 20  # memories of one source that are joined with each other
_SEED = 0  # of Louvain's shuffle: the same graph, the same communities

Pair = tuple[str, str]


@dataclass(frozen=True)
class Community:
    """Memories that belong together, those at the heart of it first."""

    memories: tuple[Memory, ...]
    sessions: Mapping[str, frozenset[str]]
    """The conversations of each memory, by its id."""
    weight: float
    """Strength by which its conversations are joined."""


@dataclass
class _Web:
    """Memories around what this dream wrote, and what joins them."""

    context: StageContext
    changed: dict[str, Memory]
    """Memories as this dream's operations leave them."""
    links: dict[Pair, float]
    """Links that this dream adds, by their ends."""
    memories: dict[str, Memory] = field(default_factory=dict)
    joined: dict[Pair, float] = field(default_factory=lambda: defaultdict(float))

    def take(self, names: Iterable[str], most: int) -> list[str]:
        """Add memories, up to so many in all; returns those that came in."""
        room = max(0, most - len(self.memories))
        new = (name for name in dict.fromkeys(names) if name not in self.memories)
        # Some are insights or hold no more; few enough that twice as many fill the room.
        found = memories_after(self.context.vault, list(islice(new, 2 * room)), self.changed)
        found = [m for m in found if _fit(m)][:room]
        self.memories |= {m.id: m for m in found}
        return [m.id for m in found]

    def made_of(self, names: Iterable[str]) -> dict[str, None]:
        """The items of memories: each itself, and its sources."""
        return {i: None for name in names for i in (name, *self.memories[name].sources)}

    def owners(self, items: Iterable[str]) -> dict[str, list[str]]:
        """The memories that are made of each item, in a fixed order."""
        wanted = dict.fromkeys(items)
        found: dict[str, set[str]] = {item: {item} for item in wanted if item.startswith("m")}
        for item, names in self.context.vault.citing(list(wanted)).items():
            found.setdefault(item, set()).update(names)
        for memory in self.changed.values():
            for source in memory.sources:
                if source in wanted:
                    found.setdefault(source, set()).add(memory.id)
        return {item: sorted(found[item]) for item in wanted if item in found}

    def join(self, ones: Sequence[str], others: Sequence[str], weight: float) -> None:
        """Join every one with every other memory."""
        for one in ones[:_CROWD]:
            for other in others[:_CROWD]:
                if one != other:
                    self.joined[min(one, other), max(one, other)] += weight


def communities(
    context: StageContext, operations: Sequence[Operation], changed: dict[str, Memory]
) -> list[Community]:
    """Communities that this dream touched and that span conversations, the best joined first.

    `changed` are the memories that `operations` leave. Memories of untrusted sources or that read
    as instructions, and insights, are left out.
    """
    added = [o.link() for o in operations if o.kind == "add_link"]
    web = _Web(context, changed, {(link.a, link.b): link.weight for link in added})
    touched = set(web.take([*_linked(web), *_written(operations)], _TOUCHED))
    _spread(web, touched)
    if len(web.memories) < 2:
        return []
    _join(web, {o.target for o in operations if o.kind == "retire_link"})
    sessions = _sessions(context, web.memories.values())
    made = (_community(web, names, touched, sessions) for names in _parted(web))
    return sorted((c for c in made if c), key=lambda c: (-c.weight, c.memories[0].id))


def _fit(memory: Memory) -> bool:
    return (
        memory.current and memory.kind != "insight" and may_become(memory) and bool(memory.sources)
    )


def _linked(web: _Web) -> list[str]:
    """Memories that a link of this dream joins with another, the strongest first."""
    owners = web.owners(end for pair in web.links for end in pair)
    found: dict[str, None] = {}
    for a, b in sorted(web.links, key=lambda pair: (-web.links[pair], pair)):
        ones, others = owners.get(a, []), owners.get(b, [])
        if ones and others and len({*ones, *others}) > 1:
            found |= dict.fromkeys([*ones, *others])
    return list(found)


def _written(operations: Iterable[Operation]) -> list[str]:
    """Memories that this dream adds, or gives further sources."""
    return [
        o.target
        for o in operations
        if o.kind == "add_memory" or (o.kind == "merge_memory" and _cites_more(o))
    ]


def _cites_more(operation: Operation) -> bool:
    before = operation.state_before()
    return not isinstance(before, Memory) or operation.memory().sources != before.sources


# -- what lies around this dream


def _spread(web: _Web, touched: Iterable[str]) -> None:
    """Take in the memories that are at most so many links away, the best linked first."""
    frontier = sorted(touched)
    for _ in range(_STEPS):
        items = web.made_of(frontier)
        ends = dict.fromkeys(items, _SHARED)
        stored = [(e.a, e.b, e.weight) for e in web.context.vault.edges(list(items))]
        new = [(a, b, w) for (a, b), w in web.links.items() if a in items or b in items]
        for a, b, weight in (*stored, *new):
            for end in (a, b):
                ends[end] = max(ends.get(end, 0.0), weight)
        owners = web.owners(sorted(ends, key=lambda end: (-ends[end], end)))
        frontier = web.take((name for names in owners.values() for name in names), _NODES)


def _join(web: _Web, gone: Collection[str]) -> None:
    """Join the memories that share sources, or whose sources are linked."""
    vault, policy = web.context.vault, web.context.policy
    weight_now = vault.downscaling(policy.downscale)
    made = web.made_of(sorted(web.memories))
    inside = {
        item: [name for name in names if name in web.memories]
        for item, names in web.owners(made).items()
    }
    for names in inside.values():
        for one, other in combinations(names[:_CROWD], 2):
            web.join([one], [other], _SHARED)
    for edge in vault.edges(list(made)):
        if edge.link not in gone and (edge.a, edge.b) not in web.links:
            weight = weight_now(edge.weight, edge.since, consolidated=edge.consolidated)
            web.join(inside.get(edge.a, ()), inside.get(edge.b, ()), weight)
    for (a, b), weight in web.links.items():
        web.join(inside.get(a, ()), inside.get(b, ()), weight)


def _sessions(context: StageContext, memories: Iterable[Memory]) -> dict[str, frozenset[str]]:
    """The conversations of each memory; an episode without a thread is one of its own."""
    every = list(memories)
    places = context.vault.order({source for m in every for source in m.sources})
    return {m.id: frozenset(places[s].thread or s for s in m.sources if s in places) for m in every}


# -- parting


def _parted(web: _Web) -> list[list[str]]:
    """Memories by community, after Louvain (Blondel and others 2008)."""
    import networkx as nx  # takes a third of a second, and few dreams come here

    # Numbers for nodes: sets of them are walked in one order in every process, unlike strings.
    number = {name: i for i, name in enumerate(sorted(web.memories))}
    names = list(number)
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (number[one], number[other], weight)
        for (one, other), weight in sorted(web.joined.items())
        if weight > 0
    )
    parts = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    return sorted(sorted(names[i] for i in part) for part in parts)


def _community(
    web: _Web,
    names: Sequence[str],
    touched: Collection[str],
    sessions: Mapping[str, frozenset[str]],
) -> Community | None:
    """The community of these memories; None when it is old, or spans no conversations."""
    inside = set(names)
    if not inside.intersection(touched):
        return None
    degree: dict[str, float] = defaultdict(float)
    across = 0.0
    for (one, other), weight in web.joined.items():
        if one in inside and other in inside:
            degree[one] += weight
            degree[other] += weight
            across += weight if sessions[one] != sessions[other] else 0.0
    order = sorted(inside, key=lambda n: (n not in touched, -degree[n], n))
    shown = _spanning([name for name in order if sessions[name]], sessions)
    if not shown:
        return None
    return Community(
        tuple(web.memories[name] for name in shown), {n: sessions[n] for n in shown}, across
    )


def _spanning(order: Sequence[str], sessions: Mapping[str, frozenset[str]]) -> list[str]:
    """The first few, the last of them from another conversation if need be; empty when none is."""
    first = list(order[:_SHOWN])
    if spans(first, sessions):
        return first
    for other in order[_SHOWN:]:
        if spans([*first, other], sessions):
            return [*first[:-1], other]
    return []


def spans(names: Sequence[str], sessions: Mapping[str, frozenset[str]]) -> bool:
    """True if these are at least two memories, of at least two conversations."""
    every: set[str] = set().union(*(sessions[name] for name in names))
    return len(set(names)) > 1 and len(every) > 1
