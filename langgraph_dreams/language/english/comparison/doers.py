"""Who does a thing for the speaker, told again with another name: by the deed or by the role.

"Anna cuts my hair", "Bella cuts my hair now"; "my piano teacher is Ben", "Eva teaches me the piano
now". Several may do it beside each other, so that a deed counts only where the newer statement says
that something changed, and a role only where it is the speaker's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from langgraph_dreams.language.english.clauses import Clause
from langgraph_dreams.language.english.comparison.retold import Retold, in_order
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word, stem

_LONGEST = 4  # words of a name
_DEFINITE = lists.a_set("me us my our the")
_AGENT = ("er", "or")
_BESIDE = lists.LIKING | lists.DISLIKING | lists.ADDING | {"too", "well"}
"""What several do or feel, or one more does."""


@dataclass(frozen=True)
class _Service:
    name: tuple[Word, ...]
    deed: frozenset[str]
    """Stems of the verb; of a role those that its verb may have: "teach" of "teacher"."""
    thing: frozenset[str]
    frame: tuple[Word, ...]
    role: bool


def other_doer(old: Clause, new: Clause, cue: bool) -> Retold | None:
    """The change of who does it; None when it is another matter, or both may do it."""
    one, other = _service(old), _service(new)
    if one is None or other is None or not one.deed & other.deed:
        return None
    if one.role and other.role:
        return None
    role, act = (one, other) if one.role else (other, one)
    alike = role.thing <= act.thing if role.role else role.thing == act.thing
    if not alike or one.name[-1].stem == other.name[-1].stem or not (cue or other.role):
        return None
    return Retold("name", one.name, other.name, other.frame)


def _service(clause: Clause) -> _Service | None:
    """Who does what, or is what, for the speaker."""
    words, _ = in_order(clause)
    own = {lists.PERSONS.get(w.text, "first") for w in words} == {"first"}
    beside = any(w.text in _BESIDE for w in clause.words)
    if clause.past or clause.negated() or clause.slots or beside or not own:
        return None
    end = next((place for place, w in enumerate(words) if not w.name), 0)
    if 0 < end <= _LONGEST and words[end].text not in lists.BEING:
        return _act(words[:end], words[end], words[end + 1 :])
    being = next((place for place, w in enumerate(words) if w.text in lists.BEING), 0)
    name = words[being + 1 :]
    if not being or not 0 < len(name) <= _LONGEST or not all(w.name for w in name):
        return None
    return _role(words[:being], name)


def _act(name: Sequence[Word], verb: Word, rest: Sequence[Word]) -> _Service | None:
    thing = [w for w in rest if w.is_content]
    definite = any(w.text in _DEFINITE for w in rest)
    if not (verb.text.endswith("s") and verb.is_content and thing and definite):
        return None
    stems = frozenset(w.stem for w in thing)
    return _Service(tuple(name), frozenset((verb.stem,)), stems, (verb, *thing), False)


def _role(subject: Sequence[Word], name: Sequence[Word]) -> _Service | None:
    agent = next((w for w in subject if w.is_content and w.text.endswith(_AGENT)), None)
    if agent is None or not any(w.text in _DEFINITE for w in subject):
        return None
    rest = [w for w in subject if w.is_content and w is not agent]
    # teach-er, manage-r, babysit-ter
    deed = frozenset(stem(agent.text[:-cut]) for cut in (1, 2, 3))
    return _Service(tuple(name), deed, frozenset(w.stem for w in rest), (agent, *rest), True)
