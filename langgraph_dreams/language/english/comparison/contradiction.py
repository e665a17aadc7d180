"""Contradictions between a newer and an older statement, without a model: precision comes first.

Two statements contradict each other when they say the same of the same thing but for one figure,
time, place, or a "not", or word for word the same but for what there is one of (retold.py). Every
other word that differs is taken for another matter: what one may have or do several of, what
happened once, what somebody else says, replaces nothing.
"""

from collections.abc import Sequence

from langgraph_dreams.language.english.clauses import TIMES, Clause, Slot, clauses, turned
from langgraph_dreams.language.english.comparison.differences import (
    ARTICLES,
    bridge,
    changed,
    content,
    names,
)
from langgraph_dreams.language.english.comparison.places import other_place
from langgraph_dreams.language.english.comparison.retold import retold
from langgraph_dreams.language.english.owners import other_owner
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.protocol import ChangeKind, Difference
from langgraph_dreams.language.senders import other_sender


def contradiction(old: str, new: str) -> Difference | None:
    """The change that the newer of two statements by one speaker makes; None in doubt.

    Any texts will do; one of more than 2,000 characters says too much to contradict anything.
    """
    if other_sender(old, new):
        return None
    before, after = clauses(old), clauses(new)
    if any(clause.adding for clause in after):
        return None
    for clause in after:
        beside = {stem for c in after if c is not clause for stem in _named(c)}
        for earlier in before:
            found = _difference(earlier, clause)
            if found and not _of_another(earlier, clause, beside):
                return found
    return _another_value(before[0], after[0]) if len(before) == len(after) == 1 else None


def _another_value(old: Clause, new: Clause) -> Difference | None:
    """Another value of what has one, in the same words."""
    found = retold(old, new) if _same_persons(old, new) else None
    if found is None or not found.sure or _future(old) or _future(new):
        return None
    gone, come = (" ".join(w.written for w in run) for run in (found.gone, found.come))
    shared = {w.text for w in found.frame if w.is_content}
    kind: ChangeKind = "negation" if found.change == "negation" else "value"
    return Difference(kind, gone, come, tuple(sorted(shared, key=lambda t: (-len(t), t))))


def _named(clause: Clause) -> set[str]:
    """Names in a clause; a capital that only begins it is one where a verb follows."""
    words = clause.words
    acting = len(words) > 1 and (words[1].is_past or words[1].text in lists.THIRDS | lists.BEING)
    begins = 0 if acting or (words and "'" in words[0].text) else 1
    return {w.stem for w in words[begins:] if w.name and w.is_content}


def _of_another(old: Clause, new: Clause, beside: set[str]) -> bool:
    """True if somebody named beside the statement may be whom it is about."""
    return bool(beside - old.content().keys()) and "first" not in new.persons()


def _difference(old: Clause, new: Clause) -> Difference | None:
    if old.verb < 0 or new.verb < 0 or old.past or new.past:
        return None
    if _nameless(old) or _nameless(new) or not _same_persons(old, new):
        return None
    if other_owner(old, new):
        return None
    if _future(new) or _future(old) or _half_denied(old) or _half_denied(new):
        return None
    if old.negated() != new.negated():
        return _denied(old, new)
    if old.negated():
        return None
    return _figure(old, new) or other_place(old, new)


# -- what two statements must have in common


def _nameless(clause: Clause) -> bool:
    """True if its subject is a mere "it" or "they"."""
    subject = clause.words[: clause.verb]
    if any(w.is_content or w.kind != "word" for w in subject):
        return False
    pointing = any(
        w.text in lists.POINTING or lists.PERSONS.get(w.text) in ("he", "she", "they")
        for w in subject
    )
    return pointing or not subject


def _same_persons(old: Clause, new: Clause) -> bool:
    one, other = old.persons(), new.persons()
    return one == other or ((not one or not other) and one | other == {"first"})


def _future(clause: Clause) -> bool:
    text = clause.text()
    return (" will " in text or " going to be " in text) and not clause.cue


def _half_denied(clause: Clause) -> bool:
    text = clause.text()
    return any(f" {phrase} " in text for phrase in lists.NOT_NEGATING)


