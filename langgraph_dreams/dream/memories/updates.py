"""Updates: the older episode that a new one brings up to date; an order, not a supersession.

A link of kind "update" from the newer to the older end lets recall show the newer one first
(recall/update_order.py). Nothing is ended by it; but a memory that rests on nothing but older ends
gives way to the newer statement, in recall and in the core. It is drawn without a model,
where the strict rules of contradiction rightly see none, for the older statement would otherwise
come first for being worded like the question.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from langgraph_dreams.dream.memories.speakers import own_words, same_speaker, statement
from langgraph_dreams.dream.memories.supersede import RELATED
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.language.protocol import Rarity, Update
from langgraph_dreams.language.words import content_terms, one_word_apart
from langgraph_dreams.recall.update_order import UPDATE, how_rare, kindred
from langgraph_dreams.safety.trust import believable, said_trust
from langgraph_dreams.store.items import Item
from langgraph_dreams.types.items import Episode, Link, link_id
from langgraph_dreams.types.operations import Operation, propose

_NEAREST = 16  # older episodes looked at from each of the two searches
_LONGEST = 240  # characters; a passage tells of many things, and brings none up to date
_CLOSE = 0.15  # of the best score; among those so close the latest is brought up to date
_COVERED, _SIMILAR, _RARE, _CHANGED, _CUED = 0.35, 0.25, 0.1, 0.15, 0.15
"""Parts of the score; chosen on the first half of benchmarks/updates_data, which they split
anywhere between .45 and .6."""


def score(found: Update, cosine: float) -> float:
    """Probability that it is an update, in [0, 1]."""
    return (
        _COVERED * found.covered
        + _SIMILAR * max(0.0, cosine)
        + _RARE * found.rarity
        + _CHANGED
        + _CUED * found.cue
    )


def updates(context: StageContext, state: DreamState, new: Sequence[str]) -> list[Operation]:
    """Links from new episodes to the older one that each most probably brings up to date."""
    language = context.vault.language
    if not context.policy.updates or not language.compares:
        return []
    found = context.vault.get(list(new)).values()
    turns = [e for e in found if isinstance(e, Episode) and len(own_words(e)) <= _LONGEST]
    said = believable([e for e in turns if language.statements(own_words(e))])
    if not said:
        return []
    vectors = context.vault.vectors([e.id for e in said])
    near = context.vault.dense(vectors, _NEAREST)
    beside = [
        [name for name, _ in [*hits, *context.vault.lexical(own_words(episode), _NEAREST)]]
        for episode, hits in zip(said, near, strict=True)
    ]
    others = context.vault.get(list(dict.fromkeys(chain.from_iterable(beside))))
    made = []
    for episode, vector, names in zip(said, vectors, beside, strict=True):
        older = _older(context, episode, [others[i] for i in dict.fromkeys(names) if i in others])
        cosines = context.vault.vectors([e.id for e in older]) @ vector if older else []
        best = _best(context, episode, older, [float(c) for c in cosines])
        made += [_link(state, episode, *one) for one in best]
    known = context.vault.get_links([link.id for link in made])
    return [_operation(state, link) for link in made if link.id not in known]


def _older(context: StageContext, new: Episode, found: Sequence[Item]) -> list[Episode]:
    """Statements by the same speaker, no more trusted, from an earlier occasion."""
    apart = context.policy.apart_seconds
    earlier = (
        e
        for e in found
        if isinstance(e, Episode)
        and e.time < new.time
        and (e.thread != new.thread or (new.time - e.time).total_seconds() >= apart)
        and said_trust(e) <= said_trust(new)
        and len(own_words(e)) <= _LONGEST
        and same_speaker(e, new)
    )
    return believable(earlier)


def _best(
    context: StageContext, new: Episode, older: Sequence[Episode], cosines: Sequence[float]
) -> list[tuple[Episode, Update, float]]:
    """The latest of the most probable ones and all that say the same as it.

    None when a contradiction already ended it.
    """
    language, rarity = context.vault.language, _rarity(context, [new, *older])
    found = []
    for old, cosine in zip(older, cosines, strict=True):
        change = language.update(own_words(old), own_words(new), rarity)
        if change is None or (value := score(change, cosine)) < context.policy.update_score:
            continue
        if not change.values or kindred(context.vault, change.values):
            found.append((old, change, value))
    most = max((value for *_, value in found), default=0.0)
    likely = [one for one in found if one[2] >= most - _CLOSE]
    best = max(likely, key=lambda one: (one[0].time, one[0].position, one[0].id), default=None)
    if best is None or _ended(context, best[0], new):
        return []
    return [one for one in found if language.same_statement(own_words(one[0]), own_words(best[0]))]


def _ended(context: StageContext, old: Episode, new: Episode) -> bool:
    """True if the newer one ends the older one as a memory (supersede.py)."""
    change = context.vault.language.contradiction(own_words(old), own_words(new))
    return change is not None and (
        one_word_apart(context.vault.language, own_words(old), own_words(new))
        or _cosine(context, (statement(old), statement(new))) >= RELATED
    )


def _cosine(context: StageContext, texts: Sequence[str]) -> float:
    one, other = context.vault.embed(texts)
    return float(one @ other)


def _rarity(context: StageContext, episodes: Sequence[Episode]) -> Rarity:
    terms = {term for e in episodes for term in content_terms(context.vault.language, own_words(e))}
    counts = context.vault.frequencies(terms)
    total = context.vault.count()["episodes"] + 1
    return lambda stem: how_rare(counts.get(stem, 0), total)


def _link(state: DreamState, new: Episode, old: Episode, change: Update, value: float) -> Link:
    return Link(
        id=link_id(new.id, old.id, UPDATE),
        a=new.id,
        b=old.id,
        kind=UPDATE,
        channel="bridge",
        bridge=change.bridge,
        weight=round(min(1.0, value), 4),
        since=state["number"],
        evidence={
            "covered": round(change.covered, 4),
            "rarity": round(change.rarity, 4),
            "cue": float(change.cue),
            "score": round(value, 4),
        },
        dream=state["dream"],
        created=datetime.fromisoformat(state["started"]),
        helps=f"{change.change} changed",
    )


def _operation(state: DreamState, link: Link) -> Operation:
    over = ", ".join(link.bridge)
    reason = f"probably an update ({link.helps}) over {over}; shown before what it updates"
    return propose(state["dream"], "add_link", link, reason=reason)
