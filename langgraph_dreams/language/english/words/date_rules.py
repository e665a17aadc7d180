"""Phrases of relative time and what they mean: the rules behind `dates.absolute`.

A date is never finer than what was said; where two readings are as likely, there is none.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = {name[:3]: name for name in WEEKDAYS}
_SHORT_DAYS |= {"Tues": "Tuesday", "Weds": "Wednesday", "Thur": "Thursday", "Thurs": "Thursday"}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""First month in the north. A season is given the year in which it begins."""
_NUMBERS = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12},
    **{"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
}
_ROUND = 10
"""From here on, a multiple of five is an estimate: "10 years ago" is "around"."""
_MOST_YEARS = 100
"""Years; more of them ago are no date."""
_TOO_NEAR = 4
"""Months; "next summer" may mean this one or the one after, when it is nearer than that."""

Tense = Literal["past", "future", "unknown"]


class When(NamedTuple):
    """An absolute time: its preposition, and the rest."""

    preposition: str
    name: str


Rule = Callable[["re.Match[str]", datetime, Tense], When | None]


def _either(*words: str) -> str:
    """Any of the words, its first letter in either case."""
    return "|".join(f"[{word[0].upper()}{word[0].lower()}]{word[1:]}" for word in words)


_WEEKDAY, _MONTH, _SEASON = _either(*WEEKDAYS), "|".join(MONTHS), "|".join(SEASONS)
_PART = "(?: (?P<part>morning|afternoon|evening|night))?+"
_UNIT = rf"(?:minute|hour|day|weekend|week|month|year|{_WEEKDAY})"
_NUMBER = rf"(?:[0-9]{{1,3}}|{_either(*_NUMBERS)})"
_ABOUT = _either("about", "around", "roughly", "approximately", "almost", "nearly")
_BOUND = _either("over", "under", "more than", "less than", "at least")
_VAGUE = _either("a few", "few", "several", "many", "some")
_COUNT = (
    rf"(?P<count>(?:(?P<about>{_ABOUT}) |(?P<bound>{_BOUND}) )?"
    rf"(?:(?P<couple>(?:[Aa] )?[Cc]ouple(?: of)?)|(?P<vague>{_VAGUE})|(?P<number>{_NUMBER}))"
    rf" (?P<unit>{_UNIT})s?)"
)


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _on(day: date, part: str | None = None) -> When:
    return When("on", f"the {part} of {_day(day)}" if part else _day(day))


def _period(unit: str, said: date, offset: int) -> When:
    """The week, weekend, month or year that lies `offset` of them from the one of `said`."""
    monday = said - timedelta(said.weekday())
    if unit == "week":
        return When("in", f"the week of {_day(monday + timedelta(7 * offset))}")
    if unit == "weekend":
        return When("on", f"the weekend of {_day(monday + timedelta(7 * offset + 5))}")
    if unit == "month":
        year, month = divmod(said.year * 12 + said.month - 1 + offset, 12)
        return When("in", f"{MONTHS[month]} {year}")
    return When("in", str(said.year + offset))


def _weekday(name: str, said: date, way: int) -> date:
    """The nearest such day strictly before (way -1) or after (1) `said`."""
    distance = (way * (WEEKDAYS.index(name.capitalize()) - said.weekday()) - 1) % 7 + 1
    return said + timedelta(way * distance)


def _named_day(which: str, name: str, said: date, part: str | None) -> When:
    """ "Last Friday": but who says it on a Saturday does not say whether that is yesterday."""
    day = _weekday(name, said, -1 if which == "last" else 1)
    if which == "last" and (said - day).days == 1:
        return When("on", f"the {name.capitalize()} before {_day(said)}")
    if which == "next" and (day - said).days <= 2:
        return When("on", f"the {name.capitalize()} after {_day(said)}")
    return _on(day, part)


