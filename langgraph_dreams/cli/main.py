"""The command line: each command of it, run."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from langgraph_dreams.cli.arguments import DEFAULT_NAMESPACE, build_parser
from langgraph_dreams.cli.forget import run_forget
from langgraph_dreams.cli.output import Output, plain, shorten
from langgraph_dreams.cli.review import WAITS, run_approve, run_reject
from langgraph_dreams.cli.serve import serve
from langgraph_dreams.errors import (
    DreamsError,
    InvalidInputError,
    LogFormatError,
    NamespaceError,
    StoreError,
    UnknownDreamError,
)

if TYPE_CHECKING:
    from langgraph_dreams.dream.runtime.progress import DreamEvent
    from langgraph_dreams.importers.logs import ImportReport
    from langgraph_dreams.namespace.namespace import Namespace
    from langgraph_dreams.namespace.store import DreamStore
    from langgraph_dreams.policy import Budget
    from langgraph_dreams.types.reports import DreamReport

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


def _budget(args: argparse.Namespace) -> "Budget":
    """The budget as typed. Raises InvalidInputError."""
    from langgraph_dreams.dream.runtime.options import budget_of
    from langgraph_dreams.policy import Budget

    given = {name: getattr(args, name) for name in ("calls", "tokens", "seconds")}
    return budget_of({k: v for k, v in given.items() if v is not None}, Budget())


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
    from langgraph_dreams.namespace.store import DreamStore
    from langgraph_dreams.safety.secrets import redact_secrets

    if not create and not Path(args.store).is_dir():
        raise StoreError(
            f"There is no store at {args.store!r}; fill one with `langgraph-dreams import FILE` "
            "or name another with --store."
        )
    store = DreamStore.open(args.store, redact=redact_secrets if args.redact else None)
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
    from langgraph_dreams.cli.demo import show_demo

    show_demo(args.keep, output)
    return _OK


def _import(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.importers.logs import import_log

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
    from langgraph_dreams.cli.tables import ID_LENGTH, dream_story

    with _opened(args) as store, output.progress("Dreaming") as advance:
        namespace = _existing(store, args)

        def on_event(event: "DreamEvent") -> None:
            advance(event["done"], event["total"], f"{event['node']}: {event['text']}")

        report = namespace.dream(
            focus=args.focus,
            dry_run=args.dry_run,
            model=args.model,
            budget=_budget(args),
            review=args.review,
            on_event=on_event,
        )
    output.data(report.model_dump(mode="json"))
    output.show(dream_story(report))
    if report.status == "waiting":
        output.show(WAITS.format(report.id[:ID_LENGTH]))
    return _OK


def _plan(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.dream.stages.plan import plan_line

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
    from langgraph_dreams.cli.tables import names_of, recall_data, recall_table

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
    from langgraph_dreams.cli.tables import dream_story, journal_table, operations_table

    with _opened(args) as store:
        if args.serve:
            serve(store, _existing(store, args).parts if args.namespace else None, args, output)
            return _OK
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


def _diff(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli.undo import run_diff

    with _opened(args) as store:
        namespace = _existing(store, args)
        run_diff(namespace, _find_dream(namespace, args.dream), output)
    return _OK


def _rollback(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli.undo import run_rollback

    with _opened(args) as store:
        namespace = _existing(store, args)
        run_rollback(namespace, _find_dream(namespace, args.dream), args, output)
    return _OK


def _approve(args: argparse.Namespace, output: Output) -> int:
    with _opened(args) as store:
        namespace = _existing(store, args)
        run_approve(namespace, _find_dream(namespace, args.dream), args, output)
    return _OK


def _reject(args: argparse.Namespace, output: Output) -> int:
    with _opened(args) as store:
        namespace = _existing(store, args)
        run_reject(namespace, _find_dream(namespace, args.dream), args, output)
    return _OK


def _forget(args: argparse.Namespace, output: Output) -> int:
    with _opened(args) as store:
        return run_forget(_existing(store, args), args, output)


def _doctor(args: argparse.Namespace, output: Output) -> int:
    from langgraph_dreams.cli.doctor import examine

    return _OK if examine(args.store, output) else _FAILED


_COMMANDS: dict[str, Callable[[argparse.Namespace, Output], int]] = {
    "demo": _demo,
    "import": _import,
    "dream": _dream,
    "plan": _plan,
    "core": _core,
    "recall": _recall,
    "journal": _journal,
    "diff": _diff,
    "rollback": _rollback,
    "approve": _approve,
    "reject": _reject,
    "forget": _forget,
    "doctor": _doctor,
}
