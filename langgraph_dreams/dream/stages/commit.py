"""The commit stage: the dream is written, or refused; safe to repeat at any point.

It is written in one order (see finalize.py), so that what is cut short can be finished. A dream
that the guard refuses is journalled as rejected; one that lost its namespace to another, or is not
what was reviewed, writes nothing at all.
"""

from langgraph_dreams.dream.commit.finalize import (
    commit_report,
    refused,
    report_of,
    with_guard_verdict,
)
from langgraph_dreams.dream.commit.morning import quiet_morning
from langgraph_dreams.dream.health.nothing import brought_nothing
from langgraph_dreams.dream.levels.ladder import without_turns
from langgraph_dreams.dream.review.approval import UNREVIEWED, finish_asked
from langgraph_dreams.dream.review.request import digest_of
from langgraph_dreams.dream.runtime.context import StageContext, timed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Changes
from langgraph_dreams.dream.stages.since import SINCE_DEEP
from langgraph_dreams.types.reports import DreamReport


def commit(context: StageContext, state: DreamState) -> Changes:
    """Write the dream; a dry run or an empty night changes no memory and no link."""
    return {"report": _wake(context, state).model_dump(mode="json")}


def _wake(context: StageContext, state: DreamState) -> DreamReport:
    if state.get("dry_run"):
        tried = with_guard_verdict(context, report_of(context, state, "dry_run"))
        _tell_morning(context, tried)
        return timed(context, tried, "commit")
    if state.get("asked"):
        done = finish_asked(context, state)
    elif busy := state.get("busy"):
        return timed(context, refused(report_of(context, state, "rejected"), busy), "commit")
    else:
        done = _commit(context, state)
    if state.get("chosen") == "nap" and state["looked"] and done.status != "rejected":
        context.vault.note_looked(state["looked"])
    context.send_progress("commit", "progress", done.status, operations=len(done.operations))
    _tell_morning(context, done)
    return done


def _tell_morning(context: StageContext, done: DreamReport) -> None:
    if done.morning is not None:
        saved = {"tokens_saved": done.morning.tokens_saved}
        text = f"in the morning: {done.morning.line()}"
        context.send_progress("commit", "progress", text, **done.morning.counts, **saved)


def _noop(context: StageContext, state: DreamState) -> DreamReport:
    """The report of a dream that writes nothing: it says why, and no level has had its turn."""
    levels = without_turns(state.get("levels", {}))
    done = timed(context, report_of(context, {**state, "levels": levels}, "noop"), "commit")
    return quiet_morning(done.model_copy(update={"brought_nothing": brought_nothing(done)}))


def _commit(context: StageContext, state: DreamState) -> DreamReport:
    """Under the lease: write the dream; returns what became of it."""
    vault = context.vault
    if state.get("chosen") == "nap" and not state["operations"]:
        return _noop(context, state)  # of every turn: nothing of it is kept
    looked = state["episodes"] or state["recalls"] or state["counts"].get(SINCE_DEEP)
    if not (looked or state["operations"]):
        done = _noop(context, state)
        vault.put_dream(done)
        return done
    same = vault.get_dream(state["dream"])
    if same is not None and same.status == "committed":
        return same  # the same snapshot, resumed after it was written
    report = report_of(context, state, "planned")
    if context.reviewing.mode and report.operations and state.get("reviewed") != digest_of(report):
        return timed(context, refused(report, UNREVIEWED), "commit")
    return commit_report(context, report, state["version"], state["number"])
