"""Memories as keys: one that matches the question lifts the episodes it cites.

    lift = memory_weight * match ** memory_power / sqrt(n)

with the match relative to the best episode or memory, and n the number of cited episodes. An
episode gets the largest lift of the memories that cite it, and on top of it the largest of the
pages that they are on: page_weight * match ** 2, however many are on it. What a page gathers only
answers together; what its own memory says still comes first. Rehearsed questions are keys, too
(rehearsed.py). Sources: a further, distilled text as
key to the passage it came from is document expansion (Nogueira et al. 2019); that a key to many
opens each of them less is the fan effect (Anderson 1974). A memory in the words of the one turn it
cites is no further key, and lifts nothing. Only memories that hold are keys: what was superseded
hands its match on to the memory that replaced it.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from langgraph_dreams.language.asking import only_asks
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.candidates import Floats, Pool, RecallQuery, scored, union
from langgraph_dreams.recall.rehearsed import rehearsed
from langgraph_dreams.store import Standing
from langgraph_dreams.types.items import ARCHIVED, Memory

_WELL = 0.7  # a match from which on a memory is returned for itself
_PAGE_POWER = 2.0
"""A page tells of more than a memory does, and matches a question less sharply."""
_LINES = 4  # of a page that are returned
_GENERATIONS = 16  # memories that replaced one another are followed so far


@dataclass(frozen=True)
class Lift:
    """Lift that the best memory gives an episode that it cites."""

    value: float
    memory: str


@dataclass(frozen=True)
class Keys:
    """The memories that match a question and hold."""

    pool: Pool
    match: dict[str, float] = field(default_factory=dict)
    """By memory, best first; in [0, 1]."""
    lifts: dict[str, Lift] = field(default_factory=dict)
    """By episode."""
    standings: dict[str, Standing] = field(default_factory=dict)
    copies: frozenset[str] = frozenset()
    """Memories that say what their one source says, in its words."""

    @property
    def stated(self) -> frozenset[str]:
        """Episodes of which a memory is a copy."""
        return frozenset(i for name in self.copies for i in self.standings[name].sources)

    def lift(self, ids: Sequence[str]) -> Floats:
        """Lift of each episode."""
        return np.array([self.lifts[i].value if i in self.lifts else 0.0 for i in ids])


def matching(query: RecallQuery, episodes: Pool) -> Keys:
    """The memories that open something, with what they lift."""
    policy = query.policy
    none = Pool([], np.zeros(0), np.zeros(0), np.zeros(0))
    if not policy.memories and policy.memory_weight <= 0:
        return Keys(none)
    dense, lexical = query.dense(policy.pool, "m"), query.lexical(policy.pool, "m")
    lexical = query.vault.weigh(query.text, list(lexical))
    pool = scored(query, union(dense, lexical), dense, lexical, beside=episodes)
    match = {
        name: value
        for name, value in zip(pool.ids, pool.seed.tolist(), strict=True)
        if value >= policy.memory_match
    }
    standings = _with_successors(query, match)
    own, match = match, _handed_on(query, match, standings)
    best = sorted(match, key=lambda name: -match[name])[: policy.memory_keys]
    best = _stating(query, best)
    unseen = [name for name in best if name not in pool.place]
    if unseen:
        pool = scored(query, pool.ids + unseen, dense, lexical, beside=episodes)
    kept = {name: match[name] for name in best}
    alone = {name for name, value in kept.items() if value <= own.get(name, 0.0)}
    copies = frozenset(_word_for_word(query, kept, standings))
    lifts = _lifts(query, kept, standings, copies & alone)
    if policy.memory_weight > 0:
        single, joint = rehearsed(query, episodes)
        for episode, (part, memory) in single.items():
            if episode not in lifts or part > lifts[episode].value:
                lifts[episode] = Lift(part, memory)
        for episode, (part, memory) in joint.items():
            lifts[episode] = _sum(lifts.get(episode), Lift(part, memory))
    return Keys(pool, kept, lifts, standings, copies)


def _stating(query: RecallQuery, names: Sequence[str]) -> list[str]:
    """Memories that state something: a question is no key to its answer, and no fact."""
    texts = query.vault.memory_texts(names) if names else {}
    language = query.vault.language
    return [n for n in names if not only_asks(language, texts.get(n, ""))]


def _with_successors(query: RecallQuery, names: Iterable[str]) -> dict[str, Standing]:
    """Standings of memories and of all that replaced them."""
    known: dict[str, Standing] = {}
    wanted = list(names)
    for _ in range(_GENERATIONS):
        if not wanted:
            break
        found = query.vault.standings(wanted)
        known |= found
        later = (s.superseded_by for s in found.values())
        wanted = [name for name in dict.fromkeys(later) if name and name not in known]
    return known


def _holds(query: RecallQuery, standing: Standing) -> bool:
    holds = standing.holds(query.at) or (query.archived and standing.status == ARCHIVED)
    return holds and standing.dream not in query.without


def _ended(query: RecallQuery, standing: Standing) -> bool:
    """True if it held once, and no more; what was yet to come at the time has not ended."""
    if query.at is None:
        return not standing.holds() and not (query.archived and standing.status == ARCHIVED)
    return standing.valid_to is not None and standing.valid_to <= query.at


def _stale(query: RecallQuery, standing: Standing, standings: Mapping[str, Standing]) -> bool:
    """True if it is in the archive, and what says the same has ended since."""
    heir = standings.get(standing.superseded_by)
    return standing.status == ARCHIVED and heir is not None and _ended(query, heir)


def _handed_on(
    query: RecallQuery, match: Mapping[str, float], standings: Mapping[str, Standing]
) -> dict[str, float]:
    """Matches of the memories that hold: their own, or that of one they replaced."""
    found: dict[str, float] = {}
    for name, value in match.items():
        for _ in range(_GENERATIONS):
            standing = standings.get(name)
            if standing is None:
                break
            if not (_ended(query, standing) or _stale(query, standing, standings)):
                break
            name = standing.superseded_by
        if standing is not None and name not in query.apart and _holds(query, standing):
            found[name] = max(value, found.get(name, 0.0))
    return found


def _lifts(
    query: RecallQuery,
    match: Mapping[str, float],
    standings: dict[str, Standing],
    idle: Collection[str],
) -> dict[str, Lift]:
    policy = query.policy
    if policy.memory_weight <= 0:
        return {}
    cited = [c for name in match for c in standings[name].cites if c not in standings]
    if cited:
        standings |= query.vault.standings(cited)
    alone: dict[str, Lift] = {}
    on_page: dict[str, Lift] = {}
    for name, value in match.items():
        if name in idle:
            continue
        if pages := standings[name].cites:
            below = [standings[c] for c in pages if c in standings and c not in query.apart]
            sources = [i for s in below if _holds(query, s) for i in s.sources]
            part, lifts = policy.page_weight * value**_PAGE_POWER, on_page
        else:
            sources = list(standings[name].sources)
            sharp = value**policy.memory_power
            part, lifts = policy.memory_weight * sharp / math.sqrt(max(1, len(sources))), alone
        for source in sources:
            if source not in lifts or part > lifts[source].value:
                lifts[source] = Lift(part, name)
    return {name: _sum(alone.get(name), on_page.get(name)) for name in (*alone, *on_page)}


def _sum(one: Lift | None, other: Lift | None) -> Lift:
    """Both lifts together, by the name of the larger one."""
    parts = [part for part in (one, other) if part is not None]
    best = max(parts, key=lambda part: part.value)
    return Lift(sum(part.value for part in parts), best.memory)


def _word_for_word(
    query: RecallQuery, names: Iterable[str], standings: Mapping[str, Standing]
) -> set[str]:
    """Memories that say what their one source says, in its words and no others."""
    language = query.vault.language
    once = [n for n in names if len(standings[n].sources) == 1]
    found = query.vault.get(once).values() if once else ()
    return {
        m.id
        for m in found
        if isinstance(m, Memory) and m.quote and not m.questions
        if content_terms(language, m.quote) == content_terms(language, m.text)
    }


def outdated(query: RecallQuery, keys: Keys) -> dict[str, tuple[str, ...]]:
    """Episodes that only superseded memories cite, and the evidence of what replaced those."""
    heir = {name: name for name in keys.match}
    front = list(heir)
    for _ in range(_GENERATIONS):
        replaced = query.vault.replaced_by(front) if front else {}
        front = [old for old in replaced if old not in heir]
        heir |= {old: heir[replaced[old]] for old in front}
    if len(heir) == len(keys.match):
        return {}
    standings = keys.standings | query.vault.standings([n for n in heir if n not in keys.match])
    ended = [n for n in heir if n in standings and _ended(query, standings[n])]
    ended = [n for n in ended if standings[n].status != ARCHIVED]  # its heir says the same
    citing = query.vault.citing([e for name in ended for e in standings[name].sources])
    standings |= query.vault.standings([n for names in citing.values() for n in names])
    citing = {e: [n for n in names if n in standings] for e, names in citing.items()}
    current = {
        episode
        for episode, names in citing.items()
        if any(
            _holds(query, standings[n]) or standings[n].status == ARCHIVED
            for n in names
            if not standings[n].cites
        )
    }
    found: dict[str, tuple[str, ...]] = {}
    for name in ended:
        for episode in standings[name].sources:
            if episode not in current:
                found[episode] = found.get(episode, ()) + standings[heir[name]].sources
    return found


def held_back(
    score: Floats, pool: Pool, behind: Mapping[str, Sequence[str]], share: float
) -> Floats:
    """Scores with outdated evidence after the current: at most `share` of the best of it.

    The best of it answers in the place of what it replaced, however short it is: it has at least
    that score.
    """
    result = score.copy()
    for episode, evidence in behind.items():
        i = pool.place.get(episode)
        current = [pool.place[name] for name in evidence if name in pool.place]
        if i is not None and current:
            best = max(current, key=lambda j: float(score[j]))
            result[best] = max(result[best], score[i])
            result[i] = min(score[i], share * result[best])
    return result


def returned(
    keys: Keys, lifted: Iterable[str], policy: DreamPolicy, behind: Collection[str] = ()
) -> tuple[list[str], dict[str, list[str]]]:
    """Memories that match well or lifted what is returned, and pages that do; none of `behind`.

    A page comes with those of its memories that match and are not returned themselves, best first.
    """
    helped = {keys.lifts[i].memory for i in lifted if i in keys.lifts}
    chosen = [n for n, match in keys.match.items() if match >= _WELL or n in helped]
    chosen = [n for n in chosen if n not in behind]
    memories = [n for n in chosen if not keys.standings[n].cites][: policy.memories]
    pages: dict[str, list[str]] = {}
    for name in chosen:
        on_it = set(keys.standings[name].cites).difference(memories, behind)
        fit = [n for n in keys.match if n in on_it][:_LINES]
        if fit and len(pages) < policy.pages:
            pages[name] = fit
    return memories, pages
