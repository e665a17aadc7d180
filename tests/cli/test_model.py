"""The command line with a model, over real HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from dream_support import START, episode
from openai_server import OpenAIServer, ok

from langgraph_dreams.cli.main import main
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.types.items import Core, CoreLine, with_lines

TEXTS = ("The rent is 900 euros.", "The rent is 950 euros.", "A bus stops at the old mill.")


@pytest.fixture
def shop(tmp_path: Path) -> list[str]:
    with DreamStore.open(tmp_path / "store") as store:
        store.namespace("shop").record([episode(t, day=7 * n) for n, t in enumerate(TEXTS)])
    return ["--store", str(tmp_path / "store"), "--namespace", "shop"]


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main([*argv, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def note() -> str:
    text = "The mill has a bus stop."
    body = {"kind": "fact", "about": "mill", "text": text, "sources": [3], "quote": TEXTS[2]}
    return json.dumps({"memories": [{**body, "confirms": 0, "replaces": 0}]})


def test_plan_then_dream_within_the_budget(
    shop: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIServer(ok(note())) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        model = ["--model", "openai:m", "--calls", "1"]
        plan = run(capsys, "plan", *shop, *model)
        assert plan["calls"] == {"consolidate": 1}
        assert server.seen == []
        report = run(capsys, "dream", *shop, *model)
        assert len(server.seen) == report["cost"]["model_calls"] == 1
        assert report["counts"]["add_memory"] == 1
    assert main(["plan", *shop]) == 0
    assert "0 model calls" in capsys.readouterr().out


def test_without_a_key_the_error_names_the_setting(
    shop: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert main(["dream", *shop, "--model", "openai:m"]) == 1
    assert "OPENAI_API_KEY" in capsys.readouterr().err
    assert main(["dream", *shop, "--calls", "-1"]) == 1
    assert "budget" in capsys.readouterr().err


def test_recall_tells_what_holds_and_what_held(
    shop: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "dream", *shop)["counts"]["supersede_memory"] == 1
    now = run(capsys, "recall", "How much is the rent?", *shop)
    then = run(capsys, "recall", "How much is the rent?", *shop, "--as-of", f"{START:%Y-%m-%d}T12")
    assert [m["item"]["text"] for m in now["memories"]] == [TEXTS[1]]
    assert TEXTS[0] in json.dumps(then)
    assert TEXTS[1] not in json.dumps(then)
    assert main(["recall", "rent", *shop, "--as-of", "someday"]) == 2
    assert "someday" in capsys.readouterr().err


def test_the_core(shop: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "core", *shop)["lines"] == []
    assert main(["core", *shop]) == 0
    assert "empty" in capsys.readouterr().out


def test_the_core_is_printed_with_the_ids_of_its_sources(
    shop: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    line = CoreLine(
        memory="m1", text="The rent is due on Mondays.", sources=("e1", "e2", "e3", "e4")
    )
    with DreamStore.open(shop[1]) as store:
        store.namespace("shop").vault.put_core(with_lines(Core(), [line]))
    assert main(["core", *shop]) == 0
    assert "- The rent is due on Mondays. [e1, e2, e3]" in capsys.readouterr().out
