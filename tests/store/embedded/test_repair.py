"""Damaged indexes: found when a store is opened, repaired from the rows, and told."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, link

from langgraph_dreams.cli.doctor import examine
from langgraph_dreams.cli.output import Output
from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.embedded import folder, repair
from langgraph_dreams.store.embedded import persist as checkpoint
from langgraph_dreams.store.embedded.probe import probe
from langgraph_dreams.store.embedded.repair_log import read_repairs
from langgraph_dreams.store.embedded.segments import database, segments

EPISODES = 95
Damage = Callable[[Path], None]


def _remove(name: str) -> Damage:
    return lambda files: (files / name).unlink()


def _cut(name: str, size: int) -> Damage:
    return lambda files: os.truncate(files / name, size)


def _overwrite(name: str, value: bytes, start: int = 0) -> Damage:
    def damage(files: Path) -> None:
        with (files / name).open("r+b") as opened:
            opened.seek(start)
            opened.write(value)

    return damage


FILES = ("data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
SHOWN_BY_SIZES: dict[str, Damage] = {
    "no folder": shutil.rmtree,
    **{f"no {name}": _remove(name) for name in FILES},
    **{f"empty {name}": _cut(name, 0) for name in FILES},
    "cut data": _cut("data_level0.bin", 1000),
    "cut ids": _cut("index_metadata.pickle", 500),
    "other header": _overwrite("header.bin", b"\xff" * 60),
    "other lengths": _overwrite("length.bin", b"\xff" * 60),
}
SHOWN_BY_CONTENTS: dict[str, Damage] = {
    "zeros in data": _overwrite("data_level0.bin", bytes(9000), 4000),
    "ones in data": _overwrite("data_level0.bin", b"\xff" * 20_000),
    "cut links": _cut("link_lists.bin", 300),
    "other links": _overwrite("link_lists.bin", b"\xff" * 60),
    "other ids": _overwrite("index_metadata.pickle", b"e9" * 200, 600),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose indexes are persisted in part, the rest of the vectors being in the log."""
    path = tmp_path_factory.mktemp("made") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoint, "LIMIT", 40)
        backend = Backend.open(path)
        vault = backend.vault(("a",), HashEmbedder())
        for start in range(0, EPISODES, 5):
            vault.add_episodes([episode(number) for number in range(start, start + 5)])
            numbers = range(max(start, 1), start + 5)
            vault.put_links([link(f"e{number:04d}", "e0000") for number in numbers])
        backend.close()
    return path


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(made, tmp_path / "store"))


def index_of(path: Path, kind: str) -> Path:
    with database(path) as db:
        return next(path / one.vectors for one in segments(db) if f".{kind}." in one.name)


def left_open(path: Path) -> None:
    """As a killed process leaves it."""
    (path / folder.HOLDER).write_text("{}")


def must_be_whole(path: Path) -> None:
    """Whatever was acknowledged is there, text, vector and links, is found, and more can come."""
    backend = Backend.open(path)
    try:
        vault = backend.vault(("a",), HashEmbedder())
        ids = [f"e{number:04d}" for number in range(EPISODES)]
        texts = [episode(number).text for number in range(EPISODES)]
        assert [found.text for found in vault.get(ids).values()] == texts
        vectors = vault.vectors(ids)
        assert abs(vectors - jitter(ids, vault.embed(texts))).max() < 1e-6
        # Through the index itself; small namespaces are searched beside it.
        near = vault._state.items.nearest(vectors, 3)
        assert sum(hits[0][1] < 1e-5 for hits in near) >= 0.95 * EPISODES
        assert {one.a for one in vault.links()} == set(ids[1:])
        assert vault.lexical("number 77", 1)[0][0] == "e0077"
        assert not [found for found in backend.check() if found.level != "ok"]
        vault.add_episodes([episode(EPISODES)])
        assert vault.count()["episodes"] == EPISODES + 1
    finally:
        backend.close()


