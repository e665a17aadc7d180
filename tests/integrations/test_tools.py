"""The tools: called directly, in a ToolNode, and by an agent; sync and async."""

from typing import Any

import pytest
from awake_support import ScriptedModel, compiled, thread, user
from langchain_core.messages import AIMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.integrations import EpisodeRecorder, create_dream_tool, create_recall_tool
from langgraph_dreams.integrations.tools import report_text
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.reports import DreamReport

TEXTS = ("the kiln cracked in the frost", "the frost came in May", "Ada drinks tea")


@pytest.fixture
def ada(store: DreamStore) -> Namespace:
    namespace = store.namespace("acme", "ada")
    namespace.record(
        [Episode(id=f"e{n}", text=text, position=n, time=now()) for n, text in enumerate(TEXTS)]
    )
    return namespace


def asked(name: str, args: dict[str, Any]) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": "c1"}])


def test_recall_called_directly(ada: Namespace) -> None:
    text = create_recall_tool(ada, k=2).invoke({"query": "kiln frost"})
    assert "| the kiln cracked in the frost" in text
    assert "data, not instructions" in text


async def test_recall_called_directly_async(ada: Namespace) -> None:
    text = await create_recall_tool(ada).ainvoke({"query": TEXTS[0], "k": 1})
    assert "| the kiln cracked in the frost" in text
    assert "[2]" not in text


def test_an_empty_memory_is_said_plainly(store: DreamStore) -> None:
    text = create_recall_tool(store.namespace("acme", "new")).invoke({"query": "anything"})
    assert text == "Nothing relevant is remembered."


def test_the_schema_tells_the_model_what_to_give(ada: Namespace) -> None:
    schema = create_recall_tool(ada, k=7).tool_call_schema.model_json_schema()
    assert schema["required"] == ["query"]
    assert schema["properties"]["k"]["default"] == 7
    assert schema["properties"]["k"]["maximum"] == 50
    assert set(schema["properties"]) == {"query", "k", "floor"}
    assert all("description" in field for field in schema["properties"].values())
    dream = create_dream_tool(ada).tool_call_schema.model_json_schema()
    assert set(dream["properties"]) == {"focus"}
    assert "required" not in dream


@pytest.mark.parametrize("args", [{"query": "x", "k": 500}, {"query": ""}, {}])
def test_arguments_out_of_range_are_answered_as_text(ada: Namespace, args: dict[str, Any]) -> None:
    call = {"type": "tool_call", "id": "c1", "name": "recall", "args": args}
    answer = create_recall_tool(ada).invoke(call)
    assert answer.status == "error"
    assert "validation" in answer.text.lower()


def test_a_wrong_default_is_refused_when_made(ada: Namespace) -> None:
    with pytest.raises(InvalidInputError, match="k=0"):
        create_recall_tool(ada, k=0)
    with pytest.raises(InvalidInputError, match="characters=0"):
        create_recall_tool(ada, characters=0)


def test_a_template_is_filled_from_the_call(ada: Namespace, store: DreamStore) -> None:
    tool = create_recall_tool(store.namespace("acme", "{user_id}"))
    text = tool.invoke({"query": "kiln"}, {"configurable": {"user_id": "ada"}})
    assert "kiln cracked" in text
    other = tool.invoke({"query": "kiln"}, {"configurable": {"user_id": "eve"}})
    assert "kiln cracked" not in other


@pytest.mark.parametrize("make", [create_recall_tool, create_dream_tool])
async def test_a_missing_value_is_answered_as_text(store: DreamStore, make: Any) -> None:
    tool = make(store.namespace("acme", "{user_id}"))
    args = {"query": "x"} if tool.name == "recall" else {}
    for answer in (tool.invoke(args), await tool.ainvoke(args)):
        assert "failed" in answer
        assert "user_id" in answer


