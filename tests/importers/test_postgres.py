"""Import from a real database of PostgreSQL: the same runs, once, also after a kill."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph.checkpoint.memory import InMemorySaver
from past_agent import write_past
from postgres_server import postgres

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.past.sources import import_past

pytestmark = [pytest.mark.server, pytest.mark.slow]
psycopg = pytest.importorskip("psycopg")
savers = pytest.importorskip("langgraph.checkpoint.postgres")

_IMPORT = """
import sys
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_dreams import DreamStore
from langgraph_dreams.importers.past.sources import import_past
with DreamStore.open(sys.argv[1], embedder=DeterministicFakeEmbedding(size=16)) as store:
    ada = store.namespace("ada")
    report = import_past(ada, sys.argv[2], lambda done, total: print(done, flush=True))
    print("ended", flush=True)
"""


@pytest.fixture(scope="module")
def database() -> Iterator[tuple[str, Counter[str]]]:
    with postgres() as address:
        with savers.PostgresSaver.from_conn_string(address) as saver:
            saver.setup()
            did = write_past(saver, 180, seed=3)
        yield address, did


def rows(address: str) -> list[tuple[object, ...]]:
    tables = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
    with psycopg.connect(address) as connection:
        whole = "SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t"
        return [connection.execute(whole.format(table)).fetchone() for table in tables]


def test_a_database_is_imported_once(database: tuple[str, Counter[str]], ada: Namespace) -> None:
    address, did = database
    before = rows(address)
    assert import_past(ada, address).imported == did["runs"]
    assert import_past(ada, address).imported == 0
    assert rows(address) == before
    outcomes = Counter(episode.outcome for episode in ada.episodes())
    assert outcomes["interrupted"] == did["interrupted"]
    assert outcomes["error"] == did["failed"]
    # The same past in another checkpointer is the same past.
    saver = InMemorySaver()
    write_past(saver, 180, seed=3)
    with DreamStore.in_memory(embedder=DeterministicFakeEmbedding(size=16)) as store:
        other = store.namespace("other")
        import_past(other, saver)
        assert [e.text for e in other.episodes()] == [e.text for e in ada.episodes()]


def test_an_import_that_was_killed_is_finished(
    database: tuple[str, Counter[str]], tmp_path: Path
) -> None:
    address, did = database
    kept = []
    for name in ("killed", "whole"):
        command = [sys.executable, "-c", _IMPORT, str(tmp_path / name), address]
        if name == "killed":
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                assert process.stdout.readline().strip() == "64"
                process.kill()
            assert process.returncode == -9
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert told.endswith("ended\n")
        embedder = DeterministicFakeEmbedding(size=16)
        with DreamStore.open(tmp_path / name, embedder=embedder) as store:
            kept.append([e.model_dump() for e in store.namespace("ada").episodes()])
    assert kept[0] == kept[1]
    assert len(kept[0]) == did["runs"]


def test_a_database_that_is_not_there(ada: Namespace) -> None:
    with pytest.raises(LogFormatError, match="name it like postgresql"):
        import_past(ada, "postgresql://nobody@/none?host=/nowhere")
