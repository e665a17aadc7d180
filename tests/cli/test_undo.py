"""`langgraph-dreams diff` and `rollback`: shown before and after, and taken back."""

import json
from pathlib import Path

import pytest
from dream_support import SMALL, WordEmbedder, live

from langgraph_dreams import DreamStore
from langgraph_dreams.cli.main import main


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with two nights, which the command opens with the same embedder."""
    monkeypatch.setattr(
        "langgraph_dreams.namespace.store.resolve_embedder", lambda _: WordEmbedder()
    )
    with DreamStore.open(tmp_path) as store:
        live(store.namespace("acme", "ada", policy=SMALL))
    return tmp_path


def run(path: Path, command: str, *args: str) -> int:
    return main([command, "--store", str(path), "--namespace", "acme/ada", *args])


def links(path: Path) -> int:
    with DreamStore.open(path) as store:
        return store.namespace("acme", "ada").counts()["links"]


def test_a_diff_is_shown_before_and_after(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "diff", "2") == 0
    shown = capsys.readouterr().out
    assert "committed" in shown
    assert "add_link" in shown
    assert "  + e" in shown
    assert run(path, "diff", "2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["operations"]
    assert not told["built_on"]


def test_a_night_is_taken_back(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert links(path)
    assert run(path, "rollback", "2") == 0
    shown = capsys.readouterr().out
    assert "is rolled back" in shown
    assert "The next dream takes up its" in shown
    assert not links(path)
    assert run(path, "rollback", "2") == 1
    assert "rolled_back" in capsys.readouterr().err
    assert run(path, "rollback", "nosuch") == 1
    assert "No dream" in capsys.readouterr().err


def test_not_to_be_dreamt_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "rollback", "2", "--no-redream", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["episodes"] == 0
    assert told["operations"]
    assert run(path, "dream", "--json") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "noop"
