"""Whose memory it is, said in any of the ways that LangGraph has; real graphs."""

from dataclasses import dataclass
from typing import Any

import pytest
from awake_support import user
from helpers_store import HashEmbedder
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel
from typing_extensions import TypedDict

from langgraph_dreams import DreamStore, EpisodeRecorder, NamespaceError, recall_node


class AsDict(TypedDict):
    user_id: str


@dataclass
class AsDataclass:
    user_id: str


class AsModel(BaseModel):
    user_id: str


def agent(store: DreamStore, schema: Any) -> tuple[Any, EpisodeRecorder]:
    class State(MessagesState):
        recalled: str

    ns = store.namespace("acme", "{user_id}")
    recorder = EpisodeRecorder(ns)
    builder = StateGraph(State, context_schema=schema)
    builder.add_node("recall", recall_node(ns))
    builder.add_edge(START, "recall")
    return builder.compile().with_config(callbacks=[recorder]), recorder


SCHEMAS = pytest.mark.parametrize("schema", [AsDict, AsDataclass, AsModel])


@SCHEMAS
@pytest.mark.parametrize("as_object", [False, True])
def test_a_template_is_filled_from_the_context(schema: Any, as_object: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorder = agent(store, schema)
        for who in ("ada", "eve"):
            given = schema(user_id=who) if as_object else {"user_id": who}
            graph.invoke(user(f"I am {who}"), context=given)
        assert recorder.flush()
        for who in ("ada", "eve"):
            assert [e.said for e in store.namespace("acme", who).episodes()] == [f"I am {who}"]


@SCHEMAS
async def test_a_template_is_filled_from_the_context_async(schema: Any) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorder = agent(store, schema)
        await graph.ainvoke(user("hi"), context=schema(user_id="ada"))
        assert await recorder.aflush()
        assert [e.said for e in store.namespace("acme", "ada").episodes()] == ["hi"]


@pytest.mark.parametrize("as_object", [False, True])
def test_a_template_is_filled_from_the_servers_user(as_object: bool) -> None:
    @dataclass
    class User:
        identity: str

    who: Any = User("ada") if as_object else {"identity": "ada"}
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorder = agent(store, None)
        graph.invoke(user("hi"), {"configurable": {"langgraph_auth_user": who}})
        assert recorder.flush()
        assert [e.said for e in store.namespace("acme", "ada").episodes()] == ["hi"]


def test_the_config_counts_before_the_context() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorder = agent(store, AsDict)
        graph.invoke(user("hi"), {"configurable": {"user_id": "ada"}}, context={"user_id": "eve"})
        assert recorder.flush()
        assert [e.said for e in store.namespace("acme", "ada").episodes()] == ["hi"]


def test_a_context_without_the_value_is_an_error_for_a_node() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, _ = agent(store, AsDict)
        with pytest.raises(NamespaceError, match="user_id"):
            graph.invoke(user("hi"), context={"other": "ada"})
