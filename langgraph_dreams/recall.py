"""Recall: hybrid seeds, neighbouring turns, spread along links, and the reason for every item.

The score of an item is a plain sum, so that each part can be read off and switched off:

    hybrid + neighbours + thread_weight * thread + substance_weight * substance
           + link_weight * activation

Sources: the hybrid of cosine and BM25 is convex score fusion (Bruch et al. 2022); the spread is
spreading activation (Collins and Loftus 1975) with the strongest way instead of the sum of all
ways, so that hubs do not win by having many.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langgraph_dreams.decay import Downscaling
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.models import Hop, Link, Recall, RecallItem, Why
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.store import Vault
from langgraph_dreams.store.texts import clean

Floats = NDArray[np.float64]
_Neighbours = dict[str, list[tuple[int, str]]]

_WIDENED = 100  # best hits whose neighbouring turns join the pool
_FRONT = 50  # items from which activation goes on to the next hop
_THREAD_HITS = 3  # hits that speak for a thread
_FALLOFF = 0.7  # neighbour at distance d counts 1 / (1 + falloff * (d - 1))


@dataclass
class _Pool:
    """Items in question, as parallel arrays."""

    ids: list[str]
    dense: Floats
    lexical: Floats
    seed: Floats
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.place = {item: i for i, item in enumerate(self.ids)}


@dataclass(frozen=True)
class _Reach:
    """The strongest way along links to an item: its last step, and the way before that."""

    activation: float
    source: str
    target: str
    link: str
    weight: float
    before: "_Reach | None" = None

    def steps(self) -> list["_Reach"]:
        """From the seed to the item."""
        return [*(self.before.steps() if self.before else ()), self]


def recall(
    vault: Vault,
    query: str,
    k: int,
    policy: DreamPolicy,
    *,
    without_dream: Iterable[str] = (),
) -> Recall:
    """Answer a question with the k best episodes, best first.

    Args:
        vault: the namespace's store.
        query: the question, any text that is not blank.
        k: number of episodes, 1 or more.
        policy: settings; `links=False` leaves out the spread.
        without_dream: ids of dreams whose links are ignored.

    Raises:
        InvalidInputError: the question is blank or no text, or k is no positive whole number.
        EmbedderError: the embedder failed, or answered what is no vector of its dimension.
    """
    query = _checked(query, k)
    vector = vault.embed([query])
    pool = _gather(vault, query, vector, k, policy)
    around = _around(vault, pool, policy)
    reached = _spread(vault, pool, policy, frozenset(without_dream)) if policy.links else {}
    pool = _widened(vault, pool, vector, [*_turns(pool, around), *reached], policy)
    direct, beside = _direct(vault, pool, around, policy)
    activation = np.array([reached[i].activation if i in reached else 0.0 for i in pool.ids])
    order = _fused(direct, direct + policy.link_weight * activation, policy.protected)[:k]
    hits = set(np.argsort(-direct, kind="stable")[:k].tolist())
    found = vault.get([pool.ids[i] for i in order])
    links = _links_on_paths(vault, reached, list(found))
    items = [
        RecallItem(
            item=found[pool.ids[i]],
            score=round(float(direct[i] + policy.link_weight * activation[i]), 4),
            why=_why(
                pool,
                i,
                neighbour_of=beside.get(i, ""),
                activation=round(float(activation[i]), 4),
                path=_path(reached, links, pool.ids[i]),
                by_link=i not in hits,
            ),
        )
        for i in order
        if pool.ids[i] in found
    ]
    memories = _memories(vault, query, vector, policy, items)
    return Recall(query=query, items=tuple(items), memories=memories)


def _checked(query: str, k: int) -> str:
    """The question without what no database keeps. Raises InvalidInputError."""
    if not isinstance(query, str):
        raise InvalidInputError(f"the question is {query!r:.80}; ask something in words")
    if not query.strip():
        raise InvalidInputError("the question is blank; ask something in words")
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InvalidInputError(f"k is {k!r:.80}; ask for 1 item or more, as a whole number")
    return clean(query)


# -- direct search


def _gather(
    vault: Vault, query: str, vector: NDArray[np.float32], k: int, policy: DreamPolicy
) -> _Pool:
    """Union of both searches, with the exact cosine of what only BM25 found."""
    size = max(policy.pool, 2 * k)
    dense = dict(vault.dense(vector, size)[0]) if policy.dense_weight > 0 else {}
    lexical = dict(vault.lexical(query, size)) if policy.dense_weight < 1 else {}
    return _scored(
        vault, [*dense, *(i for i in lexical if i not in dense)], dense, lexical, vector, policy
    )


def _scored(
    vault: Vault,
    ids: list[str],
    dense: dict[str, float],
    lexical: dict[str, float],
    vector: NDArray[np.float32],
    policy: DreamPolicy,
) -> _Pool:
    missing = [i for i in ids if i not in dense]
    if missing:
        cosines = vault.vectors(missing) @ vector[0]
        dense = dense | dict(zip(missing, cosines.tolist(), strict=True))
    cosine = np.array([dense[i] for i in ids], dtype=np.float64)
    bm25 = np.array([lexical.get(i, 0.0) for i in ids], dtype=np.float64)
    seed = policy.dense_weight * _relative(cosine) + (1 - policy.dense_weight) * _relative(bm25)
    return _Pool(ids, cosine, bm25, seed)


def _relative(values: Floats) -> Floats:
    """Scores relative to the best one, in [0, 1]; negative similarity counts as none."""
    best = values.max(initial=0.0)
    return np.clip(values, 0, None) / best if best > 0 else np.zeros_like(values)


def _around(vault: Vault, pool: _Pool, policy: DreamPolicy) -> _Neighbours:
    """Turns beside every hit."""
    return vault.neighbours(pool.ids, policy.neighbours) if policy.neighbours else {}


def _turns(pool: _Pool, around: _Neighbours) -> Iterator[str]:
    """Turns beside the best hits."""
    best = (pool.ids[i] for i in np.argsort(-pool.seed, kind="stable")[:_WIDENED])
    return (name for hit in best for _, name in around.get(hit, ()))


def _widened(
    vault: Vault,
    pool: _Pool,
    vector: NDArray[np.float32],
    others: Iterable[str],
    policy: DreamPolicy,
) -> _Pool:
    """The pool with other episodes, scored like the rest."""
    added = [name for name in dict.fromkeys(others) if name not in pool.place]
    added = [name for name in added if name.startswith("e")]
    if not added:
        return pool
    dense = dict(zip(pool.ids, pool.dense.tolist(), strict=True))
    lexical = dict(zip(pool.ids, pool.lexical.tolist(), strict=True))
    return _scored(vault, pool.ids + added, dense, lexical, vector, policy)


def _direct(
    vault: Vault, pool: _Pool, around: _Neighbours, policy: DreamPolicy
) -> tuple[Floats, dict[int, str]]:
    """Scores without links, and for an item drawn in by a turn beside it, that turn's id."""
    score = pool.seed.copy()
    if not pool.ids or not policy.neighbours:
        return score, {}  # plain search: dense, BM25 or their hybrid
    shared, beside = _shared(pool, around, policy)
    facts = vault.facts(pool.ids)
    full = np.log1p(policy.substance_terms)
    terms = np.array([facts[i].terms for i in pool.ids], dtype=np.float64)
    substance = np.minimum(1.0, np.log1p(terms) / full)
    thread = _thread_relevance(vault, pool, [facts[i].thread for i in pool.ids])
    score += shared + policy.thread_weight * thread + policy.substance_weight * substance
    return score, beside


