"""Many callers at once: tasks, threads, processes, and one of them whose write cannot be made."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chromadb
import pytest
from chroma_support import Server
from chroma_support import server as server
from dream_support import WordEmbedder
from file_bytes import bytes_of
from langgraph.store.base import PutOp

from langgraph_dreams import DreamStore, EmbedderError
from langgraph_dreams.namespace.base_store.queue import WriteQueue
from langgraph_dreams.namespace.base_store.shelf import Write
from langgraph_dreams.namespace.base_store.store import DreamBaseStore

ADA, BOB = ("users", "ada"), ("users", "bob")


async def test_writes_of_many_tasks_are_all_made_and_the_last_of_a_key_stands(
    store: DreamBaseStore,
) -> None:
    async def life(i: int) -> None:
        path = (ADA, BOB)[i % 2]
        await store.aput(path, f"own {i}", {"text": f"What task number {i} says."})
        assert (await store.aget(path, f"own {i}")).value == {"text": f"What task number {i} says."}
        await store.aput(path, "shared", {"n": i}, index=False)
        await store.asearch(("users",), query=f"number {i}", limit=3)
        if i % 10 == 0:
            await store.adelete(path, f"own {i}")

    await asyncio.gather(*(life(i) for i in range(40)))
    found = {item.key for item in store.search(("users",), limit=100)}
    assert found == {"shared", *(f"own {i}" for i in range(40) if i % 10)}
    assert store.get(ADA, "shared").value["n"] in range(0, 40, 2)


async def test_tasks_that_write_together_share_one_write(store: DreamBaseStore) -> None:
    made: list[int] = []
    write = store._queue._write

    def counted(path: tuple[str, ...], writes: dict[str, Write]) -> None:
        made.append(len(writes))
        write(path, writes)

    store._queue._write = counted
    await asyncio.gather(*(store.aput(ADA, f"k{i}", {"n": i}, index=False) for i in range(50)))
    assert sum(made) == 50
    assert len(made) < 10
    assert len(store.search(ADA, limit=100)) == 50


def test_threads(store: DreamBaseStore) -> None:
    def life(i: int) -> None:
        store.put(ADA, "counter", {"n": i}, index=False)
        store.put(ADA, f"k{i}", {"text": f"Thread number {i} was here."})
        assert store.get(ADA, f"k{i}") is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(life, range(24)))
    assert len(store.search(ADA, limit=100)) == 25


class Failing(WordEmbedder):
    def embed(self, texts):
        if any("fail" in text for text in texts):
            raise RuntimeError("no answer")
        return super().embed(texts)


async def test_one_that_fails_takes_no_other_along() -> None:
    with DreamStore.in_memory(embedder=Failing()) as dreams:
        store = dreams.as_base_store()
        texts = [f"fail {i}" if i % 5 == 0 else f"fine {i}" for i in range(20)]
        answers = await asyncio.gather(
            *(store.aput(ADA, text, {"text": text}) for text in texts), return_exceptions=True
        )
        for text, answer in zip(texts, answers, strict=True):
            assert isinstance(answer, EmbedderError) == text.startswith("fail")
            assert (store.get(ADA, text) is None) == text.startswith("fail")


def test_a_caller_that_is_interrupted_leaves_the_others_theirs() -> None:
    made: list[str] = []

    def write(path: tuple[str, ...], writes: dict[str, Write]) -> None:
        if not made:
            made.append("interrupted")
            raise KeyboardInterrupt
        made.extend(writes)

    queue = WriteQueue(write)
    first, second = (queue.take({ADA: {key: Write({})}}) for key in "ab")
    with pytest.raises(KeyboardInterrupt):
        queue.wait(first)
    queue.wait(second)
    assert made == ["interrupted", "a", "b"]
    assert first.done


OTHER = """
import sys
from dream_support import WordEmbedder
from langgraph_dreams import DreamStore, StoreLockedError
try:
    DreamStore.open(sys.argv[1], embedder=WordEmbedder())
except StoreLockedError:
    print("locked")
"""


def test_a_folder_belongs_to_one_process(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as dreams:
        dreams.as_base_store().put(ADA, "kept", {"n": 1}, index=False)
        path = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]
        ran = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:0] = {path}\n{OTHER}", str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == "locked"


def test_a_folder_is_kept_whole_and_nothing_of_what_was_deleted(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as dreams:
        store = dreams.as_base_store()
        store.put(ADA, "kept", {"text": "The kiln is a Brandhorst.", "odd": "\0\ud800"}, ttl=60)
        store.put(ADA, "bare", {"n": 1}, index=False)
        store.put(ADA, "gone", {"text": "Grandmother rang."})
        store.delete(ADA, "gone")
        before = store.search(ADA, refresh_ttl=False)
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as dreams:
        store = dreams.as_base_store()
        assert store.search(ADA) == before
        assert [item.key for item in store.search(ADA, query="kiln")] == ["kept", "bare"]
        assert store.list_namespaces() == [ADA]
    files = (file for file in tmp_path.rglob("*") if file.is_file())
    assert not any(b"Grandmother" in bytes_of(file) for file in files)


CLIENT = """
import sys
import chromadb
from dream_support import WordEmbedder
from langgraph_dreams import DreamStore
client = chromadb.HttpClient(host="127.0.0.1", port=int(sys.argv[1]))
store = DreamStore(client=client, embedder=WordEmbedder()).as_base_store("shared")
for i in range(3):
    store.put(("users", "ada"), f"{sys.argv[2]} {i}", {"text": f"{sys.argv[2]} says {i}."})
    store.put(("users", "ada"), "both", {"n": i}, index=False)
store.delete(("users", "ada"), f"{sys.argv[2]} 0")
"""


@pytest.mark.server
def test_processes_share_a_server(server: Server) -> None:
    port, _ = server
    path = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]
    code = f"import sys; sys.path[:0] = {path}\n{CLIENT}"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(port), name]) for name in ("one", "two")
    ]
    try:
        assert [process.wait(280) for process in running] == [0, 0]
    finally:
        for process in running:
            process.kill()
            process.wait()
    client = chromadb.HttpClient(host="127.0.0.1", port=port)
    with DreamStore(client=client, embedder=WordEmbedder()) as dreams:
        store = dreams.as_base_store("shared")
        found = {item.key for item in store.search((), limit=100)}
        assert found == {"both", *(f"{name} {i}" for name in ("one", "two") for i in range(1, 3))}
        assert store.get(ADA, "both").value == {"n": 2}
        assert store.list_namespaces() == [ADA]
        other = DreamStore(client=client, embedder=WordEmbedder()).as_base_store("shared")
        created = other.get(ADA, "one 2").created_at
        store.batch([PutOp(ADA, "one 2", {"text": "Said anew."})])
        other.put(ADA, "one 2", {"text": "And once more."})
        assert other.get(ADA, "one 2").created_at == created
        assert other.get(ADA, "one 2").value == {"text": "And once more."}
