"""Dreaming in a namespace: what a dream would cost, and the dream itself."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, closing
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.types import StreamMode

from langgraph_dreams._validation import checked_call
from langgraph_dreams.dream.archive.forgetting import forgetting
from langgraph_dreams.dream.levels.ladder import told_levels
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.options import dream_input
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.dream.runtime.state import DreamInput, DreamState
from langgraph_dreams.dream.runtime.work import Changes
from langgraph_dreams.dream.stages.gather import gather
from langgraph_dreams.dream.stages.plan import planned
from langgraph_dreams.dream.transaction.lease_scope import let_go, taken_leases, undisturbed
from langgraph_dreams.errors import DreamError
from langgraph_dreams.llm.client import TAG, ModelClient
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.reports import DreamPlan, DreamReport

RUN: RunnableConfig = {"recursion_limit": 50, "run_name": "dream", "tags": [TAG]}
"""Of a dream: the limit of a graph around it counts other steps, and may be as low as 2."""
OnEvent = Callable[[DreamEvent], None]


def plan(
    session: NamespaceSession,
    focus: str | None,
    depth: Depth | None,
    model: str | BaseChatModel | None,
    budget: Budget | None,
    policy: DreamPolicy | None,
) -> DreamPlan:
    """Tell what a dream would do and cost now, without asking the model."""
    given = cast(DreamState, dream_input(focus, True, budget, "", depth))
    own = session.adjusted(policy, model)
    own.flush()
    client = (
        None if own.model is None or depth == "nap" else ModelClient(own.model, budget or Budget())
    )
    context = StageContext(own.vault, own.policy, lambda _: None, client)
    with undisturbed(own.vault):
        found = gather(context, given)
        if depth == "nap":
            return _nap(own.vault, found)
        told = (
            planned(context, found, len(own.vault.undreamt()))[1]
            if client is None
            else DreamPlan.model_validate(found["plan"])
        )
        away = [o.target for o in forgetting(context, found) if o.kind.startswith("retire_")]
        return told.model_copy(update={"archived": tuple(away)})


def _nap(vault: NamespaceStore, found: Changes) -> DreamPlan:
    """What a nap looks at: it draws no pairs and asks no model."""
    looked = len(found["episodes"])
    return DreamPlan(
        episodes=looked,
        revisited=0,
        waiting=len(vault.undreamt()) - looked,
        pairs=0,
        depth="nap",
        levels=told_levels(found["levels"], ()),
        notes=tuple(found["notes"]),
    )


def dream(
    session: NamespaceSession,
    given: DreamInput,
    model: str | BaseChatModel | None,
    policy: DreamPolicy | None,
    on_event: OnEvent | None,
) -> DreamReport:
    """Run one dream of the input `given`; returns its report."""
    checked_call("on_event", on_event)
    graph = session.adjusted(policy, model).graph
    report = None
    # For events LangGraph runs the stages on a pool, and the interpreter ends after that.
    modes: list[StreamMode] = ["custom", "values"] if on_event else ["values"]
    with undisturbed(_unleased(session, given)), taken_leases() as taken:
        events: Any = graph.stream(given, RUN, stream_mode=modes)
        try:
            with closing(events):  # a stage at work ends before its lease does
                for mode, event in events:
                    if mode == "custom" and on_event:
                        on_event(event)
                    elif mode == "values":
                        report = event.get("report", report)
        except BaseException:
            let_go(taken)
            raise
    return _report(report)


async def adream(
    session: NamespaceSession,
    given: DreamInput,
    model: str | BaseChatModel | None,
    policy: DreamPolicy | None,
    on_event: OnEvent | None,
) -> DreamReport:
    """`dream`, off the event loop; the model is asked by its async methods."""
    checked_call("on_event", on_event)
    graph = session.adjusted(policy, model).graph
    report = None
    unleased = await asyncio.to_thread(_unleased, session, given)
    with undisturbed(unleased), taken_leases() as taken:
        events: Any = graph.astream(given, RUN, stream_mode=["custom", "values"])
        try:
            async with aclosing(events):
                async for mode, event in events:
                    if mode == "custom" and on_event:
                        on_event(event)
                    elif mode == "values":
                        report = event.get("report", report)
        except BaseException:
            await asyncio.to_thread(let_go, taken)
            raise
    return _report(report)


def _unleased(session: NamespaceSession, given: DreamInput) -> NamespaceStore | None:
    """The namespace's store if a dream reads it without the lease, as a dry run does."""
    return session.vault if given["dry_run"] and not session.is_template else None


def _report(report: object) -> DreamReport:
    if report is None:
        raise DreamError("the dream ended without a report; nothing was committed by it")
    return DreamReport.model_validate(report)
