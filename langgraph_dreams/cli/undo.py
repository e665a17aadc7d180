"""The commands that show what a dream changed, and take it back."""

import argparse
from typing import TYPE_CHECKING

from langgraph_dreams.cli.output import Output, plain

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import Namespace
    from langgraph_dreams.types.reports import DreamReport


def diff_arguments(parser: argparse.ArgumentParser) -> None:
    """What `diff` takes."""
    parser.add_argument("dream", metavar="DREAM", help="id (or its beginning) or number")


def rollback_arguments(parser: argparse.ArgumentParser) -> None:
    """What `rollback` takes."""
    parser.add_argument("dream", metavar="DREAM", help="id (or its beginning) or number")
    parser.add_argument(
        "--cascade", action="store_true", help="undo also what later dreams built on it"
    )
    parser.add_argument(
        "--no-redream", action="store_true", help="do not dream of its episodes again"
    )


def run_diff(namespace: "Namespace", report: "DreamReport", output: Output) -> None:
    """Show a dream's operations, each with the state before and after."""
    found = namespace.diff(report.id)
    output.data(found.model_dump(mode="json"))
    output.show(*map(_indented, found.text().splitlines()))


def run_rollback(
    namespace: "Namespace", report: "DreamReport", args: argparse.Namespace, output: Output
) -> None:
    """Undo a dream and say what that was."""
    done = namespace.rollback(report.id, cascade=args.cascade, redream=not args.no_redream)
    output.data(done.model_dump(mode="json"))
    lines = [f"Dream {done.dream} is rolled back: {len(done.operations)} operations undone."]
    if done.cascaded:
        lines.append(f"{len(done.cascaded)} operations of later dreams were undone with it.")
    if done.left:
        lines.append(f"Changed since by no dream, and left: {', '.join(done.left)}.")
    if done.episodes:
        lines.append(f"The next dream takes up its {done.episodes} episodes again.")
    output.show(*lines)


def _indented(line: str) -> str:
    """A line without control characters, as far in as it was."""
    return " " * (len(line) - len(line.lstrip())) + plain(line)
