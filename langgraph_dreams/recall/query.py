"""Recall: hybrid seeds, memories as keys, neighbouring turns, links, and the reason for every item.

The score of an item is a plain sum, so that each part can be read off and switched off:

    hybrid + lift + neighbours + thread_weight * thread + substance_weight * substance
           + speaker_weight * speaker + date_weight * date + when_weight * tells_when
           + link_weight * activation (lone_link_weight of an item alone in its thread)

A reranker of the user's may order the first items anew (reranking.py); the score stays as it is.
Sources: the hybrid of cosine and BM25 is convex score fusion (Bruch et al. 2022); the lift is what
a matching memory gives the episodes it cites (memory_keys.py); the spread is spreading
activation (Collins and Loftus 1975) with the strongest way instead of the sum of all ways, so that
hubs do not win by having many.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.borne import bearing_of
from langgraph_dreams.recall.candidates import (
    Floats,
    Neighbours,
    Pool,
    RecallQuery,
    alone,
    asked_when,
    direct_scores,
    gather,
    lending,
    neighbours,
    rescored,
    turns,
    widened,
)
from langgraph_dreams.recall.learned import learned_in, mapped, weighted
from langgraph_dreams.recall.memory_keys import Keys, held_back, matching, outdated, returned
from langgraph_dreams.recall.relevance import floor_of, relevance
from langgraph_dreams.recall.reranking import Ranks, Reordered, Reranking, asked, reordered
from langgraph_dreams.recall.spreading import ActivationPath, links_on_paths, path, spread
from langgraph_dreams.recall.turns import Turns, asked_before, wider
from langgraph_dreams.recall.update_order import explained, is_update, newer_first, overtaken
from langgraph_dreams.store import LONG, Edge, NamespaceStore
from langgraph_dreams.store.items import BOTH, STATEMENT
from langgraph_dreams.store.validation import clean
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.pages import cut_to
from langgraph_dreams.types.recall import Recall, RecallItem, Why
from langgraph_dreams.types.weights import WeightsVersion


def recall(
    vault: NamespaceStore,
    query: str,
    k: int,
    policy: DreamPolicy,
    *,
    without_dream: Iterable[str] = (),
    as_of: datetime | None = None,
    extra: Sequence[Edge] = (),
    reranker: Reranking | None = None,
    apart: Iterable[str] = (),
    archived: bool = False,
    learned: WeightsVersion | None = None,
) -> Recall:
    """Answer a question with the k best episodes and the memories that match, best first.

    Args:
        vault: the namespace's store.
        query: the question, any text that is not blank.
        k: number of episodes, 1 or more.
        policy: settings; `links=False` leaves out the spread, `memory_weight=0` the lift.
        without_dream: ids of dreams whose links and memories are ignored.
        as_of: answer as of this time (UTC if it names no zone): later episodes are left out, and
            memories hold by their validity times.
        extra: links laid over the stored ones for this question; one with a stored id replaces it.
        reranker: orders the first `policy.reranked` items anew.
        apart: memories that are left out.
        archived: search the archive, too; `as_of` always does.
        learned: a version to try; None takes what is in force, if the policy heeds it.

    Raises:
        InvalidInputError: the question is blank or no text, k is no positive whole number, or
            as_of is no time.
        EmbedderError: the embedder failed, or answered what is no vector of its dimension.
    """
    text = _checked(query, k)
    vector, at, without = vault.embed_questions([text]), _seconds(as_of), frozenset(without_dream)
    plain = vector
    if version := learned or learned_in(vault, policy, without):
        policy, vector = weighted(policy, version.factors), mapped(vector, version)
    own = RecallQuery(
        *(vault, text, vector, policy, at, without, frozenset(apart)),
        archived=archived,
        plain=plain,
    )
    return vault.steadily(lambda: _answered(own, k, extra, reranker if policy.reranked else None))


def _answered(
    query: RecallQuery, k: int, extra: Sequence[Edge], reranker: Reranking | None
) -> Recall:
    reach = max(k, query.policy.reranked) if reranker else k
    while True:
        query, scores = scored_for(query, k, extra)
        order = _fused(query, scores)
        turns = Turns(query, scores.pool, scores.around, scores.replaced)
        stating, asking = turns.first(order, reach)
        if not turns.crowded() or (more := wider(query, k)) is None:
            break
        query = more
    reread = Reordered(order)
    if reranker:
        most, rerank = query.policy.reranked, partial(_reranked, query, reranker)
        reread = reordered(rerank, scores.pool, turns, order, most, scores.behind)
        stating, asking = turns.first(reread.order, k)
    stating, moved, behind = newer_first(query, scores.pool, turns, stating)
    links = frozenset(edge.link for edge in extra)
    hits = set(np.argsort(-scores.direct, kind="stable")[:reach].tolist())
    answer = _answer(query, scores, turns, [*stating, *asking], hits, links, reread, behind)
    return explained(query, answer, moved)


def scored_for(
    query: RecallQuery, k: int, extra: Sequence[Edge] = ()
) -> tuple[RecallQuery, "Scores"]:
    """What a question may find with every part of its score, and the question as it was taken."""
    pool = gather(query, k)
    if aside := asked_before(query, pool):
        query = replace(query, aside=aside)
        pool = rescored(query, pool)
    return query, _scores(query, pool, extra)


def _reranked(query: RecallQuery, reranker: Reranking, episodes: list[Episode]) -> Ranks:
    passages = _passages(query, {episode.id: episode for episode in episodes})
    return asked(reranker, query.text, [passages.get(e.id) or e.text for e in episodes])


_FAR = 0.85  # of the best hybrid score; when no other has more, the best stands out
_RIVALS = 3  # found nearly as well, and joined to it by updates
_NEAR = 20  # best hits among which two statements are looked for
_MOST = 1_000_000
"""Items of one answer; databases take no number of any size."""


def _checked(query: str, k: int) -> str:
    """The question without what no database keeps. Raises InvalidInputError."""
    if not isinstance(query, str):
        raise InvalidInputError(f"the question is {shown(query)}; ask something in words")
    if not query.strip():
        raise InvalidInputError("the question is blank; ask something in words")
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= _MOST:
        raise InvalidInputError(
            f"k is {shown(k)}; ask for 1 to {_MOST:,} items, as a whole number (1 item or more)"
        )
    return clean(query)


def _seconds(as_of: datetime | None) -> float | None:
    """A time as UNIX seconds. Raises InvalidInputError."""
    if as_of is None:
        return None
    if not isinstance(as_of, datetime):
        raise InvalidInputError(f"as_of is {shown(as_of)}; give a datetime, or None for now")
    return (as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)).timestamp()


@dataclass(frozen=True)
class Scores:
    """Every part of every score, as parallel arrays over the pool."""

    pool: Pool
    keys: Keys
    lift: Floats
    around: Neighbours
    beside: dict[int, str]
    direct: Floats
    """Without links."""
    reached: dict[str, ActivationPath]
    activation: Floats
    lone: NDArray[np.bool_]
    """True of the items without a turn beside them in their thread."""
    score: Floats
    replaced: dict[str, str]
    """By episode of a message that was edited or answered again since, the one that stands."""
    behind: dict[str, tuple[str, ...]]
    """By outdated episode the evidence of what replaced it."""


def _scores(query: RecallQuery, pool: Pool, extra: Sequence[Edge]) -> Scores:
    policy = query.policy
    keys = matching(query, pool)
    linked = policy.links and _relevant(query, pool, keys)
    pool = widened(query, pool, keys.lifts)
    around = neighbours(query, pool)
    key = lending(query, pool, pool.seed + keys.lift(pool.ids))
    reached = spread(query, pool, key, extra) if linked else {}
    pool = widened(query, pool, [*turns(pool, key, around), *reached])
    replaced = query.vault.replaced(pool.ids, query.until)
    pool = widened(query, pool, replaced.values())
    lift = keys.lift(pool.ids)
    direct, beside = direct_scores(query, pool, lift, around)
    activation = np.array([reached[i].activation if i in reached else 0.0 for i in pool.ids])
    lone = alone(query, pool)
    score = direct + np.where(lone, policy.lone_link_weight, policy.link_weight) * activation
    behind = outdated(query, keys) | {old: (new,) for old, new in replaced.items()}
    behind = _unless_of_its_days(query, pool, behind)
    if behind:
        direct = held_back(direct, pool, behind, policy.outdated)
        score = held_back(score, pool, behind, policy.outdated)
    return Scores(
        *(pool, keys, lift, around, beside, direct, reached, activation),
        *(lone, score, replaced, behind),
    )


def _relevant(query: RecallQuery, pool: Pool, keys: Keys) -> bool:
    """False below the floor of the namespace: what is linked to what is not relevant is not."""
    floor = floor_of(query.vault, query.policy)
    return floor <= 0 or relevance(query, pool, keys) >= floor


def _unless_of_its_days(
    query: RecallQuery, pool: Pool, behind: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """What is outdated, but where the question names days to which the older one is nearer."""
    near = dict(zip(pool.ids, asked_when(query, pool).tolist(), strict=True))
    return {
        old: evidence
        for old, evidence in behind.items()
        if near.get(old, 0.0) <= max((near.get(new, 0.0) for new in evidence), default=0.0)
    }


def _fused(query: RecallQuery, scores: Scores) -> list[int]:
    """Order by score, but the first ranks are those of the best direct hits.

    Of these the first is what the question finds by far best, and not a longer turn to which such
    a one lends. The next ones may be taken by what links reach strongly, or what nothing else
    leads to.
    """
    policy = query.policy
    strong = scores.lone | (scores.activation >= policy.strong_link)
    lifted = np.where(strong, scores.score, scores.direct)
    best = _best(scores.direct)
    if (far := _by_far(query, scores)) is not None:
        best = [far, *(i for i in best if i != far)]
    first = dict.fromkeys(best[: policy.protected])
    first = dict.fromkeys([*first, *_best(lifted)])
    kept = list(first)[: max(policy.protected, policy.protected_from_weak)]
    return list(dict.fromkeys([*kept, *_best(scores.score)]))


def _by_far(query: RecallQuery, scores: Scores) -> int | None:
    """Place of the statement that the searches alone find by far best; None if none stands out.

    What it updates, or what updates it, is no rival, and what a memory states in its words has to
    be the best only. What replaced something is found as well as that. An earlier question with its
    answer is worded like this one, and no measure.
    """
    pool = scores.pool
    seed = held_back(pool.seed, pool, scores.behind, query.policy.outdated)
    near = _best(seed + scores.lift)[:_NEAR]
    facts = query.vault.facts(pool.ids[i] for i in near)
    stating = [i for i in near if facts[pool.ids[i]].adds in (STATEMENT, BOTH)]
    if len(stating) < 2 or pool.ids[stating[0]] in scores.behind:
        return None
    first, *others = stating
    best = float(seed[first])
    if best < _FAR * seed.max():
        return None
    far = 1.0 if pool.ids[first] in scores.keys.stated else _FAR
    rivals = [i for i in others if seed[i] > far * best]
    if len(rivals) > _RIVALS or not _one_matter(query, pool, first, rivals):
        return None
    return first


def _one_matter(query: RecallQuery, pool: Pool, first: int, rivals: Sequence[int]) -> bool:
    """True if all are joined by updates."""
    if not rivals:
        return True
    updates = query.policy.links and query.policy.updates
    ids = {pool.ids[i] for i in (first, *rivals)}
    edges = query.vault.edges(list(ids)) if updates else []
    pairs = [{e.a, e.b} for e in edges if is_update(e) and e.dream not in query.without]
    matter = {pool.ids[first]}
    for _ in rivals:
        matter = matter.union(*(pair for pair in pairs if pair & matter))
    return ids <= matter


def _best(values: Floats) -> list[int]:
    """Places of the values, the largest first."""
    order: list[int] = np.argsort(-values, kind="stable").tolist()
    return order


def _answer(
    query: RecallQuery,
    scores: Scores,
    turns: Turns,
    order: Sequence[int],
    hits: set[int],
    extra: frozenset[str],
    reread: Reordered,
    older: set[str],
) -> Recall:
    pool, keys, reached = scores.pool, scores.keys, scores.reached
    shown = [pool.ids[i] for i in order]
    sources = {name: keys.standings[name].sources for name in keys.match}
    behind = overtaken(query, sources, shown)
    behind |= {name for name in keys.copies if older.issuperset(sources[name])}
    memories, pages = returned(keys, shown, query.policy, behind)
    beside = [*memories, *pages]
    found = turns.items | (query.vault.get(beside) if beside else {})
    links = links_on_paths(query.vault, reached, shown)
    passages = _passages(query, {name: found[name] for name in [*shown, *memories]})
    found |= _opened({n: found.pop(n) for n in pages if n in found}, pages, keys)
    bearing = bearing_of(
        query.vault, [m for name in memories if isinstance(m := found.get(name), Memory)]
    )
    items = (
        RecallItem(
            item=_as_of(query, found[pool.ids[i]], scores.replaced),
            passage=passages.get(pool.ids[i], ""),
            score=round(float(scores.score[i]), 4),
            why=_why(
                pool,
                i,
                neighbour_of=scores.beside.get(i, ""),
                memory=keys.lifts[pool.ids[i]].memory if scores.lift[i] else "",
                lift=round(float(scores.lift[i]), 4),
                activation=round(float(scores.activation[i]), 4),
                path=path(reached, links, extra, pool.ids[i]),
                by_link=i not in hits,
                rank_before=reread.before.get(i, 0),
                reranked=reread.scores.get(i),
            ),
            repeats={turns[j].episode.id: turns[j].episode.time for j in turns.same(i) if j != i},
            borne_by=bearing({turns[j].episode.id for j in turns.same(i)}, turns[i].episode),
        )
        for i in order
    )
    matched = (
        RecallItem(
            item=found[name],
            score=round(keys.match[name], 4),
            why=_why(keys.pool, keys.pool.place[name]),
        )
        for name in beside
        if name in found
    )
    return Recall(
        query=query.text,
        items=tuple(items),
        memories=tuple(matched),
        relevance=relevance(query, pool, keys),
    )


def _opened(
    pages: Mapping[str, Episode | Memory], lines: Mapping[str, Sequence[str]], keys: Keys
) -> dict[str, Memory]:
    """Pages with these lines alone, and what those rest on."""
    found = {}
    for name, page in pages.items():
        left = cut_to(page, lines[name]) if isinstance(page, Memory) else None
        if left is not None:
            cited = (i for n in left.cites for i in keys.standings[n].sources)
            found[name] = left.model_copy(update={"sources": tuple(dict.fromkeys(cited))})
    return found


def _as_of(
    query: RecallQuery, item: Episode | Memory, replaced: Mapping[str, str]
) -> Episode | Memory:
    """The item as it stood at the time."""
    if query.at is None or isinstance(item, Memory):
        return item
    return item.model_copy(update={"replaced_by": replaced.get(item.id, "")})


def _passages(query: RecallQuery, found: Mapping[str, Episode | Memory]) -> dict[str, str]:
    """Of each long text the passage that answers best."""
    long = [id_ for id_, item in found.items() if len(item.text) > LONG]
    if not long:
        return {}
    share = query.policy.dense_weight
    best = query.vault.best_passages(query.text, query.vector[0], long, share)
    return {id_: found[id_].text[start:stop] for id_, (start, stop) in best.items()}


def _why(pool: Pool, i: int, **more: Any) -> Why:
    return Why(
        dense=round(float(pool.dense[i]), 4),
        lexical=round(float(pool.lexical[i]), 4),
        seed=round(float(pool.seed[i]), 4),
        **more,
    )
