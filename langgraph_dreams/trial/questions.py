"""Questions that users asked in the past and that only an earlier conversation could answer.

No log says where the evidence of a question is. What stands in for it: the words that the answer
gave and the question did not, as far as they are rare, nobody had just said them in the same
conversation, and a user had said them before, elsewhere. Those words were needed, and the turns in
which users had said them are the evidence. It takes nothing from how search or dreams work: the
words of the question do not count.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from langgraph_dreams.dream.links.frequency import COMMON, zipf
from langgraph_dreams.language.asking import knows_nothing, only_asks
from langgraph_dreams.language.mixed import spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.items import Episode

NEEDED = 3
"""Words that an answer is known by: the rarest."""
_IN_VIEW = 20  # turns of a conversation that an agent still sees
_SITTING = timedelta(hours=6)  # after a longer pause it is another conversation
_RARE_SHARE, _RARE_LEAST = 0.01, 4
"""A word in more turns than this share, and than so many, names nothing."""
_LONGEST_QUESTION = 2_000
"""Characters; what is longer is a text that was pasted."""


@dataclass(frozen=True)
class PastQuestion:
    """A question, and the words that its answer needed."""

    at: int
    """Its place among the turns."""
    text: str
    needed: Mapping[str, str]
    """Stems, each with the word as the answer has it."""
    told: Mapping[str, tuple[int, ...]]
    """Places of the turns in which users had said each, in order."""

    def told_before(self, at: int) -> bool:
        """True if all that it needed was said in turns before a place."""
        return all(bisect_left(places, at) for places in self.told.values())

    def evidence(self, at: int) -> set[int]:
        """Places of the turns before `at` in which something of it was said."""
        return {place for places in self.told.values() for place in places if place < at}


class Turns:
    """The turns of a log in order, by their words."""

    def __init__(self, episodes: Sequence[Episode], language: Language) -> None:
        self.episodes = sorted(episodes, key=lambda e: (e.time, e.position, e.id))
        self._language = language
        self._said = [self.words(e.said) for e in self.episodes]
        self._all = [self.words(_whole(e)) for e in self.episodes]
        self._counts = Counter(stem for words in self._all for stem in words)
        self._most = max(_RARE_LEAST, int(_RARE_SHARE * len(self.episodes)))
        self._threads: dict[str, list[int]] = {}
        for at, episode in enumerate(self.episodes):
            self._threads.setdefault(episode.thread, []).append(at)

    def words(self, text: str) -> dict[str, str]:
        """The content words of a text, by stem."""
        tokens = self._language.tokens(text) if text.strip() else ()
        return {t.stem: t.written for t in tokens if not t.is_stop and len(t.stem) > 1}

    def of(self, at: int) -> dict[str, str]:
        """The words of a turn."""
        return self._all[at]

    @cached_property
    def asked(self) -> list[int]:
        """Places of the turns in which users asked something."""
        return [at for at, e in enumerate(self.episodes) if self._asks(e)]

    def questions(self) -> Iterator[PastQuestion]:
        """The questions that only an earlier conversation could answer, in order."""
        for at in self.asked:
            question = self._question(at)
            if question is not None:
                yield question

    def _asks(self, episode: Episode) -> bool:
        said = episode.said.strip()
        if not said or len(said) > _LONGEST_QUESTION or suspicious(said):
            return False
        return said.endswith(("?", "？", "؟")) or only_asks(self._language, said)

    def _question(self, at: int) -> PastQuestion | None:
        said, answer = self.episodes[at].said, self._answer(at)
        if knows_nothing(self._language, answer, said):
            return None
        seen = set(self._said[at])
        for other in self._in_view(at):
            seen.update(self._all[other])
        told: dict[str, tuple[int, ...]] = {}
        words = self.words(answer)
        for stem in sorted(words, key=lambda s: (self._counts[s], s)):
            if stem not in seen and self._is_rare(stem, words[stem], answer):
                places = self._told.get(stem, ())
                before = tuple(places[: bisect_left(places, at)])
                if before:
                    told[stem] = before
            if len(told) == NEEDED:
                break
        if not told:
            return None
        return PastQuestion(at, said, {stem: words[stem] for stem in told}, told)

    def _is_rare(self, stem: str, written: str, text: str) -> bool:
        if self._counts[stem] > self._most:
            return False
        if any(sign.isdigit() for sign in written):
            return len(written) > 1
        return zipf(stem, written, spoken(self._language, text).code) < COMMON

    @cached_property
    def _told(self) -> dict[str, list[int]]:
        """By stem, the places where users stated something with it."""
        asked, told = set(self.asked), dict[str, list[int]]()
        for at, episode in enumerate(self.episodes):
            if at not in asked and self._said[at] and may_become(episode):
                for stem in self._said[at]:
                    told.setdefault(stem, []).append(at)
        return told

    def _in_view(self, at: int) -> list[int]:
        """The turns of the same conversation that the agent still saw."""
        places = self._threads[self.episodes[at].thread]
        mine, seen = bisect_left(places, at), list[int]()
        time = self.episodes[at].time
        for other in reversed(places[max(0, mine - _IN_VIEW) : mine]):
            if time - self.episodes[other].time > _SITTING:
                break
            seen.append(other)
            time = self.episodes[other].time
        return seen

    def _answer(self, at: int) -> str:
        """What was answered: in the turn itself, or in those after it that say nothing else."""
        answers = [self.episodes[at].answered]
        places = self._threads[self.episodes[at].thread]
        for other in places[bisect_left(places, at) + 1 :]:
            episode = self.episodes[other]
            if episode.said.strip() or episode.origin == "tool":
                if episode.said.strip():
                    break
                continue
            answers.append(episode.answered)
        return "\n".join(filter(None, answers))


def _whole(episode: Episode) -> str:
    return (
        f"{episode.said}\n{episode.answered}"
        if episode.said or episode.answered
        else ("" if episode.origin == "tool" else episode.text)
    )
