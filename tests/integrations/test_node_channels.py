"""Nodes of ours and the state that they write to: what it lacks is said, what it has is kept."""

import asyncio
import operator
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from helpers_store import HashEmbedder, episode
from langchain_core.messages import AIMessage, AnyMessage, SystemMessage, ToolMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
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
    dream_node,
    recall_node,
)
from langgraph_dreams.safety.fencing import FENCE

KILN = "The kiln is a Brandhorst."
GIVEN = {"messages": [("user", "What kiln is it?")]}


class Bare(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


class BareModel(BaseModel):
    messages: Annotated[list[AnyMessage], add_messages]


@dataclass
class BareDataclass:
    messages: Annotated[list[AnyMessage], add_messages] = field(default_factory=list)


BARE = [Bare, BareModel, BareDataclass, MessagesState]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        ada = store.namespace("acme", "ada")
        ada.record([episode(1, KILN), episode(2, "The permit ends on Friday.")])
        yield ada


def of_one(node: Any, schema: Any, **how: Any) -> Any:
    builder = StateGraph(schema)
    builder.add_node("node", node, **how)
    builder.add_edge(START, "node")
    return builder.compile(checkpointer=InMemorySaver())


async def read(stream: Any) -> list[Any]:
    return [part async for part in stream]


RUNS: dict[str, Any] = {
    "invoke": lambda graph, given, config: graph.invoke(given, config),
    "ainvoke": lambda graph, given, config: asyncio.run(graph.ainvoke(given, config)),
    "stream": lambda graph, given, config: list(graph.stream(given, config)),
    "messages": lambda graph, given, config: asyncio.run(
        read(graph.astream(given, config, stream_mode="messages"))
    ),
    "events": lambda graph, given, config: asyncio.run(
        read(graph.astream_events(given, config, version="v2"))
    ),
}
CONFIG = {"configurable": {"thread_id": "1"}}
EVERY_RUN = pytest.mark.parametrize("way", RUNS)


# -- a state without the channel


@EVERY_RUN
@pytest.mark.parametrize("schema", BARE)
def test_a_recall_that_would_be_thrown_away_is_refused(
    schema: Any, way: str, ada: Namespace
) -> None:
    graph = of_one(recall_node(ada), schema)
    with pytest.raises(InvalidInputError, match=r"no 'recalled'.*into="):
        RUNS[way](graph, GIVEN, CONFIG)


@EVERY_RUN
@pytest.mark.parametrize("schema", BARE)
def test_a_report_that_would_be_thrown_away_is_refused_before_the_dream(
    schema: Any, way: str, ada: Namespace
) -> None:
    graph = of_one(dream_node(ada, output="night"), schema)
    with pytest.raises(InvalidInputError, match=r"no 'night'.*output="):
        RUNS[way](graph, GIVEN, CONFIG)
    assert not ada.dreams()


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda node: node.with_config(tags=["mine"]),
        lambda node: node.with_retry(stop_after_attempt=1),
        lambda node: node.with_config(tags=["a"]).with_config(run_name="b"),
    ],
)
@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_a_node_with_a_config_of_its_own_is_refused_too(
    wrapped: Any, way: str, ada: Namespace
) -> None:
    graph = of_one(wrapped(recall_node(ada, into="memories")), MessagesState)
    with pytest.raises(InvalidInputError, match="no 'memories'"):
        RUNS[way](graph, GIVEN, CONFIG)


def test_the_graph_around_it_is_not_meant(ada: Namespace) -> None:
    class Outer(MessagesState):
        recalled: str

    inner = of_one(recall_node(ada), MessagesState)
    with pytest.raises(InvalidInputError, match="no 'recalled'"):
        of_one(inner, Outer).invoke(GIVEN, CONFIG)


def test_no_messages_to_lead_is_refused_too(ada: Namespace) -> None:
    class Reservation(TypedDict):
        title: str

    node = recall_node(ada, into="messages", question=lambda state: state["title"])
    with pytest.raises(InvalidInputError, match="no 'messages'"):
        of_one(node, Reservation).invoke({"title": "kiln"}, CONFIG)


@pytest.mark.parametrize("way", ["invoke", "ainvoke", "messages"])
def test_within_another_node_its_result_is_the_callers(way: str, ada: Namespace) -> None:
    recall = recall_node(ada)
    night = dream_node(ada, output="night")
    seen: list[Any] = []

    def plain(state: Any, config: RunnableConfig) -> Any:
        seen.append(recall.invoke(state, config)["recalled"])
        seen.append(night.invoke(state, config)["night"])  # type: ignore[index]
        return {}

    chain = recall | (lambda found: {"messages": [AIMessage(found["recalled"])]})
    for node in (plain, RunnableLambda(plain), chain):
        RUNS[way](of_one(node, MessagesState), GIVEN, CONFIG)
    assert all(KILN in text for text in seen[::2])
    assert [report["status"] for report in seen[1::2]] == ["committed", "committed"]
    told = of_one(chain, MessagesState).invoke(GIVEN, CONFIG)["messages"][-1]
    assert KILN in told.text


