"""The dream as a LangGraph graph: one node a stage, one module a node."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import get_runtime
from pydantic import ValidationError

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call, checked_shape
from langgraph_dreams.dream.runtime.context import Bed, Dreamer, Reviewing, Sleeper, spent
from langgraph_dreams.dream.runtime.drive import Changes, Work, adrive, drive
from langgraph_dreams.dream.runtime.progress import ABOUT, NIGHTS, lines
from langgraph_dreams.dream.runtime.state import DreamInput, DreamOutput, DreamState
from langgraph_dreams.dream.stages.appraise import appraise
from langgraph_dreams.dream.stages.associate import associate
from langgraph_dreams.dream.stages.commit import commit
from langgraph_dreams.dream.stages.consolidate import consolidate
from langgraph_dreams.dream.stages.gather import gather, nothing_new
from langgraph_dreams.dream.stages.narrate import narrate
from langgraph_dreams.dream.stages.review import review
from langgraph_dreams.dream.transaction.lease_scope import Tenure, begun, gone_on
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.llm.client import Answer, Mind, Request, Spent, resolve_model
from langgraph_dreams.policy import Budget
from langgraph_dreams.safety.redaction import Redactor, redacted, redacted_all
from langgraph_dreams.types.base import now
from langgraph_dreams.types.review import Approve, ReviewMode

Stage = Callable[[Bed, DreamState], Work]

STAGES: dict[str, Stage] = {
    "gather": gather,
    "consolidate": consolidate,
    "associate": associate,
    "appraise": appraise,
    "narrate": narrate,
    "review": review,
    "commit": commit,
}
_FIRST, _LAST = "gather", "commit"


def create_dream_graph(
    namespace: Sleeper,
    *,
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    review: ReviewMode = "",
    approve: Approve | None = None,
) -> StateGraph[DreamState, Any, DreamInput, DreamOutput]:
    """The dream graph of a namespace or of a template, to be compiled or built into another.

    Input: `focus`, `dry_run`, `budget` and `review`, all optional. Output: `report`, a DreamReport
    as JSON.
    Works with `invoke`, `ainvoke`, `stream` and `astream`; `stream_mode="custom"` tells the
    progress as `DreamEvent`s (of a subgraph too), `"updates"` has `line` and `counts`. What a
    template has to be filled with may come as `context` too.

    Args:
        namespace: whose memory; a template is filled from the run's config.
        model: "openai:NAME" or any chat model; None takes the namespace's, if it has one.
        budget: what a dream may spend on the model when its input names no budget.
        review: who looks before anything is written, when its input names nobody. "ask" interrupts
            with a ReviewRequest, which LangChain's human in the loop and agent-chat-ui understand,
            and goes on with `Command(resume=...)`; it needs a checkpointer. The dream waits in the
            journal and holds up no other; one that is committed meanwhile overtakes it. "auto"
            lets a rule decide: `approve`, or the policy's `review`.
        approve: whether an operation may be written, for "auto"; it has to answer the same for the
            same operation.

    Raises:
        InvalidInputError: an argument is not what it has to be.
        MissingDependencyError: the model's package is not installed.
    """
    checked_sleeper(namespace)
    checked_call("approve", approve)
    mind = None if model is None else resolve_model(model)
    reviewing = Reviewing(checked_mode(review), approve)
    return built(namespace, mind, checked_budget(budget) or Budget(), reviewing)


def built(
    namespace: Sleeper, mind: BaseChatModel | None, budget: Budget, reviewing: Reviewing
) -> StateGraph[DreamState, Any, DreamInput, DreamOutput]:
    """The graph, of what is checked already."""
    graph: StateGraph[DreamState, Any, DreamInput, DreamOutput] = StateGraph(
        DreamState,
        context_schema=namespace.context_schema,
        input_schema=DreamInput,
        output_schema=DreamOutput,
    )
    for name, stage in STAGES.items():
        night = _Night(namespace, name, stage, mind, budget, reviewing)
        graph.add_node(name, _node(night), metadata={"description": ABOUT[name]})
    graph.add_edge(START, "gather")
    graph.add_conditional_edges("gather", _after_gather, ["consolidate", "commit"])
    for before, after in zip(list(STAGES)[1:], [*list(STAGES)[2:], END], strict=True):
        graph.add_edge(before, after)
    return graph


def _after_gather(state: DreamState) -> str:
    return "commit" if nothing_new(state) else "consolidate"


@dataclass(frozen=True)
class _Night:
    """One stage of the dream, before it is known whose and when."""

    namespace: Sleeper
    name: str
    stage: Stage
    model: BaseChatModel | None
    budget: Budget
    reviewing: Reviewing

    def begin(self, state: DreamState, config: RunnableConfig) -> "_Hour":
        own = self.namespace.resolve(_with_context(config))
        model = self.model or own.model
        budget = budget_of(state.get("budget"), self.budget)
        mind = _mind(model, state, budget, own, self.name) if model else None
        reviewing = replace(
            self.reviewing, mode=checked_mode(state.get("review") or self.reviewing.mode)
        )
        bed = Bed(own.vault, own.policy, get_stream_writer(), mind, reviewing)
        tenure = self._tenure(bed, state)
        if tenure.lease:
            bed = replace(bed, emit=NIGHTS.heard(tenure.lease.owner, bed.emit))
        return _Hour(self, own, bed, {**state, **tenure.state()}, tenure)

    def _tenure(self, bed: Bed, state: DreamState) -> Tenure:
        leases, seconds = bed.vault.leases, bed.policy.lease_seconds
        if state.get("dry_run"):
            return Tenure(leases, seconds)
        if self.name == _FIRST:
            return begun(leases, seconds, "a dream")
        return gone_on(leases, seconds, state, self.name == _LAST)


@dataclass(frozen=True)
class _Hour:
    """A stage at work on one dream."""

    night: _Night
    own: Dreamer
    bed: Bed
    state: DreamState
    tenure: Tenure
    since: float = field(default_factory=time.perf_counter)

    def work(self) -> Work:
        name = self.night.name
        self.bed.tell(name, "start", ABOUT[name])
        if name == _FIRST:
            self.own.flush()
        return self.night.stage(self.bed, self.state)

    @property
    def last(self) -> bool:
        return self.night.name == _LAST

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        mind = self.bed.mind
        return _redacted(mind.ask(requests), self.bed.vault.redact) if mind else _nobody(requests)

    async def aask(self, requests: Sequence[Request]) -> list[Answer]:
        mind = self.bed.mind
        if mind is None:
            return _nobody(requests)
        answers = await mind.aask(requests)
        return await asyncio.to_thread(_redacted, answers, self.bed.vault.redact)

    def end(self, changed: Changes) -> Changes:
        name, bed = self.night.name, self.bed
        # A thread keeps the counts and the cost of its last dream.
        before: DreamState = {} if name == _FIRST else self.state
        counts = changed.get("counts", before.get("counts", {}))
        line = _told(name, counts, changed.get("report", {}))
        bed.tell(name, "end", line, **counts)
        if self.last and self.tenure.lease:
            NIGHTS.over(self.tenure.lease.owner)
        cost = spent(before, name, self.since)
        changed = {"line": line, "counts": counts, **changed, **self.tenure.state()}
        if bed.mind is None:
            return {**changed, "cost": cost}
        used = bed.mind.spent
        return {**changed, "cost": {**cost, **_priced(bed.mind)}, "spent": used.as_dict()}


def _node(night: _Night) -> Runnable[DreamState, Changes]:
    def run(state: DreamState, config: RunnableConfig) -> Changes:
        hour = night.begin(state, config)
        with hour.tenure.kept(hour.last):
            changed = drive(hour.work(), hour.ask)
        return hour.end(changed)

    async def arun(state: DreamState, config: RunnableConfig) -> Changes:
        # Opening a store blocks.
        hour = await asyncio.to_thread(night.begin, state, config)
        async with hour.tenure.akept(hour.last):
            changed = await adrive(hour.work, hour.aask)
        return hour.end(changed)

    return RunnableLambda(run, arun, name=night.name)


def _with_context(config: RunnableConfig) -> RunnableConfig:
    """The run's config with what its `context` says, as a server makes it."""
    given = get_runtime().context
    if not isinstance(given, Mapping):
        return config
    return {**config, "configurable": {**given, **config.get("configurable", {})}}


