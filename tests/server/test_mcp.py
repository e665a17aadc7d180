"""The graphs as tools over MCP, asked of a real `langgraph dev`: all a call has is its input."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from helpers_store import episode

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams import DreamStore, Trust, create_dream_graph
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.server.demo_agent import AFTER
from langgraph_dreams.server.graphs import NAMESPACE, STORE, ServedNamespace, served
from langgraph_dreams.server.memory import recall, remember

KILN = "The kiln is a Brandhorst."
ACCEPT = {"Accept": "application/json, text/event-stream"}
AUTH = """
from langgraph_sdk import Auth

auth = Auth()

@auth.authenticate
async def who(headers: dict) -> dict:
    return {"identity": headers[b"x-user"].decode()}
"""


def ask(url: str, method: str, params: dict[str, Any], **headers: str) -> Any:
    asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    found = httpx.post(f"{url}/mcp", json=asked, headers={**ACCEPT, **headers}, timeout=60)
    return found.raise_for_status().json()["result"]


def call(url: str, name: str, given: dict[str, Any], **headers: str) -> tuple[bool, str]:
    """Whether a tool answered, and what."""
    found = ask(url, "tools/call", {"name": name, "arguments": given}, **headers)
    return not found.get("isError"), found["content"][0]["text"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mcp")
    with DreamStore.open(made / "memory") as store:
        store.namespace("named").record([episode(1, KILN)])
        store.namespace("acme", "ada").record([episode(1, KILN)])
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with langgraph_dev(folder, 2, {STORE: str(folder / "memory"), AFTER: "60"}) as url:
        yield url


@pytest.mark.server
def test_the_tools_say_that_they_need_a_name(server: str) -> None:
    tools = {tool["name"]: tool for tool in ask(server, "tools/list", {})["tools"]}
    assert set(tools) == {"dream", "recall", "remember", "sweep", "agent"}
    for name in ("dream", "recall", "remember", "agent"):
        field = tools[name]["inputSchema"]["properties"]["namespace"]
        assert field["type"] == "string"
        assert field["description"]
        assert "namespace" not in tools[name]["inputSchema"].get("required", [])


@pytest.mark.server
def test_a_dream_of_whom_the_input_names(server: str) -> None:
    worked, told = call(server, "dream", {"namespace": "named", "focus": "the kiln"})
    assert worked
    assert "'namespace': ['named']" in told
    assert "'status': 'committed'" in told
    worked, told = call(server, "dream", {"namespace": "acme/ada", "dry_run": True})
    assert worked
    assert "'namespace': ['acme', 'ada']" in told
    assert call(server, "dream", {}) == (False, "NamespaceError")


@pytest.mark.server
def test_a_turn_of_whom_the_input_names(server: str) -> None:
    worked, told = call(server, "agent", {"namespace": "acme/ada", "messages": "What kiln is it?"})
    assert worked
    assert "I remember: " in told
    worked, told = call(server, "agent", {"namespace": "acme/ada", "messages": "Good night."})
    assert worked
    assert "'namespace': ['acme', 'ada']" in told
    assert "'episodes': 2" in told  # the one that was there, and the turn before


@pytest.mark.server
def test_what_is_remembered_is_recalled(server: str) -> None:
    text = "The glaze is called Celadon Nine."
    worked, told = call(server, "remember", {"namespace": "pots", "text": text})
    assert worked
    assert "remembered" in told
    asked = {"query": "Which glaze is called Celadon?", "k": 2, "floor": 0}
    worked, told = call(server, "recall", {"namespace": "pots", **asked})
    assert worked
    assert "<recalled-memory>" in told
    assert text in told
    assert text not in call(server, "recall", {"namespace": "other", **asked})[1]
    for name, given in (("remember", {"text": text}), ("recall", asked)):
        assert call(server, name, given) == (False, "NamespaceError")
    assert not call(server, "remember", {"namespace": "pots", "text": " "})[0]


@pytest.mark.server
def test_with_a_default_a_call_needs_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("default")
    with DreamStore.open(own / "memory") as store:
        store.namespace("mine").record([episode(1, KILN)])
    with langgraph_dev(own, 2, {STORE: str(own / "memory"), NAMESPACE: "mine"}) as url:
        assert "'namespace': ['mine']" in call(url, "dream", {})[1]
        assert "'namespace': ['other']" in call(url, "dream", {"namespace": "other"})[1]


@pytest.mark.server
def test_whom_the_server_authenticated_dreams_of_nobody_else(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    own = tmp_path_factory.mktemp("users")
    with DreamStore.open(own / "memory") as store:
        for name in ("ada", "eve"):
            store.namespace(name).record([episode(1, KILN)])
    (own / "auth.py").write_text(AUTH)
    more = {"auth": {"path": f"{own / 'auth.py'}:auth"}}
    with langgraph_dev(own, 2, {STORE: str(own / "memory"), AFTER: "60"}, more) as url:
        for name, given in (("ada", {}), ("eve", {"namespace": "eve"})):
            worked, told = call(url, "dream", given, **{"X-User": name})
            assert worked
            assert f"'namespace': ['{name}']" in told
        kept, told = call(url, "recall", {"query": "What kiln is it?"}, **{"X-User": "eve"})
        assert kept
        assert KILN in told
        assert call(url, "remember", {"text": "Eve's own."}, **{"X-User": "eve"})[0]
        asked = {"query": "What is Eve's own?", "floor": 0}
        assert "Eve's own." in call(url, "recall", asked, **{"X-User": "eve"})[1]
        assert "Eve's own." not in call(url, "recall", asked, **{"X-User": "ada"})[1]
        for graph in ("dream", "agent", "recall", "remember"):
            given = {"namespace": "ada", "messages": "Hi.", "query": "kiln", "text": "Mine."}
            worked, told = call(url, graph, given, **{"X-User": "eve"})
            assert not worked
            assert "NotTheirsError" in told
        assert call(url, "agent", {"messages": "Hello."}, **{"X-User": "eve"})[0]


# -- without a server


def told(**configurable: Any) -> tuple[str, ...]:
    return ServedNamespace().parts_of({"configurable": configurable})


def test_who_names_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"langgraph_dreams_input": {"namespace": "input"}}
    user = {"langgraph_auth_user": {"identity": "user"}}
    own = {"langgraph_auth_user": {"identity": "user", "namespace": "a/b"}}
    with pytest.raises(NamespaceError, match="input"):
        told(langgraph_auth_user=None, langgraph_auth_user_id="")
    monkeypatch.setenv(NAMESPACE, "de/fault")
    assert told() == ("de", "fault")
    assert told(**given) == ("input",)
    assert told(**given, langgraph_auth_user=None, langgraph_auth_user_id="") == ("input",)
    assert told(**user) == ("user",)
    assert told(**user, namespace="user") == ("user",)
    assert told(**own) == told(**own, namespace=["a", "b"]) == ("a", "b")
    for more in (given, {"namespace": ["c/d"]}, {"namespace": ["a/b"]}, {"namespace": "user"}):
        with pytest.raises(NamespaceError, match="authenticated"):
            told(**own, **more)
    with pytest.raises(NamespaceError, match="authenticated"):
        told(**user, **given)
    monkeypatch.setenv(NAMESPACE, "acme/{user}")
    assert told(**user) == told(**user, namespace="acme/user") == ("acme", "user")
    assert told(user="ada") == ("acme", "ada")
    with pytest.raises(NamespaceError, match="authenticated"):
        told(**user, namespace="acme/ada")
    with pytest.raises(NamespaceError, match="user"):
        told()


def test_a_template_is_filled_from_the_input_of_a_dream(store: DreamStore) -> None:
    graph = create_dream_graph(store.namespace("acme", "{user_id}")).compile()
    assert graph.invoke({"user_id": "ada"})["report"]["namespace"] == ["acme", "ada"]  # type: ignore[typeddict-unknown-key]
    config: Any = {"configurable": {"user_id": "eve"}}
    given: Any = {"user_id": "ada"}
    assert graph.invoke(given, config)["report"]["namespace"] == ["acme", "eve"]
    config = {"configurable": {"langgraph_auth_user": {"identity": "eve"}}}
    assert graph.invoke({}, config)["report"]["namespace"] == ["acme", "eve"]
    with pytest.raises(NamespaceError, match="authenticated 'eve'"):
        graph.invoke(given, config)
    with pytest.raises(NamespaceError, match="user_id"):
        graph.invoke({})


def test_recall_and_remember_are_about_whom_the_input_or_the_server_names(
    store: DreamStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "store", lambda: store)
    given = {"namespace": "acme/ada", "text": "The glaze is called Celadon Nine."}
    kept = remember.invoke(given)["remembered"]
    (episode_kept,) = store.namespace("acme", "ada").episodes()
    assert (episode_kept.id, episode_kept.trust) == (kept, Trust.ASSERTED)
    asked = {"query": "Which glaze is called Celadon?", "floor": 0.0}
    assert "| The glaze is called" in recall.invoke({**asked, "namespace": "acme/ada"})["recalled"]
    user: Any = {"configurable": {"langgraph_auth_user": {"identity": "eve"}}}
    assert "Celadon Nine" not in recall.invoke(asked, user)["recalled"]
    for graph in (recall, remember):
        with pytest.raises(NamespaceError, match="authenticated"):
            graph.invoke({**given, **asked}, user)
        with pytest.raises(NamespaceError, match="namespace"):
            graph.invoke({"text": "Mine.", **asked})
