"""What the turns of a pool say: those that say the same share one place, those that ask come last.

A turn that only asks, and was told nothing, is worded like the question and answers nothing. It
stands behind what states something and takes none of its places, unless the question is about what
was asked, so that a fact is found however often it was asked for. Of turns that say the same the
newest stands for all.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from langgraph_dreams.language.asking import (
    knows_nothing,
    named_in_vain,
    of_another,
    of_asking,
    only_asks,
    wording,
)
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.recall.candidates import Neighbours, Pool, RecallQuery
from langgraph_dreams.safety.trust import said_trust
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.store.items import Item
from langgraph_dreams.types.items import Episode

_ASKING = 5  # of so many places, or more, one goes to what asks, for who asks what was asked
_AHEAD = 5  # different turns looked at, and beyond those wanted where old answers come first
_FARTHEST = 4  # times the wanted number are read in search of what was not only answered
_AGAIN = 0.8  # of an answer's content words, from which on it tells a statement again
_LONGEST = 240  # characters; a longer turn tells of many persons
_CLOSE = 0.5  # of another's hybrid score; what is one's own and found about as well comes before it
_WIDER = 8  # times as many candidates when equal turns took the places of others


@dataclass(frozen=True)
class Turn:
    """What recall has to know of a turn besides its scores."""

    episode: Episode
    said: str
    """The words of whoever spoke, without the name before them."""
    answer: str
    """The agents' words."""
    says: tuple[object, ...]
    """Equal for turns that say the same."""
    asks: bool
    """True if it asks and was told nothing."""
    echoes: bool
    """True if all that it states is the agent's answer to a question."""


