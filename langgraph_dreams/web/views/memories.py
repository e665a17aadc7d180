"""The levels of memory: how much there is on each, the core, and memories page by page."""

from typing import TypedDict, get_args

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.items import Core, Memory, MemoryKind, MemoryStatus
from langgraph_dreams.web.views.items import ItemRow, row

STATUSES: tuple[str, ...] = get_args(MemoryStatus)
KINDS: tuple[str, ...] = get_args(MemoryKind)
_PAGE = 50
_BATCH = 200  # memories read at once


class Levels(TypedDict):
    """The rungs, from what changes every turn to what changes rarely."""

    counts: dict[str, int]
    statuses: dict[str, int]
    """Memories of each status."""
    archive: int
    """Episodes in the archive."""
    pages: int
    core: Core


class MemoryPage(TypedDict):
    """Memories, newest first, and the place in the list to go on from; None at the end."""

    memories: list[ItemRow]
    next: int | None


def levels(namespace: Namespace) -> Levels:
    """Count the memories on each level, and show the core itself."""
    vault = namespace.vault
    return {
        "counts": namespace.counts(),
        "statuses": {status: len(vault.memory_ids([status])) for status in STATUSES},
        "archive": vault.archive_size(),
        "pages": len(vault.derived_ids()),
        "core": namespace.core(),
    }


def memories(namespace: Namespace, status: str, kind: str, offset: int) -> MemoryPage:
    """Memories of a status and kind (empty for all), from a place in the list on.

    Raises InvalidInputError for an unknown status or kind.
    """
    for name, value, known in (("status", status, STATUSES), ("kind", kind, KINDS)):
        if value and value not in known:
            raise InvalidInputError(f"{name} is {shown(value)}; choose one of {', '.join(known)}")
    vault = namespace.vault
    listed = vault.rehearsal_ids if kind == "rehearsal" else vault.memory_ids
    ids = listed([status] if status else STATUSES)[::-1]
    found: list[ItemRow] = []
    while offset < len(ids):
        batch = ids[offset : offset + _BATCH]
        there = vault.get(batch)
        for id_ in batch:
            offset += 1
            item = there.get(id_)
            if isinstance(item, Memory) and (not kind or item.kind == kind):
                found.append(row(item))
            if len(found) == _PAGE:
                return {"memories": found, "next": offset if offset < len(ids) else None}
    return {"memories": found, "next": None}
