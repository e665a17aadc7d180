"""All of a namespace as JSON lines: exported, restored, exported again; damage is refused."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dream_support import FIRST, QUESTION, SECOND, SMALL, WordEmbedder, day, episode
from helpers_store import link, memory

from langgraph_dreams import (
    BusyError,
    DreamStore,
    EmbedderMismatchError,
    InvalidInputError,
    LogFormatError,
    Namespace,
    NamespaceError,
    StoreError,
    Trust,
    export_namespace,
    restore_namespace,
)
from langgraph_dreams.cli.main import main
from langgraph_dreams.store.vault.transfer import on_grid
from langgraph_dreams.types.items import Core, CoreLine
from langgraph_dreams.types.weights import Learned, WeightsVersion

WHEN = datetime(2026, 5, 1, 9, tzinfo=UTC)
LONG = "The kiln log of the summer. " + " ".join(
    f"Firing {n} went to {900 + n} degrees and the Brandhorst burner held." for n in range(60)
)


def lived(namespace: Namespace) -> None:
    """A life with something of every kind that is kept."""
    namespace.record(day(FIRST, 0))
    namespace.record(
        [
            episode("I live in Lyon with my sister.", day=0, position=8),
            episode("A page said the kiln is free.", day=0, position=9, trust=Trust.UNTRUSTED),
        ]
    )
    namespace.dream()
    namespace.record([*day(SECOND, 7), episode(LONG, day=7, position=9, zone="+02:00")])
    namespace.recall(QUESTION)
    namespace.flush()
    namespace.dream()
    vault = namespace.vault
    one, two = (e.id for e in namespace.episodes()[:2])
    old = memory("Ada lives in Lyon.", [one], status="superseded", valid_to=WHEN)
    new = memory("Ada lives in Nantes.", [two], status="active", questions=("Where is Ada?",))
    asked = memory("Where does Ada live?", [two], id="r1", kind="rehearsal", cites=(new.id,))
    page = memory("Ada: lives in Nantes.", [two], kind="page", cites=(new.id, old.id))
    away = memory("Ada likes clay.", [one], status="archived")
    vault.put_memories([old.model_copy(update={"superseded_by": new.id}), new, asked, page, away])
    vault.put_links([link(two, one, status="expired", uses=3, evidence={"idf": 0.1 + 0.2})])
    vault.put_core(Core(lines=(CoreLine(memory=new.id, text=new.text, sources=(two,)),), changed=2))
    version = WeightsVersion(version=1, dream="d", embedder="words", factors={"dense_weight": 1.1})
    vault.put_learned(Learned().followed_by(version))
    vault.mark_archived({namespace.episodes()[2].id: new.id})
    vault.put_floor(0.123456789012345678, 9)
    namespace.recall("What does grandmother say?")
    namespace.record([episode("The new lamps flicker.", day=9)])  # undreamt
    namespace.flush()


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Namespace]:
    folder = tmp_path_factory.mktemp("life")
    with DreamStore.open(folder / "store", embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("acme", "ada", language="en", zone="Europe/Vienna")
        lived(ada)
        yield ada


@pytest.fixture(scope="module")
def file(life: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "ada.jsonl"
    export_namespace(life, path)
    return path


@pytest.fixture
def empty() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("acme", "ada")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def untimed(path: Path) -> bytes:
    header, rest = path.read_bytes().split(b"\n", 1)
    return json.dumps({**json.loads(header), "exported": ""}).encode() + b"\n" + rest


def rewritten(path: Path, to: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    """The export changed by somebody who knows how to make the checksum."""
    from langgraph_dreams.exporters.lines import Checksum, Header, encoded

    told = lines(path)
    change(told)
    header = Header.model_validate({k: v for k, v in told[0].items() if k != "is"})
    checksum = Checksum(header)
    body = [encoded(told[0]), *(checksum.add(encoded(line)) for line in told[1:-1])]
    to.write_bytes(b"".join([*body, encoded(checksum.end())]))
    return to


def everything(namespace: Namespace) -> dict[str, Any]:
    vault = namespace.vault
    rows = vault._state.items.rows(vault._state.items.ids(), texts=True)
    return {
        "rows": {id_: (row.text, dict(row.fields)) for id_, row in rows.items()},
        "links": sorted(link.model_dump_json() for link in namespace.links(include_expired=True)),
        "core": namespace.core(),
        "learned": vault.get_learned(),
        "dreams": vault.dreams(operations=True),
        "recalls": vault.all_recalls(),
        "settings": vault.settings(),
    }


def test_a_restored_namespace_is_the_same_item_by_item(
    life: Namespace, file: Path, tmp_path: Path
) -> None:
    with DreamStore.open(tmp_path / "other", embedder=WordEmbedder(), policy=SMALL) as store:
        report = restore_namespace(store.namespace("acme", "ada"), file)
        assert report.counts["episode"] == 12
        assert "12 episodes" in str(report)
        again = store.namespace("acme", "ada")
        assert everything(again) == everything(life)
        ids = life.vault.stored_ids()
        apart = np.abs(again.vault.vectors(ids) - life.vault.vectors(ids)).max()
        assert apart < 5e-6
        export_namespace(again, tmp_path / "again.jsonl")
        assert untimed(tmp_path / "again.jsonl") == untimed(file)
    # Also as the next process reads it.
    with DreamStore.open(tmp_path / "other", embedder=WordEmbedder(), policy=SMALL) as store:
        export_namespace(store.namespace("acme", "ada"), tmp_path / "third.jsonl")
        assert untimed(tmp_path / "third.jsonl") == untimed(file)


def test_every_kind_is_in_the_file(file: Path) -> None:
    told = lines(file)
    kinds = {line["is"] for line in told}
    assert kinds == {
        *("header", "episode", "memory", "link", "core", "weights", "dream", "recall", "end")
    }
    header = told[0]
    assert header["embedder"] == "words"
    assert header["dimension"] == 64
    assert header["zone"] == "Europe/Vienna"
    assert header["counts"]["episode"] == 12
    statuses = {line["item"]["status"] for line in told if line["is"] == "memory"}
    assert {"active", "superseded", "archived"} <= statuses
    assert any(line["is"] == "link" and line["link"]["status"] == "expired" for line in told)
    assert any(line["is"] == "episode" and line["item"]["archived"] for line in told)
    assert any("passages" in line.get("beside", ()) for line in told)
    operations = [o for line in told if line["is"] == "dream" for o in line["report"]["operations"]]
    assert operations


def test_recall_answers_as_before_and_dreams_go_on(
    life: Namespace, file: Path, empty: Namespace
) -> None:
    restore_namespace(empty, file)
    for question in (QUESTION, "Where is Ada?", "What does the burner do?", "lamps"):
        there = [
            (r.item.id, r.why.text()) for r in life.recall(question, note=False, floor=0).items
        ]
        here = [
            (r.item.id, r.why.text()) for r in empty.recall(question, note=False, floor=0).items
        ]
        assert here == there
        assert here
    first = empty.dreams()[0]
    assert empty.plan().episodes == 1
    report = empty.dream()
    assert report.status == "committed"
    assert report.number == life.dreams()[-1].number + 1
    assert [e.text for e in empty.episodes(report.episodes)] == ["The new lamps flicker."]
    undone = empty.rollback(first.id, cascade=True)
    assert undone.dream == first.id
    assert empty.report(first.id).status == "rolled_back"


def test_only_an_empty_namespace_takes_it(file: Path, empty: Namespace) -> None:
    empty.record([episode("Something of its own.", day=0)])
    with pytest.raises(InvalidInputError, match="not empty"):
        restore_namespace(empty, file)
    assert empty.counts()["episodes"] == 1
    empty.forget(everything=True)
    restore_namespace(empty, file)
    with pytest.raises(InvalidInputError, match="not empty"):
        restore_namespace(empty, file)


def test_another_embedder_is_refused(file: Path) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder("other")) as store:
        with pytest.raises(EmbedderMismatchError, match="words"):
            restore_namespace(store.namespace("a"), file)
        assert store.namespaces() == []


def test_a_template_is_none(file: Path, tmp_path: Path) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        template = store.namespace("acme", "{user}")
        with pytest.raises(NamespaceError, match="template"):
            restore_namespace(template, file)
        with pytest.raises(NamespaceError, match="template"):
            export_namespace(template, tmp_path / "x.jsonl")
        assert not (tmp_path / "x.jsonl").exists()


def test_what_redact_would_change_is_refused(file: Path, life: Namespace) -> None:
    def redact(text: str) -> str:
        return text.replace("Brandhorst", "[name]")

    with DreamStore.in_memory(embedder=WordEmbedder(), redact=redact) as store:
        with pytest.raises(LogFormatError, match="redact"):
            restore_namespace(store.namespace("a"), file)
        assert store.namespaces() == []


def _cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _swapped(body: bytes) -> bytes:
    return body.replace(b"Grandmother rang", b"Grandfather rang", 1)


def _lost(body: bytes) -> bytes:
    parts = body.splitlines(keepends=True)
    return b"".join([*parts[:3], *parts[4:]])


def _retitled(body: bytes) -> bytes:
    return body.replace(b'"zone":"Europe/Vienna"', b'"zone":"Europe/London"', 1)


def _more(body: bytes) -> bytes:
    return body + body.splitlines(keepends=True)[1]


def _endless(body: bytes) -> bytes:
    return body[:-1]


def _later(body: bytes) -> bytes:
    return body.replace(b'"schema_version":1', b'"schema_version":2', 1)


@pytest.mark.parametrize(
    "damage",
    [_cut, _swapped, _lost, _retitled, _more, _endless, _later, lambda b: b"", lambda b: b"\xff\0"],
)
def test_a_damaged_file_is_refused_whole(
    file: Path, tmp_path: Path, empty: Namespace, damage: Callable[[bytes], bytes]
) -> None:
    body = file.read_bytes()
    (tmp_path / "bad.jsonl").write_bytes(damage(body))
    assert damage(body) != body
    with pytest.raises(LogFormatError, match="nothing was written"):
        restore_namespace(empty, tmp_path / "bad.jsonl")
    assert empty.vault.is_empty()
    restore_namespace(empty, file)


def test_a_file_that_does_not_hold_together_is_refused(
    file: Path, tmp_path: Path, empty: Namespace
) -> None:
    def doubled(told: list[dict[str, Any]]) -> None:
        told.insert(1, told[1])
        told[0]["counts"]["episode"] += 1

    def dangling(told: list[dict[str, Any]]) -> None:
        next(line for line in told if line["is"] == "link")["link"]["b"] = "e-nobody"

    def short(told: list[dict[str, Any]]) -> None:
        told[1]["vector"] = base64.b64encode(np.ones(63, "<f4").tobytes()).decode()

    def nan(told: list[dict[str, Any]]) -> None:
        told[1]["vector"] = base64.b64encode(np.full(64, np.nan, "<f4").tobytes()).decode()

    def unknown(told: list[dict[str, Any]]) -> None:
        told[1]["item"]["wishes"] = 3

    def miscounted(told: list[dict[str, Any]]) -> None:
        told[0]["counts"]["episode"] += 1

    def nowhere(told: list[dict[str, Any]]) -> None:
        told[0]["zone"] = "Mars/Olympus"

    def unspoken(told: list[dict[str, Any]]) -> None:
        told[0]["language"] = "tlh-unknown"

    for change in (nowhere, unspoken):
        bad = rewritten(file, tmp_path / "bad.jsonl", change)
        with pytest.raises(InvalidInputError):
            restore_namespace(empty, bad)
    for change in (doubled, dangling, short, nan, unknown, miscounted):
        bad = rewritten(file, tmp_path / "bad.jsonl", change)
        with pytest.raises(LogFormatError, match="nothing was written"):
            restore_namespace(empty, bad)
    assert empty.vault.is_empty()


def test_records_of_other_kinds_come_along(empty: Namespace, tmp_path: Path) -> None:
    empty.record(day(FIRST, 0))
    empty.vault._state.records.put({"drawer:1": {"is": "drawer", "value": "{}", "n": 3}})
    export_namespace(empty, tmp_path / "a.jsonl")
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        other = store.namespace("acme", "ada")
        restore_namespace(other, tmp_path / "a.jsonl")
        assert other.vault.other_records() == {"drawer:1": {"is": "drawer", "value": "{}", "n": 3}}
    for id_, kind in (("lease:9", "drawer"), ("drawer:1", "lease"), ("dream:1", "dream")):

        def forged(told: list[dict[str, Any]], id_: str = id_, kind: str = kind) -> None:
            record = next(line for line in told if line["is"] == "record")
            record |= {"id": id_, "fields": {"is": kind}}

        bad = rewritten(tmp_path / "a.jsonl", tmp_path / "bad.jsonl", forged)
        with DreamStore.in_memory(embedder=WordEmbedder()) as store:
            with pytest.raises(LogFormatError, match="no record"):
                restore_namespace(store.namespace("acme", "ada"), bad)
            assert store.namespaces() == []


def test_what_is_there_is_not_written_over(life: Namespace, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(InvalidInputError, match="there already"):
        export_namespace(life, file)
    assert file.read_bytes() == before
    with pytest.raises(InvalidInputError, match="choose one of"):
        export_namespace(life, file.with_name("x"), "parquet")  # type: ignore[arg-type]
    assert not file.with_name("x").exists()


def test_nothing_is_exported_while_somebody_has_the_lease(
    empty: Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langgraph_dreams.exporters.jsonl.WAIT", 0.0)
    empty.record(day(FIRST, 0))
    empty.vault.leases.take("a long dream", 60.0)
    with pytest.raises(BusyError, match="a long dream"):
        export_namespace(empty, tmp_path / "a.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_namespace_is_exported_and_restored(tmp_path: Path, empty: Namespace) -> None:
    report = export_namespace(empty, tmp_path / "a.jsonl")
    assert "empty" in str(report)
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        restore_namespace(store.namespace("b"), tmp_path / "a.jsonl")
        assert store.namespace("b").counts()["episodes"] == 0


RESTORING = """
import sys, time
from dream_support import WordEmbedder
from langgraph_dreams import DreamStore, restore_namespace
from langgraph_dreams.store import NamespaceStore
def told(name):
    method = getattr(NamespaceStore, name)
    def tell(*given):
        answer = method(*given)
        print(name, flush=True)
        time.sleep(0.2)
        return answer
    setattr(NamespaceStore, name, tell)
