"""A question asked on the page: what is recalled, why each item came, and the way to it."""

from datetime import datetime
from typing import Any

from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.recall import Recall, RecallItem
from langgraph_dreams.web.items import row, texts


def recalled(
    namespace: Namespace, question: str, k: int, without: str, as_of: datetime | None
) -> dict[str, Any]:
    """The answer with scores, ways, and the texts they pass by. Nothing is noted.

    Raises InvalidInputError for a blank question, UnknownDreamError for an unknown dream.
    """
    found = namespace.recall(
        question, k, without_dream=[without] if without else [], as_of=as_of, note=False
    )
    return {
        "query": found.query,
        "items": [_item(entry) for entry in found.items],
        "memories": [_item(entry) for entry in found.memories],
        "texts": texts(namespace.vault, _passed(found)),
    }


def _item(entry: RecallItem) -> dict[str, Any]:
    return row(entry.item) | {"score": entry.score, "why": entry.why.model_dump(mode="json")}


def _passed(found: Recall) -> list[str]:
    """Ids of the items that the reasons speak of."""
    passed = []
    for entry in (*found.items, *found.memories):
        passed += [entry.why.neighbour_of, entry.why.memory]
        passed += [end for hop in entry.why.path for end in (hop.source, hop.target)]
    return passed
