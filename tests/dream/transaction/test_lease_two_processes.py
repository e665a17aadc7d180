"""Two processes on one Chroma server: one dreams at a time, and a dead one's dream is finished."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import chromadb
import pytest
from chroma_support import Server
from chroma_support import server as server
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day

from langgraph_dreams import DreamStore

pytestmark = pytest.mark.server

SHORT = SMALL.model_copy(update={"lease_seconds": 1.5})
DREAMER = """
    import sys, time
    import chromadb
    from dream_support import WordEmbedder, SMALL
    from langgraph_dreams import DreamStore
    from langgraph_dreams.store import NamespaceStore

    port, at = int(sys.argv[1]), sys.argv[2]
    policy = SMALL.model_copy(update={"lease_seconds": 1.5})
    client = chromadb.HttpClient("127.0.0.1", port)
    store = DreamStore(client=client, embedder=WordEmbedder(), policy=policy)
    write = getattr(NamespaceStore, at)

    def stop(self, *args):
        done = write(self, *args)
        print("here", flush=True)
        time.sleep(120)
        return done

    setattr(NamespaceStore, at, stop)
    store.namespace(at).dream()
"""


@pytest.fixture
def dreamer(server: Server, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A process that stops in the middle of a dream, after the first write of that name."""
    port, _ = server
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(DREAMER), str(port), request.param],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("put_dream", "mark_dreamt")]


@pytest.mark.parametrize("dreamer", ["put_links", *SLOW], indirect=True)
def test_a_dead_dreamer_is_taken_over(
    server: Server, dreamer: subprocess.Popen[str], request: pytest.FixtureRequest
) -> None:
    port, _ = server
    name = dreamer.args[-1]  # type: ignore[index]
    store = DreamStore(
        client=chromadb.HttpClient("127.0.0.1", port), embedder=WordEmbedder(), policy=SHORT
    )
    with store:
        ada = store.namespace(name)
        assert dreamer.stdout is not None
        assert dreamer.stdout.readline() == "here\n"
        busy = ada.dream()
        assert busy.status == "rejected"
        assert "has its lease" in busy.notes[-1]
        dreamer.kill()
        dreamer.wait()
        held = ada.vault.leases.holder()
        assert held is not None
        cut = [d.id for d in ada.dreams() if d.status == "committing"]
        assert len(cut) == 1
        ada.vault.leases.take("whoever comes next", 60, wait=30)  # once its time is up
        ada.vault.leases.release(ada.vault.leases.holder())  # type: ignore[arg-type]
        report = ada.dream()
        assert report.status == "noop"
        done = ada.report(cut[0])
        assert done.status == "committed"
        assert {o.target for o in done.operations if o.kind == "add_link"} == {
            x.id for x in ada.links()
        }
        assert ada.counts()["undreamt"] == 0


@pytest.fixture(autouse=True, scope="module")
def recorded(server: Server) -> None:
    """A namespace for each point of death, with something to dream of."""
    port, _ = server
    client = chromadb.HttpClient("127.0.0.1", port)
    with DreamStore(client=client, embedder=WordEmbedder(), policy=SMALL) as store:
        for name in ("put_dream", "put_links", "mark_dreamt"):
            ada = store.namespace(name)
            ada.record(day(FIRST, 0))
            ada.dream()
            ada.record(day(SECOND, 7))
