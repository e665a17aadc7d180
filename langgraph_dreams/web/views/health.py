"""Figures of health over the nights: what each brought, what it cost, how it was used since."""

from collections import Counter
from typing import TypedDict

from langgraph_dreams.dream.health.figures import made_by
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.telling.health import NOTHING

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
    seconds: float
    later_use: int
    """Noted recalls in which a link of it brought an item, or a memory of it came."""
    alarms: list[str]
    nothing: list[str]


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
            "seconds": (report.finished - report.started).total_seconds(),
            "later_use": used[report.id],
            "alarms": [alarm.kind for alarm in report.alarms],
            "nothing": [NOTHING[why][0] for why in report.brought_nothing],
        }
        for report in namespace.dreams()
        if report.status != "noop"
    ]
    return {"nights": rows, "recalls": asked}


def _later_use(vault: NamespaceStore) -> tuple[Counter[str], int]:
    """In how many noted recalls something came of each dream; and how many were noted."""
    notes = vault.recalls(undreamt=False, limit=_RECALLS)
    return made_by(vault, notes), len(notes)
