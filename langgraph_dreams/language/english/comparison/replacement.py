"""The guard for a claim that one memory replaces another: a model may claim what does not hold.

A claim stands in any wording, as long as both memories are about one subject, say something of the
same matter, and the newer evidence is newer. What only looks alike is refused: another owner,
another part or measure, what happened twice, what one may have several of.
"""

from collections.abc import Iterator

from langgraph_dreams.language.english.clauses import Clause, turned, whole
from langgraph_dreams.language.english.owners import other_actor, other_owner
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word, stem
from langgraph_dreams.language.senders import other_sender
from langgraph_dreams.types.items import Memory

_FREE = lists.a_set(
    "daily weekly monthly yearly annual current usual new main user speaker person regular late"
    " next own morning mornings afternoon afternoons evening evenings night nights people everyone"
)
"""Words that tell no two things apart."""
_NO_BRIDGE = {
    stem(word)
    for word in _FREE
    | lists.a_set("day week month year want need like love prefer use take see know")
}
"""Words that all kinds of statements share."""
_FREE_STEMS = frozenset(stem(word) for word in _FREE)


def replacement_fault(old: Memory, new: Memory) -> str:
    """The reason why a claim that `new` replaces `old` cannot stand; empty when it may."""
    one, other = whole(old.text), whole(new.text)
    if old.derived or new.derived:
        return "what is made of memories neither replaces nor is replaced"
    evidence = new.valid_from or new.learned_at
    known = [t for t in (old.valid_from or old.learned_at, old.last_confirmed) if t]
    if evidence <= max(known):
        return "its evidence is not newer"
    if other_sender(old.text, new.text):
        return "they were said by two senders"
    if _same(one, other):
        return "both say the same"
    return (
        _other_subject(old, new, one, other)
        or _other_event(one, other)
        or _other_measure(one, other)
        or _no_bridge(old, new, one, other)
        or _other_part(old, new, one, other)
        or _another(one, other)
    )


def _same(one: Clause, other: Clause) -> bool:
    first, second = (
        {w.stem for w in clause.words if w.is_content or len(w.text) == 1} - {"a", "i"}
        | {slot.value for slot in clause.slots}
        for clause in (one, other)
    )
    passed = lists.CUES | lists.ASIDE
    return first - passed == second - passed and one.negated() == other.negated()


# -- whom or what it is about


def _terms(clause: Clause) -> set[str]:
    """Stems of the content words, without the mark of the owner, and figures as they stand."""
    words = {w.stem.removesuffix("'s") for w in clause.words if w.is_content}
    return words | {slot.value for slot in clause.slots}


def _about(memory: Memory) -> set[str]:
    """Terms for its subject, as far as its text bears that out."""
    about, text = whole(memory.about), _terms(whole(memory.text))
    terms = _terms(about) - _FREE_STEMS
    figures = {slot.value for slot in about.slots}
    return terms if 2 * len(terms & text) >= len(terms) and figures <= text else set()


def _other_subject(old: Memory, new: Memory, one: Clause, other: Clause) -> str:
    first, second = _about(old), _about(new)
    left, right = first - second - _terms(other), second - first - _terms(one)
    if first and second:
        if right or (left and not first & second):
            return f"one is about {old.about}, the other about {new.about}"
    elif (first and first <= left) or (second and second <= right):
        return f"only one is about {(old if first else new).about}"
    elif _subject(one) and _subject(other) and not _subject(one) & _subject(other):
        return "their subjects differ"
    return _other_name(first & second, one, other)


