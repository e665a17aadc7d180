"""Importing the package loads nothing heavy; its names are there all the same."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import langgraph_dreams

HEAVY = ("chromadb", "langgraph.graph", "langchain_core", "pydantic", "numpy", "networkx", "httpx")
LOOK = f"""
import json, sys
import langgraph_dreams
after_import = [name for name in {HEAVY} if name in sys.modules]
names = dir(langgraph_dreams)
after_dir = [name for name in {HEAVY} if name in sys.modules]
from langgraph_dreams import BusyError, DreamPolicy
after_policy = "chromadb" in sys.modules
from langgraph_dreams import *
print(json.dumps([after_import, after_dir, after_policy, names, sorted(globals())]))
"""


def test_the_import_is_light_and_the_names_are_there() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=120
    )
    after_import, after_dir, chroma, names, star = json.loads(answer.stdout)
    assert after_import == after_dir == []
    assert not chroma
    assert set(langgraph_dreams.__all__) <= set(names)
    assert set(langgraph_dreams.__all__) <= set(star)


def test_type_checkers_and_the_interpreter_are_told_the_same() -> None:
    tree = ast.parse(Path(langgraph_dreams.__file__).read_text(encoding="utf-8"))
    (typed,) = (node.body for node in tree.body if isinstance(node, ast.If))
    told = {
        alias.name: node.module
        for node in typed
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    homes = {name: f"langgraph_dreams.{home}" for name, home in langgraph_dreams._HOMES.items()}
    assert told == homes
    assert set(homes) == {*langgraph_dreams.__all__, "DreamMiddleware"}


def test_an_unknown_name_is_refused_as_by_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nightmare'"):
        _ = langgraph_dreams.Nightmare  # type: ignore[attr-defined]
    with pytest.raises(ImportError, match="Nightmare"):
        exec("from langgraph_dreams import Nightmare")
