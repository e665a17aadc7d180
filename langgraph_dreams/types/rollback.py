"""Types of undoing: the difference that a dream made, and what a rollback undid."""

import json
from collections.abc import Mapping
from typing import Any

from langgraph_dreams.types.base import FrozenModel
from langgraph_dreams.types.items import Link, Memory
from langgraph_dreams.types.operations import ItemState, Operation
from langgraph_dreams.types.reports import DreamStatus


class DreamDiff(FrozenModel):
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


class Rollback(FrozenModel):
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


def _told(state: ItemState | None, raw: Mapping[str, Any] | None) -> list[str]:
    """A state of a memory, a link or the core in a line; of all links, as it is."""
    if state is None:
        return [] if raw is None else [json.dumps(raw)]
    if isinstance(state, Memory):
        return [f"{state.text} ({state.status}, from {', '.join(state.sources)})"]
    if isinstance(state, Link):
        return [f"{state.a} -- {state.b} {state.weight} ({state.status})"]
    return [f"{line.memory}: {line.text}" for line in state.lines]
