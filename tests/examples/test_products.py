"""The example products do what they say, run as their users run them."""

import ast
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from langgraph.pregel import Pregel
from langgraph_sdk import get_sync_client
from openai_server import OpenAIServer, ok
from product_support import EXAMPLES, KEYS, PRODUCTS, inside, run_main

from benchmarks.dev_server import langgraph_dev

Capture = pytest.CaptureFixture[str]
SERVED = sorted(path.parent.name for path in EXAMPLES.glob("*/langgraph.json"))
MOST_LINES = 90


def after(told: str, title: str) -> list[str]:
    """The lines below a title, up to the next empty one."""
    lines = told.splitlines()
    below = lines[lines.index(title) + 1 :]
    return below[: below.index("")] if "" in below else below


@pytest.mark.slow
def test_an_assistant_of_three_weeks(capsys: Capture) -> None:
    told = run_main("personal_assistant", capsys)
    assert told.count("  night: ") == 6
    assert "~~The code of the safe is 4471.~~ → The code of the safe is 9023." in told
    assert after(told, "What was corrected holds") == [
        "  Mara: When does my flight to Bergen leave?",
        "  assistant: My flight to Bergen leaves at 10:40 now.",
        "  Mara: What is the code of the safe?",
        "  assistant: The code of the safe is 9023.",
    ]
    apart = "\n".join(after(told, "Two facts, sixteen days apart"))
    alone, along = apart.split("  recalled along links:")
    assert "movers" in alone
    assert "radiator" not in alone
    found, answered = along.split("  Mara: ")
    assert "by Bechstein and grand" in found
    assert "radiator" in answered


def test_a_support_desk_with_many_users(capsys: Capture) -> None:
    told = run_main("customer_support", capsys)
    answers = "\n".join(after(told, "Each is answered from the own memory, and from the product's"))
    for own in ("My router is a Lumo 3.", "My router is a Lumo 5.", "My parcel went back"):
        assert answers.count(own) == 1
    assert "check the cable" in answers
    assert "until firmware 2.4" in answers
    assert "within fourteen days" in answers
    found = after(told, "Nobody's memory has anything of another user")
    assert [line.rsplit(": ", 1)[1] for line in found] == [
        "Skagen",
        "40417",
        "Tern Lane",
        "nothing",
    ]
    assert "NamespaceError: the namespace needs 'user_id'" in told
    assert told.endswith("kept aside: ['My password is swordfish.']\n")


def test_a_coding_agent_learns_from_a_failed_run(capsys: Capture) -> None:
    told = run_main("coding_agent", capsys)
    monday, rest = told.split("tuesday: ")
    tuesday, wednesday = rest.split("wednesday: ")
    task = "Run the API tests, please."
    assert task in monday
    assert wednesday.startswith(task)
    assert "agent: I gave up" in monday
    assert "known after this night" not in monday
    assert 'what worked: the same call after migrate({"database": "shop.db"})' in tuesday
    assert "tentative, runs in which it worked: 1" in tuesday
    steps = [line.split(":")[0].strip() for line in wednesday.splitlines()[1:5]]
    assert steps == ["run_tests", "migrate", "run_tests", "agent"]
    assert "agent: Done: 41 tests" in wednesday
    assert "active, runs in which it worked: 2" in wednesday


def test_a_bridge_between_papers(capsys: Capture, tmp_path: Path) -> None:
    picture = tmp_path / "bridge.svg"
    told = run_main("research_bridge", capsys, picture)
    before, later = "\n".join(after(told, "Before the dream")), after(told, "After the dream")
    assert "Raynaud" not in before
    assert "fish oil" in before
    place = next(i for i, line in enumerate(later) if "Raynaud" in line)
    assert later[place + 1].strip() == "because: viscosity and blood"
    drawn = "".join(ElementTree.parse(picture).getroot().itertext())
    for words in ("Fish oil rich in", "Raynaud", "viscosity", "blood"):
        assert words in drawn
    # A and C are together in no note.
    notes = (EXAMPLES / "research_bridge" / "notes.jsonl").read_text().splitlines()
    assert not [note for note in notes if "Raynaud" in note and "fish oil" in note.lower()]


def test_a_supervisor_with_workers(capsys: Capture) -> None:
    told = run_main("supervisor", capsys)
    recorded = after(told, "Recorded, as whose it is")
    assert [line.split(":")[0].split(",")[0].strip() for line in recorded] == [
        "user",
        "chemist",
        "bookkeeper",
    ]
    assert "The night: committed, 0 memories" in told
    friday = told.split("friday: ")[1].splitlines()[1:]
    assert friday == [
        "  supervisor: The chemist found: The cobalt glaze melts at 1240 degrees and runs above"
        " 1260."
    ]


