"""The command line: reads the arguments, runs the command, and answers an exit code."""

import os
import sys
from collections.abc import Sequence

from langgraph_dreams.cli.arguments import build_parser
from langgraph_dreams.cli.output import Output
from langgraph_dreams.errors import DreamsError

_OK, _FAILED, _USAGE, _STOPPED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Answers 0 when it went well, 1 on an error of ours, 2 on wrong usage."""
    try:
        args = build_parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else _USAGE
    output = Output(as_json=args.json)
    try:
        from langgraph_dreams.cli.commands import COMMANDS  # takes seconds; --help needs none of it

        code = COMMANDS[args.command](args, output)
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
    return _FAILED if code is False else _OK
