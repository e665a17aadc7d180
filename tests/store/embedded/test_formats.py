"""Files of Chroma of which nothing is known here are no damage: they are left to Chroma."""

import hashlib
import io
import json
import logging
import pickle
import random
import re
import resource
import shutil
import sqlite3
import struct
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromadb
import pytest
from dream_support import SMALL
from forget_support import WORDS, derive, needles, tell, traces
from helpers_store import HashEmbedder, episode
from packaging.requirements import Requirement

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend
from langgraph_dreams.store.embedded import compaction, folder, formats
from langgraph_dreams.store.embedded import persist as checkpoint
from langgraph_dreams.store.embedded.hnsw_check import HnswDamagedError, check_form, ids_in
from langgraph_dreams.store.embedded.repair_log import read_repairs
from langgraph_dreams.store.embedded.segments import database, segments

ITEMS = 600
DIMENSION = 64
Change = Callable[[Path, Path], None]
"""Of the store in a folder, or of the folder of its items' index."""


class Counting(HashEmbedder):
    """Counts what it embeds."""

    texts = 0

    def embed(self, texts: Any) -> Any:
        self.texts += len(texts)
        return super().embed(texts)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of which 500 items are persisted, and 100 in the log."""
    path = tmp_path_factory.mktemp("made") / "store"
    backend = Backend.open(path)
    vault = backend.vault(("a",), HashEmbedder())
    for start in range(0, ITEMS, 20):
        vault.add_episodes([episode(number) for number in range(start, start + 20)])
    backend.close()
    return path


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "store"))


def index_of(path: Path) -> Path:
    with database(path) as db:
        return next(path / one.vectors for one in segments(db) if ".items." in one.name)


def digests(path: Path) -> dict[str, str]:
    """Of every file but the lock's, and of what the database holds."""
    return {
        str(file.relative_to(path)): hashlib.sha256(contents(file)).hexdigest()
        for file in path.rglob("*")
        if file.is_file() and file.name not in (folder.LOCK, folder.HOLDER)
    }


def contents(file: Path) -> bytes:
    """Of the database all but the note that Chroma leaves in it whenever it opens one."""
    if file.name != formats.DATABASE:
        return file.read_bytes()
    with closing(sqlite3.connect(file)) as db:
        lines = [line for line in db.iterdump() if 'INTO "acquire_write"' not in line]
    return "\n".join(lines).encode()


def header(**words: int) -> Change:
    """Other numbers in the header of an index."""
    places = {"version": ("<i", 0), "element": ("<Q", 28), "label": ("<Q", 36)}

    def change(_: Path, index: Path) -> None:
        raw = bytearray((index / "header.bin").read_bytes())
        for name, value in words.items():
            form, place = places[name]
            struct.pack_into(form, raw, place, value)
        (index / "header.bin").write_bytes(raw)

    return change


def ids(write: Callable[[dict[str, Any]], bytes]) -> Change:
    """Another file of ids."""

    def change(_: Path, index: Path) -> None:
        file = index / "index_metadata.pickle"
        file.write_bytes(write(pickle.loads(file.read_bytes())))

    return change


def moved(name: str, to: str) -> Change:
    return lambda _, index: (index / name).rename(index / to) and None


def sql(*statements: str) -> Change:
    def change(path: Path, _: Path) -> None:
        with closing(sqlite3.connect(path / "chroma.sqlite3")) as db, db:
            for statement in statements:
                db.execute(statement)

    return change


def each(*changes: Change) -> Change:
    def change(path: Path, index: Path) -> None:
        for one in changes:
            one(path, index)

    return change


