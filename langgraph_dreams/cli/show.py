"""The commands that show single things in words, `show` and `diff`, and `undo` of operations."""

import argparse
from collections.abc import Iterable
from typing import TypeVar

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.selection import find_dream, opened_namespace
from langgraph_dreams.cli.tables import ID_LENGTH, Names, item_ends, texts_of
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.items import Archival, Episode, Link, Memory
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.weights import Learned, weights_line

Shown = Episode | Memory | Link | Operation
_T = TypeVar("_T", Episode | Memory | Link | Operation, Operation)


def run_show(args: argparse.Namespace, output: Output) -> None:
    """Show an episode, a memory, a link or an operation with the texts it speaks of."""
    with opened_namespace(args) as namespace:
        found = _find(_everything(namespace), args.id)
        names = texts_of(namespace, item_ends(found))
    output.data({"type": type(found).__name__.lower(), **found.model_dump(mode="json")})
    output.show(*(_lines(found, names)))


def run_diff(args: argparse.Namespace, output: Output) -> None:
    """Show a dream's operations, each with the state before and after."""
    with opened_namespace(args) as namespace:
        found = namespace.diff(find_dream(namespace, args.dream, args).id)
        names = texts_of(namespace, (end for op in found.operations for end in item_ends(op)))
    output.data(found.model_dump(mode="json"))
    output.show(*map(_indented, found.text().splitlines()[:1]))
    for operation in found.operations:
        output.show(f"  {operation.id[:ID_LENGTH]} {operation.kind} {operation.target}")
        output.show(*(f"  {line}" for line in _changed(operation, names)))
    others = found.model_copy(update={"operations": ()}).text().splitlines()[1:]
    output.show(*map(_indented, others))


def run_undo(args: argparse.Namespace, output: Output) -> None:
    """Undo single operations of a dream and say what that was."""
    with opened_namespace(args) as namespace:
        known = list(_operations(namespace))
        wanted = [_find(known, name).id for name in args.operation]
        done = namespace.undo(wanted, cascade=args.cascade)
    output.data(done.model_dump(mode="json"))
    output.show(f"{len(done.operations)} operations of dream {done.dream} are undone.")
    if done.cascaded:
        output.show(f"{len(done.cascaded)} operations of later dreams were undone with them.")
    if done.left:
        output.show(f"Changed since by no dream, and left: {', '.join(done.left)}.")


def _everything(namespace: Namespace) -> Iterable[Shown]:
    yield from namespace.episodes()
    yield from namespace.memories()
    yield from namespace.memories(namespace.vault.rehearsal_ids())
    yield from namespace.links(include_expired=True)
    yield from _operations(namespace)


def _operations(namespace: Namespace) -> Iterable[Operation]:
    for dream in namespace.dreams():
        yield from namespace.report(dream.id).operations


def _find(items: Iterable[_T], wanted: str) -> _T:
    """The one of that id, or of that beginning of an id. Raises InvalidInputError."""
    begun = {item.id: item for item in items if wanted and item.id.startswith(wanted)}
    if wanted in begun or len(begun) == 1:
        return begun.get(wanted) or next(iter(begun.values()))
    if not begun:
        raise InvalidInputError(
            f"Nothing here has the id {wanted!r}; `recall --json`, `journal DREAM` and `diff DREAM`"
            " show ids."
        )
    listed = ", ".join(list(begun)[:5])
    raise InvalidInputError(f"{wanted!r} begins {len(begun)} ids ({listed}); write more of it.")


def _lines(item: Shown, names: Names) -> list[str]:
    if isinstance(item, Operation):
        told = [f"Operation {item.id}: {item.kind} {item.target}", *_changed(item, names)]
        return [*told, *_listed(("why", item.reason))]
    if isinstance(item, Link):
        told = [f"Link {item.id} ({item.status}, {item.channel}, weight {item.weight:.2f})"]
        told += [f"  {end}: {names(end)}" for end in (item.a, item.b)]
        bridge = ", ".join(item.bridge)
        return [*told, *_listed(("shared", bridge), ("helps", item.helps), ("dream", item.dream))]
    if isinstance(item, Memory):
        told = [f"Memory {item.id} ({item.kind}, {item.status})", f"  {plain(item.text)}"]
        told += [f"  from {source}: {names(source)}" for source in (*item.sources, *item.cites)]
        if item.superseded_by:
            told.append(f"  superseded by {item.superseded_by}: {names(item.superseded_by)}")
        valid = [
            f"{time:%Y-%m-%d %H:%M}" if time else "" for time in (item.valid_from, item.valid_to)
        ]
        confirmed = f"{item.confirmed}" if item.confirmed > 1 else ""
        return [
            *told,
            *_listed(("holds from", valid[0]), ("until", valid[1]), ("confirmed", confirmed)),
            *_listed(("trust", item.trust.name.lower()), ("dream", item.dream)),
        ]
    who = item.speaker or item.origin
    told = [f"Episode {item.id} ({item.time:%Y-%m-%d %H:%M}, {who}, {item.trust.name.lower()})"]
    told += [f"  {plain(line)}" for line in item.text.splitlines() if line.strip()]
    for use in item.done:
        told.append(
            f"  {use.name}({plain(use.args)}): {'' if use.ok else 'failed: '}{plain(use.result)}"
        )
    away = ("in the archive, borne by", item.archived)
    place = f"{item.thread}, turn {item.position}" if item.thread else ""
    return [
        *told,
        *_listed(("thread", place), ("error", item.error), ("dreamt", item.dreamt), away),
    ]


def _listed(*facts: tuple[str, str]) -> list[str]:
    return [f"  {name}: {plain(text)}" for name, text in facts if text]


def _changed(operation: Operation, names: Names) -> list[str]:
    """What went (-) and what came (+), in words."""
    lines: list[str] = []
    for sign, state, raw in (
        ("-", operation.state_before(), operation.before),
        ("+", operation.state_after(), operation.after),
    ):
        if isinstance(state, Memory):
            lines.append(f"{sign} {plain(state.text)} ({state.status})")
        elif isinstance(state, Link):
            ends = " -- ".join(f"{end}: {names(end)}" for end in (state.a, state.b))
            lines.append(f"{sign} {ends} ({state.status}, weight {state.weight:.2f})")
        elif isinstance(state, Learned):
            lines += [f"{sign} {weights_line(version)}" for version in state.versions[-1:]]
        elif isinstance(state, Archival):
            borne = f"archive, borne by {names(state.archived)}" if state.archived else "recall"
            lines.append(f"{sign} {names(state.id)} (in {borne})")
        elif state is not None:
            lines += [f"{sign} {plain(line.text)}" for line in state.lines]
        elif raw is not None:
            lines.append(f"{sign} all links times {operation.factor():g}")
    return [f"  {line}" for line in lines]


def _indented(line: str) -> str:
    """A line without control characters, as far in as it was."""
    return " " * (len(line) - len(line.lstrip())) + plain(line)
