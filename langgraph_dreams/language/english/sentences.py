"""Sentences that may bring one another up to date: whose, of what things, and in what words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from langgraph_dreams.language.english.clauses import LISTED, SENTENCE_END, Clause, clauses, whole
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word
from langgraph_dreams.language.senders import unsigned

_LONGEST = 240  # characters; a longer sentence says more than one thing
_SENTENCES = 6
_NOTED = re.compile(r"\[[^\]]{0,1000}\]")  # what is noted beside what was said
_CUES = lists.a_set("new quit quits stopped started renamed raised")
_CUE_PHRASES = (
    "turns out", "turned out", "gave up", "given up", "took over", "takes over", "back to",
    "down to", "up to", "week on", "month on", "today on", "now on",
)  # fmt: skip
_REPLACING = lists.a_set("instead replaced replaces swapped replacing")
_REPLACING_PHRASES = ("took over", "takes over", "taking over")
_VAGUE = lists.a_set(
    "day days week weeks month months year years hour hours minute minutes morning mornings evening"
    " evenings afternoon night weekend time times long ago far today tomorrow yesterday thing way"
    " things lot bit people really great good nice new old last next first little much many always"
    " every year one need needs want wants love loves make makes cost costs use uses used take get"
    " takes gets thanks thank wow hey glad awesome cool yeah yay sounds sure agree totally amazing"
    " definitely luck sorry worries congrats feel feels feeling mean means going keep believe gonna"
    " know excited"
)
"""Words of every conversation: they name no thing."""
_PASSED = (
    lists.BASES | lists.THIRDS | lists.PLACED | lists.MOVING | lists.BEING | lists.LISTING
    | lists.PAST | lists.CUES | lists.ASIDE | lists.TELLING | frozenset(lists.UNITS)
    | _CUES | _VAGUE
)  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One sentence that states something, whole and in its clauses."""

    whole: Clause
    parts: tuple[Clause, ...]

    @property
    def cue(self) -> bool:
        """True if it speaks of a change."""
        return self.whole.cue or _speaks(self.whole, _CUES, _CUE_PHRASES)

    @property
    def replacing(self) -> bool:
        """True if it says that one came for another."""
        return _speaks(self.whole, _REPLACING, _REPLACING_PHRASES)

    @property
    def negated(self) -> bool:
        """True if any part denies what it says."""
        return any(part.negated() for part in self.parts)

    @property
    def past(self) -> bool:
        """True if all of it tells of what happened."""
        return all(part.past for part in self.parts)

    def subjects(self) -> set[str]:
        """Names before the verbs, and owners anywhere."""
        words = [w for part in self.parts for w in part.words[: max(part.verb, 0)] if w.name]
        words += [w for w in self.whole.words if w.name and "'s" in w.text]
        return {w.stem.removesuffix("'s") for w in words}


def _speaks(clause: Clause, words: frozenset[str], phrases: Iterable[str]) -> bool:
    text = clause.text()
    return any(w.text in words for w in clause.words) or any(f" {p} " in text for p in phrases)


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences that state something; what follows another's words or a guess is left out."""
    found: list[Sentence] = []
    if LISTED.match(text):
        return ()
    for sentence in SENTENCE_END.split(_NOTED.sub(" ", unsigned(text)).strip()):
        if "?" in sentence:
            continue
        parts = clauses(sentence) if len(sentence) <= _LONGEST else ()
        if not parts:
            break
        found.append(Sentence(whole(sentence), tuple(parts)))
    return tuple(found[:_SENTENCES])


def statements(text: str) -> list[str]:
    """The sentences that state something, not what is asked, supposed, quoted or listed."""
    return [" ".join(word.written for word in s.whole.words) for s in sentences(text)]


def things(clause: Clause) -> dict[str, Word]:
    """Content words but verbs, units, and words of change, by stem."""
    return {
        w.stem.removesuffix("'s"): w
        for w in clause.words
        if w.is_content and not w.is_past and w.text not in _PASSED
    }
