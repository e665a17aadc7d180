"""A sentence cut into words, figures and times, stemmed as the derived index stems them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.figures import CLOCK, NUMBER
from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.words import Tokenizer

TOKENIZER = "porter unicode61"
"""For FTS5: the stemmer of Porter (1980) over words of any alphabet."""


@cache
def tokenizer() -> Tokenizer:
    """The process's one tokenizer of English."""
    return Tokenizer(TOKENIZER, STOP_WORDS)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word as the index keeps it."""
    tokens = tokenizer().cut(word)
    return tokens[0].stem if len(tokens) == 1 else word


Kind = Literal["word", "number", "code", "date", "clock", "weekday", "month"]

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_UNITS = (
    "mg|mcg|kg|g|km|kmh|mph|m|cm|mm|ml|l|gb|mb|tb|kb|ms|s|h|min|k|eur|usd|gbp|kw|kwh|gib|mib|px|x"
)
_TOKEN = re.compile(
    rf"(?P<date>\b{_DAY}\s(?:of\s)?{_MONTH}\b(?:\s\d{{4}}\b)?"
    rf"|\b{_MONTH}\s{_DAY}\b(?:,?\s\d{{4}}\b)?|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b)"
    rf"|(?P<clock>{CLOCK})"
    r"|(?P<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b)"
    rf"|(?P<month>\b{_MONTH}\b)"
    rf"|(?P<measure>\b\d[\d.,]*(?:{_UNITS})\b)"
    r"|(?P<code>\b(?=[\w.:/-]{0,60}[a-z])(?=[\w.:/-]{0,60}\d)[a-z\d]+(?:[-_.:/][a-z\d]+)*\b)"
    r"|(?P<number>[€$£]?\d+(?:[.,]\d+)*(?:\s\d{2,})*[%€$£]?"
    rf"|\b(?:{NUMBER}|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)|(?P<break>[,;()–—])",
    re.IGNORECASE,
)
_MARK = re.compile(r"\d+(?:st|nd|rd|th)$")
_SHORT = {"n't": "not", "'ll": "will", "'d": "would", "'m": "am", "'re": "are", "'ve": "have"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or time of a clause."""

    written: str
    text: str
    """Lower case."""
    stem: str
    kind: Kind = "word"
    name: bool = False
    """Written with a capital, if only for beginning a sentence: subjects must agree anyhow."""

    @property
    def is_content(self) -> bool:
        """True if it says something about the subject."""
        said = self.text not in STOP_WORDS or self.text in lists.TELLING
        return self.kind == "word" and len(self.stem) > 1 and said

    @property
    def is_past(self) -> bool:
        """True if it looks like a verb of the past, or a participle, but none of change."""
        if self.kind != "word" or self.text in lists.MOVING or self.text in lists.NOT_PAST:
            return False
        ended = self.text.endswith("ed") and len(self.text) > 3 and not self.name
        return ended or self.text in lists.PAST


def cut(sentence: str) -> tuple[list[Word], set[int]]:
    """Its words, and the numbers of words before which there is a comma or the like."""
    words: list[Word] = []
    breaks: set[int] = set()
    for match in _TOKEN.finditer(sentence.replace("’", "'")):
        group = match.lastgroup
        if group == "break":
            breaks.add(len(words))
        else:
            lettered = len(match[0]) == 1 and match[0].isupper() and words
            labelled = lettered and words[-1].text in lists.LABELS
            words += _pieces(match[0], "code" if labelled else str(group))
    return words, breaks


def _pieces(raw: str, group: str) -> Iterator[Word]:
    low = raw.casefold()
    if group == "measure":
        figure = low.rstrip("abcdefghijklmnopqrstuvwxyz")
        yield _figure(figure, "number")
        yield Word(low[len(figure) :], low[len(figure) :], low[len(figure) :])
    elif group == "month" and raw.islower() and low in _NO_MONTHS:
        yield Word(raw, low, stem(low))
    elif group == "code" and _MARK.match(low):
        yield _figure(raw, "number")
    elif group == "number" and low[0] in "€$£":
        yield from (_figure(low[1:], "number"), Word(low[0], low[0], low[0]))
    elif group == "number" and low[-1] in "€$£%":
        yield from (_figure(low[:-1], "number"), Word(low[-1], low[-1], low[-1]))
    elif group == "word":
        yield from _contracted(raw, low)
    else:
        yield _figure(raw, group)  # type: ignore[arg-type]


def _figure(raw: str, kind: Kind) -> Word:
    return Word(raw, raw.casefold(), raw.casefold(), kind)


def _contracted(raw: str, low: str) -> Iterator[Word]:
    named = raw[0].isupper() and low not in STOP_WORDS
    base, mark, end = low.partition("'")
    if not mark:
        yield Word(raw, low, stem(low), name=named)
    elif low.endswith("n't"):
        helper = _FULL.get(low, low[:-3])
        yield from (Word(helper, helper, helper), Word("not", "not", "not"))
    elif f"'{end}" in _SHORT:
        full = _SHORT[f"'{end}"]
        yield from (Word(base, base, stem(base)), Word(full, full, full))
    elif end == "s" and (base in lists.PERSONS or base in lists.POINTING or base in _THERE):
        yield from (Word(base, base, base), Word("is", "is", "is"))
    elif end == "s":
        yield Word(raw, low, f"{stem(base)}'s", name=named)
    else:
        yield Word(raw, low, stem(low.replace("'", "")), name=named)


_FULL = {"can't": "can", "won't": "will", "shan't": "shall"}
_THERE = lists.a_set("there here what where how who that let")
_NO_MONTHS = lists.a_set("may march mar sep dec jan")
