"""One memory file that a model edits every night: the usual recipe, with its limit of characters.

As in the recipe of background consolidation in LangChain's documentation of Deep Agents ("merge new
facts, remove outdated information, and keep it concise") and the profile of LangMem: after each
session the model is shown the file and the session, and edits the file. The turns are not kept.
Here the model is scripted, and kind:

- It writes a line for each note of the session, as careful or as careless as the notes are; a note
  that says what a line says takes its place if it is longer.
- Lines that nothing is done to stay to the letter.
- While the file is over its limit, a line is cut to its gist: the first clause, of at most GIST
  words. When nothing is left to cut, a line is dropped. Which lines is a matter of chance and not
  of age, so that what is old stands as well as what is new. A careless model blurs a line once more
  when it cuts it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.words import content_terms

from ..notes import Note
from .careless import SEED, blurred, chance, details

LIMIT = 20_000
"""Characters: the limit of a memory block in Letta; in every prompt about 5,000 tokens."""
GIST = 9
"""Words of a line that was cut."""
_SAME = 0.8
"""Share of content words (Jaccard) from which on a line says what a note says."""
_HALF = 0.5
_CLAUSE = re.compile(r"[,;(]| (?:and|because|which|who|while|so that|after|when) ")


@dataclass(frozen=True)
class Line:
    """One line of the file."""

    text: str
    about: str
    terms: frozenset[str]
    stays: float
    """Chance that it stays as it is longer than others."""
    cut: bool = False


_STAYS = attrgetter("stays")


class MemoryFile:
    """The file, and the model that edits it."""

    def __init__(self, limit: int | None = LIMIT, share: float = 0.0) -> None:
        self.lines: list[Line] = []
        self._limit = limit
        self._share = share

    def night(self, notes: Sequence[Note]) -> None:
        """Edit the file after a session, of which the model takes these notes."""
        for note in notes:
            line = _line(note.text, note.about)
            same = next((old for old in self.lines if _alike(old, line)), None)
            if same is None:
                self.lines.append(line)
            elif len(line.text) > len(same.text):
                self.lines[self.lines.index(same)] = line
        self._shorten()

    def __len__(self) -> int:
        return sum(len(line.text) + 1 for line in self.lines)

    def _shorten(self) -> None:
        if self._limit is None:
            return
        for line in sorted(self.lines, key=_STAYS):
            if len(self) <= self._limit:
                return
            if not line.cut:
                self.lines[self.lines.index(line)] = self._gist(line)
        for line in sorted(self.lines, key=_STAYS):
            if len(self) <= self._limit:
                return
            self.lines.remove(line)

    def _gist(self, line: Line) -> Line:
        words = (_CLAUSE.split(line.text)[0] or line.text).split()[:GIST]
        short = " ".join(words).rstrip(".") + "."
        return _line(blurred(short, line.about, self._share), line.about, cut=True)


def holds(line: str, note: Note) -> bool:
    """True if a line still has the details of a note: all its names, figures and dates, and half of
    its other content words."""
    there = content_terms(ENGLISH, line)
    named: set[str] = set()
    for _, detail in details(note.text, note.about):
        named |= content_terms(ENGLISH, detail)
    others = content_terms(ENGLISH, note.text) - named
    return named <= there and len(others & there) >= _HALF * len(others)


def _line(text: str, about: str, cut: bool = False) -> Line:
    terms = frozenset(content_terms(ENGLISH, text))
    return Line(text, about, terms, chance(SEED, about, sorted(terms)), cut)


def _alike(one: Line, other: Line) -> bool:
    union = one.terms | other.terms
    return bool(union) and len(one.terms & other.terms) >= _SAME * len(union)
