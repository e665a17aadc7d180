"""What one's own is called, told again in other words with another name.

"The name of my cat is Rex", "my cat's name is Rex", "my cat is called Rex".
"""

import re
from dataclasses import dataclass

from langgraph_dreams.language.english.clauses import Clause
from langgraph_dreams.language.english.comparison.retold import Retold
from langgraph_dreams.language.english.words import lexicon as lists

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"the name of (?P<thing>(?:my|our) .+) is",
        r"(?P<thing>(?:my|our) .+)'s name is",
        r"(?P<thing>(?:my|our) .+) is (?:called|named)",
    )
)
_PASSED = lists.CUES | lists.ASIDE | {"new", "no"}


@dataclass(frozen=True)
class _Named:
    thing: str
    place: int
    """Of the name, among the words."""


def other_name(old: Clause, new: Clause) -> Retold | None:
    """The change of the name; None where they are of two things, or the name is the same."""
    one, other = _named(old), _named(new)
    if one is None or other is None or one.thing != other.thing:
        return None
    gone, come = old.words[one.place :], new.words[other.place :]
    if [w.stem for w in gone] == [w.stem for w in come]:
        return None
    return Retold("name", tuple(gone), tuple(come), tuple(new.words[: other.place]))


def _named(clause: Clause) -> _Named | None:
    place = next((n for n, w in enumerate(clause.words) if n and w.name), 0)
    names = clause.words[place:]
    denied = any(w.text in lists.NEGATIONS for w in clause.words[1:])  # "No, it is called ..."
    if not place or denied or not all(w.name or w.text in _PASSED for w in names):
        return None
    text = " ".join(w.text for w in clause.words[:place] if w.text not in _PASSED)
    found = next((m for form in _FORMS if (m := form.fullmatch(text))), None)
    return found and _Named(found["thing"], place)
