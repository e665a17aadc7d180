"""The graph that langgraph.json names, loaded and run as a LangGraph server does."""

import importlib
import json
from pathlib import Path

import httpx
import pytest
import yaml
from dream_support import FIRST, day
from openai_server import OpenAIServer, ok

from langgraph_dreams import DreamStore, InvalidInputError, NamespaceError, StoreError
from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.server.graphs import MODEL, REDACT, STORE, ServedNamespace

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "nodes", "given"),
    [
        (
            "dream",
            {"gather", "commit"},
            {"namespace", "focus", "depth", "dry_run", "budget", "review"},
        ),
        ("sweep", {"look", "queue"}, {"least_episodes", "depth"}),
        ("recall", {"find"}, {"namespace", "query", "k", "floor"}),
        ("remember", {"keep"}, {"namespace", "text"}),
        ("agent", {"answer", "record", "dream_later"}, {"namespace", "messages"}),
    ],
)
def test_langgraph_json_names_graphs_without_a_checkpointer(
    name: str, nodes: set[str], given: set[str]
) -> None:
    named = json.loads((ROOT / "langgraph.json").read_text())["graphs"][name]
    assert named["description"]
    module, _, attribute = named["path"].partition(":")
    graph = getattr(importlib.import_module(module), attribute)
    assert graph.checkpointer is None
    assert nodes <= set(graph.get_graph().nodes)
    assert set(graph.get_input_jsonschema()["properties"]) == given


def test_the_compose_file_wires_the_server_to_what_it_needs() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    server = services["server"]
    assert set(server["depends_on"]) == set(services) - {"server"}
    assert httpx.URL(server["environment"][STORE]).host in services
    assert {name for name, one in services.items() if "ports" in one} == {"server"}


def test_a_name_in_parts_keeps_its_slashes_and_nothing_is_recorded_without_one() -> None:
    served = ServedNamespace()
    assert served.parts_of({"configurable": {"namespace": ["a/b", "c"]}}) == ("a/b", "c")
    assert served.parts_of({"configurable": {"namespace": "/a/b/"}}) == ("a", "b")
    for wrong in ([], [""], [7], {"a": 1}):
        with pytest.raises(NamespaceError):
            served.parts_of({"configurable": {"namespace": wrong}})
    with pytest.raises(NamespaceError, match="4 episodes"):
        served.record(day(FIRST, 0))


def test_an_address_is_a_chroma_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STORE, "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"http://127\.0\.0\.1:9"):
        ServedNamespace().store()


def test_secrets_stay_out_of_the_store_of_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("phonenumbers")
    monkeypatch.setenv(STORE, str(tmp_path))
    monkeypatch.setenv(REDACT, "everything")
    with pytest.raises(InvalidInputError, match="'everything'"):
        ServedNamespace().store()
    monkeypatch.setenv(REDACT, "secrets")
    with ServedNamespace().store() as store:
        (told, *_) = day(FIRST, 0)
        mail = told.model_copy(update={"text": "write to ada@example.com"})
        store.namespace("ada").record([mail])
        assert [found.text for found in store.namespace("ada").episodes()] == ["write to [e-mail]"]


async def test_a_run_names_its_namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STORE, str(tmp_path))
    graph = create_dream_graph(ServedNamespace()).compile()
    with DreamStore.open(tmp_path) as store:
        store.namespace("acme", "ada").record(day(FIRST, 0))
        state = await graph.ainvoke({}, {"configurable": {"namespace": "acme/ada"}})
        assert state["report"]["status"] == "committed"
        assert state["report"]["namespace"] == ["acme", "ada"]
        for missing in ({}, {"namespace": " / "}, {"namespace": 7}):
            with pytest.raises(NamespaceError, match="acme/ada"):
                await graph.ainvoke({}, {"configurable": missing})


async def test_a_run_dreams_with_the_model_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORE, str(tmp_path))
    monkeypatch.setenv(MODEL, "openai:m")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    graph = create_dream_graph(ServedNamespace()).compile()
    with DreamStore.open(tmp_path) as store, OpenAIServer(ok('{"memories": []}')) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        store.namespace("ada").record(day(FIRST, 0))
        given = {"budget": {"calls": 1}}
        state = await graph.ainvoke(given, {"configurable": {"namespace": "ada"}})
        assert state["report"]["cost"]["model_calls"] == len(server.seen) == 1
        with pytest.raises(InvalidInputError, match="budget"):
            await graph.ainvoke({"budget": {"lives": 9}}, {"configurable": {"namespace": "ada"}})
