"""The command `journal`: the nights as a list, one of them in full, or all in a browser."""

import argparse
import os
import sys

from langgraph_dreams.cli.arguments import TOKEN
from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.selection import existing, find_dream, opened, typed
from langgraph_dreams.cli.tables import (
    dream_story,
    item_ends,
    journal_table,
    operations_table,
    texts_of,
)
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.web.serve import HOST, PORT, serve_journal


def run_journal(args: argparse.Namespace, output: Output) -> None:
    """List the nights, tell one of them, or serve the page."""
    with opened(args) as store:
        if args.serve:
            _serve(store, existing(store, args).parts if args.namespace else None, args, output)
            return
        namespace = existing(store, args)
        if args.dream is None:
            dreams = namespace.dreams()
            output.data({"dreams": [d.model_dump(mode="json") for d in dreams]})
            output.show(journal_table(dreams, typed(args, "dream")))
            return
        report = namespace.report(find_dream(namespace, args.dream, args).id)
        names = texts_of(namespace, (e for o in report.operations for e in item_ends(o)))
    output.data(report.model_dump(mode="json"))
    if args.markdown:
        output.raw(report.markdown())
        return
    output.show(dream_story(report))
    if report.operations:
        output.show(operations_table(report.operations, names))


def _serve(
    store: DreamStore, only: tuple[str, ...] | None, args: argparse.Namespace, output: Output
) -> None:
    """Serve the page until it is stopped; tells its address first.

    Raises InvalidInputError for a short token, or an address that cannot be listened at.
    """

    def tell(address: str) -> None:
        output.data({"url": address})
        output.show("The journal, until Ctrl-C:", plain(address))
        sys.stdout.flush()

    serve_journal(
        store,
        host=HOST if args.host is None else args.host,
        port=PORT if args.port is None else args.port,
        token=args.token or os.environ.get(TOKEN) or None,
        only=only,
        on_start=tell,
    )
