"""Waking: what becomes of the dream; safe to repeat at any point.

It is written in one order (see outcome.py), so that what is cut short can be finished. A dream that
the guard refuses is journalled as rejected; one that lost its namespace to another, or is not what
was reviewed, writes nothing at all.
"""

from typing import Any

from langgraph_dreams.dream.commit.finalize import judged, refused, report_of, written
from langgraph_dreams.dream.review.approval import UNREVIEWED, answered
from langgraph_dreams.dream.review.request import digest_of
from langgraph_dreams.dream.runtime.context import Bed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.types.base import DreamReport


def commit(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Write the dream; a dry run or an empty night changes no memory and no link."""
    report = _woken(bed, state)
    # A thread with a checkpointer keeps its state: what this dream was told ends with it.
    told = {"focus": "", "dry_run": False, "budget": {}, "review": ""}
    return {"report": report.model_dump(mode="json"), **told}


def _woken(bed: Bed, state: DreamState) -> DreamReport:
    if state.get("dry_run"):
        return judged(bed, report_of(bed, state, "dry_run"))
    if state.get("asked"):
        done = answered(bed, state)
    elif busy := state.get("busy"):
        return refused(report_of(bed, state, "rejected"), busy)
    else:
        done = _committed(bed, state)
    bed.tell("commit", "progress", done.status, operations=len(done.operations))
    return done


def _committed(bed: Bed, state: DreamState) -> DreamReport:
    """Under the lease: what became of the dream."""
    vault = bed.vault
    if not (state["episodes"] or state["operations"] or state["recalls"]):
        done = report_of(bed, state, "noop")
        vault.put_dream(done)
        return done
    same = vault.get_dream(state["dream"])
    if same is not None and same.status == "committed":
        return same  # the same snapshot, resumed after it was written
    report = report_of(bed, state, "planned")
    if bed.reviewing.mode and report.operations and state.get("reviewed") != digest_of(report):
        return refused(report, UNREVIEWED)
    return written(bed, report, state["version"], state["number"])
