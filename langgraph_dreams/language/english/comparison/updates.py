"""Statements that probably bring an older one up to date, found without a model.

Softer than a contradiction (contradiction.py), which ends what was so: an update only says which of
two is shown first. So words may differ, but the two must name one thing, and something of it must
have changed: a figure, a time, a name, a "not", or, said in a word of change, what it is. Who or
which of several is meant must not differ, as far as the words tell (distinctions.py).
"""

from collections.abc import Iterable
from itertools import groupby, pairwise

from langgraph_dreams.language.english.clauses import Clause, Slot
from langgraph_dreams.language.english.comparison.differences import comparable
from langgraph_dreams.language.english.comparison.distinctions import apart
from langgraph_dreams.language.english.comparison.doers import other_doer
from langgraph_dreams.language.english.comparison.ended import ended
from langgraph_dreams.language.english.comparison.lasting import lasting
from langgraph_dreams.language.english.comparison.naming import other_name
from langgraph_dreams.language.english.comparison.retold import Retold, retold
from langgraph_dreams.language.english.sentences import Sentence, sentences, things
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word
from langgraph_dreams.language.protocol import Rarity, Update
from langgraph_dreams.language.senders import other_sender

_RARE = 0.5  # rarity of the rarest word of the bridge: in no more than the root of all episodes
_HABITS = lists.a_set("drink take have like want prefer order eat get")
_DOING = lists.BASES | lists.THIRDS | lists.BEING
_BEFORE_VALUE = (
    _DOING
    | lists.PLACING
    | lists.LABELS
    | lists.a_set("in at on for of from with to by the my our me called")
)


def update(old: str, new: str, rarity: Rarity) -> Update | None:
    """The newer text as a probable update of the older one; None when it is another matter."""
    if other_sender(old, new):
        return None
    earlier, later = sentences(old), sentences(new)
    found = (_update(one, other, rarity) for one in earlier for other in later)
    return max((u for u in found if u), key=lambda u: (u.covered, u.rarity), default=None)


def _update(old: Sentence, new: Sentence, rarity: Rarity) -> Update | None:
    if any(part.adding for part in new.parts):
        return None
    again = (
        retold(old.whole, new.whole)
        or other_doer(old.whole, new.whole, new.cue)
        or other_name(old.whole, new.whole)
        or ended(old, new)
    )
    if again:
        return _again(again, new.cue, rarity)
    if told := lasting(old, new):
        verb, *values = told
        return Update((verb,), "name", True, 1.0, 0.0, tuple(values))
    one, other = things(old.whole), things(new.whole)
    shared = sorted(one.keys() & other.keys(), key=lambda stem: (-rarity(stem), stem))
    cue, change = new.cue, _change(old, new)
    if not shared and change == "name" and (frame := _same_frame(old.whole, new.whole)):
        shared, one, other = sorted(frame), frame, frame
    if not shared or not change or apart(old, new, cue, change):
        return None
    if change == "name" and (
        set(shared) <= _other_valued(old.whole, new.whole)
        or (not cue and _two_differ(old.whole, new.whole))
    ):
        return None
    if rarity(shared[0]) < _RARE and not _same_words(old.whole, new.whole):
        return None
    if all(stem in old.subjects() for stem in shared) and not _same_predicate(old, new):
        return None
    about = {s: rarity(s) for s in one if s in other or not _value(old, one[s], change)}
    covered = sum(about[s] for s in shared) / (sum(about.values()) or 1.0)
    bridge = tuple(other[stem].text for stem in shared)
    return Update(bridge, change, cue, covered, rarity(shared[0]))


def _again(found: Retold, cue: bool, rarity: Rarity) -> Update:
    """The update by another value in the same words, however common those are."""
    said = {w.stem: w.text for w in found.frame if w.is_content}
    stems = sorted(said, key=lambda stem: (-rarity(stem), stem))
    bridge = tuple(said[stem] for stem in stems) or tuple(w.text for w in found.frame)
    values = tuple(" ".join(w.written for w in run) for run in (found.gone, found.come))
    rarest = rarity(stems[0]) if stems else 0.0
    return Update(bridge, found.change, cue, 1.0, rarest, values if found.kindred else ())


def _same_words(old: Clause, new: Clause) -> bool:
    """True if nothing but figures, names and words of change differs."""
    passed = lists.CUES | lists.ASIDE
    one, other = (
        [
            w.text
            for place, w in enumerate(c.words)
            if w.kind == "word" and not (w.name and place) and w.text not in passed
        ]
        for c in (old, new)
    )
    return one == other


def _same_frame(old: Clause, new: Clause) -> dict[str, Word]:
    """All content words but names, when both have the same: "answer me in German"."""
    one, other = (
        {w.stem: w for place, w in enumerate(c.words) if w.is_content and not (w.name and place)}
        for c in (old, new)
    )
    passed = {w.stem for w in new.words if w.text in lists.CUES | lists.ASIDE}
    return other if one.keys() == other.keys() - passed else {}


