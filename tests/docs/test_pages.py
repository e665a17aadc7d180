"""The pages of the documentation: their blocks run, their commands exist, the reference is new."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from page_blocks import ROOT, blocks, run_python, scope

from langgraph_dreams.cli.arguments import build_parser
from langgraph_dreams.cli.main import main
from scripts.reference import PAGES, pages

DOCS = ROOT / "docs"
TEXTS = [*sorted(DOCS.rglob("*.md")), DOCS / "llms.txt"]
TEXTS += [ROOT / name for name in ("README.md", "AGENTS.md", "CONTRIBUTING.md")]
RUN = [page for page in TEXTS if blocks(page, "python") and page.name != "README.md"]
"""README.md has a test of its own."""
LIVED = {"tutorial.md", "import-and-try.md", "nightly-notes.md"}
"""Pages whose commands run, too, in order with the Python blocks."""


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(text: str) -> Iterator[list[str]]:
    """Commands of a shell block, a list of words each."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if words := shlex.split(line, comments=True):
            yield words


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_python_blocks_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    given = scope()
    try:
        if page.name in LIVED:
            live(page, given)
        else:
            run_python(page, given)
    finally:
        for value in list(given.values()):
            if type(value).__name__ in ("DreamStore", "IdleDreamer"):
                value.close()


def live(page: Path, given: dict[str, object]) -> None:
    """Run the blocks as a reader would who copies them, one after the other."""
    for language, text in blocks(page):
        if language == "python":
            exec(compile(text, page.name, "exec"), given)
        elif language == "sh":
            for words in commands(text):
                if words[0] == "langgraph-dreams" and words[1] != "demo" and "--serve" not in words:
                    assert main(words[1:]) == 0, words


@pytest.mark.parametrize("page", TEXTS, ids=name_of)
def test_commands_exist(page: Path) -> None:
    parser = build_parser()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for _, text in blocks(page, "sh"):
        for words in commands(text):
            if words[0] == "langgraph-dreams" and words[-1] != "--help":
                parser.parse_args(words[1:])
            elif words[0] == "make":
                assert words[1] in targets, words
            elif words[:2] == ["python", "-m"] and words[2].startswith(("benchmarks", "scripts")):
                module = ROOT.joinpath(*words[2].split("."))
                assert module.with_suffix(".py").exists() or (module / "__main__.py").exists()


def test_benchmarks_that_are_named_exist() -> None:
    for page in TEXTS:
        for name in re.findall(r"\bbenchmarks\.(\w+)", page.read_text()):
            assert list((ROOT / "benchmarks").glob(f"{name}*")), f"{page}: benchmarks.{name}"


@pytest.mark.parametrize("name", sorted(pages()))
def test_reference_is_new(name: str) -> None:
    """If this fails, run `python -m scripts.reference`."""
    assert (PAGES / name).read_text() == pages()[name]


def test_every_page_is_in_the_navigation() -> None:
    told = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    named = set(re.findall(r"[\w/-]+\.md", str(told)))
    assert named == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}


@pytest.mark.parametrize("name", ["README.md", "AGENTS.md", "CONTRIBUTING.md", "deploy/README.md"])
def test_links_lead_somewhere(name: str) -> None:
    """Of the pages that are not of the site, whose strict build looks at its own."""
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_llms_txt_names_every_page() -> None:
    """By the addresses that the site gives them."""
    named = set(re.findall(r"\]\(([\w/-]+)/\)", (DOCS / "llms.txt").read_text()))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"index.md"}
    assert named == {page.removesuffix(".md") for page in pages}
