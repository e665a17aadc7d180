"""Rerankers for the evidence benchmark: one that knows the answers, one that is at hand, or yours.

`oracle` gives the evidence of a question the best score: the most that any reranker could do.
`sentences` scores a text by its sentence that is nearest to the question, by the local embedder.
`MODULE:NAME` takes an object of yours, such as a cross-encoder, or a class that makes one.
"""

import importlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from langgraph_dreams import InvalidInputError

from .runner import CachingEmbedder
from .sets import Case

Scores = Callable[[str, list[str]], Sequence[float]]
Made = Callable[[Case, CachingEmbedder], Any]
"""The reranker of one case."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def _oracle(case: Case, _: CachingEmbedder) -> Scores:
    texts = {unit.id: unit.text for unit in case.units}
    gold = {q.text: [texts[name] for name in q.gold if name in texts] for q in case.questions}

    def score(query: str, given: list[str]) -> list[float]:
        return [float(any(text in whole for whole in gold[query])) for text in given]

    return score


def _sentences(_: Case, embedder: CachingEmbedder) -> Scores:
    def score(query: str, given: list[str]) -> list[float]:
        asked = embedder.embed([query])[0]
        return [float((embedder.embed(_SENTENCE.split(text)) @ asked).max()) for text in given]

    return score


def named(name: str) -> Made:
    """The reranker of this name. Raises InvalidInputError."""
    known: dict[str, Made] = {"oracle": _oracle, "sentences": _sentences}
    if name in known:
        return known[name]
    module, colon, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute) if colon else None
    except (ImportError, AttributeError, ValueError) as error:
        raise InvalidInputError(f"--reranker {name} cannot be imported: {error}") from error
    if found is None:
        raise InvalidInputError(
            f"--reranker {name}: give one of {', '.join(known)}, or MODULE:NAME of your own"
        )
    own = found() if isinstance(found, type) else found
    return lambda case, embedder: own
