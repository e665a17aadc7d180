"""What every command of the command line takes."""

import argparse
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from langgraph_dreams.cli.forget import forget_arguments
from langgraph_dreams.cli.review import approve_arguments, reject_arguments
from langgraph_dreams.cli.serve import serve_arguments
from langgraph_dreams.cli.undo import diff_arguments, rollback_arguments

DEFAULT_STORE = "./memory"
DEFAULT_NAMESPACE = "default"


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; the common options may stand before or after the command."""
    parser = argparse.ArgumentParser(
        prog="langgraph-dreams",
        description="Memory that dreams, for LangGraph agents.",
        parents=[_common(suppress=False)],
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common(suppress=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common])

    demo = command("demo", "Live seven weeks of a small bakery, dream, and ask.")
    demo.add_argument("--keep", metavar="PATH", help="keep the store of the demo in this folder")
    imported = command("import", "Record a conversation log (JSONL) as episodes.")
    imported.add_argument(
        "file", metavar="FILE", help="chat messages or evidence cases, a line each"
    )
    dream = command("dream", "Dream over what is new, now.")
    dream.add_argument("--focus", metavar="TEXT", help="what the dream should start from")
    dream.add_argument("--dry-run", action="store_true", help="plan and tell, change nothing")
    dream.add_argument(
        "--review",
        choices=["ask", "auto"],
        default="",
        help="ask: it waits until it is approved; auto: a rule decides",
    )
    _model_arguments(dream)
    plan = command("plan", "Tell what a dream would do and cost, before it is dreamt.")
    plan.add_argument("--focus", metavar="TEXT", help="what the dream should start from")
    _model_arguments(plan)
    _recall_arguments(command("recall", "Ask the memory; every answer says why it came."))
    journal = command("journal", "List the nights, or tell one of them.")
    journal.add_argument(
        "dream", nargs="?", metavar="DREAM", help="id (or its beginning) or number"
    )
    serve_arguments(journal)
    command("core", "Show the few memories that are worth being always in context.")
    diff_arguments(command("diff", "Show what a dream changed, before and after."))
    rollback_arguments(command("rollback", "Undo a dream: all is as it was before it."))
    approve_arguments(command("approve", "Write a dream that waits, or some of it."))
    reject_arguments(command("reject", "Write nothing of a dream that waits."))
    forget_arguments(command("forget", "Forget for good, with all that came of it."), _time)
    command("doctor", "Check versions and the health of the store.")
    return parser


def _recall_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", nargs="+", help="what to look for")
    parser.add_argument("-k", type=_count, default=10, metavar="N", help="turns wanted (10)")
    parser.add_argument("--no-links", action="store_true", help="plain search, along no link")
    parser.add_argument(
        "--without-dream",
        action="append",
        default=[],
        metavar="DREAM",
        help="as if this dream had not been (repeatable)",
    )
    parser.add_argument(
        "--as-of", type=_time, metavar="TIME", help="what held then, e.g. 2026-03-01 (UTC)"
    )
    parser.add_argument("--no-note", action="store_true", help="do not strengthen what is used")


def _model_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        metavar="PROVIDER:NAME",
        help="a chat model to dream with, e.g. openai:NAME (key and address from OPENAI_API_KEY "
        "and OPENAI_BASE_URL); without it a dream needs none",
    )
    parser.add_argument("--calls", type=int, metavar="N", help="calls of the model at most (25)")
    parser.add_argument("--tokens", type=int, metavar="N", help="tokens in and out at most")
    parser.add_argument("--seconds", type=float, metavar="S", help="no call goes on after that")


def _common(suppress: bool) -> argparse.ArgumentParser:
    """The options every command takes; `suppress` leaves alone what stood before the command."""

    def default(value: Any) -> Any:
        return argparse.SUPPRESS if suppress else value

    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--store",
        metavar="PATH",
        default=default(DEFAULT_STORE),
        help=f"folder of the store ({DEFAULT_STORE})",
    )
    parser.add_argument(
        "--redact",
        action="store_true",
        default=default(False),
        help="take e-mail addresses, numbers, keys and tokens out of what is stored",
    )
    parser.add_argument(
        "--namespace",
        action="append",
        metavar="A/B",
        default=default(None),
        help=f"whose memory: parts with slashes, or the option repeated ({DEFAULT_NAMESPACE})",
    )
    parser.add_argument(
        "--json", action="store_true", default=default(False), help="pure JSON on stdout"
    )
    return parser


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date or time such as 2026-03-01") from error


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return value


def _version() -> str:
    try:
        return version("langgraph_dreams")
    except PackageNotFoundError:
        return "(not installed)"
