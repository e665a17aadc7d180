"""What the tests of the awake side share: a small agent, a scripted model, a failing namespace."""

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import interrupt
from pydantic import Field

from langgraph_dreams import EpisodeRecorder, Namespace
from langgraph_dreams.types.items import Episode


class FailingNamespace:
    """Passes on to a real namespace, but for as many writes as it is told to refuse."""

    def __init__(self, real: Any, *, failing: bool = True) -> None:
        self.real = real
        self.failing = failing
        self.attempts = 0

    @property
    def parts(self) -> tuple[str, ...]:
        return self.real.parts

    def resolve(self, config: Any) -> "FailingNamespace":
        return self

    def attach(self, writer: object) -> None:
        pass

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        self.attempts += 1
        if self.failing:
            raise OSError("the disk is away")
        return self.real.record(episodes)


class ScriptedModel(BaseChatModel):
    """Answers its script, one message a call; tools are bound to no effect."""

    script: list[AIMessage]
    seen: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kw: Any) -> Any:
        self.seen.append(list(messages))
        answer = self.script[len(self.seen) - 1]
        return ChatResult(generations=[ChatGeneration(message=answer)])


@tool
def look_up(q: str) -> str:
    """Look something up."""
    if q == "bad":
        raise ValueError("no such page")
    if q == "ask":
        return "told: " + interrupt("May I look?")
    return f"found {q}"


def call(q: str, call_id: str = "c1") -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "look_up", "args": {"q": q}, "id": call_id}])


def tool_agent() -> StateGraph[Any, Any, Any, Any]:
    """Looks up what the user says after "look: ", and answers; "boom" makes the node raise."""

    def agent(state: MessagesState) -> dict[str, Any]:
        last = state["messages"][-1]
        if last.type == "tool":
            return {"messages": [AIMessage(f"I read: {last.text}")]}
        said = last.text
        if said == "boom":
            raise RuntimeError("the engine is cold")
        if said.startswith("look: "):
            return {"messages": [call(said.removeprefix("look: "))]}
        return {"messages": [AIMessage(f"You said {said}")]}

    builder = StateGraph(MessagesState)
    builder.add_node("agent", agent)
    builder.add_node("tools", ToolNode([look_up], handle_tool_errors=True))
    builder.add_edge(START, "agent")
    builder.add_conditional_edges(
        "agent", lambda s: "tools" if s["messages"][-1].tool_calls else END
    )
    builder.add_edge("tools", "agent")
    return builder


def compiled(recorder: Any) -> Any:
    return tool_agent().compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])


def thread(name: str = "t1", **more: Any) -> dict[str, Any]:
    return {"configurable": {"thread_id": name, **more}}


def user(text: str) -> dict[str, Any]:
    return {"messages": [("user", text)]}


def told(recorder: EpisodeRecorder, ada: Namespace) -> list[Episode]:
    assert recorder.flush()
    assert recorder.pending == 0
    return sorted(ada.episodes(), key=lambda e: (e.thread, e.position))


async def _ainvoke(graph: Any, given: Any, config: Any) -> None:
    await graph.ainvoke(given, config)


async def _astream(graph: Any, given: Any, config: Any) -> None:
    async for _ in graph.astream(given, config):
        pass


RUNS = {
    "invoke": lambda g, i, c: g.invoke(i, c),
    "stream": lambda g, i, c: list(g.stream(i, c)),
    "stream messages": lambda g, i, c: list(g.stream(i, c, stream_mode=["messages", "updates"])),
    "ainvoke": lambda g, i, c: asyncio.run(_ainvoke(g, i, c)),
    "astream": lambda g, i, c: asyncio.run(_astream(g, i, c)),
}
