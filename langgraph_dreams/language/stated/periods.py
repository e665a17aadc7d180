"""Days and months that a text names in figures and words of English, German and Spanish."""

import re
from calendar import monthrange
from collections.abc import Collection
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
DATE = re.compile(
    r"(?P<span>\b(?:week(?:end)?|Woche(?:nende)?) (?:of|vom|ab) )?(?:"
    r"\b(?P<iso>20\d\d-\d\d-\d\d)\b"
    r"|\b(?P<dotted>\d{1,2}\.\s?\d{1,2}\.\s?20\d\d)\b"
    rf"|\b(?P<day1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<month1>{_MONTH})"
    + _YEAR.format(1)
    + rf"|\b(?P<month2>{_MONTH})\s+(?:the\s+)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b"
    + _YEAR.format(2)
    + rf"|\b(?:in|im|en)\s+(?:(?:early|mid|late|Anfang|Mitte|Ende)[\s-])?(?P<month3>{_MONTH})"
    + _YEAR.format(3)
    + rf"|\b(?P<month4>{_MONTH})\s+(?:(?:de|del)\s+)?(?P<year4>20\d\d)(?!\d)"
    + r")",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:until|till|since|before|after|from|between|bis|seit|vor|nach|ab|zwischen|hasta|desde"
    r"|antes|después|entre)\s(?:(?:the|on|about|around|den|dem|el|\w+day,?|\w+tag,?)\s){0,2}\Z",
    re.IGNORECASE,
)
"""Words before a date that ends or begins a state, and is no day of an event."""


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


def asked_periods(question: str, years: Collection[int]) -> list[Period]:
    """The days that a question names; where it names no year, those of each of these years.

    What only begins or ends what is asked about ("since May") names none of its days.
    """
    found: dict[Period, None] = {}
    for match in DATE.finditer(question):
        if bounds(question, match):
            continue
        for year in years:
            period, dated = period_of(match, date(year, 1, 1))
            if period:
                found[period] = None
            if dated:
                break
    return list(found)


def bounds(text: str, match: re.Match[str]) -> bool:
    """True if a date ends or begins a state: "until 3 May"."""
    return bool(_BOUND.search(text[: match.start()]))


def period_of(match: re.Match[str], said: date) -> tuple[Period | None, bool]:
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
    told = next(n for n in "1234" if part[f"month{n}"])
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
