"""The command `forget`: what would go is shown first, and a person has to agree."""

import argparse
import sys
from functools import partial

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.selection import opened_namespace
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.forgotten import Forgotten


def run_forget(args: argparse.Namespace, output: Output) -> bool:
    """Show what would go, ask, forget, and show what went; False when nobody agreed.

    Raises InvalidInputError where nobody can be asked.
    """
    with opened_namespace(args) as namespace:
        return _forget(namespace, args, output)


def _forget(namespace: Namespace, args: argparse.Namespace, output: Output) -> bool:
    forget = partial(
        namespace.forget,
        episodes=args.episode,
        memories=args.memory,
        thread=args.thread,
        since=args.since,
        until=args.until,
        text=args.text,
        everything=args.everything,
    )
    if args.dry_run or not args.yes:
        found = forget(dry_run=True)
        if args.dry_run:
            _show(found, output)
            return True
        if not _agreed(found, output):
            output.show("Nothing was forgotten.")
            return False
    _show(forget(), output)
    return True


def _agreed(found: Forgotten, output: Output) -> bool:
    if output.as_json or not sys.stdin.isatty():
        raise InvalidInputError("forgetting cannot be undone; agree with --yes, or try --dry-run")
    output.show(*_lines(found))
    return input("This cannot be undone. Forget it? [y/N] ").strip().lower() in ("y", "yes")


def _show(found: Forgotten, output: Output) -> None:
    output.data(found.model_dump(mode="json"))
    output.show(*_lines(found))


def _lines(found: Forgotten) -> list[str]:
    lines = found.text().splitlines()
    return [f"{'  ' if line.startswith(' ') else ''}{plain(line)}" for line in lines]
