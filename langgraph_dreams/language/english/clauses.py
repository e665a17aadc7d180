"""English statements in parts: clauses, with their verb, their figures, and whose they are.

Rules over word lists, no model. What is asked, supposed, quoted or listed is no statement. A text
that no rule fits gives clauses without a verb, and those contradict nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.figures import value
from langgraph_dreams.language.english.words.tokens import Kind, Word, cut
from langgraph_dreams.language.senders import unsigned

TIMES = ("date", "clock", "weekday", "month")
LONGEST = 2_000
"""Characters; a longer text says more than one thing."""
_CLAUSES = 8

SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b[DM][rs]\.)(?<!\bMrs\.)(?<!\bProf\.)"
    r"(?<!\b[A-HJ-Z]\.)\s+(?=\S)|\n+"
)
"""Not after a title or an initial: "Dr. Okafor" and "J. Lindqvist" are one name each."""
LISTED = re.compile(r"\s*(?:[-*•–—]|\d{1,3}[.)]|[a-z][.)])\s", re.IGNORECASE)
_LABEL = re.compile(r"\s*\b[^\W\d_]\w{0,30}:\s")  # "heads up: ", "is this: "
_QUOTED = re.compile(r"""["“”«»„]|(?<!\w)['‘]\w|:\s*$""")
_COLON = re.compile(r"\w:\s+\w")
_SPLITTING = lists.a_set("so because since but while although though when as until which")


@dataclass(frozen=True, slots=True)
class Slot:
    """A figure or time: what may change."""

    kind: Kind
    value: str
    """Equal for what is the same, in whatever words (words/figures.py)."""
    unit: str
    """Stem of what is counted, or the unit of measure; empty for times and codes."""
    label: str
    """Stem of the word before."""
    place: int


@dataclass(frozen=True)
class Clause:
    """Part of a sentence with one verb; `verb` is -1 where none is known."""

    words: tuple[Word, ...]
    verb: int
    slots: tuple[Slot, ...]
    cue: bool
    """True if its sentence speaks of a change."""
    past: bool
    adding: bool

    def content(self, until: int | None = None) -> dict[str, Word]:
        """Content words by stem, in order, but those of change and asides."""
        passed = lists.CUES | lists.ASIDE | (lists.TELLING if self.cue else frozenset())
        return {w.stem: w for w in self.words[:until] if w.is_content and w.text not in passed}

    def persons(self) -> frozenset[str]:
        """Those spoken of by pronouns: first, second, he, she, they."""
        return frozenset(lists.PERSONS[w.text] for w in self.words if w.text in lists.PERSONS)

    def negated(self) -> bool:
        """True if it denies what it says."""
        said = sum(w.text in lists.NEGATIONS or w.text in lists.OPPOSITES for w in self.words)
        return bool(said % 2)

    def directions(self) -> dict[str, str]:
        """By stem, the "from" or "to" before it."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return {w.stem: before.text for before, w in pairs if before.text in lists.DIRECTIONS}

    def text(self) -> str:
        """The words, for looking up phrases."""
        return f" {' '.join(w.text for w in self.words)} "


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses that a text states, without what it asks, supposes, reports or lists."""
    return _clauses(text) if 0 < len(text) <= LONGEST else ()


