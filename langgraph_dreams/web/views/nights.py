"""The nights: a list of them all, and one with its story and a page of its operations."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypedDict

from langgraph_dreams._text import cut, shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.items import Archival, Link, Memory
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import Concern, DreamReport
from langgraph_dreams.types.telling.health import NOTHING, Alarm
from langgraph_dreams.types.telling.morning import Morning
from langgraph_dreams.web.views.items import BRIEF, texts
from langgraph_dreams.web.views.progress import Stage, stages

PAGE = 100
"""Operations shown at once."""


class NightRow(TypedDict):
    """A night in short."""

    id: str
    number: int
    depth: str
    status: str
    started: datetime
    finished: datetime
    counts: dict[str, int]
    health: dict[str, float]
    cost: dict[str, float]
    notes: tuple[str, ...]
    nothing: list[str]
    """Why it brought nothing, in words."""
    alarms: tuple[Alarm, ...]
    story: str
    told: str
    """What it changed in what the agent would answer, in one line; empty for nothing."""
    episodes: int
    undone: int


class LastMorning(TypedDict):
    """The morning after the last night that was written."""

    dream: str
    morning: Morning


class NightList(TypedDict):
    """Every night in short, oldest first, and the last morning in full."""

    nights: list[NightRow]
    last: LastMorning | None


class ShownOperation(Operation):
    """An operation that may have been undone since."""

    undone: bool


class Night(NightRow):
    """One night with its whole story and a page of its operations."""

    digest: str
    overtaken: bool
    """True if it waits for an answer, and something was written since."""
    stages: list[Stage]
    concerns: tuple[Concern, ...]
    morning: Morning | None
    """What it changed in what the agent would answer."""
    operations: list[ShownOperation]
    offset: int
    """Number of the page's first operation."""
    total: int
    page: int
    """Operations of a page."""
    texts: dict[str, str]


def nights(namespace: Namespace) -> NightList:
    """Every night in short, oldest first, and the last morning in full."""
    reports = namespace.dreams()
    written = (d for d in reversed(reports) if d.status == "committed" and d.morning)
    last = next(written, None)
    return {
        "nights": [_row(report) for report in reports],
        "last": {"dream": last.id, "morning": last.morning} if last and last.morning else None,
    }


def _row(report: DreamReport) -> NightRow:
    return {
        "id": report.id,
        "number": report.number,
        "depth": report.depth,
        "status": report.status,
        "started": report.started,
        "finished": report.finished,
        "counts": report.counts,
        "health": report.health,
        "cost": report.cost,
        "notes": report.notes,
        "nothing": [NOTHING[why][0] for why in report.brought_nothing],
        "alarms": report.alarms,
        "story": cut(report.narrative or report.summary, BRIEF),
        "told": _changes(report),
        "episodes": len(report.episodes),
        "undone": len(report.undone),
    }


def _changes(report: DreamReport) -> str:
    morning = report.morning
    if morning is None or report.status == "rolled_back":
        return ""
    return morning.line() if any(morning.counts.values()) or morning.tokens_saved else ""


def night(namespace: Namespace, dream: str, offset: int, wanted: str) -> Night:
    """One night with a page of its operations.

    Args:
        namespace: whose.
        dream: its id, or the unique beginning of it.
        offset: number of the page's first operation.
        wanted: beginning of an operation's id; its page is shown instead.

    Raises:
        UnknownDreamError: no such dream, or several.
        InvalidInputError: it has no such operation.
    """
    report = namespace.report(dream)
    if wanted:
        offset = _place(report, wanted) // PAGE * PAGE
    page = report.operations[offset : offset + PAGE]
    undone = set(report.undone)
    waits = report.status == "waiting"
    return {
        **_row(report),
        "story": report.narrative or report.summary,
        "digest": report.digest,
        "overtaken": waits and report.version != namespace.vault.version(),
        "stages": stages(report),
        "concerns": report.concerns,
        "morning": None if report.status == "rolled_back" else report.morning,
        "operations": [ShownOperation(**dict(o), undone=o.id in undone) for o in page],
        "offset": offset,
        "total": len(report.operations),
        "page": PAGE,
        "texts": texts(namespace.vault, ids_of(page)),
    }


def _place(report: DreamReport, wanted: str) -> int:
    for place, operation in enumerate(report.operations):
        if operation.id.startswith(wanted):
            return place
    raise InvalidInputError(
        f"the dream {report.id} has no operation {shown(wanted)}; its table lists them"
    )


def ids_of(operations: Iterable[Operation]) -> Iterator[str]:
    """Ids of the items that operations speak of."""
    for operation in operations:
        yield operation.target
        for state in (operation.state_before(), operation.state_after()):
            if isinstance(state, Link):
                yield from (state.a, state.b)
            elif isinstance(state, Memory):
                yield from (state.superseded_by, *state.sources, *state.cites)
            elif isinstance(state, Archival) and state.archived:
                yield state.archived
