"""Every operation at one size, beside bare searches that answer the same questions in turn."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from langgraph_dreams import DreamStore, Namespace

from .bare import all_bare
from .life import Life

LINKS_EACH = 5
NEW = 200
_BATCH = 200
_SINGLE = 20
_K = 10
RECALL, RECALL_ALONE = "recall, with links", "recall, without links"
NIGHT, FORGET, OPEN = "dream of 200 new", "forget a thread", "open to first answer"
RECORD, RECORD_ONE = "record 200", "record one"


@dataclass
class Timed:
    """CPU and wall seconds of an operation, by run."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], object]) -> None:
        """Do it once more."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)

    def figures(self) -> dict[str, float]:
        """Milliseconds."""
        return {
            "cpu": round(1000 * float(np.median(self.cpu)), 2),
            "cpu_p95": round(1000 * float(np.quantile(self.cpu, 0.95)), 2),
            "wall": round(1000 * float(np.median(self.wall)), 2),
            "wall_p95": round(1000 * float(np.quantile(self.wall, 0.95)), 2),
            "runs": len(self.cpu),
        }


def measure(folder: Path, items: int, questions: int) -> dict[str, Any]:
    """The figures of a store of so many turns, which is built in a folder."""
    life = Life(items)
    timed: dict[str, Timed] = {}
    with DreamStore.open(folder / "dreams", embedder=life) as store:
        _fill(store.namespace("scale"), life, timed)
    with DreamStore.open(folder / "dreams", embedder=life) as store:
        namespace = store.namespace("scale")
        timed[OPEN] = Timed()
        timed[OPEN].run(partial(namespace.recall, life.question(-1), _K, note=False))
        _ask(folder, namespace, life, questions, timed)
        _night(namespace, life, timed)
        timed[FORGET] = Timed()
        timed[FORGET].run(partial(namespace.forget, thread="t1"))
        counts = namespace.counts()
    return {
        "items": items,
        "counts": counts,
        "milliseconds": {name: each.figures() for name, each in timed.items()},
        "recorded_per_cpu_second": round(_BATCH / float(np.median(timed[RECORD].cpu)), 1),
        "bytes_per_episode": _bytes(folder / "dreams") // counts["episodes"],
        "bytes_per_episode_of_chroma": _bytes(folder / "bare" / "chroma") // items,
        "resident_bytes": _resident(),
    }


def _fill(namespace: Namespace, life: Life, timed: dict[str, Timed]) -> None:
    timed[RECORD] = Timed()
    for start in range(0, life.items, _BATCH):
        numbers = range(start, min(start + _BATCH, life.items))
        episodes = [life.episode(n, dreamt=True) for n in numbers]
        timed[RECORD].run(partial(namespace.record, episodes))
    for start in range(0, life.items, _BATCH):
        stop = min(start + _BATCH, life.items)
        namespace.add_links(life.links(start, stop, LINKS_EACH))


def _ask(
    folder: Path, namespace: Namespace, life: Life, questions: int, timed: dict[str, Timed]
) -> None:
    (folder / "bare").mkdir(parents=True, exist_ok=True)
    bare = all_bare(folder / "bare", life)
    for start in range(0, life.items, _BATCH):
        numbers = range(start, min(start + _BATCH, life.items))
        texts = [life.text(n) for n in numbers]
        vectors = life.embed(texts)
        for system in bare:
            system.add([f"e{n:08d}" for n in numbers], texts, vectors)
    asked = [life.question(n) for n in range(questions + 1)]
    for place, question in enumerate(asked):
        vector = life.embed([question])
        recall = partial(namespace.recall, question, _K, note=False, floor=0)
        works: list[tuple[str, Callable[[], object]]] = [
            (RECALL, recall),
            (RECALL_ALONE, partial(recall, links=False)),
            *((system.name, partial(system.search, question, vector)) for system in bare),
        ]
        turned = works[place % len(works) :] + works[: place % len(works)]
        for name, work in turned:
            if place:  # the first question warms all of them up
                timed.setdefault(name, Timed()).run(work)
            else:
                work()


def _night(namespace: Namespace, life: Life, timed: dict[str, Timed]) -> None:
    timed[RECORD_ONE], timed[NIGHT] = Timed(), Timed()
    for number in range(life.items, life.items + _SINGLE):
        timed[RECORD_ONE].run(partial(namespace.record, [life.episode(number)]))
    rest = range(life.items + _SINGLE, life.items + NEW)
    namespace.record([life.episode(number) for number in rest])
    timed[NIGHT].run(namespace.dream)


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """The power of the size with which a cost grows: slope of least squares in log and log."""
    slope: float = np.polyfit(np.log(sizes), np.log(values), 1)[0]
    return slope


def _resident() -> int:
    """The most memory that this process had, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