class Persisted:
    """As earlier versions of Chroma pickled the ids: an object."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.__dict__ = state


HALVES = 4 + 4 * 32 + 2 * DIMENSION  # links of the lowest level, then vectors of half floats
FORMS: dict[str, Change] = {
    "version": header(version=2),
    "version, and no lengths": each(
        header(version=2), lambda _, index: (index / "length.bin").unlink()
    ),
    "half floats": header(label=HALVES, element=HALVES + 8),
    "ids of a class": ids(lambda found: pickle.dumps(Persisted(found))),
    "ids of other keys": ids(lambda found: pickle.dumps({"labels": found["id_to_label"]})),
    "ids in a list": ids(lambda found: pickle.dumps(list(found["id_to_label"]), protocol=3)),
    "ids in JSON": moved("index_metadata.pickle", "index_metadata.json"),
    "lengths elsewhere": moved("length.bin", "norms.bin"),
    "a migration": sql("INSERT INTO migrations VALUES ('metadb', 7, '00007', 'x', 'x')"),
    "a group of migrations": sql("INSERT INTO migrations VALUES ('words', 1, '00001', 'x', 'x')"),
    "no list of migrations": sql("ALTER TABLE migrations RENAME TO changes"),
    "a table renamed": sql("ALTER TABLE embeddings_queue RENAME TO log"),
    "a column renamed": sql("ALTER TABLE embeddings_queue RENAME COLUMN vector TO value"),
    "a column more": sql("ALTER TABLE embeddings ADD COLUMN part INTEGER"),
    "topics": sql("UPDATE embeddings_queue SET topic = replace(topic, 'persistent:', 'log:')"),
    "an encoding": sql("UPDATE embeddings_queue SET encoding = 'INT8' WHERE vector NOT NULL"),
    "a type of segments": sql(
        "UPDATE segments SET type = 'urn:chroma:segment/vector/spann' WHERE scope = 'VECTOR'"
    ),
    "numbers in bytes": sql("UPDATE max_seq_id SET seq_id = CAST(seq_id AS BLOB)"),
}


def open_and_close(path: Path) -> list[str]:
    """Texts of the check in between. Chroma may refuse to open what it does not know either."""
    try:
        backend = Backend.open(path)
    except StoreError:
        return []
    found = [f"{one.level}: {one.text}. {one.advice}" for one in backend.check()]
    backend.close()
    return found


@pytest.mark.parametrize("unclean", [False, True], ids=["clean", "killed"])
@pytest.mark.parametrize(
    "form", ["version", *(pytest.param(f, marks=pytest.mark.slow) for f in list(FORMS)[1:])]
)
def test_files_of_an_unknown_form_are_left_as_they_are(
    store: Path, form: str, unclean: bool, caplog: pytest.LogCaptureFixture
) -> None:
    index = index_of(store)
    FORMS[form](store, index)
    if unclean:
        (store / folder.HOLDER).write_text("{}")
    files = digests(index)
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        found = open_and_close(store)
    assert caplog.text.count("knows the files of chromadb>=1.5.5,<1.6") == 1
    assert "newer langgraph_dreams" in caplog.text
    assert digests(index) == files
    assert read_repairs(store) == []
    assert not list(store.glob("damaged-*"))
    if found:
        assert [one for one in found if one.startswith("warning") and "left as they are" in one]
        assert "which repairs it" not in repr(found)
    if unclean:
        assert (store / folder.HOLDER).exists(), "whoever knows the form is to look closely"


def test_only_opened_and_closed_no_file_changes(store: Path) -> None:
    FORMS["version"](store, index_of(store))
    before = digests(store)
    Backend.open(store).close()
    assert digests(store) == before


def test_what_no_installed_chroma_reads_is_told_and_comes_back(store: Path) -> None:
    """Files of a version that neither this package nor the Chroma beside it knows."""
    FORMS["version"](store, index_of(store))
    backend = Backend.open(store)
    embedder = Counting()
    with pytest.raises(StoreError, match=r"with the installed Chroma: .* of the version 2"):
        backend.vault(("a",), embedder).count()
    other = backend.vault(("b",), HashEmbedder())
    other.add_episodes([episode(1)])
    assert other.count()["episodes"] == 1
    backend.close()
    assert embedder.texts == 0
    header(version=1)(store, index_of(store))
    backend = Backend.open(store)
    vault = backend.vault(("a",), embedder)
    assert len(vault.vectors([f"e{number:04d}" for number in range(ITEMS)])) == ITEMS
    assert read_repairs(store) == []
    assert embedder.texts == 0
    backend.close()


NEWER = replace(formats.KNOWN[0], index=0)
OLDER_TABLES = replace(formats.KNOWN[0], migrations={**formats.KNOWN[0].migrations, "metadb": 5})
UNKNOWN_HERE: dict[str, tuple[object, str, object]] = {
    "the installed version": (chromadb, "__version__", "1.6.0"),
    "a major version": (chromadb, "__version__", "2.0.0.dev1"),
    "the header": (formats, "KNOWN", (NEWER,)),
    "a migration": (formats, "KNOWN", (OLDER_TABLES,)),
    "a table": (formats, "COLUMNS", {**formats.COLUMNS, "embeddings": "id name"}),
    "a segment": (formats, "SEGMENTS", {"VECTOR": "x", "METADATA": "y"}),
    "an encoding": (formats, "ENCODING", "FLOAT16"),
}
"""What Chroma does and this package has never heard of."""


ELSEWHERE = ("a major version", "a table", "an encoding")
"""Told from what is known at the same places as the others."""


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.slow if name in ELSEWHERE else ())
        for name in UNKNOWN_HERE
    ]
)
def unknown(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as patch:
        patch.setattr(*UNKNOWN_HERE[request.param])  # type: ignore[arg-type]
        yield patch


def test_what_chroma_knows_goes_on(
    store: Path, unknown: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    index, before = index_of_raw(store), digests(store)
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        Backend.open(store).close()
    assert digests(store) == before
    assert caplog.text.count("are left as they are") == 1
    caplog.clear()
    embedder = Counting()
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        backend = Backend.open(store)
        vault = backend.vault(("a",), embedder)
        assert vault.count()["episodes"] == ITEMS
        assert vault.lexical("number 77", 1)[0][0] == "e0077"
        near = vault._state.items.nearest(vault.vectors(["e0077"]), 1)
        assert near[0][0][0] == "e0077"
        assert embedder.texts == 0
        for start in range(ITEMS, 2 * ITEMS, 100):
            vault.add_episodes([episode(number) for number in range(start, start + 100)])
        assert vault.count()["episodes"] == 2 * ITEMS
        findings = [one for one in backend.check() if one.level != "ok"]
        backend.close()
    assert [one.level for one in findings] == ["warning"]
    assert "left as they are" in findings[0].text
    assert "newer langgraph_dreams" in findings[0].advice
    assert caplog.text.count("are left as they are") == 1
    assert len(caplog.records) == 1, "no checkpoint is tried"
    after = digests(store)
    assert {name: after[name] for name in before if index in name} == {
        name: before[name] for name in before if index in name
    }
    unknown.undo()
    backend = Backend.open(store)
    assert backend.vault(("a",), HashEmbedder()).count()["episodes"] == 2 * ITEMS
    assert [one for one in backend.check() if one.level != "ok"] == []
    assert read_repairs(store) == []
    assert max(log.entries for log in checkpoint.logs(store)) < checkpoint.LIMIT
    backend.close()


def index_of_raw(path: Path) -> str:
    """Name of the one folder with ids."""
    return next(path.glob("*/index_metadata.pickle")).parent.name


def test_what_is_forgotten_is_compacted_by_who_knows_the_files(
    tmp_path: Path, unknown: pytest.MonkeyPatch
) -> None:
    def opened() -> DreamStore:
        return DreamStore.open(tmp_path, embedder=HashEmbedder())

    def namespace(store: DreamStore) -> Namespace:
        return store.namespace("acme", "ada", policy=SMALL)

    with opened() as store:
        ada = namespace(store)
        secret, plain = tell(ada)
        derive(ada, secret, plain)
        wanted = needles(WORDS, [])
        gone = ada.forget(thread="thread-of-sorrows")
        assert not gone.compacted
        assert "were not compacted" in gone.text()
        assert ada.counts()["episodes"] == 2
        assert len(ada.recall("kiln").items) > 0
        assert ada.dream().status == "committed"
    assert traces(tmp_path, wanted) != []
    with opened() as store:
        assert json.loads((tmp_path / compaction.MARK).read_text()) != []
        assert namespace(store).counts()["episodes"] == 2
    unknown.undo()
    opened().close()
    assert not (tmp_path / compaction.MARK).exists()
    assert traces(tmp_path, wanted) == []


DAMAGES: dict[str, Change] = {
    "zeros": lambda _, index: (index / "header.bin").write_bytes(bytes(100)) and None,
    "text": lambda _, index: (index / "header.bin").write_bytes(b"text" * 25) and None,
    "a version and nonsense": each(header(version=2, label=7)),
    "a version below 1": header(version=-1),
    "another size of vectors": header(label=HALVES + 6, element=HALVES + 14),
    "ids cut off": ids(lambda found: pickle.dumps(Persisted(found))[:-40]),
    "ids of zeros": ids(lambda found: bytes(2000)),
    "no lengths": lambda _, index: (index / "length.bin").unlink(),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_no_version_ever_wrote_is_damage(store: Path, name: str) -> None:
    DAMAGES[name](store, index_of(store))
    backend = Backend.open(store)
    vault = backend.vault(("a",), HashEmbedder())
    assert len(vault.vectors([f"e{number:04d}" for number in range(ITEMS)])) == ITEMS
    assert [one.rows for one in read_repairs(store)] == [ITEMS]
    backend.close()


def test_hidden_files_beside_an_index_say_nothing(store: Path) -> None:
    index = index_of(store)
    (index / ".nfs0001").write_bytes(b"")
    (index / "length.bin").unlink()
    Backend.open(store).close()
    assert [one.rows for one in read_repairs(store)] == [ITEMS]


STRAY = ("Thumbs.db", "desktop.ini", "header.bin~", "header (1).bin", "data.sync-conflict-1.bin")
"""What systems and sync tools leave in any folder."""


def add_strays(path: Path) -> None:
    for file in list(path.glob("*/header.bin")):
        for name in STRAY:
            (file.parent / name).write_bytes(b"stray")


@pytest.mark.parametrize("unclean", [False, True], ids=["clean", "killed"])
def test_stray_files_do_no_harm_to_a_young_store(tmp_path: Path, unclean: bool) -> None:
    backend = Backend.open(tmp_path)
    backend.vault(("a",), HashEmbedder()).add_episodes([episode(number) for number in range(5)])
    backend.close()
    add_strays(tmp_path)
    assert list(tmp_path.glob("*/Thumbs.db"))
    assert not list(tmp_path.glob("*/index_metadata.pickle"))
    if unclean:
        (tmp_path / folder.HOLDER).write_text("{}")
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    assert vault.count()["episodes"] == 5
    assert len(vault.vectors([f"e{number:04d}" for number in range(5)])) == 5
    assert [one for one in backend.check() if one.level != "ok"] == []
    backend.close()
    assert read_repairs(tmp_path) == []


def test_without_a_cursor_no_name_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "norms.bin").write_bytes(b"")
    check_form(tmp_path, DIMENSION, 0)
    with pytest.raises(formats.UnknownFormatError, match=r"has the files norms\.bin"):
        check_form(tmp_path, DIMENSION, 1)


@pytest.mark.parametrize("name", sorted(formats.INDEX_FILES))
def test_a_lost_file_beside_stray_ones_is_damage(store: Path, name: str) -> None:
    add_strays(store)
    (index_of(store) / name).unlink()
    backend = Backend.open(store)
    vault = backend.vault(("a",), HashEmbedder())
    assert len(vault.vectors([f"e{number:04d}" for number in range(ITEMS)])) == ITEMS
    assert [one.rows for one in read_repairs(store)] == [ITEMS]
    backend.close()


def has_another_shape(raw: bytes) -> bool:
    """True if a pickle loads whole, and has no labels by id where they belong."""
    opened = io.BytesIO(raw)
    try:
        read = pickle.Unpickler(opened).load()
    except Exception:  # noqa: BLE001 - damaged bytes make a pickle fail in many ways
        return False
    labels = read.get("id_to_label") if isinstance(read, dict) else None
    return opened.tell() == len(raw) and not isinstance(labels, dict)


def flipped(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_flipped_bits_of_the_ids_are_damage(store: Path) -> None:
    index = index_of(store)
    file = index / "index_metadata.pickle"
    raw = file.read_bytes()
    head = range(150 * 8)
    drawn = random.Random(7).sample(range(len(head), len(raw) * 8), 400)
    integers = [8 * found.start() for found in re.finditer(rb"J..\0\0X", raw, re.DOTALL)]
    opcodes = [place + bit for place in integers[:50] for bit in range(8)]
    damaged = 0
    for bit in [*head, *drawn, *opcodes]:
        file.write_bytes(flipped(raw, bit))
        try:
            check_form(index, DIMENSION, 1)
            ids_in(index)
        except HnswDamagedError:
            damaged += 1
        except formats.UnknownFormatError:
            assert has_another_shape(file.read_bytes()), bit
    assert damaged > 400


def test_a_flipped_bit_of_the_ids_costs_no_memory(store: Path) -> None:
    """One bit of the opcode before a label of 114 makes it "keep this at 0x58000000"."""
    index = index_of(store)
    file = index / "index_metadata.pickle"
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"J\x72\0\0\0X")] ^= 0x04
    file.write_bytes(raw)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(HnswDamagedError):
        ids_in(index)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB


@pytest.mark.parametrize("to", [b"j", b"B"])
def test_a_flipped_bit_of_the_ids_is_repaired(store: Path, to: bytes) -> None:
    """Opcodes from the first to the last, and yet no pickle that loads."""
    file = index_of(store) / "index_metadata.pickle"
    raw = file.read_bytes()
    file.write_bytes(raw[:2000] + raw[2000:].replace(b"J", to, 1))
    (store / folder.HOLDER).write_text("{}")
    backend = Backend.open(store)
    vault = backend.vault(("a",), HashEmbedder())
    assert len(vault.vectors([f"e{number:04d}" for number in range(ITEMS)])) == ITEMS
    assert [one.rows for one in read_repairs(store)] == [ITEMS]
    backend.close()


def test_the_requirement_is_what_is_known() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    asked = next(one for one in map(Requirement, project["dependencies"]) if one.name == "chromadb")
    for version in ("1.5.5", "1.5.9", "1.5.99"):
        assert asked.specifier.contains(version)
    for version in ("1.5.4", "1.6.0", "1.6.1", "2.0"):
        assert not asked.specifier.contains(version)
    assert f"{asked.name}{','.join(sorted(map(str, asked.specifier), reverse=True))}" == (
        formats.known_here()
    )
