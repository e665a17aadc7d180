"""Bad input: it gets an error of ours that says what and what next, and nothing is lost by it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dream_support import ANSWER, FIRST, QUESTION, SECOND, WordEmbedder, day, episode
from langchain_core.embeddings import Embeddings

from langgraph_dreams import (
    DreamsError,
    DreamStore,
    Embedder,
    EmbedderError,
    EmbedderMismatchError,
    InvalidInputError,
    LangChainEmbedder,
    LogFormatError,
    Namespace,
    NamespaceError,
    StoreClosedError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
    UnknownDreamError,
    import_log,
    read_log,
)
from langgraph_dreams.cli.main import main

Rows = np.ndarray
PLENTY = 250  # more than a page of re-embedding, several batches of everything else


# -- what every case asserts


def state(namespace: Namespace) -> dict[str, Any]:
    """All that a namespace holds."""
    return {
        "episodes": namespace.episodes(),
        "memories": namespace.memories(),
        "links": namespace.links(include_expired=True),
        "dreams": namespace.dreams(),
        "counts": namespace.counts(),
        "answers": [r.item.id for r in namespace.recall(QUESTION, 5, note=False).items],
    }


@contextmanager
def refused(namespace: Namespace, kind: type[DreamsError], *words: str) -> Iterator[None]:
    """The body raises an error of ours with these words; the namespace is as it was, and works."""
    before = state(namespace)
    with pytest.raises(kind) as caught:
        yield
    assert isinstance(caught.value, DreamsError)
    for word in words:
        assert word in str(caught.value)
    assert state(namespace) == before
    assert before["answers"]


def lived(namespace: Namespace) -> Namespace:
    """Two days and a night that made links."""
    namespace.record(day(FIRST, 0))
    namespace.dream()
    namespace.record(day(SECOND, 7))
    namespace.dream()
    assert namespace.counts()["links"]
    return namespace


def many(count: int) -> list[Any]:
    return [
        episode(f"turn {n} of a long talk about pots", day=20, position=n) for n in range(count)
    ]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield lived(store.namespace("ada"))


@pytest.fixture(scope="module")
def shared() -> Iterator[Namespace]:
    """For what is refused only: every case finds it as the one before did, or fails."""
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield lived(store.namespace("ada"))


# -- embedders that answer nonsense


class Moody(WordEmbedder):
    """Words, until it is given a way to spoil them."""

    spoil: Callable[[Rows], object] | None = None

    def embed(self, texts: Sequence[str]) -> Any:
        rows = super().embed(texts)
        return rows if self.spoil is None else self.spoil(rows)


class MoodyEmbeddings(Embeddings):
    """The same as LangChain Embeddings."""

    model = "moody"

    def __init__(self) -> None:
        self.inner = Moody()

    def embed_documents(self, texts: list[str]) -> Any:
        answer = self.inner.embed(texts)
        return answer.tolist() if isinstance(answer, np.ndarray) else answer

    def embed_query(self, text: str) -> Any:
        answer = self.embed_documents([text])
        return answer[0] if isinstance(answer, list) and len(answer) == 1 else [answer]


@contextmanager
def spoilt(moody: Moody, spoil: Callable[[Rows], object]) -> Iterator[None]:
    moody.spoil = spoil
    try:
        yield
    finally:
        moody.spoil = None


def last_is(value: float) -> Callable[[Rows], Rows]:
    def spoil(rows: Rows) -> Rows:
        rows[-1, 3] = value
        return rows

    return spoil


def fails(rows: Rows) -> Rows:
    raise RuntimeError("the quota is used up")


SPOILS: dict[str, tuple[Callable[[Rows], object], str]] = {
    "NaN": (last_is(float("nan")), "NaN, infinity"),
    "inf": (last_is(float("inf")), "NaN, infinity"),
    "-inf": (last_is(float("-inf")), "NaN, infinity"),
    "too large for float32": (lambda rows: rows.astype(np.float64) * 1e200, ""),
    "zeros": (lambda rows: rows * 0, "only zeros"),
    "wrong size": (lambda rows: rows[:, :5], ", 5)"),
    "one too few": (lambda rows: rows[:-1], "shape"),
    "one too many": (lambda rows: np.vstack([rows, rows[:1]]), "shape"),
    "one vector for all": (lambda rows: rows[0], "64"),
    "None": (lambda rows: None, ""),
    "a list of None": (lambda rows: [None] * len(rows), ""),
    "a None among them": (lambda rows: [*rows[:-1].tolist(), None], ""),
    "of several sizes": (lambda rows: [*rows[:-1].tolist(), [1.0]], ""),
    "words": (lambda rows: ["no", "vector"], ""),
    "a failure": (fails, "RuntimeError: the quota is used up"),
}


@pytest.fixture(params=["protocol", "langchain"])
def moody(request: pytest.FixtureRequest) -> Iterator[tuple[Moody, Namespace]]:
    """An embedder that can be spoilt, and a namespace with a life that it embedded."""
    embeddings = MoodyEmbeddings()
    given: Embedder | Embeddings = embeddings
    inner = embeddings.inner
    if request.param == "protocol":
        given = inner = Moody("moody")
    with DreamStore.in_memory(embedder=given) as store:
        yield inner, lived(store.namespace("ada"))


def test_spoilt_vectors_are_refused_whole_when_recording(moody: tuple[Moody, Namespace]) -> None:
    embedder, ada = moody
    new = day(("The oven door is stuck.", "We need more clay.", "The van is late."), 9)
    for spoil, words in SPOILS.values():
        with refused(ada, EmbedderError, "moody", words), spoilt(embedder, spoil):
            ada.record(new)
    assert ada.record(new) == [e.id for e in new]
    assert ada.counts()["episodes"] == len(FIRST) + len(SECOND) + len(new)
    assert ada.recall("the oven door is stuck", 1).items[0].item == new[0]


def test_spoilt_vectors_are_refused_when_recalling(moody: tuple[Moody, Namespace]) -> None:
    embedder, ada = moody
    for spoil, words in SPOILS.values():
        with refused(ada, EmbedderError, "moody", words), spoilt(embedder, spoil):
            ada.recall("kiln")


def test_the_message_names_the_text_and_the_next_step(moody: tuple[Moody, Namespace]) -> None:
    embedder, ada = moody
    told = r"(text 3 of 4|index 3).*check the embedder"
    with pytest.raises(EmbedderError, match=told), spoilt(embedder, last_is(float("nan"))):
        ada.record(day(SECOND, 9))
    told = r"\(4, 5\).*\(4, 64\).*check the embedder"
    with pytest.raises(EmbedderError, match=told), spoilt(embedder, lambda rows: rows[:, :5]):
        ada.record(day(SECOND, 9))


def test_a_dream_whose_embedder_fails_changes_nothing(moody: tuple[Moody, Namespace]) -> None:
    embedder, ada = moody
    ada.record(day(("The Brandhorst kiln needs a new burner.",), 9))
    ada.recall(QUESTION)  # a noted question is embedded by the next dream
    for name in ("NaN", "one too few", "a failure"):
        with refused(ada, EmbedderError, "moody"), spoilt(embedder, SPOILS[name][0]):
            ada.dream(focus="the kiln")
    assert ada.dream(focus="the kiln").status == "committed"


def failing_from_call(number: int) -> Callable[[Rows], Rows]:
    calls = iter(range(1, 10_000))
    return lambda rows: rows if next(calls) < number else fails(rows)


def test_an_embedder_that_fails_between_batches_leaves_no_batch_behind() -> None:
    embeddings = MoodyEmbeddings()
    wrapped = LangChainEmbedder(embeddings, batch_size=10)
    with DreamStore.in_memory(embedder=wrapped) as store:
        ada = lived(store.namespace("ada"))
        third = spoilt(embeddings.inner, failing_from_call(3))
        with refused(ada, EmbedderError, "moody", "quota", "Check its key"), third:
            ada.record(many(100))
        ada.record(many(100))
        assert ada.counts()["episodes"] == 100 + len(FIRST) + len(SECOND)


def test_a_text_the_embedder_chokes_on_stops_its_batch_whole() -> None:
    class Choking(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> Rows:
            if any("poison" in text for text in texts):
                raise ValueError("cannot digest it")
            return super().embed(texts)

    with DreamStore.in_memory(embedder=Choking()) as store:
        ada = lived(store.namespace("ada"))
        poisoned = [*many(60), episode("poison", day=21), *day(FIRST, 22)]
        with refused(ada, EmbedderError, "ValueError: cannot digest it", "nothing was written"):
            ada.record(poisoned)
        ada.record([e for e in poisoned if e.text != "poison"])
        assert ada.counts()["episodes"] == 60 + 2 * len(FIRST) + len(SECOND)


def test_an_import_cut_short_by_the_embedder_is_taken_up_where_it_stopped() -> None:
    log = [message(f"turn {n} of a talk") for n in range(150)]
    embedder = Moody()
    with DreamStore.in_memory(embedder=embedder) as store:
        ada = store.namespace("ada")
        with pytest.raises(EmbedderError, match="quota"), spoilt(embedder, failing_from_call(2)):
            import_log(ada, log)
        kept = ada.counts()["episodes"]
        assert 0 < kept < 150
        again = import_log(ada, log)
        assert (again.imported, again.already_there) == (150 - kept, kept)
        assert [e.text for e in ada.episodes()] == [f"turn {n} of a talk" for n in range(150)]


# -- texts


@pytest.mark.parametrize("blank", ["", " ", "\n\t \r\n", "\u2003\u00a0"])
def test_blank_texts_are_refused_with_all_beside_them(shared: Namespace, blank: str) -> None:
    bad = episode(blank, day=9, position=1)
    with refused(shared, InvalidInputError, bad.id, "empty", "leave the item out"):
        shared.record([*day(FIRST, 9)[:1], bad, *day(FIRST, 10)])
    with refused(shared, InvalidInputError, "blank", "ask something in words"):
        shared.recall(blank)


@pytest.mark.slow
def test_texts_of_a_megabyte_are_kept_whole_and_found() -> None:
    talk = "we mixed the glaze and fired the pots again " * 24_000 + "and then a quagga came by"
    blob = "z" * 1_000_000
    with DreamStore.in_memory() as store:  # the real embedder: its tokenizer has to cope too
        ada = store.namespace("ada")
        ada.record([episode(talk, day=9), episode(blob, day=10), *day(FIRST, 0)])
        assert len(talk) > 1_000_000
        assert ada.recall("Did a quagga come by?", 1).items[0].item.text == talk
        assert blob in [r.item.text for r in ada.recall(blob, 3).items]
        assert sorted(map(len, (e.text for e in ada.episodes())))[-2:] == [len(blob), len(talk)]
        assert ada.dream().status == "committed"


def test_what_is_over_the_limit_is_refused_with_its_size(ada: Namespace) -> None:
    long = "x" * 2_000_001
    for bad in (episode(long, day=9), episode("fine", day=9, said=long)):
        with refused(ada, InvalidInputError, bad.id, "2,000,001", "2,000,000", "split it"):
            ada.record([*day(FIRST, 10), bad])
    ada.record([episode(long[1:], day=9)])
    assert max(len(e.text) for e in ada.episodes()) == 2_000_000


@pytest.mark.parametrize("kind", ["protocol", "langchain", "local"])
def test_nul_and_lone_surrogates_become_a_mark_and_the_rest_is_kept(
    kind: str, tmp_path: Path
) -> None:
    embedder = {"protocol": WordEmbedder(), "langchain": MoodyEmbeddings(), "local": None}[kind]
    hard = [
        episode("a zebra \0 in the kiln", day=9, said="\0", tags=("t\0",)),
        episode("a yak \ud800 by the wheel", day=10, speaker="\udfff"),
        episode("\ud83c and \udf5e apart, \U0001f35e whole", day=11),
    ]
    mark = "\N{REPLACEMENT CHARACTER}"
    kept = [
        f"a zebra {mark} in the kiln",
        f"a yak {mark} by the wheel",
        f"{mark} and {mark} apart, \N{BREAD} whole",
    ]
    with DreamStore.open(tmp_path, embedder=embedder) as store:
        ada = lived(store.namespace("ada"))
        ids = ada.record(hard)
        assert ids == [e.id for e in hard]
        assert [e.text for e in ada.episodes(ids)] == kept
        assert ada.episodes(ids)[0].tags == (f"t{mark}",)
        for question, text in (("zebra \0 in the kiln", kept[0]), ("\ud800 yak wheel", kept[1])):
            found = ada.recall(question, 3)
            assert text in [r.item.text for r in found.items]
            found.model_dump_json()
        assert ada.dream(focus="a zebra \ud800 \0").status == "committed"
        assert ada.record(hard) == ids
        before = state(ada)
    with DreamStore.open(tmp_path, embedder=embedder) as store:
        assert state(store.namespace("ada")) == before


# -- namespaces and embedders that are not the ones


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A store that was closed, and what it holds; only copied."""
    path = tmp_path_factory.mktemp("original") / "store"
    with DreamStore.open(path, embedder=WordEmbedder()) as store:
        return path, state(lived(store.namespace("shop", "ada")))


