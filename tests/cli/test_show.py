"""`show`, `undo` and `dream --all`, and what they say to type next."""

import json
from pathlib import Path
from typing import NoReturn

import pytest
from dream_support import SMALL, WordEmbedder, day, live

from langgraph_dreams import Backlog, DreamStore
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


def test_each_kind_of_thing_is_shown_with_its_texts(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with DreamStore.open(path) as store:
        ada = store.namespace("acme", "ada")
        link = ada.links()[0]
        ends = {episode.id: episode.text for episode in ada.episodes()}
        operation = next(
            o for d in ada.dreams() for o in ada.report(d.id).operations if o.target == link.id
        )
    for name in (link.id, operation.id, link.id[:-2]):
        assert run(path, "show", name) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert all(ends[end][:30] in shown for end in (link.a, link.b) if end in ends)
    assert run(path, "show", link.a, "--json") == 0
    assert json.loads(capsys.readouterr().out)["text"] == ends[link.a]
    for wrong in ("nosuch", "e"):
        assert run(path, "show", wrong) == 1
        assert wrong in capsys.readouterr().err
    assert run(path, "diff", "2") == 0
    assert ends[link.a][:20] in " ".join(capsys.readouterr().out.split())


def test_an_operation_is_undone(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with DreamStore.open(path) as store:
        ada = store.namespace("acme", "ada")
        added = [
            o for d in ada.dreams() for o in ada.report(d.id).operations if o.kind == "add_link"
        ]
        before = len(ada.links())
    assert run(path, "undo", added[-1].id, "--cascade") == 0
    assert "are undone" in capsys.readouterr().out
    with DreamStore.open(path) as store:
        assert len(store.namespace("acme", "ada").links()) == before - 1
    assert run(path, "undo", "nosuch") == 1


def test_a_backlog_is_dreamt_through(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.jsonl"
    text = "\n".join(
        json.dumps({"role": "user", "content": f"Kiln {n} is hot."}) for n in range(600)
    )
    log.write_text(text)
    assert run(path, "import", str(log)) == 0
    assert f"dream --store {path} --namespace acme/ada" in " ".join(capsys.readouterr().out.split())
    assert run(path, "dream", "--all", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["left"] == 0
    assert sum(len(dream["episodes"]) for dream in told["dreams"]) == 600
    assert len(told["dreams"]) > 1
    assert run(path, "dream", "--all", "--dry-run") == 1
    assert not any("operations" in dream for dream in told["dreams"])
    capsys.readouterr()
    assert run(path, "dream", "--all") == 0
    assert "\x1b" not in "".join(capsys.readouterr())


def test_a_backlog_that_is_stopped_says_how_to_go_on(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with DreamStore.open(path) as store:
        store.namespace("acme", "ada").record(day(["The kiln is cold again."], 20))

    def stopped(now: Backlog) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("langgraph_dreams.cli.dreaming._bar", stopped)
    assert run(path, "dream", "--all", "--json") == 130
    out, err = capsys.readouterr()
    assert not out
    assert f"1 episode left; go on with langgraph-dreams dream --all --store {path}" in err
    with DreamStore.open(path) as store:
        assert store.namespace("acme", "ada").counts()["undreamt"] == 1
