"""Windows: new episodes of a sitting, between related old ones, as a model is shown them at once.

Interleaving new with old follows complementary learning systems (McClelland, McNaughton and
O'Reilly 1995): what is learnt beside what it resembles is merged with it, not laid over it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.safety.trust import as_evidence, believable, may_become
from langgraph_dreams.types.items import Episode, Memory

_NEAR = 6  # neighbours looked at for every new episode


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
    """The groups, each with its related old episodes and the memories near it."""
    ids = [e.id for group in groups for e in group]
    if not ids:
        return []
    vectors = context.vault.vectors(ids)
    episodes = dict(zip(ids, context.vault.dense(vectors, _NEAR), strict=True))
    memories = dict(zip(ids, context.vault.dense(vectors, _NEAR, prefix="m"), strict=True))
    known = context.vault.get(
        list({name for near in (episodes, memories) for hits in near.values() for name, _ in hits})
    )
    new = set(ids)
    windows = []
    for group in groups:
        own = [e.id for e in group]
        old = [
            item
            for name in _nearest(own, episodes)
            if isinstance(item := known.get(name), Episode) and item.id not in new and item.dreamt
        ]
        old = [as_evidence(e) for e in believable(old)[: context.policy.window_related]]
        held = [
            item
            for name in _nearest(own, memories)
            if isinstance(item := known.get(name), Memory) and holds(item) and may_become(item)
        ]
        shown = sorted([*group, *old], key=lambda e: (e.time, e.thread, e.position, e.id))
        windows.append(
            Window(
                tuple(shown),
                frozenset(e.id for e in old),
                tuple(held[: context.policy.window_memories]),
                context.vault.language,
                context.vault.zone,
            )
        )
    return windows


def holds(memory: Memory) -> bool:
    """True if it may be confirmed or superseded: it is current, and no insight."""
    return memory.current and memory.kind != "insight"


def _nearest(own: Sequence[str], near: dict[str, list[tuple[str, float]]]) -> list[str]:
    """Names near any of `own`, the nearest first, each once."""
    best: dict[str, float] = {}
    for one in own:
        for name, cosine in near[one]:
            best[name] = max(best.get(name, -1.0), cosine)
    return sorted(best, key=lambda name: (-best[name], name))
