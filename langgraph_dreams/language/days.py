"""Relative dates by the day of whoever said them, which need not be the day in UTC."""

import re
from datetime import datetime, timedelta

from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.stated.periods import DATE
from langgraph_dreams.types.zones import EARLIEST, LATEST, local_time

_RELATIVE = re.compile(
    r"\b(?:(?:vor)?gestern|heute|(?:über)?morgen|(?:letzte|nächste|vorige|kommende|diese)[nrms]?"
    r" (?:woche|wochenende|monat|jahr|\w+tag|mittwoch|frühjahr|frühling|sommer|herbst|winter)"
    r"|(?:vor|in) (?:\w+ )?(?:tag|tagen|woche|wochen|monat|monaten|jahr|jahren)"
    r"|(?:ante)?ayer|hoy|(?:pasado )?mañana|(?:la|el|este|esta) (?:semana|mes|año|verano|invierno"
    r"|otoño|primavera|lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
    r"(?: (?:pasad[oa]|que viene|próxim[oa]))?"
    r"|(?:hace|dentro de|en) (?:\w+ )?(?:días?|semanas?|mes(?:es)?|años?))\b",
    re.IGNORECASE,
)
"""Days and times as of now, in German and Spanish; those of English are made absolute."""


def dated(language: Language, text: str, said: datetime, zone: str) -> str:
    """The text with its relative dates made absolute, as of the speaker's day.

    Where the zone is not known, "tomorrow" may be any of three days: the text stays as it is unless
    its dates are the same on every clock of the world, as those of most years and months are.
    """
    here = local_time(said, zone)
    if here is not None:
        return language.absolute_dates(text, here)
    try:
        clocks = [said + offset for offset in (EARLIEST, timedelta(0), LATEST)]
    except OverflowError:
        return text
    read = {language.absolute_dates(text, clock) for clock in clocks}
    return read.pop() if len(read) == 1 else text


def tells_when(language: Language, text: str, said: datetime) -> bool:
    """True if a text names a day, a month or a year, or one relative to when it was said."""
    absolute = language.absolute_dates(text, said)
    return bool(DATE.search(absolute) or _RELATIVE.search(absolute))