class Turns:
    """The turns of a pool as they are read, each with those that say the same."""

    def __init__(
        self, query: RecallQuery, pool: Pool, around: Neighbours, replaced: Collection[str] = ()
    ) -> None:
        """None is read yet; `around` are the turns beside those of the pool.

        Those `replaced` were edited or answered again, and come last.
        """
        self._vault = query.vault
        self._of_asking = of_asking(query.text)
        self._terms = content_terms(query.vault.language, query.text)
        often, total = query.vault.frequencies(self._terms), query.vault.count()["episodes"] + 1
        self._rarity = {term: math.log(total / (often.get(term, 0) + 1)) for term in self._terms}
        self._question = query.text
        self._pool = pool
        self._around = around
        self._replaced = {pool.place[name] for name in replaced if name in pool.place}
        self._read: dict[int, Turn] = {}
        self._same: dict[tuple[object, ...], list[int]] = {}
        self._others: dict[int, bool] = {}
        self.items: dict[str, Item] = {}

    def read(self, places: Iterable[int]) -> None:
        """Reads those of the pool's items that were not yet; what is gone meanwhile stays out."""
        new = {self._pool.ids[i]: i for i in places if i not in self._read}
        found = self._vault.get(list(new)) if new else {}
        self.items |= found
        turns = {n: self._turn(n, e) for n, e in found.items() if isinstance(e, Episode)}
        asking = {name: turn.episode for name, turn in turns.items() if turn.asks}
        others = _put_to_others(self._vault, asking, self._question)
        for name, turn in turns.items():
            told = replace(turn, asks=turn.asks and name not in others)
            self._read[new[name]] = told
            self._same.setdefault(told.says, []).append(new[name])

    def _turn(self, name: str, episode: Episode) -> Turn:
        near = self._around.get(name)
        last = near is not None and all(at < 0 for at, _ in near)
        return self._by_finding(_turn(self._vault.language, episode, last))

    def _by_finding(self, turn: Turn) -> Turn:
        """The turn; one found by what an agent brought to it says the same as others with that."""
        parts = [other.text for other in turn.episode.others] + [turn.episode.answered]
        if turn.asks or not any(parts):
            return turn
        shared = {part: self._shared(part) for part in (turn.said, *parts)}
        best = max(parts, key=lambda part: shared[part])
        if shared[best] <= shared[turn.said]:
            return turn
        return replace(turn, says=("found", turn.episode.trust, *wording(best)))

    def _shared(self, text: str) -> float:
        """Rarity of the question's words that a text has, in nats."""
        return sum(self._rarity[t] for t in self._terms & content_terms(self._vault.language, text))

    def __contains__(self, place: int) -> bool:
        return place in self._read

    def __getitem__(self, place: int) -> Turn:
        return self._read[place]

    def newest(self, place: int) -> int:
        """The one that stands for all that say the same."""
        return max(self._same[self._read[place].says], key=self.age)

    def same(self, place: int) -> list[int]:
        """All that say what it says, the newest first."""
        return sorted(self._same[self._read[place].says], key=self.age, reverse=True)

    def later(self, place: int, than: int) -> bool:
        """True if what one says was said again after the other was said last."""
        return self.age(self.newest(place))[:2] > self.age(self.newest(than))[:2]

    def stated(self) -> list[int]:
        """What was read and states more than an answer, in the order in which it was read."""
        newest = (self.newest(same[0]) for same in self._same.values())
        return [i for i in newest if not (self._read[i].asks or self._read[i].echoes)]

    def age(self, place: int) -> tuple[datetime, int, str]:
        """Order of what was said."""
        episode = self._read[place].episode
        return episode.time, episode.position, episode.id

    # -- which come first

    def first(self, order: Sequence[int], k: int) -> tuple[list[int], list[int]]:
        """The first k different turns of an order: those that state something, those that ask."""
        at, step = 0, max(k, _AHEAD)
        while at < len(order) and not self._enough(order[:at], k):
            self.read(order[at : at + step])
            at, step = at + step, 2 * step
        walked = list(dict.fromkeys(self.newest(i) for i in order[:at] if i in self._read))
        stating = [i for i in walked if not (self._read[i].asks or i in self._replaced)]
        asking = [i for i in walked if self._read[i].asks and i not in self._replaced]
        asking += [i for i in walked if i in self._replaced]
        share = int(self._of_asking and k >= _ASKING and bool(asking))
        asking = asking[: max(share, k - len(stating))]
        stating = self._own_first(self._told_first(stating))[: k - len(asking)]
        self._complete([*stating, *asking])
        return stating, asking

    def of_another(self, place: int) -> bool:
        """True if it tells of another person than the question asks for."""
        if place not in self._others:
            said, language = self._read[place].said, self._vault.language
            short = len(said) <= _LONGEST
            self._others[place] = short and of_another(language, self._question, said)
        return self._others[place]

    def _told_first(self, order: Sequence[int]) -> list[int]:
        """The same turns; what was stated before an answer that only tells it again."""
        placed = dict[int, None]()
        for place, i in enumerate(order):
            if self._read[i].echoes:
                placed |= dict.fromkeys(j for j in order[place + 1 :] if self._tells_again(i, j))
            placed[i] = None
        return list(placed)

    def _tells_again(self, answer: int, statement: int) -> bool:
        turn, told = self._read[answer], self._read[statement]
        if told.echoes or told.asks:
            return False
        language = self._vault.language
        terms, known = content_terms(language, turn.answer), content_terms(language, told.said)
        return bool(terms) and len(terms & known) >= _AGAIN * len(terms)

    def _own_first(self, order: Sequence[int]) -> list[int]:
        """The same turns; what is of whom the question asks about before others' found as well."""
        seed, placed = self._pool.seed, dict[int, None]()
        for place, i in enumerate(order):
            if self.of_another(i):
                near = (j for j in order[place:] if seed[j] >= _CLOSE * seed[i])
                placed |= dict.fromkeys(j for j in near if not self.of_another(j))
            placed[i] = None
        return list(placed)

    def crowded(self) -> bool:
        """True if most of what was read says what others say, or only asks."""
        different = sum(not self._read[same[0]].asks for same in self._same.values())
        return 2 * (len(self._read) - different) > len(self._pool.ids) > 0

    def _enough(self, walked: Sequence[int], k: int) -> bool:
        kept = (i for i in walked if i in self._read and i not in self._replaced)
        same = {turn.says: turn for turn in map(self.__getitem__, kept)}.values()
        told = sum(not (turn.asks or turn.echoes) for turn in same)
        stated = sum(not turn.asks for turn in same)
        if stated == told:
            different = {turn.said for turn in same if not turn.asks}
            return told >= k and len(different) >= _AHEAD
        # What was told later may score far below old answers, which are worded like the question.
        return told >= k + _AHEAD or (stated >= k and len(walked) >= _FARTHEST * (k + _AHEAD))

    def _complete(self, shown: Sequence[int]) -> None:
        """Reads what is scored as what is shown is, since it may say the same."""
        pool = self._pool
        self.read(sorted({j for i in shown for j in _near(pool, i) if j not in self._read}))


