"""The dream that is under way in a namespace, and how far each node of a night came."""

from typing import TypedDict

from langgraph_dreams.dream.runtime.progress import ABOUT, NIGHTS, DreamEvent, lines
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.reports import DreamReport


class Progress(TypedDict):
    """The holder of a namespace ("" for nobody), and the events told so far, oldest first."""

    what: str
    events: list[DreamEvent]


class Stage(TypedDict):
    """A node of a night: its work, in the words in which it was told, and its seconds."""

    node: str
    text: str
    seconds: float | None


def progress(namespace: Namespace) -> Progress:
    """The dream under way in a namespace; one in another process tells no events."""
    holder = namespace.vault.leases.holder()
    if holder is None:
        return {"what": "", "events": []}
    return {"what": holder.what, "events": NIGHTS.events(holder.owner)}


def stages(report: DreamReport) -> list[Stage]:
    """Every node that a night passed."""
    told = {**lines(report.counts), "commit": f"dream {report.id} {report.status}"}
    passed = [name for name in ABOUT if name in report.cost or name == "commit"]
    return [{"node": name, "text": told[name], "seconds": report.cost.get(name)} for name in passed]
