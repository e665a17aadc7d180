"""Who is meant: each way of attaching x each way of naming the user x each way of running.

Every turn is recorded once, in the right memory, or the run is refused and the turn kept aside.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from awake_support import FailingNamespace, ScriptedModel, user
from file_bytes import bytes_below
from helpers_store import HashEmbedder, episode
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from pydantic import BaseModel
from typing_extensions import TypedDict

from langgraph_dreams import (
    DreamMiddleware,
    DreamStore,
    EpisodeRecorder,
    InvalidInputError,
    Namespace,
    NamespaceError,
    StoreError,
    create_dream_graph,
    create_dream_tool,
    create_recall_tool,
    dream_node,
    recall_node,
    record_node,
)
from langgraph_dreams.cli.main import main
from langgraph_dreams.store.records import spool

SAID = "The kiln is cold."


class AsDict(TypedDict, total=False):
    user: str


@dataclass
class AsDataclass:
    user: str = "ada"


class AsModel(BaseModel):
    user: str = "ada"


@dataclass
class ServerUser:
    identity: str


def configured(**values: Any) -> dict[str, Any]:
    return {"config": {"configurable": {"thread_id": "1", **values}}}


ADA = ServerUser("ada")
# Each: the schema of the context, and the arguments of a run that name the user.
NAMED: dict[str, tuple[Any, dict[str, Any]]] = {
    "configurable": (None, configured(user="ada")),
    "context, a dict": (AsDict, {**configured(), "context": {"user": "ada"}}),
    "context, a dataclass": (AsDataclass, {**configured(), "context": AsDataclass()}),
    "context, a model": (AsModel, {**configured(), "context": AsModel()}),
    "identity": (None, configured(langgraph_auth_user=ADA)),
    "identity by its id": (None, configured(langgraph_auth_user_id="ada")),
    "identity, and the same": (None, configured(langgraph_auth_user=ADA, user="ada")),
}
ANOTHERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "identity, and another": (None, configured(langgraph_auth_user=ADA, user="eve")),
    "identity, and another context": (
        AsDict,
        {**configured(langgraph_auth_user=ADA), "context": {"user": "eve"}},
    ),
}
MISSING: dict[str, tuple[Any, dict[str, Any]]] = {
    "nobody": (None, configured()),
    "a context of others": (AsDict, {**configured(), "context": {"other": "ada"}}),
    "blank": (None, configured(user=" ")),
}


async def _awaited(graph: Any, how: Any) -> None:
    await graph.ainvoke(user(SAID), **how)


async def _read(graph: Any, how: Any) -> None:
    async for _ in graph.astream(user(SAID), **how):
        pass


RUNS: dict[str, Callable[[Any, Any], object]] = {
    "invoke": lambda graph, how: graph.invoke(user(SAID), **how),
    "ainvoke": lambda graph, how: asyncio.run(_awaited(graph, how)),
    "stream": lambda graph, how: list(graph.stream(user(SAID), **how)),
    "astream": lambda graph, how: asyncio.run(_read(graph, how)),
}


class State(MessagesState, total=False):
    recalled: str


def line(schema: Any, *nodes: Any) -> Any:
    """A graph of nodes one after the other."""
    builder = StateGraph(State, context_schema=schema)
    names = [START, *(f"n{i}" for i in range(len(nodes)))]
    for before, name, node in zip(names, names[1:], nodes, strict=False):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    return builder.compile(checkpointer=InMemorySaver())


def answering(_: Any) -> dict[str, Any]:
    return {"messages": [AIMessage("I see.")]}


def by_callback(ns: Namespace, schema: Any) -> tuple[Any, list[EpisodeRecorder]]:
    recorder = EpisodeRecorder(ns)
    return line(schema, answering).with_config(callbacks=[recorder]), [recorder]


def within_another(ns: Namespace, schema: Any) -> tuple[Any, list[EpisodeRecorder]]:
    recorder = EpisodeRecorder(ns)
    return line(schema, line(schema, answering)).with_config(callbacks=[recorder]), [recorder]


def by_node(ns: Namespace, schema: Any) -> tuple[Any, list[EpisodeRecorder]]:
    recorder = EpisodeRecorder(ns)
    return line(schema, answering, record_node(ns, recorder=recorder)), [recorder]


def by_middleware(ns: Namespace, schema: Any) -> tuple[Any, list[EpisodeRecorder]]:
    dreams = DreamMiddleware(ns)
    model = ScriptedModel(script=[AIMessage("I see.")] * 9)
    agent = create_agent(model, middleware=[dreams], context_schema=schema)
    return agent, [r for r in [dreams.recorder] if r]


def by_both_nodes(ns: Namespace, schema: Any) -> tuple[Any, list[EpisodeRecorder]]:
    recorder = EpisodeRecorder(ns)
    nodes = recall_node(ns), answering, record_node(ns, recorder=recorder)
    return line(schema, *nodes).with_config(callbacks=[recorder]), [recorder]


def by_all(ns: Namespace, schema: Any) -> tuple[Any, list[EpisodeRecorder]]:
    agent, recorders = by_middleware(ns, schema)
    kept = EpisodeRecorder(ns)
    return agent.with_config(callbacks=[kept]), [*recorders, kept]


ATTACHED = pytest.mark.parametrize(
    "attach", [by_callback, within_another, by_node, by_middleware, by_both_nodes, by_all]
)
RUN = pytest.mark.parametrize("run", RUNS)


def kept(store: DreamStore) -> dict[tuple[str, ...], list[str]]:
    """What was said, by namespace."""
    return {p: [e.said for e in store.namespace(*p).episodes()] for p in store.namespaces()}


@RUN
@ATTACHED
@pytest.mark.parametrize("named", NAMED)
def test_a_named_turn_is_recorded_once(attach: Any, named: str, run: str) -> None:
    schema, how = NAMED[named]
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorders = attach(store.namespace("acme", "{user}"), schema)
        RUNS[run](graph, how)
        assert all(recorder.flush() for recorder in recorders)
        assert kept(store) == {("acme", "ada"): [SAID]}
        assert store.unattributed() == []


@RUN
@ATTACHED
@pytest.mark.parametrize("named", ANOTHERS)
def test_another_than_the_server_knows_is_refused_each_time(
    attach: Any, named: str, run: str
) -> None:
    schema, how = ANOTHERS[named]
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorders = attach(store.namespace("acme", "{user}"), schema)
        for _ in range(2):
            with pytest.raises(NamespaceError, match="authenticated 'ada'"):
                RUNS[run](graph, how)
        assert all(recorder.flush() for recorder in recorders)
        assert kept(store) == {}


@RUN
@ATTACHED
@pytest.mark.parametrize("named", MISSING)
def test_a_turn_of_nobody_raises_and_is_kept_aside(attach: Any, named: str, run: str) -> None:
    schema, how = MISSING[named]
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, recorders = attach(store.namespace("acme", "{user}"), schema)
        with pytest.raises(NamespaceError, match="user"):
            RUNS[run](graph, how)
        assert all(recorder.flush() for recorder in recorders)
        assert kept(store) == {}
        (turn,) = store.unattributed()
        assert (turn["episode"].said, turn["template"]) == (SAID, ("acme", "{user}"))
        assert sum(recorder.unattributed for recorder in recorders) == 1
        assert sum(recorder.dropped for recorder in recorders) == 0
        assert store.attribute([turn["id"]], "acme", "ada") == [turn["id"]]
        assert kept(store) == {("acme", "ada"): [SAID]}
        assert store.unattributed() == []


def test_later_turns_of_nobody_do_not_raise_and_are_kept() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, (recorder,) = by_callback(store.namespace("acme", "{user}"), None)
        with pytest.raises(NamespaceError, match="langgraph-dreams unattributed"):
            graph.invoke(user("one"), **configured())
        for said in ("two", "three"):
            graph.invoke(user(said), **configured())
        graph.invoke(user("four"), **configured(user="ada"))
        assert recorder.flush()
        assert [t["episode"].said for t in store.unattributed()] == ["one", "two", "three"]
        assert kept(store) == {("acme", "ada"): ["four"]}


def test_the_error_of_a_run_is_not_hidden_by_ours() -> None:
    def failing(_: Any) -> None:
        raise RuntimeError("the engine is cold")

    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        ns = store.namespace("acme", "{user}")
        recorder = EpisodeRecorder(ns)
        graph = line(None, failing).with_config(callbacks=[recorder])
        with pytest.raises(RuntimeError, match="engine"):
            graph.invoke(user(SAID), **configured())
        assert recorder.flush()
        assert [t["episode"].outcome for t in store.unattributed()] == ["error"]


def test_a_chain_around_the_graph_is_attributed_too() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        recorder = EpisodeRecorder(store.namespace("{user}"))
        chain = RunnableLambda(lambda said: user(said)) | line(None, answering)
        chain.invoke(SAID, {"callbacks": [recorder], **configured(user="ada")["config"]})
        assert recorder.flush()
        assert store.namespace("ada").counts()["episodes"] == 1


def test_metadata_count_last_and_never_against_a_server() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, (recorder,) = by_callback(store.namespace("{user}"), None)
        graph.invoke(user("one"), {"metadata": {"user": "ada"}, **configured()["config"]})
        own = configured(langgraph_auth_user=ServerUser("eve"))["config"]
        graph.invoke(user("two"), {"metadata": {"user": "ada"}, **own})
        assert recorder.flush()
        assert kept(store) == {("ada",): ["one"], ("eve",): ["two"]}


# -- what reads and dreams


READING = {
    "recall_node": lambda ns: recall_node(ns),
    "dream_node": lambda ns: dream_node(ns),
    "dream graph": lambda ns: create_dream_graph(ns).compile(),
}


@RUN
@pytest.mark.parametrize("named", ANOTHERS)
@pytest.mark.parametrize("what", READING)
def test_nobody_reads_or_dreams_of_another(what: str, named: str, run: str) -> None:
    schema, how = ANOTHERS[named]
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        store.namespace("acme", "eve").record([episode(1, SAID)])
        graph = line(schema, READING[what](store.namespace("acme", "{user}")))
        with pytest.raises(NamespaceError, match="authenticated 'ada'"):
            RUNS[run](graph, how)
        assert store.namespace("acme", "eve").dreams() == []


@pytest.mark.parametrize("named", ANOTHERS)
@pytest.mark.parametrize("make", [create_recall_tool, create_dream_tool])
def test_a_tool_says_so(make: Any, named: str) -> None:
    schema, how = ANOTHERS[named]
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        eve = store.namespace("acme", "eve")
        eve.record([episode(1, SAID)])
        tool = make(store.namespace("acme", "{user}"))
        graph = line(schema, ToolNode([tool]))
        args = {"query": "kiln"} if tool.name == "recall" else {}
        asked = AIMessage("", tool_calls=[{"name": tool.name, "args": args, "id": "1"}])
        told = graph.invoke({"messages": [asked]}, **how)["messages"][-1].text
        assert "authenticated 'ada'" in told
        assert SAID not in told
        assert eve.dreams() == []


def test_what_the_server_knows_of_its_user_is_not_contradicted_either() -> None:
    who = {"identity": "ada", "org": 7}
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        ns = store.namespace("{org}", "{user}", "{team}")
        for org in ({}, {"org": "7"}):
            config = configured(langgraph_auth_user=who, team="kiln", **org)["config"]
            assert ns.resolve(config).parts == ("7", "ada", "kiln")
        with pytest.raises(NamespaceError, match="'org'"):
            ns.resolve(configured(langgraph_auth_user=who, team="kiln", org=8)["config"])


# -- kept aside


@pytest.fixture
def waiting(tmp_path: Path) -> list[str]:
    """A store with two turns that are nobody's, as ids."""
    with DreamStore.open(tmp_path / "m", embedder=HashEmbedder(), redact=_without_names) as store:
        recorder = EpisodeRecorder(store.namespace("acme", "{user}"))
        state = {"messages": [("user", f"{SAID} Ask Brandhorst."), ("ai", "Yes.")]}
        with pytest.raises(NamespaceError):
            recorder.record_state(state, configured()["config"])
        recorder.record_state({"messages": [("user", "Another.")]}, configured()["config"])
        assert recorder.flush()
        return [turn["id"] for turn in store.unattributed()]


