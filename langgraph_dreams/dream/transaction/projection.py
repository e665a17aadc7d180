"""Memories as they would be once a dream's operations are applied."""

from collections.abc import Iterable, Sequence

from langgraph_dreams.store import Vault
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation

MEMORY_KINDS = frozenset({"add_memory", "merge_memory", "supersede_memory", "retire_memory"})
HOLDING = ("tentative", "active")


def final_states(operations: Iterable[Operation]) -> dict[str, Memory]:
    """The memories that operations change, by id, as the last of them leaves each."""
    changed = [o.after for o in operations if o.kind in MEMORY_KINDS and o.after]
    return {memory.id: memory for memory in map(Memory.model_validate, changed)}


def memories_after(vault: Vault, ids: Sequence[str], changed: dict[str, Memory]) -> list[Memory]:
    """Memories by id, changed ones as they will be; unknown ids are left out."""
    stored = vault.get([name for name in ids if name not in changed])
    found = (changed.get(name) or stored.get(name) for name in dict.fromkeys(ids))
    return [memory for memory in found if isinstance(memory, Memory)]


def current(memory: Memory) -> bool:
    """Whether it is neither superseded nor retired."""
    return memory.status in HOLDING
