"""The commands on one dream: rollback, and the decision on one that waits."""

import argparse

from langgraph_dreams.cli.output import Output
from langgraph_dreams.cli.selection import find_dream, opened_namespace
from langgraph_dreams.cli.tables import dream_story
from langgraph_dreams.errors import ReviewError
from langgraph_dreams.types.reports import DreamReport


def run_rollback(args: argparse.Namespace, output: Output) -> None:
    """Undo a dream and say what that was."""
    with opened_namespace(args) as namespace:
        dream = find_dream(namespace, args.dream, args)
        done = namespace.rollback(dream.id, cascade=args.cascade, redream=not args.no_redream)
    output.data(done.model_dump(mode="json"))
    lines = [f"Dream {done.dream} is rolled back: {len(done.operations)} operations undone."]
    if done.cascaded:
        lines.append(f"{len(done.cascaded)} operations of later dreams were undone with it.")
    if done.left:
        lines.append(f"Changed since by no dream, and left: {', '.join(done.left)}.")
    if done.episodes:
        lines.append(f"The next dream takes up its {done.episodes} episodes again.")
    output.show(*lines)


def run_approve(args: argparse.Namespace, output: Output) -> None:
    """Write what is approved of a dream, and say what that was."""
    with opened_namespace(args) as namespace:
        dream = find_dream(namespace, args.dream, args)
        _show(namespace.approve(dream.id, _answer(args)), output)


def run_reject(args: argparse.Namespace, output: Output) -> None:
    """Write nothing of a dream."""
    with opened_namespace(args) as namespace:
        dream = find_dream(namespace, args.dream, args)
        _show(namespace.reject(dream.id, redream=not args.no_redream), output)


def _show(done: DreamReport, output: Output) -> None:
    output.data(done.model_dump(mode="json"))
    output.show(dream_story(done))


def _answer(args: argparse.Namespace) -> dict[str, object]:
    """The answer as typed. Raises ReviewError."""
    answer: dict[str, object] = {"edit": dict(map(_edit, args.edit)), "reject": args.reject or []}
    if args.only is not None:
        answer["approve"] = args.only
    return answer | ({"digest": args.digest} if args.digest else {})


def _edit(typed: str) -> tuple[str, str]:
    name, equals, text = typed.partition("=")
    if not equals:
        raise ReviewError(f"--edit {typed!r:.80} names no text; write ID=TEXT")
    return name.strip(), text