def test_the_nightly_routine(capsys: Capture, tmp_path: Path) -> None:
    told = run_main("nightly_notes", capsys, tmp_path / "notes")
    first, rest = told.split("The night after the second week")
    second, third = rest.split("The night after no new note")
    assert "+- The rent of the workshop is 900 euros." in first
    assert "-- The rent of the workshop is 900 euros." in second
    assert "+- The rent of the workshop is 950 euros." in second
    assert third.strip().startswith("Nothing has changed since the last night.")
    written = (tmp_path / "notes" / "MEMORY.md").read_text()
    assert written.startswith((EXAMPLES / "nightly_notes" / "notes" / "MEMORY.md").read_text())
    assert "900 euros" not in written
    assert "The blue glaze from Karlsson cracks below eight bar." in written


@pytest.mark.slow
@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_takes_a_real_model(name: str, capsys: Capture, tmp_path: Path) -> None:
    out = {"research_bridge": tmp_path / "b.svg", "nightly_notes": tmp_path / "notes"}
    with OpenAIServer(ok("Nobody is needed.")) as server:
        run_main(name, capsys, *([out[name]] if name in out else []), model_at=server.url)
    assert {body["model"] for body in server.seen} == {"small"}


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_says_how_to_run_it_and_is_short(name: str) -> None:
    folder = EXAMPLES / name
    readme = (folder / "README.md").read_text()
    for words in ("python main.py", "OPENAI_API_KEY", "OPENAI_BASE_URL", "What you will see"):
        assert words in readme
    for path in folder.glob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) < MOST_LINES
        assert ast.get_docstring(ast.parse(text))
        assert f"`{path.name}`" in readme or name == "nightly_notes"
    assert f"({name})" in (EXAMPLES / "README.md").read_text()


@pytest.mark.parametrize("name", SERVED)
def test_the_graphs_of_a_served_product_load(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGGRAPH_DREAMS_STORE", str(tmp_path / "memory"))
    with inside(name) as folder:
        config = json.loads((folder / "langgraph.json").read_text())
        assert config["dependencies"] == ["."]
        for graph in config["graphs"].values():
            assert graph["description"]
            module, _, attribute = graph["path"].partition(":")
            loaded = import_module(module)
            made = getattr(loaded, attribute)
            assert isinstance(made, Pregel)
            assert made.checkpointer is None  # the server brings its own
        loaded.store.close()


@pytest.mark.slow  # half a minute each; the folder that `init` makes is served at every run
@pytest.mark.server
@pytest.mark.parametrize(
    ("name", "graph", "asked", "answer"),
    [
        (
            "customer_support",
            "desk",
            "How soon is a refund paid?",
            "You told me nothing of that. The handbook says: A refund is paid within fourteen days"
            " after the parcel is back.",
        ),
        ("personal_assistant", "assistant", "What is the code of the safe?", "I do not know that."),
        (
            "supervisor",
            "team",
            "When does the cobalt glaze melt?",
            "The chemist found: The cobalt glaze melts at 1240 degrees and runs above 1260.",
        ),
    ],
    ids=SERVED,
)
def test_a_served_product_answers(
    name: str, graph: str, asked: str, answer: str, tmp_path: Path
) -> None:
    ignored = shutil.ignore_patterns("memory", "__pycache__", ".langgraph_api")
    folder = Path(shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=ignored))
    settings = {**dict.fromkeys(KEYS, ""), "LANGGRAPH_DREAMS_STORE": str(tmp_path / "memory")}
    with (
        langgraph_dev(folder, 2, settings, own=True) as url,
        get_sync_client(url=url) as client,
    ):
        given = {"messages": [{"role": "user", "content": asked}]}
        context: Any = {"user_id": "ann"} if name == "customer_support" else None
        answered: Any = client.runs.wait(None, graph, input=given, context=context)
        assert answered["messages"][-1]["content"] == answer
        dreamt: Any = client.runs.wait(None, "dream", input={}, context=context)
        assert dreamt["report"]["counts"]["episodes"] == 1


def test_which_products_are_served() -> None:
    assert SERVED == ["customer_support", "personal_assistant", "supervisor"]


@pytest.mark.slow
def test_a_copied_product_runs_from_its_own_folder(tmp_path: Path) -> None:
    # One of them by its command, in a process of its own: what `run_main` stands for.
    env = {name: value for name, value in os.environ.items() if name not in KEYS}
    env["PYTHONPATH"] = str(EXAMPLES.parent)
    copy = tmp_path / "coding_agent"
    copy.mkdir()
    for path in (EXAMPLES / "coding_agent").glob("*.py"):
        (copy / path.name).write_text(path.read_text())
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=copy, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "wednesday: " in done.stdout
