"""Forgetting on a Chroma server: through its API, and seen by its other clients."""

import asyncio
from pathlib import Path

import chromadb
import pytest
from chroma_support import Server
from chroma_support import server as server
from dream_support import SMALL, WordEmbedder
from forget_support import SECRETS, WORDS, derive, needles, tell, traces

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.store import namespace_state

pytestmark = pytest.mark.server


def client(server: Server, index: Path) -> DreamStore:
    made = chromadb.HttpClient("127.0.0.1", server[0])
    return DreamStore(client=made, embedder=WordEmbedder(), index_path=index)


def test_other_clients_and_their_index_files_forget_too(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespace_state, "CHECK_EVERY", 0.0)
    stores = [client(server, tmp_path / name) for name in ("one", "other")]
    one, other = (store.namespace("forget", policy=SMALL) for store in stores)
    secret, plain = tell(one)
    derive(one, secret, plain)
    wanted = needles([*WORDS, *(e.id for e in secret)])
    assert other.recall("therapist").items[0].item.text == SECRETS[0]
    assert traces(tmp_path / "other", wanted) != []

    gone = asyncio.run(one.aforget(thread="thread-of-sorrows"))

    assert len(gone.episodes) == 2
    assert not gone.compacted
    assert "chroma vacuum" in gone.text()
    for mine in (one, other):
        assert [e.id for e in mine.episodes()] == [e.id for e in plain]
        assert mine.counts() == {"episodes": 2, "memories": 2, "links": 1, "undreamt": 2}
        assert mine.vault.lexical("Quendolyn", 9) == []
        assert "Vexhollow" not in repr(mine.report("dream-1"))
    for store in stores:
        store.close()
    assert traces(tmp_path, wanted) == []


def test_a_whole_namespace_on_a_server(server: Server, tmp_path: Path) -> None:
    with client(server, tmp_path) as store:
        ada: Namespace = store.namespace("whole", policy=SMALL)
        tell(ada)
        assert ada.forget(everything=True).everything
        assert ("whole",) not in store.namespaces()
        names = [c.name for c in chromadb.HttpClient("127.0.0.1", server[0]).list_collections()]
        assert [name for name in names if ada.vault.key in name] == []
    assert traces(tmp_path, needles(WORDS)) == []
