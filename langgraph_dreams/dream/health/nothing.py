"""Why a dream brought nothing; pure."""

from langgraph_dreams.types.operations import ALL
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.health import Nothing


def brought_nothing(report: DreamReport) -> tuple[Nothing, ...]:
    """The reasons why a dream changes nothing; none of one that changes something.

    What scales all links alike goes with every dream, and is no change.
    """
    kept = any(o.target != ALL for o in report.operations)
    if kept and report.status != "rejected":
        return ()
    counts = report.counts
    if kept or counts.get("held_back", 0) or report.health.get("left_out", 0):
        return ("refused",)
    found: list[Nothing] = ["budget"] if _short(report) else []
    if not (report.episodes or counts.get("revisited", 0)):
        return tuple(found) or ("nothing_new",)
    if report.depth == "nap":
        return ("no_update",)
    if not counts.get("candidates", 0):
        found.append("no_shared_concepts")
    elif counts.get("repeats", 0):
        found.append("known_already")
    else:
        found.append("below_floor")
    return tuple(found)


def _short(report: DreamReport) -> bool:
    """True if the budget of a model left work undone."""
    return report.plan is not None and any("budget" in note for note in report.notes)
