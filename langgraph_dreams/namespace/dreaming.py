"""A namespace asleep: what a dream would cost, the dream itself, and the core it keeps."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call
from langgraph_dreams.dream.graph import built
from langgraph_dreams.dream.runtime.context import Reviewing, StageContext
from langgraph_dreams.dream.runtime.options import dream_input, settings_or
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.dream.stages.gather import gather
from langgraph_dreams.dream.stages.plan import planned
from langgraph_dreams.dream.transaction.lease_scope import undisturbed
from langgraph_dreams.errors import DreamError, NamespaceError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.llm.client import ModelClient, resolve_model
from langgraph_dreams.namespace.template import context_of, filled
from langgraph_dreams.namespace.undoing import NamespaceUndone
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.store import Vault
from langgraph_dreams.types.reports import Core, DreamPlan, DreamReport
from langgraph_dreams.types.review import ReviewMode

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import DreamStore

RUN: RunnableConfig = {"recursion_limit": 50}
"""Of a dream: the limit of a graph around it counts other steps, and may be as low as 2."""
OnEvent = Callable[[DreamEvent], None]


class NamespaceAsleep(NamespaceUndone):
    """A namespace of a store as far as it dreams."""

    def __init__(
        self,
        store: "DreamStore",
        parts: Sequence[str],
        policy: DreamPolicy,
        model: BaseChatModel | None = None,
        language: Language | None = None,
    ) -> None:
        super().__init__(store, parts, policy, language)
        self._model = model
        self._compiled: Any = None

    @property
    def policy(self) -> DreamPolicy:
        """Its settings."""
        return self._policy

    @property
    def model(self) -> BaseChatModel | None:
        """The chat model its dreams may use, or None."""
        return self._model

    @property
    def context_schema(self) -> type[Any] | None:
        """Of a template: what a run has to name, as a TypedDict for forms; else None."""
        return context_of(self._parts)

    def resolve(self, config: RunnableConfig | None) -> Self:
        """This namespace with its placeholders filled from `config["configurable"]`.

        Raises:
            NamespaceError: a value is missing, empty, or neither a string nor a whole number.
        """
        if not self.is_template:
            return self
        values = _configurable(config)
        parts = [filled(part, values) for part in self._parts]
        return type(self)(self._store, parts, self._policy, self._model, self._language)

    def plan(
        self,
        *,
        focus: str | None = None,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
    ) -> DreamPlan:
        """What a dream would do and cost now: seeds, pairs, model calls, tokens, price.

        Nothing is asked of the model, and nothing is written but what recorders hold back.

        Args:
            focus: what to start from, in words.
            model: as for `dream`; without any, the plan has no calls.
            budget: as for `dream`.
            policy: other settings for this plan alone.

        Raises:
            InvalidInputError: focus is no text, or policy no DreamPolicy.
            NamespaceError: this is a template.
            BusyError: something was forgotten meanwhile; plan again.
        """
        given = dream_input(focus, True, budget)
        own = self._other(settings_or(policy, self._policy), model)
        own.flush()
        client = None if own.model is None else ModelClient(own.model, budget or Budget())
        context = StageContext(own.vault, own.policy, lambda _: None, client)
        with undisturbed(own.vault):
            found = gather(context, given)  # type: ignore[arg-type]
            if client is not None:
                return DreamPlan.model_validate(found["plan"])
            return planned(context, found, len(own.vault.undreamt()))[1]  # type: ignore[arg-type]

    async def aplan(
        self,
        *,
        focus: str | None = None,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
    ) -> DreamPlan:
        """`plan`, off the event loop."""
        return await asyncio.to_thread(
            self.plan, focus=focus, model=model, budget=budget, policy=policy
        )

    def dream(
        self,
        *,
        focus: str | None = None,
        dry_run: bool = False,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
        review: ReviewMode = "",
        on_event: OnEvent | None = None,
    ) -> DreamReport:
        """Run one dream over what is new; returns its report.

        Inside a node or tool of another graph it is a run of its own: it keeps nothing in that
        graph's checkpointer, and has its own recursion limit. Of two dreams at once the second to
        end is `rejected`, and its episodes wait for the next.

        Args:
            focus: what to start from, in words; old episodes about it are dreamt of again.
            dry_run: plan and report, write nothing.
            model: "openai:NAME" or a chat model; None takes the namespace's, if it has one.
            budget: what the model may cost; the dream ends with its best so far when it is used up.
            policy: other settings for this dream alone.
            review: "ask" leaves the dream `waiting` in the journal until `approve` or `reject`
                decides on it; "auto" writes what the policy's `review` lets pass.
            on_event: called with every progress event.

        Raises:
            InvalidInputError: an argument is not what it has to be.
            NamespaceError: this is a template, and no run around it fills it.
            EmbedderError: the embedder failed, or another one wrote this namespace.
            StoreError: the store cannot be read or written; what was begun is finished by the next.
            DreamError: the dream graph ended without a report.
            BusyError: something was forgotten during a dry run; run it again.
        """
        given = dream_input(focus, dry_run, budget, review)
        checked_call("on_event", on_event)
        graph = self._graph(policy, model)
        report: dict[str, Any] | None = None
        # For events LangGraph runs the stages on a pool, and the interpreter ends after that.
        modes = ["custom", "values"] if on_event else ["values"]
        with undisturbed(self._unleased(dry_run)):
            for mode, event in graph.stream(given, RUN, stream_mode=modes):
                if mode == "custom" and on_event:
                    on_event(event)
                elif mode == "values":
                    report = event.get("report", report)
        return _report(report)

    async def adream(
        self,
        *,
        focus: str | None = None,
        dry_run: bool = False,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
        review: ReviewMode = "",
        on_event: OnEvent | None = None,
    ) -> DreamReport:
        """`dream`, off the event loop; the model is asked through its async door."""
        given = dream_input(focus, dry_run, budget, review)
        checked_call("on_event", on_event)
        graph = self._graph(policy, model)
        report: dict[str, Any] | None = None
        with undisturbed(await asyncio.to_thread(self._unleased, dry_run)):
            async for mode, event in graph.astream(given, RUN, stream_mode=["custom", "values"]):
                if mode == "custom" and on_event:
                    on_event(event)
                elif mode == "values":
                    report = event.get("report", report)
        return _report(report)

    def core(self) -> Core:
        """The few memories that are worth being always in context, each with its sources."""
        return self.vault.get_core()

    def _other(self, policy: DreamPolicy, model: str | BaseChatModel | None) -> Self:
        """This namespace with other settings or another model."""
        if policy == self._policy and model is None:
            return self
        own = self._model if model is None else resolve_model(model)
        other = type(self)(self._store, self._parts, policy, own)
        other._vault = self._vault  # None is opened by a node, never on an event loop
        return other

    def _unleased(self, dry_run: bool) -> Vault | None:
        """What a dream reads without the lease: all of it in a dry run, else nothing."""
        return self.vault if dry_run and not self.is_template else None

    def _graph(self, policy: DreamPolicy | None, model: str | BaseChatModel | None) -> Any:
        own = self._other(settings_or(policy, self._policy), model)
        with own._lock:
            if own._compiled is None:
                graph = built(own, None, Budget(), Reviewing(pauses=False))
                own._compiled = graph.compile(checkpointer=False)
            return own._compiled


def _configurable(config: Any) -> Mapping[str, Any]:
    """`config["configurable"]`; empty when there is none. Raises NamespaceError."""
    values = config.get("configurable") if isinstance(config, Mapping) else config
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise NamespaceError(
            f"{shown(values)} fills no placeholder; pass config={{'configurable': {{...}}}}"
        )
    return values


def _report(report: dict[str, Any] | None) -> DreamReport:
    if report is None:
        raise DreamError("the dream ended without a report; nothing was committed by it")
    return DreamReport.model_validate(report)
