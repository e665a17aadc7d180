"""Whose a thing is: "my car" and "my wife's car" are two, and so are their colours."""

from langgraph_dreams.language.english.clauses import SENTENCE_END, Clause, whole
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word
from langgraph_dreams.language.senders import unsigned

_WHOSE = lists.a_set("my our your his her their the")
_NOBODY = lists.a_set(
    "user speaker person one everyone today tomorrow yesterday tonight week month year morning"
    " evening day night monday tuesday wednesday thursday friday saturday sunday"
)
"""With an apostrophe they tell whose no thing is, or that it is the user's."""
_ALSO_THINGS = lists.a_set("manager client assistant partner baby twin mate ex boy girl intern nan")
"""A "password manager" is no person: these must follow "my", or a word of which one is meant."""
_ONESELF = lists.a_set("i we me us")
_COMPANY = lists.a_set("with without and or than like unlike beside near from by for before after")
"""Before a person they tell of company: "I live with my sister" is not about her."""
_WHICH = lists.a_set("older younger elder big little new old best good late former first second")


def other_owner(one: Clause, other: Clause, *, named: bool = False) -> str:
    """An owner that only one of them has, or that differs; empty when they may be one's own.

    With `named` whoever acts in one is not another owner if the other speaks of them as well:
    "Grandpa arrives at nine", "we meet Grandpa at ten".
    """
    for first, second in ((one, other), (other, one)):
        owners, there = _owners(first), _owners(second)
        words = {_base(w) for w in second.words}
        aliases = set().union(*there.values())
        for owner, called in owners.items():
            if owner in there or owner in aliases or called & words:
                continue
            if owner not in lists.KIN.values() and owner in words:
                continue  # "the price of my flat" and "my flat"
            if named and not there and _acts_alone(first, owner) and owner in _spoken_of(second):
                continue
            if there or not _anybody(second):
                return owner
        own = not owners and "first" in first.persons() - second.persons()
        if own and not there and _anybody(second):
            return "another"
    return ""


def other_actor(one: Clause, other: Clause) -> str:
    """Eva, when one says what Eva does and the other what "I" do; else empty."""
    for first, second in ((one, other), (other, one)):
        if "first" in first.persons() - second.persons() and not _acting(first):
            acting = _acting(second)
            if acting and acting not in {_base(w) for w in first.words}:
                return acting
    return ""


def of_another(question: str, text: str) -> bool:
    """True if a text is of another person than the question asks for, oneself or a relative.

    "My mother's doctor is in on Monday" to "When do I see the doctor?". What names nobody, or only
    a "she", may be about anybody.
    """
    asking = whole(question)
    if "first" not in asking.persons():
        return False
    persons = _persons(asking)
    wanted = {w.stem.removesuffix("'s") for w in asking.words if w.is_content}
    told = [whole(s) for s in SENTENCE_END.split(unsigned(text)) if s.strip()]
    told = told[:1] + [c for c in told[1:] if wanted & {w.stem.removesuffix("'s") for w in c.words}]
    if persons:
        named = any(persons <= _persons(c) or c.persons() & {"he", "she", "they"} for c in told)
        return not named and any("first" in c.persons() for c in told)
    return bool(told) and all(_told_of_another(clause, wanted) for clause in told)


def _persons(clause: Clause) -> set[str]:
    return {kin for place in range(len(clause.words)) if (kin := _kin(clause, place))}


def _told_of_another(clause: Clause, wanted: set[str]) -> bool:
    """True if a relative acts in it, or owns what is wanted, or is taken there."""
    words = clause.words
    oneself = [place for place, w in enumerate(words) if w.text in _ONESELF]
    kin = {place for place in range(len(words)) if _kin(clause, place)}
    acting = any(p < 2 < len(words) and _subject(clause, p, p + 1) for p in kin)
    if not oneself and (acting or any(o in lists.KIN.values() for o in _owners(clause))):
        return True
    taken = _spoken_of(clause) if any(words[p].text in ("i", "we") for p in oneself) else set()
    taken_at = [p for p in kin if p > min(oneself, default=p) and _kin(clause, p) in taken]
    places = [
        p for p, w in enumerate(words) if w.stem.removesuffix("'s") in wanted and w.is_content
    ]
    for place in places:
        before, after = range(max(0, place - 2), place), range(place + 2, place + 4)
        owned = any(p in kin and words[p].text.endswith("s") for p in before)
        owned |= [w.text for w in words[place + 1 : place + 2]] == ["of"] and bool(kin & {*after})
        mine = words[place - 1].text in ("my", "our")
        if mine or not (owned or any(p < place for p in taken_at)):
            return False
    return bool(places)


def _acts_alone(clause: Clause, owner: str) -> bool:
    """True if a person is the whole subject, and does not own it."""
    begins = _begins(clause)
    kin = [place for place in range(begins) if _kin(clause, place) == owner]
    if len(kin) != 1 or _owns(clause, kin[0]):
        return False
    beside = _names_beside(clause, kin[0]) | {_base(clause.words[kin[0]])}
    subject = (w for w in clause.words[:begins] if w.is_content or w.name)
    return all(_base(w) in beside for w in subject)


