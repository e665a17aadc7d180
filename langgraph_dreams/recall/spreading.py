"""Spreading activation along links, and the path by which it reached each item."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from langgraph_dreams.recall.candidates import Floats, Pool, RecallQuery, different
from langgraph_dreams.store import Edge, NamespaceStore
from langgraph_dreams.types.items import Link
from langgraph_dreams.types.recall import Hop

_FRONT = 50  # items from which activation goes on to the next hop
CANDIDATE = "candidate"
"""Channel of a hop along an extra edge, which no stored link stands for."""


@dataclass(frozen=True)
class ActivationPath:
    """The strongest way along links to an item: its last step, and the way before that."""

    activation: float
    source: str
    target: str
    edge: Edge
    weight: float
    before: "ActivationPath | None" = None

    def steps(self) -> list["ActivationPath"]:
        """From the seed to the item."""
        return [*(self.before.steps() if self.before else ()), self]

    def passed(self, item: str) -> bool:
        """True if the way set out from the item, or led over it."""
        return any(step.source == item for step in self.steps())


def spread(
    query: RecallQuery, pool: Pool, key: Floats, extra: Sequence[Edge]
) -> dict[str, ActivationPath]:
    """Strongest way to each item: key ** power * product of weights * decay per later hop."""
    policy = query.policy
    best = different(pool, key, policy.seeds)
    top = float(key[best[0]]) if len(best) else 0.0
    if top <= 0:
        return {}
    front: dict[str, tuple[float, ActivationPath | None]] = {
        pool.ids[i]: (float(key[i] / top) ** policy.seed_power, None) for i in best
    }
    weight_now = query.vault.downscaling(policy.downscale)
    edges_of = _edges(query, extra)
    reached: dict[str, ActivationPath] = {}
    decay = 1.0
    for _ in range(policy.hops):
        found: dict[str, ActivationPath] = {}
        for edge in edges_of(list(front)):
            weight = weight_now(edge.weight, edge.since, consolidated=edge.consolidated)
            for source, target in ((edge.a, edge.b), (edge.b, edge.a)):
                if source not in front:
                    continue
                value, before = front[source]
                if before is not None and before.passed(target):
                    continue  # what comes back to its sender says nothing new
                value *= weight * decay
                held = found.get(target) or reached.get(target)
                if value > (held.activation if held else 0.0):
                    found[target] = ActivationPath(value, source, target, edge, weight, before)
        reached |= found
        strongest = sorted(found.values(), key=lambda way: -way.activation)[:_FRONT]
        front = {way.target: (way.activation, way) for way in strongest}
        decay = policy.hop_decay
    return reached


def _edges(query: RecallQuery, extra: Sequence[Edge]) -> Callable[[list[str]], list[Edge]]:
    """A reader of the links of items: stored ones with the extra ones laid over them."""
    laid = {edge.link: edge for edge in extra}
    touching: dict[str, list[Edge]] = defaultdict(list)
    for edge in laid.values():
        touching[edge.a].append(edge)
        touching[edge.b].append(edge)

    def of(items: list[str]) -> list[Edge]:
        found = [edge for edge in query.vault.edges(items) if edge.link not in laid]
        if laid:
            found += {edge.link: edge for i in items for edge in touching.get(i, ())}.values()
        if query.without:
            found = [edge for edge in found if edge.dream not in query.without]
        if query.at is not None:
            there = query.in_time([end for edge in found for end in (edge.a, edge.b)])
            found = [edge for edge in found if edge.a in there and edge.b in there]
        return found

    return of


def links_on_paths(
    vault: NamespaceStore, reached: Mapping[str, ActivationPath], shown: Sequence[str]
) -> dict[str, Link]:
    """The stored links on the ways to what is shown."""
    steps = (step for name in shown if name in reached for step in reached[name].steps())
    wanted = list(dict.fromkeys(step.edge.link for step in steps))
    return vault.get_links(wanted) if wanted else {}


def path(
    reached: Mapping[str, ActivationPath],
    links: Mapping[str, Link],
    extra: frozenset[str],
    name: str,
) -> tuple[Hop, ...]:
    """The way to an item, from the seed."""
    way = reached[name].steps() if name in reached else []
    hops = (
        _hop(step, None if step.edge.link in extra else links.get(step.edge.link), extra)
        for step in way
    )
    return tuple(hop for hop in hops if hop is not None)


def _hop(step: ActivationPath, link: Link | None, extra: frozenset[str]) -> Hop | None:
    if link is None and step.edge.link not in extra:
        return None  # retired meanwhile
    return Hop(
        source=step.source,
        target=step.target,
        link=step.edge.link,
        channel=link.channel if link else CANDIDATE,
        bridge=link.bridge if link else (),
        weight=round(step.weight, 4),
        dream=link.dream if link else step.edge.dream,
    )