@lru_cache(maxsize=4096)  # a dream holds each statement against many
def _clauses(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    sent = unsigned(text)
    for sentence in SENTENCE_END.split(_LABEL.sub(" ", text, count=1) if sent == text else sent):
        words, breaks = cut(sentence)
        texts = {w.text for w in words}
        if LISTED.match(sentence) or _asks(sentence, words):
            continue
        if _QUOTED.search(sentence) or _COLON.search(sentence) or texts & lists.REPORTING:
            break  # what follows may still be another's words
        if texts & lists.SUPPOSING or _may(words):
            break
        found += _parts(words, breaks)
    return tuple(found[:_CLAUSES])


def turned(one: Clause, other: Clause) -> bool:
    """True if one goes "from" what the other goes "to"."""
    first, second = one.directions(), other.directions()
    return any(first[word] != second[word] for word in first.keys() & second.keys())


def whole(text: str) -> Clause:
    """A text as one clause, whatever it does."""
    words, _ = cut(text[:LONGEST])
    return _clause(words, words)


# -- sentences


def _asks(sentence: str, words: list[Word]) -> bool:
    return "?" in sentence or bool(words and words[0].text in lists.QUESTION_STARTS)


def _may(words: list[Word]) -> bool:
    text = f" {' '.join(w.text for w in words)} "
    if any(f" {phrase} " in text for phrase in lists.SUPPOSING_PHRASES):
        return True
    return any(w.text == "may" and w.kind == "word" for w in words)


def _parts(words: list[Word], breaks: set[int]) -> list[Clause]:
    """Clauses; a part without a verb goes with the next one, or with the last."""
    parts: list[list[Word]] = [[]]
    for place, word in enumerate(words):
        if place in breaks or word.text in _SPLITTING:
            parts.append([])
        parts[-1].append(word)
    joined: list[list[Word]] = []
    waiting: list[Word] = []
    for part in parts:
        waiting += part
        if verb_place(part) >= 0 or _past(part):
            joined.append(waiting)
            waiting = []
    if waiting and joined:
        if len(waiting) > 1 or waiting[0].kind != "word" or waiting[0].name:
            joined[-1] += waiting
    elif waiting:
        joined.append(waiting)
    return [_clause(part, words) for part in joined if part]


def _clause(words: list[Word], sentence: list[Word]) -> Clause:
    text = f" {' '.join(w.text for w in sentence)} "
    cue = any(w.text in lists.CUES and _changes(sentence, at) for at, w in enumerate(sentence))
    return Clause(
        words=tuple(words),
        verb=verb_place(words),
        slots=tuple(_slots(words)),
        cue=cue or any(f" {phrase} " in text for phrase in lists.CUE_PHRASES),
        past=_past(words),
        adding=any(w.text in lists.ADDING and not _ranked(words, at) for at, w in enumerate(words))
        or [w.text for w in words[-1:]] == ["too"],
    )


def _ranked(words: list[Word], at: int) -> bool:
    """True of "the second floor": a place in an order, where "a second job" comes on top."""
    return words[at].text == "second" and at > 0 and words[at - 1].text == "the"


def verb_place(words: list[Word]) -> int:
    """Place of the first verb of the present; -1 where none is known."""
    for place, word in enumerate(words):
        before = words[place - 1] if place else None
        text = word.text
        if text in lists.BEING or text in ("has", "have", "will"):
            return place
        if before is None:
            continue
        if text in ("do", "does") or (text in lists.THIRDS and before.text not in _DETERMINERS):
            return place
        if text in lists.BASES and (
            before.text in lists.BEFORE_BASE or (before.text[-1:] == "s" and before.kind == "word")
        ):
            return place
        if text in lists.MOVING or _shifted(words, place):
            return place
    return next((place for place in range(1, len(words)) if _acts(words, place)), -1)


def _acts(words: list[Word], place: int) -> bool:
    """True of an unknown verb, by where it stands: "the kiln fires at 1240", "we bake for 40"."""
    word, before, after = words[place], words[place - 1], words[place + 1 : place + 3]
    if not word.is_content or word.name or word.is_past or word.text.endswith(("ss", "ing")):
        return False
    if not after or (after[0].kind == "word" and after[0].text not in _BEFORE_FIGURE):
        return False
    if all(w.kind == "word" for w in after):
        return False
    if before.text in ("i", "we", "you", "they"):
        return True
    third = word.text.endswith("s")
    named = place == 1 and before.name
    definite = words[0].text in _DETERMINERS or "'s" in words[0].text
    noun = before.is_content and before.text.endswith("s") != third
    return noun and ((named and third) or (definite and place > 1))


_BEFORE_FIGURE = lists.a_set("at for to until till by with from up about around every")


def _shifted(words: list[Word], place: int) -> bool:
    """True if it "went up" or "down"."""
    return words[place].text == "went" and [w.text for w in words[place + 1 : place + 2]] in (
        ["up"],
        ["down"],
    )


def _changes(words: list[Word], place: int) -> bool:
    """False where a figure may go, drop or rise, and here somebody went, dropped or rose."""
    if words[place].text not in ("went", "dropped", "rose"):
        return True
    after = words[place + 1 : place + 4]
    onward = after[:1] and after[0].text in ("up", "down", "from", "by")
    return bool(onward) or (
        any(w.text == "to" for w in after[:1]) and any(w.kind != "word" for w in after[1:])
    )


_DETERMINERS = lists.a_set("a an the my our your his her their this that these those every")


def _past(words: list[Word]) -> bool:
    """True if it tells of an event, or of how things were."""
    text = f" {' '.join(w.text for w in words)} "
    if any(f" {phrase} " in text for phrase in lists.FLEETING_PHRASES):
        return True
    for place, word in enumerate(words):
        if word.text in lists.FLEETING and words[place - 1].text not in ("of", "from", "since"):
            return True
        if not word.is_past or _shifted(words, place):
            continue
        before = [w.text for w in words[max(0, place - 3) : place]]
        remaining = word.text == "left" and bool(before) and before[-1] not in ("has", "have", "i")
        if not (remaining or set(before) & lists.BEING or set(before[-1:]) & _DETERMINERS):
            return True
    return False


def _slots(words: list[Word]) -> Iterable[Slot]:
    for place, word in enumerate(words):
        if word.kind == "word":
            continue
        following = words[place + 1] if place + 1 < len(words) else None
        unit = ""
        if word.kind == "number" and following is not None and _counted(following):
            unit = lists.UNITS.get(following.text, following.stem)
        label = words[place - 1].stem if place else ""
        yield Slot(word.kind, value(word.kind, word.text, unit), unit, label, place)


def _counted(word: Word) -> bool:
    return word.text in lists.UNITS or (
        word.is_content and word.text not in lists.CUES | lists.FLEETING and not word.name
    )
