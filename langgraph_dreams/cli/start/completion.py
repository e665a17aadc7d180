"""The command `completion`: a script with which a shell completes commands and options."""

import argparse

import shtab

from langgraph_dreams.cli.arguments import build_parser
from langgraph_dreams.cli.output import Output


def run_completion(args: argparse.Namespace, output: Output) -> None:
    """Print the script for a shell."""
    script = shtab.complete(build_parser(), shell=args.shell)
    output.raw(script.rstrip() + "\n")
    output.data({"shell": args.shell, "script": script})