@pytest.fixture
def folder(original: tuple[Path, dict[str, Any]], tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A copy of the store, and what it holds."""
    path, held = original
    return shutil.copytree(path, tmp_path / "store"), held


def as_before(folder: Path, held: dict[str, Any]) -> None:
    with DreamStore.open(folder, embedder=WordEmbedder()) as store:
        assert store.namespaces() == [("shop", "ada")]
        assert state(store.namespace("shop", "ada")) == held


def test_a_namespace_never_written_holds_and_answers_nothing(ada: Namespace) -> None:
    before = state(ada)
    ghost = ada._store.namespace("ghost")
    assert ghost.recall("kiln").items == ()
    assert ghost.episodes() == []
    assert set(ghost.counts().values()) == {0}
    assert ghost.dream().status == "noop"
    with pytest.raises(UnknownDreamError, match="ghost"):
        ghost.report("d0")
    assert state(ada) == before


def test_reembedding_an_unknown_namespace_names_the_known(shared: Namespace) -> None:
    with refused(shared, NamespaceError, "'ghost'", "'ada'"):
        shared._store.reembed("ghost", embedder=WordEmbedder("other", 32))
    assert shared._store.namespaces() == [("ada",)]


def test_the_command_line_names_the_known_namespaces(
    folder: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    path, held = folder
    for command in (["dream"], ["recall", "kiln"], ["journal"]):
        assert main([*command, "--store", str(path), "--namespace", "shop/ghost"]) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert all(word in told.err for word in ("shop/ghost", "shop/ada", "--namespace"))
    as_before(path, held)


@pytest.mark.parametrize("other", [WordEmbedder("other"), WordEmbedder("words", 32)])
def test_another_embedder_or_dimension_is_refused_until_reembedded(
    other: WordEmbedder, folder: tuple[Path, dict[str, Any]]
) -> None:
    path, held = folder
    with DreamStore.open(path, embedder=other) as store:
        ada = store.namespace("shop", "ada")
        for use in (
            lambda: ada.recall("kiln"),
            lambda: ada.record(day(FIRST, 9)),
            ada.dream,
            ada.counts,
        ):
            with pytest.raises(EmbedderMismatchError) as caught:
                use()
            told = str(caught.value)
            assert "'words' in 64" in told
            assert f"{other.name!r} in {other.dimension}" in told
            assert "store.reembed(" in told
    as_before(path, held)
    with DreamStore.open(path, embedder=other) as store:
        seen: list[tuple[int, int]] = []
        count = len(held["episodes"])
        store.reembed("shop", "ada", on_progress=lambda done, total: seen.append((done, total)))
        assert seen[-1] == (count, count)
        ada = store.namespace("shop", "ada")
        now = state(ada)
        assert {k: now[k] for k in now if k != "answers"} == {
            k: held[k] for k in held if k != "answers"
        }
        assert ANSWER in [r.item.text for r in ada.recall(QUESTION, 8).items]
        ada.record(day(("One more turn.",), 9))
    told = f"{other.name!r} in {other.dimension}"
    former = DreamStore.open(path, embedder=WordEmbedder())
    with former, pytest.raises(EmbedderMismatchError, match=told):
        former.namespace("shop", "ada").counts()


def test_the_command_line_says_whose_embedder_wrote(
    folder: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    path, held = folder
    assert main(["recall", "kiln", "--store", str(path), "--namespace", "shop/ada"]) == 1
    told = capsys.readouterr().err
    assert all(word in told for word in ("'words' in 64", "MiniLM", "384", "reembed"))
    as_before(path, held)


def test_reembedding_that_fails_half_way_keeps_the_former_vectors(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        ada = lived(store.namespace("ada"))
        ada.record(many(PLENTY))
        count = ada.counts()["episodes"]
        new = Moody("new", 32)
        seen: list[tuple[int, int]] = []
        for spoil in (failing_from_call(2), last_is(float("nan")), lambda rows: rows[:, :5]):
            with refused(ada, EmbedderError, "new"), spoilt(new, spoil):
                store.reembed("ada", embedder=new, on_progress=lambda d, t: seen.append((d, t)))
        assert seen == [(200, count)]
        seen.clear()
        store.reembed("ada", embedder=new, on_progress=lambda d, t: seen.append((d, t)))
        assert seen == [(200, count), (count, count)]
    with DreamStore.open(tmp_path, embedder=Moody("new", 32)) as store:
        assert store.namespace("ada").counts()["episodes"] == count


# -- folders

HOLD = """
import sys
from dream_support import WordEmbedder, day
from langgraph_dreams import DreamStore
with DreamStore.open(sys.argv[1], embedder=WordEmbedder()) as store:
    ada = store.namespace("shop", "ada")
    print(ada.counts()["episodes"], flush=True)
    sys.stdin.readline()
    ada.record(day(("Said while another process knocked.",), 30))
    print(len(ada.recall("another process knocked", 3).items), flush=True)
"""


def child_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_a_second_process_is_told_who_holds_the_folder_and_the_first_goes_on(
    folder: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    path, held = folder
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert int(holder.stdout.readline()) == len(held["episodes"])
        for _ in range(2):
            with pytest.raises(StoreLockedError) as caught:
                DreamStore.open(path, embedder=WordEmbedder())
            told = str(caught.value)
            words = (str(path), f"process {holder.pid} ", "Close it there", "chroma run")
            assert all(word in told for word in words)
        for command in (["recall", "kiln"], ["dream"], ["journal"]):
            assert main([*command, "--store", str(path), "--namespace", "shop/ada"]) == 1
            assert f"process {holder.pid} " in capsys.readouterr().err
        holder.stdin.write("go on\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "3\n"
        assert holder.wait() == 0
    with DreamStore.open(path, embedder=WordEmbedder()) as store:
        now = state(store.namespace("shop", "ada"))
    assert now["episodes"][:-1] == held["episodes"]
    assert now["episodes"][-1].text == "Said while another process knocked."
    assert now["links"] == held["links"]


POOR = """
import json, os, sys
from pathlib import Path
from dream_support import WordEmbedder, day
from langgraph_dreams import DreamsError, DreamStore
with DreamStore.open(sys.argv[1], embedder=WordEmbedder()) as store:  # imports all while it may
    store.namespace("warm").record(day(("Warm.",), 0))
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for path in sys.argv[2:]:
    try:
        with DreamStore.open(path, embedder=WordEmbedder()) as store:
            told = ["opened", str(store.namespace("shop", "ada").counts())]
    except DreamsError as error:
        told = [type(error).__name__, str(error)]
    except Exception as error:
        told = ["NOT OURS", repr(error)]
    print(json.dumps(told), flush=True)
"""


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def as_nobody(warm: Path, *paths: Path) -> list[list[str]]:
    """What a user who owns nothing is told when opening folders."""
    done = subprocess.run(
        [sys.executable, "-c", POOR, str(warm), *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        env=child_environment(),
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def modes(*paths: tuple[Path, int]) -> Iterator[None]:
    before = [(path, path.stat().st_mode & 0o777) for path, _ in paths]
    for path, mode in paths:
        path.chmod(mode)
    try:
        yield
    finally:
        for path, mode in before:
            path.chmod(mode)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="modes and users are those of POSIX")
def test_a_folder_that_may_not_be_written_says_so_and_stays_as_it_is(
    original: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    # What an administrator owns and others may read; or, of our own, what nobody may write.
    fence = 0o022 if os.getuid() == 0 else 0o222
    with tempfile.TemporaryDirectory() as place:  # tmp_path cannot be entered by others
        base = Path(place)
        base.chmod(0o755)
        full, half, empty = base / "full", base / "half", base / "empty"
        held = original[1]
        shutil.copytree(original[0], full)
        shutil.copytree(original[0], half)
        empty.mkdir()
        before = files(full)
        database = half / "chroma.sqlite3"
        closed = [(path, 0o755 & ~fence) for path in (full, empty, base)]
        with modes(*closed, (half, 0o777), (database, 0o644 & ~fence)):
            paths = (full, half, empty, empty / "below", base / "new")
            told = as_nobody(tmp_path / "warm", *paths)
        for path, (kind, text) in zip(paths, told, strict=True):
            assert kind == StoreReadOnlyError.__name__, text
            assert str(database if path == half else path) in text
            assert "cannot be written" in text
            assert "change its permissions or copy" in text
        assert files(full) == before
        assert list(empty.iterdir()) == []
        assert not (base / "new").exists()
        as_before(full, held)
        as_before(half, held)


def test_a_path_that_is_a_file_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    for path in (file, file / "below", str(file)):
        with pytest.raises(StoreError, match=r"notes\.txt.* file.*name another path"):
            DreamStore.open(path, embedder=WordEmbedder())
    log = tmp_path / "log.jsonl"
    log.write_text(message("The kiln is hot."))
    assert main(["import", str(log), "--store", str(file)]) == 1
    assert "name another path" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.jsonl", "notes.txt"]


# -- logs


def message(content: object, **rest: object) -> str:
    return json.dumps({"role": "user", "content": content} | rest)


LINES = [
    message("The first line, behind a mark of byte order."),
    "{this is not JSON",
    json.dumps({"text": "neither of the two shapes"}),
    "[1, 2]",
    message("The fifth line."),
    message({"no": "text"}),
    message("   "),
    message("a \ud800 and a \0 in the eighth"),
    message("The last line, cut in the middle")[:-9],
]
GOOD = [1, 5, 8]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + "\n".join(LINES).encode())
    return file


def test_bad_lines_are_named_by_number_and_the_rest_is_imported(ada: Namespace, log: Path) -> None:
    before = state(ada)
    report = import_log(ada, log)
    assert report.imported == len(GOOD)
    bad = [n for n in range(1, len(LINES) + 1) if n not in GOOD]
    assert [p.line for p in report.problems] == bad
    why = {p.line: str(p) for p in report.problems}
    assert why[2].startswith("line 2: not JSON")
    assert "{this is not JSON" in why[2]
    assert "['text']" in why[3]
    assert "`role` and `content`" in why[3]
    assert why[9].startswith("line 9: not JSON")
    assert isinstance(report.problems[0].error(), LogFormatError)
    texts = [e.text for e in ada.episodes()]
    assert all(e.text in texts for e in before["episodes"])
    assert len(texts) == len(before["episodes"]) + len(GOOD)
    assert ada.links() == before["links"]
    found = ada.recall("the first line behind a mark of byte order", 3).items
    assert any(r.item.text.endswith("a mark of byte order.") for r in found)
    assert not any("\ufeff" in text for text in texts)
    again = import_log(ada, log)
    assert (again.imported, again.already_there) == (0, len(GOOD))


def test_the_last_line_of_a_log_is_imported_once_it_is_whole(ada: Namespace, log: Path) -> None:
    import_log(ada, log)
    log.write_bytes(log.read_bytes() + message("The last line, cut in the middle")[-9:].encode())
    again = import_log(ada, log)
    assert (again.imported, again.already_there) == (1, len(GOOD))
    assert 9 not in [p.line for p in again.problems]


def test_the_command_line_names_the_lines(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "store")
    assert main(["import", str(log), "--store", store, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["imported"] == len(GOOD)
    assert [p["line"] for p in told["problems"]] == [2, 3, 4, 6, 7, 9]
    noise = tmp_path / "noise.jsonl"
    noise.write_text("once upon a time")
    for wrong, words in ((noise, "line 1: not JSON"), (tmp_path / "none", "none")):
        assert main(["import", str(wrong), "--store", store]) == 1
        error = capsys.readouterr().err
        assert error.startswith("langgraph-dreams: ")
        assert words in error
    assert main(["recall", "the fifth line", "-k", "1", "--store", store, "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert "The fifth line." in items[0]["item"]["text"]


def test_what_is_no_log_is_refused(shared: Namespace, tmp_path: Path) -> None:
    for wrong in (tmp_path / "none.jsonl", tmp_path):
        with refused(shared, LogFormatError, str(wrong), "cannot be read"):
            import_log(shared, wrong)
    for wrong in (5, None, b"bytes"):
        with refused(shared, InvalidInputError, repr(wrong), "a path or lines of text"):
            import_log(shared, wrong)
    reading = read_log([message("kept"), 7])  # type: ignore[list-item]
    assert [e.text for e in reading.episodes] == ["kept"]
    assert [(p.line, "7" in p.why) for p in reading.problems] == [(2, True)]


# -- wrong types

Call = Callable[[Namespace], object]
WRONG: dict[str, tuple[Call, type[DreamsError], tuple[str, ...]]] = {
    "a text to record": (lambda n: n.record("words"), InvalidInputError, ("'w'", "Episode")),
    "texts to record": (
        lambda n: n.record([*day(FIRST, 9), "words"]),
        InvalidInputError,
        ("'words'", "make it one"),
    ),
    "dicts to record": (lambda n: n.record([{"a": 1}]), InvalidInputError, ("{'a': 1}", "Episode")),
    "None to record": (lambda n: n.record([None]), InvalidInputError, ("None", "Episode")),
    "no list to record": (lambda n: n.record(5), InvalidInputError, ("5", "a list of episodes")),
    "one episode alone": (
        lambda n: n.record(episode("alone", day=9)),
        InvalidInputError,
        ("Episode(id=", "a list of episodes"),
    ),
    "a changed copy": (
        lambda n: n.record([*day(FIRST, 9), episode("x", day=9).model_copy(update={"text": 5})]),
        InvalidInputError,
        ("has 5 as text", "set it right"),
    ),
    "a position too large": (
        lambda n: n.record(
            [*day(FIRST, 9), episode("x", day=9, position=1).model_copy(update={"position": 2**60})]
        ),
        InvalidInputError,
        (str(2**60), "2**53"),
    ),
    "an id that is none": (
        lambda n: n.record([episode("x", day=9).model_copy(update={"id": "x1"})]),
        InvalidInputError,
        ("'x1'", "must begin with 'e'"),
    ),
    "k as text": (lambda n: n.recall("kiln", "10"), InvalidInputError, ("'10'", "whole number")),
    "k of 0": (lambda n: n.recall("kiln", 0), InvalidInputError, ("0", "1 item or more")),
    "k below 0": (lambda n: n.recall("kiln", -3), InvalidInputError, ("-3", "1 item or more")),
    "half a k": (lambda n: n.recall("kiln", 2.5), InvalidInputError, ("2.5", "whole number")),
    "k of None": (lambda n: n.recall("kiln", None), InvalidInputError, ("None", "whole number")),
    "a question of None": (lambda n: n.recall(None), InvalidInputError, ("None", "in words")),
    "a question of a number": (lambda n: n.recall(5), InvalidInputError, ("5", "in words")),
    "an unknown dream": (lambda n: n.report("d0"), UnknownDreamError, ("'d0'", "dreams()")),
    "an empty dream id": (lambda n: n.report(""), UnknownDreamError, ("''", "dreams()")),
    "a dream of a number": (lambda n: n.report(5), UnknownDreamError, ("5", "dreams()")),
    "without an unknown dream": (
        lambda n: n.recall("kiln", without_dream="d0"),
        UnknownDreamError,
        ("'d0'", "dreams()"),
    ),
    "without no dream": (
        lambda n: n.recall("kiln", without_dream=None),
        UnknownDreamError,
        ("None", "dreams()"),
    ),
    "a lone id": (lambda n: n.episodes("e1"), InvalidInputError, ("'e1'", "list of ids")),
    "a number as id": (lambda n: n.episodes([5]), InvalidInputError, ("5", "each a string")),
    "no list of ids": (lambda n: n.memories(5), InvalidInputError, ("5", "list of ids")),
    "words as links": (lambda n: n.add_links(["x"]), InvalidInputError, ("'x'", "list of links")),
    "no list of links": (lambda n: n.add_links(5), InvalidInputError, ("5", "list of links")),
    "a focus of a number": (lambda n: n.dream(focus=5), InvalidInputError, ("5", "in words")),
    "a policy for a question": (
        lambda n: n.recall("kiln", policy={"pool": 5}),
        InvalidInputError,
        ("{'pool': 5}", "DreamPolicy"),
    ),
    "a policy for a dream": (lambda n: n.dream(policy=5), InvalidInputError, ("5", "DreamPolicy")),
    "a policy for a namespace": (
        lambda n: n._store.namespace("ada", policy=5),
        InvalidInputError,
        ("5", "DreamPolicy"),
    ),
    "an embedder to re-embed": (
        lambda n: n._store.reembed("ada", embedder="small"),
        InvalidInputError,
        ("'small'", "langchain_core.embeddings.Embeddings"),
    ),
    "a namespace of a number": (lambda n: n._store.namespace(5), NamespaceError, ("5", "text")),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_type_is_an_error_of_ours(shared: Namespace, name: str) -> None:
    call, kind, words = WRONG[name]
    with refused(shared, kind, *words):
        call(shared)


async def test_the_async_twins_refuse_alike(shared: Namespace) -> None:
    with refused(shared, InvalidInputError, "'10'", "whole number"):
        await shared.arecall("kiln", "10")  # type: ignore[arg-type]
    with refused(shared, InvalidInputError, "'words'", "make it one"):
        await shared.arecord([*day(FIRST, 9), "words"])  # type: ignore[list-item]
    with refused(shared, InvalidInputError, "5", "in words"):
        await shared.adream(focus=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [5, "", "a\0b", None])
def test_a_store_path_of_another_type(wrong: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        DreamStore.open(wrong, embedder=WordEmbedder())
    assert repr(wrong) in str(caught.value)


def test_an_embedder_of_another_type(folder: tuple[Path, dict[str, Any]]) -> None:
    path, held = folder
    wrongs: list[Any] = [5, "small", WordEmbedder, object()]
    for wrong in wrongs:
        with pytest.raises(InvalidInputError, match=r"is not an embedder: pass None") as caught:
            DreamStore.open(path, embedder=wrong)
        assert repr(wrong)[:20] in str(caught.value)
    as_before(path, held)


def test_a_closed_store_says_so_and_has_lost_nothing(folder: tuple[Path, dict[str, Any]]) -> None:
    path, held = folder
    store = DreamStore.open(path, embedder=WordEmbedder())
    ada = store.namespace("shop", "ada")
    ada.recall(QUESTION)
    store.close()
    store.close()
    calls: list[Callable[[], object]] = [
        lambda: ada.record(day(FIRST, 9)),
        lambda: ada.recall("kiln"),
        lambda: import_log(ada, [message("late")]),
        lambda: store.namespace("shop", "ada").counts(),
        lambda: store.reembed("shop", "ada", embedder=WordEmbedder("other", 32)),
        *(ada.dream, ada.episodes, ada.memories, ada.links, ada.dreams, ada.counts, ada.flush),
        *(store.namespaces, store.check),
    ]
    for call in calls:
        with pytest.raises(StoreClosedError, match="was closed; open it again"):
            call()
    as_before(path, held)
