"""A night over many namespaces of one folder: each is opened, dreamt and let go of."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from langgraph_dreams import DreamStore, Episode, Namespace

from ..scale.life import Life

RECORD, DREAM, RECALL = "record", "open and dream", "open and recall"
_MARKS = (0.1, 0.5, 1.0)
"""Parts of a phase at whose ends memory is looked at."""
_ASKED = 50  # namespaces


@dataclass
class Phase:
    """CPU and wall milliseconds of one kind of work, by namespace."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self, work: Any, *given: Any) -> Any:
        """Do it for one more namespace."""
        cpu, wall = time.process_time(), time.perf_counter()
        answer = work(*given)
        self.cpu.append(1000 * (time.process_time() - cpu))
        self.wall.append(1000 * (time.perf_counter() - wall))
        return answer

    def figures(self) -> dict[str, float]:
        """Mean over all, and over the first and last tenth: what grows shows there."""
        tenth = max(1, len(self.cpu) // 10)
        parts = {"": slice(None), " first": slice(tenth), " last": slice(-tenth, None)}
        return {
            f"{name}{part}": round(float(np.mean(values[where])), 1)
            for name, values in (("cpu", self.cpu), ("wall", self.wall))
            for part, where in parts.items()
        }


def swept(folder: Path, namespaces: int, episodes: int) -> dict[str, Any]:
    """Build a store of so many namespaces, dream each of them, and look for what is lost."""
    life = Life(namespaces * episodes)
    phases = {name: Phase() for name in (RECORD, DREAM, RECALL)}
    memory: dict[str, list[int]] = {}

    def note(phase: str, number: int) -> None:
        if number + 1 in {max(1, round(part * namespaces)) for part in _MARKS}:
            memory.setdefault(phase, []).append(resident())

    with DreamStore.open(folder, embedder=life) as store:
        for number in range(namespaces):
            phases[RECORD].run(_of(store, number).record, turns(life, number, episodes))
            note(RECORD, number)
    with DreamStore.open(folder, embedder=life) as store:
        left = store.namespaces()
        for number, parts in enumerate(left):
            own = store.namespace(*parts)
            phases[DREAM].run(own.dream)
            note(DREAM, number)
        handles = len(os.listdir("/dev/fd"))
    with DreamStore.open(folder, embedder=life) as store:
        step = max(1, namespaces // _ASKED)
        faults = [
            fault
            for number in range(0, namespaces, step)
            for fault in _faults(_of(store, number), life, number, episodes, phases[RECALL])
        ]
    return {
        "namespaces": namespaces,
        "episodes": episodes,
        "milliseconds": {name: phase.figures() for name, phase in phases.items()},
        "resident_mb": memory,
        "open_files": handles,
        "disk_kb_a_namespace": round(_bytes(folder) / 1000 / namespaces, 1),
        "faults": faults,
        "swept": len(left),
    }


def turns(life: Life, number: int, episodes: int) -> list[Episode]:
    """The turns of a namespace: a range of the life that is nobody else's."""
    return [life.episode(n) for n in range(number * episodes, (number + 1) * episodes)]


def _of(store: DreamStore, number: int) -> Namespace:
    return store.namespace("many", f"u{number}")


def _faults(own: Namespace, life: Life, number: int, episodes: int, phase: Phase) -> Sequence[str]:
    """What of it is lost, not dreamt of, or another's."""
    mine = {episode.id: episode.text for episode in turns(life, number, episodes)}
    found = {item.id: item.text for item in own.episodes()}
    text = mine[f"e{number * episodes + 7:08d}"]
    recall = phase.run(lambda: own.recall(text, episodes, note=False, floor=0))
    ids = {item.item.id for item in recall.items}
    faults = []
    if found != mine:
        faults.append(f"{own!r} has {len(found)} episodes, {len(mine)} were recorded")
    if own.counts()["undreamt"]:
        faults.append(f"{own!r} has episodes that were not dreamt of")
    if not ids or ids - mine.keys() or not any(i.item.text == text for i in recall.items):
        faults.append(f"{own!r} answered {sorted(ids)} to its own words")
    if {end for link in own.links() for end in (link.a, link.b)} - mine.keys():
        faults.append(f"{own!r} has links to what is not its own")
    return faults


def resident() -> int:
    """Megabytes of memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