told(sys.argv[3])
with DreamStore.open(sys.argv[1], embedder=WordEmbedder()) as store:
    ada = store.namespace("acme", "ada")
    restore_namespace(ada, sys.argv[2])
"""


def restoring(store: Path, file: Path, step: str) -> "subprocess.Popen[str]":
    root = Path(__file__).parents[2]
    where = os.pathsep.join(map(str, (root, root / "tests", root / "tests/support")))
    return subprocess.Popen(
        [sys.executable, "-c", RESTORING, str(store), str(file), step],
        env={**os.environ, "PYTHONPATH": where},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "step",
    [
        "restore_items",
        pytest.param("put_intent", marks=pytest.mark.slow),
        pytest.param("put_dream", marks=pytest.mark.slow),
    ],
)
def test_a_restore_that_was_killed_goes_on(tmp_path: Path, step: str) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("acme", "ada")
        lived(ada)
        more = [f"Note {n}: pot {n} went to shelf {n % 7}." for n in range(30)]
        ada.record([episode(text, day=20, position=n) for n, text in enumerate(more)])
        export_namespace(ada, tmp_path / "a.jsonl")
        small = store.namespace("small")
        small.record(day(FIRST, 0))
        other = tmp_path / "other.jsonl"
        export_namespace(small, other)
    where = tmp_path / step
    child = restoring(where, tmp_path / "a.jsonl", step)
    assert child.stdout is not None
    assert child.stdout.readline() == f"{step}\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with DreamStore.open(where, embedder=WordEmbedder()) as store:
        ada = store.namespace("acme", "ada")
        with pytest.raises(StoreError, match="half restored"):
            ada.recall("kiln")
        with pytest.raises(StoreError, match="half restored"):
            ada.record(day(FIRST, 3))
        with pytest.raises(InvalidInputError, match="another file"):
            restore_namespace(ada, other)
        restore_namespace(ada, tmp_path / "a.jsonl")
        export_namespace(ada, tmp_path / f"{step}.jsonl")
    assert untimed(tmp_path / f"{step}.jsonl") == untimed(tmp_path / "a.jsonl")


def test_what_is_half_restored_can_be_forgotten(
    file: Path, empty: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(type(empty._session.unrecovered()), "put_links", failing)
        with pytest.raises(StoreError, match="disk is full"):
            restore_namespace(empty, file)
    with pytest.raises(StoreError, match="half restored"):
        empty.recall("kiln")
    empty.forget(everything=True)
    assert empty.recall("kiln").items == ()
    restore_namespace(empty, file)


def test_vectors_on_the_grid_stay_there() -> None:
    rng = np.random.default_rng(5)
    for vector in rng.standard_normal((300, 384)).astype(np.float32):
        there = on_grid(vector / np.linalg.norm(vector))
        assert abs(float(np.linalg.norm(there.astype(np.float64))) - 1) < 2e-6
        for length in (1 - 2e-7, 1 - 1e-7, 1.0, 1 + 1e-7, 1 + 2e-7):  # as Chroma rounds it
            moved = (there / np.linalg.norm(there) * np.float32(length)).astype(np.float32)
            assert np.array_equal(on_grid(moved), there)


def test_the_command_line(
    life: Namespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ['{"role": "user", "content": "The kiln is a Brandhorst.", "thread": "t"}']
    (tmp_path / "log.jsonl").write_text("\n".join(said))
    at = ["--store", str(tmp_path / "one"), "--namespace", "acme/ada"]
    assert main(["import", str(tmp_path / "log.jsonl"), *at]) == 0
    out = str(tmp_path / "ada.jsonl")
    assert main(["export", "jsonl", out, *at]) == 0
    assert "1 episode" in capsys.readouterr().out
    assert main(["export", "jsonl", out, *at]) == 1
    assert "there already" in capsys.readouterr().err
    to = ["--store", str(tmp_path / "two"), "--namespace", "acme/ada"]
    assert main(["restore", out, *to]) == 0
    assert "Restored 1 episode" in capsys.readouterr().out
    assert main(["restore", out, *to]) == 1
    assert "not empty" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "nothing"), *to, "--json"]) == 1
    assert main(["recall", "kiln", *to, "--json"]) == 0
    assert "Brandhorst" in capsys.readouterr().out
    to = ["--store", str(tmp_path / "three"), "--namespace", "acme/ada"]
    assert main(["restore", out, *to, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["episode"] == 1
