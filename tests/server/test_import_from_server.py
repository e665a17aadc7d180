"""The threads of a real `langgraph dev`, imported: the same past as out of a checkpointer."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from past_agent import agent_graph

from benchmarks.dev_server import ROOT, langgraph_dev
from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.past.sources import import_past

pytestmark = pytest.mark.server
_GRAPH = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests" / "support")!r})
from past_agent import agent_graph
graph = agent_graph(None)
"""
KILN = "The kiln of Ova is a Brandhorst, it came in with a broken hinge."
SAID: tuple[str | Command[Any], ...] = (
    KILN,
    "Order two of the hinge for the Ova.",
    Command(resume="yes, go ahead"),
    "Now explode, please.",
    "Thanks, that is all for now.",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "shop.py").write_text(_GRAPH)
    more = {"graphs": {"shop": str(folder / "shop.py") + ":graph"}}
    with langgraph_dev(folder, 2, {}, more) as url:
        yield url


def _messages(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def talk(client: SyncLangGraphClient, user: str) -> str:
    """A thread with all that may befall one; the last question is answered anew."""
    thread = str(client.threads.create()["thread_id"])
    config: Any = {"configurable": {"user": user}}
    for said in SAID:
        given: dict[str, Any] = {"input": _messages(said)} if isinstance(said, str) else {}
        if isinstance(said, Command):
            given = {"command": {"resume": said.resume}}
        client.runs.wait(thread, "shop", config=config, raise_error=False, **given)
    history = client.threads.get_history(thread)
    place: Any = next(s for s in history if list(s["next"]) == ["model"])["checkpoint"]
    client.runs.wait(thread, "shop", checkpoint=place, config=config)
    return thread


def talk_here(thread: str) -> InMemorySaver:
    """The same by the graph itself."""
    saver = InMemorySaver()
    graph = agent_graph(saver)
    config: Any = {"configurable": {"thread_id": thread, "user": "ada"}}
    for said in SAID:
        with contextlib.suppress(RuntimeError):
            graph.invoke(_messages(said) if isinstance(said, str) else said, config)
    place = next(s for s in graph.get_state_history(config) if s.next == ("model",))
    graph.invoke(None, place.config)
    return saver


def shape(ada: Namespace) -> list[tuple[str, ...]]:
    return [(e.text, e.said, e.answered, e.outcome, e.thread) for e in ada.episodes()]


def test_the_threads_of_a_server_are_the_same_past(server: str, ada: Namespace) -> None:
    with get_sync_client(url=server) as client:
        thread = talk(client, "ada")
        other = talk(client, "ben")
        with DreamStore.in_memory() as store:
            whose = store.namespace("{user}")
            report = import_past(whose, client)
            assert report.imported == 2 * (len(SAID) + 1)
            assert import_past(whose, server).imported == 0
            theirs = store.namespace("ada")
            assert {e.thread for e in theirs.episodes()} == {thread}
            assert {e.thread for e in store.namespace("ben").episodes()} == {other}
            import_past(ada, talk_here(thread))
            assert shape(theirs) == shape(ada)
            assert {e.outcome for e in theirs.episodes()} == {"ok", "interrupted", "error"}


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://[", "https://"])
def test_a_server_that_does_not_answer_is_named(address: str, ada: Namespace) -> None:
    with pytest.raises(LogFormatError, match="LANGGRAPH_API_KEY"):
        import_past(ada, address)


def test_another_server_is_none_of_ours(server: str, ada: Namespace, tmp_path: Path) -> None:
    with pytest.raises(LogFormatError, match="cannot be read"):
        import_past(ada, server + "/docs")
