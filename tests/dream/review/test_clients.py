"""Who else can be asked: an agent by its tool, a chat page, a server's queue.

`shows` is the rule by which agent-chat-ui shows a review: behind the last message unless that is
the human's, or where there is neither a message of the agent nor of a tool.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from awake_support import ScriptedModel
from dream_support import WordEmbedder
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command
from review_support import MIND, POLICY, rich, untouched

from langgraph_dreams import (
    DreamStore,
    IdleDreamer,
    InvalidInputError,
    Namespace,
    create_dream_graph,
    create_dream_tool,
    dream_node,
)
from langgraph_dreams.scheduling.server_queue import _run
from langgraph_dreams.server.demo_agent import good_night

CONFIG: Any = {"configurable": {"thread_id": "1"}}
ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
GIVEN = {"messages": [("user", "Hello."), AIMessage("Hello, Ada."), ("user", "Good night.")]}


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        ada = store.namespace("ada", model=MIND)
        rich(ada)
        yield ada


def run(graph: Any, given: Any, is_async: bool, config: Any = CONFIG) -> Any:
    if is_async:
        return asyncio.run(graph.ainvoke(given, config))
    return graph.invoke(given, config)


def shows(found: dict[str, Any]) -> bool:
    (interrupt,) = found["__interrupt__"]
    value, types = interrupt.value, [message.type for message in found["messages"]]
    assert all(isinstance(a["name"], str) and a["args"] for a in value["action_requests"])
    assert all(config["allowed_decisions"] for config in value["review_configs"])
    return types[-1] != "human" or not {"ai", "tool"} & set(types)


def agent_with(tool: Any) -> ScriptedModel:
    call = {"name": tool.name, "args": {}, "id": "c1"}
    return ScriptedModel(script=[AIMessage("", tool_calls=[call]), AIMessage("I slept well.")])


@ASYNC
@pytest.mark.parametrize("prebuilt", [False, True])
def test_an_agent_that_goes_to_bed_by_itself_is_reviewed(
    prebuilt: bool, is_async: bool, ada: Namespace
) -> None:
    tool = create_dream_tool(ada, review="ask")
    if prebuilt:
        graph: Any = create_agent(agent_with(tool), [tool], checkpointer=InMemorySaver())
    else:
        call = {"name": "dream", "args": {"focus": "kiln"}, "id": "c1"}
        builder = StateGraph(MessagesState)
        builder.add_node("ask", lambda state: {"messages": [AIMessage("", tool_calls=[call])]})
        builder.add_node("tools", ToolNode([tool]))
        builder.add_edge(START, "ask").add_edge("ask", "tools")
        graph = builder.compile(checkpointer=InMemorySaver())
    found = run(graph, GIVEN, is_async)
    assert shows(found)
    assert untouched(ada)
    actions = found["__interrupt__"][0].value["action_requests"]
    decisions = [{"type": "approve"} for _ in actions]
    decisions[-1] = {"type": "reject"}
    done = run(graph, Command(resume={"decisions": decisions}), is_async)
    told = next(m for m in done["messages"] if m.type == "tool")
    assert "committed" in told.text
    assert ada.memories()
    assert not ada.links()


@ASYNC
def test_without_a_checkpointer_it_waits_in_the_journal(is_async: bool, ada: Namespace) -> None:
    tool = create_dream_tool(ada, review="ask")
    found = run(create_agent(agent_with(tool), [tool]), GIVEN, is_async, {})
    told = next(m for m in found["messages"] if m.type == "tool")
    assert "waiting, a person has to approve it" in told.text
    (report,) = ada.dreams()
    assert ada.approve(report.id).status == "committed"


@ASYNC
def test_a_rule_of_the_tool_decides(is_async: bool, ada: Namespace) -> None:
    tool = create_dream_tool(ada, review="auto", approve=lambda o: o.kind != "add_link")
    run(create_agent(agent_with(tool), [tool]), GIVEN, is_async, {})
    assert ada.memories()
    assert not ada.links()


def night(ada: Namespace, *, told: bool, as_graph: bool) -> Any:
    builder = StateGraph(MessagesState)
    made: Any = create_dream_graph(ada, review="ask").compile() if as_graph else None
    builder.add_node("dream", made or dream_node(ada, review="ask"))
    if told:
        builder.add_node("good_night", good_night)
        builder.add_edge(START, "good_night").add_edge("good_night", "dream")
    else:
        builder.add_edge(START, "dream")
    return builder.compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize("as_graph", [False, True])
def test_a_word_before_the_dream_shows_its_review(as_graph: bool, ada: Namespace) -> None:
    assert not shows(night(ada, told=False, as_graph=as_graph).invoke(GIVEN, CONFIG))
    graph = night(ada, told=True, as_graph=as_graph)
    assert shows(graph.invoke(GIVEN, CONFIG))
    graph.invoke(Command(resume="approve"), CONFIG)
    assert ada.memories()


def test_a_server_is_told_who_looks() -> None:
    assert _run("dream", ["ada"], 0, "", "ask")["input"] == {"focus": "", "review": "ask"}
    assert _run("dream", ["ada"], 0, "")["input"] == {"focus": ""}
    with pytest.raises(InvalidInputError, match="perhaps"):
        _run("dream", ["ada"], 0, "", "perhaps")  # type: ignore[arg-type]


def test_no_other_review_is_taken(ada: Namespace) -> None:
    with pytest.raises(InvalidInputError, match="perhaps"):
        create_dream_tool(ada, review="perhaps")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="perhaps"):
        IdleDreamer(ada, review="perhaps")  # type: ignore[arg-type]