def _without_names(text: str) -> str:
    return text.replace("Brandhorst", "[NAME]")


def files(path: Path) -> bytes:
    return bytes_below(path)


def test_it_outlives_the_process_and_is_redacted(tmp_path: Path, waiting: list[str]) -> None:
    assert b"Brandhorst" not in files(tmp_path)
    with DreamStore.open(tmp_path / "m", embedder=HashEmbedder()) as store:
        assert [turn["id"] for turn in store.unattributed()] == waiting
        assert store.namespaces() == []
        told = [f for f in store.check() if "whose" in f["text"]]
        assert [f["level"] for f in told] == ["warning"]
        assert told[0]["text"].startswith("2 turns")
        assert not [f for f in store.check() if "belongs to no namespace" in f["text"]]


def test_discarded_it_is_out_of_the_files(tmp_path: Path, waiting: list[str]) -> None:
    with DreamStore.open(tmp_path / "m", embedder=HashEmbedder()) as store:
        with pytest.raises(InvalidInputError, match="no such"):
            store.discard([waiting[0], "no such"])
        assert len(store.unattributed()) == 2
        store.discard(waiting[:1])
        assert [turn["id"] for turn in store.unattributed()] == waiting[1:]
    assert b"The kiln is cold" not in files(tmp_path)
    assert b"Another." in files(tmp_path)


