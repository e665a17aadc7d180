"""The command `dream`: one, or with --all as many as a backlog takes."""

import argparse
from typing import Any

from langgraph_dreams.cli.output import Output
from langgraph_dreams.cli.selection import budget_typed, opened_namespace, typed
from langgraph_dreams.cli.tables import ID_LENGTH, dream_story
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.backlog import Backlog, dream_all, duration
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.told import many


def run_dream(args: argparse.Namespace, output: Output) -> None:
    """Dream, and tell what came of it."""
    if args.all and (args.dry_run or args.review == "ask"):
        raise InvalidInputError(
            "--all writes dream after dream; leave out --dry-run or --review ask"
        )
    how = {
        "focus": args.focus,
        "depth": args.depth,
        "model": args.model,
        "budget": budget_typed(args),
        "review": args.review,
    }
    with opened_namespace(args) as namespace:
        last = (_all if args.all else _one)(namespace, how, args, output)
    if last.status == "waiting":
        name = last.id[:ID_LENGTH]
        diff, approve, reject = (
            typed(args, f"{command} {name}") for command in ("diff", "approve", "reject")
        )
        output.show(
            f"It waits for you: `{diff}` shows what it would change, `{approve}` writes it,"
            f" `{reject}` does not."
        )


def _one(
    namespace: Namespace, how: dict[str, Any], args: argparse.Namespace, output: Output
) -> DreamReport:
    with output.progress("Dreaming") as advance:

        def on_event(event: DreamEvent) -> None:
            advance(event["done"], event["total"], f"{event['node']}: {event['text']}")

        report = namespace.dream(**how, dry_run=args.dry_run, on_event=on_event)
    output.data(report.model_dump(mode="json"))
    output.show(dream_story(report))
    return report


def _all(
    namespace: Namespace, how: dict[str, Any], args: argparse.Namespace, output: Output
) -> DreamReport:
    so_far: list[Backlog] = []
    try:
        with output.progress("Dreaming") as advance:

            def on_progress(now: Backlog) -> None:
                so_far[:] = [now]
                advance(*_bar(now))

            backlog = dream_all(namespace, **how, on_progress=on_progress)
    except KeyboardInterrupt:
        for told in so_far:
            output.warn(
                f"{many(told.left, 'episode')} left; go on with {typed(args, 'dream --all')}"
            )
        raise
    dreams = [report.model_dump(mode="json", exclude={"operations"}) for report in backlog.dreams]
    output.data({"dreams": dreams, "left": backlog.left, "stopped": backlog.stopped})
    *_, last = backlog.dreams
    output.show(dream_story(last) if len(backlog.dreams) == 1 else str(backlog))
    if len(backlog.dreams) > 1:
        output.show(f"`{typed(args, 'journal')}` lists them.")
    if backlog.left and last.status != "waiting":
        output.show(f"Go on with {typed(args, 'dream --all')}")
    return last


def _bar(now: Backlog) -> tuple[int, int, str]:
    """Episodes done and in all, a dream under way by its nodes, and the rest in words."""
    event, total = now.event, now.dreamt + now.left
    share = event["done"] / event["total"] if event else 0.0
    under_way = share * now.left / now.dreams_left if now.dreams_left else 0.0
    number = len(now.dreams)
    parts = [f"dream {number + bool(event)} of {number + now.dreams_left}"]
    if now.seconds_left is not None:
        parts += [f"{now.rate:.1f} a second", f"{duration(now.seconds_left)} left"]
    parts += [event["node"]] if event else []
    return now.dreamt + int(under_way), total, ", ".join(parts)
