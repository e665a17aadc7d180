"""Import of runs of LangSmith: a trace is an episode, as the recorder records it."""

import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from langgraph_dreams import Namespace, Trust
from langgraph_dreams.importers.past.sources import import_past

CALL = {"name": "gauge", "args": {"n": 1}, "id": "c1"}


def run(id_: str, inputs: Any, outputs: Any = None, **more: Any) -> dict[str, Any]:
    times = {"start_time": "2026-03-01T09:00:00", "end_time": "2026-03-01T09:00:05"}
    rest = {"error": None, "parent_run_id": None, "trace_id": id_, "extra": {}}
    kept = {"id": id_, "name": "LangGraph", "run_type": "chain", "inputs": inputs}
    return {**kept, "outputs": outputs, **times, **rest, **more}


def traces() -> list[dict[str, Any]]:
    asked = HumanMessage("How hot is the kiln?", id="m1")
    told = [
        asked,
        AIMessage("", tool_calls=[CALL], id="m2"),
        ToolMessage("1240", tool_call_id="c1", id="m3"),
        AIMessage("It is at 1240 degrees.", id="m4"),
    ]
    thread = {"metadata": {"thread_id": "t1", "user_id": "ada"}}
    child = {"trace_id": "r1", "parent_run_id": "r1", "run_type": "tool", "name": "gauge"}
    later = {"start_time": "2026-03-02T09:00:00", "extra": thread}
    return [
        # Each form of a message: as `dumpd` writes it, with a type, with a role.
        run(
            "r1",
            {"messages": [dumpd(asked)]},
            {"messages": [dumpd(m) for m in told]},
            extra=thread,
        ),
        run("r1a", {"n": 1}, {"output": "1240"}, **child),
        run(
            "r2",
            {"messages": [{"type": "human", "content": "Now fail.", "id": "m5"}]},
            error="ValueError('no such glaze')Traceback (most recent call last):\n  File ...",
            **later,
        ),
        run("r2a", {"n": 3}, {"output": "cold"}, **{**child, "trace_id": "r2"}),
        run(
            "r3",
            {"messages": [[{"role": "user", "content": "And what is a kiln?"}]]},
            {"generations": [[{"text": "An oven.", "message": dumpd(AIMessage("An oven."))}]]},
            run_type="llm",
        ),
        run("r4", {"messages": [["user", "Are you there?"]]}, end_time=None),
        run("r5", {"n": 2}, trace_id="gone", parent_run_id="gone"),
    ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "runs.jsonl"
    path.write_text("\n".join([*map(json.dumps, traces()), "oops"]))
    return path


def test_a_trace_is_an_episode(file: Path, ada: Namespace) -> None:
    report = import_past(ada, file)
    assert report.imported == 3
    hot, kiln, failed = sorted(ada.episodes(), key=lambda e: (e.time, e.run))
    assert (hot.said, hot.answered) == ("How hot is the kiln?", "It is at 1240 degrees.")
    assert (hot.thread, hot.run, hot.message) == ("t1", "r1", "m1")
    assert [(use.name, use.result, use.ok) for use in hot.done] == [("gauge", "1240", True)]
    assert (hot.said_trust, hot.trust) == (Trust.TRUSTED, Trust.ASSERTED)
    assert (kiln.said, kiln.answered) == ("And what is a kiln?", "An oven.")
    assert (failed.said, failed.outcome, failed.thread) == ("Now fail.", "error", "t1")
    assert [(use.name, use.args, use.result) for use in failed.done] == [
        ("gauge", '{"n": 3}', "cold")
    ]
    assert failed.error == "ValueError: no such glaze"
    told = {p.line: p.why for p in report.problems}
    assert "not finished" in told[6]
    assert "root of its trace" in told[7]
    assert "not JSON" in told[8]
    assert import_past(ada, file).imported == 0


def test_a_log_of_messages_is_no_file_of_runs(tmp_path: Path, ada: Namespace) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps({"role": "user", "content": "The kiln is hot."}))
    assert import_past(ada, path).imported == 1
