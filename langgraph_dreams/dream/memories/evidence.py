"""What of an episode a memory may rest on: what it asserts, unless a clock said it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta
from itertools import chain, pairwise
from statistics import median

from langgraph_dreams.dream.memories.speakers import same_speaker, statement
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.safety.trust import believable, vouched
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.operations import Operation, final_states, propose

LONGEST = 600
"""Characters of a statement that is taken word for word; a longer turn says more than one thing."""
_TICKS = 6
_EVEN = 2 / 3  # share of the gaps that are alike: some ticks are missed, none come at night
_LATE = 0.02  # of a gap: how uneven ticks are; those of a short one by some seconds more
_SECONDS, _MOST_LATE = 30.0, 0.1
_SHORTEST = 60.0  # seconds between two ticks
_FETCHED = 32  # earlier episodes looked at for each new text
_NEAR = 0.5  # cosine from which on they are: the answers beside the words may differ
_STAMPED = 3  # texts from which on who tells the time beside the same words is a clock
_FIGURES = re.compile(r"\d+")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)\b")
_DAY, _LATE_BY = 24 * 60, 2  # minutes


def asserted(language: Language, text: str) -> str:
    """What a text asserts, word for word: all of it, or without what asks, bids or greets."""
    kept = " ".join(language.assertions(text))
    return text if text.split() == kept.split() else kept


def stating(language: Language, episodes: Sequence[Episode]) -> dict[str, str]:
    """By id, what episodes assert, in order; of one that another's answer needs, all it says."""
    said = [(e, asserted(language, vouched(e).removeprefix(f"{e.speaker}: "))) for e in episodes]
    answers = [e for e, text in said if text]
    found = {}
    for episode, text in said:
        if not text and any(_answered(episode, other) for other in answers):
            text = vouched(episode)
        if text:
            found[episode.id] = text
    return found


def _answered(question: Episode, answer: Episode) -> bool:
    """True if the other one speaks after it: "Do you drink coffee?" "No, never." """
    in_turn = (question.time, question.position) < (answer.time, answer.position)
    return in_turn and question.thread == answer.thread and not same_speaker(question, answer)


def ticks(context: StageContext, new: Sequence[str]) -> set[str]:
    """Episodes that a clock says, with one new among them: the same words but for figures.

    The very same ones at even intervals, or others each with the time at which it was said.
    """
    found = (e for e in context.vault.get(list(new)).values() if isinstance(e, Episode))
    groups: dict[tuple[str, str], dict[str, Episode]] = defaultdict(dict)
    for episode in believable(e for e in found if len(statement(e)) <= LONGEST):
        groups[_words(episode)][episode.id] = episode
    firsts = [next(iter(group)) for group in groups.values()]
    if not firsts:
        return set()
    near = context.vault.dense(context.vault.vectors(firsts), _FETCHED)
    names = {name for hits in near for name, cosine in hits if cosine >= _NEAR}
    for other in context.vault.get(sorted(names)).values():
        if isinstance(other, Episode) and _words(other) in groups:
            groups[_words(other)][other.id] = other
    return {e.id for group in groups.values() for e in _timed(group.values())}


def groundless(
    context: StageContext, state: DreamState, ticking: Set[str], operations: Sequence[Operation]
) -> list[Operation]:
    """Operations that retire what only a clock says, and what rests on words since edited.

    The first ticks are not known for what they are, and a message may be edited after a dream.
    """
    by_a_clock = "said at even intervals, by a clock"
    versions = context.vault.same_message(state["episodes"])
    edited = set(context.vault.replaced(versions, reworded=True))
    return [
        *_retired(context, state, ticking, by_a_clock, operations),
        *_retired(context, state, edited, "the message it rests on was edited", operations),
    ]


def _retired(
    context: StageContext,
    state: DreamState,
    ground: Set[str],
    reason: str,
    operations: Sequence[Operation],
) -> list[Operation]:
    """Operations that retire the memories that rest on nothing but these episodes."""
    names = list(dict.fromkeys(chain.from_iterable(context.vault.citing(sorted(ground)).values())))
    return [
        propose(
            state["dream"],
            "retire_memory",
            memory.model_copy(
                update={"status": "retired", "valid_to": datetime.fromisoformat(state["started"])}
            ),
            before=memory,
            reason=reason,
        )
        for memory in memories_after(context.vault, names, final_states(operations))
        if memory.current and ground >= set(memory.sources)
    ]


def _words(episode: Episode) -> tuple[str, str]:
    """Who says which words, whatever figures stand in them: a clock counts, and tells the time."""
    return episode.speaker, _FIGURES.sub("0", " ".join(statement(episode).casefold().split()))


def _dated(episode: Episode) -> bool:
    """True if the words give the day on which they were said."""
    text, time = statement(episode), episode.time
    return any(f"{time + timedelta(days=day):%Y-%m-%d}" in text for day in (-1, 0, 1))


def _ahead(episode: Episode) -> int | None:
    """Minutes by which the time of day that the words give is ahead of when they were said."""
    clock = _CLOCK.search(statement(episode))
    if clock is None:
        return None
    return (int(clock[1]) - episode.time.hour) * 60 + int(clock[2]) - episode.time.minute


def _timed(episodes: Iterable[Episode]) -> list[Episode]:
    """Those of episodes that say the same but for figures which a clock says."""
    said = list(episodes)
    by_text: dict[str, list[Episode]] = defaultdict(list)
    for episode in said:
        by_text[" ".join(statement(episode).casefold().split())].append(episode)
    if len(by_text) >= _STAMPED and (all(map(_dated, said)) or _tell_time(said)):
        return said
    return list(chain.from_iterable(same for same in by_text.values() if _even(same)))


def _tell_time(said: Sequence[Episode]) -> bool:
    ahead = [_ahead(e) for e in said]
    first = ahead[0]
    return first is not None and all(
        minutes is not None and (minutes - first + _LATE_BY) % _DAY <= 2 * _LATE_BY
        for minutes in ahead
    )


def _even(episodes: Iterable[Episode]) -> bool:
    times = sorted({e.time.timestamp() for e in episodes})
    gaps = [after - before for before, after in pairwise(times)]
    if len(times) < _TICKS:
        return False
    usual = median(gaps)
    late = max(_LATE * usual, min(_SECONDS, _MOST_LATE * usual))
    alike = sum(abs(gap - usual) <= late for gap in gaps)
    return usual >= _SHORTEST and alike >= _EVEN * len(gaps)
