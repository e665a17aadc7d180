"""Recall and journal as tables, trees and paths that people like to read."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from langgraph_dreams.cli.output import plain, shorten
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.items import Archival, Episode, Link, Memory
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.recall import Hop, Recall, RecallItem, Why
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.health import NOTHING
from langgraph_dreams.types.telling.told import counted, many
from langgraph_dreams.types.weights import Learned

TEXT_LENGTH = 160
"""Characters of a turn shown in a table."""
END_LENGTH = 160
"""Characters of a turn shown at an end of a drawn path."""
BESIDE_LENGTH = 40
"""Characters of a neighbouring turn shown where it explains another."""
OPERATIONS_SHOWN = 40
ID_LENGTH = 13
"""Characters of an id in a table: enough to name it by its beginning."""

Names = Callable[[str], str]
"""Item id to its text, shortened."""


def names_of(namespace: Namespace, recalls: Iterable[Recall]) -> Names:
    """Texts of all items that the recalls speak of, in their results, paths and neighbours."""
    items: dict[str, Episode | Memory] = {}
    wanted: set[str] = set()
    for recall in recalls:
        for entry in (*recall.items, *recall.memories):
            items[entry.item.id] = entry.item
            wanted.update((entry.why.neighbour_of, *_hop_ends(entry.why.path)))
    return texts_of(namespace, wanted, items)


def texts_of(
    namespace: Namespace, wanted: Iterable[str], known: Mapping[str, Episode | Memory] | None = None
) -> Names:
    """Texts of these episodes and memories; those that are `known` are not read again."""
    items = dict(known or {})
    missing = sorted({*wanted} - items.keys() - {""})
    if missing:
        found: list[Episode | Memory] = [*namespace.episodes(missing), *namespace.memories(missing)]
        items.update({item.id: item for item in found})

    def name(item_id: str) -> str:
        item = items.get(item_id)
        return shorten(item.text, END_LENGTH) if item else item_id

    return name


def _hop_ends(path: Sequence[Hop]) -> list[str]:
    return [end for hop in path for end in (hop.source, hop.target)]


def recall_data(recall: Recall, names: Names) -> dict[str, object]:
    """A recall as JSON data: each item whole, with rank, score, kind and why."""
    return {
        "query": recall.query,
        "relevance": recall.relevance,
        "floor": recall.floor,
        "items": [_item_data(rank, entry, names) for rank, entry in enumerate(recall.items, 1)],
        "memories": [
            _item_data(rank, entry, names) for rank, entry in enumerate(recall.memories, 1)
        ],
    }


def _item_data(rank: int, entry: RecallItem, names: Names) -> dict[str, object]:
    return {
        "rank": rank,
        "score": entry.score,
        "kind": "episode" if isinstance(entry.item, Episode) else "memory",
        "repeats": {name: time.isoformat() for name, time in entry.repeats.items()},
        "note": entry.note,
        **{"item": entry.item.model_dump(mode="json"), "why": entry.why.model_dump(mode="json")},
        "explanation": explain(entry.why, names),
    }


def explain(why: Why, names: Names) -> str:
    """One line on why an item came: its scores, the turn it stands beside, the links to it."""
    parts = [f"cosine {why.dense:.2f}, bm25 {why.lexical:.1f}"]
    if why.neighbour_of:
        parts.append(f'beside "{shorten(names(why.neighbour_of), BESIDE_LENGTH)}"')
    if why.path:
        led = "brought by a link" if why.by_link else "linked"
        parts.append(f"{led}: " + " > ".join(_bridge(hop) for hop in why.path))
    return "; ".join(parts)


def _bridge(hop: Hop) -> str:
    return ", ".join(plain(term) for term in hop.bridge) or plain(hop.channel)


def recall_table(recall: Recall, names: Names) -> RenderableType:
    """Rank, score, when, who, text and why; then the path to every item that only links brought."""
    if not recall.items and not recall.memories:
        near = f"relevance {recall.relevance:.2f}, the floor is {recall.floor:.2f}"
        hint = f" ({near}); --floor 0 shows whatever is nearest" if recall.silent else ""
        return Text(f"Nothing relevant is remembered{hint}.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("#", justify="right")
    table.add_column("score", justify="right")
    table.add_column("when", no_wrap=True)
    table.add_column("who", max_width=12)
    table.add_column("text", ratio=3)
    table.add_column("why", ratio=2, style="dim")
    for rank, entry in enumerate(recall.items, 1):
        table.add_row(*_item_row(str(rank), entry, names))
    for entry in recall.memories:
        table.add_row(*_item_row("m", entry, names))
    drawn = [
        draw_path(entry.why.path, names)
        for entry in (*recall.items, *recall.memories)
        if entry.why.path and entry.why.by_link
    ]
    parts: list[RenderableType] = [table]
    if drawn:
        parts += [Text("\nAlong links:", style="bold"), *drawn]
    return Group(*parts)


def _item_row(rank: str, entry: RecallItem, names: Names) -> tuple[str | Text, ...]:
    item = entry.item
    if isinstance(item, Episode):
        when, who = item.time, item.speaker or item.origin
    else:
        when, who = item.learned_at, f"({item.kind})"
    text = Text(shorten(entry.passage or item.text, TEXT_LENGTH))
    times = f"{entry.times} times; " if entry.repeats else ""
    note = f"{plain(entry.note)}; " if entry.note else ""
    why = Text(note + times + explain(entry.why, names))
    cells = (rank, f"{entry.score:.2f}", f"{when:%Y-%m-%d %H:%M}", Text(plain(who)), text, why)
    return cells


def draw_path(path: Sequence[Hop], names: Names) -> RenderableType:
    """A path as drawn text: each end on its line, the link between them with its bridge."""
    lines = Text(f'  "{names(path[0].source)}"\n') if path else Text()
    for hop in path:
        lines.append(f"     --[{_bridge(hop)}, {hop.weight:.2f}]-->", style="bold cyan")
        lines.append(f" (dream {hop.dream})\n" if hop.dream else " (a caller's link)\n", "dim")
        lines.append(f'  "{names(hop.target)}"\n')
    return lines


def journal_table(dreams: Sequence[DreamReport], to_dream: str) -> RenderableType:
    """The nights of a namespace, oldest first."""
    if not dreams:
        return Text(f"No dream yet. Run `{to_dream}`.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("no.", "dream", "when", "status"):
        table.add_column(name, no_wrap=name != "when")
    table.add_column("what it did", ratio=1, min_width=22)
    for dream in dreams:
        episodes = len(dream.episodes) or dream.counts.get("episodes", 0)
        table.add_row(
            str(dream.number) if dream.number else "-",
            dream.id[:ID_LENGTH],
            f"{dream.started:%Y-%m-%d %H:%M}",
            dream.status,
            ": ".join(filter(None, (many(episodes, "episode"), counted(dream.counts)))),
        )
    return table


def dream_story(report: DreamReport) -> RenderableType:
    """One dream: its story, what it changed, its cost and health."""
    title = (
        f"{report.depth.capitalize()} {report.id}"
        if report.depth != "sleep"
        else f"Dream {report.id}"
    )
    if report.number:
        title += f", number {report.number}"
    parts: list[RenderableType] = [Text(f"{title} ({report.status})", style="bold")]
    if report.narrative:
        parts.append(Text("\n" + _readable(report.narrative) + "\n"))
    if report.morning and report.status != "rolled_back":
        parts.append(Text(f"in the morning: {report.morning.line()}", style="bold"))
        parts += [Text(f"  {line}") for line in report.morning.lines()]
    for label, values in (("counts", report.counts), ("cost", report.cost)):
        if values:
            said = ", ".join(f"{key} {value:g}" for key, value in values.items() if value)
            parts.append(Text(f"{label}: {said or 'none'}", style="dim"))
    if report.levels:
        parts.append(Text(f"levels: {'; '.join(x.text() for x in report.levels)}", style="dim"))
    if report.health:
        said = ", ".join(f"{key} {value:.2f}" for key, value in report.health.items())
        parts.append(Text(f"health: {said}", style="dim"))
    parts += [
        Text(f"nothing came of it: {NOTHING[why][0]}; {NOTHING[why][1]}")
        for why in report.brought_nothing
    ]
    parts += [
        Text(f"alarm, {a.kind.replace('_', ' ')}: {plain(a.text)}; {plain(a.advice)}", "bold red")
        for a in report.alarms
    ]
    parts += [Text(f"note: {plain(note)}", style="dim") for note in report.notes]
    return Group(*parts)


def _readable(narrative: str) -> str:
    """The story with its own line breaks, and no other control characters."""
    return "\n".join(plain(line) for line in narrative.splitlines())


def item_ends(item: object) -> list[str]:
    """Ids of what an item speaks of."""
    if isinstance(item, Memory):
        return [*item.sources, *item.cites, item.superseded_by]
    if isinstance(item, Link):
        return [item.a, item.b]
    if isinstance(item, Archival):
        return [item.id, item.archived]
    if isinstance(item, Operation):
        return [*item_ends(item.state_before()), *item_ends(item.state_after())]
    return []


def operations_table(operations: Sequence[Operation], names: Names) -> RenderableType:
    """Changes that a dream made, operation by operation."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("operation", "kind"):
        table.add_column(name, no_wrap=True)
    table.add_column("what", ratio=2)
    table.add_column("reason", ratio=1)
    for operation in operations[:OPERATIONS_SHOWN]:
        what, reason = _what(operation, names), shorten(operation.reason, TEXT_LENGTH)
        table.add_row(operation.id[:ID_LENGTH], operation.kind, Text(what), Text(reason))
    more = len(operations) - OPERATIONS_SHOWN
    if more > 0:
        return Group(table, Text(f"... and {more} more; see all with --json.", style="dim"))
    return table


def _what(operation: Operation, names: Names) -> str:
    """What an operation changes, in words."""
    state = operation.state_after()
    if isinstance(state, Memory):
        return shorten(state.text, TEXT_LENGTH)
    if isinstance(state, Link):
        return " -- ".join(shorten(names(end), TEXT_LENGTH // 2) for end in (state.a, state.b))
    if isinstance(state, Learned):
        return "what recall counts how much"
    if isinstance(state, Archival):
        return shorten(names(state.id), TEXT_LENGTH)
    return "all links" if state is None else f"{len(state.lines)} lines of the core"
