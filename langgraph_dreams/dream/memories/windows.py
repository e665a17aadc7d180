"""Windows: new episodes of a sitting, between related old ones, as a model is shown them at once.

Interleaving new with old follows complementary learning systems (McClelland, McNaughton and
O'Reilly 1995): what is learnt beside what it resembles is merged with it, not laid over it.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from langgraph_dreams.dream.memories.evidence import stating
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.safety.trust import as_evidence, believable, may_become
from langgraph_dreams.types.items import Episode, Memory

_NEAR = 6  # items looked at for every new episode, by vectors and by words
_WORDS = 600  # characters of it whose words are searched
_TWICE = 2  # times that an old turn or a memory is shown in one dream


@dataclass(frozen=True)
class Window:
    """Episodes in order of time, which of them are from earlier dreams, and known memories."""

    episodes: tuple[Episode, ...]
    old: frozenset[str]
    memories: tuple[Memory, ...] = ()
    language: Language = ENGLISH
    zone: str = ""
    """The namespace's, by which the memories are dated; an episode has its own."""

    @property
    def new(self) -> tuple[Episode, ...]:
        """The episodes that no dream has consumed."""
        return tuple(e for e in self.episodes if e.id not in self.old)


def cut(episodes: Sequence[Episode], policy: DreamPolicy) -> list[list[Episode]]:
    """New episodes in groups that fit into one call each; threads are kept together."""
    groups: list[list[Episode]] = [[]]
    for piece in _pieces(episodes, policy):
        group = groups[-1]
        if group and not _fits([*group, *piece], policy):
            groups.append(list(piece))
        else:
            group += piece
    return [group for group in groups if group]


def _pieces(episodes: Sequence[Episode], policy: DreamPolicy) -> Iterator[list[Episode]]:
    """Whole threads, or even parts of one that is too long for a window."""
    threads: dict[str, list[Episode]] = {}
    for episode in episodes:
        threads.setdefault(episode.thread or episode.id, []).append(episode)
    for turns in threads.values():
        parts = math.ceil(len(turns) / policy.window_episodes)
        size = math.ceil(len(turns) / parts)
        for start in range(0, len(turns), size):
            yield from _narrow(turns[start : start + size], policy)


def _narrow(turns: list[Episode], policy: DreamPolicy) -> Iterator[list[Episode]]:
    """Halves, until each fits by its characters."""
    if len(turns) == 1 or _fits(turns, policy):
        yield turns
        return
    middle = len(turns) // 2
    yield from _narrow(turns[:middle], policy)
    yield from _narrow(turns[middle:], policy)


def _fits(episodes: Sequence[Episode], policy: DreamPolicy) -> bool:
    size = sum(min(len(e.text), policy.episode_characters) for e in episodes)
    return len(episodes) <= policy.window_episodes and size <= policy.window_characters


def completed(context: StageContext, groups: Sequence[Sequence[Episode]]) -> list[Window]:
    """The groups, each with the turns before it, related old episodes and the memories near it.

    What is related is found by words and names as well as by vectors; nothing is shown more than
    twice in one dream, and no turn that states nothing.
    """
    ids = [e.id for group in groups for e in group]
    if not ids:
        return []
    language, policy = context.vault.language, context.policy
    episodes, memories = (_near(context, groups, kind) for kind in ("e", "m"))
    before = _before(context, groups)
    names = {name for near in (episodes, memories) for found in near.values() for name in found}
    known = context.vault.get(sorted(names.union(*before)))
    new = set(ids)
    shown: Counter[str] = Counter()
    windows = []
    for group, first in zip(groups, before, strict=True):
        own = [e.id for e in group]
        told = (known.get(name) for name in first)
        leading = believable(x for x in told if isinstance(x, Episode))
        found = (known.get(name) for name in _nearest(own, episodes) if name not in first)
        related = (
            e
            for e in believable(x for x in found if isinstance(x, Episode))
            if e.id not in new and e.dreamt and shown[e.id] < _TWICE and stating(language, [e])
        )
        old = list(islice(related, policy.window_related))
        held = [
            item
            for name in _nearest(own, memories)
            if isinstance(item := known.get(name), Memory)
            and holds(item)
            and may_become(item)
            and shown[name] < _TWICE
        ][: policy.window_memories]
        shown.update([*(e.id for e in old), *(m.id for m in held)])
        others = [as_evidence(e) for e in (*leading, *old)]
        placed = sorted([*group, *others], key=lambda e: (e.time, e.thread, e.position, e.id))
        windows.append(
            Window(
                tuple(placed),
                frozenset(e.id for e in others),
                tuple(held),
                language,
                context.vault.zone,
            )
        )
    return windows


def _near(
    context: StageContext, groups: Sequence[Sequence[Episode]], kind: str
) -> dict[str, dict[str, float]]:
    """For each new episode the items near it, with how near: by vector and by words, in [0, 2]."""
    vault = context.vault
    every = [e for group in groups for e in group]
    hits = vault.dense(vault.vectors([e.id for e in every]), _NEAR, prefix=kind)
    near: dict[str, dict[str, float]] = {}
    for episode, close in zip(every, hits, strict=True):
        scores = dict(close)
        said = episode.said or episode.text
        words = vault.lexical(said[:_WORDS], _NEAR, kind, math.inf)
        best = max((score for _, score in words), default=0.0)
        for name, score in words:
            scores[name] = scores.get(name, 0.0) + (score / best if best > 0 else 0.0)
        scores.pop(episode.id, None)
        near[episode.id] = scores
    return near


def _before(context: StageContext, groups: Sequence[Sequence[Episode]]) -> list[list[str]]:
    """For each group the turns just before its first one, in the thread of that."""
    width = context.policy.window_before
    firsts = [group[0].id for group in groups]
    near = context.vault.neighbours(firsts, width) if width else {}
    own = [{e.id for e in group} for group in groups]
    return [
        [name for at, name in near.get(first, ()) if at < 0 and name not in inside]
        for first, inside in zip(firsts, own, strict=True)
    ]


def holds(memory: Memory) -> bool:
    """True if it may be confirmed or superseded: it is current, and not made of memories."""
    return memory.current and not memory.derived


def _nearest(own: Sequence[str], near: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Names near any of `own`, the nearest first, each once."""
    best: dict[str, float] = {}
    for one in own:
        for name, score in near[one].items():
            best[name] = max(best.get(name, -1.0), score)
    return sorted(best, key=lambda name: (-best[name], name))
