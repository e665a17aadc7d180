"""A namespace with linked memories, and a scripted model that answers the narrate stage."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, cast

from dream_support import episode

from langgraph_dreams import DreamPolicy, Episode, Namespace, Trust
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Changes, Work
from langgraph_dreams.dream.stage_run import drive
from langgraph_dreams.dream.stages.narrate import narrate
from langgraph_dreams.llm.client import Answer, ModelClient, Request
from langgraph_dreams.types.items import Link, Memory, link_id, memory_id
from langgraph_dreams.types.operations import Operation, operation_id

DREAM = "d0123456789"
STARTED = "2026-03-20T03:00:00+00:00"

Reply = Callable[[Request], Answer]


def context(namespace: Namespace, mind: bool = True, **policy: Any) -> StageContext:
    """A bed with or without a mind; the scripted model answers in its place."""
    there = cast(ModelClient, object()) if mind else None
    return StageContext(namespace.vault, DreamPolicy(**policy), lambda _: None, there)


def state(operations: Sequence[Operation] = (), **fields: Any) -> DreamState:
    """What the narrate stage is given."""
    values: dict[str, Any] = {
        "dream": DREAM,
        "number": 1,
        "chosen": "sleep",
        "levels": {},
        "started": STARTED,
        "episodes": [],
        "recalls": [],
        "operations": [o.model_dump(mode="json") for o in operations],
        "counts": {},
        "notes": [],
        **fields,
    }
    return cast(DreamState, values)


def silent(request: Request) -> Answer:
    """A model that must not be asked."""
    raise AssertionError(f"asked for {request.step}")


def run(work: Work, reply: Reply = silent) -> tuple[Changes, list[Request]]:
    """Drive a stage; returns its changes and what it asked."""
    asked: list[Request] = []

    def ask(requests: Sequence[Request]) -> list[Answer]:
        asked.extend(requests)
        return [reply(request) for request in requests]

    return drive(work, ask), asked


def answers(**steps: Any) -> Reply:
    """A model that answers each step with a value of its schema, or fails with a text."""

    def reply(request: Request) -> Answer:
        value = steps.get(request.step, "no answer was scripted")
        if isinstance(value, str):
            return Answer(None, value)
        return Answer(request.schema.model_validate(value), "")

    return reply


def night(
    namespace: Namespace,
    operations: Sequence[Operation] = (),
    reply: Reply = silent,
    *,
    mind: bool = True,
    policy: dict[str, Any] | None = None,
    **fields: Any,
) -> tuple[list[Operation], Changes, list[Request]]:
    """The narrate stage; returns the operations it adds, its changes, and what it asked."""
    given = state(operations, **fields)
    settings = {"story": True, **(policy or {})}
    changes, asked = run(narrate(context(namespace, mind, **settings), given), reply)
    every = [Operation.model_validate(o) for o in changes["operations"]]
    assert every[: len(operations)] == list(operations), "what was there stays"
    return every[len(operations) :], changes, asked


# -- memories


def said(namespace: Namespace, text: str, day: int, **fields: Any) -> Episode:
    """An episode of a day, recorded."""
    made = episode(text, day=day, position=fields.pop("position", 0), **fields)
    namespace.record([made])
    return made


def memory(text: str, *sources: Episode, **fields: Any) -> Memory:
    """A memory of episodes."""
    values: dict[str, Any] = {
        "id": memory_id(fields.get("kind", "fact"), text),
        "text": text,
        "sources": tuple(e.id for e in sources),
        "trust": Trust.TRUSTED,
        "valid_from": sources[0].time if sources else None,
        "learned_at": STARTED,
        "confirmed": max(1, len(sources)),
    }
    return Memory.model_validate(values | fields)


def link(a: Episode, b: Episode, weight: float = 0.6, **fields: Any) -> Link:
    """A link between episodes."""
    values: dict[str, Any] = {
        "id": link_id(a.id, b.id),
        "a": a.id,
        "b": b.id,
        "channel": "bridge",
        "bridge": ("brandhorst",),
        "weight": weight,
        "created": STARTED,
    }
    return Link.model_validate(values | fields)


def operation(kind: Any, after: Memory | Link, before: Memory | Link | None = None) -> Operation:
    """One operation of this dream."""
    return Operation(
        id=operation_id(DREAM, kind, after.id),
        kind=kind,
        target=after.id,
        before=before.model_dump(mode="json") if before else None,
        after=after.model_dump(mode="json"),
        reason="a test",
    )


def superseded(old: Memory, new: Memory) -> Operation:
    """The operation by which a memory takes the place of another."""
    gone = old.model_copy(
        update={"status": "superseded", "superseded_by": new.id, "valid_to": new.valid_from}
    )
    return operation("supersede_memory", gone, old)


# -- a fair

KILN = "The Brandhorst kiln is hired for the summer fair."
BURNER = "Brandhorst burners crack when the gas pressure falls below eight bar."
GAS = "The gas pressure at the fairground is six bar."


class Fair:
    """Three memories of three days; the first two are stored and linked, the third is new."""

    def __init__(self, namespace: Namespace, **fields: Any) -> None:
        self.days = [said(namespace, t, day) for day, t in enumerate((KILN, BURNER, GAS))]
        self.kiln, self.burner, self.gas = (
            memory(text, day, **fields)
            for text, day in zip((KILN, BURNER, GAS), self.days, strict=True)
        )
        namespace.vault.put_memories([self.kiln, self.burner])
        namespace.vault.put_links([link(self.days[1], self.days[0])])
        self.operations = [
            operation("add_memory", self.gas),
            operation("add_link", link(self.days[2], self.days[1])),
        ]
        self.memories = [self.kiln, self.burner, self.gas]


def numbered(prompt: str, *memories: Memory) -> list[int]:
    """The numbers under which a prompt shows memories."""
    lines = prompt.splitlines()
    return [
        int(heading.removeprefix("[M").split("]")[0])
        for m in memories
        for heading, text in pairwise(lines)
        if text == f"| {m.text}"
    ]
