"""Two short statements that answer one question, of which the newer is the one that holds.

Neither need be worded like the other: "My bank is Hypo", "I am with the bank Fidelia now". That
both speak of one matter is told by the question, so this orders what is shown and ends nothing.
"""

from functools import lru_cache
from itertools import pairwise

from langgraph_dreams.language.english.clauses import SENTENCE_END, Clause, whole
from langgraph_dreams.language.english.owners import other_actor, other_owner
from langgraph_dreams.language.english.sentences import Sentence
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.senders import other_sender, unsigned

_LONGEST = 120  # characters of such a statement
_MOST = 4  # content words of it that are not in the question
_NAMING = lists.a_set("name named call called")
"""Words that ask for a name or give one: "the name of my cat", "my cat is called"."""
_PLAIN = lists.CUES | lists.ASIDE | lists.a_set("new")
_OF = lists.a_set("of for at in")
_WHOSE = lists.a_set("the my our")


@lru_cache(maxsize=4096)
def answered_anew(question: str, old: str, new: str) -> bool:
    """True if the newer of two statements answers the question as the older one does."""
    if max(len(old), len(new)) > _LONGEST or "?" in old + new or other_sender(old, new):
        return False
    if any(len([s for s in SENTENCE_END.split(text) if s.strip()]) != 1 for text in (old, new)):
        return False
    asked = _stems(whole(question))
    asked = (asked - _NAMING) or asked
    one, other = whole(unsigned(old)), whole(unsigned(new))
    named = asked & _stems(one)
    if not named or not named <= _stems(other) or other.adding:
        return False
    if other.past and not Sentence(other, ()).cue:
        return False  # "my dentist was Dr Kern"
    if other_owner(one, other, named=True) or other_actor(one, other):
        return False
    if _kinds(one, asked) != _kinds(other, asked):
        return False
    if any(len(_stems(clause) - asked - _NAMING) > _MOST for clause in (one, other)):
        return False
    if one.negated() == other.negated() and _said(one) == _said(other):
        return False  # it was only said again
    wanted, given = _values(one, asked), _values(other, asked)
    if not wanted and not given:
        return one.negated() != other.negated() or Sentence(other, ()).cue
    return bool(wanted & given)


def _stems(clause: Clause) -> set[str]:
    return {w.stem.removesuffix("'s") for w in clause.words if w.is_content}


def _said(clause: Clause) -> set[str]:
    return {w.stem for w in clause.words if w.is_content or w.kind != "word"}


def _kinds(clause: Clause, asked: set[str]) -> set[str]:
    """The words at what was asked for that tell which of several it is, or what of it.

    "my work phone", "the password of the office", "my dentist's practice".
    """
    words = clause.words
    found = {w.text for w in words if w.text.endswith("'s") and w.stem.removesuffix("'s") in asked}
    found |= {
        before.stem
        for place, (before, word) in enumerate(pairwise(words))
        if word.stem in asked and before.is_content and before.stem not in asked
        if before.text not in _PLAIN and not before.is_past and place != clause.verb
    }
    for of, whose, word in zip(words, words[1:], words[2:], strict=False):
        if of.text in _OF and whose.text in _WHOSE and word.is_content:
            found |= {word.stem} - asked
    return found


def _values(clause: Clause, asked: set[str]) -> set[str]:
    """Whether it tells a name, or a figure or time."""
    names = any(w.name and w.is_content and w.stem not in asked for w in clause.words)
    return {kind for kind, told in (("name", names), ("figure", bool(clause.slots))) if told}
