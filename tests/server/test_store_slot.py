"""The store slot of langgraph.json: a real `langgraph dev` whose store is ours."""

from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_sync_client

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams import DreamStore

pytestmark = pytest.mark.server
KILN = "The kiln of Ova is a Brandhorst."
_STORE = """
from langgraph_dreams import DreamStore
store = DreamStore.open({folder!r}).as_base_store()
"""
_GRAPH = """
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.runtime import Runtime


async def answer(state: MessagesState, runtime: Runtime) -> dict:
    said = state["messages"][-1].text
    if said.endswith("?"):
        found = await runtime.store.asearch(("acme", "notes"), query=said, limit=1)
        return {"messages": [("ai", found[0].value["text"])]}
    await runtime.store.aput(("acme", "notes"), said[:8], {"text": said})
    return {"messages": [("ai", "Noted.")]}


graph = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer").compile()
"""


def _say(client: Any, text: str) -> str:
    given = {"messages": [{"role": "user", "content": text}]}
    answered = client.runs.wait(None, "agent", input=given)
    return str(answered["messages"][-1]["content"])


def test_a_server_uses_it_unchanged(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    (tmp_path / "slot.py").write_text(_STORE.format(folder=str(memory)))
    (tmp_path / "agent.py").write_text(_GRAPH)
    more = {
        "graphs": {"agent": str(tmp_path / "agent.py") + ":graph"},
        "store": {"path": str(tmp_path / "slot.py") + ":store"},
    }
    with langgraph_dev(tmp_path, 2, {}, more) as url, get_sync_client(url=url) as client:
        assert _say(client, KILN) == "Noted."
        client.store.put_item(["acme", "notes"], "loom", {"text": "The loom belongs to Vinmark."})
        assert _say(client, "Which make is the kiln?") == KILN
        found = client.store.search_items(["acme"], query="whose is the loom?", limit=1)["items"]
        assert found[0]["key"] == "loom"
        assert found[0]["namespace"] == ["acme", "notes"]
        assert client.store.list_namespaces(prefix=["acme"])["namespaces"] == [["acme", "notes"]]
        client.store.delete_item(["acme", "notes"], "loom")
        assert client.store.search_items(["acme"], query="loom")["items"][0]["key"] == KILN[:8]
    with DreamStore.open(memory) as store:  # what the server wrote outlives it
        assert [e.text for e in store.namespace("acme", "notes").episodes()] == [KILN]
