"""Plans and reports of dreams."""

from typing import Annotated, Literal

from pydantic import Field

from langgraph_dreams.types.base import Count, FrozenModel, Time
from langgraph_dreams.types.operations import Operation

DreamStatus = Literal[
    "planned", "waiting", "committing", "committed", "noop", "dry_run", "rejected", "rolled_back"
]

REJECTIONS, SET_ASIDE = "rejections", "set_aside"
"""Figures of a rejected dream's health: the nights in a row that the guard rejected with the same
episodes, and the episodes that are therefore not dreamt of again."""


class Concern(FrozenModel):
    """Something unresolved that a dream starts from."""

    kind: Literal["error", "interrupted", "correction", "focus"]
    """Its cause: a failure, an interrupt, a correction, or the caller's focus."""
    text: str
    """Its subject, in words."""
    episodes: tuple[str, ...] = ()
    """Ids of the episodes it came with."""


class DreamPlan(FrozenModel):
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
    """Model calls by step: consolidate, judge, insights, narrate; empty without a model."""
    input_tokens: Count = 0
    """Of all calls together, estimated."""
    output_tokens: Count = 0
    """Likewise."""
    money: Annotated[float, Field(ge=0)] | None = None
    """Estimate, in the unit of the budget's prices; None when it names none."""
    notes: tuple[str, ...] = ()
    """Work that the budget leaves out, in words."""

    @property
    def total_calls(self) -> int:
        """Model calls of all steps."""
        return sum(self.calls.values())


class DreamReport(FrozenModel):
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
    episodes: tuple[str, ...] = ()
    """Ids of the new episodes it dreamt of, oldest first."""
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
    """novelty, repeats, yield: shares in [0, 1]."""
    notes: tuple[str, ...] = ()
    """Work that was skipped or could not be done, in words."""
    recalls: tuple[str, ...] = ()
    """Ids of the noted recalls that it learnt from."""
    plan: Annotated[DreamPlan | None, Field(title="Plan")] = None
    """Plan for the use of its model; None without one."""
    undone: tuple[str, ...] = ()
    """Ids of its operations that a rollback has undone since, of this dream or an earlier one."""
    digest: str = ""
    """Of the operations as they were put to a person; empty when nobody was asked."""
    version: str = ""
    """While it waits for a person: what the journal held when it began."""
