"""The arguments of every command; nothing here loads more than argparse."""

import argparse
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any


class Unsaid(str):
    """A value that nobody has typed."""


DEFAULT_STORE = Unsaid("./memory")
DEFAULT_NAMESPACE = "default"
DEPTHS = ("nap", "sleep", "deep")  # of types/levels.py, which loads more
SHELLS = ("bash", "zsh", "fish")
TOKEN = "LANGGRAPH_DREAMS_JOURNAL_TOKEN"
"""Environment variable of the token, so that it need not stand in the list of processes."""


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
    made = command("init", "Begin a project: an agent that dreams, for `langgraph dev`.")
    made.add_argument("folder", metavar="FOLDER", help="a folder that is new, or empty")
    imported = command("import", "Record what an agent has been through so far as episodes.")
    _source_argument(imported)
    imported.add_argument("--dry-run", action="store_true", help="tell what would be imported")
    _try_arguments(command("try", "Tell whether dreams help what you have; nothing is kept."))
    _dream_arguments(command("dream", "Dream over what is new, now."))
    plan = command("plan", "Tell what a dream would do and cost, before it is dreamt.")
    _depth_arguments(plan)
    _model_arguments(plan)
    _recall_arguments(command("recall", "Ask the memory; every answer says why it came."))
    _journal_arguments(command("journal", "List the nights, or tell one of them."))
    command("core", "Show the few memories that are worth being always in context.")
    diff = command("diff", "Show what a dream changed, before and after.")
    diff.add_argument("dream", metavar="DREAM", help="id (or its beginning) or number")
    show = command("show", "Show an episode, a memory, a link or an operation in words.")
    show.add_argument("id", metavar="ID", help="id (or its beginning)")
    _rollback_arguments(command("rollback", "Undo a dream: all is as it was before it."))
    undo = command("undo", "Undo single operations of a dream; it goes on without them.")
    undo.add_argument(
        "operation", nargs="+", metavar="OPERATION", help="id (or its beginning), as in diff"
    )
    undo.add_argument(
        "--cascade", action="store_true", help="undo also what later dreams built on them"
    )
    _approve_arguments(command("approve", "Write a dream that waits, or some of it."))
    _reject_arguments(command("reject", "Write nothing of a dream that waits."))
    _forget_arguments(command("forget", "Forget for good, with all that came of it."))
    _export_arguments(command("export", "Write what was learned in a form that others read."))
    _unattributed_arguments(
        command("unattributed", "Turns of which no run said whose they are: list, record, delete.")
    )
    _nightly_arguments(command("nightly", "Dream over a folder of notes, and write what holds."))
    restored = command("restore", "Restore an empty namespace from `export jsonl`.")
    restored.add_argument("file", metavar="FILE", help="what `export jsonl` wrote")
    command("doctor", "Check versions and the health of the store.")
    completion = command("completion", "Print a script that completes commands in your shell.")
    completion.description = (
        "Print a script that completes commands in your shell. For bash put the line "
        "'eval \"$(langgraph-dreams completion bash)\"' into ~/.bashrc. For zsh write the script "
        "to a file _langgraph-dreams in a folder of $fpath, for fish to "
        "~/.config/fish/completions/langgraph-dreams.fish."
    )
    completion.add_argument("shell", choices=SHELLS, help="whose script")
    return parser


def _source_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="the file or postgresql:// address of a LangGraph checkpointer; the http:// address "
        "of a LangGraph server; a folder of notes in Markdown (MEMORY.md, 2026-03-01.md); runs of "
        "LangSmith; or a log: messages "
        "with role and content, ShareGPT, LangChain messages, fine-tuning sets, transcripts of "
        "coding agents, exports of OpenAI and Anthropic, or evidence cases",
    )


def _try_arguments(parser: argparse.ArgumentParser) -> None:
    _source_argument(parser)
    parser.add_argument("--keep", metavar="PATH", help="keep the store in this new folder")
    parser.add_argument("--yes", action="store_true", help="with --model: do not ask")
    _model_arguments(parser)


def _depth_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--focus", metavar="TEXT", help="what the dream should start from")
    parser.add_argument(
        "--depth",
        choices=DEPTHS,
        help="nap: only whether the last turns update something; deep: also pages, the core and"
        " what else changes rarely (deep when due, else sleep)",
    )


def _dream_arguments(parser: argparse.ArgumentParser) -> None:
    _depth_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="plan and tell, change nothing")
    parser.add_argument("--all", action="store_true", help="dream again until nothing is new")
    parser.add_argument(
        "--review",
        choices=["ask", "auto"],
        default="",
        help="ask: it waits until it is approved; auto: a rule decides",
    )
    _model_arguments(parser)


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
    parser.add_argument(
        "--archived", action="store_true", help="what was put into the archive, too"
    )
    parser.add_argument(
        "--floor", type=float, metavar="N", help="least relevance, 0 to 1; 0: whatever is nearest"
    )


