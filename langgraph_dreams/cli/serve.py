"""The command `journal --serve`: the journal page in a browser."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from langgraph_dreams.cli.output import Output, plain

if TYPE_CHECKING:
    from langgraph_dreams.namespace.store import DreamStore

TOKEN = "LANGGRAPH_DREAMS_JOURNAL_TOKEN"
"""Environment variable of the token, so that it need not stand in the list of processes."""


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `journal` that serve the page."""
    parser.add_argument("--serve", action="store_true", help="show the journal in a browser")
    parser.add_argument("--host", metavar="ADDRESS", help="with --serve (127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="N", help="with --serve (8600; 0: any)")
    parser.add_argument(
        "--token",
        metavar="TEXT",
        help=f"with --serve: who has it may look and undo (else ${TOKEN}, else a new one)",
    )


def serve(
    store: "DreamStore", only: tuple[str, ...] | None, args: argparse.Namespace, output: Output
) -> None:
    """Serve the page until it is stopped; tells its address first.

    Raises InvalidInputError for a short token, or an address that cannot be listened at.
    """
    from langgraph_dreams.web.serve import HOST, PORT, serve_journal

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
