"""State of the dream graph: plain JSON types only, so that any checkpointer can keep it.

Titles, descriptions, defaults and ranges are what LangGraph Studio makes its forms of.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired, get_type_hints

from langgraph.channels import EphemeralValue
from pydantic import BaseModel, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypedDict  # below Python 3.12 pydantic refuses the one of typing

from langgraph_dreams.policy import Budget
from langgraph_dreams.types.base import JsonObject
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import Concern, DreamPlan, DreamReport
from langgraph_dreams.types.review import ReviewMode


@dataclass(frozen=True)
class Shown:
    """Of a dict in an annotation: a schema shows it with the fields of this model."""

    model: type[BaseModel]

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema of the model."""
        return handler(self.model.__pydantic_core_schema__)


def _said(description: str, **more: Any) -> Any:
    return Field(description=description, **more)


# What a run is told is for the first stage alone, which hands it on in `given`: however a run ends,
# its thread keeps nothing of it for the next one.
_FOCUS = _said(
    "What the dream should start from, in words; empty: the new episodes alone.",
    title="Focus",
    default="",
)
_DRY_RUN = _said("Plan and report, but write nothing.", title="Dry run", default=False)
_BUDGET = _said("What the dream may spend on its model; empty: the default.", title="Budget")
_DEPTH = _said(
    '"nap": a look at the last turns, without a model; "sleep": the nightly dream; "deep": with'
    " pages, the core and what else changes rarely; empty: deep when one of these is due.",
    title="Depth",
    default="",
)
_REVIEW = _said(
    'Who looks before anything is written: "ask" a person, "auto" a rule; empty: as built.',
    title="Ask me",
    default="",
)
Focus = Annotated[str, _FOCUS, EphemeralValue(Annotated[str, _FOCUS])]
DryRun = Annotated[bool, _DRY_RUN, EphemeralValue(Annotated[bool, _DRY_RUN])]
BudgetGiven = Annotated[
    JsonObject,
    Shown(Budget),
    _BUDGET,
    EphemeralValue(Annotated[JsonObject, Shown(Budget), _BUDGET]),
]
DepthGiven = Annotated[
    Literal["", Depth], _DEPTH, EphemeralValue(Annotated[Literal["", Depth], _DEPTH])
]
Review = Annotated[ReviewMode, _REVIEW, EphemeralValue(Annotated[ReviewMode, _REVIEW])]
Report = Annotated[JsonObject, Shown(DreamReport), _said("What the dream did.", title="Report")]


class DreamInput(TypedDict):
    """Input of a dream; every field is optional."""

    focus: NotRequired[Focus]
    depth: NotRequired[DepthGiven]
    dry_run: NotRequired[DryRun]
    budget: NotRequired[BudgetGiven]
    review: NotRequired[Review]


class DreamOutput(TypedDict):
    """Output of a dream."""

    report: Report


class DreamState(TypedDict, total=False):
    """All channels of the graph."""

    focus: Focus
    depth: DepthGiven
    dry_run: DryRun
    budget: BudgetGiven
    review: Review
    given: Annotated[
        JsonObject,
        _said("What this dream was told, for the stages after the first."),
    ]
    asked: Annotated[str, _said("Digest of what a person is asked about; empty when nobody is.")]
    reviewed: Annotated[
        str, _said("Digest of what passed the review; the commit writes nothing else.")
    ]
    declined: Annotated[
        str, _said("Why a person wants nothing written; empty when some of it may be.")
    ]
    line: Annotated[str, _said("What the node did, in one line.")]
    dream: Annotated[str, _said("Id of this dream.")]
    chosen: Annotated[Depth, _said("How deep it goes.")]
    levels: Annotated[
        dict[str, str], _said("By level why it has no turn in it; empty for those that have.")
    ]
    looked: Annotated[int, _said("Of a nap: a mark behind the turns that it looked at.")]
    number: Annotated[int, _said("Its number among the committed dreams of the namespace.", ge=1)]
    version: Annotated[
        str, _said("What the journal held when it began; changed since, it is out of date.")
    ]
    lease: Annotated[JsonObject, _said("The lease of the namespace, as far as this dream has it.")]
    busy: Annotated[str, _said("Who has the namespace; empty for this dream.")]
    started: Annotated[str, _said("When it began, ISO 8601.")]
    episodes: Annotated[list[str], _said("Ids of the new episodes, oldest first: the snapshot.")]
    revisited: Annotated[list[str], _said("Ids of old episodes that the focus brings back.")]
    concerns: Annotated[list[Annotated[JsonObject, Shown(Concern)]], _said("What it starts from.")]
    recalls: Annotated[list[str], _said("Ids of the noted recalls this dream learns from.")]
    candidates: Annotated[list[JsonObject], _said("Pairs found by associate.")]
    operations: Annotated[
        list[Annotated[JsonObject, Shown(Operation)]], _said("Changes it proposes, in order.")
    ]
    counts: Annotated[
        dict[str, int], _said("Operations by kind, candidates by channel, and episodes, so far.")
    ]
    narrative: Annotated[str, _said("The story of the night.")]
    summary: Annotated[str, _said("The same in plain words, without a model.")]
    notes: Annotated[list[str], _said("What was skipped or could not be done, in words.")]
    plan: Annotated[
        JsonObject,
        Shown(DreamPlan),
        _said("Made before anything is spent; empty without a model."),
    ]
    spent: Annotated[JsonObject, _said("What the model has cost so far.")]
    cost: Annotated[dict[str, float], _said("Seconds by node, and what the model cost.")]
    report: Report


def naming(schema: type[Any], names: type[Any] | None) -> type[Any]:
    """A schema of the graph with what a run may name in its input to fill a template."""
    made: Any = TypedDict  # mypy knows only those whose fields are written out
    more = get_type_hints(names, include_extras=True) if names else {}
    fields = {name: Annotated[hint, EphemeralValue(hint)] for name, hint in more.items()}
    named: type[Any] = made(schema.__name__, {**schema.__annotations__, **fields}, total=False)
    return named
