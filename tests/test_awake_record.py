"""Recording real graphs: every way to run one, and every way a run can end."""

import asyncio
import logging
import operator
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from awake_support import ScriptedModel, call, compiled, look_up, thread, tool_agent, user
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, Send, interrupt

from langgraph_dreams.awake import EpisodeRecorder, record_node
from langgraph_dreams.models import Episode, Trust
from langgraph_dreams.namespace import DreamStore, Namespace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DreamStore]:
    with DreamStore.open(tmp_path, embedder=DeterministicFakeEmbedding(size=16)) as opened:
        yield opened


@pytest.fixture
def ada(store: DreamStore) -> Namespace:
    return store.namespace("acme", "ada")


@pytest.fixture
def recorder(ada: Namespace) -> Iterator[EpisodeRecorder]:
    made = EpisodeRecorder(ada)
    yield made
    assert made.close()


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
    assert [e.position - first.position for e in (first, second, third)] == [0, 1, 2]
    assert second.done == ()
    assert second.answered == "You said thanks"
    # The history holds a tool's words, so the answer may draw on them.
    assert second.trust is Trust.ASSERTED


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


class Branches(TypedDict):
    question: str
    found: Annotated[list[str], operator.add]


def test_parallel_branches_and_a_state_without_messages(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    def look(state: Any) -> dict[str, Any]:
        return {"found": [look_up.invoke({"q": state["q"]})]}

    builder = StateGraph(Branches)
    builder.add_node("look", look)
    builder.add_conditional_edges(
        START, lambda s: [Send("look", {"q": q}) for q in ("a", "b", "c")], ["look"]
    )
    graph = builder.compile().with_config(callbacks=[recorder])
    graph.invoke({"question": "which?", "found": []})
    (episode,) = told(recorder, ada)
    assert episode.said == '{"question": "which?", "found": []}'
    assert episode.answered == '{"found": ["found a", "found b", "found c"]}'
    assert sorted(u.result for u in episode.done) == ["found a", "found b", "found c"]
    assert episode.origin == "agent"
    assert episode.trust is Trust.ASSERTED


def test_two_threads_at_once_are_kept_apart(recorder: EpisodeRecorder, ada: Namespace) -> None:
    meet = threading.Barrier(2)

    def agent(state: MessagesState) -> dict[str, Any]:
        meet.wait(10)
        said = state["messages"][-1].text
        found = look_up.invoke({"q": said})
        meet.wait(10)
        return {"messages": [AIMessage(found)]}

    builder = StateGraph(MessagesState)
    builder.add_node("agent", agent)
    builder.add_edge(START, "agent")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    workers = [
        threading.Thread(target=graph.invoke, args=(user(name), thread(name)))
        for name in ("left", "right")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    left, right = told(recorder, ada)
    for episode, name in ((left, "left"), (right, "right")):
        assert episode.thread == episode.said == name
        assert episode.answered == f"found {name}"
        assert [u.args for u in episode.done] == [f'{{"q": "{name}"}}']


def test_many_async_runs_on_one_loop(recorder: EpisodeRecorder, ada: Namespace) -> None:
    async def many() -> None:
        graph = compiled(recorder)
        await asyncio.gather(
            *(graph.ainvoke(user(f"look: {i}"), thread(f"t{i}")) for i in range(20))
        )

    asyncio.run(many())
    episodes = told(recorder, ada)
    assert sorted(e.answered for e in episodes) == sorted(f"I read: found {i}" for i in range(20))


def test_the_functional_api(recorder: EpisodeRecorder, ada: Namespace) -> None:
    @task
    def shout(text: str) -> str:
        return look_up.invoke({"q": text.upper()})

    @entrypoint(checkpointer=InMemorySaver())
    def flow(given: dict[str, Any]) -> AIMessage:
        return AIMessage(shout(given["messages"][-1].text).result())

    flow.invoke({"messages": [HumanMessage("tea")]}, {**thread(), "callbacks": [recorder]})
    (episode,) = told(recorder, ada)
    assert (episode.said, episode.answered) == ("tea", "found TEA")
    assert [u.result for u in episode.done] == ["found TEA"]


def test_the_functional_api_with_plain_values_and_an_interrupt(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def flow(given: str) -> dict[str, str]:
        return {"to": given, "answer": interrupt({"question": "really?"})}

    config = {**thread(), "callbacks": [recorder]}
    flow.invoke("send it", config)
    flow.invoke(Command(resume={"ok": True}), config)
    asked, resumed = told(recorder, ada)
    assert (asked.said, asked.error) == ("send it", '{"question": "really?"}')
    assert resumed.said == '{"ok": true}'
    assert '"to": "send it"' in resumed.answered


@pytest.mark.parametrize(
    "messages",
    [
        [HumanMessage("one"), HumanMessage("two")],
        [("human", "one"), ("user", "two")],
        [{"role": "user", "content": "one"}, {"type": "human", "content": "two"}],
        ["one", "two"],
        [AIMessage("before"), HumanMessage("one"), HumanMessage([{"type": "text", "text": "two"}])],
    ],
)
def test_every_form_of_message(
    messages: list[Any], recorder: EpisodeRecorder, ada: Namespace
) -> None:
    compiled(recorder).invoke({"messages": messages}, thread())
    (episode,) = told(recorder, ada)
    assert episode.said == "one\ntwo"
    assert episode.answered == "You said two"


def test_a_state_of_plain_dicts(recorder: EpisodeRecorder, ada: Namespace) -> None:
    class Plain(TypedDict):
        messages: Annotated[list[dict[str, Any]], operator.add]

    builder = StateGraph(Plain)
    builder.add_node("a", lambda s: {"messages": [{"role": "assistant", "content": "hi"}]})
    builder.add_edge(START, "a")
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    for said in ("one", "two"):
        graph.invoke({"messages": [{"role": "user", "content": said}]}, thread())
    assert [(e.said, e.answered) for e in told(recorder, ada)] == [("one", "hi"), ("two", "hi")]


def test_create_agent_with_a_scripted_model(recorder: EpisodeRecorder, ada: Namespace) -> None:
    agents = pytest.importorskip("langchain.agents")
    model = ScriptedModel(script=[call("tea"), AIMessage("It is tea.")])
    agent = agents.create_agent(model, [look_up], checkpointer=InMemorySaver())
    agent.invoke(user("what is it?"), {**thread(), "callbacks": [recorder]})
    (episode,) = told(recorder, ada)
    assert (episode.said, episode.answered) == ("what is it?", "It is tea.")
    assert [u.result for u in episode.done] == ["found tea"]


def test_a_run_without_a_thread_is_a_thread_of_its_own(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    graph = tool_agent().compile().with_config(callbacks=[recorder])
    graph.invoke(user("one"))
    graph.invoke(user("two"))
    one, two = told(recorder, ada)
    assert one.thread != two.thread
    assert one.thread == one.run


def test_metadata_tells_time_and_reaction(recorder: EpisodeRecorder, ada: Namespace) -> None:
    config = {**thread(), "metadata": {"time": "2024-05-01T10:00:00", "reaction": "no, wrong"}}
    compiled(recorder).invoke(user("hello"), config)
    compiled(recorder).invoke(user("again"), {**thread("t2"), "metadata": {"time": "not a time"}})
    first, second = told(recorder, ada)
    assert first.time.isoformat() == "2024-05-01T10:00:00+00:00"
    assert first.reaction == "no, wrong"
    assert second.said == "again"


def test_long_and_strange_texts_are_kept_in_bounds(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    compiled(recorder).invoke(user("x" * 1_000_000 + "\ud800\x00"), thread())
    compiled(recorder).invoke(user("a\ud800b\x00c"), thread("t2"))
    long, strange = told(recorder, ada)
    assert 20_000 <= len(long.said) < 20_100
    assert "more characters" in long.said
    assert strange.said == "a\ufffdb\ufffdc"


class TestTemplates:
    """config["configurable"] reaches the recorder in every kind of run, and never a stranger's."""

    @pytest.mark.parametrize("way", RUNS)
    def test_filled_from_the_config(self, way: str, store: DreamStore) -> None:
        recorder = EpisodeRecorder(store.namespace("acme", "{user_id}"))
        graph = compiled(recorder)
        for who in ("eve", "bob"):
            RUNS[way](graph, user(f"I am {who}"), thread("same", user_id=who))
        assert recorder.close()
        for who in ("eve", "bob"):
            (episode,) = store.namespace("acme", who).episodes()
            assert episode.said == f"I am {who}"

    def test_filled_from_metadata_when_the_config_has_none(self, store: DreamStore) -> None:
        recorder = EpisodeRecorder(store.namespace("acme", "{user_id}"))
        compiled(recorder).invoke(user("hi"), {**thread(), "metadata": {"user_id": "eve"}})
        assert recorder.close()
        assert len(store.namespace("acme", "eve").episodes()) == 1

    @pytest.mark.parametrize("way", RUNS)
    def test_a_subclass_finds_the_config_too(self, way: str, store: DreamStore) -> None:
        class Louder(EpisodeRecorder):
            def on_chain_start(self, *args: Any, **kwargs: Any) -> None:
                super().on_chain_start(*args, **kwargs)

        recorder = Louder(store.namespace("acme", "{user_id}"))
        RUNS[way](compiled(recorder), user("hi"), thread(user_id="eve"))
        assert recorder.close()
        assert len(store.namespace("acme", "eve").episodes()) == 1

    def test_filled_in_a_graph_within_a_chain(self, store: DreamStore) -> None:
        recorder = EpisodeRecorder(store.namespace("acme", "{user_id}"))
        chain = RunnableLambda(tool_agent().compile().invoke)
        chain.invoke(user("hi"), {**thread(user_id="eve"), "callbacks": [recorder]})
        assert recorder.close()
        assert len(store.namespace("acme", "eve").episodes()) == 1

    def test_bound_with_the_graph(self, store: DreamStore) -> None:
        recorder = EpisodeRecorder(store.namespace("acme", "{user_id}"))
        graph = compiled(recorder).with_config(configurable={"user_id": 7})
        graph.invoke(user("hi"), thread())
        assert recorder.close()
        assert len(store.namespace("acme", "7").episodes()) == 1

    def test_a_missing_value_is_counted_and_shared_with_nobody(
        self, store: DreamStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        recorder = EpisodeRecorder(store.namespace("acme", "{user_id}"))
        with caplog.at_level(logging.WARNING, "langgraph_dreams"):
            answer = compiled(recorder).invoke(user("hi"), thread())
            assert recorder.close()
        assert answer["messages"][-1].text == "You said hi"
        assert recorder.failures == 1
        assert recorder.dropped == 1
        assert "user_id" in caplog.text
        assert [n for n in store.namespaces() if store.namespace(*n).episodes()] == []


class TestRecordNode:
    """The same as a node."""

    def graph(self, node: Any) -> Any:
        builder = tool_agent()
        parent = StateGraph(MessagesState)
        parent.add_node("work", builder.compile())
        parent.add_node("record", node)
        parent.add_edge(START, "work")
        parent.add_edge("work", "record")
        return parent.compile(checkpointer=InMemorySaver())

    @pytest.mark.parametrize("way", RUNS)
    def test_records_the_last_turn_and_changes_nothing(
        self, way: str, recorder: EpisodeRecorder, ada: Namespace
    ) -> None:
        graph = self.graph(record_node(ada, recorder=recorder))
        for said in ("look: tea", "thanks"):
            RUNS[way](graph, user(said), thread())
        first, second = told(recorder, ada)
        assert (first.said, first.answered) == ("look: tea", "I read: found tea")
        assert [u.result for u in first.done] == ["found tea"]
        assert (second.said, second.answered, second.done) == ("thanks", "You said thanks", ())
        assert second.position == first.position + 1
        assert len(graph.get_state(thread()).values["messages"]) == 6

    def test_fills_a_template(self, store: DreamStore) -> None:
        template = store.namespace("acme", "{user_id}")
        recorder = EpisodeRecorder(template)
        graph = self.graph(record_node(template, recorder=recorder))
        graph.invoke(user("hi"), thread(user_id="eve"))
        assert recorder.close()
        assert len(store.namespace("acme", "eve").episodes()) == 1
