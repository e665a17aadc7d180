"""A place for a person to look before anything is written; passes everything through."""

from typing import Any

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState


def review(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Approve all operations."""
    bed.tell("review", "progress", "nobody asked to look", operations=len(state["operations"]))
    return {}
