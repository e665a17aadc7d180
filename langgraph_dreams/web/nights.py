"""The nights: a list of them all, and one with its story and a page of its operations."""

from collections.abc import Iterable, Iterator
from typing import Any

from langgraph_dreams._text import cut, shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.web.dreaming import stages
from langgraph_dreams.web.items import BRIEF, texts

PAGE = 100
"""Operations shown at once."""
_KEPT = {"id", "number", "status", "started", "finished", "counts", "health", "cost", "notes"}


def nights(namespace: Namespace) -> dict[str, Any]:
    """Every night in short, oldest first."""
    return {"nights": [_short(report) for report in namespace.dreams()]}


def _short(report: DreamReport) -> dict[str, Any]:
    found = report.model_dump(mode="json", include=_KEPT)
    told = cut(report.narrative or report.summary, BRIEF)
    return found | {"story": told, "episodes": len(report.episodes), "undone": len(report.undone)}


def night(namespace: Namespace, dream: str, offset: int, wanted: str) -> dict[str, Any]:
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
        **_short(report),
        "digest": report.digest,
        "overtaken": waits and report.version != namespace.vault.version(),
        "story": report.narrative or report.summary,
        "stages": stages(report),
        "concerns": [c.model_dump(mode="json") for c in report.concerns],
        "operations": [o.model_dump(mode="json") | {"undone": o.id in undone} for o in page],
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
        for state in (operation.before or {}, operation.after or {}):
            yield from (state[name] for name in ("a", "b", "superseded_by") if name in state)
            yield from state.get("sources", ())
            yield from state.get("cites", ())
