"""Plans and reports of dreams."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from langgraph_dreams._text import plain
from langgraph_dreams.types.base import Count, FrozenModel, PrintedModel, Time
from langgraph_dreams.types.levels import Depth, LevelReport
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.telling.health import NOTHING, Alarm, Nothing, Refusal
from langgraph_dreams.types.telling.morning import Morning, escaped
from langgraph_dreams.types.telling.told import (
    cost_line,
    counted,
    listed,
    many,
    memory_lines,
    quoted,
    used,
)

DreamStatus = Literal[
    "planned", "waiting", "committing", "committed", "noop", "dry_run", "rejected", "rolled_back"
]

REJECTIONS, SET_ASIDE = "rejections", "set_aside"
"""Figures of a rejected dream's health: the nights in a row that the guard rejected with the same
episodes, and the episodes that are therefore not dreamt of again."""


class Concern(FrozenModel):
    """Something unresolved that a dream starts from."""

    kind: Literal["error", "interrupted", "correction", "plan", "focus"]
    """Its cause: a failure, an interrupt, a correction, a plan whose day has passed without a word,
    or the caller's focus."""
    text: str
    """Its subject, in words."""
    episodes: tuple[str, ...] = ()
    """Ids of the episodes it came with."""


class PlannedTurn(FrozenModel):
    """A turn that plans something."""

    episode: str
    """Its id."""
    until: date
    """The last day that it plans for."""


class DreamPlan(PrintedModel):
    """Work and cost of a dream, told before anything is spent."""

    episodes: Count
    """New episodes it would consume."""
    revisited: Count
    """Old episodes that the focus brings back."""
    waiting: Count
    """Episodes that would wait for the next dream."""
    pairs: Count
    """Candidate pairs of new with old."""
    calls: dict[str, Count] = Field(default_factory=dict)
    """Model calls by step: consolidate, pages, rehearsals, judge, narrate; empty without one."""
    input_tokens: Count = 0
    """Of all calls together, estimated."""
    output_tokens: Count = 0
    """Likewise."""
    money: Annotated[float, Field(ge=0)] | None = None
    """Estimate, in the unit of the budget's prices; None when it names none."""
    depth: Depth = "sleep"
    """How deep it would go."""
    levels: tuple[LevelReport, ...] = ()
    """Which levels would have their turn, and why others not."""
    archived: tuple[str, ...] = ()
    """Ids of what the next deep dream would put into the archive, the weakest first."""
    notes: tuple[str, ...] = ()
    """Work that the budget leaves out, in words."""

    @property
    def total_calls(self) -> int:
        """Model calls of all steps."""
        return sum(self.calls.values())

    def text(self) -> str:
        """The same in words, a line each."""
        work = [many(self.episodes, "episode")]
        work += [f"{self.revisited:,} revisited"] if self.revisited else []
        work += [f"{self.waiting:,} left for the next dream"] if self.waiting else []
        what = _DREAM[self.depth]
        lines = [f"{what} now: " + ", ".join([*work, many(self.pairs, "candidate pair")])]
        if self.calls:
            cost = used(self.total_calls, self.input_tokens, self.output_tokens, self.money)
            lines.append(f"  cost, estimated: {cost}")
        if self.archived:
            lines.append(f"  into the archive: {many(len(self.archived), 'item')}")
        return "\n".join([*lines, *(f"  note: {plain(note)}" for note in self.notes)])


