"""Citations put right: a note under a turn that says nothing of it goes under the turn that does.

What a model writes of a conversation is more often right than the number it puts beside it, and a
memory lifts what it cites. Of the content words of a note, by how rare they are in the window, a
cited turn has two thirds and any other turn of the sitting next to none; the constants were chosen
on the notes of five LoCoMo chats, with a third of them put under other turns.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import cached_property

from langgraph_dreams.dream.memories.evidence import asserted
from langgraph_dreams.dream.memories.windows import Window
from langgraph_dreams.language.words import word_terms
from langgraph_dreams.safety.trust import vouched
from langgraph_dreams.types.items import Episode

_LITTLE = 0.3  # of a note's words, by their weight; a turn that has more of them bears it out
_MORE = 0.3  # that another turn has beyond what the cited ones have
_BESIDE = 2  # turns; an answer and what it answers are cited together


class Citations:
    """The turns of a window, by what they say."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._place = {episode.id: at for at, episode in enumerate(window.episodes)}

    def corrected(self, text: str, cited: Sequence[Episode]) -> list[Episode]:
        """The cited turns of a note with that text, or those that bear it out.

        Cited turns beside the one that bears it out are kept. A note of nothing new stays one.
        """
        words = word_terms(self._window.language, text)
        whole = sum(map(self._weight, words))
        if not whole or all(e.id in self._window.old for e in cited):
            return list(cited)
        held = self._share(words, set().union(*(self._said[e.id] for e in cited))) / whole
        best = max(
            self._window.new, key=lambda e: self._share(words, self._stated[e.id]), default=cited[0]
        )
        more = self._share(words, self._stated[best.id]) / whole - held
        if held >= _LITTLE or more < _MORE:
            return list(cited)
        kept = [e for e in cited if self._beside(e, best)]
        return sorted([*kept, best], key=lambda e: self._place[e.id])

    def _share(self, words: Set[str], there: Set[str]) -> float:
        return sum(map(self._weight, words & there))

    def _weight(self, word: str) -> float:
        return math.log((len(self._said) + 1) / (self._turns[word] + 0.5))

    def _beside(self, one: Episode, other: Episode) -> bool:
        near = abs(self._place[one.id] - self._place[other.id]) <= _BESIDE
        return near and one.thread == other.thread and one.id != other.id

    @cached_property
    def _said(self) -> Mapping[str, Set[str]]:
        return {e.id: self._terms(e, vouched(e)) for e in self._window.episodes}

    @cached_property
    def _stated(self) -> Mapping[str, Set[str]]:
        language = self._window.language
        return {e.id: self._terms(e, asserted(language, vouched(e))) for e in self._window.new}

    @cached_property
    def _turns(self) -> Counter[str]:
        return Counter(term for terms in self._said.values() for term in terms)

    def _terms(self, episode: Episode, text: str) -> Set[str]:
        return word_terms(self._window.language, f"{episode.speaker} {text}") if text else set()
