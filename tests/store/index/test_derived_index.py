"""The derived index is only a cache: lost, damaged, stale or half-settled, it comes back right."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, link, memory

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend, NamespaceStore
from langgraph_dreams.store.chroma.collection import Collection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(n, f"pottery class {n}") for n in range(5)])
    vault.put_memories([memory("she likes pottery", status="active")])
    vault.put_links([link("e0003", "e0001"), link("e0002", "e0000", status="expired")])
    vault.mark_dreamt(["e0000", "e0001"], "d1")
    backend.close()
    return tmp_path


def facts(folder: Path) -> tuple[object, ...]:
    backend = Backend.open(folder)
    vault = backend.vault(("a",), HashEmbedder())
    found = (
        vault.count(),
        vault.undreamt(),
        vault.memory_ids(),
        sorted(vault.edges([f"e000{n}" for n in range(5)])),
        sorted(id_ for id_, _ in vault.lexical("class", 10)),
        vault.frequencies(["potteri", "class"]),
        vault.neighbours(["e0002"], 1),
        [found.text for found in backend.check() if found.level != "ok"],
    )
    backend.close()
    return found


def index_file(folder: Path) -> Path:
    (path,) = (folder / "index").glob("*.sqlite3")
    return path


EXPECTED = (
    {"episodes": 5, "memories": 1, "links": 1, "undreamt": 3},
    ["e0002", "e0003", "e0004"],
)


def test_the_index_as_written(folder: Path) -> None:
    found = facts(folder)
    assert found[:2] == EXPECTED
    assert found[5] == {"potteri": 5, "class": 5}
    assert found[-1] == []


@pytest.mark.parametrize("harm", ["missing", "empty", "garbage", "torn", "schema", "table", "fts"])
def test_a_lost_or_damaged_index_is_built_again(folder: Path, harm: str) -> None:
    before = facts(folder)
    path = index_file(folder)
    if harm == "missing":
        path.unlink()
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "garbage":
        path.write_bytes(b"garbage" * 5000)
    elif harm == "torn":
        path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 20_000)
    else:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(
                {
                    "schema": "UPDATE facts SET value = '0' WHERE name = 'schema'",
                    "table": "DROP TABLE links",
                    "fts": "DROP TABLE episode_words_data",
                }[harm]
            )
    assert facts(folder) == before


def test_damage_that_shows_while_in_use(folder: Path) -> None:
    before = facts(folder)
    backend = Backend.open(folder)
    vault = backend.vault(("a",), HashEmbedder())
    assert vault.count() == before[0]
    with closing(sqlite3.connect(index_file(folder), isolation_level=None)) as db:
        db.execute("DROP TABLE stems")
    vault.add_episodes([episode(9, "pottery again")])  # the write itself meets the damage
    assert vault.frequencies(["potteri"]) == {"potteri": 6}
    assert vault.count()["links"] == 1
    backend.close()


def test_a_stale_index_catches_up(folder: Path) -> None:
    old = index_file(folder).read_bytes()
    backend = Backend.open(folder)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(5, "new class")])
    vault.put_links([link("e0005", "e0004")])
    vault.mark_dreamt(["e0002"], "d2")
    backend.close()
    after = facts(folder)
    index_file(folder).write_bytes(old)
    assert facts(folder) == after


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("method", ["add", "put", "annotate"])
def test_a_write_that_fails_half_way_leaves_no_lie(
    folder: Path, monkeypatch: pytest.MonkeyPatch, method: str, written: bool
) -> None:
    backend = Backend.open(folder)
    vault = backend.vault(("a",), HashEmbedder())
    real = getattr(Collection, method)

    def failing(self: Collection, *args: object) -> None:
        if written:
            real(self, *args)
        raise StoreError("cut off")

    def change(vault: NamespaceStore) -> None:
        if method == "add":
            vault.add_episodes([episode(7, "class seven")])
        elif method == "put":
            vault.put_links([link("e0004", "e0000")])
        else:
            vault.mark_dreamt(["e0004"], "d9")

    vault.count()
    with monkeypatch.context() as patch:
        patch.setattr(Collection, method, failing)
        with pytest.raises(StoreError, match="cut off"):
            change(vault)
    counts = vault.count()
    assert counts["episodes"] == (6 if method == "add" and written else 5)
    assert counts["links"] == (2 if method == "put" and written else 1)
    assert len(vault.get(vault.episode_ids())) == counts["episodes"]
    assert ("e0004" in vault.undreamt()) is not (method == "annotate" and written)
    change(vault)
    assert vault.count()["episodes"] == (6 if method == "add" else 5)
    assert vault.count()["links"] == (2 if method == "put" else 1)
    backend.close()


def test_a_kill_between_chroma_and_the_index_is_made_good(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Backend.open(folder)
    vault = backend.vault(("a",), HashEmbedder())
    vault.count()
    before = index_file(folder)
    snapshot: list[bytes] = []
    real = Collection.annotate

    def kept(self: Collection, changes: dict[str, dict[str, str | int | float | bool]]) -> None:
        real(self, changes)
        with closing(sqlite3.connect(before)) as db:  # the index as a kill would leave it here
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        snapshot.append(before.read_bytes())

    monkeypatch.setattr(Collection, "annotate", kept)
    vault.mark_dreamt(["e0003"], "d9")
    backend.close()
    before.write_bytes(snapshot[0])
    assert facts(folder)[1] == ["e0002", "e0004"]


def test_readers_and_writers_in_many_threads(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("t",), HashEmbedder())
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 6):
                vault.add_episodes([episode(number), episode(number + 100)])
                vault.put_links([link(f"e{number + 100:04d}", f"e{number:04d}")])
                vault.lexical("episode", 5)
                vault.dense(vault.embed(["episode number 3"]), 5)
                vault.note_recall("q", ["e0001"], [])
                backend.vault(("other", str(number)), HashEmbedder())
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert vault.count() == {"episodes": 36, "memories": 0, "links": 18, "undreamt": 36}
    assert len(vault.recalls()) == 18
    backend.close()


def test_many_namespaces_keep_few_index_files_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langgraph_dreams.store.backend.OPEN_INDEXES", 2)
    backend = Backend.open(tmp_path)
    vaults = [backend.vault((str(n),), HashEmbedder()) for n in range(5)]
    for vault in vaults:
        vault.add_episodes([episode(1)])
    backend.vault(("4",), HashEmbedder())
    names = [os_link for os_link in Path("/proc/self/fd").iterdir() if os_link.exists()]
    opened = {
        str(name.readlink())
        for name in names
        if str(tmp_path) in str(name.readlink()) and "index/" in str(name.readlink())
    }
    assert len({name.removesuffix("-wal").removesuffix("-shm") for name in opened}) <= 2
    assert [vault.count()["episodes"] for vault in vaults] == [1] * 5
    backend.close()
