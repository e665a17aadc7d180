"""Memories without a model: from statements that were said again, or said otherwise later.

Only whole statements are taken, word for word; nothing is put into other words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from langgraph_dreams.dream.memories.evidence import LONGEST, asserted
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.speakers import same_speaker, speaker, statement
from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.language.mixed import learn_words, spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import (
    content_terms,
    content_tokens,
    one_word_apart,
    same_subject,
    searched,
)
from langgraph_dreams.safety.trust import believable, may_become, said_trust, strongest, times_said
from langgraph_dreams.types.base import lowest_trust
from langgraph_dreams.types.items import Episode, Memory, memory_id

_NEAREST = 8
_RELATED = 0.5  # cosine below which two statements are not about the same
_FAR_APART = 3  # words that one has alone; with one of them two statements may be about the same
_LOOKED_AT = 400  # texts with a rare word of a new one
_ROUNDING = 1e-9
When = tuple[datetime, int, str]


def repeated(
    context: StageContext, state: DreamState, new: Sequence[str]
) -> tuple[list[Proposal], int]:
    """Statements that were said several times, and how many episodes say them."""
    groups = _groups(context, new)
    ids = sorted({name for group in groups for name in group})
    found = {k: e for k, e in context.vault.get(ids).items() if isinstance(e, Episode)}
    held = _holders(context, ids)
    proposals = []
    for episodes in _times_of(context, groups, found, set(new)):
        known = next((held[e.id] for e in episodes if e.id in held), None)
        if known is not None and known.trust < said_trust(episodes[0]):
            known = None  # it may say more than the episodes that are trusted
        proposals.append(_proposal(context, state, episodes, known))
    return proposals, sum(len(group) for group in groups)


def changed(context: StageContext, state: DreamState, new: Sequence[str]) -> list[Proposal]:
    """Statements that contradict an older one by the same speaker, each after the one it ends."""
    language = context.vault.language
    found = context.vault.get(list(new)) if language.compares else {}
    plain = [e for e in found.values() if isinstance(e, Episode) and _plain(language, e)]
    said = believable([e for e in plain if spoken(language, _said(language, e)).compares])
    if not said:
        return []
    vectors = context.vault.vectors([e.id for e in said])
    beside = context.vault.dense(vectors, _NEAREST)
    known = context.vault.dense(vectors, _NEAREST, prefix="m")
    others = context.vault.get(list({name for hits in [*beside, *known] for name, _ in hits}))
    made: dict[str, Proposal] = {}
    for episode, *hits in zip(said, beside, known, strict=True):
        for name, cosine in chain(*hits):
            old = others.get(name)
            if old is not None and _contradicts(language, old, episode, cosine):
                if isinstance(old, Episode):
                    made.setdefault(old.id, _proposal(context, state, [old], None))
                made.setdefault(episode.id, _proposal(context, state, [episode], None))
    return list(made.values())


def _contradicts(language: Language, old: Episode | Memory, new: Episode, cosine: float) -> bool:
    """The cheap questions come first: hardly any of the many pairs passes them all."""
    said = _said(language, new)
    trust = old.trust if isinstance(old, Memory) else said_trust(old)
    if trust > said_trust(new):
        return False
    if isinstance(old, Memory):
        return (
            holds(old)
            and same_subject(old.about, speaker(new))
            and (cosine >= _RELATED or one_word_apart(language, old.text, said))
            and language.contradiction(old.text, said) is not None
        )
    earlier = (old.time, old.thread, old.position) < (new.time, new.thread, new.position)
    if not earlier or (cosine < _RELATED and _words_apart(language, old, said) > _FAR_APART):
        return False
    before = _said(language, old)
    return (
        (cosine >= _RELATED or one_word_apart(language, before, said))
        and same_speaker(old, new)
        and _plain(language, old)
        and may_become(old)
        and language.contradiction(before, said) is not None
    )


def _words_apart(language: Language, old: Episode, text: str) -> int:
    """Content words of a text that are nowhere in an older turn, whatever that asserts."""
    own = spoken(language, text)
    return len(content_terms(own, text) - content_terms(own, statement(old)))


def _plain(language: Language, episode: Episode) -> bool:
    return len(statement(episode)) <= LONGEST and bool(_said(language, episode))


def _said(language: Language, episode: Episode) -> str:
    """The words that state something; empty when none do."""
    return asserted(language, statement(episode))


# -- groups of episodes that say the same


def _groups(context: StageContext, new: Sequence[str]) -> list[set[str]]:
    """Sets of episodes that say the same, each with at least one new one."""
    found = _stating(context, new)
    new = [name for name, each in found.items() if len(each.terms) >= context.policy.twin_terms]
    if not new:
        return []
    vault = context.vault
    near = vault.dense(vault.vectors(new), _NEAREST)
    worded = _by_words(context, {name: found[name] for name in new})
    close = {
        # By words as well: what was answered is in the vector of a turn, and not in a statement.
        name: dict.fromkeys(i for i, _ in [*ranked, *worded.get(name, ())])
        for name, ranked in zip(new, near, strict=True)
    }
    found |= _stating(context, _wordily_near(context, found, close))
    group_of: dict[str, set[str]] = {}
    for one, other in _alike(context, found, close):
        # A weaker repeat is no evidence, and adds nothing to what was said before.
        alike = [e.id for e in strongest([one.episode, other.episode])]
        joined = set().union(*(group_of.get(name, {name}) for name in alike))
        if not joined.isdisjoint(new):
            group_of.update(dict.fromkeys(joined, joined))
    groups = {id(group): group for group in group_of.values()}
    return sorted(groups.values(), key=min)


def _by_words(
    context: StageContext, new: Mapping[str, "_Stating"]
) -> dict[str, list[tuple[str, float]]]:
    """What the search by words finds for new texts, but for those that nothing else can repeat.

    A text that shares so many words with a new one has one of its few rarest. Where no other has,
    and most of the rest as well, the search is saved, which reads the postings of all words,
    however common.
    """
    vault, least = context.vault, context.policy.twin_overlap
    often = vault.frequencies({term for each in new.values() for term in each.terms})
    found = {}
    for name, each in new.items():
        words = {
            t.stem: searched(vault.language, t) for t in content_tokens(vault.language, each.text)
        }
        rarest = sorted(words, key=lambda stem: (often.get(stem, 0), stem))
        some = rarest[: int((1 - least) * len(words) + _ROUNDING) + 1]
        others = vault.having([words[stem] for stem in some], _LOOKED_AT)
        if others is None or any(
            len(each.terms & terms) >= least * len(each.terms) - _ROUNDING
            for other, terms in others.items()
            if other != name
        ):
            found[name] = vault.lexical(each.text, _NEAREST)
    return found


def _wordily_near(
    context: StageContext,
    found: Mapping[str, "_Stating"],
    close: Mapping[str, Iterable[str]],
) -> list[str]:
    """Those beside new texts that share their words, whatever they assert: most do not.

    Who says the same has all words of the other, or nearly all; half of them is the least here,
    since what a turn asserts is not looked for yet.
    """
    vault = context.vault
    others = vault.get(list({i for ids in close.values() for i in ids if i not in found}))
    said = {i: statement(e) for i, e in others.items() if isinstance(e, Episode)}
    learn_words(vault.language, said.values())
    kept: set[str] = set()
    for name, ids in close.items():
        own = spoken(vault.language, found[name].text)
        terms = content_terms(own, found[name].text)
        least = context.policy.twin_overlap / 2 * len(terms)
        for other in said.keys() & set(ids):
            if other not in kept and len(terms & content_terms(own, said[other])) >= least:
                kept.add(other)
    return [name for name in said if name in kept]


@dataclass(frozen=True)
class _Stating:
    """An episode that may become a memory, and what it states."""

    episode: Episode
    text: str
    terms: set[str]


def _stating(context: StageContext, names: Sequence[str]) -> dict[str, _Stating]:
    language = context.vault.language
    found = [e for e in context.vault.get(names).values() if isinstance(e, Episode)]
    learn_words(language, map(statement, found))
    said = ((e, _said(language, e)) for e in found if may_become(e))
    return {e.id: _Stating(e, text, content_terms(language, text)) for e, text in said if text}


def _alike(
    context: StageContext, found: Mapping[str, _Stating], close: Mapping[str, Iterable[str]]
) -> list[tuple[_Stating, _Stating]]:
    """Pairs that say the same at two times, by their words and then by their vectors."""
    policy, language = context.policy, context.vault.language
    pairs = [
        (found[one], found[other])
        for one, others in close.items()
        for other in others
        if other != one and other in found
    ]
    pairs = [
        (one, other)
        for one, other in pairs
        if _overlap(one.terms, other.terms) >= policy.twin_overlap
        and times_said([one.episode, other.episode]) > 1
        and _both_say(language, one.episode, other.episode)
    ]
    texts = list(dict.fromkeys(each.text for pair in pairs for each in pair))
    vector = dict(zip(texts, context.vault.embed(texts), strict=True)) if texts else {}
    return [p for p in pairs if vector[p[0].text] @ vector[p[1].text] >= policy.twin_cosine]


def _times_of(
    context: StageContext,
    groups: Sequence[set[str]],
    found: dict[str, Episode],
    new: set[str],
) -> Iterator[list[Episode]]:
    """Each group in order of time, cut where something else was so in between.

    What held, ended and holds again held twice; a time of which no new episode tells is known.
    """
    for group in groups:
        episodes = _in_order(found[name] for name in group if name in found)
        breaks = _changes(context, episodes)
        times: dict[int, list[Episode]] = {}
        for episode in episodes:
            times.setdefault(sum(b < _when(episode) for b in breaks), []).append(episode)
        yield from (time for time in times.values() if not new.isdisjoint(e.id for e in time))


def _changes(context: StageContext, episodes: Sequence[Episode]) -> list[When]:
    """When the same speaker said, between repeats of a statement, what contradicts it."""
    language = context.vault.language
    if len(episodes) < 2 or not language.compares or not _plain(language, episodes[-1]):
        return []
    vector = context.vault.vectors([episodes[-1].id])
    (near,) = context.vault.dense(vector, _NEAREST + 2 * len(episodes))
    others = context.vault.get([name for name, _ in near])
    first, last = _when(episodes[0]), _when(episodes[-1])
    return [
        _when(other)
        for name, cosine in near
        if isinstance(other := others.get(name), Episode)
        and first < _when(other) < last
        and _contradicts(language, other, episodes[-1], cosine)
    ]


def _both_say(language: Language, one: Episode, other: Episode) -> bool:
    """True if one speaker says the same twice."""
    same = language.same_statement
    return same_speaker(one, other) and same(_said(language, one), _said(language, other))


def _overlap(ones: set[str], others: set[str]) -> float:
    """Jaccard index of the content words."""
    return len(ones & others) / len(ones | others) if ones | others else 0.0


def _holders(context: StageContext, ids: Sequence[str]) -> dict[str, Memory]:
    """The memory that cites each of the episodes, of those that hold."""
    citing = context.vault.citing(ids)
    found = context.vault.get(list(dict.fromkeys(chain.from_iterable(citing.values()))))
    held = {k: m for k, m in found.items() if isinstance(m, Memory) and holds(m)}
    return {s: held[name] for s, names in citing.items() for name in names if name in held}


def _in_order(episodes: Iterable[Episode]) -> list[Episode]:
    return sorted(episodes, key=_when)


def _when(episode: Episode) -> When:
    """Order of what was said."""
    return episode.time, episode.position, episode.id


def _proposal(
    context: StageContext, state: DreamState, episodes: Sequence[Episode], known: Memory | None
) -> Proposal:
    """The statement in the words it was said in last, or those of the memory that has it."""
    text = known.text if known else _said(context.vault.language, episodes[-1])
    return Proposal(
        Memory(
            # "I live in Paris" is another fact when another says it.
            id=known.id if known else memory_id("fact", f"{speaker(episodes[-1])}\n{text}"),
            text=text,
            about=known.about if known else speaker(episodes[-1]),
            sources=tuple(e.id for e in episodes),
            trust=lowest_trust(map(said_trust, episodes)),
            valid_from=episodes[0].time,
            learned_at=datetime.fromisoformat(state["started"]),
            confirmed=times_said(episodes),
            last_confirmed=episodes[-1].time,
            status="active" if times_said(episodes) > 1 else "tentative",
            dream=state["dream"],
        )
    )
