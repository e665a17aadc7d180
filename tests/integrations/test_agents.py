"""Agents of other makes: the functional API, teams, deep agents; sync and async."""

import asyncio
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from awake_support import ScriptedModel, told, user
from helpers_store import HashEmbedder, episode
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, interrupt

from langgraph_dreams import (
    DreamMiddleware,
    DreamStore,
    EpisodeRecorder,
    Namespace,
    Trust,
    create_dream_tool,
    create_recall_tool,
)

EXAMPLES = Path(__file__).parents[2] / "examples" / "attach"
KILN = "The kiln is a Brandhorst."
ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)


def run(graph: Any, given: Any, config: Any, is_async: bool) -> Any:
    if is_async:
        return asyncio.run(graph.ainvoke(given, config))
    return graph.invoke(given, config)


def thread(name: str = "t1", **more: Any) -> Any:
    return {"configurable": {"thread_id": name, **more}}


def sync_turns(memory: Namespace) -> Any:
    @task
    def recall(question: str) -> list[str]:
        return [found.item.text for found in memory.recall(question, k=3).items]

    @task
    def dream() -> str:
        return memory.dream().status

    @entrypoint(checkpointer=InMemorySaver())
    def turn(said: str) -> str:
        if said == "sleep":
            return dream().result()
        if said == "ask":
            return f"told {interrupt('Which kiln?')}"
        if said == "boom":
            raise RuntimeError("the engine is cold")
        return "; ".join(recall(said).result())

    return turn


def async_turns(memory: Namespace) -> Any:
    @task
    async def recall(question: str) -> list[str]:
        return [found.item.text for found in (await memory.arecall(question, k=3)).items]

    @task
    async def dream() -> str:
        return (await memory.adream()).status

    @entrypoint(checkpointer=InMemorySaver())
    async def turn(said: str) -> str:
        if said == "sleep":
            return await dream()
        if said == "ask":
            return f"told {interrupt('Which kiln?')}"
        if said == "boom":
            raise RuntimeError("the engine is cold")
        return "; ".join(await recall(said))

    return turn


@ASYNC
def test_tasks_recall_and_dream_and_each_run_is_recorded(
    is_async: bool, ada: Namespace, recorder: EpisodeRecorder
) -> None:
    ada.record([episode(1, KILN)])
    made = async_turns(ada) if is_async else sync_turns(ada)
    agent = made.with_config(callbacks=[recorder])
    assert KILN in run(agent, "What kiln?", thread(), is_async)
    assert recorder.flush()
    assert run(agent, "sleep", thread(), is_async) == "committed"
    assert [report.counts["episodes"] for report in ada.dreams()] == [2]
    turns = [e for e in told(recorder, ada) if e.said]
    assert [e.said for e in turns] == ["What kiln?", "sleep"]


@ASYNC
def test_an_entrypoint_that_asks_or_raises_is_recorded(
    is_async: bool, ada: Namespace, recorder: EpisodeRecorder
) -> None:
    made = async_turns(ada) if is_async else sync_turns(ada)
    agent = made.with_config(callbacks=[recorder])
    run(agent, "ask", thread(), is_async)
    assert run(agent, Command(resume="a Brandhorst"), thread(), is_async) == "told a Brandhorst"
    with pytest.raises(RuntimeError, match="engine"):
        run(agent, "boom", thread(), is_async)
    turns = told(recorder, ada)
    assert [e.outcome for e in turns] == ["interrupted", "ok", "error"]
    assert [e.said for e in turns] == ["ask", "a Brandhorst", "boom"]


def worker(name: str, memory: Namespace) -> Any:
    def work(state: MessagesState) -> dict[str, list[AIMessage]]:
        known = memory.recall(state["messages"][-1].text, k=5).items
        return {"messages": [AIMessage(f"{name} does it, and recalls {len(known)}.")]}

    graph = StateGraph(MessagesState).add_node("work", work).add_edge(START, "work")
    return graph.compile(name=name).with_config(callbacks=[EpisodeRecorder(memory, tags=[name])])


def supervise(state: MessagesState) -> str:
    said = state["messages"][-1].text
    return "bill" if "invoice" in said else "glaze" if "glaze" in said else "fire"


@ASYNC
def test_two_workers_share_a_memory_and_one_has_its_own(is_async: bool, store: DreamStore) -> None:
    shared, own = store.namespace("acme", "workshop"), store.namespace("acme", "accounts")
    builder = StateGraph(MessagesState)
    for name, memory in (("fire", shared), ("glaze", shared), ("bill", own)):
        builder.add_node(name, worker(name, memory))
    builder.add_conditional_edges(START, supervise, ["fire", "glaze", "bill"])
    team = builder.compile()
    answers = []
    for said in ("Fire the bowls.", "Which glaze for bowls?", "The invoice for bowls."):
        answers.append(run(team, user(said), thread(), is_async)["messages"][-1].text)
        shared.flush()
        own.flush()
    assert [a[-2:] for a in answers] == ["0.", "1.", "0."]
    assert {(e.tags, e.said) for e in shared.episodes()} == {
        (("fire",), "Fire the bowls."),
        (("glaze",), "Which glaze for bowls?"),
    }
    assert {e.thread for e in shared.episodes()} == {"t1"}
    assert [e.said for e in own.episodes()] == ["The invoice for bowls."]


