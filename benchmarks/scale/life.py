"""A generated life of any size: words by their frequency in English, names that recur, threads over
two years, and vectors by topic, so that no embedder's time is measured."""

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
from wordfreq import top_n_list, word_frequency

from langgraph_dreams import Episode, Link
from langgraph_dreams.types.items import link_id

Vectors = npt.NDArray[np.float32]
DIMENSION = 384
THREAD = 20
"""Turns of a thread."""
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_SPAN = timedelta(days=730)
_WORDS = (20, 60)
_NAMED = 0.5
"""Share of the turns that name somebody."""
_ON_TOPIC, _BESIDE = 0.6, 0.8
"""How much a vector has of its topic, and of nothing else has."""
_SYLLABLES_LIST = """
ka lo mi ren tor vas bel dun fer gol hes jin quo ruz sil wex yor zan pel nor
"""
_SYLLABLES = _SYLLABLES_LIST.split()
_TOPIC = re.compile(r"[Aa]bout (\w+)")
_EARLIER = "d" + 24 * "0"
"""Id of the dream that consumed what the store has at the beginning."""


class Life:
    """Turns, questions and links by number, the same at every run; an embedder of its own."""

    name = "generated"
    dimension = DIMENSION

    def __init__(self, items: int) -> None:
        """A life that is to have so many turns; it may go on."""
        self.items = items
        self._topics = max(20, items // 500)
        self._names = 200 + items // 10
        towards = np.random.default_rng(1).normal(size=(self._topics, DIMENSION))
        self._towards = towards / np.linalg.norm(towards, axis=1, keepdims=True)
        self._step = _SPAN / max(1, items)

    def text(self, number: int) -> str:
        """What is said in a turn."""
        chance = np.random.default_rng([number, 7])
        words, cumulated = _vocabulary()
        length = int(chance.integers(*_WORDS))
        said = [words[i] for i in np.searchsorted(cumulated, chance.random(length))]
        if chance.random() < _NAMED:
            who = int(chance.zipf(1.3)) % self._names
            said.insert(int(chance.integers(length)), _name(who))
        topic = zlib.crc32(b"thread %d" % (number // THREAD)) % self._topics
        return f"About {_name(1_000_000 + topic)}: {' '.join(said)}."

    def episode(self, number: int, *, dreamt: bool = False) -> Episode:
        """A turn."""
        text = self.text(number)
        return Episode(
            id=f"e{number:08d}",
            text=text,
            said=text,
            thread=f"t{number // THREAD}",
            position=number % THREAD,
            time=_FIRST + number * self._step,
            dreamt=_EARLIER if dreamt else "",
        )

    def question(self, number: int) -> str:
        """A question in some words of a turn."""
        chance = random.Random(number)
        said = self.text(chance.randrange(self.items)).split()
        words = " ".join(chance.sample(said[2:], 6))
        return f"What about {said[1].strip(':')} and {words}?"

    def links(self, start: int, stop: int, each: int) -> list[Link]:
        """Links of the turns of a range, so many each, to any turn before the last."""
        made: dict[str, Link] = {}
        for number in range(start, stop):
            chance = random.Random(-number)
            for other in chance.sample(range(self.items), each):
                if other != number:
                    link = _link(number, other, chance.uniform(0.1, 0.8))
                    made[link.id] = link
        return list(made.values())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors by the topic that a text begins with, and a direction of its own."""
        return np.stack([*self._vectors(texts)]) if texts else np.zeros((0, DIMENSION), np.float32)

    def _vectors(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for text in texts:
            topic = _TOPIC.search(text)
            place = zlib.crc32(topic[1].encode() if topic else b"") % self._topics
            own = np.random.default_rng(zlib.crc32(text.encode())).normal(size=DIMENSION)
            vector = _ON_TOPIC * self._towards[place] + _BESIDE / DIMENSION**0.5 * own
            yield (vector / np.linalg.norm(vector)).astype(np.float32)


def _link(one: int, other: int, weight: float) -> Link:
    newer, older = f"e{max(one, other):08d}", f"e{min(one, other):08d}"
    return Link(
        id=link_id(newer, older),
        a=newer,
        b=older,
        channel="bridge",
        bridge=("generated",),
        weight=round(weight, 4),
        created=_FIRST,
    )


@cache
def _vocabulary() -> tuple[list[str], npt.NDArray[np.float64]]:
    words = [word for word in top_n_list("en", 30_000) if word.isalpha()]
    shares = np.array([word_frequency(word, "en") for word in words])
    return words, np.cumsum(shares / shares.sum())


def _name(number: int) -> str:
    number += len(_SYLLABLES) ** 2  # three syllables or more
    found = ""
    while number:
        number, place = divmod(number, len(_SYLLABLES))
        found += _SYLLABLES[place]
    return found.capitalize()
