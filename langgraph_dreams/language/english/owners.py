"""Whose a thing is: "my car" and "my wife's car" are two, and so are their colours."""

from langgraph_dreams.language.english.clauses import Clause
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word

_WHOSE = lists.a_set("my our your his her their the")
_NOBODY = lists.a_set(
    "user speaker person one everyone today tomorrow yesterday tonight week month year morning"
    " evening day night monday tuesday wednesday thursday friday saturday sunday"
)
"""With an apostrophe they tell whose no thing is, or that it is the user's."""


def other_owner(one: Clause, other: Clause) -> str:
    """An owner that only one of them has, or that differs; empty when they may be one's own."""
    for first, second in ((one, other), (other, one)):
        there, words = _owners(second), {_base(w) for w in second.words}
        for owner, aliases in _owners(first).items():
            if owner in there or aliases & words:
                continue
            if owner not in lists.KIN.values() and owner in words:
                continue  # "the price of my flat" and "my flat"
            if _spoken_of(second, there):
                continue
            return owner
    return ""


def _spoken_of(clause: Clause, owners: dict[str, set[str]]) -> bool:
    """True if it is of "him" or "her", which may be anybody who was named before."""
    persons = clause.persons()
    return not owners and bool(persons & {"he", "she", "they"}) and "first" not in persons


def _owners(clause: Clause) -> dict[str, set[str]]:
    """Owners of what it is about, each with the names that stand beside it."""
    found: dict[str, set[str]] = {}
    begins = _begins(clause)
    words = clause.words
    for place, word in enumerate(words):
        base, before = _base(word), words[place - 1] if place else None
        kin = lists.KIN.get(base) or lists.KIN.get(base.removesuffix("s"))
        owning = word.text.endswith("'s") or _owns_as_many(clause, place)
        of_whose = place > 1 and words[place - 2].text == "of" and words[place - 1].text in _WHOSE
        if kin and (owning or of_whose or (place < begins and not _the(before)) or _called(clause, place)):
            found[kin] = _names_beside(clause, place)
        elif (owning or of_whose) and not word.name and word.is_content and base not in _NOBODY:
            if before is not None and (of_whose or before.text in _WHOSE):
                found[base] = set()
    return found


def _begins(clause: Clause) -> int:
    """The place of its verb, be it of the present or the past."""
    told = [place for place, w in enumerate(clause.words) if w.is_past]
    verbs = [place for place in (clause.verb, *told[:1]) if place >= 0]
    return min(verbs, default=0)


def _called(clause: Clause, place: int) -> bool:
    """True for the last word of "Eva is my boss"."""
    words = clause.words
    between = words[clause.verb + 1 : place]
    return (
        clause.verb >= 0
        and words[clause.verb].text in lists.BEING
        and any(w.text in _WHOSE for w in between)
        and all(w.text in _WHOSE or w.text in lists.CUES or not w.name for w in between)
        and len(between) <= 3
        and not (place + 1 < len(words) and words[place + 1].is_content)
    )


def _owns_as_many(clause: Clause, place: int) -> bool:
    """True for "parents' flight", whose apostrophe is not kept."""
    words = clause.words
    following = words[place + 1] if place + 1 < len(words) else None
    return words[place].text.endswith("s") and bool(following and following.is_content and (
        following.text not in lists.BASES | lists.THIRDS | lists.CUES
    )) and lists.KIN.get(words[place].text.removesuffix("s")) is not None


def _names_beside(clause: Clause, place: int) -> set[str]:
    """Ada of "my sister Ada", and of "Ada, my sister"; not of "Ada's sister"."""
    words = clause.words
    beside: list[Word] = []
    if not words[place].text.endswith("'s"):
        beside += [w for w in words[place + 1 : place + 2] if w.name]
    if place > 1 and words[place - 1].text in _WHOSE and "'" not in words[place - 2].text:
        beside += [w for w in words[place - 2 : place - 1] if w.name]
    return {_base(w) for w in beside}


def _the(before: Word | None) -> bool:
    """True for "the landlord", who acts on what is somebody else's."""
    return before is not None and before.text == "the"


def _base(word: Word) -> str:
    return word.text.removesuffix("'s")
