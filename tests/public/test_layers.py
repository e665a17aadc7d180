"""The structure of the package: imports run downward only, in no circle, and folders stay small."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import langgraph_dreams

PACKAGE = Path(langgraph_dreams.__file__).parent
NAME = PACKAGE.name

LAYERS = (
    "errors",
    "_text",
    "types",
    "_validation",
    "_off_loop",
    "policy",
    "safety",
    "language",
    "embedding",
    "llm",
    "store",
    "recall",
    "dream",
    "namespace",
    "integrations",
    "scheduling",
    "importers",
    "trial",
    "exporters",
    "nightly",
    "server",
    "web",
    "cli",
    # former names of what is served, kept for one release
    "asleep",
    "journal",
)
DREAM_LAYERS = (
    "runtime",
    "links",
    "narrative",
    "transaction",
    "levels",
    "memories",
    "failures",
    "pages",
    "learner",
    "health",
    "commit",
    "rehearsals",
    "archive",
    "forget",
    "recovery",
    "review",
    "stages",
    "stage_run",
    "graph",
)
MOST_FILES = 14
MOST_LINES = 440

FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """The dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


def imported(path: Path) -> Iterator[str]:
    """Modules of the package that a file imports anywhere, by dotted name; relative ones too."""
    own = path.relative_to(PACKAGE.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == NAME)
        elif isinstance(node, ast.ImportFrom):
            above = own[: len(own) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            if base.split(".")[0] == NAME:
                for a in node.names:
                    full = f"{base}.{a.name}"
                    yield full if full in MODULES else base


def crossing(path: Path, layers: tuple[str, ...], inside: tuple[str, ...]) -> list[str]:
    """Imports of a file from folders that are not below its own, among the folders of `inside`."""
    own = module_of(path).split(".")
    at = len(inside)
    if own[:at] != list(inside) or len(own) <= at:
        return []
    wrong = []
    for other in imported(path):
        names = other.split(".")
        if names[:at] != list(inside):
            continue
        target = names[at] if len(names) > at else NAME  # the face itself is above all
        if target == own[at]:
            continue
        if target not in layers or layers.index(target) >= layers.index(own[at]):
            wrong.append(f"{'.'.join(own)} imports {other}")
    return wrong


def test_every_folder_has_its_layer() -> None:
    tops = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}
    assert tops - {"__init__"} == set(LAYERS)
    dream = {
        path.relative_to(PACKAGE / "dream").parts[0].removesuffix(".py")
        for path in FILES
        if path.is_relative_to(PACKAGE / "dream")
    }
    assert dream - {"__init__"} == set(DREAM_LAYERS)


def test_imports_run_downward_only() -> None:
    wrong = [line for path in FILES for line in crossing(path, LAYERS, (NAME,))]
    assert not wrong


def test_imports_run_downward_inside_the_dream() -> None:
    wrong = [line for path in FILES for line in crossing(path, DREAM_LAYERS, (NAME, "dream"))]
    assert not wrong


def test_no_file_imports_itself_in_a_circle() -> None:
    # A package's own face is left out: it imports what it shows.
    graph = {
        module: {other for other in imported(path) if other != module}
        for module, path in MODULES.items()
        if path.name != "__init__.py"
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=module_of)
def test_a_folder_holds_one_subject(folder: Path) -> None:
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES
    long = [path.name for path in files if len(path.read_text().splitlines()) > MOST_LINES]
    assert not long


def test_only_the_store_knows_chroma() -> None:
    for path in FILES:
        if not path.is_relative_to(PACKAGE / "store"):
            nodes = list(ast.walk(ast.parse(path.read_text())))
            names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
            names |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
            assert not [name for name in names if name.split(".")[0] == "chromadb"], path
