"""The command `init`: a project that runs at once, and a folder with files that is left alone."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from benchmarks.dev_server import ROOT, langgraph_dev
from langgraph_dreams.cli.main import main
from langgraph_dreams.cli.start.init import FILES
from langgraph_dreams.server.graphs import NAMESPACE, REVIEW, STORE

KILN = "The kiln of the workshop is a Brandhorst from Graz."
SETTINGS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MODEL", STORE, NAMESPACE, REVIEW)
TEMPLATE = ROOT / "langgraph_dreams" / "data" / "template"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*argv: object) -> tuple[int, str, str]:
        code = main([str(part) for part in argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "My Kiln"
    code, _, err = run("init", folder)
    assert code == 0, err
    return folder


@pytest.fixture
def agent(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """The module agent.graph of a project, with these settings."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(project)

    def loaded(**settings: str) -> Any:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return import_module("agent.graph")

    yield loaded
    for name in [name for name in sys.modules if name.split(".")[0] == "agent"]:
        module = sys.modules.pop(name)
        if name == "agent.memory":
            module.store.close()


def texts(state: Any) -> list[str]:
    return [message.text for message in state["messages"]]


def test_it_writes_the_template(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("init", tmp_path / "one", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["files"] == sorted(FILES.values())
    made = {p.relative_to(tmp_path / "one").as_posix() for p in (tmp_path / "one").rglob("*.*")}
    assert made == set(FILES.values())
    code, out, _ = run("init", tmp_path / "two words")
    assert code == 0
    assert f"  cd '{tmp_path / 'two words'}'" in " ".join(out.split("\n"))
    assert "langgraph dev" in out


def test_every_file_of_the_template_is_written_and_packed() -> None:
    there = {p.relative_to(TEMPLATE).as_posix() for p in TEMPLATE.rglob("*") if p.is_file()}
    assert there == set(FILES)
    # What git ignores is not in the wheel.
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", *(str(TEMPLATE / name) for name in FILES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ignored.stdout == ""


def test_a_folder_with_files_is_left_alone(run: Run, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    code, out, err = run("init", full)
    assert (code, out) == (1, "")
    assert "has files in it already, such as 'notes.txt'" in err
    assert "name a folder that is empty" in err
    assert [path.name for path in full.iterdir()] == ["notes.txt"]


def test_an_empty_folder_and_a_new_repository_are_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty")[0] == 0
    (tmp_path / "cloned" / ".git").mkdir(parents=True)
    assert run("init", tmp_path / "cloned")[0] == 0


def test_a_file_is_no_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        code, _, err = run("init", folder)
        assert code == 1
        assert "cannot be written" in err
    assert (tmp_path / "file").read_text() == "mine"


def test_the_project_is_named_after_its_folder(project: Path) -> None:
    named = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert named["name"] == "my-kiln"
    assert (project / "README.md").read_text().startswith("# my-kiln\n")
    assert "PROJECT_NAME" not in "".join((project / name).read_text() for name in FILES.values())


def test_its_readme_names_its_files_and_settings(project: Path) -> None:
    readme, example = ((project / name).read_text() for name in ("README.md", ".env.example"))
    for name in re.findall(r"`([\w./]+\.(?:py|json|example))`", readme):
        assert (project / name).is_file(), name
    code = "".join(path.read_text() for path in project.rglob("*.py"))
    for name in re.findall(r'environ\.get\("(\w+)"\)', code):
        assert name in example, name


def test_it_talks_and_dreams_without_a_key(agent: Callable[..., Any]) -> None:
    graph = agent().agent
    assert texts(graph.invoke({"messages": [("user", KILN)]}))[-1] == "Noted."
    memory = import_module("agent.memory").memory
    memory.flush()
    asked = graph.invoke({"messages": [("user", "Which kiln is in the workshop?")]})
    assert texts(asked)[-1] == f"I remember: {KILN}"
    night = texts(graph.invoke({"messages": [("user", "Good night!")]}))
    assert night[1] == "Good night."
    assert night[2].startswith("Good morning.\n\n## ")
    assert len(memory.dreams()) == 1


def test_it_understands_the_blocks_that_a_chat_page_sends(agent: Callable[..., Any]) -> None:
    graph = agent().agent

    def told(text: str) -> str:
        blocks = [{"type": "text", "text": text}]
        return texts(graph.invoke({"messages": [{"role": "user", "content": blocks}]}))[-1]

    assert told(KILN) == "Noted."
    import_module("agent.memory").memory.flush()
    assert told("Which kiln is in the workshop?") == f"I remember: {KILN}"
    assert told("Good night.").startswith("Good morning.\n\n## ")


def test_a_person_can_look_at_its_dreams(agent: Callable[..., Any]) -> None:
    graph = agent(LANGGRAPH_DREAMS_REVIEW="ask", LANGGRAPH_DREAMS_NAMESPACE="acme/ann").builder
    served = graph.compile(checkpointer=InMemorySaver())
    for thread in ("one", "two"):
        served.invoke({"messages": [("user", KILN)]}, {"configurable": {"thread_id": thread}})
    memory = import_module("agent.memory").memory
    assert memory.parts == ("acme", "ann")
    memory.flush()
    config: Any = {"configurable": {"thread_id": "two"}}
    asked = served.invoke({"messages": [("user", "good night")]}, config)
    assert texts(asked)[-1] == "Good night."
    assert memory.memories() == []
    (request,) = asked["__interrupt__"]
    assert KILN in str(request.value)
    told = served.invoke(Command(resume="approve"), config)
    assert texts(told)[-1].startswith("Good morning.")
    assert [memory.text for memory in memory.memories()] == [KILN]


def test_it_serves_many_users(agent: Callable[..., Any]) -> None:
    graph = agent(LANGGRAPH_DREAMS_NAMESPACE="acme/{user_id}").agent
    store = import_module("agent.memory").store
    graph.invoke({"messages": [("user", KILN)]}, context={"user_id": "ann"})
    store.namespace("acme", "ann").flush()
    for user, answer in (("ann", f"I remember: {KILN}"), ("bob", "That is new to me.")):
        asked = {"messages": [("user", "Which kiln is in the workshop?")]}
        assert texts(graph.invoke(asked, {"configurable": {"user_id": user}}))[-1] == answer
    night = graph.invoke({"messages": [("user", "good night")]}, context={"user_id": "ann"})
    assert night["report"]["namespace"] == ["acme", "ann"]


def test_a_key_brings_a_real_model(
    agent: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    agent(OPENAI_API_KEY="any", MODEL="openai:local")
    model = import_module("agent.model").real_model()
    assert model.model_name == "local"


@pytest.mark.slow
def test_its_code_is_typed_and_in_order(project: Path) -> None:
    settings, cache = str(ROOT / "pyproject.toml"), str(ROOT / ".mypy_cache")
    checks = (
        ["ruff", "check", "--config", settings, "."],
        ["ruff", "format", "--check", "--config", settings, "."],
        ["mypy", "--config-file", settings, "--cache-dir", cache, "agent"],
    )
    env = {**os.environ, "MYPYPATH": str(ROOT)}
    for name, *rest in checks:
        command = [str(Path(sys.executable).parent / name), *rest]
        done = subprocess.run(
            command, cwd=project, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.server
def test_langgraph_dev_serves_it_as_it_is(project: Path) -> None:
    settings = dict.fromkeys(SETTINGS, "")
    with (
        langgraph_dev(project, 2, settings, own=True) as url,
        get_sync_client(url=url) as client,
    ):
        assert {one["graph_id"] for one in client.assistants.search()} == {"agent", "dream"}
        thread = client.threads.create()["thread_id"]
        assert say(client, thread, KILN) == "Noted."
        other = client.threads.create()["thread_id"]
        assert say(client, other, "Which kiln is in the workshop?") == f"I remember: {KILN}"
        assert say(client, other, "Good night.").startswith("Good morning.\n\n## Dream 1 of me")
        assert (project / "memory").is_dir()


def say(client: SyncLangGraphClient, thread: str, text: str) -> str:
    given = {"messages": [{"role": "user", "content": text}]}
    answered: Any = client.runs.wait(thread, "agent", input=given)
    return str(answered["messages"][-1]["content"])