def _spoken_of(clause: Clause) -> set[str]:
    """Persons whom it is about, be it as whom something is done to; not who does something else."""
    found = set()
    for place in range(len(clause.words)):
        before = {w.text for w in clause.words[max(0, place - 2) : place]}
        after = clause.words[place + 1 : place + 2]
        acts = any(w.is_past or (w.is_content and w.text[-1] == "s") for w in after)
        if (kin := _kin(clause, place)) and not (acts or before & _COMPANY or _owns(clause, place)):
            found.add(kin)
    return found


def _anybody(clause: Clause) -> bool:
    """True if it is of "him" or "her", who may be anybody that was named before."""
    persons = clause.persons()
    return bool(persons & {"he", "she", "they"}) and "first" not in persons


def _acting(clause: Clause) -> str:
    """Eva of "Eva lives in Paris", and of "the car of Eva"."""
    for before, word, after in zip(clause.words, clause.words[1:], clause.words[2:], strict=False):
        if before.text == "of" and word.name and (after.text in lists.BEING | lists.THIRDS):
            return _base(word)
        if word.name and after.text in lists.THIRDS | {"moved"}:
            return _base(word)
    start = clause.words[:2]
    lives = len(start) == 2 and start[0].name and start[1].text in lists.THIRDS | {"moved"}
    return _base(start[0]) if lives else ""


def _owners(clause: Clause) -> dict[str, set[str]]:
    """Owners of what it is about, each with the names that stand beside it."""
    found: dict[str, set[str]] = {}
    begins = _begins(clause)
    beside: set[str] = set()
    for place, word in enumerate(clause.words):
        kin, base = _kin(clause, place), _base(word)
        owning = _owns(clause, place) and (place < begins or not _told(clause, begins))
        of_whose = place > 1 and clause.words[place - 2].text == "of"
        of_whose = of_whose and clause.words[place - 1].text in _WHOSE and place < begins
        if kin and (
            owning or of_whose or _subject(clause, place, begins) or _called(clause, place)
        ):
            while kin in found:
                kin = f"{kin}'s {kin}"
            found[kin] = _names_beside(clause, place)
            beside |= found[kin]
        elif owning and (word.is_content or word.name) and base not in _NOBODY | beside:
            found[base] = set()
    return found


def _kin(clause: Clause, place: int) -> str:
    """The word for a relative, a colleague or the like at a place; empty when it is another."""
    words, base = clause.words, _base(clause.words[place])
    kin = lists.KIN.get(base) or lists.KIN.get(base.removesuffix("s")) or ""
    if base == "laws" and [w.text for w in words[place - 2 : place]] == ["my", "in"]:
        kin = "in-laws"
    before = words[place - 1] if place else None
    if (
        kin in _ALSO_THINGS
        and before is not None
        and not (before.text in _WHOSE | _WHICH | {"a"} or before.text.endswith("'s"))
    ):
        return ""
    following = [_base(w).removesuffix("s") for w in words[place + 1 : place + 3]]
    return f"{kin}-in-law" if kin and following == ["in", "law"] else kin


def _begins(clause: Clause) -> int:
    """The place of its verb, be it of the present or the past."""
    told = [place for place, w in enumerate(clause.words) if w.is_past]
    verbs = [place for place in (clause.verb, *told[:1]) if place >= 0]
    return min(verbs, default=0)


def _told(clause: Clause, begins: int) -> bool:
    """True if what it is about stands before the verb: an owner after that is of the value."""
    return any(w.is_content or w.text in lists.PERSONS for w in clause.words[:begins])


def _owns(clause: Clause, place: int) -> bool:
    """True for "Eva's" and "parents'" before a thing; the latter's apostrophe is not kept."""
    words = clause.words
    word, following = words[place], words[place + 1] if place + 1 < len(words) else None
    if following is None or not (following.is_content or following.kind != "word"):
        return False
    if word.text.endswith("'s"):
        return True
    many = word.text.endswith("s") and _kin(clause, place)
    return bool(many) and following.text not in lists.BASES | lists.THIRDS | lists.CUES


def _subject(clause: Clause, place: int, begins: int) -> bool:
    """True for a relative whom it is about, not who acts on what is the user's."""
    if place >= begins or (place and clause.words[place - 1].text == "the"):
        return False
    object_ = clause.words[begins + 1 : begins + 2]
    acts = clause.words[begins].is_past or clause.words[begins].text in lists.MOVING
    return not (acts and object_ and object_[0].text in ("my", "our", "me", "us", "the"))


def _called(clause: Clause, place: int) -> bool:
    """True for the last word of "Eva is my boss"."""
    words = clause.words
    between = words[clause.verb + 1 : place]
    return (
        clause.verb >= 0
        and words[clause.verb].text in lists.BEING
        and any(w.text in _WHOSE for w in between)
        and not any(w.name for w in between)
        and len(between) <= 3
        and not (place + 1 < len(words) and words[place + 1].is_content)
    )


def _names_beside(clause: Clause, place: int) -> set[str]:
    """Ada of "my sister Ada", and of "Ada, my sister"; not of "Ada's sister"."""
    words = clause.words
    beside: list[Word] = []
    if not words[place].text.endswith("'s"):
        beside += [w for w in words[place + 1 : place + 2] if w.name]
    if place > 1 and words[place - 1].text in _WHOSE and "'" not in words[place - 2].text:
        beside += [w for w in words[place - 2 : place - 1] if w.name]
    return {_base(w) for w in beside}


def _base(word: Word) -> str:
    return word.text.removesuffix("'s")