@pytest.mark.parametrize("name", SHOWN_BY_SIZES)
def test_what_the_sizes_show_is_repaired_at_any_open(store: Path, name: str) -> None:
    SHOWN_BY_SIZES[name](index_of(store, "items"))
    must_be_whole(store)
    assert [one.rows for one in read_repairs(store)] == [EPISODES]


@pytest.mark.parametrize("name", SHOWN_BY_CONTENTS)
def test_what_the_contents_show_is_repaired_after_an_unclean_end(store: Path, name: str) -> None:
    left_open(store)
    SHOWN_BY_CONTENTS[name](index_of(store, "items"))
    must_be_whole(store)
    assert [one.rows for one in read_repairs(store)] == [EPISODES]


@pytest.mark.parametrize("name", ["no folder", "empty header.bin", "cut ids"])
def test_records_are_repaired_without_an_embedder(store: Path, name: str) -> None:
    SHOWN_BY_SIZES[name](index_of(store, "records"))
    Backend.open(store).close()
    done = read_repairs(store)
    assert [(one.from_log == one.rows, one.to_embed) for one in done] == [(True, ())]
    must_be_whole(store)


def test_vectors_that_can_be_read_are_kept(store: Path) -> None:
    _remove("link_lists.bin")(index_of(store, "items"))
    embedder = HashEmbedder()
    backend = Backend.open(store)
    backend.vault(("a",), embedder)
    backend.close()
    assert embedder.calls == 0
    done = read_repairs(store)[0]
    assert done.from_files > 0
    assert done.from_log + done.from_files == EPISODES
    must_be_whole(store)


def test_it_is_told_what_was_done_and_the_files_are_set_aside(
    store: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    files = index_of(store, "items")
    before = (files / "length.bin").read_bytes()
    _remove("index_metadata.pickle")(files)
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        backend = Backend.open(store)
    assert "was repaired" in caplog.text
    waiting = [found for found in backend.check() if "was repaired" in found.text]
    assert [found.level for found in waiting] == ["warning"]
    assert "opened" in waiting[0].advice
    backend.vault(("a",), HashEmbedder())
    done = [found for found in backend.check() if "was repaired" in found.text]
    assert [found.level for found in done] == ["ok"]
    assert "0 still to embed" in done[0].text
    backend.close()
    aside = store / read_repairs(store)[0].aside
    assert (aside / "length.bin").read_bytes() == before
    assert str(aside.relative_to(store)) in done[0].advice
    assert examine(str(store), Output())
    assert "was repaired" in " ".join(capsys.readouterr().out.split())


def test_a_clean_close_is_not_probed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(repair, "probe", lambda *given: asked.append(given) or {})
    Backend.open(store).close()
    assert not asked
    left_open(store)
    Backend.open(store).close()
    assert asked


def test_a_failing_call_says_that_the_next_open_repairs(store: Path) -> None:
    SHOWN_BY_CONTENTS["zeros in data"](index_of(store, "items"))
    backend = Backend.open(store)
    with pytest.raises(StoreError, match="open it again, which repairs it"):
        backend.vault(("a",), HashEmbedder()).vectors([f"e{n:04d}" for n in range(EPISODES)])
    backend.close()
    must_be_whole(store)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["replay_from_rows", "_set_aside", "note_repair"])
def test_killed_in_the_middle_of_a_repair(store: Path, step: str) -> None:
    SHOWN_BY_SIZES["cut data"](index_of(store, "items"))
    code = (
        "import os, signal, sys\n"
        "from langgraph_dreams.store import Backend\n"
        "from langgraph_dreams.store.embedded import repair\n"
        f"repair.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Backend.open(sys.argv[1])\n"
    )
    assert run(code, store).returncode == -signal.SIGKILL
    must_be_whole(store)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["portions", "replace", "settle_repairs"])
