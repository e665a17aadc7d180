"""A reranker of the user's: it reads the question beside each of the first items, and orders them.

It orders what states something. What recall holds besides stays true: turns that say the same share
a place, those that only ask keep theirs, outdated evidence stands behind what replaced it, and
updates before what they update (`update_order`, which comes after).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
from langchain_core.documents import BaseDocumentCompressor, Document

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.recall.candidates import Pool
from langgraph_dreams.recall.turns import Turns
from langgraph_dreams.types.items import Episode

logger = logging.getLogger("langgraph_dreams")

_PLACE = "langgraph_dreams_place"
"""Key of a document's metadata by which it is known again."""
_SCORE = "relevance_score"
"""Key under which LangChain's compressors keep their score."""

Ranks = list[tuple[int, float | None]]
"""Places of the given texts, best first, and the scores of those that got one."""
Reranking = Callable[[str, list[str]], Ranks]


class CrossEncoder(Protocol):
    """A model that scores (question, text) pairs, such as LangChain's cross-encoders."""

    def score(self, text_pairs: list[tuple[str, str]]) -> Any:
        """One score a pair, higher is better."""


Reranker = BaseDocumentCompressor | CrossEncoder | Callable[[str, list[str]], Any]


def resolve_reranker(value: Reranker | None) -> Reranking | None:
    """How a reranker is asked; None for none. Raises InvalidInputError for what is no reranker."""
    if value is None:
        return None
    if not isinstance(value, type):
        if callable(getattr(value, "compress_documents", None)):
            return partial(_compressed, value)
        for name in ("score", "predict"):  # LangChain's, and sentence-transformers'
            if callable(method := getattr(value, name, None)):
                return partial(_scored, partial(_of_pairs, method))
        if callable(value):
            return partial(_scored, value)
    raise InvalidInputError(
        f"{shown(value)} is no reranker: pass a LangChain document compressor, a cross-encoder with"
        " score(pairs), or a function that takes the question and a list of texts and answers one"
        " score for each"
    )


def _of_pairs(score: Callable[[list[tuple[str, str]]], Any], query: str, texts: list[str]) -> Any:
    return score([(query, text) for text in texts])


def _scored(score: Callable[[str, list[str]], Any], query: str, texts: list[str]) -> Ranks:
    scores = np.asarray(score(query, list(texts)), dtype=np.float64)
    if scores.size != len(texts) or not np.isfinite(scores).all():
        raise ValueError(f"{len(texts)} finite scores expected, got an array of {scores.shape}")
    scores = scores.ravel()
    return [(i, float(scores[i])) for i in np.argsort(-scores, kind="stable").tolist()]


def _compressed(compressor: Any, query: str, texts: list[str]) -> Ranks:
    """What a compressor keeps, in its order; then what it left out, as that stood."""
    given = [Document(text, metadata={_PLACE: i}) for i, text in enumerate(texts)]
    answer = list(compressor.compress_documents(given, query))
    place = {text: i for i, text in reversed(list(enumerate(texts)))}
    found: dict[int, float | None] = {}
    for document in answer:
        i = document.metadata.get(_PLACE, place.get(document.page_content))
        if isinstance(i, int) and 0 <= i < len(texts):
            found.setdefault(i, _number(document.metadata.get(_SCORE)))
    if answer and not found:
        raise ValueError("none of the documents that it answered is one that it was given")
    return [*found.items(), *((i, None) for i in range(len(texts)) if i not in found)]


def _number(value: Any) -> float | None:
    try:
        return float(value) if np.isfinite(float(value)) else None
    except (TypeError, ValueError):
        return None


# -- in a recall


@dataclass(frozen=True)
class Reordered:
    """The order of a recall, and what a reranker made of it."""

    order: list[int]
    """Places in the pool."""
    before: dict[int, int] = field(default_factory=dict)
    """Of what it read, the rank that it had, from 1."""
    scores: dict[int, float] = field(default_factory=dict)


def reordered(
    rerank: Callable[[list[Episode]], Ranks],
    pool: Pool,
    turns: Turns,
    order: Sequence[int],
    most: int,
    behind: Mapping[str, Sequence[str]],
) -> Reordered:
    """The order with the first `most` that state something in that of the reranker.

    behind: outdated episodes, and the evidence of what replaced them.
    """
    first = turns.first(order, most)[0][:most]
    ranks = rerank([turns[i].episode for i in first]) if len(first) > 1 else []
    walked = list(dict.fromkeys(turns.newest(i) if i in turns else i for i in order))
    if not ranks:
        return Reordered(walked)
    slots = [at for at, i in enumerate(walked) if i in set(first)]
    for at, i in zip(
        slots, _current_first(pool, [first[n] for n, _ in ranks], behind), strict=True
    ):
        walked[at] = i
    return Reordered(
        walked,
        {i: rank for rank, i in enumerate(first, start=1)},
        {first[n]: score for n, score in ranks if score is not None},
    )


def _current_first(
    pool: Pool, ranked: Sequence[int], behind: Mapping[str, Sequence[str]]
) -> list[int]:
    """The same, where of the evidence for what replaced something the best comes before it."""
    rank = {i: at for at, i in enumerate(ranked)}
    placed: dict[int, None] = {}

    def place(i: int, seen: frozenset[int]) -> None:
        if i in placed or i in seen:
            return
        named = (pool.place[name] for name in behind.get(pool.ids[i], ()) if name in pool.place)
        current = [j for j in named if j in rank]
        if current and placed.keys().isdisjoint(current):
            place(min(current, key=rank.__getitem__), seen | {i})
        placed[i] = None

    for i in ranked:
        place(i, frozenset())
    return list(placed)


def asked(reranking: Reranking, query: str, texts: list[str]) -> Ranks:
    """The reranker's answer; empty, with a warning, when it fails: an agent's turn goes on."""
    try:
        return reranking(query, texts)
    except Exception as error:  # noqa: BLE001 -- it is the caller's, and recall has an order anyway
        logger.warning(
            "recall keeps its own order: the reranker failed on %d texts with %s: %s; check its"
            " key, address and limits, or open the store without it",
            len(texts),
            type(error).__name__,
            error,
        )
        return []
