"""The examples run as they stand."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from awake_support import ScriptedModel
from langchain_core.messages import AIMessage

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_callback(capsys: pytest.CaptureFixture[str]) -> None:
    load("callback")["main"]()
    told = capsys.readouterr().out
    assert told.startswith("committed")
    assert "Weirgate permit" in told


def test_nodes(capsys: pytest.CaptureFixture[str]) -> None:
    load("nodes")["main"]()
    assert capsys.readouterr().out.startswith("committed {'episodes': 2")


def test_tools(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("langchain.agents")
    script = [
        AIMessage("I will keep that in mind."),
        AIMessage("", tool_calls=[{"name": "dream", "args": {}, "id": "1"}]),
        AIMessage("I slept well."),
        AIMessage("", tool_calls=[{"name": "recall", "args": {"query": "kiln"}, "id": "2"}]),
        AIMessage("A Brandhorst."),
    ]
    load("tools")["main"](ScriptedModel(script=script))
    told = capsys.readouterr().out.splitlines()
    assert told == ["I will keep that in mind.", "I slept well.", "A Brandhorst."]
