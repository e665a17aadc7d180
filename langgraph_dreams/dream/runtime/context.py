"""Surroundings of every node of the dream, bound when the graph is built."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from langgraph_dreams.dream.runtime.progress import Emit, Phase, event
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.llm.client import ModelClient
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.review import Approve, ReviewMode

INPUT = "langgraph_dreams_input"
"""In a run's configurable: the values that its input names for a template."""


def with_input(config: RunnableConfig, values: Mapping[str, object]) -> RunnableConfig:
    """The config of a run with what its input names for a template."""
    return {**config, "configurable": {**config.get("configurable", {}), INPUT: values}}


class NamespaceHandle(Protocol):
    """The namespace that dreams."""

    @property
    def policy(self) -> DreamPolicy:
        """Its settings."""
        ...

    @property
    def model(self) -> BaseChatModel | None:
        """The chat model it dreams with; None dreams without."""
        ...

    @property
    def vault(self) -> NamespaceStore:
        """Its store."""
        ...

    def flush(self) -> None:
        """Write what is held back, so that the dream sees it."""
        ...


class NamespaceResolver(Protocol):
    """A namespace, or a template of many that a run's config fills."""

    @property
    def context_schema(self) -> type[Any] | None:
        """Values that a run names to fill a template, as a TypedDict; None for a namespace."""
        ...

    def resolve(self, config: RunnableConfig | None) -> NamespaceHandle:
        """The one that this run is about."""
        ...


@dataclass(frozen=True)
class Reviewing:
    """The person or rule that looks at a dream before it is written."""

    mode: ReviewMode = ""
    approve: Approve | None = None
    """A rule of the caller's, for the mode "auto"; None takes the policy's."""
    pauses: bool = True
    """True if the run waits for a person; else it ends, and the dream waits in the journal."""


@dataclass(frozen=True)
class StageContext:
    """One dream's surroundings: the store, the settings, where progress is told, and the model."""

    vault: NamespaceStore
    policy: DreamPolicy
    emit: Emit
    client: ModelClient | None = None
    """The model client; None in a dream without a model."""
    reviewing: Reviewing = Reviewing()
    since: float = field(default_factory=time.perf_counter)
    """When the stage began, by the clock of `time.perf_counter`."""

    def send_progress(self, node: str, phase: Phase, text: str, **counts: int) -> None:
        """Send one line of progress, with its counts."""
        self.emit(event(node, phase, text, counts))


def calls_allowed(context: StageContext, state: DreamState, step: str) -> int:
    """Calls that the plan gives a step; none without a model, any number without a plan."""
    if context.client is None:
        return 0
    calls: dict[str, int] | None = (state.get("plan") or {}).get("calls")
    return sys.maxsize if calls is None else calls.get(step, 0)


def with_seconds(cost: Mapping[str, float], node: str, since: float) -> dict[str, float]:
    """The cost so far with the seconds of this node added."""
    return {**cost, node: round(time.perf_counter() - since, 4)}


def timed(context: StageContext, report: DreamReport, node: str) -> DreamReport:
    """The report as of now, with the seconds that the stage has taken; to be written next."""
    cost = with_seconds(report.cost, node, context.since)
    return report.model_copy(update={"cost": cost, "finished": now()})
