"""Recording real graphs: every way to run one, and every way a run can end."""

import asyncio
from typing import Any

import pytest
from awake_support import RUNS, call, compiled, look_up, thread, told, tool_agent, user
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command

from langgraph_dreams.integrations import EpisodeRecorder
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.base import Trust


@pytest.mark.parametrize("way", RUNS)
def test_one_run_is_one_episode(way: str, recorder: EpisodeRecorder, ada: Namespace) -> None:
    RUNS[way](compiled(recorder), user("look: tea"), thread())
    (episode,) = told(recorder, ada)
    assert episode.said == "look: tea"
    assert episode.answered == "I read: found tea"
    assert episode.outcome == "ok"
    assert episode.error == ""
    assert episode.thread == "t1"
    assert episode.run
    assert episode.origin == "user"
    (use,) = episode.done
    assert (use.name, use.args, use.result, use.ok) == (
        "look_up",
        '{"q": "tea"}',
        "found tea",
        True,
    )
    assert "look: tea" in episode.text
    assert "look_up" in episode.text
    assert episode.trust is Trust.ASSERTED
    assert recorder.recorded == 1
    assert recorder.failures == 0


def test_raw_tool_results_are_not_searched(recorder: EpisodeRecorder, ada: Namespace) -> None:
    def agent(state: MessagesState) -> dict[str, Any]:
        tools = [m for m in state["messages"] if m.type == "tool"]
        return {"messages": [AIMessage("done") if tools else call("hidden words")]}

    def tools(state: MessagesState) -> dict[str, Any]:
        return {"messages": [ToolMessage("raw page content", tool_call_id="c1")]}

    builder = StateGraph(MessagesState)
    builder.add_node("agent", agent)
    builder.add_node("tools", tools)
    builder.add_edge(START, "agent")
    builder.add_conditional_edges(
        "agent", lambda s: "tools" if s["messages"][-1].tool_calls else END
    )
    builder.add_edge("tools", "agent")
    builder.compile().with_config(callbacks=[recorder]).invoke(user("go"))
    (episode,) = told(recorder, ada)
    # Seen in the messages alone: no tool callback was fired.
    assert [(u.name, u.result) for u in episode.done] == [("look_up", "raw page content")]
    assert "raw page content" not in episode.text
    assert episode.trust is Trust.ASSERTED


