"""The ladder of levels: what changes how often, and how deep a dream has to go for it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field

from langgraph_dreams.types.base import Count, FrozenModel

Depth = Literal["nap", "sleep", "deep"]
"""Of a dream: a look at the last turns, without a model; the nightly one; the thorough one."""
DEPTHS: tuple[Depth, ...] = get_args(Depth)
"""From the least deep on."""


class Level(FrozenModel):
    """One rung: what comes into it, how often it may change, how much it holds, what undoes it.

    Some of it is to be set, by level (`settable`); the rest tells how it is, and a policy with
    another value is refused: `source`, `unit` of turns, `budget_unit` and `rollback` always.
    """

    name: Annotated[str, Field(pattern="^[a-z_]+$")]
    """Its name."""
    source: str = ""
    """The level that promotes into it; empty = the turns of an agent. Told, not set."""
    least: Count = 1
    """What promotes: of a memory the turns that say so, of the core the conversations that do (or
    the recalls that returned it), of pages the new memories that wait."""
    depth: Depth = "deep"
    """Dreams less deep leave it alone, but for what no longer holds: that goes with any dream."""
    every: Annotated[int, Field(ge=1)] = 1
    """It has its turn in every n-th dream, or n days after the last one that it had."""
    unit: Literal["turns", "dreams", "days"] = "dreams"
    """Of `every`. What changes with turns is changed by no dream; naps are not counted."""
    budget: Count | None = None
    """Most that it holds; 0 = there is no such level, None = no bound."""
    budget_unit: Literal["items", "tokens"] = "items"
    """Of `budget`: items (of pages: memories on one page) or tokens, estimated. Told, not set."""
    decay: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of its links' weights that every committed dream leaves; 1 = all, naps take none."""
    rollback: Literal["kept", "restored", "version"] = "restored"
    """When a dream is undone: it stays, it is restored item by item, or the version before counts
    again. Told, not set."""

    def text(self) -> str:
        """The level in one line."""
        many = f" {self.every}" if self.every > 1 else ""
        pace = f"every{many} {self.unit.removesuffix('' if many else 's')}"
        held = "" if self.budget is None else f", at most {self.budget:,} {self.budget_unit}"
        left = "" if self.decay == 1 else f", keeps {self.decay:g} of its weights a dream"
        came = f" from {self.source}" if self.source else ""
        depth = "" if self.unit == "turns" else f", in a {self.depth} or deeper"
        return f"{self.name}{came}: {pace}{depth}{held}{left}; undone: {self.rollback}"


LADDER: tuple[Level, ...] = (
    Level(name="episode", depth="nap", unit="turns", rollback="kept"),
    Level(name="memory", source="episode", depth="nap", decay=0.995),
    Level(name="page", source="memory", least=24, budget=25),
    Level(name="core", source="memory", least=2, every=5, budget=500, budget_unit="tokens"),
    Level(name="weights", source="memory", every=7, unit="days", rollback="version"),
)
"""The levels by default. `page` has its turn in every dream that finds so many new memories, which
is every few; half of the memories on a page stay there for long."""


_PACE = frozenset({"depth", "every", "unit", "budget"})
_HEEDED: Mapping[str, frozenset[str]] = {
    "episode": frozenset(),
    "memory": frozenset({"decay"}),
    "page": _PACE | {"least"},
    "core": _PACE | {"least"},
    "weights": _PACE,
}
"""Settings of the levels that there are which change something; the others tell how it is."""


def settable(name: str) -> list[str]:
    """Settings of a level that change something."""
    return sorted(_HEEDED.get(name, ()))


def unheeded(level: Level) -> list[str]:
    """Settings of a level that differ from how it is, and that nothing heeds."""
    usual = next((one for one in LADDER if one.name == level.name), level)
    told = level.model_dump()
    changed = [name for name, value in usual.model_dump().items() if told[name] != value]
    turned = level.unit == "turns" and usual.unit != "turns"  # no dream would ever change it
    heeded = set(settable(level.name)) - ({"unit"} if turned else set())
    return [name for name in changed if name not in heeded]


def fault(levels: Sequence[Level]) -> str:
    """Why these cannot be the levels of a policy, and what to do; empty when they can."""
    names, needed = [level.name for level in levels], [level.name for level in LADDER]
    for name in names:
        if name not in needed:
            return f"there is no level {name!r}, and nothing would change by it; there are {needed}"
    if sorted(names) != sorted(needed):
        return f"levels are {names}; each once, and all of {needed}: budget=0 is off"
    for level in levels:
        wrong = {name: getattr(level, name) for name in unheeded(level)}
        if wrong:
            said = ", ".join(f"{name} = {value!r}" for name, value in wrong.items())
            able = settable(level.name)
            return (
                f"{said} of the level {level.name!r} cannot be set: nothing would change by it;"
                f" leave it out, {f'{able} can be set' if able else 'of this level all is fixed'}"
            )
    return ""


class LevelReport(FrozenModel):
    """What became of one level in a dream."""

    name: str
    """Its name."""
    due: bool
    """True if it might change."""
    changed: Count = 0
    """Operations on it."""
    why: str = ""
    """Why it had no turn, in words."""

    def text(self) -> str:
        """The same in a few words."""
        if self.changed:
            return f"{self.name} {self.changed}"
        return f"{self.name} none" if self.due else f"{self.name} not ({self.why})"
