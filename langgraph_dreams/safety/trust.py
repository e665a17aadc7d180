"""Taint: what may become a memory, and which words of an episode a memory may rest on.

A memory has the lowest trust of the statements it rests on: of each episode it cites, what was
said, whatever the agent recalled, looked up or answered beside it. What tools, the web or other
agents said, and what reads as instructions whoever said it, is recorded, linked and recalled as
what it is, and becomes no memory. Nor is what an agent answered evidence of anything the user said:
it may have been read in a tool's result, in the memory itself, or in what a dream wrote.
"""

from collections.abc import Iterable, Mapping, Sequence

from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode, Memory

MOST_WEIGHT = 0.3
"""Weight of a link to what may become no memory, at most, however rare the terms that it shares
and however often it is used."""
_AT_ONCE = 60.0
"""Seconds between two sendings of the same words in a thread, from which on they are said twice."""
_OUTSIDE = ("tool", "web")
"""Origins whose words nobody vouches for, however they were recorded."""


def may_become(item: Episode | Memory) -> bool:
    """True if an episode may become a memory, and a memory an insight or part of the core.

    This is the one place that decides it.
    """
    if isinstance(item, Memory):
        return not doubtful(item)
    if item.replaced_by:
        return False  # the user took the words back, or the answer was made anew
    evidence = as_evidence(item)
    return not doubtful(evidence) and bool(vouched(evidence).strip())


def doubtful(item: Episode | Memory) -> bool:
    """True if it is told and linked with caution: nobody vouches for it, or it gives orders."""
    outside = isinstance(item, Episode) and from_outside(item)
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


_AGENTS = ("agent", "assistant", "tool", "system", "ai", "bot", "chatbot", "model", "function")
"""Speakers that are no users."""
_ROLES = ("user:", "agent:", "assistant:", "tool:", "system:")


def vouched(episode: Episode) -> str:
    """The words that a memory may rest on: of a turn with an answer, what the agent was told."""
    apart = episode.answered or episode.done or episode.said_trust is not None
    return episode.said if apart else episode.text


def users_words(episode: Episode) -> str:
    """What the user said in an episode; nothing of what an agent, a tool or the web says."""
    agent = episode.origin == "agent" or episode.speaker.strip().casefold() in _AGENTS
    return "" if agent or from_outside(episode) else vouched(episode)


def from_outside(episode: Episode) -> bool:
    """True of what a tool or the web brought, recorded by itself."""
    return episode.origin in _OUTSIDE


def said_trust(episode: Episode) -> Trust:
    """The trust of the words that a memory may rest on."""
    return episode.trust if episode.said_trust is None else episode.said_trust


def as_evidence(episode: Episode) -> Episode:
    """The episode as a memory may cite it, and a model be shown it, with the trust of that.

    Without an answer that may echo what was read, and without what a tool brought.
    """
    if episode.trust >= Trust.TRUSTED or not episode.said or vouched(episode) == episode.text:
        return episode
    who = episode.speaker or ("user" if episode.origin == "user" else "input")
    said: dict[str, object] = {"text": f"{who}: {episode.said}"}
    if episode.said_trust is not None:
        said |= {"trust": episode.said_trust, "answered": "", "others": (), "done": ()}
    return episode.model_copy(update=said)


def bounded(weight: float, evidence: Mapping[str, float]) -> float:
    """The weight of a link with this evidence."""
    return min(weight, MOST_WEIGHT) if "trust" in evidence else weight


def times_said(episodes: Iterable[Episode]) -> int:
    """How often episodes say something: one message of the user says it once.

    So does one that a copy of its thread holds as well, under the same id, and one that was sent
    again at once in its thread, because it failed or for another answer.
    """
    known: set[tuple[str, ...]] = set()
    sent: dict[tuple[str, str], float] = {}
    times = 0
    for episode in sorted(episodes, key=lambda e: (e.time, e.position, e.id)):
        words = " ".join(vouched(episode).split())
        time = episode.time.timestamp()
        before = sent.get((episode.thread, words)) if episode.thread else None
        keys: set[tuple[str, ...]] = {("", episode.id)}
        if episode.message:
            keys = {(episode.thread, episode.message), ("", episode.message, words)}
        again = before is not None and time - before < _AT_ONCE
        times += not again and known.isdisjoint(keys)
        known |= keys
        sent[episode.thread, words] = time
    return times


def strongest(episodes: Sequence[Episode]) -> list[Episode]:
    """Those whose statement is trusted most."""
    highest = max(map(said_trust, episodes), default=Trust.UNTRUSTED)
    return [e for e in episodes if said_trust(e) == highest]
