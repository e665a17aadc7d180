"""Figures of health over the nights: what each brought, what it cost, how it was used since."""

from collections import Counter
from typing import TypedDict

from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.store import NamespaceStore

_RECALLS = 1000
"""Noted recalls that later use is counted in."""


class NightHealth(TypedDict):
    """The figures of one night."""

    id: str
    number: int
    status: str
    started: str
    health: dict[str, float]
    tokens: float
    later_use: int
    """Noted recalls in which a link of it brought an item."""


class Health(TypedDict):
    """The figures of every night that was more than a no-op, oldest first."""

    nights: list[NightHealth]
    recalls: int
    """Noted recalls that were looked at."""


def health(namespace: Namespace) -> Health:
    """The figures of a namespace."""
    used, asked = _later_use(namespace.vault)
    rows: list[NightHealth] = [
        {
            "id": report.id,
            "number": report.number,
            "status": report.status,
            "started": report.started.isoformat(),
            "health": report.health,
            "tokens": report.cost.get("input_tokens", 0) + report.cost.get("output_tokens", 0),
            "later_use": used[report.id],
        }
        for report in namespace.dreams()
        if report.status != "noop"
    ]
    return {"nights": rows, "recalls": asked}


def _later_use(vault: NamespaceStore) -> tuple[Counter[str], int]:
    """In how many noted recalls a link of each dream brought an item; and how many were noted."""
    notes = vault.recalls(undreamt=False, limit=_RECALLS)
    links = vault.get_links(sorted({link for note in notes for link in note.links}))
    used: Counter[str] = Counter()
    for note in notes:
        used.update({links[name].dream for name in note.links if name in links})
    return used, len(notes)
