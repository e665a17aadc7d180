"""The levels of memory: how much there is on each, the core, and memories page by page."""

from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.items import Memory
from langgraph_dreams.web.items import row

STATUSES = ("tentative", "active", "superseded", "retired")
KINDS = ("fact", "preference", "procedure", "insight")
_PAGE = 50
_BATCH = 200  # memories read at once


def levels(namespace: Namespace) -> dict[str, Any]:
    """The rungs, from what changes every turn to what changes rarely."""
    vault = namespace.vault
    return {
        "counts": namespace.counts(),
        "statuses": {status: len(vault.memory_ids([status])) for status in STATUSES},
        "insights": len(vault.insight_ids()),
        "core": namespace.core().model_dump(mode="json"),
    }


def memories(namespace: Namespace, status: str, kind: str, offset: int) -> dict[str, Any]:
    """Memories of a status and kind (empty for all), newest first, from a place in the list on.

    `next` is the place to go on from, None at the end. Raises InvalidInputError.
    """
    for name, value, known in (("status", status, STATUSES), ("kind", kind, KINDS)):
        if value and value not in known:
            raise InvalidInputError(f"{name} is {shown(value)}; choose one of {', '.join(known)}")
    vault = namespace.vault
    ids = vault.memory_ids([status] if status else STATUSES)[::-1]
    found: list[dict[str, Any]] = []
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
