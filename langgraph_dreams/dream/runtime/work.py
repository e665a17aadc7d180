"""The two forms of a stage's work.

A stage without a model is a plain function. A stage with one is a generator: it yields the requests
it wants answered, gets the answers, and returns what changes in the state. So the logic is written
once, and only `stage_run` knows how a model is asked, sync and async.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.llm.client import Answer, Request
from langgraph_dreams.types.operations import Operation

Changes = DreamState
"""Channels of the state that a stage writes; those that it leaves out stay as they are."""
T = TypeVar("T")
Asking = Generator[Sequence[Request], list[Answer], T]
"""A part of a stage that asks a model on its way to a T."""
Work = Changes | Asking[Changes]


@dataclass
class Done:
    """What a part of a stage adds to its dream."""

    operations: list[Operation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