def test_a_state_without_keys_takes_what_it_is_given(ada: Namespace) -> None:
    def merged(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
        return {**left, **right}

    graph = of_one(recall_node(ada), Annotated[dict, merged])
    assert KILN in graph.invoke(GIVEN, CONFIG)["recalled"]


def test_alone_it_answers(ada: Namespace) -> None:
    assert KILN in str(recall_node(ada).invoke(GIVEN)["recalled"])


# -- among the messages


def asked(graph: Any, way: str, said: str, *more: Any) -> list[Any]:
    RUNS[way](graph, {"messages": [*more, ("user", said)]}, CONFIG)
    messages: list[Any] = graph.get_state(CONFIG).values["messages"]
    return messages


@EVERY_RUN
def test_it_leads_the_messages_and_the_others_stay(way: str, ada: Namespace) -> None:
    builder = StateGraph(MessagesState)
    builder.add_node("recall", recall_node(ada, into="messages", k=1))
    builder.add_node("answer", lambda state: {"messages": [AIMessage("I see.")]})
    builder.add_edge(START, "recall").add_edge("recall", "answer")
    graph = builder.compile(checkpointer=InMemorySaver())
    ids: list[list[str]] = []
    for said in ("What kiln is it?", "When ends the permit?", "And the kiln?"):
        messages = asked(graph, way, said)
        assert [m.type for m in messages] == ["system", *["human", "ai"] * (len(ids) + 1)]
        ids.append([m.id for m in messages])
        assert ids[-1][: len(ids[-2])] == ids[-2] if len(ids) > 1 else ids[-1][0] == FENCE
    assert KILN in messages[0].text
    assert len(set(ids[-1])) == 7


@EVERY_RUN
def test_what_was_there_before_it_stays(way: str, ada: Namespace) -> None:
    call = {"name": "look", "args": {}, "id": "c1"}
    graph = of_one(recall_node(ada, into="messages"), MessagesState)
    before = [
        SystemMessage("Be kind.", id="own"),
        ("user", "Look."),
        AIMessage("", tool_calls=[call], id="asks"),
        ToolMessage("seen", tool_call_id="c1", id="tells"),
        AIMessage("Seen.", id="told"),
    ]
    for turn in range(2):
        messages = asked(graph, way, "What kiln is it?", *(() if turn else before))
        assert [m.type for m in messages][:3] == ["system", "system", "human"]
        assert [m.id for m in messages if m.type != "human"] == [
            FENCE, "own", "asks", "tells", "told"
        ]  # fmt: skip
    assert len([m for m in messages if m.type == "human"]) == 3


def test_one_left_behind_the_user_by_an_older_version_is_brought_forward(ada: Namespace) -> None:
    graph = of_one(recall_node(ada, into="messages"), MessagesState)
    old = SystemMessage("Nothing was recalled.", id=FENCE)
    messages = asked(graph, "invoke", "What kiln is it?", ("user", "Hi."), old, AIMessage("Hello."))
    assert [m.type for m in messages] == ["system", "human", "ai", "human"]
    assert KILN in messages[0].text


class Added(TypedDict):
    messages: Annotated[list[Any], operator.add]


class Plain(TypedDict):
    messages: list[Any]


class Formatted(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages(format="langchain-openai")]  # type: ignore[call-arg]


def newest(left: list[Any], right: list[Any]) -> list[Any]:
    return list(add_messages(left, right))[-3:]  # type: ignore[arg-type]


class Newest(TypedDict):
    messages: Annotated[list[AnyMessage], newest]


@pytest.mark.parametrize("schema", [Added, Plain, Formatted, Newest, BareModel, BareDataclass])
@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_whatever_the_reducer_nothing_is_lost(schema: Any, way: str, ada: Namespace) -> None:
    graph = of_one(recall_node(ada, into="messages"), schema)
    said = [AIMessage("Hello.", id="a"), AIMessage("Ask me.", id="b")]
    asks = {"role": "user", "content": "What kiln is it?"}
    for turn, given in enumerate((said, [AIMessage("Go on.", id="c")])):
        whole = [*said, *given] if turn and schema is Plain else given
        RUNS[way](graph, {"messages": [*whole, asks]}, CONFIG)
        found = graph.get_state(CONFIG).values["messages"]
        texts = [m["content"] if isinstance(m, dict) else m.text for m in found]
        assert KILN in texts[0]
        assert texts[-1] == "What kiln is it?"
        assert not [m for m in found if getattr(m, "type", "") == "remove"]
        assert len([t for t in texts if FENCE in t]) == 1
    if schema is not Newest:
        assert {"Hello.", "Ask me.", "Go on."} <= set(texts)


def test_the_turn_is_recorded_as_without_it(ada: Namespace) -> None:
    """Its update repeats the messages of the thread: they are no part of the turn."""
    recorder = EpisodeRecorder(ada)
    builder = StateGraph(MessagesState)
    builder.add_node("recall", recall_node(ada, into="messages"))

    def fails(state: Any) -> Any:
        raise RuntimeError("the engine is cold")

    builder.add_node("fails", fails)
    builder.add_edge(START, "recall").add_edge("recall", "fails")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    call = {"name": "look", "args": {}, "id": "c1"}
    before = [
        ("user", "Look."),
        AIMessage("", tool_calls=[call]),
        ToolMessage("seen", tool_call_id="c1"),
        AIMessage("Seen."),
    ]
    with pytest.raises(RuntimeError, match="cold"):
        graph.invoke({"messages": [*before, ("user", "What kiln is it?")]}, CONFIG)
    assert recorder.flush()
    (kept,) = [e for e in ada.episodes() if e.outcome == "error"]
    assert (kept.said, kept.answered, kept.done) == ("What kiln is it?", "", ())