def _shared(pool: _Pool, around: _Neighbours, policy: DreamPolicy) -> tuple[Floats, dict[int, str]]:
    """What each item gets from the best hit beside it."""
    shared = np.zeros_like(pool.seed)
    beside: dict[int, str] = {}
    for hit, turns in around.items():
        seed = float(pool.seed[pool.place[hit]])
        for offset, name in turns:
            i = pool.place.get(name)
            if i is None:
                continue
            part = policy.neighbour_weight / (1 + _FALLOFF * (abs(offset) - 1)) * seed
            if part > shared[i]:
                shared[i] = part
                if part > pool.seed[i]:
                    beside[i] = hit
    return shared, beside


def _thread_relevance(vault: Vault, pool: _Pool, threads: Sequence[str]) -> Floats:
    """Mean of the best three hits of each item's thread (of all its items if it has fewer)."""
    hits: dict[str, list[float]] = {}
    for name, value in zip(threads, pool.seed.tolist(), strict=True):
        hits.setdefault(name, []).append(value)
    sizes = vault.thread_sizes(list(hits))
    relevance = {
        name: sum(sorted(values)[-_THREAD_HITS:]) / min(_THREAD_HITS, max(1, sizes.get(name, 1)))
        for name, values in hits.items()
    }
    return np.array([relevance[name] for name in threads], dtype=np.float64)