def _same_predicate(old: Sentence, new: Sentence) -> bool:
    """True if one verb is in both, or the newer tells of a move: a name alone is no matter."""
    one, other = (
        {w.text for w in s.whole.words} & (lists.THIRDS | lists.BASES | lists.BEING)
        for s in (old, new)
    )
    return bool(one & other) or any(w.text in lists.MOVING for w in new.whole.words)


def _value(old: Sentence, word: Word, change: str) -> bool:
    """True if a word of the older one is what changed, and not what it is about."""
    if change == "name":
        return word.name
    return change == "word" and any(word in p.words[p.verb + 1 :] for p in old.parts)


# -- what changed


def _change(old: Sentence, new: Sentence) -> str:
    """The kind of value that differs; empty when none does, or a value speaks against it."""
    if old.negated != new.negated:
        return "negation" if any(_denied(o, n) for o in old.parts for n in new.parts) else ""
    had, has = map(_families, comparable(old.whole.slots, new.whole.slots, new.cue))
    common = sorted(had.keys() & has.keys())
    for family in common:
        if not has[family] <= had[family]:
            return family[0]
    if _names_differ(old.whole, new.whole) or (new.replacing and _other_names(old, new)):
        return "name"
    pairs = ((one, other) for one in old.parts for other in new.parts)
    if not common and new.cue and any(_complement_differs(*pair) for pair in pairs):
        return "word"
    return ""


def _denied(old: Clause, new: Clause) -> bool:
    """True if one clause denies what the other says: they share a thing and the verb."""
    if old.past or new.past or old.negated() == new.negated():
        return False
    if any(f" {phrase} " in c.text() for c in (old, new) for phrase in lists.NOT_DENYING):
        return False
    one, other = ({w.stem for w in c.words if w.text in _DOING} for c in (old, new))
    common = things(old).keys() & things(new).keys()
    missing = things(old).keys() - things(new).keys()
    return bool(one & other) and len(missing) <= len(common) > 0


def _families(slots: Iterable[Slot]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for slot in slots:
        found.setdefault((slot.kind, slot.unit), set()).add(slot.value)
    return found


def _names_differ(old: Clause, new: Clause) -> bool:
    """True if each has a name for a value that the other lacks."""
    one, other = ({w.stem.removesuffix("'s") for w in c.words if w.name} for c in (old, new))
    return bool(_valued(old) - other) and bool(_valued(new) - one)


def _valued(clause: Clause) -> set[str]:
    """Names that are said of something: "is Vim", "at the Sacher"; not whoever is spoken to."""
    return {
        word.stem
        for place, (before, word) in enumerate(pairwise(clause.words))
        if word.name and (before.text in _BEFORE_VALUE or (before.name and place))
    }


def _other_valued(old: Clause, new: Clause) -> set[str]:
    """Names that are part of one value in the older and of another in the newer: "Dr", "Street"."""
    one, other = _other_runs(old, new), _other_runs(new, old)
    return set().union(*one) & set().union(*other)


def _two_differ(old: Clause, new: Clause) -> bool:
    """True if two names of each are not in the other: what it is about is another, too."""
    return min(len(_other_runs(old, new)), len(_other_runs(new, old))) > 1


def _other_runs(clause: Clause, than: Clause) -> list[set[str]]:
    """The names after the first word that are not all in the other clause, as sets of stems."""
    known = {w.stem.removesuffix("'s") for w in than.words if w.name}
    groups = groupby(clause.words[1:], key=lambda w: w.name)
    runs = ({w.stem.removesuffix("'s") for w in run} for named, run in groups if named)
    return [run for run in runs if not run <= known]


def _other_names(old: Sentence, new: Sentence) -> bool:
    """True if another acts in the newer one."""
    return bool(old.subjects() - new.subjects() and new.subjects() - old.subjects())


def _habit(clause: Clause) -> set[str]:
    """What one takes in some way: "I drink my coffee black"."""
    words = clause.words
    habit = len(words) > 3 and words[0].text in ("i", "we") and words[1].text in _HABITS
    return {words[3].stem} if habit and words[2].text in ("my", "our") else set()


def _complement_differs(old: Clause, new: Clause) -> bool:
    """True if the same thing is something else, "is teal", "is ochre", or is taken otherwise."""
    one, other = things(old).keys(), things(new).keys()
    differs = bool(one - other and other - one)
    if _habit(old) & _habit(new):
        return differs
    if any(c.verb < 0 or c.words[c.verb].text not in lists.BEING for c in (old, new)):
        return False
    if any(w.text in lists.POINTING for c in (old, new) for w in c.words[: c.verb]):
        return False
    first = {w.stem for w in old.words[: old.verb]} & one
    second = {w.stem for w in new.words[: new.verb]} & other
    return bool(first) and first == second and differs
