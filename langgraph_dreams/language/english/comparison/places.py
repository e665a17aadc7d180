"""Detection of a thing that is at another place now."""

from collections.abc import Sequence

from langgraph_dreams.language.english.clauses import Clause
from langgraph_dreams.language.english.comparison.differences import (
    ARTICLES,
    bridge,
    changed,
    content,
    names,
)
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word
from langgraph_dreams.language.protocol import Difference

_BEFORE_NAMES = frozenset(("the", "my", "our", "a", "an"))


def other_place(old: Clause, new: Clause) -> Difference | None:
    """The one place that a thing is at, when nothing but its name changed."""
    address = _address(old, new)
    if address is not None:
        return address
    figures = changed(old, new)
    if figures is None or any(figures):
        return None
    one, other = content(old), content(new)
    gone = [w for stem, w in one.items() if stem not in other and not _may_go(old, new, w)]
    come = [w for stem, w in other.items() if stem not in one and w.text not in lists.PLACED]
    before, after = _place_of(old, gone), _place_of(new, come)
    shared = bridge(old, new)
    if not before or not after or not shared:
        return None
    if before != after and not (new.cue and after in ("to", "in", "at", "into")):
        return None
    return Difference(
        "place", " ".join(w.written for w in gone), " ".join(w.written for w in come), shared
    )


def _may_go(old: Clause, new: Clause, word: Word) -> bool:
    """True if it is left out by who says "moved" for "lives", or "Ada" for "my sister Ada"."""
    if not any(w.text in lists.MOVING for w in new.words):
        return False
    subject = old.content(old.verb)
    named = names(old) & names(new)
    return word.text in lists.PLACED or bool(named and word.stem in subject and not word.name)


def _place_of(clause: Clause, run: Sequence[Word]) -> str:
    """The preposition before a run of words that names a place; empty when it is none."""
    if not 0 < len(run) <= 3 or not run[0].name:
        return ""
    places = [place for place, word in enumerate(clause.words) if word in run]
    start = places[0]
    if start <= clause.verb or places[-1] - start >= len(run):
        return ""
    while start > clause.verb and (
        clause.words[start - 1].text in _BEFORE_NAMES
        or clause.words[start - 1].text in lists.LABELS
    ):
        start -= 1
    word = clause.words[start - 1].text
    verbs = {w.text for w in clause.words[clause.verb : start]} & lists.PLACED
    if word not in lists.PLACING or not verbs:
        return ""
    if word == "on" and (verbs & {"work", "works"} or "first" in clause.persons()):
        return ""
    if any(w.text in ARTICLES for w in clause.words[clause.verb : start]):
        return ""
    return word


def _address(old: Clause, new: Clause) -> Difference | None:
    """A new address: its number and street go together."""
    parts = []
    for clause in (old, new):
        subject = list(clause.content(clause.verb))
        if not subject or subject[-1] != "address" or clause.words[clause.verb].text != "is":
            return None
        parts.append([w for w in clause.words[clause.verb + 1 :] if w.text not in lists.CUES])
    one, other = content(old, old.verb), content(new, new.verb)
    before, after = ("".join(f" {w.written}" for w in part).strip() for part in parts)
    if (
        one.keys() != other.keys()
        or before == after
        or not all(any(w.name for w in p) for p in parts)
    ):
        return None
    return Difference("place", before, after, bridge(old, new))
