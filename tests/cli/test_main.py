"""The command line from end to end, on real stores."""

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamPolicy
from langgraph_dreams.cli import doctor, output
from langgraph_dreams.cli.main import main
from langgraph_dreams.cli.selection import namespace_parts
from langgraph_dreams.cli.start.demo_replay import demo_exchanges, demo_questions
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.namespace.store import DreamStore

Run = Callable[..., tuple[int, str, str]]

LOG = [
    ("d1", "The glaze for the tall vase is from Bellwether, it crawls at every corner."),
    ("d1", "The tall vase goes to the exhibition in spring."),
    ("d1", "Please order more sponges and a new sieve."),
    ("d2", "Breakfast was late and the dog stole the toast."),
    ("d2", "A customer told me that Bellwether must be stirred for an hour before use."),
    ("d2", "It rained all afternoon on the tin roof."),
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*argv: object) -> tuple[int, str, str]:
        code = main([str(part) for part in argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "pottery.jsonl"
    lines = [
        json.dumps({"role": "user", "content": text, "thread": day, "time": f"2024-03-0{i}"})
        for i, (day, text) in enumerate(LOG, 1)
    ]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def store(tmp_path: Path, log: Path, run: Run) -> Path:
    path = tmp_path / "store"
    code, _, err = run("import", log, "--store", path, "--namespace", "shop/ada")
    assert code == 0, err
    return path


def test_rehearsals_are_exported(run: Run, tmp_path: Path) -> None:
    path, file = tmp_path / "store", tmp_path / "test_memory.py"
    said = "I live in a small village near Graz."
    policy = DreamPolicy(rehearsals=1)
    with DreamStore.open(path, policy=policy) as opened:
        ada = opened.namespace("shop", "ada")
        ada.record([episode(said, day=0), episode(said, day=3)])
        ada.dream(depth="deep")
    code, out, _ = run("export", "rehearsals", *in_shop(path))
    assert (code, json.loads(out)["question"]) == (0, "Where do I live?")
    assert (
        run("export", "rehearsals", "--format", "pytest", "--output", file, *in_shop(path))[0] == 0
    )
    assert "def test_evidence_is_recalled" in file.read_text()
    assert run("export")[0] == 2


def in_shop(store: Path) -> tuple[object, ...]:
    return ("--store", store, "--namespace", "shop/ada")


def as_json(answer: tuple[int, str, str]) -> Any:
    code, out, err = answer
    assert code == 0, err
    return json.loads(out)


def test_wrong_usage_is_2_and_help_is_0(run: Run) -> None:
    for wrong in (
        [],
        ["nap"],
        ["import"],
        ["recall"],
        ["recall", "x", "-k", "0"],
        ["demo", "x"],
        ["init"],
    ):
        code, out, err = run(*wrong)
        assert (code, out) == (2, "")
        assert "usage" in err
    code, out, _ = run("--help")
    assert code == 0
    assert all(
        name in out for name in ("demo", "init", "import", "dream", "recall", "journal", "doctor")
    )
    assert run("--version")[0] == 0


def test_a_namespace_is_typed_with_slashes_or_repeated() -> None:
    assert namespace_parts(None) == ("default",)
    assert namespace_parts(["a/b", "c"]) == ("a", "b", "c")
    for wrong in ("a//b", "", "/a", "a/ "):
        with pytest.raises(NamespaceError):
            namespace_parts([wrong])


def test_an_error_is_one_line_and_1(run: Run, tmp_path: Path, store: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for wrong in (
        ("recall", "x", "--store", nowhere),
        ("journal", "--store", nowhere, "--json"),
        ("import", tmp_path / "none.jsonl", "--store", nowhere),
        ("recall", "x", "--store", store, "--namespace", "other"),
        ("recall", "x", "--store", store, "--namespace", "shop//ada"),
        ("journal", "d0", *in_shop(store)),
        ("recall", "x", "--without-dream", "d0", *in_shop(store)),
    ):
        code, out, err = run(*wrong)
        assert (code, out) == (1, ""), wrong
        assert err.startswith("langgraph-dreams: ")
        assert err.count("\n") == 1
    assert not nowhere.exists()


def test_an_unknown_namespace_is_told_with_the_known_ones(run: Run, store: Path) -> None:
    _, _, err = run("dream", "--store", store)
    assert "shop/ada" in err
    with DreamStore.open(store) as opened:
        assert opened.namespaces() == [("shop", "ada")]


def test_import_counts_and_names_problems(run: Run, log: Path, tmp_path: Path) -> None:
    log.write_text(log.read_text() + "oops [bold]\n")
    path = tmp_path / "other"
    report = as_json(run("--json", "import", log, "--store", path))
    assert (report["imported"], report["already_there"]) == (6, 0)
    assert [problem["line"] for problem in report["problems"]] == [7]
    code, out, _ = run("import", log, "--store", path)
    assert code == 0
    assert "Imported 0 episodes" in out
    assert "line 7" in out
    assert "[bold]" in out


def test_an_import_without_secrets(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("phonenumbers")
    file = tmp_path / "mail.jsonl"
    file.write_text(json.dumps({"role": "user", "content": "write to ada@example.com"}))
    assert run("--redact", "import", file, "--store", tmp_path / "store")[0] == 0
    told = run("recall", "write", "--store", tmp_path / "store")[1]
    assert "ada@example.com" not in told
    assert "[e-mail]" in told


def test_a_log_of_which_nothing_can_be_read_is_an_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "noise.txt"
    file.write_text("once upon a time\n")
    code, _, err = run("import", file, "--store", tmp_path / "s")
    assert code == 1
    assert "line 1" in err


def test_a_dream_links_and_recall_draws_the_path(run: Run, store: Path) -> None:
    dream = as_json(run("dream", *in_shop(store), "--json"))
    assert dream["status"] == "committed"
    recall = as_json(
        run("recall", "Why", "does the tall vase", "crawl?", "--json", *in_shop(store))
    )
    assert recall["query"] == "Why does the tall vase crawl?"
    items = recall["items"]
    assert [item["rank"] for item in items] == list(range(1, len(items) + 1))
    assert items[0]["item"]["text"] == LOG[0][1]
    stirred = next(item for item in items if item["item"]["text"] == LOG[4][1])
    assert [hop["dream"] for hop in stirred["why"]["path"]] == [dream["id"]]
    code, out, _ = run("recall", "Why does the tall vase crawl?", "-k", 3, *in_shop(store))
    assert code == 0
    assert "Bellwether" in out


def test_recall_can_leave_links_and_dreams_out(run: Run, store: Path) -> None:
    dream = as_json(run("dream", *in_shop(store), "--json"))
    for less in (["--no-links"], ["--without-dream", dream["id"]], ["--without-dream", "1"]):
        recall = as_json(run("recall", "tall vase", *less, "--json", *in_shop(store)))
        assert all(not item["why"]["path"] for item in recall["items"])


def test_a_dry_dream_changes_nothing(run: Run, store: Path) -> None:
    assert as_json(run("dream", "--dry-run", *in_shop(store), "--json"))["status"] == "dry_run"
    with DreamStore.open(store) as opened:
        counts = opened.namespace("shop", "ada").counts()
    assert counts["links"] == 0
    assert counts["undreamt"] == len(LOG)


def test_a_dream_is_as_deep_as_told(run: Run, store: Path) -> None:
    for depth in ("nap", "deep"):
        planned = as_json(run("plan", "--depth", depth, *in_shop(store), "--json"))
        due = {level["name"] for level in planned["levels"] if level["due"]}
        assert (planned["depth"], "core" in due) == (depth, depth == "deep")
        assert planned["episodes"] == len(LOG)
        assert (planned["pairs"] == 0) == (depth == "nap")
    nap = as_json(run("dream", "--depth", "nap", *in_shop(store), "--json"))
    assert (nap["depth"], nap["status"]) == ("nap", "noop")
    assert as_json(run("dream", "--depth", "deep", *in_shop(store), "--json"))["depth"] == "deep"
    assert "core not (a sleep leaves it alone)" in run("plan", *in_shop(store))[1]
    assert run("dream", "--depth", "doze", *in_shop(store))[0] == 2


def test_the_journal_lists_nights_and_tells_one(run: Run, store: Path) -> None:
    assert "No dream yet" in run("journal", *in_shop(store))[1]
    dream = as_json(run("dream", *in_shop(store), "--json"))
    listed = as_json(run("journal", *in_shop(store), "--json"))["dreams"]
    assert [entry["id"] for entry in listed] == [dream["id"]]
    assert dream["id"][:13] in run("journal", *in_shop(store))[1]
    for wanted in (dream["id"], dream["id"][:6], "1"):
        told = as_json(run("journal", wanted, *in_shop(store), "--json"))
        assert told["operations"] == dream["operations"]
        assert told["operations"]
    out = run("journal", "1", *in_shop(store))[1]
    assert "add_link" in out


def test_control_characters_of_a_log_steer_no_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "evil.jsonl"
    text = "kiln \u001b[2J\u0007 \u202e [red]hot[/red] [/nonsense]"
    file.write_text(json.dumps({"role": "user", "name": "\u001b[1mEve", "content": text}))
    run("import", file, "--store", tmp_path / "s")
    code, out, _ = run("recall", "kiln", "--store", tmp_path / "s")
    assert code == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "[red]hot[/red] [/nonsense]" in " ".join(out.split())


def test_doctor_tells_versions_and_health(run: Run, store: Path, tmp_path: Path) -> None:
    report = as_json(run("doctor", "--store", store, "--json"))
    names = {check["name"] for check in report["checks"]}
    assert report["healthy"] is True
    assert {"python", "chromadb", "sqlite", "embedder", "store"} <= names
    code, out, _ = run("doctor", "--store", tmp_path / "none")
    assert code == 0
    assert "none at" in " ".join(out.split())


def test_doctor_finds_a_store_that_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("a file, not a folder")
    code, out, _ = run("doctor", "--store", broken, "--json")
    assert code == 1
    assert json.loads(out)["healthy"] is False


def test_doctor_does_not_say_that_all_is_well_under_a_warning(run: Run, store: Path) -> None:
    assert run("doctor", "--store", store)[1].endswith("Everything is well.\n")
    (index,) = (store / "index").glob("*.sqlite3")
    index.write_bytes(b"no database" * 400)
    code, out, _ = run("doctor", "--store", store)
    assert "index damaged" in out
    assert (code, out.splitlines()[-1]) == (0, "It works; see the warnings above.")


def test_doctor_names_what_another_embedder_wrote(run: Run, tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        store.namespace("ada").record([episode("The kiln is a Brandhorst.", day=0)])
        assert not [found for found in store.check() if found["level"] != "ok"]
    found = as_json(run("doctor", "--store", tmp_path, "--json"))["checks"]
    (warned,) = [check for check in found if check["level"] != "ok"]
    assert warned["name"] == "ada"
    assert WordEmbedder().name in warned["found"]
    assert "reembed" in warned["advice"]


def test_doctor_finds_versions_that_it_was_not_made_for(
    run: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {"chromadb": "1.4.0", "langgraph": "1.2.12rc1", "tokenizers": "0.1"}
    monkeypatch.setattr(doctor, "version", lambda name: installed.get(name) or version(name))
    code, out, _ = run("doctor", "--store", store, "--json")
    levels = {check["name"]: check["level"] for check in json.loads(out)["checks"]}
    wrong = {name for name, level in levels.items() if level == "error"}
    assert (code, wrong) == (1, set(installed))
    advice = {check["name"]: check["advice"] for check in json.loads(out)["checks"]}
    assert advice["tokenizers"].startswith("pip install 'tokenizers>=")


def test_the_list_of_nights_is_whole_on_a_narrow_page(
    run: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("dream", *in_shop(store))
    run("dream", *in_shop(store))
    for width in (120, 80, 72):
        monkeypatch.setattr(output, "PLAIN_WIDTH", width)
        out = run("journal", *in_shop(store))[1]
        assert "…" not in out
        words = " ".join(out.split())
        assert "6 episodes" in words
        assert "new link" in words
        assert "1 namespaces" not in run("doctor", "--store", store)[1]


def test_the_demo_log_is_what_it_says() -> None:
    exchanges = demo_exchanges()
    assert 95 <= len(exchanges) <= 110
    times = [e.time for pair in exchanges for e in (pair.said, pair.answered) if e.time]
    assert times == sorted(times)
    assert len(times) == 2 * len(exchanges)
    assert 42 <= (times[-1] - times[0]).days <= 56
    assert all(pair.said.role == "user" for pair in exchanges)
    assert all(pair.answered.role == "assistant" for pair in exchanges)
    assert all(pair.said.thread == pair.answered.thread for pair in exchanges)


def test_each_bridge_stands_in_its_evidence_and_nowhere_else() -> None:
    exchanges = demo_exchanges()
    bridged = [question for question in demo_questions() if question.bridge]
    assert len(bridged) >= 6
    for question in bridged:
        holders = [
            pair
            for pair in exchanges
            if question.bridge.lower() in (pair.said.content + pair.answered.content).lower()
        ]
        assert {pair.said.id for pair in holders} == set(question.gold)
        assert question.bridge.lower() not in question.text.lower()
        assert holders[0].said.time is not None
        assert holders[1].said.time is not None
        assert (holders[1].said.time - holders[0].said.time).days >= 14


@pytest.mark.slow
def test_the_demo_shows_what_dreams_recover(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    told = as_json(run("demo", "--json", "--keep", kept))
    assert told["exchanges"] == told["counts"]["episodes"] == len(demo_exchanges())
    assert told["nights"] == told["conversations"]
    assert told["missed_by_plain_search"] >= 6
    assert told["recovered_by_dreams"] >= 4
    assert told["lost_by_dreams"] == 0
    assert "measures nothing" in told["caveat"]
    shown = told["shown"]
    assert any(item["why"]["path"] for item in shown["dreamt"]["items"])
    assert not any(item["why"]["path"] for item in shown["plain"]["items"])
    there = ("--store", kept, "--namespace", "bakery/nora")
    assert len(as_json(run("journal", "--json", *there))["dreams"]) == told["nights"]
    code, out, err = run("demo", "--keep", kept)
    assert (code, out) == (1, "")
    assert "already" in err
