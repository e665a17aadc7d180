"""The one reader of the ladder: whether a level may change in this dream, and why not.

A level has its turn when a dream is deep enough for it and enough dreams or days have passed since
its last turn, as the journal tells; a dream that was undone gave none. A dream that is told to be
"deep" gives every level its turn.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.options import checked_depth
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.types.base import now
from langgraph_dreams.types.levels import DEPTHS, Depth, Level, LevelReport
from langgraph_dreams.types.operations import EPISODE_KINDS, MEMORY_KINDS, Operation

_DAY = 86_400.0
_EARLY = 3_600.0
"""Seconds by which a nightly dream may begin before the time of day of the last one."""
_OF_KIND: Mapping[str, str] = {"page": "page", "rehearsal": "rehearsal"}
"""The level of a memory by its kind, where that is not the level of memories; rehearsals are of
none."""

_OF_SINGLE: Mapping[str, str] = {"change_core": "core", "change_weights": "weights"}


class Due(NamedTuple):
    """Whether a level may change in this dream."""

    now: bool
    why: str = ""
    """Why not, in words."""


def due(context: StageContext, state: DreamState, level: Level) -> Due:
    """Whether a level has its turn in the dream of this state, and why not."""
    depth = state["chosen"]
    if level.budget == 0:
        return Due(False, "it is turned off")
    if level.unit == "turns":
        return Due(False, "it changes with turns, in no dream")
    if DEPTHS.index(depth) < DEPTHS.index(level.depth):
        return Due(False, f"a {depth} leaves it alone")
    if depth == state.get("depth") == "deep":
        return Due(True)  # it was asked for
    return _paced(context, level)


def _paced(context: StageContext, level: Level) -> Due:
    """Whether enough dreams or days have passed since the last turn of a level."""
    if level.every == 1 and level.unit == "dreams":
        return Due(True)
    dreams = [d for d in context.vault.dreams() if d.status == "committed" and d.depth != "nap"]
    turns = [d for d in dreams if any(one.name == level.name and one.due for one in d.levels)]
    if level.unit == "dreams":
        passed = sum(d.number > turns[-1].number for d in dreams) if turns else len(dreams)
        many, unit = passed + 1, "dream"
    elif dreams:
        last = (turns or dreams[:1])[-1].started
        many, unit = int(((now() - last).total_seconds() + _EARLY) // _DAY), "day"
    else:
        many, unit = 0, "day"
    told = f"it has its turn every {level.every} {unit}s, this is {unit} {many}"
    return Due(True) if many >= level.every else Due(False, told)


def chosen_depth(context: StageContext, state: DreamState, waiting: Mapping[str, int]) -> Depth:
    """The depth that was asked for; else deep when a level that wants it is due, else a sleep.

    `waiting`: by level, how much there is to be promoted into it, where that is known beforehand.
    """
    if asked := checked_depth(state.get("depth")):
        return asked
    for level in context.policy.levels:
        enough = waiting.get(level.name, level.least) >= level.least
        wanted = level.depth == "deep" and level.unit != "turns" and level.budget != 0
        if wanted and enough and _paced(context, level).now:
            return "deep"
    return "sleep"


def turns_of(context: StageContext, state: DreamState) -> dict[str, str]:
    """By level why it has no turn in this dream; empty words for those that have."""
    return {level.name: due(context, state, level).why for level in context.policy.levels}


def without_turns(levels: Mapping[str, str]) -> dict[str, str]:
    """The levels of a dream that has nothing to do: none of them has had its turn in it."""
    return {name: why or "there was nothing to do" for name, why in levels.items()}


def may_change(state: DreamState, name: str) -> bool:
    """True if a level has its turn in this dream."""
    return not state.get("levels", {}).get(name, "it was not asked for")


def told_levels(
    levels: Mapping[str, str] | Iterable[LevelReport], operations: Collection[Operation]
) -> tuple[LevelReport, ...]:
    """What became of the levels that dreams change, with the numbers of their operations."""
    whys = levels if isinstance(levels, Mapping) else {one.name: one.why for one in levels}
    changed = [level_of(operation) for operation in operations]
    return tuple(
        LevelReport(name=name, due=not why, why=why, changed=changed.count(name))
        for name, why in whys.items()
        if name != "episode"
    )


def level_of(operation: Operation) -> str:
    """The level that an operation changes."""
    if operation.kind in MEMORY_KINDS:
        return _OF_KIND.get(str((operation.after or {}).get("kind")), "memory")
    if operation.kind in EPISODE_KINDS:
        return "episode"
    return _OF_SINGLE.get(operation.kind, "memory")
