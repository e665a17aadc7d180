"""The command line: demo, import, plan, dream, recall, journal, core, forget, doctor."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph_dreams.cli_forget import forget_arguments, run_forget
from langgraph_dreams.cli_output import Output, plain, shorten
from langgraph_dreams.errors import (
    DreamsError,
    InvalidInputError,
    LogFormatError,
    NamespaceError,
    StoreError,
    UnknownDreamError,
)

if TYPE_CHECKING:
    from langgraph_dreams.exchange.logs import ImportReport
    from langgraph_dreams.models import DreamReport
    from langgraph_dreams.namespace import DreamStore, Namespace
    from langgraph_dreams.policy import Budget

DEFAULT_STORE = "./memory"
DEFAULT_NAMESPACE = "default"
PROBLEMS_SHOWN = 20
_OK, _FAILED, _USAGE, _STOPPED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Answers 0 when it went well, 1 on an error of ours, 2 on wrong usage."""
    try:
        args = build_parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else _USAGE
    output = Output(as_json=args.json)
    try:
        code = _COMMANDS[args.command](args, output)
        sys.stdout.flush()
    except DreamsError as error:
        output.warn(f"langgraph-dreams: {error}")
        return _FAILED
    except KeyboardInterrupt:
        output.warn("langgraph-dreams: stopped. What was acknowledged is kept.")
        return _STOPPED
    except BrokenPipeError:
        # The reader (head, less) has gone; without this the interpreter complains at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _OK
    return code


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
    _model_arguments(dream)
    plan = command("plan", "Tell what a dream would do and cost, before it is dreamt.")
    plan.add_argument("--focus", metavar="TEXT", help="what the dream should start from")
    _model_arguments(plan)
    _recall_arguments(command("recall", "Ask the memory; every answer says why it came."))
    journal = command("journal", "List the nights, or tell one of them.")
    journal.add_argument(
        "dream", nargs="?", metavar="DREAM", help="id (or its beginning) or number"
    )
    command("core", "Show the few memories that are worth being always in context.")
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


def _budget(args: argparse.Namespace) -> "Budget":
    """The budget as typed. Raises InvalidInputError."""
    from langgraph_dreams.dream.graph import budget_of
    from langgraph_dreams.policy import Budget

    given = {name: getattr(args, name) for name in ("calls", "tokens", "seconds")}
    return budget_of({k: v for k, v in given.items() if v is not None}, Budget())


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


def namespace_parts(values: Sequence[str] | None) -> tuple[str, ...]:
    """The parts of a namespace as typed. Raises NamespaceError on an empty part."""
    parts = tuple(part for value in values or [DEFAULT_NAMESPACE] for part in value.split("/"))
    if not all(part.strip() for part in parts):
        typed = " ".join(values or [])
        raise NamespaceError(f"The namespace {typed!r} has an empty part; write it like acme/ada.")
    return parts


@contextmanager
def _opened(args: argparse.Namespace, create: bool = False) -> Iterator["DreamStore"]:
    """The store of --store. Raises StoreError when there is none and none is to be made."""
    from langgraph_dreams.namespace import DreamStore

    if not create and not Path(args.store).is_dir():
        raise StoreError(
            f"There is no store at {args.store!r}; fill one with `langgraph-dreams import FILE` "
            "or name another with --store."
        )
    store = DreamStore.open(args.store)
    try:
        yield store
    finally:
        store.close()


def _existing(store: "DreamStore", args: argparse.Namespace) -> "Namespace":
    """The namespace of --namespace. Raises NamespaceError when the store does not know it."""
    parts = namespace_parts(args.namespace)
    known = store.namespaces()
    if parts not in known:
        listed = ", ".join("/".join(other) for other in sorted(known)[:10]) or "none yet"
        raise NamespaceError(
            f"No namespace {'/'.join(parts)!r} in {args.store!r}; it has: {listed}. "
            "Name one with --namespace."
        )
    return store.namespace(*parts)