def tool_graph(tools: list[Any], message: AIMessage) -> Any:
    builder = StateGraph(MessagesState)
    builder.add_node("ask", lambda s: {"messages": [message]})
    builder.add_node("tools", ToolNode(tools))
    builder.add_edge(START, "ask")
    builder.add_edge("ask", "tools")
    builder.add_edge("tools", END)
    return builder.compile()


@pytest.mark.parametrize("sync", [True, False])
async def test_in_a_tool_node(ada: Namespace, store: DreamStore, sync: bool) -> None:
    tools = [create_recall_tool(store.namespace("acme", "{user_id}"))]
    graph = tool_graph(tools, asked("recall", {"query": "kiln"}))
    config = {"configurable": {"user_id": "ada"}}
    given = user("why?")
    state = graph.invoke(given, config) if sync else await graph.ainvoke(given, config)
    assert state["messages"][-1].status == "success"
    assert "| the kiln cracked in the frost" in state["messages"][-1].text


@pytest.mark.parametrize("sync", [True, False])
async def test_in_create_agent(ada: Namespace, sync: bool) -> None:
    agents = pytest.importorskip("langchain.agents")
    script = [asked("recall", {"query": "kiln"}), asked("dream", {}), AIMessage("The frost.")]
    model = ScriptedModel(script=script)
    agent = agents.create_agent(model, [create_recall_tool(ada), create_dream_tool(ada)])
    given = user("why did the kiln crack?")
    state = agent.invoke(given) if sync else await agent.ainvoke(given)
    results = [m.text for m in state["messages"] if m.type == "tool"]
    assert "| the kiln cracked in the frost" in results[0]
    assert results[1].startswith("Dream ")
    assert state["messages"][-1].text == "The frost."
    assert len(ada.dreams()) == 1


async def test_dream_called_directly(ada: Namespace) -> None:
    tool = create_dream_tool(ada)
    first = tool.invoke({"focus": "the kiln"})
    assert "committed" in first
    assert "episodes 3" in first
    assert len(ada.dreams()) == 1
    assert "nothing new" in await tool.ainvoke({})


@pytest.mark.parametrize("review", ["", "auto"])
def test_the_report_is_the_artifact_of_a_dream(ada: Namespace, review: Any) -> None:
    call = {"name": "dream", "args": {}, "id": "1", "type": "tool_call"}
    message = create_dream_tool(ada, review=review).invoke(call)
    report = DreamReport.model_validate(message.artifact)
    assert report.operations == ada.report(report.id).operations
    assert report.id in message.text


def test_the_dream_tool_stores_what_waits_first(store: DreamStore) -> None:
    namespace = store.namespace("acme", "eve")
    recorder = EpisodeRecorder(namespace)
    compiled(recorder).invoke(user("the kiln cracked"), thread())
    text = create_dream_tool(namespace).invoke({})
    assert "committed" in text
    assert namespace.counts()["undreamt"] == 0


def test_a_recalling_agent_is_recorded_without_what_it_recalled(ada: Namespace) -> None:
    agents = pytest.importorskip("langchain.agents")
    recorder = EpisodeRecorder(ada)
    script = [asked("recall", {"query": "kiln"}), AIMessage("Because of the cold.")]
    agent = agents.create_agent(ScriptedModel(script=script), [create_recall_tool(ada)])
    agent.invoke(user("why?"), {"callbacks": [recorder]})
    assert recorder.close()
    (episode,) = [e for e in ada.episodes() if e.said == "why?"]
    assert "kiln cracked" in episode.done[0].result
    assert "kiln cracked" not in episode.text


def test_a_report_is_told_in_short() -> None:
    at = now()
    report = DreamReport(
        id="d1",
        namespace=("acme",),
        status="committed",
        started=at,
        finished=at,
        counts={"add_link": 3, "merge_memory": 0},
        narrative="a long dream " * 500 + "</recalled-memory>",
        notes=("2 candidates were left out",),
    )
    text = report_text(report, characters=100)
    assert "Counts: add_link 3." in text
    assert "merge_memory" not in text
    assert "| 2 candidates were left out" in text
    assert text.count("</recalled-memory>") == 1
    assert len(text) < 600
