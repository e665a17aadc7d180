"""One stage of the dream as a node of its graph: context, lease, progress and cost around it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from langchain_core.runnables.config import ensure_config, merge_configs
from langgraph.config import get_stream_writer

from langgraph_dreams.dream.runtime.context import (
    NamespaceHandle,
    NamespaceResolver,
    Reviewing,
    StageContext,
    with_input,
    with_seconds,
)
from langgraph_dreams.dream.runtime.options import budget_of, checked_mode
from langgraph_dreams.dream.runtime.progress import ABOUT, NIGHTS, lines
from langgraph_dreams.dream.runtime.state import DreamInput, DreamState
from langgraph_dreams.dream.runtime.work import Asking, Changes, Work
from langgraph_dreams.dream.transaction.lease_scope import NAP, LeaseScope, acquire, continue_
from langgraph_dreams.errors import DreamsError
from langgraph_dreams.llm.client import TAG, Answer, ModelClient, Request, Usage
from langgraph_dreams.policy import Budget
from langgraph_dreams.safety.redaction import Redactor, redacted, redacted_all
from langgraph_dreams.store.validation import namespace_key
from langgraph_dreams.types.base import now

Stage = Callable[[StageContext, DreamState], Work]

_FIRST, _LAST = "gather", "commit"


@dataclass(frozen=True)
class StageSpec:
    """One stage of the dream, before it is known whose and when."""

    namespace: NamespaceResolver
    name: str
    stage: Stage
    model: BaseChatModel | None
    budget: Budget
    reviewing: Reviewing

    @property
    def names(self) -> tuple[str, ...]:
        """The values that a run names to fill a template."""
        return tuple(getattr(self.namespace.context_schema, "__annotations__", ()))

    def traced(self, state: DreamState, config: RunnableConfig) -> RunnableConfig:
        """The config of this stage with what a trace says of it: whose dream it is, and which."""
        whose: Any = getattr(self.namespace, "parts_of", None)  # it opens no store
        own = self._named(state, config)
        try:
            parts = whose(own) if whose else getattr(self.namespace.resolve(own), "parts", ())
        except DreamsError:
            parts = ()  # the stage says so
        about = {"dream_id": state.get("dream") if self.name != _FIRST else None}
        about["dream_namespace"] = namespace_key(parts) if parts else None
        metadata = {name: value for name, value in about.items() if value}
        return merge_configs(config, RunnableConfig(tags=[TAG], metadata=metadata))

    def _named(self, state: DreamState, config: RunnableConfig) -> RunnableConfig:
        """The config with what the input names for a template."""
        told: Any = state if self.name == _FIRST else {**state, **state.get("given", {})}
        return with_input(config, {name: told.get(name) for name in self.names})

    def begin(self, state: DreamState, config: RunnableConfig) -> "StageRun":
        """The stage at work on the dream of this run."""
        since = time.perf_counter()
        if self.name != _FIRST:
            state = cast(DreamState, {**state, **state.get("given", {})})
        own = self.namespace.resolve(self._named(state, config))
        model = self.model or own.model
        budget = budget_of(state.get("budget"), self.budget)
        model = None if state.get("depth") == "nap" else model
        client = _client(model, state, budget, own, self.name) if model else None
        reviewing = replace(
            self.reviewing, mode=checked_mode(state.get("review") or self.reviewing.mode)
        )
        context = StageContext(own.vault, own.policy, get_stream_writer(), client, reviewing, since)
        thread = config.get("configurable", {}).get("thread_id", "")
        lease_scope = self._lease_scope(context, state, thread)
        if lease_scope.lease:
            context = replace(
                context, emit=NIGHTS.remembering(lease_scope.lease.owner, context.emit)
            )
        return StageRun(self, own, context, {**state, **lease_scope.state()}, lease_scope)

    def _lease_scope(self, context: StageContext, state: DreamState, thread: str) -> LeaseScope:
        leases, seconds = context.vault.leases, context.policy.lease_seconds
        if state.get("dry_run"):
            return LeaseScope(leases, seconds)
        if state.get("depth") == "nap" and context.reviewing.mode != "ask":
            # It takes the lease when it has something to write: most have nothing.
            write = self.name == _LAST and state["operations"]
            return acquire(leases, seconds, NAP) if write else LeaseScope(leases, seconds)
        if self.name == _FIRST:
            return acquire(leases, seconds, "a dream", thread)
        return continue_(leases, seconds, state, self.name == _LAST)


@dataclass(frozen=True)
class StageRun:
    """A stage at work on one dream."""

    spec: StageSpec
    own: NamespaceHandle
    context: StageContext
    state: DreamState
    lease_scope: LeaseScope

    def work(self) -> Work:
        """Start the stage; it yields what it asks of the model."""
        name = self.spec.name
        self.context.send_progress(name, "start", ABOUT[name])
        if name == _FIRST:
            self.own.flush()
        return self.spec.stage(self.context, self.state)

    @property
    def last(self) -> bool:
        """True if the dream ends with this stage."""
        return self.spec.name == _LAST

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        """Answers of the model, redacted."""
        client = self.context.client
        return (
            _redacted(client.ask(requests), self.context.vault.redact)
            if client
            else _nobody(requests)
        )

    async def aask(self, requests: Sequence[Request]) -> list[Answer]:
        """`ask`, off the event loop."""
        client = self.context.client
        if client is None:
            return _nobody(requests)
        answers = await client.aask(requests)
        return await asyncio.to_thread(_redacted, answers, self.context.vault.redact)

    def end(self, changed: Changes) -> Changes:
        """Changes of the state with progress, cost and lease added."""
        name, context = self.spec.name, self.context
        # A thread keeps the counts and the cost of its last dream.
        before: DreamState = {} if name == _FIRST else self.state
        counts = changed.get("counts", before.get("counts", {}))
        line = _line(name, counts, changed.get("report", {}))
        context.send_progress(name, "end", line, **counts)
        if self.last and self.lease_scope.lease:
            NIGHTS.forget(self.lease_scope.lease.owner)
        cost = with_seconds(before.get("cost", {}), name, context.since)
        changed = {"line": line, "counts": counts, **changed, **self.lease_scope.state()}
        if name == _FIRST:
            told: dict[str, Any] = {**self.state, "focus": changed.pop("focus")}
            names = (*DreamInput.__annotations__, *self.spec.names)
            changed["given"] = {name: told[name] for name in names if name in told}
        if context.client is None:
            return {**changed, "cost": cost}
        used = context.client.usage
        return {**changed, "cost": {**cost, **_priced(context.client)}, "spent": used.as_dict()}


def stage_node(spec: StageSpec) -> Runnable[DreamState, Changes]:
    """The node that runs a stage, sync and async."""

    def run(state: DreamState, config: RunnableConfig) -> Changes:
        stage_run = spec.begin(state, config)
        with stage_run.lease_scope.hold(stage_run.last):
            changed = drive(stage_run.work(), stage_run.ask)
        return stage_run.end(changed)

    async def arun(state: DreamState, config: RunnableConfig) -> Changes:
        # Opening a store blocks.
        stage_run = await asyncio.to_thread(spec.begin, state, config)
        async with stage_run.lease_scope.ahold(stage_run.last):
            changed = await adrive(stage_run.work, stage_run.aask)
        return stage_run.end(changed)

    return _TracedStage(spec, run, arun)


class _TracedStage(RunnableLambda[DreamState, Changes]):
    """A stage that a trace shows with the dream that it is of."""

    def __init__(self, spec: StageSpec, run: Any, arun: Any) -> None:
        super().__init__(run, arun, name=spec.name)
        self._spec = spec

    def invoke(
        self,
        input: DreamState,  # noqa: A002 -- LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Changes:
        return super().invoke(input, self._spec.traced(input, ensure_config(config)), **kwargs)

    async def ainvoke(
        self,
        input: DreamState,  # noqa: A002 -- LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Changes:
        traced = self._spec.traced(input, ensure_config(config))
        return await super().ainvoke(input, traced, **kwargs)


def _nobody(requests: Sequence[Request]) -> list[Answer]:
    return [Answer(None, "no model") for _ in requests]


def _redacted(answers: list[Answer], redact: Redactor | None) -> list[Answer]:
    """Answers as they may be stored: quoted and cut later, nobody could tell a secret."""
    if redact is None:
        return answers
    return [
        Answer(
            value and type(value).model_validate(redacted_all(value.model_dump(), redact)),
            redacted(problem, redact),
        )
        for value, problem in ((answer.value, answer.problem) for answer in answers)
    ]


def _client(
    model: BaseChatModel, state: DreamState, budget: Budget, own: NamespaceHandle, name: str
) -> ModelClient:
    """The model client, with what this dream has spent so far."""
    first = name == _FIRST
    started = None if first else state.get("started")
    seconds = (now() - datetime.fromisoformat(started)).total_seconds() if started else 0.0
    return ModelClient(
        model,
        budget,
        usage=Usage() if first else Usage.from_dict(state.get("spent") or {}),
        seconds_used=max(0.0, seconds),
        concurrency=own.policy.model_concurrency,
        timeout=own.policy.model_timeout,
        about={
            "dream_namespace": own.vault.key,
            **({"dream_id": state["dream"]} if state.get("dream") and not first else {}),
        },
    )


def _priced(client: ModelClient) -> dict[str, float]:
    used, money = client.usage, client.usage.money(client.budget)
    cost: dict[str, float] = {
        "model_calls": used.calls,
        "input_tokens": used.input_tokens,
        "output_tokens": used.output_tokens,
    }
    return cost if money is None else {**cost, "money": round(money, 6)}


def _line(name: str, counts: Mapping[str, int], report: Mapping[str, Any]) -> str:
    return lines(counts)[name] if name != _LAST else f"dream {report['id']} {report['status']}"


def drive(work: Work, ask: Callable[[Sequence[Request]], list[Answer]]) -> Changes:
    """Run a stage to its end, asking on this thread."""
    if not isinstance(work, Generator):
        return work
    requests, done = _step(work, None)
    while done is None:
        requests, done = _step(work, ask(requests))
    return done


async def adrive(
    begin: Callable[[], Work], ask: Callable[[Sequence[Request]], Awaitable[list[Answer]]]
) -> Changes:
    """Run a stage to its end: its own work off the event loop, the asking on it."""
    work = await asyncio.to_thread(begin)
    if not isinstance(work, Generator):
        return work
    requests, done = await asyncio.to_thread(_step, work, None)
    while done is None:
        answers = await ask(requests)
        requests, done = await asyncio.to_thread(_step, work, answers)
    return done


def _step(
    work: Asking[Changes], answers: list[Answer] | None
) -> tuple[Sequence[Request], Changes | None]:
    """To the next requests, or to the end; StopIteration cannot cross a thread."""
    try:
        return (next(work) if answers is None else work.send(answers)), None
    except StopIteration as end:
        return (), end.value