def _demo(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli_demo import show_demo

    show_demo(args.keep, output)
    return _OK


def _import(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.exchange.logs import import_log

    parts = namespace_parts(args.namespace)
    if not Path(args.file).is_file():
        raise LogFormatError(f"There is no log file at {args.file!r}.")
    with _opened(args, create=True) as store, output.progress("Importing") as advance:
        report = import_log(
            store.namespace(*parts), args.file, lambda done, total: advance(done, total, "")
        )
    _show_import(report, args, output, parts)
    if report.problems and not report.imported and not report.already_there:
        raise LogFormatError(
            f"No line of {args.file!r} could be read; the first: {report.problems[0]}."
        )
    return _OK


def _show_import(
    report: "ImportReport", args: argparse.Namespace, output: Output, parts: tuple[str, ...]
) -> None:
    output.data(
        {
            "namespace": list(parts),
            "imported": report.imported,
            "already_there": report.already_there,
            "problems": [
                {"line": p.line, "why": p.why, "skipped": p.skipped} for p in report.problems
            ],
        }
    )
    name = plain("/".join(parts))
    output.show(
        f"Imported {report.imported} episodes into {name!r} of {args.store}"
        f" ({report.already_there} were already there)."
    )
    if report.problems:
        skipped = sum(problem.skipped for problem in report.problems)
        output.show(f"{len(report.problems)} problems, {skipped} of them left something out:")
        output.show(*(f"  {shorten(str(p), 200)}" for p in report.problems[:PROBLEMS_SHOWN]))
        if len(report.problems) > PROBLEMS_SHOWN:
            output.show("  ... see all with --json.")
    if report.imported:
        output.show("Next: langgraph-dreams dream")


def _dream(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli_show import dream_story

    with _opened(args) as store, output.progress("Dreaming") as advance:
        namespace = _existing(store, args)

        def on_event(event: dict[str, Any]) -> None:
            text = f"{event.get('node', '')}: {event.get('text', '')}"
            advance(int(event.get("done", 0)), int(event.get("total", 0)), text)

        report = namespace.dream(
            focus=args.focus,
            dry_run=args.dry_run,
            model=args.model,
            budget=_budget(args),
            on_event=on_event,
        )
    output.data(report.model_dump(mode="json"))
    output.show(dream_story(report))
    return _OK


def _plan(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.dream.plan import plan_line

    with _opened(args) as store:
        plan = _existing(store, args).plan(focus=args.focus, model=args.model, budget=_budget(args))
    output.data(plan.model_dump(mode="json"))
    output.show(plan_line(plan), *plan.notes)
    return _OK


def _core(args: argparse.Namespace, output: Output) -> int:
    with _opened(args) as store:
        core = _existing(store, args).core()
    output.data(core.model_dump(mode="json"))
    lines = [plain(line) for line in core.text().splitlines()]
    output.show(*(lines or ["The core is empty: nothing was confirmed often enough yet."]))
    return _OK


def _recall(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli_show import names_of, recall_data, recall_table

    with _opened(args) as store:
        namespace = _existing(store, args)
        without = [_find_dream(namespace, wanted).id for wanted in args.without_dream]
        recall = namespace.recall(
            " ".join(args.query),
            k=args.k,
            links=not args.no_links,
            without_dream=without,
            as_of=args.as_of,
            note=not args.no_note,
        )
        names = names_of(namespace, [recall])
    output.data({"namespace": list(namespace.parts), **recall_data(recall, names)})
    output.show(recall_table(recall, names))
    return _OK


def _journal(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli_show import dream_story, journal_table, operations_table

    with _opened(args) as store:
        namespace = _existing(store, args)
        if args.dream is None:
            dreams = namespace.dreams()
            output.data({"dreams": [d.model_dump(mode="json") for d in dreams]})
            output.show(journal_table(dreams))
            return _OK
        report = namespace.report(_find_dream(namespace, args.dream).id)
    output.data(report.model_dump(mode="json"))
    output.show(dream_story(report))
    if report.operations:
        output.show(operations_table(report.operations))
    return _OK


def _find_dream(namespace: "Namespace", wanted: str) -> "DreamReport":
    """The dream of that id, number, or beginning of an id.

    Raises UnknownDreamError when there is none, InvalidInputError when there are several.
    """
    dreams = namespace.dreams()
    exact = [dream for dream in dreams if dream.id == wanted]
    numbered = [dream for dream in dreams if wanted.isdigit() and dream.number == int(wanted)]
    begun = [dream for dream in dreams if wanted and dream.id.startswith(wanted)]
    found = exact or numbered or begun
    if not found:
        raise UnknownDreamError(
            f"No dream {wanted!r} among {len(dreams)}; `langgraph-dreams journal` lists them."
        )
    if len(found) > 1:
        ids = ", ".join(dream.id for dream in found[:5])
        raise InvalidInputError(f"{wanted!r} names {len(found)} dreams ({ids}); write more of it.")
    return found[0]


def _forget(args: argparse.Namespace, output: Output) -> int:
    with _opened(args) as store:
        return run_forget(_existing(store, args), args, output)


def _doctor(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli_doctor import examine

    return _OK if examine(args.store, output) else _FAILED


_COMMANDS: dict[str, Callable[[argparse.Namespace, Output], int]] = {
    "demo": _demo,
    "import": _import,
    "dream": _dream,
    "plan": _plan,
    "core": _core,
    "recall": _recall,
    "journal": _journal,
    "forget": _forget,
    "doctor": _doctor,
}

if __name__ == "__main__":
    sys.exit(main())