def _fused(direct: Floats, score: Floats, protected: int) -> list[int]:
    """Order by score, but the best direct hits keep the first ranks."""
    kept: list[int] = np.argsort(-direct, kind="stable")[:protected].tolist()
    first = set(kept)
    return kept + [i for i in np.argsort(-score, kind="stable").tolist() if i not in first]


# -- links


def _spread(
    vault: Vault, pool: _Pool, policy: DreamPolicy, without: frozenset[str]
) -> dict[str, _Reach]:
    """Strongest way to each item: seed ** power * product of weights * decay per later hop."""
    best = np.argsort(-pool.seed, kind="stable")[: policy.seeds]
    top = float(pool.seed[best[0]]) if len(best) else 0.0
    if top <= 0:
        return {}
    front: dict[str, tuple[float, _Reach | None]] = {
        pool.ids[i]: (float(pool.seed[i] / top) ** policy.seed_power, None) for i in best
    }
    weight_now = Downscaling(vault.committed_numbers(), policy.downscale)
    reached: dict[str, _Reach] = {}
    decay = 1.0
    for _ in range(policy.hops):
        found: dict[str, _Reach] = {}
        for edge in vault.edges(list(front)):
            if edge.dream in without:
                continue
            weight = weight_now(edge.weight, edge.since, consolidated=edge.consolidated)
            for source, target in ((edge.a, edge.b), (edge.b, edge.a)):
                if source not in front:
                    continue
                value, before = front[source]
                value *= weight * decay
                held = found.get(target) or reached.get(target)
                if value > (held.activation if held else 0.0):
                    found[target] = _Reach(value, source, target, edge.link, weight, before)
        reached |= found
        strongest = sorted(found.values(), key=lambda way: -way.activation)[:_FRONT]
        front = {way.target: (way.activation, way) for way in strongest}
        decay = policy.hop_decay
    return reached


def _links_on_paths(
    vault: Vault, reached: dict[str, _Reach], shown: Sequence[str]
) -> dict[str, Link]:
    steps = (step for name in shown if name in reached for step in reached[name].steps())
    wanted = list(dict.fromkeys(step.link for step in steps))
    return vault.get_links(wanted) if wanted else {}


def _path(reached: dict[str, _Reach], links: dict[str, Link], name: str) -> tuple[Hop, ...]:
    if name not in reached:
        return ()
    return tuple(
        Hop(
            source=step.source,
            target=step.target,
            link=step.link,
            channel=links[step.link].channel,
            bridge=links[step.link].bridge,
            weight=round(step.weight, 4),
            dream=links[step.link].dream,
        )
        for step in reached[name].steps()
        if step.link in links
    )


# -- memories


def _memories(
    vault: Vault,
    query: str,
    vector: NDArray[np.float32],
    policy: DreamPolicy,
    items: Sequence[RecallItem],
) -> tuple[RecallItem, ...]:
    """Memories that still hold and match no worse than the episodes, best hybrid score first."""
    current = set(vault.memory_ids()) if policy.memories else set()
    if not current or not items:
        return ()
    dense = dict(vault.dense(vector, policy.pool, prefix="m")[0])
    lexical = dict(vault.lexical(query, policy.pool, prefix="m"))
    ids = [*dense, *(i for i in lexical if i not in dense)]
    pool = _scored(vault, [i for i in ids if i in current], dense, lexical, vector, policy)
    least = min(r.why.dense for r in items)
    order = [i for i in np.argsort(-pool.seed, kind="stable").tolist() if pool.dense[i] >= least]
    found = vault.get([pool.ids[i] for i in order[: policy.memories]])
    return tuple(
        RecallItem(
            item=found[pool.ids[i]],
            score=round(float(pool.seed[i]), 4),
            why=_why(pool, i),
        )
        for i in order[: policy.memories]
        if pool.ids[i] in found
    )


def _why(pool: _Pool, i: int, **more: Any) -> Why:
    return Why(
        dense=round(float(pool.dense[i]), 4),
        lexical=round(float(pool.lexical[i]), 4),
        seed=round(float(pool.seed[i]), 4),
        **more,
    )