def _journal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dream", nargs="?", metavar="DREAM", help="id (or its beginning) or number")
    parser.add_argument("--markdown", action="store_true", help="with DREAM: tell it as Markdown")
    parser.add_argument("--serve", action="store_true", help="show the journal in a browser")
    parser.add_argument("--host", metavar="ADDRESS", help="with --serve (127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="N", help="with --serve (8600; 0: any)")
    parser.add_argument(
        "--token",
        metavar="TEXT",
        help=f"with --serve: who has it may look, undo and forget (else ${TOKEN}, else a new one)",
    )


def _rollback_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dream", metavar="DREAM", help="id (or its beginning) or number")
    parser.add_argument(
        "--cascade", action="store_true", help="undo also what later dreams built on it"
    )
    _no_redream(parser)


def _approve_arguments(parser: argparse.ArgumentParser) -> None:
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


def _reject_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dream", metavar="DREAM", help="id (or its beginning)")
    _no_redream(parser)


def _unattributed_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="id (or its beginning)")
    parser.add_argument("--all", action="store_true", help="all of them")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--record", action="store_true", help="in the memory of --namespace")
    chosen.add_argument("--discard", action="store_true", help="delete them for good")


def _no_redream(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-redream", action="store_true", help="do not dream of its episodes again"
    )


def _forget_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--episode", action="append", metavar="ID", help="this episode (repeatable)"
    )
    parser.add_argument("--memory", action="append", metavar="ID", help="this memory (repeatable)")
    parser.add_argument("--thread", metavar="ID", help="the episodes of this conversation")
    parser.add_argument("--since", type=_time, metavar="TIME", help="from then on (UTC)")
    parser.add_argument("--until", type=_time, metavar="TIME", help="up to before then (UTC)")
    parser.add_argument("--text", metavar="WORDS", help="what has these words side by side")
    parser.add_argument("--everything", action="store_true", help="the whole namespace")
    parser.add_argument("--dry-run", action="store_true", help="tell what would go, and stop")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    text = "All there is, in a file from which `restore` makes it again."
    jsonl = kinds.add_parser("jsonl", help=text, description=text, parents=[_common(suppress=True)])
    jsonl.add_argument("out", metavar="FILE", help="a file that is to be made")
    text = "What holds now, daily notes and a diary of the dreams, without what is untrusted."
    notes = kinds.add_parser(
        "markdown", help=text, description=text, parents=[_common(suppress=True)]
    )
    notes.add_argument("out", metavar="FOLDER", help="a folder that is to be made")
    text = "The associations as a graph, without what is untrusted."
    graph = kinds.add_parser("graphml", help=text, description=text, parents=[_common(True)])
    graph.add_argument("out", metavar="FILE", help="a file that is to be made")
    text = "Questions that this memory was asked in its dreams, with the evidence of each."
    rehearsals = kinds.add_parser(
        "rehearsals", help=text, description=text, parents=[_common(suppress=True)]
    )
    rehearsals.add_argument(
        "--format",
        choices=["pytest", "langsmith", "jsonl"],
        default="jsonl",
        help="a test module, a data set of LangSmith, or all there is, a line each (jsonl)",
    )
    rehearsals.add_argument("-k", type=_count, default=10, metavar="N", help="items recalled (10)")
    rehearsals.add_argument("--output", metavar="FILE", help="write it there (standard output)")
    text = "Chat examples and preference pairs to fine-tune a model on, in a folder."
    training = kinds.add_parser(
        "training", help=text, description=text, parents=[_common(suppress=True)]
    )
    training.add_argument("folder", metavar="FOLDER", help="a folder that is to be made")
    training.add_argument(
        "--held-out", type=float, default=0.2, metavar="SHARE", help="the latest examples (0.2)"
    )
    training.add_argument("--licence", default="", metavar="TEXT", help="terms of the data")


def _nightly_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Reads daily notes (YYYY-MM-DD.md), dreams, and writes what holds into a marked section of"
        " MEMORY.md (or AGENTS.md, CLAUDE.md), behind a diff. No other line is changed. Its store"
        " is FOLDER/.dreams, unless --store names another."
    )
    parser.add_argument("folder", metavar="FOLDER", help="where the notes are")
    parser.add_argument("--yes", action="store_true", help="do not ask; for cron")
    _model_arguments(parser)


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