def test_turns_of_a_thread_are_in_order_and_only_the_new_is_told(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    graph = compiled(recorder)
    for said in ("look: tea", "thanks", "and now"):
        graph.invoke(user(said), thread())
    first, second, third = told(recorder, ada)
    assert [e.said for e in (first, second, third)] == ["look: tea", "thanks", "and now"]
    assert first.position < second.position < third.position
    assert second.done == ()
    assert second.answered == "You said thanks"
    # The history holds a tool's words, so the answer may draw on them.
    assert second.trust is Trust.ASSERTED


def test_turns_of_two_recorders_stand_in_the_order_they_were_said(ada: Namespace) -> None:
    recorders = [EpisodeRecorder(ada), EpisodeRecorder(ada)]
    graphs = [compiled(recorder) for recorder in recorders]
    words = ["apricot", "bellows", "cormorant", "dulcimer", "ermine", "fjord"]
    for place, word in enumerate(words):
        told_at = {"metadata": {"time": f"2026-03-01T09:0{place // 2}:00.{place % 2}00+00:00"}}
        graphs[place % 2].invoke(user(word), {**thread(), **told_at})
    for recorder in recorders:
        recorder.flush()
    said = {e.id: e.said for e in sorted(ada.episodes(), key=lambda e: e.position)}
    assert list(said.values()) == words
    beside = ada.vault.neighbours(said, 1)
    assert [said[other] for _, other in beside[list(said)[2]]] == ["bellows", "dulcimer"]


def test_turns_of_one_moment_keep_their_order(recorder: EpisodeRecorder, ada: Namespace) -> None:
    graph = compiled(recorder)
    moment = {"metadata": {"time": "2026-03-01T09:00:00+00:00"}}
    for said in ("one", "two", "three"):
        graph.invoke(user(said), {**thread(), **moment})
    recorder.flush()
    episodes = sorted(ada.episodes(), key=lambda e: e.position)
    assert [e.said for e in episodes] == ["one", "two", "three"]
    assert [e.position - episodes[0].position for e in episodes] == [0, 1, 2]


def test_a_plain_answer_keeps_the_trust_of_the_user(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    compiled(recorder).invoke(user("hello"), thread())
    assert told(recorder, ada)[0].trust is Trust.TRUSTED


def test_a_failed_tool_is_told_and_not_trusted(recorder: EpisodeRecorder, ada: Namespace) -> None:
    compiled(recorder).invoke(user("look: bad"), thread())
    (episode,) = told(recorder, ada)
    (use,) = episode.done
    assert not use.ok
    assert use.result == "ValueError: no such page"
    assert "no such page" in episode.text
    assert episode.outcome == "ok"
    assert episode.trust is Trust.UNTRUSTED


@pytest.mark.parametrize("way", RUNS)
def test_a_run_that_raises_is_an_error(way: str, recorder: EpisodeRecorder, ada: Namespace) -> None:
    with pytest.raises(RuntimeError, match="engine"):
        RUNS[way](compiled(recorder), user("boom"), thread())
    (episode,) = told(recorder, ada)
    assert episode.outcome == "error"
    assert episode.error == "RuntimeError: the engine is cold"
    assert episode.said == "boom"
    assert "the engine is cold" in episode.text


def test_what_was_done_before_the_error_is_kept(recorder: EpisodeRecorder, ada: Namespace) -> None:
    def talk(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage("let me see")]}

    def fail(state: MessagesState) -> dict[str, Any]:
        look_up.invoke({"q": "bad"})
        return {}

    builder = StateGraph(MessagesState)
    builder.add_sequence([("talk", talk), ("fail", fail)])
    builder.add_edge(START, "talk")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    with pytest.raises(ValueError, match="no such page"):
        graph.invoke(user("go"), thread())
    (episode,) = told(recorder, ada)
    assert episode.answered == "let me see"
    assert [u.ok for u in episode.done] == [False]
    # The error of the run is a tool's, so its text is from outside.
    assert episode.trust is Trust.UNTRUSTED


def test_an_abandoned_stream_is_interrupted(recorder: EpisodeRecorder, ada: Namespace) -> None:
    stream = compiled(recorder).stream(user("look: tea"), thread())
    next(stream)
    stream.close()
    (episode,) = told(recorder, ada)
    assert episode.outcome == "interrupted"
    assert "abandoned" in episode.error
    assert [u.name for u in episode.done] == ["look_up"]


async def test_an_abandoned_async_stream_is_interrupted(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    stream = compiled(recorder).astream(user("look: tea"), thread())
    async for _ in stream:
        break
    await stream.aclose()
    assert await recorder.aflush()
    (episode,) = told(recorder, ada)
    assert episode.outcome == "interrupted"
    assert episode.said == "look: tea"


async def test_a_cancelled_run_is_interrupted(recorder: EpisodeRecorder, ada: Namespace) -> None:
    started = asyncio.Event()

    async def wait(state: MessagesState) -> dict[str, Any]:
        started.set()
        await asyncio.Event().wait()
        return {}

    builder = StateGraph(MessagesState)
    builder.add_node("wait", wait)
    builder.add_edge(START, "wait")
    graph = builder.compile().with_config(callbacks=[recorder])
    running = asyncio.create_task(graph.ainvoke(user("hold on")))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (episode,) = told(recorder, ada)
    assert episode.outcome == "interrupted"
    assert episode.said == "hold on"


@pytest.mark.parametrize("way", RUNS)
def test_interrupt_and_resume_are_two_episodes(
    way: str, recorder: EpisodeRecorder, ada: Namespace
) -> None:
    graph = compiled(recorder)
    graph.invoke(user("hello"), thread())
    RUNS[way](graph, user("look: ask"), thread())
    RUNS[way](graph, Command(resume="yes, do"), thread())
    _, asked, resumed = told(recorder, ada)
    assert asked.outcome == "interrupted"
    assert asked.error == "May I look?"
    assert [(u.name, u.ok, u.result) for u in asked.done] == [
        ("look_up", True, "interrupted: May I look?")
    ]
    assert resumed.outcome == "ok"
    assert resumed.said == "yes, do"
    assert resumed.origin == "user"
    assert resumed.answered == "I read: told: yes, do"
    assert [(u.name, u.result) for u in resumed.done] == [("look_up", "told: yes, do")]


def test_a_resumed_run_does_not_tell_again_what_went_before(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    def agent(state: MessagesState) -> dict[str, Any]:
        told_before = sum(m.type == "tool" for m in state["messages"])
        steps = [call("tea", "c1"), call("ask", "c2"), AIMessage("done")]
        return {"messages": [steps[told_before]]}

    builder = StateGraph(MessagesState)
    builder.add_node("agent", agent)
    builder.add_node("tools", ToolNode([look_up]))
    builder.add_edge(START, "agent")
    builder.add_conditional_edges(
        "agent", lambda s: "tools" if s["messages"][-1].tool_calls else END
    )
    builder.add_edge("tools", "agent")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    graph.invoke(user("go"), thread())
    graph.invoke(Command(resume="yes"), thread())
    asked, resumed = told(recorder, ada)
    assert [u.args for u in asked.done] == ['{"q": "tea"}', '{"q": "ask"}']
    assert [u.args for u in resumed.done] == ['{"q": "ask"}']


def test_a_breakpoint_interrupts_and_goes_on(recorder: EpisodeRecorder, ada: Namespace) -> None:
    graph = tool_agent().compile(checkpointer=InMemorySaver(), interrupt_before=["tools"])
    graph = graph.with_config(callbacks=[recorder])
    graph.invoke(user("look: tea"), thread())
    graph.invoke(None, thread())
    stopped, gone_on = told(recorder, ada)
    assert stopped.outcome == "interrupted"
    assert "breakpoint" in stopped.error
    assert [(u.name, u.result) for u in stopped.done] == [("look_up", "")]
    assert gone_on.said == ""
    assert gone_on.origin == "agent"
    assert gone_on.answered == "I read: found tea"
    assert [u.result for u in gone_on.done] == ["found tea"]


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_a_subgraph_is_not_counted_twice(
    way: str, recorder: EpisodeRecorder, ada: Namespace
) -> None:
    builder = StateGraph(MessagesState)
    builder.add_node("sub", tool_agent().compile())
    builder.add_node("after", lambda s: {"messages": [AIMessage("bye")]})
    builder.add_edge(START, "sub")
    builder.add_edge("sub", "after")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    RUNS[way](graph, user("look: tea"), thread())
    (episode,) = told(recorder, ada)
    assert episode.answered == "bye"
    assert [u.result for u in episode.done] == ["found tea"]


def test_an_interrupt_in_a_subgraph_is_seen(recorder: EpisodeRecorder, ada: Namespace) -> None:
    builder = StateGraph(MessagesState)
    builder.add_node("sub", tool_agent().compile())
    builder.add_edge(START, "sub")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    graph.invoke(user("look: ask"), thread())
    graph.invoke(Command(resume="go"), thread())
    asked, resumed = told(recorder, ada)
    assert (asked.outcome, asked.error) == ("interrupted", "May I look?")
    assert (resumed.outcome, resumed.answered) == ("ok", "I read: told: go")


def test_a_graph_called_inside_a_node_or_a_chain_belongs_to_the_run(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    inner = tool_agent().compile()
    chain = RunnableLambda(lambda given: inner.invoke(given))
    chain.invoke(user("look: tea"), {"callbacks": [recorder]})
    (episode,) = told(recorder, ada)
    assert episode.said == "look: tea"
    assert [u.result for u in episode.done] == ["found tea"]
    assert episode.answered == "I read: found tea"


def test_attached_to_a_subgraph_only_it_records_the_subgraph(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    inner = tool_agent().compile()

    def node(state: MessagesState) -> dict[str, Any]:
        inner.invoke(user("hello"), {"callbacks": [recorder]})
        return {"messages": [AIMessage("outer")]}

    builder = StateGraph(MessagesState)
    builder.add_node("node", node)
    builder.add_edge(START, "node")
    builder.compile().invoke(user("outer"))
    (episode,) = told(recorder, ada)
    assert episode.said == "hello"
    assert episode.answered == "You said hello"


def test_attached_twice_it_records_once(recorder: EpisodeRecorder, ada: Namespace) -> None:
    compiled(recorder).invoke(user("look: tea"), {**thread(), "callbacks": [recorder, recorder]})
    (episode,) = told(recorder, ada)
    assert len(episode.done) == 1


def test_update_state_is_not_a_run(recorder: EpisodeRecorder, ada: Namespace) -> None:
    graph = compiled(recorder)
    graph.invoke(user("hello"), thread())
    graph.update_state(thread(), {"messages": [AIMessage("put in")]})
    assert len(told(recorder, ada)) == 1