def test_nothing_is_recorded_for_what_cannot_be(tmp_path: Path, waiting: list[str]) -> None:
    with DreamStore.open(tmp_path / "m", embedder=HashEmbedder()) as store:
        for ids, parts in (
            (["no such"], ("acme", "ada")),
            (waiting, ()),
            (waiting, ("acme", "{user}")),
            (waiting[0], ("acme", "ada")),
        ):
            with pytest.raises(InvalidInputError):
                store.attribute(ids, *parts)
        assert store.namespaces() == []
        assert len(store.unattributed()) == 2


def test_a_full_spool_raises_again_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST", 1)
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, (recorder,) = by_callback(store.namespace("{user}"), None)
        with pytest.raises(NamespaceError):
            graph.invoke(user("one"), **configured())
        graph.invoke(user("two"), **configured())
        assert recorder.flush()
        assert (recorder.unattributed, recorder.dropped) == (1, 1)
        with pytest.raises(NamespaceError):
            graph.invoke(user("three"), **configured())
        assert recorder.flush()
        store.attribute([turn["id"] for turn in store.unattributed()], "ada")
        with pytest.raises(NamespaceError):
            graph.invoke(user("four"), **configured())
        assert recorder.flush()
        graph.invoke(user("five"), **configured())
        assert recorder.flush()
        assert [t["episode"].said for t in store.unattributed()] == ["four"]
        assert kept(store) == {("ada",): ["one"]}


