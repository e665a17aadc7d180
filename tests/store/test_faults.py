"""What goes wrong around a store: disk full, folder read-only, database damaged, server gone."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import chromadb
import httpx
import pytest
from helpers_store import HashEmbedder, episode, link

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend, NamespaceStore
from langgraph_dreams.store.chroma.collection import Collection
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.embedded import folder

NOBODY = 65534

FULL = """
import resource, sys
from helpers_store import HashEmbedder, episode
from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend
backend = Backend.open(sys.argv[1])
vault = backend.vault(("a",), HashEmbedder())
vault.add_episodes([episode(0)])
limit = 1_500_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
number = 1
try:
    while number < 5000:
        vault.add_episodes([episode(n, f"{n} " * 2000) for n in range(number, number + 5)])
        number += 5
except StoreError as error:
    print(number, type(error).__name__, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
vault.add_episodes([episode(n, f"{n} " * 2000) for n in range(number, number + 5)])
print(number + 5)
backend.close()
"""

READ_ONLY = """
import os, sys
from helpers_store import HashEmbedder, episode
from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend
Backend.memory().close()  # whatever is imported late is imported now
if os.getuid() == 0:
    os.setuid(int(sys.argv[2]))  # nothing is read-only for an administrator
backend = Backend.open(sys.argv[1])
vault = backend.vault(("a",), HashEmbedder())
vault.add_episodes([episode(n) for n in range(5)])
for name, _, files in os.walk(sys.argv[1], topdown=False):
    for file in files:
        os.chmod(os.path.join(name, file), 0o444)
    os.chmod(name, 0o555)
try:
    vault.add_episodes([episode(5)])
except StoreError as error:
    print(type(error).__name__, error)
print(len(vault.get([f"e{n:04d}" for n in range(5)])))
for name, _, files in os.walk(sys.argv[1]):
    os.chmod(name, 0o755)
    for file in files:
        os.chmod(os.path.join(name, file), 0o644)
vault.add_episodes([episode(5)])
print(vault.count()["episodes"])
backend.close()
"""


def run(code: str, *arguments: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    failed, again = run(FULL, tmp_path)
    assert "StoreError" in failed
    assert "the disk is full: free some space" in failed
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    assert vault.episode_ids() == [f"e{number:04d}" for number in range(int(again))]
    assert len(vault.vectors(vault.episode_ids())) == int(again)
    assert not [found for found in backend.check() if found.level != "ok"]
    backend.close()


def test_nothing_is_written_to_a_disk_that_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(0)])
    full = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: full)
        with pytest.raises(StoreError, match=r"full: 1\.0 MB are free.*do it again"):
            vault.add_episodes([episode(1)])
        assert vault.episode_ids() == ["e0000"]  # reading goes on
    vault.add_episodes([episode(1)])
    assert vault.episode_ids() == ["e0000", "e0001"]
    backend.close()


@pytest.mark.slow
def test_a_folder_that_turns_read_only_is_told_and_loses_nothing(tmp_path_factory: Any) -> None:
    # Another user cannot reach below the folder of the tests.
    top = Path(os.path.realpath(os.environ.get("TMPDIR", "/tmp"))) / f"read-only-{os.getpid()}"
    store = top / "store"
    store.mkdir(parents=True)
    try:
        if os.getuid() == 0:
            os.chown(store, NOBODY, -1)
        failed, readable, after = run(READ_ONLY, store, NOBODY)
    finally:
        shutil.rmtree(top)
    assert "StoreReadOnlyError" in failed
    assert "writable" in failed
    assert (readable, after) == ("5", "6")


def test_a_damaged_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    backend.vault(("a",), HashEmbedder()).add_episodes([episode(n) for n in range(50)])
    backend.close()
    whole = (tmp_path / folder.DATABASE).read_bytes()
    with (tmp_path / folder.DATABASE).open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * (len(whole) - 8192))
    with pytest.raises(StoreError, match=r"chroma\.sqlite3 is damaged .*backup.*recover"):
        Backend.open(tmp_path)
    # The index beside it is never the only copy, and never taken for one.
    (tmp_path / folder.DATABASE).write_bytes(whole)
    backend = Backend.open(tmp_path)
    assert backend.vault(("a",), HashEmbedder()).count()["episodes"] == 50
    backend.close()


@pytest.mark.parametrize("damage", ["missing", "garbage", "cut", "folder missing"])
def test_the_derived_index_is_built_again(tmp_path: Path, damage: str) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(n) for n in range(30)])
    vault.put_links([link("e0002", "e0001")])
    before = (vault.count(), vault.lexical("number 7", 5), vault.links())
    backend.close()
    (file,) = (tmp_path / folder.INDEX).glob("*.sqlite3")
    if damage == "missing":
        file.unlink()
    elif damage == "garbage":
        file.write_bytes(b"\xa5" * 50_000)
    elif damage == "cut":
        os.truncate(file, file.stat().st_size // 2)
    else:
        shutil.rmtree(file.parent)
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    assert (vault.count(), vault.lexical("number 7", 5), vault.links()) == before
    assert not [found for found in backend.check() if found.level != "ok"]
    backend.close()


class Server:
    """A Chroma server that can be killed and started again."""

    def __init__(self, path: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._path = path
        self.start()

    def start(self) -> None:
        command = Path(sys.executable).parent / "chroma"
        where = ("--path", str(self._path), "--port", str(self.port), "--host", "127.0.0.1")
        self._process = subprocess.Popen(
            [str(command), "run", *where],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "false"},
        )
        for _ in range(400):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/api/v2/heartbeat").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.mark.server
def test_a_server_restarted_in_the_middle_of_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(tmp_path)
    try:
        backend = Backend.attach(chromadb.HttpClient("127.0.0.1", server.port))
        vault = backend.vault(("shared",), HashEmbedder())
        vault.add_episodes([episode(n) for n in range(10)])
        _kill_at_the_second_write(vault, server, monkeypatch)
        batch = [episode(n) for n in range(5, 70)]
        with pytest.raises(StoreError, match="Chroma answered"):
            vault.add_episodes(batch)
        with pytest.raises(StoreError):
            vault.add_episodes(batch)  # still away
        server.start()
        assert vault.add_episodes(batch) == [one.id for one in batch]
        assert vault.episode_ids() == [f"e{number:04d}" for number in range(70)]
        assert vault._state.items.count() == 70
        ids = vault.episode_ids()
        wanted = jitter(ids, vault.embed([episode(n).text for n in range(70)]))
        assert abs(vault.vectors(ids) - wanted).max() < 1e-6
        assert not [found for found in backend.check() if found.level != "ok"]
        backend.close()
    finally:
        server.kill()


def _kill_at_the_second_write(
    vault: NamespaceStore, server: Server, patch: pytest.MonkeyPatch
) -> None:
    """Let a first part of a batch be written, and kill the server before the next."""
    written: list[int] = []
    add = Collection.add

    def add_then_die(self: Collection, ids: list[str], *rest: Any) -> None:
        written.append(len(ids))
        if len(written) == 2:
            server.kill()
        add(self, ids, *rest)

    patch.setattr(Collection, "add", add_then_die)