@ASYNC
def test_agents_with_middleware_are_workers_of_a_team(is_async: bool, store: DreamStore) -> None:
    shared, own = store.namespace("acme", "workshop"), store.namespace("acme", "{user_id}")
    builder = StateGraph(MessagesState)
    kept = {}
    for name, memory in (("fire", shared), ("glaze", shared), ("bill", own)):
        kept[name] = DreamMiddleware(memory, recall=False)
        chat = ScriptedModel(script=[AIMessage(f"{name} did it.")])
        builder.add_node(name, create_agent(chat, [], middleware=[kept[name]]))
    builder.add_conditional_edges(START, lambda state: state["messages"][-1].text)
    team = builder.compile(checkpointer=InMemorySaver())
    for name in kept:
        state = run(team, user(name), thread(user_id="ada"), is_async)
    # Nothing of a worker's own state is in its parent's, and no message stands there twice.
    said = [m.text for m in state["messages"]]
    assert said == ["fire", "fire did it.", "glaze", "glaze did it.", "bill", "bill did it."]
    shared.flush()
    turns = sorted(shared.episodes(), key=lambda e: e.said)
    assert [(e.said, e.answered) for e in turns] == [
        ("fire", "fire did it."),
        ("glaze", "glaze did it."),
    ]
    assert [e.said for e in store.namespace("acme", "ada").episodes()] == ["bill"]


@ASYNC
def test_a_recorder_around_the_team_records_alone(
    is_async: bool, ada: Namespace, recorder: EpisodeRecorder
) -> None:
    chat = ScriptedModel(script=[AIMessage("Done.")])
    builder = StateGraph(MessagesState)
    builder.add_node("work", create_agent(chat, [], middleware=[DreamMiddleware(ada)]))
    builder.add_edge(START, "work")
    team = builder.compile().with_config(callbacks=[recorder])
    run(team, user("go"), thread(), is_async)
    ada.flush()
    assert [(e.said, e.answered) for e in ada.episodes()] == [("go", "Done.")]


@ASYNC
def test_a_deep_agent_is_one_turn_with_its_plan_and_files(is_async: bool, ada: Namespace) -> None:
    files: dict[str, str] = {}
    agent = runpy.run_path(str(EXAMPLES / "deep_agent.py"))["build"](ada, files)
    state = run(agent, user("Find the firing curve."), thread(), is_async)
    assert files == {"curve.md": "1240 degrees, 9 hours"}
    assert state["todos"][0]["content"] == "find the firing curve"
    ada.flush()
    (turn,) = ada.episodes()
    assert [use.name for use in turn.done] == ["write_todos", "research", "write_file"]
    assert [use.result for use in turn.done][1] == "1240 degrees, 9 hours."
    assert turn.answered.startswith("The curve is in curve.md")


@ASYNC
def test_the_tools_in_a_tool_node_of_a_template(is_async: bool, store: DreamStore) -> None:
    store.namespace("acme", "ada").record([episode(1, KILN)])
    template = store.namespace("acme", "{user_id}")
    tools = ToolNode([create_recall_tool(template), create_dream_tool(template)])
    builder = StateGraph(MessagesState)
    builder.add_node("tools", tools)
    builder.add_edge(START, "tools")
    asked = [
        {"name": "recall", "args": {"query": "kiln"}, "id": "1"},
        {"name": "dream", "args": {}, "id": "2"},
    ]
    given = {"messages": [HumanMessage("go"), AIMessage("", tool_calls=asked)]}
    state = run(builder.compile(), given, thread(user_id="ada"), is_async)
    recalled, dreamt = state["messages"][-2:]
    assert f"| {KILN}" in recalled.text
    assert dreamt.text.startswith("Dream ")
    assert len(store.namespace("acme", "ada").dreams()) == 1


@ASYNC
@pytest.mark.parametrize("way", ["middleware", "recorder"])
def test_a_sub_agent_in_a_tool_keeps_its_own_memory(
    way: str, is_async: bool, store: DreamStore
) -> None:
    mine, theirs = store.namespace("acme", "ada"), store.namespace("acme", "researcher")
    keeper = EpisodeRecorder(theirs)
    middleware = [DreamMiddleware(theirs)] if way == "middleware" else []
    chat = ScriptedModel(script=[AIMessage("Nine hours.")])
    sub = create_agent(chat, [], middleware=middleware)
    if way == "recorder":
        sub = sub.with_config(callbacks=[keeper])

    @tool
    def research(question: str, config: RunnableConfig) -> str:
        """Ask the researcher."""
        return str(sub.invoke(user(question), config)["messages"][-1].text)

    asks = [{"name": "research", "args": {"question": "How long?"}, "id": "1"}]
    chat = ScriptedModel(script=[AIMessage("", tool_calls=asks), AIMessage("Nine.")])
    agent = create_agent(chat, [research], middleware=[DreamMiddleware(mine)])
    run(agent, user("How long does it fire?"), thread(), is_async)
    mine.flush()
    (outer,), (inner,) = mine.episodes(), theirs.episodes()
    assert (outer.said, outer.answered) == ("How long does it fire?", "Nine.")
    assert (inner.said, inner.answered) == ("How long?", "Nine hours.")
    assert (outer.origin, inner.origin) == ("user", "agent")
    # The agent's words are not the user's, even though they come as a user's message.
    assert inner.trust is Trust.ASSERTED
