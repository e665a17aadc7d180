"""Alarms: dreams that bring nothing, bring the same, grow beyond bounds, or feed on themselves.

An alarm is told in the log, in the stream of the dream and in its journal entry. It rejects
nothing: that is the guard's (dream/commit/guard.py).
"""

from collections.abc import Iterator, Sequence
from statistics import median

from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.health import NOTHING, Alarm

_NIGHTS = 3  # in a row, from which on it is no chance
_SAME = 0.9  # of the links that a dream found, those that were known
_NOVEL = 0.1  # of what a dream is about, what the last was not about
_CROWDED = 2.0  # times as many links an item as dreams draw from a new one
_DEARER = 5.0  # times as dear an episode as usual
_USUAL = 10  # nights that are the measure
_CHEAP = {"seconds": 60.0, "tokens": 20_000.0}  # a night, below which nobody minds
_MODEL = ("model_calls", "input_tokens", "output_tokens", "money")
_TALKATIVE = 2.0  # new memories an episode
_FEW = 20  # episodes from which on a share of them says something
_FED = 0.5  # of the confirmations, those that read a memory aloud


def alarms_of(
    report: DreamReport, earlier: Sequence[DreamReport], policy: DreamPolicy
) -> tuple[Alarm, ...]:
    """The alarms of a dream that is to be written; `earlier` are all before it, oldest first."""
    nights = [d for d in earlier if d.status == "committed" and d.depth != "nap" and d.episodes]
    found = (
        *_barren(report, nights),
        *_repeating(report, nights),
        *_exploding(report, nights, policy),
        *_self_feeding(report),
    )
    return tuple(found)


def _barren(report: DreamReport, nights: Sequence[DreamReport]) -> Iterator[Alarm]:
    row = [*nights[1 - _NIGHTS :], report]
    if len(row) == _NIGHTS and all(d.episodes and d.brought_nothing for d in row):
        why = report.brought_nothing[-1]
        told, advice = NOTHING[why]
        text = f"{_NIGHTS} dreams in a row brought nothing of new episodes: {told}"
        yield Alarm(kind="barren", text=text, advice=advice)


def _repeating(report: DreamReport, nights: Sequence[DreamReport]) -> Iterator[Alarm]:
    row = [*nights[1 - _NIGHTS :], report]
    if len(row) == _NIGHTS and all(_says_the_same(d) for d in row):
        yield Alarm(
            kind="repeating",
            text=f"{_NIGHTS} dreams in a row found what was known, or was the last one's subject",
            advice="dream less often, or see whether the same log is recorded again and again",
        )


def _says_the_same(report: DreamReport) -> bool:
    health = report.health
    known = health.get("repeats", 0.0) >= _SAME
    return known or (not report.brought_nothing and health.get("novelty_to_last", 1.0) <= _NOVEL)


def _exploding(
    report: DreamReport, nights: Sequence[DreamReport], policy: DreamPolicy
) -> Iterator[Alarm]:
    health, new = report.health, len(report.episodes)
    most = _CROWDED * policy.links_per_item
    if (crowd := health.get("links_per_item", 0.0)) > most:
        yield Alarm(
            kind="exploding",
            text=f"there are {crowd:.1f} links an item, more than {most:g}",
            advice="lower links_per_item or degree_most, or raise link_floor",
        )
    if new >= _FEW and (made := report.counts.get("add_memory", 0)) > _TALKATIVE * new:
        yield Alarm(
            kind="exploding",
            text=f"{made} new memories of {new} episodes",
            advice="see whether its model repeats itself; `rollback` undoes the dream",
        )
    for name, least in _CHEAP.items():
        usual = [_cost(d)[name] for d in nights[-_USUAL:]]
        cost = _cost(report)[name]
        if len(usual) < _NIGHTS or cost * new < least:
            continue
        if cost > _DEARER * median(usual):
            yield Alarm(
                kind="exploding",
                text=f"an episode costs {cost:.1f} {name}, usually {median(usual):.1f}",
                advice="set a budget; `plan` tells the cost before a dream",
            )


def _cost(report: DreamReport) -> dict[str, float]:
    """Cost of a new episode."""
    many = max(1, len(report.episodes))
    seconds = sum(value for name, value in report.cost.items() if name not in _MODEL)
    tokens = sum(report.cost.get(name, 0.0) for name in _MODEL[1:3])
    return {"seconds": seconds / many, "tokens": tokens / many}


def _self_feeding(report: DreamReport) -> Iterator[Alarm]:
    confirmed = report.counts.get("merge_memory", 0)
    if confirmed >= _NIGHTS and (share := report.health.get("echoes", 0.0)) > _FED:
        yield Alarm(
            kind="self_feeding",
            text=f"{share:.0%} of what confirms memories reads aloud what recall had shown",
            advice="see whether the agent's own answers are recorded as what a user said",
        )