def _of_year(which: str, what: str, said: date) -> When | None:
    """A season or a month: the last one that is over, this year's, or the next to begin."""
    first, months = (SEASONS[what], 3) if what in SEASONS else (MONTHS.index(what) + 1, 1)
    now = said.year * 12 + said.month
    starts = [(said.year + years) * 12 + first for years in (-2, -1, 0, 1)]
    if which == "last":
        start = max(s for s in starts if s + months <= now)
    elif which == "next":
        start = min(s for s in starts if s > now)
        if start - now < _TOO_NEAR:
            return None
    elif what == "winter" and 3 <= said.month <= 5:  # the one just over, or the one to come
        return None
    else:
        start = starts[1] if what == "winter" and said.month < 3 else starts[2]
    name = what if what in SEASONS else MONTHS[first - 1]
    return When("in", f"{name} {(start - first) // 12}")


def _twice(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    way, unit, today = 2 if "after" in match[0] else -2, match["unit"].lower(), said.date()
    if unit == "day":
        return _on(today + timedelta(way), match["part"])
    return None if match["part"] else _period(unit, today, way)


def _near(match: re.Match[str], said: datetime, tense: Tense) -> When:
    word = match["day"].lower()
    offset = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
    return _on(said.date() + timedelta(offset), "evening" if word == "tonight" else match["part"])


def _inside(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    offset = {"last": -1, "this": 0, "next": 1}[match["which"]]
    name, today = match["name"].capitalize(), said.date()
    if name in MONTHS and match["whole"] == "year":
        return When("in", f"{name} {_period('year', today, offset).name}")
    if name in WEEKDAYS and match["whole"] == "week":
        days = WEEKDAYS.index(name) - today.weekday() + 7 * offset
        return _on(today + timedelta(days), match["part"])
    return None


def _which(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    which, today = match["which"].lower(), said.date()
    what = _SHORT_DAYS.get(match["what"], match["what"])
    if match["part"] and what.capitalize() not in WEEKDAYS:
        return None
    if which == "this past":
        if what in ("week", "month", "year"):  # up to today, and no calendar's
            return None
        which = "last"
    coming = which in ("this coming", "this upcoming")
    which = "next" if coming else which
    if what in ("night", "morning", "afternoon", "evening"):
        late = what in ("night", "evening")
        if which == "next" or (which == "last" and not late):
            return None
        return _on(today - timedelta(which == "last"), what)
    if what in SEASONS or what in MONTHS:
        return _of_year(which, what, today)
    if what.capitalize() in WEEKDAYS:
        if which != "this":
            return _named_day(which, what, today, match["part"])
        way = -1 if tense == "past" else 1  # today's own name means today
        return _on(_weekday(what, today - timedelta(way), way), match["part"])
    offset = {"last": -1, "this": 0, "next": 1}[which]
    if what == "weekend":
        if which == "this" and tense == "past" and today.weekday() < 3:
            offset = -1
        elif coming:
            offset = 0 if today.weekday() < 5 else 1
    elif what == "week" and today.weekday() == 6:  # to some the last day of one, or else the first
        if which == "last":
            return When("in", f"the week before {_day(today)}")
        offset += which == "this" and tense == "future"
    return _period(what, today, offset)


def _on_weekday(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    today = said.date()
    if tense == "unknown" or match["what"].capitalize() == WEEKDAYS[today.weekday()]:
        return None
    return _on(_weekday(match["what"], today, 1 if tense == "future" else -1), match["part"])


def _over(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    if tense == "unknown":
        return None
    today = said.date()
    days = (5 - today.weekday()) % 7 if tense == "future" else -((today.weekday() - 5) % 7)
    return When("over", f"the weekend of {_day(today + timedelta(days))}")


def _ago(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    return _counted(match, said, 1 if match["way"] == "from now" else -1)


def _within(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    """ "in 3 days" is a date only of what is still to come; else it may be how long it took."""
    short = match["unit"] in ("minute", "hour") or match["count"].lower() == "a day"
    return None if tense != "future" or short else _counted(match, said, 1)


def _either_of(match: re.Match[str], said: datetime, tense: Tense) -> When | None:
    return _beside(match, said, -1 if match["way"] == "ago" else 1)


def _beside(match: re.Match[str], said: datetime, way: int) -> When | None:
    """As much as was said, from a day that is known: "a few weeks before 8 May 2023"."""
    unit, today = match["unit"].lower(), said.date()
    if unit in ("minute", "hour"):
        return None
    base = _period("month", today, 0).name if unit in ("month", "year") else _day(today)
    return When("", f"{match['count']} {'before' if way < 0 else 'after'} {base}")


def _counted(match: re.Match[str], said: datetime, way: int) -> When | None:
    unit, today, word = match["unit"].lower(), said.date(), (match["number"] or "").lower()
    if match["vague"] or match["bound"]:
        return _beside(match, said, way)
    number = _NUMBERS.get(word) or int(word or 2)
    estimate = match["about"] or match["couple"] or (number >= _ROUND and number % 5 == 0)
    if unit in ("minute", "hour"):
        return _on((said + way * timedelta(**{f"{unit}s": number})).date())
    if unit.capitalize() in WEEKDAYS:
        when = _on(_weekday(unit, today, way) + way * timedelta(7 * (number - 1)))
    elif unit == "day":
        when = _on(today + way * timedelta(number))
    elif unit == "year" and number > _MOST_YEARS:
        return None
    else:
        when = _period(unit, today, way * number)
    return When("around", when.name) if estimate else when


_RULES: tuple[tuple[str, Rule], ...] = (
    # "two or three years ago", "half a year ago", "a year and a month ago"
    (
        rf"(?P<count>(?:[Hh]alf|{_NUMBER}(?: {_UNIT}s?)?,? (?:and|or|to)(?: a half)?)"
        rf"(?: {_NUMBER})? (?P<unit>{_UNIT})s?) (?P<way>ago|from now)",
        _either_of,
    ),
    (
        r"(?:(?:[Tt]he|[Aa]) )?(?P<unit>[Dd]ay(?= (?:before yesterday|after tomorrow))"
        rf"|(?:{_either('weekend', 'week', 'month', 'year')})(?= (?:before last|after next)))"
        rf" (?:before|after) [a-z]+{_PART}",
        _twice,
    ),
    (rf"(?P<day>{_either('yesterday', 'today', 'tomorrow', 'tonight')}){_PART}", _near),
    (
        rf"(?:(?:[Oo]n|[Ii]n) )?(?P<name>{_WEEKDAY}|{_MONTH}){_PART} (?:of )?"
        r"(?P<which>last|next|this) (?P<whole>week|year)",
        _inside,
    ),
    (
        r"(?P<which>[Ll]ast|[Nn]ext|[Tt]his(?: (?:past|coming|upcoming))?) "
        rf"(?P<what>weekend|week|month|year|night|morning|afternoon|evening|{_SEASON}|{_MONTH}"
        rf"|{_WEEKDAY}|{'|'.join(_SHORT_DAYS)}){_PART}",
        _which,
    ),
    (rf"[Oo]n (?P<what>{_WEEKDAY}){_PART}", _on_weekday),
    (r"[Oo]ver the weekend", _over),
    (rf"{_COUNT} (?P<way>ago|from now)", _ago),
    (rf"[Ii]n {_COUNT}(?:['’]? time)?+", _within),
)
_COMPILED = [
    (re.compile(rf"(?<![\w'’-])(?:{phrase})(?!\w|['’]s\b|-\w)"), rule) for phrase, rule in _RULES
]


def phrases(text: str) -> list[tuple[re.Match[str], Rule]]:
    """Phrases that look like a relative date, in order and without overlap; the first rule wins."""
    found = [
        (match.start(), order, match)
        for order, (pattern, _) in enumerate(_COMPILED)
        for match in pattern.finditer(text)
    ]
    kept: list[tuple[re.Match[str], Rule]] = []
    end = 0
    for start, order, match in sorted(found, key=lambda each: each[:2]):
        if start >= end:
            kept.append((match, _COMPILED[order][1]))
            end = match.end()
    return kept
