"""The commands `export` and `restore`: what a namespace holds, taken out and brought back."""

import argparse
import sys
from pathlib import Path

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.selection import namespace_parts, opened, opened_namespace
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.exporters.export import export_namespace
from langgraph_dreams.exporters.rehearsals import export_rehearsals
from langgraph_dreams.exporters.restore import restore_namespace
from langgraph_dreams.exporters.training import export_training
from langgraph_dreams.namespace.namespace import Namespace


def run_export(args: argparse.Namespace, output: Output) -> None:
    """Write what was asked for."""
    with opened_namespace(args) as namespace:
        if args.what == "training":
            _export_training(namespace, args, output)
            return
        if args.what != "rehearsals":
            _export_namespace(namespace, args, output)
            return
        text = export_rehearsals(namespace, args.format, store=args.store, k=args.k)
    if args.output is None:
        sys.stdout.write(text)
        return
    Path(args.output).write_text(text, encoding="utf-8")
    output.data({"what": args.what, "format": args.format, "file": args.output})
    output.show(f"Written to {args.output}.")


def _export_training(namespace: Namespace, args: argparse.Namespace, output: Output) -> None:
    done = export_training(namespace, args.folder, held_out=args.held_out, licence=args.licence)
    output.data({"folder": str(done.folder), **done.manifest})
    output.show(plain(f"Written to {done.folder}:"))
    output.show(*(f"  {count:>6,} {name}" for name, count in done.counts.items()))


def _export_namespace(namespace: Namespace, args: argparse.Namespace, output: Output) -> None:
    done = export_namespace(namespace, args.out, args.what)
    output.data(
        {
            "format": done.form,
            "path": str(done.path),
            "counts": done.counts,
            "left_out": done.left_out,
        }
    )
    output.show(plain(str(done)))


def run_restore(args: argparse.Namespace, output: Output) -> None:
    """Restore a namespace from a file. Raises LogFormatError when there is none."""
    if not Path(args.file).is_file():  # before anything is opened, so that no store is made for it
        raise LogFormatError(f"There is no export at {args.file!r}.")
    with opened(args, create=True) as store:
        done = restore_namespace(store.namespace(*namespace_parts(args.namespace)), args.file)
    output.data(
        {
            "namespace": list(done.namespace),
            "source": list(done.source),
            "exported": done.exported,
            "counts": done.counts,
        }
    )
    output.show(plain(str(done)))
