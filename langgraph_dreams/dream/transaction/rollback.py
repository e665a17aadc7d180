"""Undoing dreams: every memory, status, link and weight as it was before.

The intent is written first, then the states of before, then the marks on episodes and recalls, then
the journal; a death in between is made good by the next open. What somebody changed since, by no
dream, is left as it is and named. Weights need no operation: links are scaled down by the number of
committed dreams since, and a dream that was rolled back is none.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from langgraph_dreams.dream.transaction.dependencies import dependents_of, in_force
from langgraph_dreams.dream.transaction.refused import refusals
from langgraph_dreams.dream.transaction.restore import (
    StateChange,
    changed_since,
    restore,
    state_changes,
)
from langgraph_dreams.errors import RollbackError
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.operations import ALL, Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.rollback import DreamDiff, Rollback
from langgraph_dreams.types.telling.health import Refusal

_NAMED = 5  # operations that an error names


@dataclass(frozen=True)
class _Intent:
    """Operations to undo, as the journal keeps them until it is done."""

    operations: list[str]
    """Ids, the dream's own and those that rest on them."""
    whole: bool
    """True when the dream is undone as a whole, and counts as none."""
    redream: bool
    """True when its episodes are to be dreamt of again."""


def diff(vault: NamespaceStore, report: DreamReport) -> DreamDiff:
    """The difference that a dream made, or would make, and what undoing it would meet."""
    undone = set(report.undone)
    mine = in_force(report)
    later: list[Operation] = []
    changes: list[StateChange] = []
    if report.status == "committed":
        history = _since(vault, report)
        later = dependents_of({o.id for o in mine}, history)
        changes = state_changes([*mine, *later])
    return DreamDiff(
        dream=report.id,
        status=report.status,
        operations=tuple(mine),
        undone=tuple(o for o in report.operations if o.id in undone),
        built_on=tuple(later),
        changed_since=tuple(changed_since(vault, changes)),
    )


def roll_back(vault: NamespaceStore, report: DreamReport, cascade: bool, redream: bool) -> Rollback:
    """Under the lease: undo a committed dream, and with `cascade` what rests on it.

    Raises RollbackError before anything is written.
    """
    _require_committed(report)
    return _undo(vault, report, in_force(report), cascade, whole=True, redream=redream)


def undo(vault: NamespaceStore, report: DreamReport, ids: Sequence[str], cascade: bool) -> Rollback:
    """Under the lease: undo operations of a committed dream, which goes on without them.

    Raises RollbackError before anything is written.
    """
    _require_committed(report)
    wanted = set(ids)
    mine = [o for o in in_force(report) if o.id in wanted]
    if not mine or len(mine) < len(wanted):
        missing = sorted(wanted - {o.id for o in mine})
        raise RollbackError(
            f"{len(missing)} of {len(wanted)} operations are not in force in dream {report.id},"
            f" first {missing[:1]}; `diff(...)` lists those that are"
        )
    if any(o.target == ALL for o in mine):
        raise RollbackError(
            f"dream {report.id} scales all links down by having been: roll it back as a whole"
        )
    return _undo(vault, report, mine, cascade, whole=False, redream=False)


def _require_committed(report: DreamReport) -> None:
    if report.status != "committed":
        raise RollbackError(
            f"dream {report.id} is {report.status}, and only a committed one can be rolled back;"
            " `dreams()` lists them with their status"
        )


def _undo(
    vault: NamespaceStore,
    report: DreamReport,
    mine: Sequence[Operation],
    cascade: bool,
    *,
    whole: bool,
    redream: bool,
) -> Rollback:
    later = dependents_of({o.id for o in mine}, _since(vault, report))
    if later and not cascade:
        named = ", ".join(f"{o.id[:10]} ({o.kind} {o.target})" for o in later[:_NAMED])
        raise RollbackError(
            f"{len(later)} later operations rest on these of dream {report.id}: {named}"
            f"{', ...' if len(later) > _NAMED else ''}; `diff(...)` shows them,"
            " cascade=True undoes them, too"
        )
    intent = _Intent([o.id for o in (*mine, *later)], whole, redream)
    vault.put_intent(report.id, asdict(intent))
    left, episodes = _carry_out(vault, report, intent)
    return Rollback(
        dream=report.id,
        operations=tuple(mine),
        cascaded=tuple(later),
        left=tuple(left),
        episodes=episodes,
    )


def finish_undoing(vault: NamespaceStore) -> list[str]:
    """Under the lease: finish rollbacks that a death cut short; returns the ids of the dreams."""
    found = []
    for name, body in vault.intents().items():
        report = vault.get_dream(name)
        if report is not None and "redream" in body:
            _carry_out(vault, report, _Intent(**body))
            found.append(name)
    return found


def _carry_out(
    vault: NamespaceStore, report: DreamReport, intent: _Intent
) -> tuple[list[str], int]:
    """Undo as intended; may be begun again. What was left as it is, and episodes to dream again."""
    chosen = set(intent.operations)
    history = _since(vault, report)
    left = restore(vault, state_changes(o for r in history for o in r.operations if o.id in chosen))
    episodes = _unmark_episodes(vault, report) if intent.redream else 0
    if intent.whole:
        vault.mark_recalls(list(report.recalls), "")
    for dream in history:
        undone = {o.id for o in dream.operations} & chosen
        if undone and not (intent.whole and dream.id == report.id):
            ids = tuple(sorted({*dream.undone, *undone}))
            new: dict[str, object] = {"undone": ids}
            if dream.id == report.id:  # what later dreams built on it nobody refused
                new["refused"] = _with_refused(dream, undone)
            vault.put_dream(dream.model_copy(update=new))
    if intent.whole and report.status != "rolled_back":
        vault.put_dream(_rolled_back(report, for_good=not intent.redream))
    vault.drop_intent(report.id)
    return left, episodes


def _with_refused(report: DreamReport, ids: Collection[str]) -> tuple[Refusal, ...]:
    gone = refusals(o for o in report.operations if o.id in ids)
    return tuple(dict.fromkeys((*report.refused, *gone)))


def _rolled_back(report: DreamReport, for_good: bool) -> DreamReport:
    note = f"rolled back at {now():%Y-%m-%d %H:%M} UTC"
    undone = tuple(o.id for o in report.operations)
    refused = _with_refused(report, undone) if for_good else report.refused
    notes = (*report.notes, note)
    new = {"status": "rolled_back", "undone": undone, "notes": notes, "refused": refused}
    return report.model_copy(update=new)


def _since(vault: NamespaceStore, report: DreamReport) -> list[DreamReport]:
    """The dream and the later committed ones, with their operations, oldest first."""
    later = [r for r in vault.dreams() if r.status == "committed" and r.number > report.number]
    found = (vault.get_dream(r.id) for r in sorted(later, key=lambda r: r.number))
    return [report, *(r for r in found if r is not None)]


def _unmark_episodes(vault: NamespaceStore, report: DreamReport) -> int:
    """Let the dream's episodes be dreamt of again."""
    found = vault.get(list(report.episodes)).values()
    mine = [e.id for e in found if isinstance(e, Episode) and e.dreamt == report.id]
    vault.mark_dreamt(mine, "")
    return len(mine)
