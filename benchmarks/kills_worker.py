"""The process that `benchmarks.kills` kills: it records, recalls and dreams until it dies."""

import itertools
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from langgraph_dreams import DreamStore, Episode, Namespace
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.store.embedded import persist as checkpoint
from langgraph_dreams.types.items import episode_id

NAMESPACE = ("acme", "ada")
BATCH = 4
"""Episodes recorded by one call."""
_DREAM_EVERY = 3  # batches
_START = datetime(2024, 3, 1, 12, tzinfo=UTC)
_THINGS = ("vase", "kiln", "glaze", "boat", "harbour", "violin", "garden", "lantern")
_PLACES = ("Lisbon", "Oslo", "Kyoto", "Quito", "Cairo")


class BagEmbedder:
    """Bags of hashed words, 64 dimensions: cheap, and texts that share words are near."""

    name = "kills-bag"
    dimension = 64

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[zlib.crc32(word.encode()) % self.dimension] += 1
        lengths: npt.NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= lengths
        return vectors


def episode(number: int) -> Episode:
    """Episode `number`; every tenth says something else of an earlier one's subject."""
    thing, place = _THINGS[number % len(_THINGS)], _PLACES[number // 10 % len(_PLACES)]
    text = f"user: note {number}, my {thing} number{number % 13} is in {place} now"
    thread, position = f"t{number // 20}", number % 20
    time = _START + timedelta(minutes=number)
    return Episode(
        id=episode_id(thread, position, text, time),
        text=text,
        thread=thread,
        position=position,
        time=time,
    )


def work(path: Path, start: int, limit: int, said: Connection) -> None:
    """Tell ("phase", what), ("recorded", {id: text}) and ("dreamt", id), each after it is so.

    `start`: number of the first episode; the last ones may be there already, unacknowledged.
    `limit`: entries of a log that call for a checkpoint.
    """
    checkpoint.LIMIT = limit
    said.send(("phase", "opening"))
    store = DreamStore.open(path, embedder=BagEmbedder())
    ada = store.namespace(*NAMESPACE)
    for turn in itertools.count(start // BATCH):
        said.send(("phase", "recording"))
        new = [episode(number) for number in range(turn * BATCH, (turn + 1) * BATCH)]
        ids = ada.record(new)
        said.send(("recorded", {id_: one.text for id_, one in zip(ids, new, strict=True)}))
        said.send(("phase", "recalling"))
        ada.recall(new[0].text, 3)
        if turn % _DREAM_EVERY == _DREAM_EVERY - 1:
            _dream(ada, said)


def _dream(ada: Namespace, said: Connection) -> None:
    def tell(event: DreamEvent) -> None:
        said.send(("phase", "committing" if event["node"] == "commit" else "dreaming"))

    said.send(("phase", "dreaming"))
    report = ada.dream(on_event=tell)
    if report.status == "committed":
        said.send(("dreamt", report.id))
