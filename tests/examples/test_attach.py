"""The scripts that attach the memory run as they stand: without a key, and without network."""

import runpy
import socket
from pathlib import Path
from typing import Any

import pytest
from awake_support import ScriptedModel
from langchain_core.messages import AIMessage

EXAMPLES = Path(__file__).parents[2] / "examples" / "attach"
SAYS = {
    "callback": ["committed", "Weirgate permit"],
    "deep_agent": [
        "The curve is in curve.md",
        "recorded: ['write_todos', 'research', 'write_file']",
    ],
    "functional": ["What kiln? -> I recall 1", "Good night. -> committed, episodes: 2"],
    "idle": ["committed after 2 episodes"],
    "middleware": ["friday: Your kiln is a Brandhorst.", "friday, trust asserted: What kiln?"],
    "nodes": ["committed {'episodes': 2"],
    "subgraph": ["stage: gather", "stage: commit", "committed {'episodes': 2"],
    "tools": ["I slept well.", "A Brandhorst."],
}


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


@pytest.fixture(autouse=True)
def beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_every_example_is_run() -> None:
    files = {path.stem for path in EXAMPLES.glob("*.py")}
    assert files - {"scripted"} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_an_example_runs(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"{name} opens a connection: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    load(name)["main"]()
    told = capsys.readouterr().out
    for line in SAYS[name]:
        assert line in told


@pytest.mark.parametrize("name", SAYS)
def test_an_example_says_how_to_run_it_in_three_lines(name: str) -> None:
    text = (EXAMPLES / f"{name}.py").read_text()
    assert len(text.splitlines()) < 75
    told = text.split('"""')[1]
    assert f"Run: python examples/attach/{name}.py" in told
    assert len([line for line in told.splitlines() if line.startswith("    ")]) == 3


def test_tools_take_any_model(capsys: pytest.CaptureFixture[str]) -> None:
    script = [AIMessage(text) for text in ("one", "two", "three")]
    load("tools")["main"](ScriptedModel(script=script))
    assert capsys.readouterr().out.splitlines() == ["one", "two", "three"]