def test_a_store_that_fails_to_keep_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        graph, (recorder,) = by_callback(store.namespace("{user}"), None)

        def fail(*_: Any) -> bool:
            raise StoreError("the disk is away")

        with monkeypatch.context() as patch:
            patch.setattr(spool.Spool, "put", fail)
            with pytest.raises(NamespaceError):
                graph.invoke(user(SAID), **configured())
            assert not recorder.flush()
            assert recorder.pending == 1
        assert recorder.flush()
        assert len(store.unattributed()) == 1


def test_the_commands(tmp_path: Path, waiting: list[str], capsys: pytest.CaptureFixture) -> None:
    place = ["--store", str(tmp_path / "m")]
    assert main(["doctor", *place]) == 0
    assert "unattributed" in capsys.readouterr().out
    assert main(["unattributed", *place]) == 0
    told = capsys.readouterr().out
    assert all(id_ in told for id_ in waiting)
    assert "acme/{user}" in told
    assert main(["unattributed", "--all", "--record", *place]) == 1
    assert "--namespace" in capsys.readouterr().err
    assert main(["unattributed", "--discard", *place]) == 1
    assert main(["unattributed", "nothing", "--discard", *place]) == 1
    assert main(["unattributed", waiting[1][:12], "--discard", *place]) == 0
    assert main(["unattributed", "--all", "--record", "--namespace", "acme/ada", *place]) == 0
    capsys.readouterr()
    assert main(["unattributed", "--json", *place]) == 0
    assert '"turns": []' in capsys.readouterr().out
    with DreamStore.open(tmp_path / "m") as store:
        assert store.namespace("acme", "ada").counts()["episodes"] == 1


def test_a_namespace_that_keeps_nothing_aside_counts_it_as_dropped() -> None:
    class Refusing(FailingNamespace):
        def resolve(self, config: Any) -> FailingNamespace:
            raise NamespaceError("nobody")

    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        recorder = EpisodeRecorder(Refusing(store.namespace("{user}")))
        with pytest.raises(NamespaceError):
            recorder.record_state(user(SAID), configured()["config"])
        assert recorder.flush()
        assert (recorder.dropped, recorder.unattributed) == (1, 0)