def _nobody(requests: Sequence[Request]) -> list[Answer]:
    return [Answer(None, "no model") for _ in requests]


def _redacted(answers: list[Answer], redact: Redactor | None) -> list[Answer]:
    """What a model brings as it may be stored: quoted and cut later, nobody could tell a secret."""
    if redact is None:
        return answers
    return [
        Answer(
            value and type(value).model_validate(redacted_all(value.model_dump(), redact)),
            redacted(problem, redact),
        )
        for value, problem in ((answer.value, answer.problem) for answer in answers)
    ]


def _mind(model: BaseChatModel, state: DreamState, budget: Budget, own: Dreamer, name: str) -> Mind:
    """The door to the model, with what this dream has spent so far."""
    first = name == _FIRST
    started = None if first else state.get("started")
    seconds = (now() - datetime.fromisoformat(started)).total_seconds() if started else 0.0
    return Mind(
        model,
        budget,
        spent=Spent() if first else Spent.from_dict(state.get("spent") or {}),
        seconds_used=max(0.0, seconds),
        concurrency=own.policy.model_concurrency,
        timeout=own.policy.model_timeout,
    )


def checked_sleeper(namespace: Any) -> None:
    """Raises InvalidInputError for what is no namespace."""
    checked_shape("namespace", namespace, ("resolve",), "what `store.namespace(...)` returns")


def checked_budget(budget: Budget | None) -> Budget | None:
    """The budget. Raises InvalidInputError for what is none."""
    if budget is not None and not isinstance(budget, Budget):
        raise InvalidInputError(f"budget is {shown(budget)}; pass a Budget, or None")
    return budget


def checked_mode(review: ReviewMode) -> ReviewMode:
    """Who looks before anything is written. Raises InvalidInputError for what is none."""
    if not isinstance(review, str) or review not in get_args(ReviewMode):
        raise InvalidInputError(
            f'review is {shown(review)}; pass "ask" for a person, "auto" for a rule, or "" for'
            " nobody"
        )
    return review


def budget_of(given: dict[str, Any] | None, usual: Budget) -> Budget:
    """The budget that a dream was given, or the usual one. Raises InvalidInputError."""
    if not given:
        return usual
    try:
        return Budget.model_validate(given)
    except ValidationError as error:
        raise InvalidInputError(f"the budget {shown(given)} cannot be used: {error}") from error


def _priced(mind: Mind) -> dict[str, float]:
    used, money = mind.spent, mind.spent.money(mind.budget)
    cost: dict[str, float] = {
        "model_calls": used.calls,
        "input_tokens": used.input_tokens,
        "output_tokens": used.output_tokens,
    }
    return cost if money is None else {**cost, "money": round(money, 6)}


def _told(name: str, counts: Mapping[str, int], report: Mapping[str, Any]) -> str:
    return lines(counts)[name] if name != _LAST else f"dream {report['id']} {report['status']}"
