"""Record, recall and dream as one middleware of `create_agent`; needs the extra `langchain`.

How a run is recorded. A turn that ends is recorded by the `after_agent` hook, from the messages of
the state. That hook does not run when something raised, so the hooks around model and tool calls
record what passes through them and let it pass. Both see the whole turn in the state, so that
one that is resumed in another process is recorded too. What another middleware takes out of the
state meanwhile, such as one that summarizes, is kept beside it (see `recording.rewritten`).
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Annotated, Any, NotRequired, TypedDict
from uuid import uuid4

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain.agents.middleware.types import (
    ModelRequest,
    ModelResponse,
    PrivateStateAttr,
    ToolCallRequest,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.config import get_config
from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime
from langgraph.types import Command

from langgraph_dreams._validation import checked_flag, checked_whole
from langgraph_dreams.dream.runtime.options import checked_namespace
from langgraph_dreams.errors import InvalidInputError, NamespaceError
from langgraph_dreams.integrations.fenced_recall import CORE_TOKENS
from langgraph_dreams.integrations.nodes_recall import (
    acore_text,
    arecalled_text,
    check_recall,
    core_text,
    newest_question,
    recalled_text,
)
from langgraph_dreams.integrations.nodes_record import checked_recorder
from langgraph_dreams.integrations.offered import awith_ways, with_ways
from langgraph_dreams.integrations.recorded_already import recorded_already
from langgraph_dreams.integrations.recording.messages import (
    last_said_end,
    raw_messages,
    updated_messages,
)
from langgraph_dreams.integrations.recording.recorder import EpisodeRecorder
from langgraph_dreams.integrations.recording.rewritten import said_now, whole_turn
from langgraph_dreams.integrations.recording.runs import Bounded
from langgraph_dreams.integrations.tools import (
    create_dream_tool,
    create_recall_tool,
)
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.base import now

logger = logging.getLogger("langgraph_dreams")

_KEY = "messages"
_MOST_FAILED = 10_000
_MOST_SEEN = 1_000
"""Turns at a time whose messages are kept until they end."""


class DreamTurn(TypedDict):
    """The turn that goes on, as plain JSON, so that it can be resumed."""

    id: str
    time: str
    recalled: str
    core: NotRequired[str]
    said: list[dict[str, Any]]
    """What the user said, which another middleware may take out of the state."""


class DreamAgentState(AgentState[Any]):
    """The agent's state with a field of the middleware's own, in neither input nor output."""

    dream_turn: NotRequired[Annotated[DreamTurn, PrivateStateAttr]]


class DreamMiddleware(AgentMiddleware[Any, Any, Any]):
    """Memory for an agent: `create_agent(model, tools, middleware=[DreamMiddleware(ada)])`.

    - record: each turn, from the user's message to the answer, is one episode. A turn whose model
      or tool raised, or was cancelled, is recorded with the outcome "error" or "interrupted".
      Where an `EpisodeRecorder` of the same namespace is attached to the run, that one records
      alone. A turn that stops to ask is recorded when it was resumed and has ended. A stream that
      its reader abandons, and what another middleware's own hook raises, is seen by an attached
      recorder only.
    - recall: once a turn, for the user's newest message. The fenced text stands before that message
      in what the model is shown, and never among the agent's messages. After a tool call that
      failed the model is shown, likewise, what worked for such a failure before.
    - core: the few memories that are worth being always in context, fenced, at the beginning of the
      system prompt. It is the same from turn to turn until a dream changes the core, so that a
      provider's cache of the prompt holds. It stays when a middleware behind this one replaces the
      system prompt, as `dynamic_prompt` does.
    - tools: the agent may recall and dream by itself.

    Give it as the first of the middleware: then an error that another one retries or repairs never
    reaches it. Behind such a one, it records a failed try, and the turn again when it has ended.
    """

    state_schema = DreamAgentState

    def __init__(
        self,
        namespace: Namespace,
        *,
        k: int = 5,
        tokens: int = 1_000,
        core_tokens: int | None = None,
        record: bool = True,
        recall: bool = True,
        tools: bool = True,
        recorder: EpisodeRecorder | None = None,
        nap: bool = False,
    ) -> None:
        """Takes whose memory, and what to do; a template is filled from the config of each run.

        k: items recalled at most, 1 to 50; tokens: how long the recalled text may be, estimated;
        core_tokens: how long that of the core may be, 0 = it is not shown, None = 600 with `recall`
        and 0 without;
        recorder: one of your own, to be flushed by you, with its own limits, tags and naps;
        nap: after each turn, in the background, look whether it contradicts or updates something
        (see `Namespace.dream`).

        Raises InvalidInputError when a number is out of range, or nothing to nap after. In a run,
        NamespaceError when nothing says whose it is, and what was said is kept aside (see
        `EpisodeRecorder`); any other failure to recall or to record is logged, and the agent goes
        on.
        """
        super().__init__()
        check_recall(k, tokens)
        for name, flag in (("record", record), ("recall", recall), ("tools", tools), ("nap", nap)):
            checked_flag(name, flag)
        if nap and (recorder is not None or not record):
            raise InvalidInputError(
                "a nap follows what the middleware records itself: leave out `nap`, or pass"
                " EpisodeRecorder(..., nap=True) as `recorder`"
            )
        if core_tokens is not None:
            checked_whole("core_tokens", core_tokens, 0)
        checked_namespace(namespace)
        checked_recorder(recorder)
        self._namespace = namespace
        self._k, self._tokens, self._recalls = k, tokens, recall
        usual = CORE_TOKENS if recall else 0
        self._core_tokens = usual if core_tokens is None else core_tokens
        self._recorder = (recorder or EpisodeRecorder(namespace, nap=nap)) if record else None
        self._failed: Bounded[str, bool] = Bounded(_MOST_FAILED)
        self._seen: Bounded[str, list[Any]] = Bounded(_MOST_SEEN)
        self._warned = False
        self.tools = [create_recall_tool(namespace, k), create_dream_tool(namespace)]
        if not tools:
            self.tools = []

    @property
    def recorder(self) -> EpisodeRecorder | None:
        """The recorder, e.g. to flush it; None with `record=False`."""
        return self._recorder

    # the turn begins

    def before_agent(self, state: DreamAgentState, runtime: Runtime[Any]) -> dict[str, DreamTurn]:
        """Recalls for what the user said."""
        question = newest_question(state, _KEY) if self._recalls else ""
        with self._keeping_aside(state):
            return _new_turn(
                recalled_text(self._namespace, question, get_config(), self._k, self._tokens),
                said_now(state, _KEY),
                core_text(self._namespace, get_config(), self._core_tokens),
            )

    async def abefore_agent(
        self, state: DreamAgentState, runtime: Runtime[Any]
    ) -> dict[str, DreamTurn]:
        """As `before_agent`, off the event loop."""
        question = newest_question(state, _KEY) if self._recalls else ""
        config, own = get_config(), self._namespace
        with self._keeping_aside(state):
            return _new_turn(
                await arecalled_text(own, question, config, self._k, self._tokens),
                said_now(state, _KEY),
                await acore_text(own, config, self._core_tokens),
            )

    @contextmanager
    def _keeping_aside(self, state: DreamAgentState) -> Iterator[None]:
        """What was said in a run of which nobody says whose it is, is kept aside, not lost."""
        try:
            yield
        except NamespaceError as error:
            self._record(state, error)
            raise

    # it goes on

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Shows the model what was recalled; records a turn that ends here by raising."""
        try:
            shown = _with_recalled(self._bindable(request))
            if self._recalls:
                told = with_ways(self._namespace, shown.messages, get_config())
                shown = shown.override(messages=told)
            response = handler(shown)
        except BaseException as error:
            self._record(request.state, error)
            raise
        self._see(request.state, response.result)
        return response

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """As `wrap_model_call`."""
        try:
            shown = _with_recalled(self._bindable(request))
            if self._recalls:
                told = await awith_ways(self._namespace, shown.messages, get_config())
                shown = shown.override(messages=told)
            response = await handler(shown)
        except BaseException as error:
            self._record(request.state, error)
            raise
        self._see(request.state, response.result)
        return response

    def _bindable(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        """The request without our tools when its model cannot call any."""
        if not self.tools or _can_bind(request.model, self.tools):
            return request
        if not self._warned:
            self._warned = True
            logger.warning(
                "%s cannot call tools: the agent goes on without recall and dream as tools; "
                "pass tools=False to DreamMiddleware, or a model with bind_tools",
                type(request.model).__name__,
            )
        own = {id(tool) for tool in self.tools}
        return request.override(tools=[tool for tool in request.tools if id(tool) not in own])

    def wrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]],
    ) -> ToolMessage | Command[Any]:
        """Records a turn that a tool ends by raising."""
        try:
            answer = handler(request)
        except BaseException as error:
            self._record(request.state, error, request.tool_call)
            raise
        self._see(request.state, list(updated_messages([answer], _KEY)))
        return answer

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        """As `wrap_tool_call`."""
        try:
            answer = await handler(request)
        except BaseException as error:
            self._record(request.state, error, request.tool_call)
            raise
        self._see(request.state, list(updated_messages([answer], _KEY)))
        return answer

    # it ends

    def after_agent(self, state: DreamAgentState, runtime: Runtime[Any]) -> None:
        """Records the turn; writing happens in the background."""
        self._record(state)

    async def aafter_agent(self, state: DreamAgentState, runtime: Runtime[Any]) -> None:
        """As `after_agent`."""
        self._record(state)

    def _see(self, state: Any, messages: Sequence[Any]) -> None:
        """Keeps what came since the turn began, in case it is gone from the state at its end."""
        turn = state.get("dream_turn") if self._recorder is not None else None
        if turn is not None:
            self._seen.set(turn["id"], [*(self._seen.get(turn["id"]) or []), *messages])

    def _record(
        self,
        state: Any,
        error: BaseException | None = None,
        failed_call: Mapping[str, Any] | None = None,
    ) -> None:
        if self._recorder is None or isinstance(error, GraphBubbleUp):
            # An interrupt or a handover is no end: the turn goes on when it is resumed.
            return
        config = get_config()
        if recorded_already(config, self._namespace):
            return
        turn: DreamTurn = state.get("dream_turn") or _new_turn("", [])["dream_turn"]
        if error is not None:
            # Tools that ran side by side may all raise: the turn ends once.
            if self._failed.get(turn["id"]):
                return
            self._failed.set(turn["id"], True)
        # What the caller told of the turn (its time, the reaction) counts before our own.
        told = {"time": turn["time"], **config.get("metadata", {}), "run_id": turn["id"]}
        raw = raw_messages(state, _KEY) or []
        messages = whole_turn(raw, turn.get("said", []), self._seen.get(turn["id"]) or [])
        self._seen.set(turn["id"], [])
        self._recorder.record_state(
            {**state, _KEY: messages},
            {**config, "metadata": told},
            error=error,
            failed_call=failed_call,
            recalled=bool(turn["recalled"] or turn.get("core")),
        )


