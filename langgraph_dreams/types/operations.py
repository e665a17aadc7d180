"""The typed changes that a dream proposes."""

from typing import Any, Literal

from langgraph_dreams.types.base import FrozenModel, digest

OperationKind = Literal[
    "add_memory",
    "merge_memory",
    "supersede_memory",
    "retire_memory",
    "add_link",
    "strengthen_link",
    "weaken_link",
    "retire_link",
    "change_core",
]


class Operation(FrozenModel):
    """One typed change that a dream proposes, with the state before and after."""

    id: str
    """Made of its dream, kind and target."""
    kind: OperationKind
    """What is done, and to what."""
    target: str
    """Id of the memory or link it changes; "*" when it changes all links alike."""
    before: dict[str, Any] | None = None
    """The memory or link as it was; None for a new one."""
    after: dict[str, Any] | None = None
    """As it is then."""
    reason: str = ""
    """Why, in words."""


def operation_id(dream: str, kind: str, target: str) -> str:
    """Deterministic id of an operation: a dream does one thing of a kind to one target."""
    return "o" + digest("operation", dream, kind, target)
