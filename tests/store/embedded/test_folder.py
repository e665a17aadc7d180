"""The folder of an embedded store: one process, one object, read-only, closed, forked."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import chromadb
import pytest
from helpers_store import HashEmbedder, episode

from langgraph_dreams.errors import (
    InvalidInputError,
    StoreClosedError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
)
from langgraph_dreams.store import Backend

HOLD = """
import sys
from langgraph_dreams.store import Backend
Backend.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_one_object_a_folder_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "store")
    one = Backend.open(tmp_path / "store")
    other = Backend.open(f"{tmp_path}/link/../store/")
    assert one is other
    one.close()
    other.vault(("a",), HashEmbedder()).add_episodes([episode(1)])
    other.close()
    other.close()
    with pytest.raises(StoreClosedError, match="open it again"):
        one.namespaces()


def test_threads_that_open_at_once_get_one_object(tmp_path: Path) -> None:
    found: list[Backend] = []
    threads = [
        threading.Thread(target=lambda: found.append(Backend.open(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    for backend in found:
        backend.close()


def test_closing_and_opening_leaks_no_handles(tmp_path: Path) -> None:
    def once() -> int:
        backend = Backend.open(tmp_path)
        vault = backend.vault(("a",), HashEmbedder())
        vault.add_episodes([episode(1)])
        assert vault.count()["episodes"] == 1
        assert vault.dense(vault.embed(["x"]), 1)[0][0][0] == "e0001"
        backend.close()
        with pytest.raises(StoreClosedError):
            vault.count()
        return len(os.listdir("/proc/self/fd"))

    first = once()
    # Chroma lets go of some handles a moment later, so that a few more or less say nothing.
    assert [once() for _ in range(10)][-1] < first + 8


@pytest.mark.slow
def test_a_second_process_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StoreLockedError, match=f"process {holder.pid} .*chroma run"):
            Backend.open(tmp_path)
        holder.kill()  # a lock dies with its process
        holder.wait()
    Backend.open(tmp_path).close()


def test_a_forked_child_is_told_to_open_anew(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # in the child: answer through the pipe, run no test machinery
        answers = []
        for attempt in (vault.count, lambda: Backend.open(tmp_path)):
            try:
                attempt()
                answers.append("nothing")
            except StoreClosedError as error:
                answers.append("fork" if "fork" in str(error) else str(error))
        backend.close()
        os.write(writer, ",".join(answers).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100) == b"fork,fork"
    os.close(reader)
    os.close(writer)
    assert vault.count()["episodes"] == 0
    backend.close()


def test_a_folder_nobody_may_write_is_read_only(tmp_path: Path) -> None:
    store = tmp_path / "store"
    Backend.open(store).close()
    store.chmod(0o555)
    with pytest.raises(StoreReadOnlyError, match="cannot be written"):
        Backend.open(store)
    store.chmod(0o755)
    (store / "chroma.sqlite3").chmod(0o444)
    with pytest.raises(StoreReadOnlyError, match=r"chroma\.sqlite3"):
        Backend.open(store)
    (store / "chroma.sqlite3").chmod(0o644)
    Backend.open(store).close()


def test_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="file"):
            Backend.open(path)
    for bad in ("", "a\0b", None, 3):
        with pytest.raises(InvalidInputError):
            Backend.open(bad)  # type: ignore[arg-type]


def test_a_folder_that_holds_no_database_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreError, match=r"chroma\.sqlite3 is damaged .* backup"):
        Backend.open(tmp_path)
    (tmp_path / "chroma.sqlite3").unlink()
    Backend.open(tmp_path).close()


def test_an_attached_client_is_not_closed(tmp_path: Path) -> None:
    client = chromadb.PersistentClient(tmp_path / "raw")
    backend = Backend.attach(client, index_path=tmp_path / "indexes")
    backend.vault(("a",), HashEmbedder()).add_episodes([episode(1)])
    assert len(list((tmp_path / "indexes").glob("*.sqlite3"))) == 1
    backend.close()
    assert client.heartbeat() > 0
    client.close()
    with pytest.raises(InvalidInputError, match="client"):
        Backend.attach("http://localhost")  # type: ignore[arg-type]


def test_check_tells_what_is_there(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    backend.vault(("acme", "ada"), HashEmbedder()).add_episodes([episode(1)])
    texts = "\n".join(f"{found.level} {found.subject} {found.text}" for found in backend.check())
    backend.close()
    assert f"{tmp_path}, " in texts
    assert f"Chroma {chromadb.__version__}" in texts
    assert "ok acme/ada 1 item, 0 dreams, embedder hash (64 dimensions)" in texts
    assert "ok acme/ada index in step, 1 item" in texts
