"""Taint: what may become a memory, and which words of an episode a memory may rest on.

A memory has the lowest trust of the episodes it cites. What tools, the web or other agents said,
and what reads as instructions whoever said it, is recorded, linked and recalled as what it is, and
becomes no memory. Nor is what an agent answered evidence of anything the user said: it may have
been read in a tool's result, in the memory itself, or in what a dream wrote.
"""

from collections.abc import Iterable, Mapping, Sequence

from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode, Memory

MOST_WEIGHT = 0.3
"""Weight of a link to what may become no memory, at most, however rare the terms that it shares
and however often it is used."""
_OUTSIDE = ("tool", "web")
"""Origins whose words nobody vouches for, however they were recorded."""


def may_become(item: Episode | Memory) -> bool:
    """True if an episode may become a memory, and a memory an insight or part of the core.

    This is the one place that decides it.
    """
    return not doubtful(item) and (isinstance(item, Memory) or bool(vouched(item).strip()))


def doubtful(item: Episode | Memory) -> bool:
    """True if it is told and linked with caution: nobody vouches for it, or it gives orders."""
    outside = isinstance(item, Episode) and item.origin in _OUTSIDE
    return outside or item.trust <= Trust.UNTRUSTED or bool(flagged(item))


def believable(episodes: Iterable[Episode]) -> list[Episode]:
    """Those that may become a memory."""
    return [e for e in episodes if may_become(e)]


def flagged(item: Episode | Memory) -> tuple[str, ...]:
    """Reasons why an item reads as instructions; empty when it does not."""
    if isinstance(item, Memory):
        return tuple(dict.fromkeys((*suspicious(item.text), *suspicious(item.about))))
    reasons = (*suspicious(item.text), *suspicious(item.speaker))
    if _speaks_for_others(item):
        reasons = (*reasons, "speaks for another in the conversation")
    return tuple(dict.fromkeys(reasons))


def _speaks_for_others(episode: Episode) -> bool:
    """True if a line within what was said or answered begins as the recorder begins its own."""
    lines = [line for part in (episode.said, episode.answered) for line in part.splitlines()]
    return any(line.lstrip(" \t>*-\"'`").casefold().startswith(_ROLES) for line in lines)


_ROLES = ("user:", "agent:", "assistant:", "tool:", "system:")


def vouched(episode: Episode) -> str:
    """The words that a memory may rest on: of a turn with an answer, what the agent was told."""
    return episode.said if episode.answered or episode.done else episode.text


def as_evidence(episode: Episode) -> Episode:
    """The episode as a model may be shown it: without an answer that may echo what was read."""
    if episode.trust >= Trust.TRUSTED or not episode.said or vouched(episode) == episode.text:
        return episode
    who = episode.speaker or ("user" if episode.origin == "user" else "input")
    return episode.model_copy(update={"text": f"{who}: {episode.said}"})


def bounded(weight: float, evidence: Mapping[str, float]) -> float:
    """The weight of a link with this evidence."""
    return min(weight, MOST_WEIGHT) if "trust" in evidence else weight


def strongest(episodes: Sequence[Episode]) -> list[Episode]:
    """Those of the highest trust among them."""
    highest = max((e.trust for e in episodes), default=Trust.UNTRUSTED)
    return [e for e in episodes if e.trust == highest]
