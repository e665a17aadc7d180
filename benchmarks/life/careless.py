"""What a careless model makes of notes: details blurred or dropped, the wrong turn cited.

Deterministic: each detail has its own number in [0, 1) from the seed and the text, and goes when
that is below the share; so what is lost at a small share is lost at a larger one too.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..notes import Note
from ..sets import Case

SEED = 11
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} {_MONTH}(?:,? \d{{4}})?|{_MONTH}(?: \d{{1,2}}\b)?(?:,? \d{{4}})?"
    r"|(?:last|next|this) (?:week|weekend|month|year|summer|winter|spring|fall|autumn|\w+day)"
    r"|\w*day night|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today|tomorrow)\b"
)
_FIGURE = re.compile(
    r"\b(?:\d[\d.,:/-]*\d|\d|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred)\b"
)
_NAME = re.compile(r"\b[A-Z][\w+&-]*(?: [A-Z][\w+&-]*)*")
_ITEM = re.compile(r",? (?:and|or) [^,.;]+(?=[.;]|$)|, [^,.;]+")
"""A further item of a list, or what is added after a comma."""
_VAGUE = {"date": "at some time", "figure": "some", "name": "something", "who": "someone"}


def details(text: str, about: str = "") -> list[tuple[str, str]]:
    """The names, figures and dates in a text, each with its kind, in order.

    A capital at the beginning is a name only where it is that of the subject.
    """
    found: list[tuple[int, int, str]] = []
    for kind, pattern in (("date", _DATE), ("figure", _FIGURE), ("name", _NAME)):
        for match in pattern.finditer(text):
            begin, end = match.span()
            if kind == "name" and begin == 0 and match[0].split()[0] not in about.split():
                continue
            if not any(begin < e and b < end for b, e, _ in found):
                found.append((begin, end, kind))
    return [(kind, text[begin:end]) for begin, end, kind in sorted(found)]


def blurred(text: str, about: str, share: float, seed: int = SEED) -> str:
    """The text with that share of its details made vague, or dropped where they are listed."""

    def goes(detail: str) -> bool:
        return chance(seed, text, detail) < share

    result = _ITEM.sub(lambda item: "" if goes(item[0]) else item[0], text)
    for kind, detail in details(result, about):
        if goes(detail):
            vague = _VAGUE["who" if detail in about else kind]
            before = r"(?:\b[Oo]n |\b[Ii]n )?" if kind == "date" else ""
            result = re.sub(rf"{before}\b{re.escape(detail)}\b", vague, result, count=1)
    return result[0].upper() + result[1:] if result else text


def careless(
    notes: Sequence[Note], case: Case, share: float, wrong: float | None = None
) -> list[Note]:
    """The notes as a careless model writes them: `share` of the details gone, `wrong` of the notes
    (the same share, if not given) under another turn of the session that they cite."""
    session = {unit.id: unit.session for unit in case.units}
    turns: dict[str, list[str]] = {}
    for unit in case.units:
        turns.setdefault(unit.session, []).append(unit.id)
    wrong = share if wrong is None else wrong

    def cited(note: Note) -> tuple[str, ...]:
        there = [s for s in note.sources if s in session]
        others = [u for u in turns[session[there[-1]]] if u not in there] if there else []
        if not others or chance(SEED, note.text, "cited") >= wrong:
            return note.sources
        return (others[int(chance(SEED, note.text, "turn") * len(others))],)

    return [
        replace(note, text=blurred(note.text, note.about, share), sources=cited(note), quote="")
        if cited(note) != note.sources
        else replace(note, text=blurred(note.text, note.about, share))
        for note in notes
    ]


def chance(*parts: object) -> float:
    """A number in [0, 1) that is always the same for the same parts."""
    return random.Random("|".join(map(str, parts))).random()


Falsify = Callable[[str], str]


def falsifier(notes: Sequence[Note]) -> Falsify:
    """Makes a false statement of a true one: another figure, else another last word of weight."""
    words = [w for note in notes for w in re.findall(r"\b[a-z]{5,}\b", note.text)] or ["nothing"]

    def false(text: str) -> str:
        figures = list(re.finditer(r"\b\d{1,2}\b", text))
        if figures:
            at = figures[-1]
            return f"{text[: at.start()]}{(int(at[0]) + 3) % 28 + 1}{text[at.end() :]}"
        own = list(re.finditer(r"\b[a-z]{4,}\b", text))
        if not own:
            return f"No longer: {text}"
        other = words[int(chance(SEED, text) * len(words))]
        return f"{text[: own[-1].start()]}{other}{text[own[-1].end() :]}"

    return false
