"""Runs the demo and a part of the tests with other versions than those that are locked.

    python -m scripts.check_versions [--only NAME ...] [TESTS ...]

The oldest allowed direct dependencies on Python 3.11, and the newest on 3.12 and 3.13, each in an
environment of its own with the built wheel. A Python that is not on this machine is named and left
out. Exits with 1 if anything failed, or if there was no Python at all.
"""

import argparse
import glob
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
COMBINATIONS = {
    "oldest": ("3.11", "lowest-direct"),
    "newest": ("3.13", "highest"),
    "between": ("3.12", "highest"),
}
"""By name, a version of Python and which of the allowed dependencies."""
EXTRAS = "local,langchain,server,redact,journal"
TESTING = (
    "pytest>=8.3",
    "pytest-asyncio>=1.2",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.6",
    "pytest-cov>=6.0",
    "hypothesis>=6.112",
    "langgraph-checkpoint-sqlite>=3.0",
    "langchain-tests>=1.1,<2",
    "trustme>=1.2",
)
TESTS = (
    "tests/dream/test_graph.py",
    "tests/integrations/test_middleware.py",
    "tests/llm/test_client.py",
    "tests/store/embedded/test_folder.py",
)
"""What leans most on the libraries."""
QUICK = "not (slow or server or browser or model)"


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, check each combination; 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.check_versions")
    parser.add_argument("--only", nargs="+", choices=COMBINATIONS, default=list(COMBINATIONS))
    parser.add_argument("tests", nargs="*", default=TESTS, help="paths of tests (a short part)")
    options = parser.parse_args(argv)
    checked, failed = 0, []
    with tempfile.TemporaryDirectory() as folder:
        _run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT)
        (wheel,) = Path(folder).glob("*.whl")
        for name in options.only:
            version, resolution = COMBINATIONS[name]
            python = _python(version)
            if python is None:
                print(f"{name}: there is no Python {version} on this machine; left out")
                continue
            checked += 1
            print(f"{name}: Python {version}, dependencies {resolution}", flush=True)
            try:
                _check(Path(folder) / name, python, wheel, resolution, options.tests)
            except subprocess.CalledProcessError as error:
                print(f"{name}: failed ({error})", file=sys.stderr)
                failed.append(name)
    return int(bool(failed) or not checked)


def _check(home: Path, python: str, wheel: Path, resolution: str, tests: Sequence[str]) -> None:
    """Install, tell the versions, run the demo and the tests. Raises CalledProcessError."""
    _run(UV, "venv", "--quiet", "--python", python, home)
    inside = home / "bin" / "python"
    how = ("--quiet", "--resolution", resolution, "--python", inside)
    _run(UV, "pip", "install", *how, f"{wheel}[{EXTRAS}]", *TESTING)
    _run(home / "bin" / "langgraph-dreams", "demo", cwd=home, quiet=True)
    _run(
        *(inside, "-m", "pytest", "-q", "--no-cov", "-n", "2", "-p", "no:cacheprovider"),
        # Old test tools leave event loops open, which any later test is then blamed for.
        *("-W", "default::pytest.PytestUnraisableExceptionWarning", "-m", QUICK, *tests),
    )


def _python(version: str) -> str | None:
    """An interpreter of that version, also among those that pyenv keeps."""
    pyenv = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    kept = sorted(glob.glob(f"{pyenv}/versions/{version}.*/bin/python"))
    if kept:
        return kept[-1]
    found = subprocess.run(
        [UV, "python", "find", "--no-python-downloads", version], capture_output=True, text=True
    )
    return found.stdout.strip() or None


def _run(*command: str | Path, cwd: Path = ROOT, quiet: bool = False) -> None:
    out = subprocess.DEVNULL if quiet else None
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run([str(part) for part in command], check=True, cwd=cwd, env=clean, stdout=out)


if __name__ == "__main__":
    sys.exit(main())
