"""Plans in a statement: the days that it names ahead of when it was said, and what tells of them.

By the forms of dates and a few words of English, German and Spanish; in doubt a statement is no
plan, and a later one on the matter is word of it.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from langgraph_dreams.language.stated.coming import coming
from langgraph_dreams.language.stated.periods import DATE, Period, bounds, period_of

_SENTENCE = re.compile(r"(?<=[.!?;])(?<!\d\.)\s+|\n+")
_NO_PLAN = re.compile(
    r"\b(?:might|maybe|perhaps|possibly|if|unless|would|could|cancel\w*|(?:not|never|no longer)\b"
    r"|\w+n['’]t\b|born|expires?|valid|(?:birthday|anniversary) (?:is|falls)"
    r"|usually|always|every|each|often|normally|generally|typically|annually|most \w+s"
    r"|vielleicht|eventuell|falls|wenn|nicht|nie|kein\w*|geboren|gültig|Geburtstag (?:ist|habe)"
    r"|normalerweise|gewöhnlich|üblicherweise|immer|jede[nmrs]?|oft|häufig|meist(?:ens)?"
    r"|quizás?|tal vez|si|nunca|nací|nació|cumpleaños es|cumplo"
    r"|siempre|cada|a menudo|normalmente|habitualmente|generalmente|suel[eo]\w*|solemos"
    r"|todos los|todas las)\b",
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


@lru_cache(maxsize=4096)  # what answers one question answers others
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
    for match in DATE.finditer(sentence):
        period, dated = period_of(match, said)
        if period is None or period.first <= said or bounds(sentence, match):
            continue
        if dated or _AGREED.search(sentence) or not _PAST.search(sentence):
            yield period
    if not tells_of_past(sentence):
        yield from coming(sentence, said)


def doubtful(text: str) -> bool:
    """True if a text only thinks of something, denies it, or tells of what comes by itself or
    again and again."""
    return bool(_NO_PLAN.search(text))


def undated(text: str) -> str:
    """A text without its dates: what it is about."""
    return DATE.sub(" ", text)


def called_off(text: str) -> bool:
    """True if a text says that something does not happen, or not then."""
    return bool(_CALLED_OFF.search(text))


def tells_of_past(text: str) -> bool:
    """True if a text tells of what was."""
    return bool(_PAST.search(text))
