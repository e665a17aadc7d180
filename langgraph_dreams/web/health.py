"""Figures of health over the nights: what each brought, what it cost, how it was used since."""

from collections import Counter
from typing import Any

from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.store import Vault

_RECALLS = 1000
"""Noted recalls that later use is counted in."""


def health(namespace: Namespace) -> dict[str, Any]:
    """The figures of every night that was more than a no-op, oldest first."""
    used, asked = _later_use(namespace.vault)
    rows = [
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


def _later_use(vault: Vault) -> tuple[Counter[str], int]:
    """In how many noted recalls a link of each dream brought an item; and how many were noted."""
    notes = vault.recalls(undreamt=False, limit=_RECALLS)
    links = vault.get_links(sorted({link for note in notes for link in note.links}))
    used: Counter[str] = Counter()
    for note in notes:
        used.update({links[name].dream for name in note.links if name in links})
    return used, len(notes)
