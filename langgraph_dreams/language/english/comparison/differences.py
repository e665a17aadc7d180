"""Words that two statements have in common, and figures that differ between them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from langgraph_dreams.language.english.clauses import TIMES, Clause, Slot
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.figures import hour, same
from langgraph_dreams.language.english.words.tokens import Kind, Word, stem

_AT = lists.a_set("at by until till from to before after")
ARTICLES = frozenset(("a", "an", "some", "any", "many", "several"))


def content(clause: Clause, until: int | None = None) -> dict[str, Word]:
    """Content words by stem but units of measure; an opposite by what it is the opposite of."""
    return {
        stem(opposite) if (opposite := lists.OPPOSITES.get(word.text)) else word.stem: word
        for word in clause.content(until).values()
        if word.text not in lists.UNITS
    }


def names(clause: Clause) -> set[str]:
    """Names before the verb."""
    return {stem for stem, word in clause.content(clause.verb).items() if word.name}


def bridge(old: Clause, new: Clause, units: Iterable[str] = ()) -> tuple[str, ...]:
    """Shared content words, longest first; a unit of measure alone is no bridge."""
    one, other = content(old), content(new)
    shared = [one[stem].text for stem in one if stem in other and stem not in set(units)]
    return tuple(sorted(shared, key=lambda text: (-len(text), text)))


def changed(old: Clause, new: Clause) -> tuple[list[Slot], list[Slot]] | None:
    """Figures and times of either that the other lacks; None when they are not of one kind."""
    had, has = comparable(old.slots, _stated(new), new.cue)
    kept = Counter((s.kind, s.value) for s in had) & Counter((s.kind, s.value) for s in has)
    gone, come = _without(had, kept), _without(has, kept)
    kinds, other = sorted(s.kind for s in gone), sorted(s.kind for s in come)
    if kinds == other:
        return gone, come
    if new.cue and come and set(other) < set(kinds) and set(kinds) <= set(TIMES):
        return [s for s in gone if s.kind in other], come
    return None


def comparable(
    old: Iterable[Slot], new: Iterable[Slot], cue: bool
) -> tuple[list[Slot], list[Slot]]:
    """The figures of both, of one kind and value where they may be the same.

    "At six" is a time beside a time; "6:15" may be "18:15", unless the newer speaks of a change.
    """
    had, has = list(old), list(new)
    if {s.kind for s in had} ^ {s.kind for s in has} >= {"clock", "number"}:
        had, has = ([_hour(slot) for slot in slots] for slots in (had, has))
    for place, slot in enumerate(has):
        alike = (s.value for s in had if s.kind == slot.kind and same(s.kind, s.value, slot.value))
        if (found := next(alike, None)) and not (cue and slot.kind == "clock" and _sure(slot)):
            has[place] = replace(slot, value=found)
    return had, has


def _hour(slot: Slot) -> Slot:
    told = hour(slot.value) if slot.kind == "number" and not slot.unit else ""
    return replace(slot, kind="clock", value=told) if told and slot.label in _AT else slot


def _sure(slot: Slot) -> bool:
    return not slot.value.endswith("?")


def _stated(clause: Clause) -> list[Slot]:
    """Figures that it says hold: not the first of "from ten to eleven", nor "instead of ten"."""
    kinds = Counter(slot.kind for slot in clause.slots)
    return [
        slot
        for slot in clause.slots
        if not (kinds[slot.kind] > 1 and clause.cue and slot.label in ("from", "of"))
    ]


def _without(slots: Sequence[Slot], same_in_both: Counter[tuple[Kind, str]]) -> list[Slot]:
    left = same_in_both.copy()
    kept = []
    for slot in slots:
        if left[slot.kind, slot.value] > 0:
            left[slot.kind, slot.value] -= 1
        else:
            kept.append(slot)
    return kept
