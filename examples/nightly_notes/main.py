"""The nightly routine: daily notes in, one section of MEMORY.md out, behind a diff.

Run: python main.py [FOLDER]
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from langgraph_dreams.cli.main import main as langgraph_dreams

NOTES = Path(__file__).parent / "notes"
FIRST_WEEK = "2026-09-12"


def night(folder: Path) -> None:
    """The command that a cron runs: langgraph-dreams nightly FOLDER --yes."""
    model = ["--model", os.environ.get("MODEL", "openai:gpt-4.1-mini")]
    with_model = model if os.environ.get("OPENAI_API_KEY") else []
    code = langgraph_dreams(["nightly", str(folder), "--yes", *with_model])
    if code:
        sys.exit(code)


def main(folder: Path) -> None:
    """Two nights: after the notes of the first week, and after all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for note in sorted(NOTES.glob("*.md")):
        if note.stem < FIRST_WEEK or note.name == "MEMORY.md":
            shutil.copy(note, folder)
    print("The night after the first week\n")
    night(folder)

    for note in sorted(NOTES.glob("2026-*.md")):
        shutil.copy(note, folder)
    print("\nThe night after the second week\n")
    night(folder)

    print("\nThe night after no new note\n")
    night(folder)

    print(f"\nMEMORY.md in {folder}\n")
    print((folder / "MEMORY.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
