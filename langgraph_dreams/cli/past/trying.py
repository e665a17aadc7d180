"""The command `try`: whether dreams help what one has, told before anything is kept."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.selection import budget_typed, namespace_parts
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.importers.past.sources import read_past
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.safety.secrets import redact_secrets
from langgraph_dreams.trial.run import run_trial
from langgraph_dreams.trial.verdict import Cost


def run_try(args: argparse.Namespace, output: Output) -> bool:
    """Read, replay, and say what came of it; False when the cost was not agreed to."""
    parts = namespace_parts(args.namespace)
    if args.model and not args.yes and (output.as_json or not sys.stdin.isatty()):
        raise InvalidInputError("with --model it costs; agree with --yes, or try it without first")
    if args.keep and Path(args.keep).exists() and any(Path(args.keep).iterdir()):
        raise InvalidInputError(f"{args.keep!r} is not empty; name a new folder to keep it in")
    with output.progress("Reading") as advance:
        reading = read_past(args.source, lambda done, total: advance(done, total, ""))
    reading.check()

    def agreed(cost: Cost) -> bool:
        output.show(
            f"With {args.model}: about {cost.calls:,} calls, {cost.tokens_in:,} tokens in and"
            f" {cost.tokens_out:,} out (${cost.money:.2f} at ${cost.price_in:g} and"
            f" ${cost.price_out:g} a million)."
        )
        return bool(args.yes) or input("Go on? [y/N] ").strip().lower() in ("y", "yes")

    with _store(args) as store, output.progress("Trying") as advance:
        verdict = run_trial(
            store.namespace(*parts),
            reading,
            keep=args.keep or "",
            model=args.model,
            budget=budget_typed(args),
            agreed=agreed,
            on_stage=lambda what, done, total: advance(done, total, what),
        )
    if verdict is None:
        output.show("Nothing was dreamt.")
        return False
    output.data({"source": args.source, **verdict.data()})
    output.show(*map(plain_indented, verdict.text().splitlines()))
    return True


@contextmanager
def _store(args: argparse.Namespace) -> Iterator[DreamStore]:
    """A store that is gone afterwards, or that of --keep."""
    redact = redact_secrets if args.redact else None
    opened = DreamStore.open(args.keep, redact=redact) if args.keep else None
    with opened or DreamStore.in_memory(redact=redact) as store:
        yield store


def plain_indented(line: str) -> str:
    """A line without control characters, as far in as it was."""
    return " " * (len(line) - len(line.lstrip())) + plain(line)
