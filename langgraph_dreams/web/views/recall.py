"""A question asked on the page: what is recalled, why each item came, and the way to it."""

from datetime import datetime
from typing import TypedDict

from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.base import Time
from langgraph_dreams.types.recall import Recall, RecallItem, Why
from langgraph_dreams.web.views.items import ItemRow, row, texts


class RecalledRow(ItemRow):
    """A recalled item, its score, and why it came."""

    score: float
    why: Why
    repeats: dict[str, Time]
    note: str


class RecallAnswer(TypedDict):
    """The answer with scores, ways, and the texts they pass by."""

    query: str
    items: list[RecalledRow]
    memories: list[RecalledRow]
    texts: dict[str, str]
    relevance: float
    floor: float


def recall(
    namespace: Namespace,
    question: str,
    k: int,
    without: str,
    as_of: datetime | None,
    floor: float | None = None,
    archived: bool = False,
) -> RecallAnswer:
    """Answer a question; nothing is noted.

    Raises InvalidInputError for a blank question, UnknownDreamError for an unknown dream.
    """
    found = namespace.recall(
        question,
        k,
        without_dream=[without] if without else [],
        as_of=as_of,
        note=False,
        floor=floor,
        archived=archived,
    )
    return {
        "query": found.query,
        "items": [_row(entry) for entry in found.items],
        "memories": [_row(entry) for entry in found.memories],
        "texts": texts(namespace.vault, _passed(found)),
        "relevance": found.relevance,
        "floor": found.floor,
    }


def _row(entry: RecallItem) -> RecalledRow:
    return {
        **row(entry.item),
        "score": entry.score,
        "why": entry.why,
        "repeats": entry.repeats,
        "note": entry.note,
    }


def _passed(found: Recall) -> list[str]:
    """Ids of the items that the reasons speak of."""
    passed = []
    for entry in (*found.items, *found.memories):
        passed += [entry.why.neighbour_of, entry.why.memory]
        passed += [end for hop in entry.why.path for end in (hop.source, hop.target)]
    return passed
