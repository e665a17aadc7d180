"""Types of undoing: the difference that a dream made, and what a rollback undid."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from langgraph_dreams.types.base import PrintedModel
from langgraph_dreams.types.items import Archival, Link, Memory
from langgraph_dreams.types.operations import MEMORY_KINDS, ItemState, Operation
from langgraph_dreams.types.reports import DreamStatus
from langgraph_dreams.types.telling.told import LISTED, listed, many, quoted
from langgraph_dreams.types.weights import Learned, weights_line


class DreamDiff(PrintedModel):
    """Changes of a dream, operation by operation, and what undoing it would meet."""

    dream: str
    status: DreamStatus
    operations: tuple[Operation, ...]
    """Its operations that are in force, or would be; each with the state before and after."""
    undone: tuple[Operation, ...] = ()
    """Its operations that were undone since."""
    built_on: tuple[Operation, ...] = ()
    """Operations of later dreams that rest on these; a rollback has to undo them, too."""
    changed_since: tuple[str, ...] = ()
    """Ids of memories and links that were changed since, by no dream; a rollback leaves them."""

    def text(self) -> str:
        """One line an operation: what went (-), what came (+)."""
        lines = [f"dream {self.dream}, {self.status}: {len(self.operations)} operations"]
        for operation in self.operations:
            lines.append(f"  {operation.id[:10]} {operation.kind} {operation.target}")
            lines += [f"  - {line}" for line in _told(operation.state_before(), operation.before)]
            lines += [f"  + {line}" for line in _told(operation.state_after(), operation.after)]
        for title, others in (("undone", self.undone), ("built on it later", self.built_on)):
            lines += [f"{title}: {o.id[:10]} {o.kind} {o.target}" for o in others]
        lines += [f"changed since by hand: {name}" for name in self.changed_since]
        return "\n".join(lines)


class Rollback(PrintedModel):
    """Operations that a rollback undid."""

    dream: str
    operations: tuple[Operation, ...]
    """The dream's own operations."""
    cascaded: tuple[Operation, ...] = ()
    """Operations of later dreams that had been built on them."""
    left: tuple[str, ...] = ()
    """Ids of what was changed or removed since by no dream, and so stays as it is."""
    episodes: int = 0
    """Episodes that the next dream takes up again."""

    def text(self) -> str:
        """The same in words, a line each."""
        lines = [f"Undid {many(len(self.operations), 'operation')} of dream {self.dream}."]
        if self.cascaded:
            lines.append(f"Of later dreams: {many(len(self.cascaded), 'operation')} built on them.")
        lines += listed(_back((*self.operations, *self.cascaded)))
        if self.left:
            names = ", ".join(self.left[:LISTED])
            lines.append(f"Changed since by no dream, and left: {len(self.left)} ({names}).")
        if self.episodes:
            lines.append(f"Waiting for the next dream again: {many(self.episodes, 'episode')}.")
        return "\n".join(lines)


def _back(operations: Iterable[Operation]) -> Iterator[str]:
    """The memories that are gone, or as they were before the first of the operations."""
    first: dict[str, Operation] = {}
    for operation in operations:
        if operation.kind in MEMORY_KINDS:
            first.setdefault(operation.target, operation)
    for operation in first.values():
        before, after = operation.state_before(), operation.state_after()
        if isinstance(before, Memory):
            yield f"  as before: {quoted(before.text)} ({before.status})"
        elif isinstance(after, Memory):
            yield f"  gone: {quoted(after.text)}"


def _told(state: ItemState | None, raw: Mapping[str, Any] | None) -> list[str]:
    """A state of a memory, a link, the core or the weights in a line; of all links, as it is."""
    if state is None:
        return [] if raw is None else [json.dumps(raw)]
    if isinstance(state, Memory):
        return [f"{state.text} ({state.status}, from {', '.join(state.sources)})"]
    if isinstance(state, Link):
        return [f"{state.a} -- {state.b} {state.weight} ({state.status})"]
    if isinstance(state, Learned):
        return [weights_line(version) for version in state.versions[-1:]]
    if isinstance(state, Archival):
        return [f"in the archive, borne by {state.archived}" if state.archived else "in recall"]
    return [f"{line.memory}: {line.text}" for line in state.lines]
