"""The command `init`: a project with an agent that dreams, in a new folder."""

import argparse
import re
import shlex
from importlib import resources
from pathlib import Path

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.errors import InvalidInputError

FILES = {
    "README.md.txt": "README.md",
    "agent/__init__.py.txt": "agent/__init__.py",
    "agent/graph.py.txt": "agent/graph.py",
    "agent/memory.py.txt": "agent/memory.py",
    "agent/model.py.txt": "agent/model.py",
    "env.example.txt": ".env.example",
    "gitignore.txt": ".gitignore",
    "langgraph.json.txt": "langgraph.json",
    "pyproject.toml.txt": "pyproject.toml",
}
"""Files of the template, and what each is called in a project."""
_TEMPLATE = resources.files("langgraph_dreams") / "data" / "template"
_NAME = "PROJECT_NAME"
_USUAL = "my-agent"
_MAY_BE_THERE = {".git"}


def run_init(args: argparse.Namespace, output: Output) -> None:
    """Write the template. Raises InvalidInputError when the folder cannot be taken."""
    folder = Path(args.folder)
    made = write_template(folder)
    output.data({"folder": str(folder), "files": made})
    output.show(plain(f"An agent that dreams is in {folder}:"), *(f"  {name}" for name in made))
    output.show(
        "\nRun it, without a key:\n",
        f"  cd {plain(shlex.quote(str(folder)))}",
        '  pip install --editable ".[dev]"',
        "  langgraph dev",
        "\nThen tell it things, ask about them in another thread, and say good night.",
    )


def write_template(folder: Path) -> list[str]:
    """Write the project into a folder that is new or empty; answers the names of its files.

    Raises InvalidInputError when it has files in it, or cannot be written.
    """
    try:
        there = sorted({path.name for path in folder.iterdir()} - _MAY_BE_THERE)
    except FileNotFoundError:
        there = []
    except OSError as error:
        raise _refused(folder, error) from error
    if there:
        raise InvalidInputError(
            f"the folder {str(folder)!r} has files in it already, such as {there[0]!r}; nothing was"
            " written: name a folder that is empty, or not there yet"
        )
    name = _project_name(folder)
    try:
        for source, target in FILES.items():
            text = _TEMPLATE.joinpath(*source.split("/")).read_text(encoding="utf-8")
            path = folder / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(_NAME, name), encoding="utf-8")
    except OSError as error:
        raise _refused(folder, error) from error
    return sorted(FILES.values())


def _project_name(folder: Path) -> str:
    """A name that packages may have, made of the folder's."""
    return re.sub(r"[^a-z0-9]+", "-", folder.absolute().name.lower()).strip("-") or _USUAL


def _refused(folder: Path, error: OSError) -> InvalidInputError:
    return InvalidInputError(
        f"the folder {str(folder)!r} cannot be written ({error.strerror or error}); name another"
        " one, in a place where you may write"
    )
