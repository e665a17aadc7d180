"""A small life to dream of: two weeks of a workshop, with one planted bridge."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from langgraph_dreams import DreamPolicy, Episode, Namespace, Trust
from langgraph_dreams.types.items import Origin, episode_id

START = datetime(2026, 3, 2, 9, tzinfo=UTC)

FIRST = (
    "We hired the Brandhorst kiln for the summer fair, it fires up to twelve pots at once.",
    "The delivery van was late again and the glaze arrived on Tuesday evening.",
    "Could you remind me to order more clay for the beginners course next month?",
    "The market stall made less money than last year because of the heavy rain.",
)
SECOND = (
    "A fuse blew in the workshop and we lost half a day looking for the fault.",
    "Grandmother rang to say that her knee is getting better and she walks again.",
    "The Brandhorst people say their burner cracks when the gas pressure falls below eight bar.",
    "We painted the shop window green and hung the new lamps above the counter.",
)
QUESTION = "What could go wrong with the pots at the summer fair?"
ANSWER = SECOND[2]


def episode(text: str, *, day: int, position: int = 0, **fields: object) -> Episode:
    """An episode said on a day of this life, in that day's thread."""
    thread = str(fields.pop("thread", f"day {day}"))
    time = START + timedelta(days=day, minutes=position)
    origin: Origin = "user"
    return Episode.model_validate(
        {
            "id": episode_id(thread, position, text, time),
            "text": text,
            "thread": thread,
            "position": position,
            "time": time,
            "origin": origin,
            "trust": Trust.TRUSTED,
            **fields,
        }
    )


def day(texts: Sequence[str], number: int) -> list[Episode]:
    """The episodes of one day."""
    return [episode(text, day=number, position=i) for i, text in enumerate(texts)]


def live(namespace: Namespace) -> None:
    """Two days, a night after each."""
    namespace.record(day(FIRST, 0))
    namespace.dream()
    namespace.record(day(SECOND, 7))
    namespace.dream()


class WordEmbedder:
    """A deterministic embedder without a model: a hashed bag of words."""

    def __init__(self, name: str = "words", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(word.encode()) % self.dimension] += 1.0
            row[0] += 0.1
            row /= np.linalg.norm(row)
        return rows


# A namespace of a dozen episodes has no common words: every term is rare, and few are shared.
SMALL = DreamPolicy(cosine_low=0.0)
