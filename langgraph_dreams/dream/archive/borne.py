"""What bears an item, so that nothing is lost when recall finds that alone.

An episode is borne by a memory that cites it and says as much, while another source of that memory
stays; by an episode of the same speaker that says the same, on the same day or as a source of one
memory; or it is small talk that states nothing, and needs none. A memory is borne by another one
that says the same of the same subject. What bears is trusted no less, and holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise

from langgraph_dreams.dream.memories.evidence import asserted, stating
from langgraph_dreams.language.asking import only_asks
from langgraph_dreams.language.words import content_sequence, content_terms, same_subject
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.borne import PARTICULAR, bearing_of
from langgraph_dreams.safety.trust import doubtful, said_trust
from langgraph_dreams.store import NamespaceStore, Standing
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.labels import unlabelled
from langgraph_dreams.types.zones import local_time

_NEAR = 8  # nearest items looked at


class Bearers:
    """Finds what bears items, in a namespace as a dream would leave it."""

    def __init__(self, view: NamespaceStore, policy: DreamPolicy) -> None:
        """`view` shows the namespace with the operations of the dream."""
        self._view = view
        self._policy = policy
        self._gone: set[str] = set()
        self._bearing: set[str] = set()

    def of(self, items: Sequence[Episode | Memory], fixed: Set[str]) -> dict[str, str]:
        """The bearer of each item that has one; those named go, so that they bear no other.

        Items are looked at in their order. None of `fixed` goes.
        """
        episodes = [item for item in items if isinstance(item, Episode)]
        memories = [item for item in items if isinstance(item, Memory)]
        of_episodes = self._of_episodes(episodes)
        of_memories = self._of_memories(memories)
        found: dict[str, str] = {}
        for item in items:
            if item.id in fixed or item.id in self._bearing:
                continue
            bearers = of_episodes.get(item.id, ()) or of_memories.get(item.id, ())
            bearer = next((name for name in bearers if name not in self._gone), None)
            if bearer is None or (isinstance(item, Episode) and self._last_source(item.id)):
                continue
            found[item.id] = bearer
            self._gone.add(item.id)
            if bearer != item.id:
                self._bearing.add(bearer)
        return found

    def needed(self, name: str) -> bool:
        """True if an item bears what has gone, or is the last source of a memory."""
        return name in self._bearing or self._last_source(name)

    def let_go(self, name: str) -> None:
        """Have an item bear nothing from now on: it goes."""
        self._gone.add(name)

    # -- sources

    def _last_source(self, name: str) -> bool:
        """True if a memory that holds cites it, and no other episode out of the archive."""
        for standing in self._standings(self._view.citing([name]).get(name, ())).values():
            others = [source for source in standing.sources if source != name]
            left = set(others) - self._view.archived(others) - self._gone
            if standing.holds() and not standing.cites and not left:
                return True
        return False

    def _standings(self, names: Iterable[str]) -> dict[str, Standing]:
        wanted = list(dict.fromkeys(names))
        return self._view.standings(wanted) if wanted else {}

    # -- episodes

    def _of_episodes(self, episodes: Sequence[Episode]) -> dict[str, list[str]]:
        if not episodes:
            return {}
        ids = [e.id for e in episodes]
        citing = self._view.citing(ids)
        near = self._view.dense(self._view.vectors(ids), _NEAR)
        close = {
            e.id: [n for n, cosine in hits if n != e.id and cosine >= self._policy.twin_cosine]
            for e, hits in zip(episodes, near, strict=True)
        }
        others = self._view.get(list({name for names in close.values() for name in names}))
        citing |= self._view.citing([name for name in others if name not in citing])
        holding = self._holding(name for names in citing.values() for name in names)
        idle = self._idle(episodes)
        found: dict[str, list[str]] = defaultdict(list)
        for episode in episodes:
            if episode.id in idle:
                found[episode.id].append(episode.id)
                continue
            own = [m for name in citing.get(episode.id, ()) if (m := holding.get(name))]
            able = [m for m in own if m.trust >= said_trust(episode) and not doubtful(m)]
            by = bearing_of(self._view, able)({episode.id}, episode)
            if by and not self._adds(episode, holding[by]):
                found[episode.id].append(by)
            for other in (others[name] for name in close[episode.id] if name in others):
                if isinstance(other, Episode) and self._same(episode, other, citing):
                    found[episode.id].append(other.id)
        return found

    def _adds(self, episode: Episode, memory: Memory) -> bool:
        """True if an episode states more than its memory: words in a row that it does not have."""
        language = self._view.language
        told = content_terms(language, memory.text)
        said = content_sequence(language, asserted(language, unlabelled(episode.text)))
        return any(told.isdisjoint(pair) for pair in pairwise(said))

    def _holding(self, names: Iterable[str]) -> dict[str, Memory]:
        found = self._view.get(list(dict.fromkeys(names))).values()
        return {m.id: m for m in found if isinstance(m, Memory) and m.current and not m.derived}

    def _idle(self, episodes: Sequence[Episode]) -> set[str]:
        """Those that state nothing: small talk, to which nothing was answered or done.

        A figure or a name within a question tells something, a longer one asks for a thing, and so
        does what bids somebody to do it.
        """
        language = self._view.language
        asking = [
            e
            for e in episodes
            if not (e.answered.strip() or e.done or e.others or e.reaction or e.error)
            and not PARTICULAR.findall(e.text)
            and (only_asks(language, e.text) or not content_terms(language, e.text))
            and len(content_terms(language, e.text)) < self._policy.twin_terms
        ]
        said = stating(language, asking)
        cited = self._view.citing([e.id for e in asking]) if asking else {}
        return {e.id for e in asking if e.id not in said and e.id not in cited}

    def _same(self, one: Episode, other: Episode, citing: Mapping[str, Sequence[str]]) -> bool:
        """True if the other one says what this one says, and as much may be believed of it."""
        if (one.speaker, one.origin, one.thread == "") != (
            other.speaker,
            other.origin,
            other.thread == "",
        ):
            return False
        weaker = other.trust < one.trust or said_trust(other) < said_trust(one)
        if weaker or other.outcome != "ok" or other.replaced_by or doubtful(other):
            return False
        language = self._view.language
        words = content_terms(language, one.text)
        if not words or not words <= content_terms(language, other.text):
            return False
        if not language.same_statement(one.text, other.text):
            return False
        together = set(citing.get(one.id, ())) & set(citing.get(other.id, ()))
        return bool(together) or _day(one) == _day(other)

    # -- memories

    def _of_memories(self, memories: Sequence[Memory]) -> dict[str, list[str]]:
        if not memories:
            return {}
        ids = [m.id for m in memories]
        near = self._view.dense(self._view.vectors(ids), _NEAR, prefix="m")
        holding = self._holding(name for hits in near for name, _ in hits)
        return {
            memory.id: [
                name
                for name, _ in hits
                if name != memory.id and name in holding and self._covers(holding[name], memory)
            ]
            for memory, hits in zip(memories, near, strict=True)
        }

    def _covers(self, other: Memory, memory: Memory) -> bool:
        language = self._view.language
        return (
            other.trust >= memory.trust
            and same_subject(other.about, memory.about)
            and language.same_statement(other.text, memory.text)
            and content_terms(language, memory.text) <= content_terms(language, other.text)
            and (other.event_from, other.event_to) == (memory.event_from, memory.event_to)
        )


def _day(episode: Episode) -> object:
    return (local_time(episode.time, episode.zone) or episode.time).date()
