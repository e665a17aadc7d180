"""The graph that langgraph.json names, loaded and run as a LangGraph server does."""

import importlib
import json
from pathlib import Path

import pytest
from dream_support import FIRST, day
from openai_server import OpenAIServer, ok

from langgraph_dreams import DreamStore, InvalidInputError, NamespaceError
from langgraph_dreams.asleep.server import MODEL, STORE, ServedNamespace
from langgraph_dreams.dream.graph import create_dream_graph

ROOT = Path(__file__).parent.parent


def test_langgraph_json_names_a_graph_without_a_checkpointer() -> None:
    target = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["dream"]
    module, _, name = target.partition(":")
    graph = getattr(importlib.import_module(module), name)
    assert graph.checkpointer is None
    assert {"gather", "commit"} <= set(graph.get_graph().nodes)
    assert set(graph.get_input_jsonschema()["properties"]) == {"focus", "dry_run", "budget"}


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
