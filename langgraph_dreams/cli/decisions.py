"""Decisions of a person: rollback, a dream that waits, turns that nobody said whose they are."""

import argparse
from typing import Any

from langgraph_dreams.cli.output import Output, plain, shorten
from langgraph_dreams.cli.selection import (
    find_dream,
    namespace_parts,
    opened,
    opened_namespace,
    typed,
)
from langgraph_dreams.cli.tables import dream_story
from langgraph_dreams.errors import InvalidInputError, ReviewError
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


def run_unattributed(args: argparse.Namespace, output: Output) -> None:
    """List the turns of which nobody said whose they are, record them, or delete them.

    Raises InvalidInputError for ids that are not there, or for a record without --namespace.
    """
    with opened(args) as store:
        turns = store.unattributed()
        begun = [t["id"] for t in turns if t["id"].startswith(tuple(args.ids))]
        lost = [i for i in args.ids if not any(t["id"].startswith(i) for t in turns)]
        if lost:
            raise InvalidInputError(f"No turn that is kept aside has an id like {lost[0]!r}.")
        chosen = [t["id"] for t in turns] if args.all else begun
        if not (args.record or args.discard):
            _list_unattributed([t for t in turns if t["id"] in begun or not begun], args, output)
            return
        if not chosen:
            raise InvalidInputError("Say which turns, by their ids, or --all.")
        if args.record and not args.namespace:
            raise InvalidInputError("Say whose they are: --record --namespace acme/ada")
        if args.record:
            store.attribute(chosen, *namespace_parts(args.namespace))
        else:
            store.discard(chosen)
    output.data({"recorded" if args.record else "discarded": chosen})
    output.show(f"{len(chosen)} turns are {'recorded' if args.record else 'deleted'}.")


def _list_unattributed(
    turns: list[dict[str, Any]], args: argparse.Namespace, output: Output
) -> None:
    told = [{**turn, "episode": turn["episode"].model_dump(mode="json")} for turn in turns]
    output.data({"turns": told})
    for turn in turns:
        episode = turn["episode"]
        place = plain("/".join(turn["template"]))
        output.show(
            f"{turn['id']}  {episode.time:%Y-%m-%d %H:%M}  for {place}, thread:"
            f" {shorten(episode.thread, 60)}",
            f"    {shorten(episode.text, 300)}",
        )
    output.show(
        f"{len(turns)} turns of which nobody said whose they are."
        + (f" Why: {shorten(turns[-1]['why'], 400)}" if turns else "")
    )
    if turns:
        output.show(
            f"Next: {typed(args, 'unattributed --all --record --namespace')} A/B, or --discard"
        )


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