def _near(pool: Pool, i: int) -> list[int]:
    """Places of what the question finds as near as it finds one."""
    alike = abs(pool.dense - pool.dense[i]) <= (_DENSE if pool.lexical[i] else _STEP)
    alike &= abs(pool.lexical - pool.lexical[i]) <= _LEXICAL
    return [int(j) for j in alike.nonzero()[0]]


_DENSE, _LEXICAL = 0.01, 1e-6
"""Texts of equal words have equal scores but for their marks and capitals."""
_STEP = 2e-4
"""Equal texts have equal cosines but for a step that keeps their vectors apart."""


def asked_before(query: RecallQuery, pool: Pool) -> frozenset[str]:
    """Turns that add nothing, and others that only ask what is asked now and were told nothing.

    Of equal scores one is read.
    """
    alike: dict[tuple[float, float], list[str]] = {}
    for i in (pool.dense >= _ALIKE).nonzero()[0]:
        score = round(float(pool.dense[i]), 3), round(float(pool.lexical[i]), 3)
        alike.setdefault(score, []).append(pool.ids[i])
    found = query.vault.get([names[0] for names in alike.values()]) if alike else {}
    asking = {
        name: item
        for name, item in found.items()
        if isinstance(item, Episode) and _turn(query.vault.language, item, False).asks
    }
    others = _put_to_others(query.vault, asking, query.text)
    asking = {name: episode for name, episode in asking.items() if name not in others}
    named = (name for names in alike.values() if names[0] in asking for name in names)
    return frozenset(query.vault.idle(pool.ids).union(named))


def _put_to_others(vault: NamespaceStore, asking: Mapping[str, Episode], question: str) -> set[str]:
    """Questions of a group's members after which another one speaks: who may have answered.

    What is word for word what is asked now is not among them: it adds nothing to the question.
    """
    now = wording(question)
    named = [n for n, e in asking.items() if e.speaker and wording(_words_of(e)) != now]
    # What is bidden of an agent between the two is no answer.
    near = vault.neighbours(named, 1, telling=True) if named else {}
    after = {name: id_ for name, beside in near.items() for at, id_ in beside if at > 0}
    items = vault.get(list(after.values())) if after else {}
    speakers = {id_: item.speaker for id_, item in items.items() if isinstance(item, Episode)}
    return {n for n, id_ in after.items() if speakers.get(id_, "") not in ("", asking[n].speaker)}


_ALIKE = 0.6
"""Cosine from which on a turn may ask what is asked now."""


def wider(query: RecallQuery, k: int) -> RecallQuery | None:
    """The question with more candidates; None when all there is were candidates."""
    size = max(query.policy.pool, 2 * k)
    if size >= query.vault.count()["episodes"]:
        return None
    return replace(query, policy=query.policy.model_copy(update={"pool": _WIDER * size}))


def _turn(language: Language, episode: Episode, last: bool) -> Turn:
    """What a turn says; a line of a conversation may be answered by the next, unless it is last."""
    said = _words_of(episode)
    answer = "\n".join((episode.answered, *(other.text for other in episode.others))).strip()
    only = only_asks(language, said)
    nothing = knows_nothing(language, answer, said, echoes=not only)
    echoes = not nothing and (only or not said.strip())
    says = (
        *(episode.speaker, episode.origin, episode.outcome, said_trust(episode), episode.done),
        *(wording(said), () if nothing else wording(answer), _beside(episode, answer)),
        episode.trust if echoes else None,
    )
    asks = nothing and (only or named_in_vain(language, said, answer))
    asks = asks and (bool(episode.said) or last)
    return Turn(episode, said, answer, says, asks, echoes)


def _words_of(episode: Episode) -> str:
    """What whoever spoke said, without the name before it."""
    said = episode.said or ("" if episode.answered else episode.text)
    return said.removeprefix(f"{episode.speaker}: ") if episode.speaker else said


def _beside(episode: Episode, answer: str) -> tuple[str, ...]:
    """What the text of a turn tells besides what was said and answered."""
    if not episode.said:
        return ()
    known = {line for part in (episode.said, answer) for line in part.splitlines()}
    beside = {line: _LABEL.sub("", line, count=1) for line in episode.text.splitlines()}
    return wording("\n".join(s for line, s in beside.items() if known.isdisjoint((line, s))))


_LABEL = re.compile(r"^[^\n:]{0,60}:\s*")