def _can_bind(model: BaseChatModel, tools: Sequence[BaseTool]) -> bool:
    try:
        model.bind_tools(tools)
    except NotImplementedError:  # what LangChain's base class raises, and those that wrap a model
        return False
    return True


def _new_turn(recalled: str, said: list[dict[str, Any]], core: str = "") -> dict[str, DreamTurn]:
    time = now().isoformat()
    turn = DreamTurn(id=str(uuid4()), time=time, recalled=recalled, core=core, said=said)
    return {"dream_turn": turn}


def _with_recalled(request: ModelRequest[Any]) -> ModelRequest[Any]:
    """The request with the recalled text before what the user said last, and led by the core.

    What was recalled comes as a user's message, not as the system's: it is data, and gets no
    authority. The core, which only the user's own words come into, is fenced as data, too.
    """
    turn: DreamTurn | None = request.state.get("dream_turn")  # type: ignore[assignment]
    if turn is None:
        # There is no turn when the run began before the agent had this middleware.
        return request
    if turn.get("core"):
        request = _LedRequest(**{f.name: getattr(request, f.name) for f in fields(request)})
    if not turn["recalled"]:
        return request
    messages = list(request.messages)
    place = max(last_said_end(messages) - 1, 0)
    messages.insert(place, HumanMessage(turn["recalled"]))
    return request.override(messages=messages)


class _LedRequest(ModelRequest[Any]):
    """A request that the core leads; what `override` makes of it is one, too."""

    def __init__(self, **given: Any) -> None:
        system = given.get("system_message")
        core = (given["state"].get("dream_turn") or {}).get("core")
        if core and (system is None or core not in system.text):
            given["system_message"] = _led_by(core, system)
        super().__init__(**given)


def _led_by(core: str, system: SystemMessage | None) -> SystemMessage:
    """The system prompt with the core at its beginning."""
    if system is None:
        return SystemMessage(core)
    if isinstance(system.content, str):
        whole: Any = f"{core}\n\n{system.content}"
    else:
        whole = [{"type": "text", "text": core}, *system.content]
    return system.model_copy(update={"content": whole})
