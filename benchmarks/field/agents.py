"""The agents that chats are lived through: real graphs, with a chat model that plays its part.

- `middleware`: `create_agent` with `DreamMiddleware`, and LangChain's own for summaries and
  approvals;
- `recorder`: a plain graph with an `EpisodeRecorder` among its callbacks;
- `nodes`: the same graph with `recall_node` and `record_node`.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware, SummarizationMiddleware
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Send, interrupt
from pydantic import Field

from langgraph_dreams import (
    DreamMiddleware,
    EpisodeRecorder,
    Namespace,
    recall_node,
    record_node,
)

AgentName = Literal["middleware", "recorder", "nodes"]
AGENTS: tuple[AgentName, ...] = ("middleware", "recorder", "nodes")
UNKNOWN = "I do not know that."
NODS = ("Noted.", "Good to know, I will remember that.", "Thanks for telling me.", "Got it: {}")
_WORKERS = 3
_SUMMARIZED_AT, _KEPT = 14, 6
"""Messages at which the history is summarized, and how many are left."""


@dataclass(frozen=True)
class Cue:
    """What a message makes the model do."""

    answer: str = ""
    call: str = ""
    """Name of a tool."""


class Actor(BaseChatModel):
    """Answers a message by its cue; without one a question is unknown, and the rest is noted."""

    cues: dict[str, Cue] = Field(default_factory=dict)
    """By the id of the user's message."""
    failing: int = 0
    """Calls from now on that raise."""
    always: str = ""
    """The same answer to everything, where given."""

    @property
    def _llm_type(self) -> str:
        return "actor"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        """Its cues say which are called."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the model is overloaded")
        message = AIMessage(self.always) if self.always else self._act(messages)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _act(self, messages: Sequence[BaseMessage]) -> AIMessage:
        heard = next(m for m in reversed(messages) if m.type == "human")
        cue = self.cues.get(str(heard.id), Cue())
        text = heard.text
        if cue.call and messages[-1].type != "tool":
            args = {"about": " ".join(text.split()[:6])}
            return AIMessage("", tool_calls=[{"name": cue.call, "args": args, "id": heard.id}])
        if cue.answer:
            return AIMessage(cue.answer)
        if text.rstrip().endswith("?"):
            return AIMessage(UNKNOWN)
        # Not by the text: what is said twice is answered in other words.
        return AIMessage(NODS[zlib.crc32(str(heard.id).encode()) % len(NODS)].format(text))


class _State(MessagesState):
    recalled: str


Finding = Callable[[str], str]


def build(
    name: AgentName, namespace: Namespace, actor: Actor, findings: Sequence[str], summary: str
) -> Any:
    """The agent; what is said to it is recorded in the namespace."""

    def found(about: str) -> str:
        return findings[zlib.crc32(about.encode()) % len(findings)]

    recorder = EpisodeRecorder(namespace)
    if name == "middleware":
        return _created(namespace, recorder, actor, _tools(found), summary)
    graph = _graph(namespace, recorder, actor, found, by_nodes=name == "nodes").compile(
        checkpointer=InMemorySaver()
    )
    return graph if name == "nodes" else graph.with_config(callbacks=[recorder])


def _created(
    namespace: Namespace,
    recorder: EpisodeRecorder,
    actor: Actor,
    tools: Sequence[BaseTool],
    summary: str,
) -> Any:
    summarizing = SummarizationMiddleware(
        model=Actor(always=summary),
        trigger=("messages", _SUMMARIZED_AT),
        keep=("messages", _KEPT),
    )
    return create_agent(
        actor,
        list(tools),
        middleware=[
            DreamMiddleware(namespace, recorder=recorder),
            summarizing,
            HumanInTheLoopMiddleware(interrupt_on={"send": True}),
        ],
        checkpointer=InMemorySaver(),
    )


def _tools(found: Finding) -> list[BaseTool]:
    def search(about: str) -> str:
        return found(about)

    def send(about: str) -> str:
        return f"sent: {about}"

    return [
        StructuredTool.from_function(search, description="Search the web."),
        StructuredTool.from_function(send, description="Send a mail."),
    ]


def _graph(
    namespace: Namespace,
    recorder: EpisodeRecorder,
    actor: Actor,
    found: Finding,
    by_nodes: bool,
) -> StateGraph[Any, Any, Any, Any]:
    """An agent with tools, workers side by side, a researcher before a writer, and approvals."""

    def agent(state: _State) -> Mapping[str, Any]:
        return {"messages": [actor.invoke(state["messages"])]}

    def worker(task: Mapping[str, Any]) -> Mapping[str, Any]:
        finding = found(f"{task['about']} {task['number']}")
        return {"messages": [AIMessage(finding, name=f"worker {task['number']}")]}

    def researcher(state: _State) -> Mapping[str, Any]:
        return {"messages": [AIMessage(found(state["messages"][-1].text), name="researcher")]}

    def approval(state: _State) -> Mapping[str, Any]:
        request = {"name": "send", "args": {"about": state["messages"][-1].text}}
        review = {"action_name": "send", "allowed_decisions": ["approve", "edit", "reject"]}
        interrupt({"action_requests": [request], "review_configs": [review]})
        return {}

    def route(state: _State, config: RunnableConfig) -> str | list[Send]:
        way = config["configurable"]["way"]
        if way == "workers":
            about = state["messages"][-1].text
            return [Send("worker", {"about": about, "number": n + 1}) for n in range(_WORKERS)]
        return {"writer": "researcher", "approval": "approval"}.get(way, "agent")

    def after_agent(state: _State) -> str:
        return "tools" if getattr(state["messages"][-1], "tool_calls", None) else "end"

    builder = StateGraph(_State)
    builder.add_node("agent", agent)
    builder.add_node("tools", ToolNode(_tools(found)))
    nodes: dict[str, Any] = {"worker": worker, "researcher": researcher, "approval": approval}
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(name, "agent")
    builder.add_edge("tools", "agent")
    begin: Any = recall_node(namespace) if by_nodes else _nothing
    end: Any = record_node(namespace, recorder=recorder) if by_nodes else _nothing
    builder.add_node("begin", begin)
    builder.add_node("end", end)
    builder.add_edge(START, "begin")
    builder.add_conditional_edges("begin", route, ["agent", "worker", "researcher", "approval"])
    builder.add_conditional_edges("agent", after_agent, ["tools", "end"])
    builder.add_edge("end", END)
    return builder


def _nothing(state: _State) -> Mapping[str, Any]:
    return {}
