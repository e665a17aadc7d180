"""`langgraph-dreams dream --review`, `approve` and `reject`."""

import json
from pathlib import Path
from typing import Any

import pytest
from dream_support import SMALL, WordEmbedder, episode

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.cli.main import main

TWICE = (
    "My sister Ottilie is allergic to walnuts and carries a red emergency pen.",
    "Grandmother Philippa keeps the spare cellar key under the blue flowerpot.",
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with something to dream of, which the command opens with the same embedder."""
    monkeypatch.setattr(
        "langgraph_dreams.namespace.store.resolve_embedder", lambda _: WordEmbedder()
    )
    with DreamStore.open(tmp_path) as store:
        said = [episode(text, day=day) for text in TWICE for day in (0, 8)]
        store.namespace("acme", "ada", policy=SMALL).record(said)
    return tmp_path


def run(path: Path, command: str, *args: str) -> int:
    return main([command, "--store", str(path), "--namespace", "acme/ada", *args])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def memories(path: Path) -> list[str]:
    with DreamStore.open(path) as store:
        ada: Namespace = store.namespace("acme", "ada")
        return sorted(m.text for m in ada.memories())


def asked(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """A dream that waits."""
    assert run(path, "dream", "--review", "ask", "--json") == 0
    report = told(capsys)
    assert report["status"] == "waiting"
    return report


def test_it_waits_and_says_what_to_do(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "dream", "--review", "ask") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "(waiting)" in shown
    hint = shown.partition("`langgraph-dreams approve ")[2].partition("`")[0]
    begun, _, rest = hint.partition(" ")
    assert rest == f"--store {path} --namespace acme/ada"
    assert not memories(path)
    assert run(path, "diff", begun) == 0
    assert TWICE[0] in " ".join(capsys.readouterr().out.split())
    assert run(path, "approve", begun) == 0
    assert "(committed)" in capsys.readouterr().out
    assert memories(path) == sorted(TWICE)
    assert run(path, "approve", begun) == 1
    assert "is committed" in capsys.readouterr().err


def test_some_of_it_in_other_words(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = asked(path, capsys)
    first = next(o for o in report["operations"] if o["kind"] == "add_memory")
    edit = f"{first['target']}=Walnuts = danger."
    assert run(path, "approve", report["id"], "--only", first["id"], "--edit", edit) == 0
    assert memories(path) == ["Walnuts = danger."]


def test_all_but_some(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = asked(path, capsys)
    first = next(o for o in report["operations"] if o["kind"] == "add_memory")
    given = ("--reject", first["target"], "--digest", report["digest"], "--json")
    assert run(path, "approve", report["id"], *given) == 0
    assert told(capsys)["status"] == "committed"
    assert memories(path) == sorted(set(TWICE) - {first["after"]["text"]})


def test_what_cannot_be_taken(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = asked(path, capsys)
    for given, why in (
        (["--only", "nosuchthing"], "stands for no operations"),
        (["--edit", "nothing"], "write ID=TEXT"),
        (["--digest", "another"], "look at it again"),
    ):
        assert run(path, "approve", report["id"], *given) == 1
        assert why in capsys.readouterr().err
    assert not memories(path)


def test_none_of_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = asked(path, capsys)
    assert run(path, "reject", report["id"]) == 0
    assert "approved none of it" in capsys.readouterr().out
    assert run(path, "dream", "--review", "ask", "--json") == 0
    again = told(capsys)  # nothing is left that a person would have to be asked about
    assert again["status"] == "committed"
    assert not again["operations"]
    assert not memories(path)


def test_none_of_it_for_good(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = asked(path, capsys)
    assert run(path, "reject", report["id"], "--no-redream") == 0
    capsys.readouterr()
    assert run(path, "dream", "--json") == 0
    assert told(capsys)["status"] == "noop"


def test_a_rule_decides(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "dream", "--review", "auto", "--json") == 0
    assert told(capsys)["status"] == "committed"
    assert memories(path) == sorted(TWICE)
