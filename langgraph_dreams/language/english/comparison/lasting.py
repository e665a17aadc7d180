"""What one has one of, told in other words: "I live in Lisbon", "I moved to Porto".

Such a pair shares no word. It is an update only of one's own home, work or tool, between two names
of one kind (the caller tells by their vectors): one moves to another city, or to another editor.
"""

import re
from dataclasses import dataclass

from langgraph_dreams.language.english.clauses import Clause
from langgraph_dreams.language.english.sentences import Sentence
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word

_STATES = {
    "home": r"(?:live|reside|am living|are living|am based|are based) (?:in|on|at)",
    "work": r"(?:work|am working|are working|am employed) (?:at|for)",
    "tool": r"use",
}
_CHANGES = {
    "home": r"(?:have )?(?:moved|relocated)(?: back)? to",
    "work": r"(?:have )?(?:joined|started(?: work| working| (?:a|my) new job)? (?:at|with|for))",
    "tool": r"(?:have )?(?:switched|migrated) to",
}
_TOLD = {
    kind: re.compile(rf"(?:i|we) (?:{_STATES[kind]}|(?P<change>{_CHANGES[kind]}))$")
    for kind in _STATES
}
_TAIL = (
    lists.CUES | lists.ASIDE | lists.a_set("last this week month year weekend recently for good")
)
_TAIL |= lists.FLEETING - {"ago"}
_ACTING = lists.BASES | lists.BEING | {"i", "we"}
_EARLIER = lists.a_set("when before once was were then until used as during since ago first")
_OWN = lists.a_set("my our")
_STREETS = lists.a_set("street road lane avenue drive square court boulevard")
_LONGEST = 3  # words of a name


def lasting(old: Sentence, new: Sentence) -> tuple[str, ...] | None:
    """The verb of the newer one, and the two names; None when they are of different matters.

    Without the names where both tell what they are used as: they need not be alike.
    """
    said = [w.text for w in new.whole.words]
    earlier = (w for w, after in zip(said, [*said[1:], ""], strict=True) if after not in _OWN)
    if not _EARLIER.isdisjoint(earlier) or new.whole.slots:
        return None
    found = [(_told(a), _told(b), b) for a in old.parts for b in new.parts]
    for one, other, clause in found:
        if one and other and one.kind == other.kind and one.name != other.name:
            if one.role and other.role and one.role != other.role:
                continue
            verb = next(w.text for w in clause.words if w.text not in _PASSED)
            return (verb,) if one.role and other.role else (verb, one.name, other.name)
    return None


_PASSED = lists.ASIDE | lists.a_set("i we have am are just finally now currently")


@dataclass(frozen=True)
class _Told:
    kind: str
    """What it tells of: home, street, work or tool."""
    name: str
    role: str
    """What it is used as: "my editor"."""


def _told(clause: Clause) -> _Told | None:
    """What it tells of, and the name."""
    passed = (lists.ASIDE | lists.CUES | {"just", "so"}) - lists.MOVING
    words = [w for w in clause.words if w.text not in passed]
    start = next((place for place, w in enumerate(words) if w.name and place), 0)
    text = " ".join(w.text for w in words[:start])
    kind, told = next(((k, m) for k, p in _TOLD.items() if (m := p.match(text))), ("", None))
    name, role = _name(words[start:])
    if kind == "home" and not _STREETS.isdisjoint(name.casefold().split()[-1:]):
        kind = "street"
    if told is None or not name or clause.negated() or clause.adding:
        return None
    return _Told(kind, name, role)


def _name(words: list[Word]) -> tuple[str, str]:
    """The name that words begin with, if they tell nothing else of where or of what it is.

    And what it is used as: "Vim", "my editor" of "Vim as my editor".
    """
    end = next((place for place, w in enumerate(words) if not w.name), len(words))
    tail = [w.text for w in words[end:]]
    beside = tail[:1] == ["with"] or (tail[:1] == ["and"] and {*tail[1:2]} <= _ACTING)
    role = " ".join(tail) if tail[:1] == ["as"] and {*tail[1:2]} <= _OWN else ""
    if not 0 < end <= _LONGEST or not (beside or role or _TAIL.issuperset(tail)):
        return "", ""
    labelled = words[end - 1].text in lists.LABELS - _STREETS
    return ("" if labelled else " ".join(w.written for w in words[:end])), role
