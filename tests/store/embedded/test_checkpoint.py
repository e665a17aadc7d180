"""Checkpoints: the logs stay short, and nothing that was acknowledged is ever lost."""

import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import chromadb
import pytest
from helpers_store import START, HashEmbedder, episode, link, memory

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend, NamespaceStore
from langgraph_dreams.store.chroma import clients
from langgraph_dreams.store.chroma import collection as chroma
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.embedded import persist as checkpoint
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport

LIMIT = 40
KILLS = int(os.environ.get("LANGGRAPH_DREAMS_KILLS", "3"))
"""How often the test of kills kills."""

WRITER = """
import os, signal, sys
from langgraph_dreams.store import Backend
from langgraph_dreams.store.embedded import persist as checkpoint
from helpers_store import HashEmbedder, episode, link

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

checkpoint.LIMIT = 8
#PATCH
backend = Backend.open(sys.argv[1])
vault = backend.vault(("killed",), HashEmbedder())
number = max(0, vault.count()["episodes"] - 10) // 5 * 5  # the last may lack their links
print("open", flush=True)
while True:
    vault.add_episodes([episode(n) for n in range(number, number + 5)])
    vault.put_links([link(f"e{n:04d}", "e0000") for n in range(number + 1, number + 5)])
    number += 5
    print(number, flush=True)
"""


@pytest.fixture(autouse=True)
def _low(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "LIMIT", LIMIT)


def entries(path: Path) -> list[int]:
    return [log.entries for log in checkpoint.logs(path)]


def vault_of(backend: Backend, *parts: str) -> NamespaceStore:
    return backend.vault(parts or ("a",), HashEmbedder())


def fill(vault: NamespaceStore, start: int, stop: int) -> None:
    vault.add_episodes([episode(number) for number in range(start, stop)])


def report(number: int) -> DreamReport:
    done = [Operation(id=f"o{n}", kind="add_link", target="l", after={"w": n}) for n in range(9)]
    return DreamReport(
        id=f"d{number}",
        namespace=("a",),
        number=number,
        status="committed",
        started=START,
        finished=START,
        operations=tuple(done),
    )


def dream(vault: NamespaceStore, number: int) -> None:
    """Write whatever a dream writes."""
    vault.put_memories([memory(f"ada likes blue{number} vases", sources=["e0001"])])
    vault.put_links([link(f"e{n:04d}", f"e{n - 1:04d}", weight=n / 100) for n in range(1, 20)])
    vault.mark_dreamt([f"e{n:04d}" for n in range(10)], f"d{number}")
    vault.note_recall("who likes vases?", ["e0001"], [])
    vault.flush()
    vault.put_dream(report(number))


def everything(vault: NamespaceStore) -> dict[str, object]:
    ids = vault.episode_ids()
    vectors = vault.vectors(ids)
    return {
        "items": vault.get([*ids, *vault.memory_ids()]),
        "vectors": vectors.tobytes(),
        "links": sorted(vault.links(), key=lambda found: found.id),
        "dreams": vault.dreams(operations=True),
        "nearest": [round(hits[0][1], 4) for hits in vault.dense(vectors, 1)],
        "lexical": vault.lexical("red1 week3", 5),
        "recalls": vault.recalls(),
    }


def test_an_open_makes_long_logs_short_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "LIMIT", 10**6)
    backend = Backend.open(tmp_path)
    for name in ("a", "b"):
        fill(vault_of(backend, name), 0, 120)
        dream(vault_of(backend, name), 1)
    before = [everything(vault_of(backend, name)) for name in ("a", "b")]
    backend.close()
    assert max(entries(tmp_path)) > 120

    monkeypatch.setattr(checkpoint, "LIMIT", LIMIT)
    backend = Backend.open(tmp_path)
    assert max(entries(tmp_path), default=0) < LIMIT
    assert not (tmp_path / "checkpoint").exists()
    assert [everything(vault_of(backend, name)) for name in ("a", "b")] == before
    fill(vault_of(backend), 120, 130)
    dream(vault_of(backend), 2)
    assert vault_of(backend).count()["episodes"] == 130
    assert vault_of(backend).committed_numbers() == [1, 2]
    assert not [found for found in backend.check() if found.level != "ok"]
    backend.close()


