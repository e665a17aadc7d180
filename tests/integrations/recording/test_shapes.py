"""Recording graphs of every shape: states, messages, threads, templates, and the node."""

import asyncio
import logging
import operator
import threading
from typing import Annotated, Any, TypedDict

import pytest
from awake_support import (
    RUNS,
    ScriptedModel,
    call,
    compiled,
    look_up,
    thread,
    told,
    tool_agent,
    user,
)
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, Send, interrupt

from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.integrations import EpisodeRecorder, record_node
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.types.base import Trust


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
        meet.wait(30)
        said = state["messages"][-1].text
        found = look_up.invoke({"q": said})
        meet.wait(30)
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
    assert (resumed.said, resumed.done[0].args) == ("", '{"ok": true}')
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
    compiled(recorder).invoke(user("x y " * 250_000 + "\ud800\x00"), thread())
    compiled(recorder).invoke(user("a\ud800b\x00c"), thread("t2"))
    long, strange = told(recorder, ada)
    assert 99_900 <= len(long.said) < 100_100
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
        graph = compiled(recorder)
        with caplog.at_level(logging.WARNING, "langgraph_dreams"):
            with pytest.raises(NamespaceError, match="user_id"):
                graph.invoke(user("hi"), thread())
            answer = graph.invoke(user("ho"), thread())
            assert recorder.close()
        assert answer["messages"][-1].text == "You said ho"
        assert (recorder.failures, recorder.dropped, recorder.unattributed) == (0, 0, 2)
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
        assert second.position > first.position
        assert len(graph.get_state(thread()).values["messages"]) == 6

    def test_fills_a_template(self, store: DreamStore) -> None:
        template = store.namespace("acme", "{user_id}")
        recorder = EpisodeRecorder(template)
        graph = self.graph(record_node(template, recorder=recorder))
        graph.invoke(user("hi"), thread(user_id="eve"))
        assert recorder.close()
        assert len(store.namespace("acme", "eve").episodes()) == 1
