"""A dream within a graph: none of the state that is streamed can be taken for the thread's."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, NotRequired

import pytest
from dream_support import FIRST, WordEmbedder, day
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command
from review_support import MIND, POLICY, rich

from langgraph_dreams import DreamStore, Namespace, create_dream_graph, dream_node
from langgraph_dreams.dream.runtime.progress import ABOUT

MODES: Any = ["values", "updates", "custom"]
CONFIG: Any = {"configurable": {"thread_id": "1"}}
GIVEN = {"messages": [("user", "Good night.")]}
ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


class State(MessagesState):
    report: NotRequired[dict[str, Any]]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        ada = store.namespace("ada", model=MIND)
        rich(ada)
        yield ada


def agent(node: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node("good_night", lambda state: {"messages": [AIMessage("Good night.")]})
    builder.add_node("dream", node)
    builder.add_edge(START, "good_night").add_edge("good_night", "dream")
    return builder.compile(checkpointer=InMemorySaver())


def streamed(graph: Any, given: Any, is_async: bool) -> list[tuple[tuple[str, ...], str, Any]]:
    """As a server streams for a page: whose it is, which mode, and what."""
    asked: dict[str, Any] = {"stream_mode": MODES, "subgraphs": True}
    if not is_async:
        return list(graph.stream(given, CONFIG, **asked))

    async def collected() -> list[Any]:
        return [part async for part in graph.astream(given, CONFIG, **asked)]

    return asyncio.run(collected())


def dreaming(ada: Namespace) -> Callable[[State], dict[str, Any]]:
    """A node of somebody's own that dreams with another graph than theirs around."""

    def dream(state: State) -> dict[str, Any]:
        own = create_dream_graph(ada).compile()
        found = own.invoke({}, {"configurable": {"user_id": "ada"}})
        return {"report": found["report"]}

    return dream


NODES: dict[str, Callable[[Namespace], Any]] = {
    "graph": lambda ada: create_dream_graph(ada).compile(),
    "configured": lambda ada: create_dream_graph(ada).compile().with_config(tags=["night"]),
    "node": lambda ada: dream_node(ada, output="report"),
    "function": dreaming,
    "method": lambda ada: lambda state: {"report": ada.dream().model_dump(mode="json")},
}


@ASYNC
@pytest.mark.parametrize("kind", NODES)
def test_every_state_that_is_streamed_has_the_messages(
    kind: str, is_async: bool, ada: Namespace
) -> None:
    parts = streamed(agent(NODES[kind](ada)), GIVEN, is_async)
    states = [(whose, data) for whose, mode, data in parts if mode == "values"]
    assert [whose for whose, _ in states] == [()] * len(states)
    assert all(state["messages"] for _, state in states)
    assert states[-1][1]["report"]["status"] == "committed"
    within = [data for whose, mode, data in parts if whose and mode == "updates"]
    assert [name for update in within for name in update] == list(ABOUT)
    told = [data["node"] for _, mode, data in parts if mode == "custom" and "node" in data]
    assert list(dict.fromkeys(told)) == list(ABOUT)


@ASYNC
def test_nor_while_a_person_is_asked_and_has_answered(is_async: bool, ada: Namespace) -> None:
    graph = agent(create_dream_graph(ada, review="ask").compile())
    asked = streamed(graph, GIVEN, is_async)
    answered = streamed(graph, Command(resume="approve"), is_async)
    for parts in (asked, answered):
        states = [(whose, data) for whose, mode, data in parts if mode == "values"]
        assert all(not whose and state["messages"] for whose, state in states)
    assert asked[-1][2]["__interrupt__"]
    assert answered[-1][2]["report"]["status"] == "committed"


def test_alone_it_streams_its_values(ada: Namespace) -> None:
    graph = create_dream_graph(ada).compile()
    *_, last = graph.stream({}, stream_mode="values")
    assert last["report"]["status"] == "committed"
    assert [mode for _, mode, _ in streamed(graph, {}, is_async=False)].count("values") > 0


@pytest.mark.filterwarnings("ignore:The v3 streaming protocol")
def test_where_each_graph_has_a_stream_of_its_own_so_has_the_dream() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record(day(FIRST, 0))
        run = agent(create_dream_graph(ada).compile()).stream_events(GIVEN, CONFIG, version="v3")
        (dream,) = [within for within in run.subgraphs if within.graph_name == "dream"]
        assert dream.output["report"]["status"] == "committed"
        assert run.output["report"] == dream.output["report"]
