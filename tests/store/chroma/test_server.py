"""The same store over a real Chroma server, with two clients that see each other's writes."""

import chromadb
import pytest
from chroma_support import Server
from chroma_support import server as server
from chromadb.api import ClientAPI
from helpers_store import START, HashEmbedder, episode, link, memory, text_of

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend, NamespaceStore, namespace_state
from langgraph_dreams.types.reports import DreamReport

pytestmark = pytest.mark.server


def client(port: int) -> ClientAPI:
    return chromadb.HttpClient("127.0.0.1", port)


def test_two_clients_see_each_other(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespace_state, "CHECK_EVERY", 0.0)
    port, process = server
    clients = [client(port), client(port)]
    backends = [Backend.attach(each) for each in clients]
    one, other = (backend.vault(("shared",), HashEmbedder()) for backend in backends)
    one.add_episodes([episode(n) for n in range(60)])
    assert other.count()["episodes"] == 60
    other.put_links([link("e0002", "e0001")])
    other.mark_dreamt(["e0001"], "d1")
    said = memory("she said so", status="active")
    other.put_memories([said])
    assert one.edges(["e0001"])[0].a == "e0002"
    assert one.links() == other.links()
    assert one.count() == other.count()
    assert one.memory_ids() == [said.id]
    one.put_memories([said.model_copy(update={"status": "retired"})])
    assert other.memory_ids() == []
    assert other.dreams() == []
    one.put_dream(_report())
    assert other.committed_numbers() == [1]
    _same_questions_same_answers(one, other)
    one.note_recall("q", ["e0001"], [])
    for backend in backends:
        assert not [found for found in backend.check() if found.level != "ok"]
        backend.close()
    for each in clients:
        each.heartbeat()
    late = Backend.attach(clients[0]).vault(("shared",), HashEmbedder())
    assert len(late.recalls()) == 1
    process.kill()
    process.wait()
    with pytest.raises(StoreError, match="Chroma"):
        late.get(["e0001"])


def _same_questions_same_answers(one: NamespaceStore, other: NamespaceStore) -> None:
    query = one.embed([text_of(7)])
    assert one.dense(query, 5)[0][0][0] == "e0007"
    assert one.lexical("number 7", 5) == other.lexical("number 7", 5)
    assert one.neighbours(["e0003"], 2) == other.neighbours(["e0003"], 2)


def _report() -> DreamReport:
    return DreamReport(
        id="d1", namespace=("shared",), number=1, status="committed", started=START, finished=START
    )
