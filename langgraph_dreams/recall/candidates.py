"""Candidate episodes of a recall: both searches fused, their neighbouring turns, their threads."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from langgraph_dreams.language import asking
from langgraph_dreams.language.days import dated, tells_when
from langgraph_dreams.language.speakers import named_speaker
from langgraph_dreams.language.stated.periods import DATE, Period, asked_periods
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.store import Beside, Facts, NamespaceStore
from langgraph_dreams.store.items import ANSWER, BOTH
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.zones import AS_WRITTEN

Floats = NDArray[np.float64]
Neighbours = dict[str, Beside]

_CROWDED = 4  # one in so many candidates that adds nothing, from which on more are read
_MOST = 4  # times as many
_WIDENED = 100  # best hits whose neighbouring turns join the pool
_THREAD_HITS = 3  # hits that speak for a thread
_TIMED = 60  # best turns that are read for a day or a time
_WEEK = 7.0  # days after which nothing is near a day any more
_DAY = 86_400.0  # seconds
_EPOCH = date(1970, 1, 1).toordinal()
_FALLOFF = 0.7  # neighbour at distance d counts 1 / (1 + falloff * (d - 1))


@dataclass(frozen=True)
class RecallQuery:
    """One question and the terms on which it is answered."""

    vault: NamespaceStore
    text: str
    vector: NDArray[np.float32]
    """(1, dimension)."""
    policy: DreamPolicy
    at: float | None = None
    """Answer as of this time (UNIX seconds); None = now."""
    without: frozenset[str] = frozenset()
    """Dreams whose links and memories are ignored."""
    apart: frozenset[str] = frozenset()
    """Memories that open nothing and are not returned: a question is made of them."""
    aside: frozenset[str] = frozenset()
    """Turns that only ask what is asked now: they are no measure of what answers it, and draw in
    nothing beside them."""

    archived: bool = False
    """True if episodes and memories in the archive are searched too."""
    plain: NDArray[np.float32] | None = None
    """The vector before what was learned, by which relevance is told; None: it is the same."""

    @property
    def whole(self) -> bool:
        """True if the archive is searched: when asked for, and for what was known at a time."""
        return self.archived or self.at is not None

    @property
    def until(self) -> float:
        """Episodes later than this are left out."""
        return math.inf if self.at is None else self.at

    @property
    def of_answers(self) -> bool:
        """True if it asks what the agent said."""
        return asking.of_answers(self.text)

    @cached_property
    def dated(self) -> str:
        """The question with "last week" as a date; where no zone is known, of the day in UTC."""
        now = datetime.now(UTC) if self.at is None else _time(self.at)
        return dated(self.vault.language, self.text, now, self.vault.zone or AS_WRITTEN)

    def dense(self, size: int, prefix: str) -> dict[str, float]:
        """Cosine of the nearest items; none when the policy asks for BM25 alone."""
        if self.policy.dense_weight <= 0:
            return {}
        until = self.until if prefix == "e" else math.inf
        found = self.vault.dense(self.vector, size, prefix, until, archived=self.whole)
        return dict(found[0])

    def lexical(self, size: int, prefix: str) -> dict[str, float]:
        """BM25 of the best items; none when the policy asks for the embedding alone."""
        if self.policy.dense_weight >= 1:
            return {}
        until = self.until if prefix == "e" else math.inf
        return dict(self.vault.lexical(self.text, size, prefix, until, archived=self.whole))

    def in_time(self, ids: Sequence[str]) -> set[str]:
        """Those of the items that were there at the time, and are out of the archive."""
        if not ids:
            return set()
        if self.at is None:
            return set(ids) if self.archived else set(ids) - self.vault.archived(ids)
        places = self.vault.order(ids)
        return {name for name, place in places.items() if place.time <= self.at}


@dataclass
class Pool:
    """Items in question, as parallel arrays."""

    ids: list[str]
    dense: Floats
    lexical: Floats
    seed: Floats
    """Hybrid score, in [0, 1]."""
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.place = {item: i for i, item in enumerate(self.ids)}


def gather(query: RecallQuery, k: int) -> Pool:
    """Union of both searches, with the exact cosine of what only BM25 found."""
    size = max(query.policy.pool, 2 * k)
    dense, lexical = query.dense(size, "e"), query.lexical(size, "e")
    names = union(dense, lexical)
    idle = len(query.vault.idle(names))
    if _CROWDED * idle > len(names):  # what only asks is worded like the question
        size = min(_MOST * size, size * len(names) // max(1, len(names) - idle))
        dense, lexical = query.dense(size, "e"), query.lexical(size, "e")
    pool = scored(query, union(dense, lexical), dense, lexical)
    return widened(query, pool, _said_then(query, pool.ids))


def union(dense: dict[str, float], lexical: dict[str, float]) -> list[str]:
    """Ids of what either search found, the nearest first."""
    return [*dense, *(i for i in lexical if i not in dense)]


def scored(
    query: RecallQuery,
    ids: list[str],
    dense: dict[str, float],
    lexical: dict[str, float],
    beside: Pool | None = None,
) -> Pool:
    """Hybrid scores of items, relative to the best of them, or of them and those `beside`."""
    missing = [i for i in ids if i not in dense]
    if missing:
        dense = dense | query.vault.cosines(query.vector[0], missing)
    cosine = np.array([dense[i] for i in ids], dtype=np.float64)
    bm25 = np.array([lexical.get(i, 0.0) for i in ids], dtype=np.float64)
    return _fused(query, ids, cosine, bm25, beside)


def _fused(
    query: RecallQuery, ids: list[str], cosine: Floats, bm25: Floats, beside: Pool | None = None
) -> Pool:
    share = query.policy.dense_weight
    measure = [_measure(query, ids, cosine, bm25)]
    measure += [_measure(query, beside.ids, beside.dense, beside.lexical)] if beside else []
    best = np.max(measure, axis=0)
    seed = share * _relative(cosine, best[0]) + (1 - share) * _relative(bm25, best[1])
    return Pool(ids, cosine, bm25, seed)


def _measure(query: RecallQuery, ids: list[str], cosine: Floats, bm25: Floats) -> list[float]:
    """The best of both scores, of what does not merely ask."""
    if query.aside and any(kept := [name not in query.aside for name in ids]):
        cosine, bm25 = cosine[kept], bm25[kept]
    return [cosine.max(initial=0.0), bm25.max(initial=0.0)]


def _relative(values: Floats, best: float) -> Floats:
    """Scores relative to the best one, in [0, 1]; negative similarity counts as none."""
    return np.clip(values / best, 0, 1) if best > 0 else np.zeros_like(values)


def lending(query: RecallQuery, pool: Pool, key: Floats) -> Floats:
    """Scores with which items speak for what is linked to them, and for their threads."""
    if not query.aside:
        return key
    return np.where([name in query.aside for name in pool.ids], 0.0, key)


def widened(query: RecallQuery, pool: Pool, others: Iterable[str]) -> Pool:
    """The pool with other episodes, scored like the rest."""
    added = [name for name in dict.fromkeys(others) if name not in pool.place and name[0] == "e"]
    there = query.in_time(added)
    added = [name for name in added if name in there]
    return rescored(query, pool, added) if added else pool


def rescored(query: RecallQuery, pool: Pool, added: Sequence[str] = ()) -> Pool:
    """The pool scored again, with other items at its end."""
    cosine, bm25 = pool.dense, pool.lexical
    if added:
        found = query.vault.cosines(query.vector[0], added)
        cosine = np.concatenate([cosine, [found[name] for name in added]])
        bm25 = np.concatenate([bm25, np.zeros(len(added))])
    return _fused(query, [*pool.ids, *added], cosine, bm25)


def neighbours(query: RecallQuery, pool: Pool) -> Neighbours:
    """Turns beside every item of the pool, by item."""
    width = query.policy.neighbours
    near = query.vault.neighbours(pool.ids, width, telling=True) if width else {}
    for name in query.aside:
        near.pop(name, None)
    return near


def different(pool: Pool, key: Floats, most: int) -> list[int]:
    """The best items, until so many are different: the question scores equal texts alike."""
    kept: list[int] = []
    seen: set[tuple[float, float]] = set()
    for i in np.argsort(-key, kind="stable").tolist():
        seen.add((round(float(pool.dense[i]), 3), round(float(pool.lexical[i]), 3)))
        if len(seen) > most:
            break
        kept.append(i)
    return kept


def turns(pool: Pool, key: Floats, around: Neighbours) -> Iterator[str]:
    """Turns beside the best items."""
    best = (pool.ids[i] for i in different(pool, key, _WIDENED))
    return (name for hit in best for _, name in around.get(hit, ()))


def direct_scores(
    query: RecallQuery, pool: Pool, lift: Floats, around: Neighbours
) -> tuple[Floats, dict[int, str]]:
    """Scores without links, and for an item drawn in by a turn beside it, that turn's id.

    Lifted items speak for their thread; neighbours share in what a turn says by itself. Of a
    question about what the agent said, every answer stands by itself, however much a person says.
    """
    policy = query.policy
    score = pool.seed + lift
    if not pool.ids or not policy.neighbours:
        return score, {}  # plain search: dense, BM25 or their hybrid
    facts = query.vault.facts(pool.ids)
    of_answers = query.of_answers
    shares = {ANSWER: 0.0, BOTH: 0.0 if of_answers else policy.exchange_share}
    lent = np.array([shares.get(facts[i].adds, 1.0) for i in pool.ids])
    # Who asked was answered there and then: the turns around it answer nothing of it.
    lends = np.array([facts[i].adds != ANSWER for i in pool.ids])
    shared, beside = _shared(pool, lends, around, policy.neighbour_weight * lent)
    full = np.log1p(policy.substance_terms)
    terms = np.array([facts[i].terms for i in pool.ids], dtype=np.float64)
    substance = np.minimum(1.0, np.log1p(terms) / full)
    spoken = np.where(lends, lending(query, pool, score), 0.0)
    thread = _thread_relevance(query, spoken, [facts[i].thread for i in pool.ids])
    weight = 0.0 if of_answers else policy.substance_weight
    score = score + shared + policy.thread_weight * lent * thread + weight * substance
    if policy.speaker_weight > 0:
        score = score + policy.speaker_weight * _asked_about(query, pool, facts)
    if policy.date_weight > 0:
        score = score + policy.date_weight * asked_when(query, pool)
    if policy.when_weight > 0 and asking.asks_when(query.text):
        score = score + policy.when_weight * lent * _tells_when(query, pool, score)
    return score, beside


def _asked_about(query: RecallQuery, pool: Pool, facts: Mapping[str, Facts]) -> Floats:
    """1 for what is said by the one of several speakers whom the question names."""
    speakers = query.vault.speakers()
    name = named_speaker(query.vault.language, query.text, speakers) if len(speakers) > 1 else ""
    if not name:
        return np.zeros_like(pool.seed)
    return np.array([facts[i].speaker == name for i in pool.ids], dtype=np.float64)


def asked_when(query: RecallQuery, pool: Pool) -> Floats:
    """1 for what was said on the days that the question names, falling to 0 within a week of them.

    Things are told of soon after they were, or shortly before.
    """
    near = np.zeros_like(pool.seed)
    periods, days = _named_days(query, pool.ids)
    for first, last in periods:
        away = np.maximum(first.toordinal() - days, days - last.toordinal())
        near = np.maximum(near, 1.0 - np.clip(away, 0.0, _WEEK) / _WEEK)
    return near


def _tells_when(query: RecallQuery, pool: Pool, score: Floats) -> Floats:
    """1 for those of the best turns that name a day or a time."""
    telling = np.zeros_like(score)
    best = np.argsort(-score, kind="stable")[:_TIMED].tolist()
    turns = query.vault.get([pool.ids[i] for i in best])
    for i in best:
        turn = turns[pool.ids[i]]
        if isinstance(turn, Episode):
            telling[i] = tells_when(query.vault.language, turn.said or turn.text, turn.time)
    return telling


def _said_then(query: RecallQuery, ids: Sequence[str]) -> Iterator[str]:
    """What was said on the days that the question names, however little else it shares with it."""
    for first, last in _named_days(query, ids)[0]:
        since, until = (_DAY * (day.toordinal() - _EPOCH) for day in (first, last))
        yield from query.vault.said_between(since, until + 2 * _DAY, query.policy.pool)


def _named_days(query: RecallQuery, ids: Sequence[str]) -> tuple[list[Period], Floats]:
    """The days that the question names, and of each item the day in UTC, counted from year 1.

    Where it names no year it may be any of those in which the items were said.
    """
    if query.policy.date_weight <= 0 or not DATE.search(query.dated):
        return [], np.zeros(0)
    facts = query.vault.facts(ids)
    days = np.array([facts[i].time // _DAY + _EPOCH for i in ids])
    days = np.clip(days, 1, date.max.toordinal())
    years = {date.fromordinal(int(day)).year for day in set(days.tolist())}
    return asked_periods(query.dated, years), days


def _time(seconds: float) -> datetime:
    """The time in UTC, as near as the calendar has it: in the west 9999 ends later."""
    first, last = (d.replace(tzinfo=UTC).timestamp() for d in (datetime.min, datetime.max))
    return datetime.fromtimestamp(min(max(seconds, first), last - 1), UTC)


def alone(query: RecallQuery, pool: Pool) -> NDArray[np.bool_]:
    """True of the items that have no other turn in their thread."""
    facts = query.vault.facts(pool.ids)
    threads = [facts[name].thread for name in pool.ids]
    sizes = query.vault.thread_sizes(threads, query.until)
    return np.array([not name or sizes.get(name, 1) == 1 for name in threads], dtype=np.bool_)


def _shared(
    pool: Pool, lends: NDArray[np.bool_], around: Neighbours, weights: Floats
) -> tuple[Floats, dict[int, str]]:
    """Share of each item in the score of the best hit beside it that lends, by their weights."""
    shared = np.zeros_like(pool.seed)
    beside: dict[int, str] = {}
    for hit, near in around.items():
        seed = float(pool.seed[pool.place[hit]] * lends[pool.place[hit]])
        for offset, name in near:
            i = pool.place.get(name)
            if i is None:
                continue
            part = float(weights[i]) / (1 + _FALLOFF * (abs(offset) - 1)) * seed
            if part > shared[i]:
                shared[i] = part
                if part > pool.seed[i]:
                    beside[i] = hit
    return shared, beside


def _thread_relevance(query: RecallQuery, key: Floats, threads: Sequence[str]) -> Floats:
    """Mean of the best three hits of each item's thread (of all its items if it has fewer).

    An episode alone is no thread: it would speak for itself a second time.
    """
    hits: dict[str, list[float]] = {}
    for name, value in zip(threads, key.tolist(), strict=True):
        hits.setdefault(name, []).append(value)
    sizes = query.vault.thread_sizes(hits, query.until)
    relevance = {
        name: sum(sorted(values)[-_THREAD_HITS:]) / min(_THREAD_HITS, sizes[name])
        if name and sizes.get(name, 1) > 1
        else 0.0
        for name, values in hits.items()
    }
    return np.array([relevance[name] for name in threads], dtype=np.float64)
