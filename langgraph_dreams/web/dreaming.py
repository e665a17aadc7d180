"""The dream that is under way in a namespace, and how far each node of a night came."""

from typing import Any

from langgraph_dreams.dream.runtime.progress import ABOUT, NIGHTS, lines
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.reports import DreamReport


def dreaming(namespace: Namespace) -> dict[str, Any]:
    """Who has the namespace now ("" for nobody), and the events told so far, oldest first.

    The events of a dream in another process are not known here.
    """
    holder = namespace.vault.leases.holder()
    if holder is None:
        return {"what": "", "events": []}
    return {"what": holder.what, "events": NIGHTS.events(holder.owner)}


def stages(report: DreamReport) -> list[dict[str, Any]]:
    """What each node of a night did, in the words in which it was told, and its seconds."""
    told = {**lines(report.counts), "commit": f"dream {report.id} {report.status}"}
    passed = [name for name in ABOUT if name in report.cost or name == "commit"]
    return [{"node": name, "text": told[name], "seconds": report.cost.get(name)} for name in passed]
