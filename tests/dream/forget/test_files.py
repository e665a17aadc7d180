"""Nothing of what was forgotten is left in any file, whatever happens while it is forgotten."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dream_support import SMALL, WordEmbedder, episode
from forget_support import WORDS, derive, needles, tell, traces
from helpers_store import HashEmbedder
from helpers_store import episode as numbered

from langgraph_dreams import DreamStore, Namespace, StoreError
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.embedded import compaction as compact
from langgraph_dreams.store.embedded import persist as checkpoint
from langgraph_dreams.store.embedded.formats import COMPONENT, DATA, HEADER, LENGTHS
from langgraph_dreams.store.embedded.hnsw_check import read_header
from langgraph_dreams.store.embedded.hnsw_wipe import wipe_all, wipe_unused

THREAD = "thread-of-sorrows"


def opened(path: Path) -> DreamStore:
    return DreamStore.open(path, embedder=WordEmbedder())


def namespace(store: DreamStore) -> Namespace:
    return store.namespace("acme", "ada", policy=SMALL)


def lived(path: Path) -> dict[str, bytes]:
    """A store with secrets, closed; answers what must not be left of them."""
    with opened(path) as store:
        ada = namespace(store)
        secret, plain = tell(ada)
        made = derive(ada, secret, plain)
        ids = [*(e.id for e in secret), made["own"].id]
        texts = [item.text for item in ada.vault.get(ids).values()]
        # As they were given to Chroma, and as it has them: of length 1, to the last bit.
        vectors = [*jitter(ids, ada.vault.embed(texts)), *ada.vault.vectors(ids)]
    with opened(path) as store:  # and as it reads them from its files
        vectors.extend(namespace(store).vault.vectors(ids))
    return needles([*WORDS, *ids, THREAD], vectors)


def assert_forgotten(path: Path, wanted: dict[str, bytes]) -> None:
    assert traces(path, wanted) == []
    with opened(path) as store:
        ada = namespace(store)
        assert ada.counts() == {"episodes": 2, "memories": 2, "links": 1, "undreamt": 2}
        assert len(ada.recall("kiln").items) == 2
        assert ada.vault.intents() == {}
        assert [f for f in store.check() if f["level"] != "ok"] == []
    assert traces(path, wanted) == []


@pytest.mark.parametrize("persisted", [False, True])
def test_no_file_has_any_of_it(
    tmp_path: Path, persisted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if persisted:  # what was deleted is in the files of an index, too
        monkeypatch.setattr(checkpoint, "LIMIT", 8)
    wanted = lived(tmp_path)
    (tmp_path / "index" / "old.sqlite3.damaged").write_text(WORDS[0])
    (tmp_path / "damaged-segment").mkdir()
    (tmp_path / "damaged-segment" / "data_level0.bin").write_text(WORDS[1])
    (tmp_path / "damaged-note").write_text(WORDS[1])
    found = {trace.partition(" in ")[0] for trace in traces(tmp_path, wanted)}
    assert {*WORDS, THREAD} <= found, "the search has to find what is there"
    # In a persisted index Chroma has them otherwise; the tests of its files below look there.
    assert persisted or any(name.startswith("vector") for name in found)
    with opened(tmp_path) as store:
        assert namespace(store).forget(thread=THREAD).compacted
        assert traces(tmp_path, wanted) == [], "also while the store is open"
    assert_forgotten(tmp_path, wanted)


def test_what_an_earlier_embedder_left_goes_too(tmp_path: Path) -> None:
    wanted = lived(tmp_path)
    with opened(tmp_path) as store:
        store.reembed("acme", "ada", embedder=HashEmbedder(dimension=32))
    assert traces(tmp_path, wanted) != []
    with DreamStore.open(tmp_path, embedder=HashEmbedder(dimension=32)) as store:
        ada = namespace(store)
        ids = [e.id for e in ada.episodes() if e.thread == THREAD]
        wanted |= needles([], ada.vault.vectors(ids))
        assert ada.forget(thread=THREAD).compacted
    assert traces(tmp_path, wanted) == []


def test_a_whole_namespace_leaves_no_trace_and_others_are_whole(tmp_path: Path) -> None:
    wanted = lived(tmp_path) | needles(["acme", "Order more clay"])
    with opened(tmp_path) as store:
        ben = store.namespace("ben", policy=SMALL)
        ben.record([episode("Ben keeps bees.", day=1)])
        ben.record([episode("The bees need sugar.", day=2)])
        assert namespace(store).forget(everything=True).compacted
        ben.record([episode("The hive is full.", day=3)])
    assert traces(tmp_path, wanted) == []
    with opened(tmp_path) as store:
        assert store.namespaces() == [("ben",)]
        ben = store.namespace("ben", policy=SMALL)
        assert len(ben.recall("bees").items) == 3
        assert ben.vault.vectors([e.id for e in ben.episodes()]).shape == (3, 64)


def test_writes_go_on_after_many_compactions(tmp_path: Path) -> None:
    # Chroma numbers its log by the highest entry that is there: it must never start again.
    with opened(tmp_path) as store:
        ada, ben = namespace(store), store.namespace("ben", policy=SMALL)
        ben.record([episode("Ben keeps bees.", day=1)])
        for day in range(3):
            ada.record([episode(f"Day {day} with a walk.", day=day, position=n) for n in range(4)])
            ada.forget(episodes=[ada.episodes()[0].id])
        ada.forget(everything=True)
        ben.record([episode("The bees need sugar.", day=2)])
        ada.record([episode("A new life.", day=9)])
    with opened(tmp_path) as store:
        assert len(store.namespace("ben", policy=SMALL).recall("bees").items) == 2
        assert [e.text for e in namespace(store).episodes()] == ["A new life."]


def test_questions_are_answered_meanwhile(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ada = namespace(store)
        ada.record([numbered(n) for n in range(120)])
        done = threading.Event()

        def ask() -> int:
            asked = 0
            while not done.is_set() or not asked:
                ada.recall("episode week3", note=False)
                asked += 1
            return asked

        with ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            try:
                gone = [ada.forget(episodes=[f"e{n:04d}"]).compacted for n in (3, 50)]
            finally:
                done.set()
            assert all(each.result() for each in asking)
        assert gone == [True, True]
        assert ada.counts()["episodes"] == 118


STEPS = (
    "expect_compaction",
    "put_intent",
    "rewrite_dreams",
    "put_core",
    "rewrite_recalls",
    "put_links",
    "remove_links",
    "put_memories",
    "clear_reactions",
    "erase_items",
    "rebuild_thinned",
    "remove_traces",
    "drop_intent",
    "compact",
)


def failing(done: Callable[..., Any], after: bool) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        if after:
            done(*args, **kwargs)
        raise StoreError("the disk is gone")

    return fail


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_cut_short_at_any_step_it_is_finished(
    tmp_path: Path, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = lived(tmp_path)
    with opened(tmp_path) as store, monkeypatch.context() as patch:
        ada = namespace(store)
        secret = [e.id for e in ada.episodes() if e.thread == THREAD]
        patch.setattr(NamespaceStore, step, failing(getattr(NamespaceStore, step), after))
        with pytest.raises(StoreError, match="the disk is gone"):
            ada.forget(thread=THREAD)
    with opened(tmp_path) as store:
        ada = namespace(store)
        if STEPS.index(step) > 1 or (step == "put_intent" and after):
            assert ada.episodes(secret) == [], "the opening has finished it"
        else:
            assert len(ada.episodes(secret)) == 2
            ada.forget(thread=THREAD)
    assert_forgotten(tmp_path, wanted)


def test_the_next_forget_finishes_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = lived(tmp_path)
    with opened(tmp_path) as store:
        ada = namespace(store)
        with monkeypatch.context() as patch:
            patch.setattr(NamespaceStore, "erase_items", failing(NamespaceStore.erase_items, False))
            with pytest.raises(StoreError):
                ada.forget(thread=THREAD)
        assert ada.forget(thread="nowhere").episodes == ()
    assert_forgotten(tmp_path, wanted)


def test_a_compaction_that_fails_is_told_and_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = lived(tmp_path)
    with opened(tmp_path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(checkpoint, "SPARE", 10**18)
            gone = namespace(store).forget(thread=THREAD)
        assert not gone.compacted
        assert "were not compacted" in gone.text()
        assert "MB of disk" in caplog.text
        assert "not yet out of the files" in repr(store.check())
    assert traces(tmp_path, wanted) != []
    opened(tmp_path).close()
    assert not (tmp_path / compact.MARK).exists()
    assert_forgotten(tmp_path, wanted)


def test_what_failed_of_a_whole_namespace_is_finished_by_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = lived(tmp_path)
    with opened(tmp_path) as store:
        ada = namespace(store)
        with monkeypatch.context() as patch:
            patch.setattr(
                NamespaceStore, "drop_namespace", failing(NamespaceStore.drop_namespace, False)
            )
            with pytest.raises(StoreError):
                ada.forget(everything=True)
        assert ada.forget(thread="nowhere").episodes == ()
        assert ada.counts()["episodes"] == 0
    assert traces(tmp_path, wanted) == []


def test_an_unreadable_mark_stops_no_opening(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = lived(tmp_path)
    (tmp_path / compact.MARK).write_text("{")
    with opened(tmp_path) as store:
        assert "delete it" in caplog.text
        assert "delete it" in repr(store.check())
        with pytest.raises(StoreError, match="delete it"):
            namespace(store).forget(thread=THREAD)
        assert namespace(store).counts()["episodes"] == 4
        (tmp_path / compact.MARK).unlink()
        namespace(store).forget(thread=THREAD)
    assert_forgotten(tmp_path, wanted)


@pytest.mark.parametrize(
    "header", [b"", b"x" * 100, bytes(100)], ids=["cut off", "of another form", "empty"]
)
def test_index_files_of_unknown_form_are_left_as_they_are(
    tmp_path: Path, header: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for name, body in (("header", header), ("data_level0", b"abc"), ("length", b"abc")):
        (tmp_path / f"{name}.bin").write_bytes(body)
    wipe_all(tmp_path.parent)
    assert "form unknown" in caplog.text
    assert (tmp_path / "length.bin").read_bytes() == b"abc"


def test_what_is_left_of_a_longer_file_is_wiped(tmp_path: Path) -> None:
    lived(tmp_path)
    with opened(tmp_path) as store:
        namespace(store).forget(thread=THREAD)
    folder = max(
        (file.parent for file in tmp_path.glob(f"*/{HEADER}")), key=lambda f: read_header(f).count
    )
    header = read_header(folder)
    held = {DATA: header.element * header.count, LENGTHS: COMPONENT * header.count}
    kept = {name: (folder / name).read_bytes()[:size] for name, size in held.items()}
    beyond = {DATA: 3 * header.element, LENGTHS: 3 * COMPONENT}
    assert 0 < header.count <= header.most - 3
    for name in held:
        (folder / name).write_bytes(kept[name] + b"x" * beyond[name])
    wipe_unused(folder, lengths=True)
    for name in held:
        assert (folder / name).read_bytes() == kept[name] + bytes(beyond[name])
    (folder / DATA).write_bytes(kept[DATA] + b"x" * (beyond[DATA] + 1))
    with pytest.raises(StoreError, match="form unknown"):
        wipe_unused(folder, lengths=True)


@pytest.mark.parametrize("step", ["drop_namespace", "put_intent"])
def test_a_whole_namespace_is_finished_by_the_next_opening(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = lived(tmp_path) | needles(["acme"])
    with opened(tmp_path) as store, monkeypatch.context() as patch:
        patch.setattr(NamespaceStore, step, failing(getattr(NamespaceStore, step), True))
        with pytest.raises(StoreError):
            namespace(store).forget(everything=True)
    with opened(tmp_path) as store:
        if step == "put_intent":
            assert namespace(store).counts()["episodes"] == 0
        assert store.namespaces() == []
    with closing(sqlite3.connect(tmp_path / "chroma.sqlite3")) as db:
        assert db.execute("SELECT count(*) FROM embedding_metadata").fetchone()[0] < 20
    del wanted["acme"], wanted["acme (JSON)"]  # it was opened again
    assert traces(tmp_path, wanted) == []


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    sys.path[:0] = {path_of_tests!r}
    from test_files import THREAD, namespace, opened
    from langgraph_dreams.store import NamespaceStore
    from langgraph_dreams.store.embedded import compaction as compact
    from langgraph_dreams.store.embedded import persist as checkpoint
    where, name = {where!r}
    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)
    killed = {{"vault": NamespaceStore, "checkpoint": checkpoint, "compact": compact}}[where]
    setattr(killed, name, die)
    store = opened({path!r})
    namespace(store).forget(thread=THREAD)
    """
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "where",
    [
        ("vault", "remove_links"),
        ("vault", "remove_traces"),
        ("compact", "purge"),
        ("checkpoint", "_finish"),
        ("compact", "sweep"),
    ],
    ids=lambda where: where[1],
)
def test_killed_at_any_point_it_is_finished(tmp_path: Path, where: tuple[str, str]) -> None:
    wanted = lived(tmp_path)
    code = KILLED.format(
        path_of_tests=[str(Path(__file__).parent), *sys.path], where=where, path=str(tmp_path)
    )
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    with opened(tmp_path) as store:
        assert namespace(store).counts()["episodes"] == 2
    assert_forgotten(tmp_path, wanted)
