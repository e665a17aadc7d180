"""Undoing dreams: every memory, status, link and weight as it was before.

The intent is written first, then the states of before, then the marks on episodes and recalls, then
the journal; a death in between is made good by the next open. What somebody changed since, by no
dream, is left as it is and named. Weights need no operation: links are scaled down by the number of
committed dreams since, and a dream that was rolled back is none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from langgraph_dreams._text import tokens_of
from langgraph_dreams.dream.transaction.apply import LINK_KINDS, put_links
from langgraph_dreams.dream.transaction.dependencies import ALL, dependents_of, in_force
from langgraph_dreams.dream.transaction.projection import MEMORY_KINDS, current
from langgraph_dreams.errors import RollbackError
from langgraph_dreams.store import Vault
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import Core, DreamReport
from langgraph_dreams.types.rollback import DreamDiff, Rollback

_NAMED = 5  # operations that an error names
_Kept = TypeVar("_Kept", Link, Memory)


def diff(vault: Vault, report: DreamReport) -> DreamDiff:
    """What a dream changed, or would change, and what undoing it would meet."""
    undone = set(report.undone)
    mine = in_force(report)
    later: list[Operation] = []
    states: list[_State] = []
    if report.status == "committed":
        history = _since(vault, report)
        later = dependents_of({o.id for o in mine}, history)
        states = _states([*mine, *later])
    return DreamDiff(
        dream=report.id,
        status=report.status,
        operations=tuple(mine),
        undone=tuple(o for o in report.operations if o.id in undone),
        built_on=tuple(later),
        changed_since=tuple(_changed_since(vault, states)),
    )


def roll_back(vault: Vault, report: DreamReport, cascade: bool, redream: bool) -> Rollback:
    """Under the lease: undo a committed dream, and with `cascade` what rests on it.

    Raises RollbackError before anything is written.
    """
    _require_committed(report)
    return _undo(vault, report, in_force(report), cascade, {"whole": True, "redream": redream})


def undo(vault: Vault, report: DreamReport, ids: Sequence[str], cascade: bool) -> Rollback:
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
    return _undo(vault, report, mine, cascade, {"whole": False, "redream": False})


def _require_committed(report: DreamReport) -> None:
    if report.status != "committed":
        raise RollbackError(
            f"dream {report.id} is {report.status}, and only a committed one can be rolled back;"
            " `dreams()` lists them with their status"
        )


def _undo(
    vault: Vault,
    report: DreamReport,
    mine: Sequence[Operation],
    cascade: bool,
    how: dict[str, bool],
) -> Rollback:
    later = dependents_of({o.id for o in mine}, _since(vault, report))
    if later and not cascade:
        named = ", ".join(f"{o.id[:10]} ({o.kind} {o.target})" for o in later[:_NAMED])
        raise RollbackError(
            f"{len(later)} later operations rest on these of dream {report.id}: {named}"
            f"{', ...' if len(later) > _NAMED else ''}; `diff(...)` shows them,"
            " cascade=True undoes them, too"
        )
    body = {"operations": [o.id for o in (*mine, *later)], **how}
    vault.put_intent(report.id, body)
    left, episodes = _carry_out(vault, report, body)
    return Rollback(
        dream=report.id,
        operations=tuple(mine),
        cascaded=tuple(later),
        left=tuple(left),
        episodes=episodes,
    )


def finish_undoing(vault: Vault) -> list[str]:
    """Under the lease: finish rollbacks that a death cut short; returns the ids of the dreams."""
    found = []
    for name, body in vault.intents().items():
        report = vault.get_dream(name)
        if report is not None and "redream" in body:
            _carry_out(vault, report, body)
            found.append(name)
    return found


def _carry_out(vault: Vault, report: DreamReport, body: dict[str, Any]) -> tuple[list[str], int]:
    """Undo as intended; may be begun again. What was left as it is, and episodes to dream again."""
    chosen = set(body["operations"])
    history = _since(vault, report)
    states = _states(o for r in history for o in r.operations if o.id in chosen)
    left = _restored(vault, states)
    episodes = _taken_back(vault, report) if body["redream"] else 0
    if body["whole"]:
        vault.mark_recalls(list(report.recalls), "")
    for dream in history:
        undone = {o.id for o in dream.operations} & chosen
        if undone and not (body["whole"] and dream.id == report.id):
            ids = tuple(sorted({*dream.undone, *undone}))
            vault.put_dream(dream.model_copy(update={"undone": ids}))
    if body["whole"] and report.status != "rolled_back":
        vault.put_dream(_rolled_back(report))
    vault.drop_intent(report.id)
    return left, episodes


def _rolled_back(report: DreamReport) -> DreamReport:
    note = f"rolled back at {now():%Y-%m-%d %H:%M} UTC"
    undone = tuple(o.id for o in report.operations)
    new = {"status": "rolled_back", "undone": undone, "notes": (*report.notes, note)}
    return report.model_copy(update=new)


def _since(vault: Vault, report: DreamReport) -> list[DreamReport]:
    """The dream and the later committed ones, with their operations, oldest first."""
    later = [r for r in vault.dreams() if r.status == "committed" and r.number > report.number]
    found = (vault.get_dream(r.id) for r in sorted(later, key=lambda r: r.number))
    return [report, *(r for r in found if r is not None)]


def _taken_back(vault: Vault, report: DreamReport) -> int:
    """Let the dream's episodes be dreamt of again."""
    found = vault.get(list(report.episodes)).values()
    mine = [e.id for e in found if isinstance(e, Episode) and e.dreamt == report.id]
    vault.mark_dreamt(mine, "")
    return len(mine)


