"""The commands that decide on a dream which waits for a person."""

import argparse
from typing import TYPE_CHECKING, Any

from langgraph_dreams.cli.output import Output
from langgraph_dreams.errors import ReviewError

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import Namespace
    from langgraph_dreams.types.reports import DreamReport

WAITS = (
    "It waits for you: `langgraph-dreams diff {0}` shows what it would change,"
    " `langgraph-dreams approve {0}` writes it, `langgraph-dreams reject {0}` does not."
)


def approve_arguments(parser: argparse.ArgumentParser) -> None:
    """What `approve` takes."""
    parser.add_argument("dream", metavar="DREAM", help="id (or its beginning)")
    for option, what in (("--only", "approve nothing but this"), ("--reject", "leave this out")):
        parser.add_argument(
            option,
            action="append",
            metavar="ID",
            help=f"{what}: an operation, or what it changes (repeatable)",
        )
    parser.add_argument(
        "--edit",
        action="append",
        default=[],
        metavar="ID=TEXT",
        help="approve a memory in these words (repeatable)",
    )
    parser.add_argument("--digest", metavar="DIGEST", help="only if it is still this one")


def reject_arguments(parser: argparse.ArgumentParser) -> None:
    """What `reject` takes."""
    parser.add_argument("dream", metavar="DREAM", help="id (or its beginning)")
    parser.add_argument(
        "--no-redream", action="store_true", help="do not dream of its episodes again"
    )


def run_approve(
    namespace: "Namespace", report: "DreamReport", args: argparse.Namespace, output: Output
) -> None:
    """Write what is approved of a dream, and say what that was."""
    _told(namespace.approve(report.id, _answer(args)), output)


def run_reject(
    namespace: "Namespace", report: "DreamReport", args: argparse.Namespace, output: Output
) -> None:
    """Write nothing of a dream."""
    _told(namespace.reject(report.id, redream=not args.no_redream), output)


def _told(done: "DreamReport", output: Output) -> None:
    from langgraph_dreams.cli.tables import dream_story

    output.data(done.model_dump(mode="json"))
    output.show(dream_story(done))


def _answer(args: argparse.Namespace) -> dict[str, Any]:
    """The answer as typed. Raises ReviewError."""
    answer: dict[str, Any] = {"edit": dict(map(_edit, args.edit)), "reject": args.reject or []}
    if args.only is not None:
        answer["approve"] = args.only
    return answer | ({"digest": args.digest} if args.digest else {})


def _edit(typed: str) -> tuple[str, str]:
    name, equals, text = typed.partition("=")
    if not equals:
        raise ReviewError(f"--edit {typed!r:.80} names no text; write ID=TEXT")
    return name.strip(), text