def test_writes_keep_the_logs_short(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vaults = [vault_of(backend, name) for name in ("a", "b", "c")]
    for start in range(0, 80, 10):
        for vault in vaults:
            fill(vault, start, start + 10)
        # The write that reaches the limit is followed by the checkpoint.
        assert max(entries(tmp_path), default=0) < LIMIT
    for number in range(1, 4):
        dream(vaults[0], number)
        assert max(entries(tmp_path), default=0) < LIMIT
    for vault in vaults:
        assert vault.count()["episodes"] == 80
        assert [hits[0][1] > 0.999 for hits in vault.dense(vault.vectors(["e0077"]), 1)] == [True]
    before = everything(vaults[0])
    backend.close()
    backend = Backend.open(tmp_path)
    assert everything(vault_of(backend)) == before
    backend.close()


def test_the_configuration_of_the_indexes_stays(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    fill(vault_of(backend), 0, 100)
    backend.close()
    client = chromadb.PersistentClient(str(tmp_path), clients.settings())
    found = {
        item.name.split(".")[1]: client.get_collection(
            item.name, embedding_function=None
        ).configuration_json["hnsw"]
        for item in client.list_collections()
    }
    client.close()
    assert {space["sync_threshold"] for space in found.values()} == {chroma.SYNC_THRESHOLD}
    assert (found["items"]["space"], found["items"]["ef_search"]) == ("cosine", 100)
    assert found["records"]["max_neighbors"] == 2


def test_reembedding_goes_through_checkpoints(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    fill(vault_of(backend), 0, 100)
    assert backend.reembed(("a",), HashEmbedder("other", 32)) == 100
    vault = backend.vault(("a",), HashEmbedder("other", 32))
    fill(vault, 100, 150)
    assert vault.vectors(vault.episode_ids()).shape == (150, 32)
    assert max(entries(tmp_path), default=0) < LIMIT
    backend.close()


def test_everything_deleted_is_no_obstacle(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault = vault_of(backend)
    fill(vault, 0, 30)
    vault._state.items.delete([f"e{number:04d}" for number in range(30)])
    vault._state.doubt()
    assert vault.count()["episodes"] == 0
    fill(vault, 30, 100)
    assert max(entries(tmp_path), default=0) < LIMIT
    assert len(vault.dense(vault.vectors(["e0031"]), 5)[0]) == 5
    backend.close()


def test_readers_and_writers_notice_nothing(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vaults = [vault_of(backend, name) for name in ("a", "b")]
    for vault in vaults:
        fill(vault, 0, 10)
    errors: list[Exception] = []
    done = threading.Event()

    def guarded(work: "Sequence[object]") -> None:
        action, vault = work
        try:
            action(vault)  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    def read(vault: NamespaceStore) -> None:
        query = vault.vectors(["e0003"])
        while not done.is_set():
            assert vault.dense(query, 3)[0][0][1] > 0.999
            assert vault.get(["e0003"])["e0003"].text
            assert vault.links_of(["e0003"]) is not None

    def write(vault: NamespaceStore) -> None:
        for start in range(10, 110, 10):
            fill(vault, start, start + 10)
            vault.put_links([link(f"e{start:04d}", f"e{start + 1:04d}")])

    generation = backend._gate.generation
    readers = [threading.Thread(target=guarded, args=((read, vault),)) for vault in vaults]
    writers = [threading.Thread(target=guarded, args=((write, vault),)) for vault in vaults]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert not errors
    assert backend._gate.generation >= generation + 2
    assert [vault.count()["episodes"] for vault in vaults] == [110, 110]
    assert [len(vault.links()) for vault in vaults] == [10, 10]
    backend.close()


@pytest.mark.parametrize("step", ["_copy_database", "_persist", "_prove", "_is_open", "_mark"])
def test_a_failed_checkpoint_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("on purpose")

    backend = Backend.open(tmp_path)
    vault = vault_of(backend)
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING, "langgraph_dreams"):
        patch.setattr(checkpoint, step, fail)
        fill(vault, 0, LIMIT + 15)
    assert "no checkpoint" in caplog.text
    assert "on purpose" in caplog.text
    assert not (tmp_path / "checkpoint").exists()
    assert vault.count()["episodes"] == len(vault.episode_ids()) == LIMIT + 15
    assert len(vault.dense(vault.vectors(["e0009"]), 5)[0]) == 5
    # It is tried again later, not at every write.
    assert caplog.text.count("no checkpoint") == 1
    fill(vault, LIMIT + 15, 4 * LIMIT)
    assert max(entries(tmp_path)) < 2 * LIMIT
    assert vault.count()["episodes"] == 4 * LIMIT
    backend.close()


def test_a_full_disk_costs_the_checkpoint_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=40_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    backend = Backend.open(tmp_path)
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        fill(vault_of(backend), 0, LIMIT + 5)
    assert "MB are free" in caplog.text
    assert not (tmp_path / "checkpoint").exists()
    assert vault_of(backend).count()["episodes"] == LIMIT + 5
    backend.close()


def test_another_client_of_the_folder_is_not_cut_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backend = Backend.open(tmp_path)
    other = chromadb.PersistentClient(str(tmp_path), clients.settings())
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        fill(vault_of(backend), 0, LIMIT + 5)
    assert "another Chroma client" in caplog.text
    other.get_or_create_collection("theirs", embedding_function=None).add("x", [[1.0, 2.0]])
    other.close()
    fill(vault_of(backend), LIMIT + 5, 4 * LIMIT)
    assert max(entries(tmp_path), default=0) < LIMIT
    backend.close()
    client = chromadb.PersistentClient(str(tmp_path), clients.settings())
    assert client.get_collection("theirs", embedding_function=None).count() == 1
    client.close()


def run_writer(path: Path, patch: str = "") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER.replace("#PATCH", patch), str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def acknowledged(lines: list[bytes]) -> int:
    return max((int(line) for line in lines if line.strip().isdigit()), default=0)


def must_have(path: Path, number: int) -> None:
    """Whatever was acknowledged is there, whole, and the store works on, with no one's help."""
    backend = Backend.open(path)
    assert not (path / "checkpoint").exists()
    vault = vault_of(backend, "killed")
    ids = vault.episode_ids()
    assert len(ids) >= number
    assert ids == [f"e{n:04d}" for n in range(len(ids))]
    vectors = vault.vectors(ids)
    assert all(hits[0][1] > 0.999 for hits in vault.dense(vectors, 1))
    assert (
        abs(vectors - jitter(ids, vault.embed([episode(n).text for n in range(len(ids))]))).max()
        < 1e-6
    )
    found = {one.a for one in vault.links()}
    assert found >= {f"e{n:04d}" for n in range(number) if n % 5}
    fill(vault, len(ids), len(ids) + 5 - len(ids) % 5)
    assert not [finding for finding in backend.check() if finding.level == "error"]
    backend.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "patch",
    [
        "checkpoint._persist = die",
        "checkpoint._prove = die",
        "checkpoint._finish = die",  # the mark is made
        "checkpoint.shutil.rmtree = lambda path, **_: 'checkpoint' in str(path) or die()",
        "checkpoint._sides = lambda p: die() if p.parent.name != 'checkpoint' and"
        " checkpoint._is_ready(p.parent) else []",  # the indexes are moved, the database is not
        "checkpoint.Path.replace = die",
        "checkpoint._to_disk = lambda p: die() if checkpoint._is_ready(p) else None",  # all moved
    ],
)
def test_killed_at_any_step_of_a_checkpoint(tmp_path: Path, patch: str) -> None:
    with run_writer(tmp_path, patch) as writer:
        assert writer.stdout is not None
        lines = writer.stdout.readlines()
    assert writer.returncode == -signal.SIGKILL
    assert (tmp_path / "checkpoint").exists()
    must_have(tmp_path, acknowledged(lines))


@pytest.mark.slow
def test_killed_at_random(tmp_path: Path) -> None:
    chance = random.Random(os.environ.get("LANGGRAPH_DREAMS_SEED", "1"))
    for _ in range(KILLS):
        with run_writer(tmp_path) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline()]
            timer = threading.Timer(chance.uniform(0.05, 0.8), writer.kill)
            timer.start()
            lines += writer.stdout.readlines()
            timer.join()
        assert writer.returncode == -signal.SIGKILL
        must_have(tmp_path, acknowledged(lines))
