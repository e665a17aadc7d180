"""`langgraph-dreams forget`: shown first, agreed to, done, and told."""

import io
import json
from pathlib import Path

import pytest
from dream_support import SMALL, WordEmbedder
from forget_support import WORDS, needles, tell, traces

from langgraph_dreams import DreamStore
from langgraph_dreams.cli.main import main


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with secrets, which the command opens with the same embedder."""
    monkeypatch.setattr(
        "langgraph_dreams.namespace.store.resolve_embedder", lambda _: WordEmbedder()
    )
    with DreamStore.open(tmp_path) as store:
        tell(store.namespace("acme", "ada", policy=SMALL))
    return tmp_path


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def run(path: Path, *args: str) -> int:
    return main(["forget", "--store", str(path), "--namespace", "acme/ada", *args])


def episodes(path: Path) -> int:
    with DreamStore.open(path) as store:
        return store.namespace("acme", "ada").counts()["episodes"]


def test_it_asks_and_takes_no_for_no(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    assert run(path, "--thread", "thread-of-sorrows") == 1
    told = capsys.readouterr().out
    assert "Would forget in acme/ada:\n  2 episodes" in told
    assert "Nothing was forgotten." in told
    assert episodes(path) == 4


def test_it_forgets_what_was_agreed_to(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert run(path, "--thread", "thread-of-sorrows") == 0
    told = capsys.readouterr().out
    assert "Forgot in acme/ada:\n  2 episodes\n" in told
    assert "Nothing of it is left in the files" in told
    assert traces(path, needles(WORDS)) == []
    assert episodes(path) == 2


def test_it_does_not_ask_a_pipe(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run(path, "--everything") == 1
    assert "--yes" in capsys.readouterr().err
    assert episodes(path) == 4


def test_dry_run_and_yes_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    selectors = ["--text", "quendolyn", "--since", "2026-01-01", "--until", "2027-01-01", "--json"]
    assert run(path, *selectors, "--dry-run") == 0
    would = json.loads(capsys.readouterr().out)
    assert episodes(path) == 4
    assert run(path, *selectors, "--yes") == 0
    did = json.loads(capsys.readouterr().out)
    assert len(did["episodes"]) == 2
    assert (would["dry_run"], did["dry_run"]) == (True, False)
    assert would | {"dry_run": False, "compacted": True} == did
    assert run(path, "--episode", did["episodes"][0], "--yes") == 1
    assert did["episodes"][0] in capsys.readouterr().err


def test_nothing_given_says_what_to_give(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "--yes") == 1
    assert "nothing says what to forget" in capsys.readouterr().err


def test_everything(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(path, "--everything", "--yes") == 0
    assert "Forgot everything in acme/ada" in capsys.readouterr().out
    assert run(path, "--everything", "--yes") == 1
    assert "No namespace" in capsys.readouterr().err
