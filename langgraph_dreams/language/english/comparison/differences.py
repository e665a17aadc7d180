"""Words that two statements have in common, and figures that differ between them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from langgraph_dreams.language.english.clauses import TIMES, Clause, Slot
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Kind, Word, stem

ARTICLES = frozenset(("a", "an", "some", "any", "many", "several"))


def content(clause: Clause, until: int | None = None) -> dict[str, Word]:
    """Content words by stem; an opposite by what it is the opposite of."""
    return {
        stem(opposite) if (opposite := lists.OPPOSITES.get(word.text)) else word.stem: word
        for word in clause.content(until).values()
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
    had, has = list(old.slots), _stated(new)
    same = Counter((s.kind, s.value) for s in had) & Counter((s.kind, s.value) for s in has)
    gone, come = _without(had, same), _without(has, same)
    kinds, other = sorted(s.kind for s in gone), sorted(s.kind for s in come)
    if kinds == other:
        return gone, come
    if new.cue and come and set(other) < set(kinds) and set(kinds) <= set(TIMES):
        return [s for s in gone if s.kind in other], come
    return None


def _stated(clause: Clause) -> list[Slot]:
    """Figures that it says hold: not the first of "from ten to eleven", nor "instead of ten"."""
    kinds = Counter(slot.kind for slot in clause.slots)
    return [
        slot
        for slot in clause.slots
        if not (kinds[slot.kind] > 1 and clause.cue and slot.label in ("from", "of"))
    ]


def _without(slots: Sequence[Slot], same: Counter[tuple[Kind, str]]) -> list[Slot]:
    left = same.copy()
    kept = []
    for slot in slots:
        if left[slot.kind, slot.value] > 0:
            left[slot.kind, slot.value] -= 1
        else:
            kept.append(slot)
    return kept
