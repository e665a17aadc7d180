"""The floor of recall, measured in a dream: the relevance below which nothing is returned.

What must be answered are past questions, rehearsals, and what memories say, asked of the episodes;
what must not are sentences that are of nobody. Nothing of another namespace is read.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from langgraph_dreams.dream.commit.recall_check import past, rehearsals
from langgraph_dreams.errors import EmbedderError
from langgraph_dreams.recall.generic import QUESTIONS, SMALL_TALK, generic
from langgraph_dreams.recall.relevance import NEAREST, rated, usual_floor
from langgraph_dreams.store import NamespaceStore, Vectors
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.reports import DreamReport

FLOOR = "floor"
"""Figure of a dream's health: the relevance from which on recall answers, as measured by it."""
_GROWN = 1.2  # times as many episodes as at the last measure, from which on it is measured again
_LEAST = 8  # things that must be answered, from which on they say something
_MOST = 40
_ANSWERED = 0.05  # of what must be answered, the share that may fall below the floor
_NEARLY_ALL, _MOSTLY = 0.9, 0.75  # of what must not be answered
_SAME = 0.98  # cosine; equal texts are near to any embedder, and tell nothing of it
_MARGIN = 0.03


def with_floor(vault: NamespaceStore, report: DreamReport) -> DreamReport:
    """The report of a dream that is to be written, with the floor if it is to be another."""
    if vault.count()["episodes"] < _GROWN * vault.floor_of:
        return report
    try:
        floor = _measured(vault, report.recalls)
    except EmbedderError as error:
        notes = (*report.notes, f"the floor of recall was not measured: {error}")
        return report.model_copy(update={"notes": notes})
    if floor is None:
        return report
    known = vault.floor
    was = "" if known is None else f", before from {known:.2f} on"
    notes = (*report.notes, f"recall answers what is relevant from {floor:.2f} on{was}")
    return report.model_copy(update={"notes": notes, "health": {**report.health, FLOOR: floor}})


def keep_floor(vault: NamespaceStore, report: DreamReport) -> None:
    """Have recall go by the floor that a dream has measured."""
    if FLOOR in report.health:
        vault.put_floor(report.health[FLOOR], vault.count()["episodes"])


def _measured(vault: NamespaceStore, recalls: Sequence[str]) -> float | None:
    """The floor as it is now; None when nothing tells it."""
    known = generic(vault.embedder)
    strange = _rated(vault, QUESTIONS, known.questions, "em")
    chat = _rated(vault, SMALL_TALK, known.small_talk, "em")
    near = float(np.mean([np.quantile(part, _NEARLY_ALL) for part in (strange, chat)]))
    own = _answerable(vault, recalls)
    floor, usual = near + _MARGIN, usual_floor(vault)
    if usual is not None:
        floor = (floor + usual) / 2
    elif len(own) < _LEAST:
        return None
    if len(own) >= _LEAST:
        if np.median(own) <= near:
            return 0.0  # this embedder does not tell what is answered here from what is not
        lowest = np.quantile([*strange, *chat], _MOSTLY)
        floor = min(floor, max(float(np.quantile(own, _ANSWERED)), float(lowest)))
    return round(min(1.0, max(0.0, floor)), 4)


def _answerable(vault: NamespaceStore, recalls: Sequence[str]) -> list[float]:
    """Relevance for what must be answered: past questions, rehearsals, and what memories say."""
    memories = islice(vault.get(vault.memory_ids()).values(), _MOST)
    said = [m.text for m in memories if isinstance(m, Memory)]
    asked = [q.text for q in (*past(vault, recalls, _MOST), *rehearsals(vault, _MOST))]
    vectors = vault.embed_questions(asked)
    known = generic(vault.embedder)
    telling = [i for i, row in enumerate(vectors) if not known.small_talk_in(row)]
    questions = _rated(vault, [asked[i] for i in telling], vectors[telling], "em")
    return [*questions, *_rated(vault, said, vault.embed(said), "e")]


def _rated(
    vault: NamespaceStore, texts: Sequence[str], vectors: Vectors, prefixes: str
) -> list[float]:
    return list(_each(vault, texts, vectors, prefixes)) if texts else []


def _each(
    vault: NamespaceStore, texts: Sequence[str], vectors: Vectors, prefixes: str
) -> Iterator[float]:
    near = [vault.dense(vectors, NEAREST, prefix) for prefix in prefixes]
    for text, *hits in zip(texts, *near, strict=True):
        found = {name: cosine for part in hits for name, cosine in part if cosine < _SAME}
        yield rated(vault, text, found)
