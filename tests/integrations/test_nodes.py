"""The nodes fit any parent state, sync and async, and write what they are asked to alone."""

import asyncio
import operator
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, NotRequired

import pytest
from helpers_store import HashEmbedder, episode
from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.message import add_messages
from pydantic import BaseModel
from typing_extensions import TypedDict

from langgraph_dreams import (
    DreamStore,
    EpisodeRecorder,
    InvalidInputError,
    Namespace,
    NamespaceError,
    Trust,
    create_dream_graph,
    dream_node,
    recall_node,
    record_node,
)

KILN = "The kiln is a Brandhorst."


class AsDict(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    steps: Annotated[list[str], operator.add]
    recalled: NotRequired[str]
    night: NotRequired[dict[str, Any]]


class AsModel(BaseModel):
    messages: Annotated[list[AnyMessage], add_messages]
    steps: Annotated[list[str], operator.add] = []
    recalled: str = ""
    night: dict[str, Any] = {}


@dataclass
class AsDataclass:
    messages: Annotated[list[AnyMessage], add_messages]
    steps: Annotated[list[str], operator.add] = field(default_factory=list)
    recalled: str = ""
    night: dict[str, Any] = field(default_factory=dict)


class AsMessages(MessagesState):
    steps: Annotated[list[str], operator.add]
    recalled: NotRequired[str]
    night: NotRequired[dict[str, Any]]


SCHEMAS = [AsDict, AsModel, AsDataclass, AsMessages]
ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as opened:
        yield opened


def run(graph: Any, given: Any, config: Any, is_async: bool) -> dict[str, Any]:
    if is_async:
        return asyncio.run(graph.ainvoke(given, config))
    return graph.invoke(given, config)


def answer(state: Any) -> dict[str, Any]:
    return {"messages": [AIMessage("I see.")], "steps": ["answer"]}


def given(said: str = "What kiln is it?") -> dict[str, Any]:
    return {"messages": [("user", said)], "steps": ["start"]}


@ASYNC
@pytest.mark.parametrize("schema", SCHEMAS)
def test_all_three_nodes_in_any_state(
    schema: Any, is_async: bool, store: DreamStore, ada: Namespace
) -> None:
    store.namespace("acme", "ada").record([episode(1, KILN)])
    template = store.namespace("acme", "{user_id}")
    keeper = EpisodeRecorder(template)
    builder = StateGraph(schema)
    builder.add_node("recall", recall_node(template))
    builder.add_node("answer", answer)
    builder.add_node("record", record_node(template, recorder=keeper))
    builder.add_node("dream", dream_node(template, output="night"))
    builder.add_edge(START, "recall").add_edge("recall", "answer")
    builder.add_edge("answer", "record").add_edge("record", "dream")
    config = {"configurable": {"thread_id": "1", "user_id": "ada"}}
    state = run(builder.compile(checkpointer=InMemorySaver()), given(), config, is_async)

    assert f"| {KILN}" in state["recalled"]
    assert state["steps"] == ["start", "answer"]
    assert [m.text for m in state["messages"]] == ["What kiln is it?", "I see."]
    assert state["night"]["status"] == "committed"
    assert state["night"]["counts"]["episodes"] == 2
    told = [e for e in ada.episodes() if e.said]
    assert [(e.said, e.answered, e.thread) for e in told] == [("What kiln is it?", "I see.", "1")]
    # The answer may echo what was recalled, so the user's own trust does not reach it.
    assert told[0].trust is Trust.ASSERTED


@ASYNC
@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_compiled_dream_graph_is_a_node_of_any_state(
    schema: Any, is_async: bool, ada: Namespace
) -> None:
    ada.record([episode(1, KILN)])
    builder = StateGraph(schema)
    builder.add_node("answer", answer)
    builder.add_node("dream", create_dream_graph(ada).compile())
    builder.add_edge(START, "answer").add_edge("answer", "dream")
    state = run(builder.compile(), given(), {}, is_async)
    assert state["steps"] == ["start", "answer"]
    assert [m.text for m in state["messages"]] == ["What kiln is it?", "I see."]
    assert [report.status for report in ada.dreams()] == ["committed"]


def test_the_compiled_dream_graph_shares_keys_with_its_parent(ada: Namespace) -> None:
    class Parent(MessagesState):
        focus: str
        report: NotRequired[dict[str, Any]]

    ada.record([episode(1, KILN)])
    builder = StateGraph(Parent)
    builder.add_node("dream", create_dream_graph(ada).compile())
    builder.add_edge(START, "dream")
    state = builder.compile().invoke({**given(), "focus": "the kiln"})
    (report,) = ada.dreams()
    assert state["report"]["id"] == report.id
    assert [(c.kind, c.text) for c in report.concerns] == [("focus", "the kiln")]
    assert len(state["messages"]) == 1


def recalling(ada: Namespace, **settings: Any) -> Any:
    builder = StateGraph(AsMessages)
    builder.add_node("recall", recall_node(ada, **settings))
    builder.add_edge(START, "recall")
    return builder.compile(checkpointer=InMemorySaver())


@ASYNC
def test_a_recall_among_the_messages_is_replaced_by_the_next(
    is_async: bool, ada: Namespace
) -> None:
    ada.record([episode(1, KILN), episode(2, "The permit ends on Friday.")])
    graph = recalling(ada, into="messages", k=1)
    config = {"configurable": {"thread_id": "1"}}
    run(graph, given("What kiln is it?"), config, is_async)
    state = run(graph, given("When ends the permit on Friday?"), config, is_async)
    (recalled,) = [m for m in state["messages"] if m.type == "system"]
    assert "permit ends on Friday" in recalled.text
    assert len(state["messages"]) == 3


def test_a_recall_stays_within_its_tokens(ada: Namespace) -> None:
    ada.record([episode(n, f"kiln number {n} is warm " * 20) for n in range(8)])
    many, few, none = (
        recalling(ada, k=8, tokens=tokens).invoke(
            given("kiln"), {"configurable": {"thread_id": "1"}}
        )["recalled"]
        for tokens in (4_000, 700, 20)
    )
    assert many.count("| kiln number") > few.count("| kiln number") >= 1
    assert len(few) / 4 < 700
    assert none == ""


def test_nothing_said_recalls_nothing_and_forgets_the_last_recall(ada: Namespace) -> None:
    ada.record([episode(1, KILN)])
    graph = recalling(ada)
    config: Any = {"configurable": {"thread_id": "1"}}
    assert KILN in graph.invoke(given(), config)["recalled"]
    assert graph.invoke(given("  "), config)["recalled"] == ""


def test_a_question_from_a_state_without_messages(ada: Namespace) -> None:
    class Reservation(TypedDict):
        title: str
        recalled: NotRequired[str]

    ada.record([episode(1, KILN)])
    builder = StateGraph(Reservation)
    builder.add_node("recall", recall_node(ada, question=lambda state: state["title"]))
    builder.add_edge(START, "recall")
    assert KILN in builder.compile().invoke({"title": "kiln broken"})["recalled"]


@ASYNC
def test_a_missing_value_of_a_template_is_an_error(is_async: bool, store: DreamStore) -> None:
    graph = recalling(store.namespace("acme", "{user_id}"))
    with pytest.raises(NamespaceError, match="user_id"):
        run(graph, given(), {"configurable": {"thread_id": "1"}}, is_async)


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": 51}, {"tokens": 0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, int], ada: Namespace) -> None:
    with pytest.raises(InvalidInputError, match=r"out of range|too small"):
        recall_node(ada, **wrong)


def test_a_failed_recall_leaves_the_agent_alone(
    ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    closed = DreamStore.in_memory(embedder=HashEmbedder())
    gone = closed.namespace("acme", "ada")
    closed.close()
    state = recalling(gone).invoke(given(), {"configurable": {"thread_id": "1"}})
    assert state["recalled"] == ""
    assert "nothing recalled: StoreClosedError" in caplog.text


def test_a_node_leaves_the_recording_to_an_attached_recorder(
    recorder: EpisodeRecorder, store: DreamStore, ada: Namespace
) -> None:
    builder = StateGraph(AsMessages)
    builder.add_node("answer", answer)
    builder.add_node("record", record_node(store.namespace("acme", "{user_id}")))
    builder.add_edge(START, "answer").add_edge("answer", "record")
    graph = builder.compile().with_config(callbacks=[recorder])
    graph.invoke(given(), {"configurable": {"thread_id": "1", "user_id": "ada"}})
    ada.flush()
    assert len(ada.episodes()) == 1
