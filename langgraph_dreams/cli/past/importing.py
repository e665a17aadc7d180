"""The command `import`: what an agent has been through, recorded as episodes."""

import argparse
from pathlib import Path

from langgraph_dreams.cli.output import Output, plain, shorten
from langgraph_dreams.cli.selection import namespace_parts, opened, typed
from langgraph_dreams.importers.past.sources import read_past
from langgraph_dreams.importers.recording import ImportReport, record_log
from langgraph_dreams.namespace.store import DreamStore

PROBLEMS_SHOWN = 20


def run_import(args: argparse.Namespace, output: Output) -> None:
    """Record what is in a source, or tell what would be."""
    parts = namespace_parts(args.namespace)
    with output.progress("Reading") as advance:
        reading = read_past(args.source, lambda done, total: advance(done, total, ""))
    if reading.problems and not reading.episodes:
        # Before anything is opened, so that no store is made for it.
        _show(ImportReport(0, 0, reading.problems), args, output, parts)
        reading.check()
    if args.dry_run and not Path(args.store).is_dir():
        # Nothing is there already, and no store is made.
        with DreamStore.in_memory() as store:
            report = record_log(store.namespace(*parts), reading, dry_run=True)
    else:
        with opened(args, create=True) as store, output.progress("Importing") as advance:
            report = record_log(
                store.namespace(*parts),
                reading,
                lambda done, total: advance(done, total, ""),
                dry_run=args.dry_run,
            )
    _show(report, args, output, parts)


def _show(
    report: ImportReport, args: argparse.Namespace, output: Output, parts: tuple[str, ...]
) -> None:
    output.data(
        {
            "namespace": list(parts),
            "imported": report.imported,
            "already_there": report.already_there,
            "dry_run": report.dry_run,
            "problems": [
                {"line": p.line, "within": p.within, "why": p.why, "skipped": p.skipped}
                for p in report.problems
            ],
        }
    )
    name = plain("/".join(parts))
    done = "Would import" if report.dry_run else "Imported"
    output.show(
        f"{done} {report.imported} episodes into {name!r} of {args.store}"
        f" ({report.already_there} were already there)."
    )
    if report.problems:
        skipped = sum(problem.skipped for problem in report.problems)
        output.show(f"{len(report.problems)} problems, {skipped} of them left something out:")
        output.show(*(f"  {shorten(str(p), 600)}" for p in report.problems[:PROBLEMS_SHOWN]))
        if len(report.problems) > PROBLEMS_SHOWN:
            output.show("  ... see all with --json.")
    if report.imported and not report.dry_run:
        output.show(f"Next: {typed(args, 'dream')}")
