"""The forget command: what would go is shown first, and a person has to agree."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.errors import InvalidInputError

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import Namespace
    from langgraph_dreams.types.forgotten import Forgotten

_OK, _FAILED = 0, 1


def forget_arguments(parser: argparse.ArgumentParser, time: Callable[[str], datetime]) -> None:
    """The options of the command; `time` reads a time as typed."""
    parser.add_argument(
        "--episode", action="append", metavar="ID", help="this episode (repeatable)"
    )
    parser.add_argument("--memory", action="append", metavar="ID", help="this memory (repeatable)")
    parser.add_argument("--thread", metavar="ID", help="the episodes of this conversation")
    parser.add_argument("--since", type=time, metavar="TIME", help="from then on (UTC)")
    parser.add_argument("--until", type=time, metavar="TIME", help="up to before then (UTC)")
    parser.add_argument("--text", metavar="WORDS", help="what has these words side by side")
    parser.add_argument("--everything", action="store_true", help="the whole namespace")
    parser.add_argument("--dry-run", action="store_true", help="tell what would go, and stop")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run_forget(namespace: "Namespace", args: argparse.Namespace, output: Output) -> int:
    """Show what would go, ask, forget, and show what went.

    Raises InvalidInputError where nobody can be asked.
    """
    wanted: dict[str, Any] = {
        "episodes": args.episode,
        "memories": args.memory,
        "thread": args.thread,
        "since": args.since,
        "until": args.until,
        "text": args.text,
        "everything": args.everything,
    }
    if args.dry_run or not args.yes:
        found = namespace.forget(**wanted, dry_run=True)
        if args.dry_run:
            _show(found, output)
            return _OK
        if not _agreed(found, output):
            output.show("Nothing was forgotten.")
            return _FAILED
    _show(namespace.forget(**wanted), output)
    return _OK


def _agreed(found: "Forgotten", output: Output) -> bool:
    if output.as_json or not sys.stdin.isatty():
        raise InvalidInputError("forgetting cannot be undone; agree with --yes, or try --dry-run")
    output.show(*_lines(found))
    return input("This cannot be undone. Forget it? [y/N] ").strip().lower() in ("y", "yes")


def _show(found: "Forgotten", output: Output) -> None:
    output.data(found.model_dump(mode="json"))
    output.show(*_lines(found))


def _lines(found: "Forgotten") -> list[str]:
    lines = found.text().splitlines()
    return [f"{'  ' if line.startswith(' ') else ''}{plain(line)}" for line in lines]
