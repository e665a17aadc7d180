"""Order of a recall: updates stand before what they update; no episode is dropped.

A link of kind "update" says which of two episodes is the later word on one matter. It only orders:
the newer end comes directly before the older one, if the question found both. So does a newer
statement that no link names yet. A memory that rests on nothing but the older ends is not returned
beside them, lest it speak against the newer word; nor is a copy of what so stands behind.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice

from langgraph_dreams.language.asking import answered_anew
from langgraph_dreams.language.protocol import Rarity
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.recall.candidates import Floats, Pool, RecallQuery, asked_when
from langgraph_dreams.recall.turns import Turn, Turns
from langgraph_dreams.safety.trust import may_become, said_trust
from langgraph_dreams.store import Edge, NamespaceStore
from langgraph_dreams.types.items import Link, link_id
from langgraph_dreams.types.recall import Hop, Recall

UPDATE = "update"
"""Kind of such a link."""
_LEAST = 0.35  # of the older one's hybrid score; what matches the question less is not pulled up
_SURE, _LEAST_SURE = 0.85, 0.2
"""Weight of an update from which on it may match the question still less."""
_TOLD = 0.45  # of the best hybrid score; what was told before old answers matches so far
_CLOSE = 0.7  # of the older one's hybrid score; what answers anew is found about as well
_FIRST = 5  # turns that are held against one another beside the links
_MOST = 3  # later statements that one turn gives way to
_SHARED = 0.33  # of the content words of the question that was answered, or of the statement
_KINDRED = 0.4  # cosine of two values of one kind
_COVERED = 0.5  # of what the older statement is about, that the newer one names
_FEW = 100  # episodes; of fewer, what two hold is no common word
_LONGEST = 240  # characters; a longer turn tells of many things


def is_update(edge: Edge) -> bool:
    """True if an edge is an order and no association: the kind is in the id."""
    return edge.link == link_id(edge.a, edge.b, UPDATE)


def newer_first(
    query: RecallQuery, pool: Pool, turns: Turns, stating: Sequence[int]
) -> tuple[list[int], dict[str, Edge], set[str]]:
    """As many turns that state something, updates before what they update, what moved any, and the
    ids of the episodes that state what so stands behind a newer word.

    Moved episodes are named by their link's newer end. Where no dream linked them yet, a newer
    statement stands before the older one that it updates or contradicts; always before the one
    that it answers the question anew beside, and before an older answer of the agent on the
    matter, which only says again what was once so.
    """
    newer, links = _linked(query, pool, turns, stating)
    for i, later in _unlinked(query, pool, turns, stating).items():
        newer[i] += [j for j in later if j not in newer[i]]
    for i, later in newer.items():
        if not turns.of_another(i):
            later[:] = [j for j in later if not turns.of_another(j)]
    newer = _by_asked_days(asked_when(query, pool), newer)
    placed: dict[int, None] = {}
    moved: dict[str, Edge] = {}

    def place(i: int, seen: frozenset[int]) -> None:
        if i in placed or i in seen:
            return
        for j in newer.get(i, ()):
            if j not in placed:
                if edge := links.get((i, j)):
                    moved[pool.ids[j]] = edge
                place(j, seen | {i})
        placed[i] = None

    for i in stating:
        place(i, frozenset())
    first = list(placed)[: len(stating)]
    older = (i for i, later in newer.items() if not turns[i].echoes and set(first) & set(later))
    return first, moved, {turns[n].episode.id for i in older for n in turns.same(i)}


def _by_asked_days(near: Floats, newer: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """The same pairs, turned where the question names days to which the older turn is nearer."""
    placed: dict[int, list[int]] = defaultdict(list)
    for i, later in newer.items():
        for j in later:
            first, second = (j, i) if near[j] >= near[i] else (i, j)
            placed[second].append(first)
    return placed


def _linked(
    query: RecallQuery, pool: Pool, turns: Turns, shown: Sequence[int]
) -> tuple[dict[int, list[int]], dict[tuple[int, int], Edge]]:
    """By older turn, the latest of its updates first; and the links that say so."""
    newer: dict[int, list[int]] = defaultdict(list)
    links: dict[tuple[int, int], Edge] = {}
    if not (query.policy.links and query.policy.updates):
        return newer, links
    wanted = [pool.ids[j] for i in shown for j in turns.same(i)]
    known = set(wanted)
    while wanted:
        edges = [
            edge
            for edge in query.vault.edges(wanted)
            if edge.b in known and edge.a in pool.place and is_update(edge)
            if edge.dream not in query.without
        ]
        turns.read(pool.place[edge.a] for edge in edges)
        wanted = []
        for edge in edges:
            old, new = pool.place[edge.b], pool.place[edge.a]
            if new in turns and turns.later(new, old):
                pair = turns.newest(old), turns.newest(new)
                least = _LEAST_SURE if edge.weight >= _SURE else _LEAST
                if pair not in links and pool.seed[pair[1]] >= least * pool.seed[pair[0]]:
                    newer[pair[0]].append(pair[1])
                    links[pair] = edge
            if edge.a not in known:
                wanted.append(edge.a)
        known.update(wanted)
    for found in newer.values():
        found.sort(key=lambda j: (-turns[j].episode.time.timestamp(), pool.ids[j]))
    return newer, links


def overtaken(
    query: RecallQuery, sources: Mapping[str, Sequence[str]], shown: Collection[str]
) -> set[str]:
    """Memories, by what they rest on, all of which was edited, or has an update that is shown."""
    cited = list({i for ids in sources.values() for i in ids})
    behind = set(query.vault.replaced(cited, query.until, reworded=True))
    if query.policy.links and query.policy.updates:
        behind |= {
            edge.b
            for edge in query.vault.edges(cited)
            if edge.a in shown and is_update(edge) and edge.dream not in query.without
        }
    return {name for name, ids in sources.items() if ids and behind.issuperset(ids)}


# -- without a link


def _unlinked(
    query: RecallQuery, pool: Pool, turns: Turns, shown: Sequence[int]
) -> dict[int, list[int]]:
    """By older turn, what the user said later on the same matter, best first."""
    updating = query.policy.links and query.policy.updates
    said = turns.stated()
    first = [j for j in said[: 2 * _FIRST] if updating and len(turns[j].said) <= _LONGEST]
    best = max((float(pool.seed[j]) for j in said), default=0.0)
    rarity = _rarity(query)
    found: dict[int, list[int]] = {}
    for place, i in enumerate(shown):
        old = turns[i]
        if old.echoes:
            # It is worded like the question that it answered, and so scores above what was told.
            later = _later(pool, turns, said, i, _TOLD * best)
            later = (j for j in later if _on_the_matter(query, turns[j], old))
        elif place < _FIRST and len(old.said) <= _LONGEST:
            later = _later(pool, turns, first, i, _LEAST * float(pool.seed[i]))
            later = (j for j in later if _brings_up_to_date(query, pool, turns, j, i, rarity))
        else:
            continue
        believed = (j for j in later if may_become(turns[j].episode))
        found[i] = list(islice(believed, _MOST))
        if not old.echoes:
            found[i].sort(key=turns.age, reverse=True)
    return found


def _later(pool: Pool, turns: Turns, said: Sequence[int], i: int, least: float) -> Iterator[int]:
    """What the same speaker said later, no less trusted, if it matches the question so far."""
    old = turns[i].episode
    for j in said:
        new = turns[j].episode
        trusted = new.speaker == old.speaker and said_trust(new) >= said_trust(old)
        if trusted and pool.seed[j] >= least and turns.later(j, i):
            yield j


def _on_the_matter(query: RecallQuery, new: Turn, old: Turn) -> bool:
    """True if a statement shares enough words with a question that was answered before."""
    language = query.vault.language
    asked = content_terms(language, old.said or old.answer)
    told = content_terms(language, new.said)
    shared = len(asked & told)
    return shared > 0 and shared >= _SHARED * min(len(asked), len(told))


def _brings_up_to_date(
    query: RecallQuery, pool: Pool, turns: Turns, j: int, i: int, rarity: Rarity
) -> bool:
    """True if a statement answers the question anew, or no dream yet saw that it is an update."""
    new, old = turns[j], turns[i]
    language = query.vault.language
    close = pool.seed[j] >= _CLOSE * pool.seed[i]
    if close and answered_anew(language, query.text, old.said, new.said):
        return True
    if new.episode.dreamt:
        return False
    if language.contradiction(old.said, new.said) is not None:
        return True
    change = language.update(old.said, new.said, rarity)
    if change is None or change.covered < _COVERED:
        return False
    return not change.values or kindred(query.vault, change.values)


def kindred(vault: NamespaceStore, values: Sequence[str]) -> bool:
    """True if two values are of one kind: "married" and "divorced", not "married" and "tired"."""
    one, other = vault.embed(values)
    return float(one @ other) >= _KINDRED


def how_rare(said: int, total: int) -> float:
    """Rarity in [0, 1] of a word that `said` of `total` episodes hold: .5 at the root of all.

    Of few episodes little is known: they count as a hundred, of which the others lack the word.
    """
    total = max(total, _FEW)
    return max(0.0, math.log(total / (said + 1)) / math.log(total))


def _rarity(query: RecallQuery) -> Rarity:
    @cache
    def total() -> int:
        return query.vault.count()["episodes"] + 1

    @cache
    def rarity(stem: str) -> float:
        return how_rare(query.vault.frequencies([stem])[stem], total())

    return rarity


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
