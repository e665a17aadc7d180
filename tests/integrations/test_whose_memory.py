"""Whose memory it is, in every way that LangGraph can say it, to each thing that asks it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from awake_support import ScriptedModel, user
from helpers_store import HashEmbedder, episode
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from pydantic import BaseModel
from typing_extensions import TypedDict

from langgraph_dreams import (
    DreamMiddleware,
    DreamStore,
    EpisodeRecorder,
    Namespace,
    create_dream_graph,
    create_dream_tool,
    create_recall_tool,
    dream_node,
    recall_node,
    record_node,
)

KILN = "The kiln is a Brandhorst."


class AsDict(TypedDict, total=False):
    user_id: str
    org: int


@dataclass
class AsDataclass:
    user_id: str
    org: int = 7


class AsModel(BaseModel):
    user_id: str
    org: int = 7


@dataclass
class ServerUser:
    """As a LangGraph server hands on whom it has authenticated."""

    identity: str
    is_authenticated: bool = True
    org: int = 7


def configured(**values: Any) -> dict[str, Any]:
    return {"config": {"configurable": {"thread_id": "1", **values}}}


# Each: the schema of the context, and the arguments of a run.
WAYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "configurable": (None, configured(user_id="ada", org=7)),
    "context, a dict": (AsDict, {**configured(), "context": {"user_id": "ada", "org": 7}}),
    "context, a dict for a dataclass": (
        AsDataclass,
        {**configured(), "context": {"user_id": "ada", "org": 7}},
    ),
    "context, a dataclass": (AsDataclass, {**configured(), "context": AsDataclass("ada")}),
    "context, a model": (AsModel, {**configured(), "context": AsModel(user_id="ada")}),
    "context, a dict for a model": (
        AsModel,
        {**configured(), "context": {"user_id": "ada", "org": 7}},
    ),
    "one of each": (AsDict, {**configured(org=7), "context": {"user_id": "ada"}}),
    "the server's user": (None, configured(langgraph_auth_user=ServerUser("ada"))),
    "the server's user, a dict": (
        None,
        configured(langgraph_auth_user={"identity": "ada", "org": 7}),
    ),
    "the server's user and her id": (
        None,
        configured(langgraph_auth_user={"org": 7}, langgraph_auth_user_id="ada"),
    ),
    "an anonymous user beside the config": (
        None,
        configured(
            user_id="ada", org=7, langgraph_auth_user={"identity": ""}, langgraph_auth_user_id=""
        ),
    ),
}

Build = Callable[[Namespace, Any], tuple[Any, EpisodeRecorder | None]]


def one_node(node: Any, schema: Any) -> Any:
    class State(MessagesState, total=False):
        recalled: str
        night: dict[str, Any]

    builder = StateGraph(State, context_schema=schema)
    builder.add_node("node", node)
    builder.add_edge(START, "node")
    return builder.compile(checkpointer=InMemorySaver())


def answering(_: Any) -> dict[str, Any]:
    return {"messages": [AIMessage("I see.")]}


def with_callback(ns: Namespace, schema: Any) -> tuple[Any, EpisodeRecorder]:
    recorder = EpisodeRecorder(ns)
    return one_node(answering, schema).with_config(callbacks=[recorder]), recorder


def within_another(ns: Namespace, schema: Any) -> tuple[Any, EpisodeRecorder]:
    recorder = EpisodeRecorder(ns)
    inner = one_node(answering, schema)
    return one_node(inner, schema).with_config(callbacks=[recorder]), recorder


def with_record_node(ns: Namespace, schema: Any) -> tuple[Any, EpisodeRecorder]:
    recorder = EpisodeRecorder(ns)
    return one_node(record_node(ns, recorder=recorder), schema), recorder


def with_middleware(ns: Namespace, schema: Any) -> tuple[Any, EpisodeRecorder | None]:
    dreams = DreamMiddleware(ns)
    agent = create_agent(
        ScriptedModel(script=[AIMessage("I see.")]), middleware=[dreams], context_schema=schema
    )
    return agent, dreams.recorder


RECORDING = [with_callback, within_another, with_record_node, with_middleware]
EVERY_WAY = pytest.mark.parametrize("way", WAYS)
ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


def run(graph: Any, given: Any, way: str, is_async: bool) -> Any:
    how = WAYS[way][1]
    if is_async:
        return asyncio.run(graph.ainvoke(given, **how))
    return graph.invoke(given, **how)


@ASYNC
@EVERY_WAY
@pytest.mark.parametrize("build", RECORDING)
def test_no_episode_is_dropped(build: Build, way: str, is_async: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorder = build(store.namespace("{org}", "{user_id}"), WAYS[way][0])
        run(graph, user("The kiln is cold."), way, is_async)
        assert recorder is not None
        assert recorder.flush()
        assert (recorder.recorded, recorder.dropped) == (1, 0)
        (kept,) = store.namespace("7", "ada").episodes()
        assert kept.said == "The kiln is cold."


@ASYNC
@EVERY_WAY
def test_it_is_recalled(way: str, is_async: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        store.namespace("7", "ada").record([episode(1, KILN)])
        graph = one_node(recall_node(store.namespace("{org}", "{user_id}")), WAYS[way][0])
        assert KILN in run(graph, user("What kiln is it?"), way, is_async)["recalled"]


@ASYNC
@EVERY_WAY
@pytest.mark.parametrize("tool", ["recall", "dream"])
def test_tools_know_whose(tool: str, way: str, is_async: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        store.namespace("7", "ada").record([episode(1, KILN)])
        ns = store.namespace("{org}", "{user_id}")
        node = ToolNode([create_recall_tool(ns), create_dream_tool(ns)])
        args = {"query": "kiln"} if tool == "recall" else {}
        asked = AIMessage("", tool_calls=[{"name": tool, "args": args, "id": "1"}])
        graph = one_node(node, WAYS[way][0])
        told = run(graph, {"messages": [asked]}, way, is_async)["messages"][-1].text
        assert (KILN if tool == "recall" else "committed") in told


@ASYNC
@EVERY_WAY
@pytest.mark.parametrize("as_graph", [False, True])
def test_it_dreams(way: str, is_async: bool, as_graph: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        ada = store.namespace("7", "ada")
        ada.record([episode(1, KILN)])
        ns = store.namespace("{org}", "{user_id}")
        node: Any = create_dream_graph(ns).compile() if as_graph else dream_node(ns)
        run(one_node(node, WAYS[way][0]), user("Good night."), way, is_async)
        assert [report.status for report in ada.dreams()] == ["committed"]


@ASYNC
@EVERY_WAY
def test_the_dream_graph_itself_is_told(way: str, is_async: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        store.namespace("7", "ada").record([episode(1, KILN)])
        graph = create_dream_graph(store.namespace("{org}", "{user_id}")).compile()
        assert run(graph, {}, way, is_async)["report"]["status"] == "committed"
