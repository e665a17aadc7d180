"""The command `nightly`: dreams over a folder of notes, and writes its long-term file if agreed."""

import argparse
import sys
from pathlib import Path

from langgraph_dreams.cli.arguments import Unsaid
from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.selection import budget_typed, namespace_parts, opened
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.nightly.night import Night, clear_parts, night, seen, write
from langgraph_dreams.nightly.notes import Folder, notes_in
from langgraph_dreams.types.telling.told import many

HIDDEN = ".dreams"
"""Name of the store within a folder of notes."""


def run_nightly(args: argparse.Namespace, output: Output) -> bool:
    """Record, dream, show the diff, ask, write; False when nobody agreed.

    Raises InvalidInputError where nobody can be asked; nothing is done then.
    """
    folder = notes_in(args.folder)
    if not args.yes and (output.as_json or not sys.stdin.isatty()):
        raise InvalidInputError(
            f"nobody can be asked here whether {folder.long_term.name} may be changed; agree with"
            " --yes, or run it in a terminal"
        )
    if isinstance(args.store, Unsaid):
        args.store = str(folder.path / HIDDEN)
    store, model = Path(args.store).expanduser().absolute(), args.model or ""
    if seen(folder, store, model):
        output.data({"file": str(folder.long_term), "changed": False, "diff": []})
        output.show("Nothing has changed since the last night.")
        return True
    clear_parts(folder)
    with opened(args, create=True) as kept, output.progress("Dreaming") as advance:

        def on_event(event: DreamEvent) -> None:
            advance(event["done"], event["total"], f"{event['node']}: {event['text']}")

        done = night(
            folder,
            store,
            kept.namespace(*namespace_parts(args.namespace)),
            model=args.model,
            budget=budget_typed(args),
            on_progress=lambda made, total: advance(made, total, "notes"),
            on_event=on_event,
        )
    return _settled(folder, store, done, args, output)


def _settled(
    folder: Folder, store: Path, done: Night, args: argparse.Namespace, output: Output
) -> bool:
    """Show what would change, and write it if that is agreed to."""
    output.show(*_lines(done))
    output.show(*map(plain, done.diff()))
    if done.changed and not args.yes and not _agreed(done):
        output.show(f"{done.file.name} is as it was.")
        return False
    write(folder, store, done, args.model or "")
    output.data(
        {
            "file": str(done.file),
            "changed": done.changed,
            "diff": done.diff(),
            "recorded": done.recorded.imported,
            "problems": [str(problem) for problem in done.recorded.problems],
            "dreams": [report.id for report in done.dreams],
            "memories": len(done.section.memories),
            "outdated": done.section.outdated,
            "moved": done.moved,
            "left_out": done.section.left_out,
            "more": done.section.more,
        }
    )
    output.show(f"{done.file.name} {'is written' if done.changed else 'is as it was'}.")
    return True


def _agreed(done: Night) -> bool:
    return input(f"Write {done.file.name}? [y/N] ").strip().lower() in ("y", "yes")


def _lines(done: Night) -> list[str]:
    found = done.section
    lines = [
        f"{many(done.recorded.imported, 'new line')} of notes, {many(len(done.dreams), 'dream')}."
        f" The section has {many(len(found.memories), 'memory')}."
    ]
    lines += [plain(str(problem)) for problem in done.recorded.problems]
    if done.moved:
        lines.append(f"Of yours in the section: {many(done.moved, 'line')}, kept above it.")
    if found.more:
        lines.append(f"Over the most that the section takes: {many(found.more, 'memory')}.")
    if found.left_out:
        lines.append(
            f"Left out, untrusted or read as instructions: {many(found.left_out, 'memory')}."
        )
    return lines
