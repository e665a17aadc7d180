"""The command `journal --serve`: the journal page in a browser."""

import argparse
import os

from langgraph_dreams.cli_output import Output, plain
from langgraph_dreams.journal.serve import HOST, PORT, serve_journal
from langgraph_dreams.namespace import DreamStore

TOKEN = "LANGGRAPH_DREAMS_JOURNAL_TOKEN"
"""Environment variable of the token, so that it need not stand in the list of processes."""


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `journal` that serve the page."""
    parser.add_argument("--serve", action="store_true", help="show the journal in a browser")
    parser.add_argument("--host", default=HOST, metavar="ADDRESS", help=f"with --serve ({HOST})")
    parser.add_argument(
        "--port", type=int, default=PORT, metavar="N", help=f"with --serve ({PORT}; 0: any)"
    )
    parser.add_argument(
        "--token",
        metavar="TEXT",
        help=f"with --serve: who has it may look and undo (else ${TOKEN}, else a new one)",
    )


def serve(
    store: DreamStore, only: tuple[str, ...] | None, args: argparse.Namespace, output: Output
) -> None:
    """Serve the page until it is stopped; tells its address first.

    Raises InvalidInputError for a short token, or an address that cannot be listened at.
    """

    def tell(address: str) -> None:
        output.data({"url": address})
        output.show(f"The journal is at {plain(address)}", "Stop it with Ctrl-C.")

    token = args.token or os.environ.get(TOKEN) or None
    serve_journal(store, host=args.host, port=args.port, token=token, only=only, on_start=tell)
