"""Plans in a statement: the days that it names ahead of when it was said, and what tells of them.

By the forms of dates and a few words of English, German and Spanish; in doubt a statement is no
plan, and a later one on the matter is word of it.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from langgraph_dreams.language.english.words.date_rules import MONTHS

_GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_SPANISH = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_NUMBER = {
    **{name[:3].casefold(): i for i, name in enumerate(MONTHS, 1) if i != 5},
    **{"sept": 9, "jänner": 1, "setiembre": 9},
    **{n.casefold(): i for names in (MONTHS, _GERMAN, _SPANISH) for i, n in enumerate(names, 1)},
}
_MONTH = rf"(?:{'|'.join(sorted(_NUMBER, key=lambda name: -len(name)))})\b\.?"
_YEAR = r"(?:,?\s+(?:(?:de|del)\s+)?(?P<year{0}>20\d\d))?(?!\d)"
_DATE = re.compile(
    r"(?P<span>\b(?:week(?:end)?|Woche(?:nende)?) (?:of|vom|ab) )?(?:"
    r"\b(?P<iso>20\d\d-\d\d-\d\d)\b"
    r"|\b(?P<dotted>\d{1,2}\.\s?\d{1,2}\.\s?20\d\d)\b"
    rf"|\b(?P<day1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<month1>{_MONTH})"
    + _YEAR.format(1)
    + rf"|\b(?P<month2>{_MONTH})\s+(?:the\s+)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b"
    + _YEAR.format(2)
    + rf"|\b(?:in|im|en)\s+(?:(?:early|mid|late|Anfang|Mitte|Ende)[\s-])?(?P<month3>{_MONTH})"
    + _YEAR.format(3)
    + r")",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])(?<!\d\.)\s+|\n+")
_BOUND = re.compile(
    r"\b(?:until|till|since|before|after|from|between|bis|seit|vor|nach|ab|zwischen|hasta|desde"
    r"|antes|después|entre)\s(?:(?:the|on|about|around|den|dem|el|\w+day,?|\w+tag,?)\s){0,2}\Z",
    re.IGNORECASE,
)
"""Words before a date that ends or begins a state, and is no day of an event."""
_NO_PLAN = re.compile(
    r"\b(?:might|maybe|perhaps|possibly|if|unless|would|could|cancel\w*|(?:not|never|no longer)\b"
    r"|\w+n['’]t\b|born|expires?|valid|(?:birthday|anniversary) (?:is|falls)"
    r"|vielleicht|eventuell|falls|wenn|nicht|nie|kein\w*|geboren|gültig|Geburtstag (?:ist|habe)"
    r"|quizás?|tal vez|si|nunca|nací|nació|cumpleaños es|cumplo)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|went|got|came|saw|took|made|met|left|flew|gave|spent|found|felt|told"
    r"|ran|ate|bought|lost|won|back (?:from|home|in)|[a-z]{2,}(?:[a-df-z]ed)|been|done|over now"
    r"|war(?:en|st)?|hatten?|wurden?|(?:habe?|haben|hat|bin|ist|sind|seid)\b.*\bge\w+|zurück"
    r"|fui|fue(?:ron)?|fuimos|estuv\w+|tuv\w+|hic\w+|hizo|era|había|[a-zñ]+(?:ó|aron|ieron|amos|imos)"
    r"|(?:he|ha|hemos|han) \w+(?:ado|ido|cho|sto))\b",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"\b(?:booked|scheduled|planned|arranged|reserved|invited|agreed|signed up|gebucht|geplant"
    r"|reserviert|verabredet|eingeladen|reservado|quedado|planeado|invitado)\b",
    re.IGNORECASE,
)
"""What was done so that something would be."""
_CALLED_OFF = re.compile(
    r"\b(?:cancel\w*|call(?:ed|ing) (?:it )?off|(?:is|was|are) off|postpon\w*|reschedul\w*|delayed"
    r"|(?:put|pushed|moved|shifted) (?:back|off|to|forward)|fell through|won['’]t"
    r"|not (?:going|happening)"
    r"|no longer|instead|changed my mind|abgesagt|verschoben|verlegt|fällt aus|ausgefallen"
    r"|klappt (?:doch )?nicht|doch nicht|storniert|cancel(?:é|ado|ada|aron)|aplaz\w+|pospu\w+"
    r"|ya no|se suspend\w+|suspendid[oa])\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|20\d\d")


class Period(NamedTuple):
    """First and last day of an event."""

    first: date
    last: date

    def words(self) -> str:
        """As it is told: a day, a month, or from one to the other."""
        whole = self.first.day == 1 and self.last.day == _length(self.first)
        month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        if whole and month:
            return f"{self.first:%B %Y}"
        last = f"{self.last.day} {self.last:%B %Y}"
        if self.first == self.last:
            return last
        return f"{self.first.day} {self.first:%B %Y} to {last}"


def planned(text: str, said: date) -> Period | None:
    """The days that a text plans something for, as of the day on which it was said; else None."""
    found = [
        period
        for sentence in _SENTENCE.split(text)
        if not sentence.rstrip().endswith("?") and not doubtful(sentence)
        for period in _ahead(sentence, said)
    ]
    return max(found, key=lambda period: period.last, default=None)


def _ahead(sentence: str, said: date) -> Iterator[Period]:
    for match in _DATE.finditer(sentence):
        period, dated = _period(match, said)
        if period is None or period.first <= said or _BOUND.search(sentence[: match.start()]):
            continue
        if dated or _AGREED.search(sentence) or not _PAST.search(sentence):
            yield period


def _period(match: re.Match[str], said: date) -> tuple[Period | None, bool]:
    """The days of a date, and whether it says in which year; without, the next such day."""
    part = match.groupdict()
    try:
        if part["iso"]:
            first = date.fromisoformat(part["iso"])
        elif part["dotted"]:
            day, month, year = (int(n) for n in part["dotted"].split("."))
            first = date(year, month, day)
        else:
            return _by_month(part, said)
    except ValueError:
        return None, True
    return Period(first, first + _span(part)), True


def _by_month(part: dict[str, str | None], said: date) -> tuple[Period | None, bool]:
    told = next(n for n in "123" if part[f"month{n}"])
    month = _NUMBER[str(part[f"month{told}"]).casefold().rstrip(".")]
    year = part[f"year{told}"]
    day = part.get(f"day{told}")
    first = date(int(year or said.year), month, int(day or 1))
    last = first + _span(part) if day else first.replace(day=_length(first))
    if not year and last < said:
        first, last = (d.replace(year=d.year + 1) for d in (first, last))
    return Period(first, last), bool(year)


def _span(part: dict[str, str | None]) -> timedelta:
    span = (part["span"] or "").casefold()
    return timedelta(days=1 if "end" in span else 6 if span else 0)


def _length(first: date) -> int:
    return monthrange(first.year, first.month)[1]


def doubtful(text: str) -> bool:
    """True if a text only thinks of something, denies it, or tells of what comes by itself."""
    return bool(_NO_PLAN.search(text))


def undated(text: str) -> str:
    """A text without its dates: what it is about."""
    return _DATE.sub(" ", text)


def called_off(text: str) -> bool:
    """True if a text says that something does not happen, or not then."""
    return bool(_CALLED_OFF.search(text))


def tells_of_past(text: str) -> bool:
    """True if a text tells of what was."""
    return bool(_PAST.search(text))
