"""What is published has all that it needs: built, installed alone, and used from there."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.package_page import DRAWN, page

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=cwd, env=clean, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, and the wheel that is built from it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return out


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment that has the wheel, and else what the tests have."""
    home = tmp_path_factory.mktemp("env")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    (wheel,) = dist.glob("*.whl")
    pip = (sys.executable, "-m", "pip", "--python", home / "bin" / "python")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=home)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def test_both_have_every_file_of_the_package(dist: Path) -> None:
    tracked = run("git", "ls-files", "langgraph_dreams", cwd=ROOT).split()
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as packed:
        assert set(tracked) <= set(packed.namelist())
    with tarfile.open(source) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {*tracked, "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"} <= names


def test_the_package_page_has_nothing_that_only_a_checkout_has(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        (name,) = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        told = packed.read(name).decode()
    assert "Description-Content-Type: text/markdown" in told
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert page(readme) in told
    assert DRAWN in told
    links = re.findall(r"\]\(([^)]+)\)", told)
    assert links
    assert [link for link in links if not link.startswith("https://")] == []
    placed = page(readme, "https://example.org/us/dreams/")
    assert "](https://example.org/us/dreams/raw/HEAD/docs/night.svg)" in placed
    assert "](https://example.org/us/dreams/blob/HEAD/docs/tutorial.md)" in placed


def test_it_runs_from_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    python = installed / "python"
    where = run(python, "-c", "import langgraph_dreams as l; print(l.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    command = installed / "langgraph-dreams"
    assert version("langgraph_dreams") in run(command, "--version", cwd=tmp_path)
    assert "dream" in run(command, "--help", cwd=tmp_path)
    code = "from langgraph_dreams import LocalEmbedder as E; print(E().embed(['kiln']).shape)"
    assert run(python, "-c", code, cwd=tmp_path).strip() == "(1, 384)"
    run(command, "init", "mine", cwd=tmp_path)
    assert (tmp_path / "mine" / "langgraph.json").is_file()
