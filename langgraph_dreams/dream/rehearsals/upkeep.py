"""Rehearsals of memories that a dream ends: asked of what holds instead, or ended with them.

What was right to say becomes what must not be said.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from langgraph_dreams.dream.rehearsals.checks import Draft, Rehearsing
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation, propose

_GENERATIONS = 16


def ended_by(operations: Sequence[Operation]) -> list[str]:
    """Memories that held before these operations, and hold no more."""
    before: dict[str, bool] = {}
    after: dict[str, bool] = {}
    for operation in operations:
        old, new = operation.state_before(), operation.state_after()
        if isinstance(new, Memory) and not new.derived:
            before.setdefault(new.id, isinstance(old, Memory) and old.current)
            after[new.id] = new.current
    return [name for name, held in before.items() if held and not after[name]]


def brought_up_to_date(rehearsing: Rehearsing, gone: Sequence[str]) -> Iterator[Operation]:
    """Operations on the rehearsals of memories that are gone."""
    vault, state = rehearsing.context.vault, rehearsing.state
    citing = vault.citing(gone, "r") if gone else {}
    names = dict.fromkeys(name for found in citing.values() for name in found)
    outdated = [m for m in rehearsing.memories(list(names)) if m.current]
    rehearsing.ended = frozenset(m.id for m in outdated)
    for rehearsal in outdated:
        mine = [name for name in rehearsal.cites if name in gone]
        heirs = [_heir(rehearsing, name) for name in rehearsal.cites]
        new: list[Memory] = []
        if all(heirs):
            told = tuple(heir for heir in heirs if heir is not None)
            draft = Draft(rehearsal.text, told, (*rehearsal.must_not_say, *mine))
            new = rehearsing.add([draft])
        if new:
            yield propose(state["dream"], "add_memory", new[0], reason=f"asked as {rehearsal.id}")
            yield ended(state["dream"], rehearsal, new[0], state["started"])
        else:
            yield ended(state["dream"], rehearsal, None, state["started"])


def _heir(rehearsing: Rehearsing, name: str) -> Memory | None:
    """The memory that holds in the place of one; None when none does."""
    for _ in range(_GENERATIONS):
        found = rehearsing.memories([name])
        if not found or found[0].status == "retired":
            return None
        if found[0].status != "superseded":
            return found[0]
        name = found[0].superseded_by
    return None


def ended(dream: str, old: Memory, heir: Memory | None, started: str) -> Operation:
    """The operation that ends a rehearsal, with the one that is asked instead."""
    until = datetime.fromisoformat(started)
    if heir is None:
        changes = {"status": "retired", "valid_to": until}
        why = "a memory that answers it holds no more"
        return propose(
            dream, "retire_memory", old.model_copy(update=changes), before=old, reason=why
        )
    since = max(heir.valid_from or until, old.valid_from or until)
    changes = {"status": "superseded", "valid_to": since, "superseded_by": heir.id}
    why = "it is asked of other memories now"
    return propose(
        dream, "supersede_memory", old.model_copy(update=changes), before=old, reason=why
    )
