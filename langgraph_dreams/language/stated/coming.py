"""Days to come that a sentence names by its own day: a weekday, and in German and Spanish others.

Those of English ("tomorrow", "next week") are made absolute before, by its rules of tense.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from langgraph_dreams.language.stated.periods import Period

_WEEKDAYS = {
    name: number
    for names in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    )
    for number, name in enumerate(names)
}
_COMING = re.compile(
    r"\b(?:on|am|(?:am )?(?:nächsten?|kommenden?|diesen)|el(?: próximo)?|este)"
    rf" (?P<weekday>{'|'.join(_WEEKDAYS)})\b"
    r"(?! (?:pasado|last))"
    r"|(?P<after>\b(?:übermorgen|pasado mañana)\b)"
    r"|(?P<next>(?<!guten )(?<!heute )(?<!diesen )(?<!gestern )(?<!am )(?<!bis )\bmorgen\b"
    r"|(?<!la )(?<!una )(?<!esta )\bmañana\b)"
    r"|(?P<week>\b(?:nächste|kommende) Woche\b|\bla (?:semana que viene|próxima semana)\b)",
    re.IGNORECASE,
)


def coming(sentence: str, said: date) -> Iterator[Period]:
    """The days to come that a sentence names, as of the day on which it was said."""
    if said.year == date.max.year:
        return
    for match in _COMING.finditer(sentence):
        if weekday := match["weekday"]:
            ahead = (_WEEKDAYS[weekday.casefold()] - said.weekday() - 1) % 7 + 1
            yield _days(said, ahead)
        elif match["week"]:
            yield _days(said, 7 - said.weekday(), 7)
        else:
            yield _days(said, 2 if match["after"] else 1)


def _days(said: date, ahead: int, many: int = 1) -> Period:
    first = said + timedelta(days=ahead)
    return Period(first, first + timedelta(days=many - 1))
