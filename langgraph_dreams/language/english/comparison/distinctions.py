"""Differences that keep two statements apart: other persons, things or events, one of several."""

from collections.abc import Iterator
from itertools import pairwise

from langgraph_dreams.language.english.clauses import TIMES, Clause, turned
from langgraph_dreams.language.english.comparison.differences import ARTICLES
from langgraph_dreams.language.english.owners import other_owner
from langgraph_dreams.language.english.sentences import Sentence, things
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word

_PLAIN = lists.a_set("new old last next first little much many great good nice really whole")
_ONTO = lists.a_set("to until till into")
_FROM = lists.a_set("from by")
_JOINING = lists.a_set("in at on for of from with to by")


def apart(old: Sentence, new: Sentence, cue: bool, change: str) -> bool:
    """True if they are about different persons, different things, or different events."""
    if not cue and ((old.past and new.past) or (_unnamed(old) and _unnamed(new))):
        return True
    return (
        bool(other_owner(old.whole, new.whole, named=True))
        or _other_subject(old, new)
        or _other_thing(old, new)
        or _other_number(old, new)
        or turned(old.whole, new.whole)
        or (not cue and _of_several(old, new, change))
    )


def _unnamed(sentence: Sentence) -> bool:
    """True if it is about a mere "she" or "it", which may be another one."""
    return sentence.whole.words[0].text in lists.POINTING


def _other_subject(old: Sentence, new: Sentence) -> bool:
    """True if a name before a verb, or an owner, is not in the other."""
    there = [{w.stem.removesuffix("'s") for w in s.whole.words} for s in (old, new)]
    gone, come = old.subjects() - there[1], new.subjects() - there[0]
    if gone and come:
        return not new.replacing
    return bool(gone or come)


def _other_thing(old: Sentence, new: Sentence) -> bool:
    """True if a word of both has another word at its side: the "test" or the "demo" server."""
    one, other = ({w.stem for w in s.whole.words} for s in (old, new))
    shared = things(old.whole).keys() & things(new.whole).keys()
    for step in (-1, 1):
        before, after = (dict(_sides(s, step)) for s in (old, new))
        for stem in before.keys() & after.keys() & shared:
            gone, come = before[stem], after[stem]
            if (
                gone.stem != come.stem
                and gone.stem not in other
                and come.stem not in one
                and not (gone.name and come.name)
                and "'s" not in gone.text + come.text
            ):
                return True
    return False


def _sides(sentence: Sentence, step: int) -> Iterator[tuple[str, Word]]:
    """By stem, the content word directly before or after it."""
    passed = lists.CUES | lists.THIRDS | lists.BASES | _PLAIN
    for part in sentence.parts:
        for one, other in pairwise(part.words[::-step]):
            if other.is_content and not other.is_past and other.text not in passed:
                yield one.stem.removesuffix("'s"), other


def _other_number(old: Sentence, new: Sentence) -> bool:
    """True if they are of different numbers of a series, which are names of what it is about."""
    one, other = _numbers(old), _numbers(new)
    if one and other and one != other:
        return True
    one, other = one | _moved(old.whole), other | _moved(new.whole)
    return bool(one and other and one.isdisjoint(other))


def _numbers(sentence: Sentence) -> set[str]:
    """Figures before the verb, and those of a chapter or a ticket anywhere."""
    words = sentence.whole.words
    return {s.value for p in sentence.parts for s in p.slots if s.place < _begun(p)} | {
        slot.value
        for slot in sentence.whole.slots
        if slot.place and words[slot.place - 1].text in lists.SERIES
    }


def _moved(clause: Clause) -> set[str]:
    """Figures and names of what somebody moves or changes: "we moved order 12 to Friday"."""
    words = clause.words
    start = next((place for place, w in enumerate(words) if w.text in lists.MOVING), len(words))
    to = (place for place in range(start, len(words)) if words[place].text in _ONTO)
    run = range(start + 2, next(to, start))
    figures = {
        s.place: s.value for s in clause.slots if s.kind in ("number", "code") and not s.unit
    }
    told = [p for p in run if words[p - 1].text not in _FROM and (p in figures or words[p].name)]
    return {figures.get(p, words[p].stem.removesuffix("'s")) for p in told}


def _begun(clause: Clause) -> int:
    """Place of its verb: the first of the past, where none of the present is known."""
    past = (place for place, word in enumerate(clause.words) if word.is_past)
    return clause.verb if clause.verb >= 0 else next(past, -1)


def _of_several(old: Sentence, new: Sentence, change: str) -> bool:
    """True if one may hold beside the other: "a friend in Lyon", "4 in production"."""
    words = [{w.text for w in s.whole.words} for s in (old, new)]
    if words[0] & words[1] & lists.LISTING or (
        words[0] & words[1] & ARTICLES and change in ("name", "word")
    ):
        return True
    if _at_some_time(old) and _at_some_time(new):
        return True
    if any(_narrower(*pair) for pair in ((old, new), (new, old))):
        return True
    joined = [dict(_joined(s.whole)) for s in (old, new)]
    one, other = things(old.whole), things(new.whole)
    return any(
        joined[0][word].stem not in other and joined[1][word].stem not in one
        for word in joined[0].keys() & joined[1].keys()
        if not (joined[0][word].name and joined[1][word].name)
    )


def _at_some_time(sentence: Sentence) -> bool:
    """True of "I have an appointment on Monday": there may be others at other times."""
    return any(
        slot.kind in TIMES
        and any(w.text in ARTICLES for w in part.words[max(part.verb, 0) : slot.place])
        for part in sentence.parts
        for slot in part.slots
    )


def _narrower(one: Sentence, other: Sentence) -> bool:
    """True if one is about "my work phone", the other about "my phone"."""
    passed = lists.CUES | lists.ASIDE | _PLAIN
    longer, shorter = (
        [w for w in s.parts[0].words[: max(s.parts[0].verb, 0)] if w.is_content]
        for s in (one, other)
    )
    longer = [w for w in longer if w.text not in passed]
    rest = longer[len(longer) - len(shorter) :]
    if not shorter or len(rest) == len(longer) or shorter[0].name:
        return False
    return [w.stem for w in rest] == [w.stem for w in shorter]


def _joined(clause: Clause) -> Iterator[tuple[str, Word]]:
    """By preposition, the thing after it."""
    named = set(things(clause))
    for place, word in enumerate(clause.words):
        if word.text in _JOINING:
            following = clause.words[place + 1 : place + 3]
            found = next((w for w in following if w.stem in named), None)
            if found is not None:
                yield word.text, found
