"""The ledger of memories: as they are, as a dream would leave them, and the changes on the way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation, OperationKind, beginning, leaving, propose

Vector = npt.NDArray[np.float32]
_ORDER: tuple[OperationKind, ...] = ("add_memory", "merge_memory", "supersede_memory")


@dataclass
class MemoryLedger:
    """Memories as they are and as this dream would leave them, with the changes on the way."""

    dream: str
    language: Language
    now: dict[str, Memory] = field(default_factory=dict)
    vectors: dict[str, Vector] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    """Memories that this dream adds, which every later proposal is held against."""
    refused: Counter[str] = field(default_factory=Counter)
    claims: list[str] = field(default_factory=list)
    """What became of claims that were not believed, with both texts."""
    _changes: dict[tuple[OperationKind, str], Operation] = field(default_factory=dict)
    _was: dict[str, Memory | None] = field(default_factory=dict)
    """Changed memories as they were before the first change."""

    def change(self, kind: OperationKind, new: Memory, reason: str) -> None:
        """Let `new` stand for the memory of its id; one operation of a kind for each memory."""
        old = None if kind == "add_memory" else self.now[new.id]
        if old is None:
            self.added.append(new.id)
        self._was.setdefault(new.id, old)
        self._changes[kind, new.id] = propose(self.dream, kind, new, reason=reason)
        self.now[new.id] = new

    def operations(self) -> list[Operation]:
        """The changes: what is added first, what is superseded last.

        Each begins where the one before it on the same memory ended, and the last one leaves the
        memory as it is now: they are read, and undone, in this order. What a new memory gained in
        the same dream is part of what is added.
        """
        state = dict(self._was)
        changes = dict(self._changes)
        for name in self.added:
            merged = changes.pop(("merge_memory", name), None)
            if merged is not None:
                added = changes["add_memory", name]
                changes["add_memory", name] = leaving(added, merged.memory())
        ordered = [o for kind in _ORDER for o in changes.values() if o.kind == kind]
        last = {o.target: o.id for o in ordered}
        found = []
        for o in ordered:
            after = self.now[o.target] if last[o.target] == o.id else o.memory()
            found.append(leaving(beginning(o, state[o.target]), after))
            state[o.target] = after
        return found

    def holding(self, names: Iterable[str], other_than: str) -> list[Memory]:
        """Those of the named memories that may be confirmed or superseded."""
        found = (self.now.get(name) for name in dict.fromkeys(names) if name != other_than)
        return [memory for memory in found if memory is not None and holds(memory)]

    def cosine(self, one: str, other: str) -> float:
        """Similarity of two memories, in [-1, 1]."""
        return float(self.vectors[one] @ self.vectors[other])
