"""Values of figures and times, so that "quarter past six" and "18:15" can be compared.

A time of day on a clock of twelve hours ends in "?": it is that of the morning or of the evening.
"""

import re


def _in_order(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, word in enumerate(words.split())}


_ONES = _in_order(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = _in_order("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
_ORDINALS = _in_order("first second third fourth fifth sixth seventh eighth ninth tenth", 1)
_MONTHS = _in_order("jan feb mar apr may jun jul aug sep oct nov dec", 1)
_ENDS = {1: "st", 2: "nd", 3: "rd"}
_MONEY = ("euro", "dollar", "pound")
_SMALL = "|".join(sorted((w for w in _ONES if w not in ("zero", "one")), key=len, reverse=True))
_DIGITS = "|".join(list(_ONES)[1:10])
_TENS_ONES = rf"(?:{'|'.join(_TENS)})(?:[-\s](?:{_DIGITS})\b)?"
_LESS = rf"(?:{_TENS_ONES}|{_SMALL})"
NUMBER = (
    rf"(?:(?:(?:a|one|{_LESS})\s)?(?:hundred|thousand)\b(?:\s(?:and\s)?(?:{_TENS_ONES}|{_SMALL})\b)?"
    rf"|{_LESS})"
)
"""A number in words, as a part of a regular expression; "one" is mostly none."""

_HOUR = r"(?:twelve|eleven|ten|nine|eight|seven|six|five|four|three|two|one|\d{1,2})"
_HALF = r"\s?[ap]\.?m\b\.?"
_PART = r"\s(?:in\sthe\s(?:morning|afternoon|evening)|at\snight)\b"
_AT = r"(?:(?<=\bat\s)|(?<=\buntil\s)|(?<=\btill\s))"
_MINUTES = r"(?:five|ten|twenty(?:[-\s]five)?|\d{1,2})"
CLOCK = (
    rf"(?:\b\d{{1,2}}(?:[:.]\d\d)?{_HALF}|\b\d{{1,2}}:\d\d(?::\d\d)?\b(?:{_PART})?"
    rf"|\bnoon\b|\bmidnight\b"
    rf"|\b(?:(?:a\s)?quarter\s(?:past|to)|half\spast|{_MINUTES}(?:\sminutes)?\spast"
    rf"|{_MINUTES}\sminutes\sto)\s{_HOUR}\b(?:{_HALF}|{_PART})?"
    rf"|{_AT}(?:half\s|{_MINUTES}\sto\s){_HOUR}\b(?:{_HALF}|{_PART})?"
    rf"|\b{_HOUR}\so'clock\b(?:{_PART})?|\b{_HOUR}(?:\s(?:fifteen|thirty|forty-five))?(?:{_HALF}|{_PART})"
    rf"|{_AT}{_HOUR}\s(?:fifteen|thirty|forty-five)\b)"
)
"""A time of day in words or figures, as a part of a regular expression."""
_CLOCK = re.compile(
    rf"(?:(?:a\s)?(?P<less>quarter|half|{_MINUTES})(?:\sminutes)?\s(?:(?P<way>past|to)\s)?)?"
    rf"(?P<hour>{_HOUR})(?:[:.](?P<minute>\d\d)(?::\d\d)?|\s(?P<said>fifteen|thirty|forty-five))?"
    rf"(?:\so'clock)?(?P<part>.*)"
)


def value(kind: str, text: str, unit: str = "") -> str:
    """The value of a figure in lower case; the text itself where none is known."""
    if kind == "number":
        found = _number(text)
        return re.sub(r"\.00$|(?<=\.\d)0$", "", found) if unit in _MONEY else found
    if kind == "clock":
        return _clock(text)
    if kind == "date":
        return _date(text)
    return str(_MONTHS[text[:3]]) if kind == "month" else text


def same(kind: str, one: str, other: str) -> bool:
    """True if two values may be the same: of a time without its half, of a date without a year."""
    if one == other:
        return True
    if kind == "clock" and (one.endswith("?") or other.endswith("?")):
        first, second = (int(v[:2]) % 12 for v in (one, other))
        return first == second and one[2:5] == other[2:5]
    if kind == "date" and one.count("-") != other.count("-"):
        return one.split("-")[-2:] == other.split("-")[-2:]
    return False


def hour(text: str) -> str:
    """The time of day that a mere number names after "at"; empty when it can be none."""
    return f"{int(text):02}:00?" if text.isdigit() and 0 < int(text) < 13 else ""


def _number(text: str) -> str:
    if text in _ORDINALS:
        return f"{_ORDINALS[text]}{_ENDS.get(_ORDINALS[text], 'th')}"
    if text[:1].isdigit():
        return re.sub(r",(?=\d{3}\b)", "", text)
    total = part = 0
    for word in re.split(r"[-\s]+", text):
        if word in ("hundred", "thousand"):
            total, part = total + (part or 1) * (100 if word == "hundred" else 1000), 0
        elif word not in ("a", "and"):
            if (found := _ONES.get(word, _TENS.get(word))) is None:
                return text
            part += found
    return str(total + part)


def _clock(text: str) -> str:
    if text in ("noon", "midnight"):
        return "12:00" if text == "noon" else "00:00"
    found = _CLOCK.fullmatch(text)
    if found is None:
        return text
    hours = int(_number(found["hour"]))
    minutes = int(found["minute"] or _number(found["said"] or "zero"))
    if found["less"]:
        less = {"quarter": 15, "half": 30}.get(found["less"])
        less = int(_number(found["less"])) if less is None else less
        hours, minutes = (hours - 1, 60 - less) if found["way"] == "to" else (hours, less)
    part = found["part"].strip().replace(".", "")
    later = part == "pm" or "afternoon" in part or "evening" in part or "night" in part
    if later or part == "am" or "morning" in part:
        return f"{hours % 12 + 12 * later:02}:{minutes:02}"
    sure = hours > 12 or hours == 0 or found["hour"].startswith("0")
    return f"{hours:02}:{minutes:02}{'' if sure else '?'}"


def _date(text: str) -> str:
    if "/" in text:
        return text
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return "-".join(str(int(part)) for part in text.split("-"))
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", text)
    month = re.search(r"[a-z]{3,}", text.replace("of", " "))
    year = re.search(r"\b\d{4}\b", text)
    if not day or not month:
        return text
    months = str(_MONTHS[month[0][:3]])
    return "-".join([*([year[0]] if year else []), months, day[1]])