class DreamReport(PrintedModel):
    """The report of one dream: counts, operations, story, cost and health."""

    id: str
    """Made of what it dreamt of, so that one done twice is one dream."""
    namespace: tuple[str, ...]
    """The namespace, a part each."""
    number: Count = 0
    """Number of committed dreams of this namespace, this one included."""
    status: DreamStatus
    """Its state now."""
    started: Time
    """Time at which it began (UTC)."""
    finished: Time
    """Time at which it ended (UTC)."""
    depth: Depth = "sleep"
    """How deep it went."""
    levels: tuple[LevelReport, ...] = ()
    """What became of each level that dreams may change."""
    episodes: tuple[str, ...] = ()
    """Ids of the new episodes it dreamt of, oldest first; a nap looks at them, and no more."""
    concerns: tuple[Concern, ...] = ()
    """Concerns that it started from."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Operations by kind, candidates by channel (`candidates.bridge`), and episodes."""
    operations: tuple[Operation, ...] = ()
    """Every change, in order."""
    narrative: str = ""
    """The story of the night; every sentence cites the operations it tells of."""
    summary: str = ""
    """The same in plain words, without a model."""
    cost: dict[str, float] = Field(default_factory=dict)
    """Seconds by node; with a model `model_calls`, `input_tokens`, `output_tokens`, and `money`
    when the budget names a price."""
    health: dict[str, float] = Field(default_factory=dict)
    """novelty, repeats, yield: shares in [0, 1]; and what dream/health/figures.py adds to them."""
    brought_nothing: tuple[Nothing, ...] = ()
    """Why it changed nothing, when it did not."""
    alarms: tuple[Alarm, ...] = ()
    """Signs that dreams do no good."""
    planned: tuple[PlannedTurn, ...] = ()
    """Those of its episodes that plan something; a later dream asks what became of them."""
    notes: tuple[str, ...] = ()
    """Work that was skipped or could not be done, in words."""
    recalls: tuple[str, ...] = ()
    """Ids of the noted recalls that it learnt from."""
    plan: Annotated[DreamPlan | None, Field(title="Plan")] = None
    """Plan for the use of its model; None without one."""
    undone: tuple[str, ...] = ()
    """Ids of its operations that a rollback has undone since, of this dream or an earlier one."""
    refused: tuple[Refusal, ...] = ()
    """Its changes that a person refused or undid: they are proposed on new evidence only."""
    digest: str = ""
    """Of the operations as they were put to a person; empty when nobody was asked."""
    version: str = ""
    """While it waits for a person: what the journal held when it began."""
    morning: Annotated[Morning | None, Field(title="Morning")] = None
    """What it changed in what the agent would answer; None of a dream that wrote nothing."""

    def text(self) -> str:
        """The same in words: when, of what, what changed, notes and cost, a line each."""
        dream = f"{_NAMED[self.depth]} {self.number}" if self.number else _DREAM[self.depth]
        where = plain("/".join(self.namespace))
        lines = [f"{dream} of {where}, {self.started:%Y-%m-%d %H:%M} UTC: {_STATUS[self.status]}"]
        concerns = (f"started from: {quoted(concern.text)}" for concern in self.concerns)
        told = [
            f"{many(len(self.episodes), 'episode')}: {counted(self.counts) or 'nothing new'}",
            *listed(concerns),
            *memory_lines(self.operations),
            *([f"levels: {'; '.join(level.text() for level in self.levels)}"] * bool(self.levels)),
            *(
                f"nothing came of it: {NOTHING[why][0]}"
                for why in self.brought_nothing
                if self.status != "noop" or why == "no_update"
            ),
            *(f"alarm, {a.kind}: {plain(a.text)}; {plain(a.advice)}" for a in self.alarms),
            *(self.morning.lines() if self.morning and self.status != "rolled_back" else ()),
            *(f"note: {plain(note)}" for note in self.notes),
            *([f"undone since: {many(len(self.undone), 'operation')}"] if self.undone else []),
            f"cost: {cost_line(self.cost)}",
        ]
        return "\n".join([*lines, *(f"  {line}" for line in told), f"  id: {self.id}"])

    def markdown(self) -> str:
        """What it changed in what the agent would answer, then the rest, as Markdown."""
        heading, *rest = self.text().splitlines()
        morning = self.morning if self.status != "rolled_back" else None
        told = {f"  {line}" for line in morning.lines()} if morning else set()
        lines = [f"- {escaped(line.strip())}" for line in rest if line not in told]
        parts = [f"## {escaped(heading)}", *([morning.markdown()] if morning else [])]
        return "\n\n".join([*parts, "### The night\n\n" + "\n".join(lines)]) + "\n"


_DREAM: dict[Depth, str] = {"nap": "A nap", "sleep": "A dream", "deep": "A deep dream"}
_NAMED: dict[Depth, str] = {"nap": "Nap", "sleep": "Dream", "deep": "Deep dream"}
_STATUS: dict[DreamStatus, str] = {
    "planned": "planned",
    "waiting": "waits for a person, nothing is written yet",
    "committing": "being written",
    "committed": "committed",
    "noop": "there was nothing new",
    "dry_run": "a dry run, nothing was written",
    "rejected": "rejected, nothing was written",
    "rolled_back": "undone",
}
"""What became of a dream, in words."""
