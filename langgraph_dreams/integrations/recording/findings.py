"""What nodes found that keep it in a field of the state of their own, not among the messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from langgraph.types import Command

from langgraph_dreams.integrations.recording.bounded_json import state_fields
from langgraph_dreams.integrations.recording.recall_shown import is_recall

_LEAST = 4
"""Words of a finding: fewer are a route, a name, a state."""
_SENT = "__pregel_push"
"""Among the triggers of a node that `Send` started."""


def node_at(metadata: Mapping[str, Any], depth: int) -> str:
    """The node of a graph in which something runs, the graph being `depth` nodes deep."""
    steps = str(metadata.get("langgraph_checkpoint_ns") or "").split("|")
    return steps[depth].split(":")[0] if depth < len(steps) else ""


def depth_of(metadata: Mapping[str, Any]) -> int:
    """How many nodes of other graphs a graph runs within."""
    place = str(metadata.get("langgraph_checkpoint_ns") or "")
    return place.count("|") + 1 if place else 0


def is_sent(metadata: Mapping[str, Any]) -> bool:
    """True of a worker that `Send` started."""
    return _SENT in map(str, metadata.get("langgraph_triggers") or ())


def found_texts(update: Any, key: str) -> Iterator[str]:
    """The texts in the fields of what a node returned, but for the messages."""
    if isinstance(update, Command):
        update = update.update
    for name, value in state_fields(update).items():
        if name == key:
            continue
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str) and len(text.split()) >= _LEAST and not is_recall(text):
                yield text