def _other_name(about: set[str], one: Clause, other: Clause) -> str:
    """Refuses another person, another relative, another number of a series."""
    gone, come = _owners(one) - _terms(other), _owners(other) - _terms(one)
    definite = about and all(_definite(clause, about) for clause in (one, other))
    if gone and come and not definite:
        return f"one names {min(gone)}, the other {min(come)}"
    owner = other_owner(one, other) or other_actor(one, other)
    if owner and stem(owner) not in about:
        return f"only one is of {owner}"
    numbers = [{s.value for s in c.slots if s.place < c.verb} for c in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return f"one is of {min(numbers[0])}, the other of {min(numbers[1])}"
    return ""


def _subject(clause: Clause) -> set[str]:
    return {stem.removesuffix("'s") for stem in clause.content(max(clause.verb, 0))}


def _owners(clause: Clause) -> set[str]:
    """Names before the verb."""
    before = clause.content(max(clause.verb, 0)).values()
    return {word.stem.removesuffix("'s") for word in before if word.name}


def _start(clause: Clause) -> tuple[Word, ...]:
    """The words before the verb, be it of the present or the past."""
    told = (place for place, w in enumerate(clause.words) if w.is_past)
    return clause.words[: clause.verb if clause.verb >= 0 else next(told, 0)]


def _names(clause: Clause) -> set[str]:
    """Owners and persons before the verb: that both speak of them is no matter in common."""
    words = _start(clause)
    beside = [w for w in words if w.name and ("'" in w.text or w is words[-1])]
    return {w.stem.removesuffix("'s") for w in beside}


def _definite(clause: Clause, about: set[str]) -> bool:
    """True if it speaks of "the" or somebody's one of the kind."""
    for place, word in enumerate(clause.words):
        if word.stem in about:
            before = [w.text for w in clause.words[max(0, place - 3) : place]]
            return any(w in ("the", "my", "our") or w.endswith("'s") for w in before)
    return False


# -- what is said of it


def _other_event(one: Clause, other: Clause) -> str:
    both = one.past and other.past and not other.cue
    return "both tell of something that happened" if both else ""


def _measures(clause: Clause) -> set[str]:
    """Units of its figures: either of the two words after one may be it."""
    found: set[str] = set()
    for slot in clause.slots:
        if slot.unit:
            beside = clause.words[slot.place + 1 : slot.place + 3]
            found |= {
                lists.UNITS.get(w.text, w.stem)
                for w in beside
                if w.is_content or w.text in lists.UNITS
            }
    return found


def _other_measure(one: Clause, other: Clause) -> str:
    first, second = _measures(one), _measures(other)
    if first and second and not first & second:
        return f"one counts {min(first)}, the other {min(second)}"
    return ""


def _no_bridge(old: Memory, new: Memory, one: Clause, other: Clause) -> str:
    about = _about(old) | _about(new)
    shared = (_terms(one) & _terms(other)) - about - _names(one)
    shared -= {slot.value for slot in one.slots} | _NO_BRIDGE
    owners = {w.stem for m in (old, new) for w in whole(m.about).words if w.name}
    if shared - _measures(one) or _frame(one) == _frame(other):
        return ""
    kinds = {(s.kind, bool(s.unit)) for s in one.slots} & {
        (s.kind, bool(s.unit)) for s in other.slots
    }
    named = _predicate(one) - _terms(other) and _predicate(other) - _terms(one)
    if (kinds or named) and about - owners:
        return ""
    return "nothing but the subject is common to both"


def _frame(clause: Clause) -> set[str]:
    """All but the names before the verb, and the figures."""
    return _terms(clause) - _owners(clause) - {slot.value for slot in clause.slots}


def _predicate(clause: Clause) -> set[str]:
    """Names after "is", or "is at"."""
    after = [w for w in clause.words[clause.verb + 1 :] if w.is_content]
    being = clause.verb >= 0 and clause.words[clause.verb].text in lists.BEING
    return {w.stem for w in after if w.name} if being and after and after[0].name else set()


def _other_part(old: Memory, new: Memory, one: Clause, other: Clause) -> str:
    """Refuses "4 in production" for "2 in staging": a figure and what it is a figure of differ."""
    runs = _replaced(one, other)
    if runs and one.negated() != other.negated():
        return f"one is of {runs[0][0].text}, the other of {runs[0][1].text}"
    figures = {(s.kind, s.value) for s in one.slots} != {(s.kind, s.value) for s in other.slots}
    if figures and one.slots and other.slots:
        if turned(one, other):
            return "they go different ways"
        if runs:
            gone, come = runs[0]
            return f"one is of {gone.text}, the other of {come.text}"
        added = _added(one, other)
        known = _about(old) & _about(new)
        if added and not other.cue and added[0].stem not in known:
            return f"only one is of {added[0].text}"
    elif len(runs) > 1:
        return "more than one thing differs"
    return ""


def _replaced(one: Clause, other: Clause) -> list[tuple[Word, Word]]:
    """Words that stand where the other has another word; neighbours count once."""
    gone, come = _own(one, other), _own(other, one)
    pairs: list[tuple[Word, Word]] = []
    last = -9
    for place in gone:
        match = next((p for p in come if _aligned(one, place, other, p)), None)
        if match is None:
            continue
        if place > last + 1:
            pairs.append((one.words[place], other.words[match]))
        last = place
    return pairs


def _own(clause: Clause, than: Clause) -> list[int]:
    """Places of words that only this one has, but verbs, street names, and what tells nothing."""
    there = _terms(than)
    return [
        place
        for place, word in enumerate(clause.words)
        if word.is_content
        and word.text not in lists.CUES | lists.ASIDE | lists.TELLING | _FREE
        and word.text not in lists.THIRDS | lists.BASES
        and word.stem.removesuffix("'s") not in there
        and not (word.name and place and clause.words[place - 1].kind == "number")
    ]


def _aligned(one: Clause, place: int, other: Clause, match: int) -> bool:
    first, second = list(_beside(one, place)), list(_beside(other, match))
    return any(a == b != "" for a, b in zip(first, second, strict=True))


def _beside(clause: Clause, place: int) -> Iterator[str]:
    """The words before and after, but articles."""
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(clause.words) and clause.words[at].text in ("the", "a", "an"):
            at += step
        inside = 0 <= at < len(clause.words) and clause.words[at].kind == "word"
        yield clause.words[at].text if inside else ""


def _added(one: Clause, other: Clause) -> list[Word]:
    """Words that one has before a word of both, when they are all that differs."""
    for first, second in ((one, other), (other, one)):
        own, others = _own(first, second), _own(second, first)
        turning = {w.text for w in first.words} & lists.TELLING
        turning -= {w.text for w in second.words}
        if turning and not others:
            return [w for w in first.words if w.text in turning]
        if len(own) == 1 and not others and own[0] + 1 < len(first.words):
            following = first.words[own[0] + 1]
            before = first.words[own[0] - 1] if own[0] else following
            if following.stem in _terms(second) and following.is_content and not before.name:
                return [first.words[own[0]]]
    return []


def _another(one: Clause, other: Clause) -> str:
    """Refuses "plays the accordion" for "plays the piano"."""
    if other.cue or one.negated() != other.negated() or one.slots or other.slots:
        return ""
    both = [{w.text for w in clause.words} for clause in (one, other)]
    if both[0] & both[1] & lists.LISTING:
        return "one may hold beside the other"
    having = [
        any(
            w.text in ("has", "have", "owns", "own") and after.text in ("a", "an")
            for w, after in zip(clause.words, clause.words[1:], strict=False)
        )
        for clause in (one, other)
    ]
    return "one may have several" if all(having) else ""
