"""Names of version 0.4 that stay for one release: each is the very object of its new place."""

import importlib
import subprocess
import sys

import pytest

MOVED = [
    ("langgraph_dreams.asleep.server:dream", "langgraph_dreams.server.graphs:dream"),
    ("langgraph_dreams.asleep.server:served", "langgraph_dreams.server.graphs:served"),
    ("langgraph_dreams.asleep.sweep:sweep", "langgraph_dreams.server.sweep:sweep"),
    ("langgraph_dreams.asleep.demo_agent:agent", "langgraph_dreams.server.demo_agent:agent"),
    ("langgraph_dreams.asleep.later:schedule_sweep", "langgraph_dreams:schedule_sweep"),
    ("langgraph_dreams.journal.server:app", "langgraph_dreams.web.server:app"),
]


def loaded(path: str) -> object:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("old", "new"), MOVED)
def test_a_former_name_is_what_it_was(old: str, new: str) -> None:
    assert loaded(old) is loaded(new)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_former_package_of_the_page_has_its_functions() -> None:
    for name in ("create_journal_app", "serve_journal"):
        assert loaded(f"langgraph_dreams.journal:{name}") is loaded(f"langgraph_dreams.web:{name}")


def test_whoever_loads_one_is_told_so() -> None:
    # By a module of somebody else's, as a server does it: the usual filters hide more there.
    code = "import importlib; importlib.import_module('langgraph_dreams.asleep.later')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "goes with version 0.6" in done.stderr
