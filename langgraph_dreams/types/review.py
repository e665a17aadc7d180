"""Types of a review: the request to a person, and the rule that stands in for one.

The request has the shape of LangChain's `HITLRequest`, which agent-chat-ui and Studio show, and
says more beside it. All of it is plain JSON.
"""

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict  # below Python 3.12 pydantic refuses the one of typing

from langgraph_dreams.types.base import JsonObject, Trust
from langgraph_dreams.types.operations import Operation, OperationKind

ReviewMode = Literal["", "ask", "auto"]
"""Nobody looks, a person is asked, or a rule decides."""
Approve = Callable[[Operation], bool]
"""A rule of one's own: true for an operation that may be written."""


class ActionRequest(TypedDict):
    """One question as LangChain's human in the loop asks it: on a new memory, or all of a kind."""

    name: str
    """The kind, such as add_memory; change_links for all links."""
    args: JsonObject
    """The words it is about; of several operations, a numbered line each. A line that an edit takes
    out is not written."""
    description: str
    """Markdown."""


class ReviewConfig(TypedDict):
    """Answers that may be given to the questions of a name."""

    action_name: str
    allowed_decisions: list[Literal["approve", "edit", "reject"]]
    args_schema: NotRequired[JsonObject]


class Evidence(TypedDict):
    """An item that an operation rests on."""

    id: str
    text: str
    """Shortened."""
    trust: str
    time: str
    """ISO 8601, UTC."""


class ReviewedOperation(TypedDict):
    """One operation in full, with what bears it out."""

    id: str
    kind: str
    target: str
    before: JsonObject | None
    after: JsonObject | None
    reason: str
    evidence: list[Evidence]


class ReviewRequest(TypedDict):
    """Value with which the review node interrupts."""

    action_requests: list[ActionRequest]
    review_configs: list[ReviewConfig]
    decides: list[list[str]]
    """Ids of the operations that each of the action_requests is about."""
    dream: str
    digest: str
    """Of all operations of the dream; the commit writes nothing else than what was reviewed."""
    summary: str
    notes: list[str]
    """Work that could not be done, and reasons of the commit to refuse the whole."""
    operations: list[ReviewedOperation]
    """Every operation that can be decided on, in full."""
    response_schema: JsonObject
    """JSON schema of the answers that are taken."""
    problem: NotRequired[str]
    """Reason why the last answer could not be taken; the descriptions begin with it, too."""


class ReviewRule(BaseModel):
    """Bounds of what `review="auto"` lets pass; what it holds back is not written.

    Raises pydantic's ValidationError (a ValueError) for values out of range.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[OperationKind, ...] | None = None
    """Kinds of operations that pass; None for all."""
    least_weight: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Of a link that is added or strengthened."""
    least_sources: Annotated[int, Field(ge=1)] = 1
    """Episodes that a memory which is added or confirmed has to cite."""
    least_trust: Trust = Trust.UNTRUSTED
    """Of such a memory or link; a link to what nobody vouches for is untrusted."""


def fault(rule: ReviewRule, operation: Operation) -> str:
    """Reason why a rule holds an operation of a dream back; empty when it passes."""
    if rule.kinds is not None and operation.kind not in rule.kinds:
        return f"of a kind that is not allowed ({operation.kind})"
    if operation.kind in ("add_link", "strengthen_link"):
        link = operation.link()
        if link.weight < rule.least_weight:
            return f"of a weight below {rule.least_weight:g}"
        return _distrust(rule, Trust.UNTRUSTED if "trust" in link.evidence else Trust.TRUSTED)
    if operation.kind in ("add_memory", "merge_memory"):
        memory = operation.memory()
        if len(memory.sources) < rule.least_sources:
            return f"from fewer than {rule.least_sources} episodes"
        return _distrust(rule, memory.trust)
    return ""


def _distrust(rule: ReviewRule, trust: Trust) -> str:
    return "" if trust >= rule.least_trust else f"of a trust below {rule.least_trust.name}"
