"""Memories, links and the core set back to a former state, as far as dreams alone changed them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from langgraph_dreams.dream.transaction.apply import put_links
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import ARCHIVED, Archival, Core, Link, Memory, with_lines
from langgraph_dreams.types.operations import ItemState, Operation
from langgraph_dreams.types.weights import Learned

_Kept = TypeVar("_Kept", Link, Memory, Archival)
_SINGLE = (Core, Learned)
"""What a namespace has one of, and dreams alone change."""


@dataclass(frozen=True)
class StateChange:
    """A memory, link, place of an episode or the core before and after the chosen operations."""

    target: str
    before: ItemState | None
    after: ItemState


def state_changes(operations: Iterable[Operation]) -> list[StateChange]:
    """One change for each target, from its first operation to its last.

    One on all links is none: its effect goes with its dream.
    """
    chains: dict[tuple[type[ItemState], str], list[Operation]] = defaultdict(list)
    for operation in operations:
        after = operation.state_after()
        if after is not None:
            chains[type(after), operation.target].append(operation)
    found = []
    for (kind, target), chain in chains.items():
        after = chain[-1].state_after()
        if after is not None:
            found.append(StateChange(target, _first(kind, chain).state_before(), after))
    return found


def _first(kind: type[ItemState], chain: Sequence[Operation]) -> Operation:
    """The operation whose state of before is to be restored.

    Each operation began where the last one had ended; in a break lies a change by no dream, which
    undoing must not undo. The core and the learned weights are changed by dreams alone,
    and the core is shrunk by forgetting.
    """
    for i in range(len(chain) - 1, 0, -1):
        if kind not in _SINGLE and chain[i].before != chain[i - 1].after:
            return chain[i]
    return chain[0]


def restore(vault: NamespaceStore, changes: Sequence[StateChange]) -> list[str]:
    """Set everything to what it was; returns what was changed since, and left.

    Links first: they hang on the memories that go.
    """
    left = [*_restore_links(vault, changes), *_restore_memories(vault, changes)]
    left += _restore_episodes(vault, changes)
    for change in changes:
        if isinstance(change.after, Core):
            _restore_core(vault, change.before if isinstance(change.before, Core) else Core())
        if isinstance(change.after, Learned):
            before = change.before
            vault.put_learned(before if isinstance(before, Learned) else Learned())
    return left


def _restore_links(vault: NamespaceStore, changes: Sequence[StateChange]) -> list[str]:
    there = vault.get_links([c.target for c in changes if isinstance(c.after, Link)])
    back, gone, left = _told_apart(changes, there, Link)
    vault.remove_links(gone)
    if back:
        put_links(vault, back)
    return left


def _restore_memories(vault: NamespaceStore, changes: Sequence[StateChange]) -> list[str]:
    there = vault.get([c.target for c in changes if isinstance(c.after, Memory)])
    back, new, left = _told_apart(changes, there, Memory)
    gone = [memory.id for memory in new]
    back += _freed(vault, gone, {memory.id for memory in back})
    vault.remove_links(vault.links_of(gone, include_expired=True))
    vault.remove_memories(gone)
    if back:
        vault.put_memories(back)
    return left


def _restore_episodes(vault: NamespaceStore, changes: Sequence[StateChange]) -> list[str]:
    """Bring back from the archive, or put there again; returns what was changed since."""
    there = _places(vault, [c.target for c in changes if isinstance(c.after, Archival)])
    back, _, left = _told_apart(changes, there, Archival)
    vault.mark_archived({place.id: place.archived for place in back})
    return left


def _places(vault: NamespaceStore, ids: Sequence[str]) -> dict[str, Archival]:
    """Places in the archive, or out of it, of those episodes that are there."""
    bearers = vault.bearers(ids) if ids else {}
    return {id_: Archival(id=id_, archived=bearers.get(id_, "")) for id_ in vault.known(ids)}


def _told_apart(
    changes: Sequence[StateChange], there: Mapping[str, object], kind: type[_Kept]
) -> tuple[list[_Kept], list[_Kept], list[str]]:
    """Items to set back to what they were, items that go again, and targets changed since."""
    back: list[_Kept] = []
    gone: list[_Kept] = []
    left: list[str] = []
    for change in changes:
        before, after, found = change.before, change.after, there.get(change.target)
        if not isinstance(after, kind) or found == before:
            continue
        if found != after:
            left.append(change.target)
        elif isinstance(before, kind):
            back.append(before)
        else:
            gone.append(after)
    return back, gone, left


def _freed(vault: NamespaceStore, gone: Sequence[str], settled: set[str]) -> list[Memory]:
    """Memories that hold again: what superseded them goes, and the journal tells of it no more."""
    freed = [name for name in vault.replaced_by(gone) if name not in {*gone, *settled}]
    found = [m for m in vault.get(freed).values() if isinstance(m, Memory)]
    holds = {"valid_to": None, "superseded_by": ""}
    return [
        m.model_copy(
            update={
                **holds,
                "status": "active" if m.status in ("superseded", ARCHIVED) else m.status,
            }
        )
        for m in found
    ]


def _restore_core(vault: NamespaceStore, before: Core) -> None:
    """The core of before, without lines whose memories hold no more.

    A line whose sources were forgotten since has those that its memory has now.
    """
    there = vault.get([line.memory for line in before.lines])
    lines = tuple(
        line.model_copy(update={"sources": line.sources or memory.sources})
        for line in before.lines
        if isinstance(memory := there.get(line.memory), Memory) and memory.current
    )
    if lines != before.lines:
        before = with_lines(before, lines)
    if vault.get_core() != before:
        vault.put_core(before)


def changed_since(vault: NamespaceStore, changes: Sequence[StateChange]) -> list[str]:
    """Memories and links that are no longer as dreams left them, by id."""
    links = vault.get_links([c.target for c in changes if isinstance(c.after, Link)])
    memories = vault.get([c.target for c in changes if isinstance(c.after, Memory)])
    places = _places(vault, [c.target for c in changes if isinstance(c.after, Archival)])
    there: dict[str, object] = {**links, **memories, **places}
    return [
        c.target
        for c in changes
        if not isinstance(c.after, _SINGLE) and there.get(c.target) != c.after
    ]