def _alike(old: Clause, new: Clause) -> bool:
    """True if the new one has no other words, and leaves out none that tells things apart."""
    one, other = content(old), content(new)
    if other.keys() - one.keys() or turned(old, new):
        return False
    missing = one.keys() - other.keys()
    shared = one.keys() & other.keys()
    if not missing:
        return new.cue or names(old) == names(new)
    subject = content(old, old.verb).keys() - _relative(old)
    return (
        new.cue
        and len(missing) <= len(shared)
        and not missing & subject
        and not any(one[stem].name for stem in missing)
        and not _qualifying(old, missing)
    )


def _relative(clause: Clause) -> set[str]:
    """The verb of "the beans I buy"."""
    pairs = zip(clause.words, clause.words[1:], strict=False)
    return {w.stem for before, w in pairs if before.text in lists.PERSONS}


def _qualifying(clause: Clause, missing: set[str]) -> bool:
    """True if a missing word says which one of several is meant."""
    return any(
        word.stem in missing
        and place
        and clause.words[place - 1].text in ("in", "for", "of", "from")
        for place, word in enumerate(clause.words)
    )


# -- the ways to differ


def _denied(old: Clause, new: Clause) -> Difference | None:
    figures, shared = changed(old, new), bridge(old, new)
    if figures is None or any(figures) or not shared or not _alike(old, new):
        return None
    words = ("not so", "so") if old.negated() else ("so", "not so")
    return Difference("negation", *words, shared)


def _figure(old: Clause, new: Clause) -> Difference | None:
    figures = changed(old, new)
    if figures is None or not all(figures):
        return None
    gone, come = figures
    times = gone[0].kind in TIMES
    if not (_other_time(old, new, gone, come) if times else _other_number(old, new, gone, come)):
        return None
    if not _alike(old, new):
        return None
    shared = bridge(old, new, [s.unit for s in (*gone, *come)])
    if not shared:
        return None
    kind: ChangeKind = "date" if times else "number"
    return Difference(kind, _written(old, gone), _written(new, come), shared)


def _written(clause: Clause, slots: Sequence[Slot]) -> str:
    return " ".join(clause.words[slot.place].written for slot in slots)


def _other_number(old: Clause, new: Clause, gone: Sequence[Slot], come: Sequence[Slot]) -> bool:
    """True if one figure of one measure changed, and is no name of the thing it counts."""
    if len(gone) != 1 or len(come) != 1:
        return False
    one, other = gone[0], come[0]
    if one.place < old.verb or other.place < new.verb or one.unit != other.unit:
        return False
    if _one_of_many(old, one) or _one_of_many(new, other):
        return False
    words = old.words[one.place - 1], new.words[other.place - 1]
    if any(w.text in lists.SERIES for w in words):
        return new.cue and one.label == other.label
    if one.unit:
        return True
    return one.label == other.label or not any(w.is_content for w in words)


def _one_of_many(clause: Clause, slot: Slot) -> bool:
    """True if the figure belongs to "a" thing, of which there may be more."""
    between = clause.words[clause.verb : slot.place]
    return any(word.text in ARTICLES for word in between)


def _other_time(old: Clause, new: Clause, gone: Sequence[Slot], come: Sequence[Slot]) -> bool:
    """True if the time of one thing changed, and not which of several it is."""
    listed = len(gone) > 1 and {s.kind for s in (*gone, *come)} == {"weekday"}
    if not listed and (len({s.kind for s in gone}) < len(gone) or len(gone) > 2):
        return False
    for clause, slots in ((old, gone), (new, come)):
        if any(s.place < clause.verb or _one_of_many(clause, s) for s in slots):
            return False
        if clause.words[0].text in ARTICLES:
            return False
        hours_first = [s.kind for s in slots] == ["clock", "weekday"]
        usual = len(slots) > 1 and any(s.value.endswith("days") for s in slots)
        if hours_first or (usual and not listed):
            return False
    return new.cue or (_happens(old) and old.words[old.verb].text == new.words[new.verb].text)


def _happens(clause: Clause) -> bool:
    """True if its time is a fact: not "I am meeting Ada on Monday", which may be one of many."""
    first, after = (clause.words[clause.verb :] + clause.words[-1:])[:2]
    doing = first.text in lists.BEING and after.text.endswith("ing")
    if doing and after.text[:-3] not in ("go", "open", "start", "arriv", "leav", "end"):
        return False
    return any(w.text in lists.HAPPENING for w in clause.words[clause.verb :])
