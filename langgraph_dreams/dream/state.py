"""State of the dream graph: plain JSON types only, so that any checkpointer can keep it."""

from typing import Any, NotRequired

from typing_extensions import TypedDict  # below Python 3.12 pydantic refuses the one of typing

from langgraph_dreams.models_review import ReviewMode


class DreamInput(TypedDict):
    """What a dream may be told; every field is optional."""

    focus: NotRequired[str]
    """What the dream should start from, in words; empty = the new episodes alone."""
    dry_run: NotRequired[bool]
    """Plan and report, but write nothing."""
    budget: NotRequired[dict[str, Any]]
    """What the dream may spend on its model: the fields of a Budget; empty = the default."""
    review: NotRequired[ReviewMode]
    """Who looks before anything is written: "ask" a person, "auto" a rule; empty = as built."""


class DreamOutput(TypedDict):
    """What a dream leaves behind."""

    report: dict[str, Any]
    """A DreamReport as JSON."""


class DreamState(TypedDict, total=False):
    """All channels of the graph."""

    focus: str
    dry_run: bool
    budget: dict[str, Any]
    review: ReviewMode
    asked: str
    """Digest of the operations that a person is asked about; empty when nobody is."""
    reviewed: str
    """Digest of the operations that passed the review; the commit writes no others."""
    declined: str
    """Why a person wants nothing written; empty when some of it may be."""
    dream: str
    """Id of this dream."""
    number: int
    version: str
    """What the journal held when it began; changed since, the dream is out of date."""
    lease: dict[str, Any]
    """The lease of the namespace, as far as this dream has it."""
    busy: str
    """Who has the namespace; empty for this dream."""
    started: str
    episodes: list[str]
    """Ids of the new episodes, oldest first; the snapshot."""
    revisited: list[str]
    """Ids of old episodes that the focus brings back."""
    concerns: list[dict[str, Any]]
    recalls: list[str]
    """Ids of the noted recalls this dream learns from."""
    candidates: list[dict[str, Any]]
    """Pairs found by associate."""
    operations: list[dict[str, Any]]
    counts: dict[str, int]
    narrative: str
    summary: str
    notes: list[str]
    plan: dict[str, Any]
    """A DreamPlan as JSON, made before anything is spent; empty without a model."""
    spent: dict[str, Any]
    """What the model has cost so far."""
    cost: dict[str, float]
    """Seconds by node, and what the model cost."""
    report: dict[str, Any]
