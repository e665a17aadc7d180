"""Relative dates in a text made absolute."""

import re
from bisect import bisect_right
from datetime import datetime
from itertools import pairwise

from langgraph_dreams.language.english.words.date_rules import (
    MONTHS,
    WEEKDAYS,
    Tense,
    When,
    phrases,
)

_YEARS = range(1100, 2900)
"""Clocks outside of them are broken. Room is left to the ends of the calendar, and years that
come out are of four digits."""


def absolute_dates(text: str, said: datetime) -> str:
    """The text with its relative dates (English) made absolute, as of the day of `said`.

    Days are those of `said` as given: pass it in the speaker's zone where that is known. Vague
    words, quotations, names, and what may not be a date at all stay as they are.
    """
    if said.year not in _YEARS:
        return text
    found = phrases(text)
    if not found:
        return text
    around = _Surroundings(text)
    chained = _chained(text, [match for match, _ in found])
    pieces, done = [], 0
    for match, rule in found:
        start = match.start()
        if start in chained or around.quoted(start) or _stays(text, match, around):
            continue
        when = rule(match, said, around.tense(start))
        written = when and _written(text, match, when)
        if written:
            pieces += [text[done:start], written]
            done = match.end()
    return "".join([*pieces, text[done:]])


def _chained(text: str, matches: list[re.Match[str]]) -> set[int]:
    """Places of "a week ago today" and its "today": one date, which no rule reads."""
    return {
        start
        for one, two in pairwise(matches)
        if one[0].endswith(("ago", "now")) and text[one.end() : two.start()].isspace()
        for start in (one.start(), two.start())
    }


_QUOTED = re.compile(
    r""""[^"\n]*"|“[^“”\n]*”|«[^«»\n]*»|`[^`\n]*`"""
    r"""|(?<!\w)'(?=\S)(?:[^'\n]++|(?<=\w)'(?=\w))*+'(?!\w)"""
    r"""|‘(?:[^‘’\n]++|(?<=\w)’(?=\w))*+’"""
)
_SENTENCE_END = re.compile(r"[.!?;]+(?=\s)|\n")
_TENSES = re.compile(
    r"\b(?:(?P<future>will|won['’]t|shall|going to|gonna|plan(?:s|ned|ning)?|intend\w*|upcoming"
    r"|hop(?:es?|ing)|schedul\w+|agree[sd]? to|arrang\w+|invit\w+|suggest\w*|propos\w+"
    r"|book(?:ed|ing)|look(?:s|ing)? forward|expect\w*|aim(?:s|ing)?|wants? to|would like"
    r"|about to|excited (?:about|for|to)|prepar(?:es?|ing)|due|set to|organizing|ready for"
    r"|promis\w+|needs? to|must|(?:is|are|am|be|he['’]s|they['’]re|I['’]m|we['’]re) (?:\w+ing|in))"
    r"|(?P<past>[a-z]{2,}[a-df-z]ed|went|had|was|were|did|got|made|took|saw|met|came|gave|found"
    r"|won|lost|bought|ate|ran|began|told|said|heard|felt|left|spent|held|sold|built|caught"
    r"|taught|wrote|drove|flew|fell|broke|hurt|spoke|sang|swam|thought|knew|brought|sent|slept))\b"
)


class _Surroundings:
    """Surroundings of a place in a text: quotation marks, and a clause of some tense."""

    def __init__(self, text: str) -> None:
        self._quotes = [match.span() for match in _QUOTED.finditer(text)]
        self._ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        verbs = list(_TENSES.finditer(text))
        self._verbs = [match.start() for match in verbs]
        self._tenses: list[Tense] = ["future" if v["future"] else "past" for v in verbs]

    def quoted(self, place: int) -> bool:
        index = bisect_right(self._quotes, place, key=lambda span: span[0]) - 1
        return index >= 0 and self._quotes[index][1] > place

    def tense(self, place: int) -> Tense:
        """That of the last verb before it in its sentence, or else of the first one after it."""
        sentence = bisect_right(self._ends, place)
        begin = self._ends[sentence - 1] if sentence else 0
        after = bisect_right(self._verbs, place)
        if after and self._verbs[after - 1] >= begin:
            return self._tenses[after - 1]
        if after < len(self._verbs) and (
            sentence == len(self._ends) or self._verbs[after] < self._ends[sentence]
        ):
            return self._tenses[after]
        return "unknown"


