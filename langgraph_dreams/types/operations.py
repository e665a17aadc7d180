"""The typed changes that a dream proposes."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from langgraph_dreams.types.base import FrozenModel, JsonObject, digest
from langgraph_dreams.types.items import Archival, Core, Link, Memory
from langgraph_dreams.types.weights import Learned

OperationKind = Literal[
    "add_memory",
    "merge_memory",
    "supersede_memory",
    "retire_memory",
    "retire_episode",
    "restore_episode",
    "add_link",
    "strengthen_link",
    "weaken_link",
    "retire_link",
    "change_core",
    "change_weights",
]
ItemState = Memory | Link | Core | Learned | Archival
"""A memory, a link, the core, the learned weights or an episode's place in the archive, as an
operation finds or leaves it."""

MEMORY_KINDS = frozenset({"add_memory", "merge_memory", "supersede_memory", "retire_memory"})
"""Kinds of operations that change one memory."""
LINK_KINDS = frozenset({"add_link", "strengthen_link", "retire_link"})
"""Kinds of operations that change one link."""
SINGLE_KINDS = frozenset({"change_core", "change_weights"})
"""Kinds of operations that change what a namespace has one of."""
EPISODE_KINDS = frozenset({"retire_episode", "restore_episode"})
"""Kinds of operations that put an episode into the archive, or bring it back."""
ALL = "*"
"""Target of an operation on all links alike; no other rests on it."""
CORE = "core"
"""Target of an operation on the core."""
WEIGHTS = "weights"
"""Target of an operation on the learned weights of recall."""


class Operation(FrozenModel):
    """One typed change that a dream proposes, with the state before and after."""

    id: str
    """Made of its dream, kind and target."""
    kind: OperationKind
    """Kind of the change, and of its target."""
    target: str
    """Id of the memory or link it changes; "*" when it changes all links alike."""
    before: JsonObject | None = None
    """The memory or link as it was; None for a new one."""
    after: JsonObject | None = None
    """As it is then."""
    reason: str = ""
    """The reason, in words."""

    # -- the state after, as its type; raises pydantic's ValidationError (a ValueError) for another

    def memory(self) -> Memory:
        """The memory as it leaves it."""
        return Memory.model_validate(self.after)

    def link(self) -> Link:
        """The link as it leaves it."""
        return Link.model_validate(self.after)

    def core(self) -> Core:
        """The core as it leaves it."""
        return Core.model_validate(self.after)

    def learned(self) -> Learned:
        """The learned weights as it leaves them."""
        return Learned.model_validate(self.after)

    def archival(self) -> Archival:
        """The episode's place in the archive as it leaves it."""
        return Archival.model_validate(self.after)

    def factor(self) -> float:
        """The factor by which it scales all links; 1 when it names none."""
        return float((self.after or {}).get("factor", 1))

    def state_after(self) -> ItemState | None:
        """The state after, of whichever type; None of an operation on all links."""
        return self._typed(self.after)

    def state_before(self) -> ItemState | None:
        """The state before, of whichever type; None of what is new, or of all links."""
        return self._typed(self.before)

    def _typed(self, state: Mapping[str, Any] | None) -> ItemState | None:
        if state is None:
            return None
        if self.kind in MEMORY_KINDS:
            return Memory.model_validate(state)
        if self.kind in LINK_KINDS:
            return Link.model_validate(state)
        if self.kind == "change_weights":
            return Learned.model_validate(state)
        if self.kind in EPISODE_KINDS:
            return Archival.model_validate(state)
        return Core.model_validate(state) if self.kind == "change_core" else None


def propose(
    dream: str,
    kind: OperationKind,
    after: ItemState,
    *,
    before: ItemState | None = None,
    reason: str = "",
) -> Operation:
    """The operation of a dream that leaves a memory, a link, the core or the weights as `after`."""
    if isinstance(after, Learned):
        target = WEIGHTS
    else:
        target = CORE if isinstance(after, Core) else after.id
    return Operation(
        id=operation_id(dream, kind, target),
        kind=kind,
        target=target,
        before=_json(before),
        after=_json(after),
        reason=reason,
    )


def propose_scaling(dream: str, factor: float) -> Operation:
    """The operation of a dream that scales all links alike."""
    name = operation_id(dream, "weaken_link", ALL)
    return Operation(id=name, kind="weaken_link", target=ALL, after={"factor": factor})


def rehearses(operation: Operation) -> bool:
    """True if it changes a rehearsal, which is a memory that states nothing."""
    return operation.kind in MEMORY_KINDS and operation.target.startswith("r")


def leaving(operation: Operation, after: ItemState) -> Operation:
    """The operation with another state after it."""
    return operation.model_copy(update={"after": _json(after)})


def beginning(operation: Operation, before: ItemState | None) -> Operation:
    """The operation with another state before it."""
    return operation.model_copy(update={"before": _json(before)})


def _json(state: ItemState | None) -> JsonObject | None:
    return None if state is None else state.model_dump(mode="json")


def operation_id(dream: str, kind: str, target: str) -> str:
    """Deterministic id of an operation: a dream does one thing of a kind to one target."""
    return "o" + digest("operation", dream, kind, target)


def final_states(operations: Iterable[Operation]) -> dict[str, Memory]:
    """The memories that operations change, by id, as the last of them leaves each."""
    changed = (o.memory() for o in operations if o.kind in MEMORY_KINDS and o.after)
    return {memory.id: memory for memory in changed}