# -- states


@dataclass(frozen=True)
class _State:
    """What one memory, link or the core was before the chosen operations, and is after them."""

    family: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any]


def _states(operations: Iterable[Operation]) -> list[_State]:
    """One state for each target, from its first operation to its last."""
    chains: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for operation in operations:
        family = _family(operation)
        if family:
            chains[family, operation.target].append(operation)
    return [
        _State(family, target, _first(family, chain).before, chain[-1].after or {})
        for (family, target), chain in chains.items()
    ]


def _first(family: str, chain: Sequence[Operation]) -> Operation:
    """The operation whose state of before is to be restored.

    Each operation began where the last one had ended; in a break lies a change by no dream, which
    undoing must not undo. The core is changed by dreams alone, and shrunk by forgetting.
    """
    for i in range(len(chain) - 1, 0, -1):
        if family != "core" and chain[i].before != chain[i - 1].after:
            return chain[i]
    return chain[0]


def _family(operation: Operation) -> str:
    """What an operation changes; empty for one on all links, whose effect goes with its dream."""
    if operation.kind in MEMORY_KINDS:
        return "memory"
    if operation.kind in LINK_KINDS:
        return "link"
    return "core" if operation.kind == "change_core" else ""


def _restored(vault: Vault, states: Sequence[_State]) -> list[str]:
    """Set everything to what it was; returns what was changed since, and left.

    Links first: they hang on the memories that go.
    """
    left = [*_restored_links(vault, states), *_restored_memories(vault, states)]
    for state in states:
        if state.family == "core":
            _restore_core(vault, state)
    return left


def _restored_links(vault: Vault, states: Sequence[_State]) -> list[str]:
    mine = [state for state in states if state.family == "link"]
    back, gone, left = _told_apart(mine, vault.get_links([s.target for s in mine]), Link)
    vault.remove_links(gone)
    if back:
        put_links(vault, back)
    return left


def _restored_memories(vault: Vault, states: Sequence[_State]) -> list[str]:
    mine = [state for state in states if state.family == "memory"]
    back, new, left = _told_apart(mine, vault.get([s.target for s in mine]), Memory)
    gone = [memory.id for memory in new]
    back += _freed(vault, gone, {memory.id for memory in back})
    vault.remove_links(vault.links_of(gone, include_expired=True))
    vault.remove_memories(gone)
    if back:
        vault.put_memories(back)
    return left


def _told_apart(
    states: Sequence[_State], there: Mapping[str, object], kind: type[_Kept]
) -> tuple[list[_Kept], list[_Kept], list[str]]:
    """What is set back to what it was, what goes again, and the targets that were changed since."""
    back: list[_Kept] = []
    gone: list[_Kept] = []
    left: list[str] = []
    for state in states:
        before = kind.model_validate(state.before) if state.before else None
        found, after = there.get(state.target), kind.model_validate(state.after)
        if found == before:
            continue
        if found != after:
            left.append(state.target)
        elif before is None:
            gone.append(after)
        else:
            back.append(before)
    return back, gone, left


def _freed(vault: Vault, gone: Sequence[str], settled: set[str]) -> list[Memory]:
    """What was superseded by a memory that goes holds again, if the journal tells of it no more."""
    freed = [name for name in vault.replaced_by(gone) if name not in {*gone, *settled}]
    found = [m for m in vault.get(freed).values() if isinstance(m, Memory)]
    holds = {"valid_to": None, "superseded_by": ""}
    return [
        m.model_copy(update={**holds, "status": "active" if m.status == "superseded" else m.status})
        for m in found
    ]


def _restore_core(vault: Vault, state: _State) -> None:
    """The core of before, without lines whose memories hold no more.

    A line whose sources were forgotten since has those that its memory has now.
    """
    before = Core.model_validate(state.before or {})
    there = vault.get([line.memory for line in before.lines])
    lines = tuple(
        line.model_copy(update={"sources": line.sources or memory.sources})
        for line in before.lines
        if isinstance(memory := there.get(line.memory), Memory) and current(memory)
    )
    if lines != before.lines:
        before = before.model_copy(update={"lines": lines})
        before = before.model_copy(update={"tokens": tokens_of(before.text())})
    if vault.get_core() != before:
        vault.put_core(before)


def _changed_since(vault: Vault, states: Sequence[_State]) -> list[str]:
    """Targets that are no longer as dreams left them."""
    links = vault.get_links([s.target for s in states if s.family == "link"])
    memories = vault.get([s.target for s in states if s.family == "memory"])
    found = []
    for state in states:
        if state.family == "link":
            same = links.get(state.target) == Link.model_validate(state.after)
        elif state.family == "memory":
            same = memories.get(state.target) == Memory.model_validate(state.after)
        else:
            same = True
        if not same:
            found.append(state.target)
    return found