_WINDOW = 48
"""Characters before a phrase that are looked at."""
_OPENS = re.compile(r"(?:^\s*|[.!?:;…\n]\s*|(?:^|\s)[-*•–—>]\s*|[(\[]\s*)$")
_OWNED = re.compile(
    r"(?:\b(?:[Tt]he|[Aa]|[Hh]is|[Hh]er|[Mm]y|[Oo]ur|[Tt]heir|[Yy]our|[Ii]ts|[Ee]very|[Ee]ach|no"
    r"|very|first|final|second|whose|called|titled|named)|(?<!\b[Ii]t)(?<![Hh]e)['’]s|s['’])\s$"
)
_RATE = re.compile(r"\b(?:times?|once|twice|ever|first|only)\s$")
_IDIOM = re.compile(r"\b(?:like(?:\sjust|\sonly)?|born|even|still)\s$")  # "feels like yesterday"
_DATED = re.compile(
    rf",?\s\(?(?:on\s|in\s|the\s)?(?:[0-9]{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?)?(?:{'|'.join(MONTHS)})\b"
    r"|,?\s\(?(?:the\s[0-9]|[12][0-9]{3}\b|[0-9]{1,2}(?:st|nd|rd|th)\b)"
    r"|\sof\b(?!\s(?:last|this|next))|\s(?:after|by|to)\s(?:week|month|year)\b|\s(?:Night|Live)\b"
)


def _stays(text: str, match: re.Match[str], around: _Surroundings) -> bool:
    """A name, or a phrase that belongs to another time than now, or that has its date already."""
    phrase, before = match[0], text[max(0, match.start() - _WINDOW) : match.start()]
    owned = _OWNED.search(before) and not around.quoted(match.start() - 2)  # 'A name' last Friday
    named = phrase[0].isupper() and not phrase.startswith((*WEEKDAYS, *MONTHS))
    return bool(
        (named and not _OPENS.search(before))
        or (phrase[:4].lower() in ("last", "next", "this") and owned)
        or (phrase in ("yesterday", "today") and _IDIOM.search(before))
        or (phrase[:3].lower() == "in " and _RATE.search(before))
        or _DATED.match(text, match.end())
    )


_HELD = re.compile(  # words that need no further preposition
    r"\b(?:since|until|till|from|before|after|of|for|to|by|about|during|through|throughout|into"
    r"|within|between|all|spen[dt]s?|spending|enjoyed|remember(?:s|ed|ing)?|mak(?:es?|ing))\s$",
    re.IGNORECASE,
)
_SPANNED = re.compile(r"\b(?:in|on|over|around|at)\s$", re.IGNORECASE)
_PARTICLE = re.compile(  # "checked in yesterday": the word is the verb's
    r"\b(?:mov|check|c[oa]m|dropp?|stopp?|logg?|turn|sign|went|go|gav|giv|pass|g[eo]t|br[eo]a?k|f[ea]ll"
    r"|settl|h[ua]ng|look|pull|chim|tun|put|play|work|carr)[a-z]*\s(?P<particle>in|on|by|over|through|around"
    r"|about)\s$"
)
_VERB = re.compile(r"\s(?:is|was|will|has|had|marks|might|would|could|looks|works|sounds|seems)\b")
_JOINS = re.compile(
    r"(?:,|\b(?:that|because|and|but|so|if|hopes?|thinks?|feels?|believes?|says?|said))\s$"
)


def _written(text: str, match: re.Match[str], when: When) -> str | None:
    """The time as it fits its sentence: one preposition, a capital where there was one."""
    before = text[max(0, match.start() - _WINDOW) : match.start()]
    preposition, particle = when.preposition, _PARTICLE.search(before)
    opens = _OPENS.search(before)
    if particle:
        if particle["particle"] == preposition == "on":
            return None
        preposition = "during" if particle["particle"] == preposition else preposition
    elif preposition == "around":
        preposition = "" if re.search(r"\b(?:about|around)\s$", before) else preposition
    elif (
        _HELD.search(before)
        or (_SPANNED.search(before) and (preposition == "in" or before.endswith(preposition + " ")))
        or ((opens or _JOINS.search(before)) and _VERB.match(text, match.end()))
    ):
        preposition = ""
    written = f"{preposition} {when.name}".strip()
    capital = match[0][0].isupper() and (opens or match[0][:2] in ("On", "In"))
    return written[0].upper() + written[1:] if capital else written