def test_killed_while_it_embeds_again(store: Path, step: str) -> None:
    SHOWN_BY_SIZES["no folder"](index_of(store, "items"))
    code = (
        "import os, signal, sys\n"
        "from langgraph_dreams.store import Backend, reembed\n"
        "from helpers_store import HashEmbedder\n"
        f"reembed.{step} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Backend.open(sys.argv[1]).vault(('a',), HashEmbedder()).count()\n"
    )
    assert run(code, store).returncode == -signal.SIGKILL
    must_be_whole(store)


def run(code: str, path: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        stderr=subprocess.DEVNULL,
    )


def test_the_probe_survives_its_own_death(store: Path) -> None:
    SHOWN_BY_CONTENTS["ones in data"](index_of(store, "items"))
    with database(store) as db:
        names = [one.name for one in segments(db)]
    ill = probe(store, dict.fromkeys(names, 0))
    assert [name.split(".")[1] for name in ill] == ["items"]


def test_acknowledged_writes_that_only_the_log_has_are_kept(store: Path) -> None:
    """Damage to the index just after writes that nothing has read yet."""
    code = (
        "import sys, os\n"
        "from langgraph_dreams.store import Backend\n"
        "from helpers_store import HashEmbedder, episode\n"
        "vault = Backend.open(sys.argv[1]).vault(('a',), HashEmbedder())\n"
        "vault.add_episodes([episode(n) for n in range(95, 98)])\n"
        "os._exit(1)\n"
    )
    assert run(code, store).returncode == 1
    SHOWN_BY_SIZES["cut data"](index_of(store, "items"))
    backend = Backend.open(store)
    vault = backend.vault(("a",), HashEmbedder())
    new = [f"e{number:04d}" for number in range(95, 98)]
    assert [found.text for found in vault.get(new).values()] == [
        episode(number).text for number in range(95, 98)
    ]
    wanted = jitter(new, vault.embed([episode(n).text for n in range(95, 98)]))
    assert abs(vault.vectors(new) - wanted).max() < 1e-6
    backend.close()


BRICKER = """
import sys
import chromadb
from helpers_store import HashEmbedder, episode
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.items import fields_of
client = chromadb.PersistentClient(sys.argv[1])
name = next(one.name for one in client.list_collections() if ".items." in one.name)
items = client.get_collection(name, embedding_function=None)
items.modify(configuration={"hnsw": {"sync_threshold": 2}})
client.close()
client = chromadb.PersistentClient(sys.argv[1])
items = client.get_collection(name, embedding_function=None)
print("open", flush=True)
for number in range(1000, 100000, 20):
    new = [episode(n) for n in range(number, number + 20)]
    ids = [one.id for one in new]
    items.upsert(
        ids=ids,
        documents=[one.text for one in new],
        embeddings=jitter(ids, HashEmbedder().embed([one.text for one in new])),
        metadatas=[fields_of(one) for one in new],
    )
    print(number + 20, flush=True)
"""


@pytest.mark.slow
def test_killed_while_chroma_persists_in_place(store: Path) -> None:
    """What bricked 3 of 28 collections: an index persisted at nearly every write, and a kill."""
    for attempt in range(int(os.environ.get("LANGGRAPH_DREAMS_KILLS", "3"))):
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", BRICKER, str(store)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"open\n"
            time.sleep(0.2 + 0.013 * attempt)
            writer.kill()
            told = writer.stdout.read().split()
        left_open(store)
        last = int(told[-1]) if told else 1000
        backend = Backend.open(store)
        vault = backend.vault(("a",), HashEmbedder())
        wanted = [f"e{number:04d}" for number in range(1000, last)]
        assert list(vault.get(wanted)) == wanted
        texts = [episode(number).text for number in range(1000, last)]
        if texts:
            assert abs(vault.vectors(wanted) - jitter(wanted, vault.embed(texts))).max() < 1e-6
        assert not [found for found in backend.check() if found.level == "error"]
        backend.close()
