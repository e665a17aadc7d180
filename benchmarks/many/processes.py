"""Several processes on one server: each records, recalls and dreams in all namespaces at once."""

import multiprocessing
import random
import time
from collections.abc import Sequence
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

import chromadb
import numpy as np

from langgraph_dreams import BusyError, DreamStore, Episode, Namespace

from ..chroma_server import chroma_server
from ..scale.life import Life

_DREAM_EVERY = 25  # turns that a process records
_SEEN_EVERY = 10
"""Turns of which one is waited for by the process that reads."""
_POLL = 0.02  # seconds
_WAIT = 30.0  # seconds for a turn to be seen


def shared(folder: Path, processes: int, namespaces: int, turns: int) -> dict[str, Any]:
    """Have so many processes record `turns` turns each; a further one watches for some of them."""
    spawn, items = multiprocessing.get_context("spawn"), turns * processes
    with chroma_server(folder) as port:
        told: Queue[Any] = spawn.Queue()
        seen: Queue[Any] = spawn.Queue()
        reader = spawn.Process(target=_watch, args=(port, namespaces, items, told, seen))
        reader.start()
        seen.get()  # it has opened all
        done: Queue[Any] = spawn.Queue()
        started = time.monotonic()
        writers = [
            spawn.Process(
                target=_write, args=(port, number, processes, namespaces, turns, told, done)
            )
            for number in range(processes)
        ]
        for writer in writers:
            writer.start()
        written = [done.get() for _ in writers]
        seconds = time.monotonic() - started
        told.put(None)
        delays, late = seen.get()
        for process in (*writers, reader):
            process.join()
        kept = {id_: place for one in written for id_, place in one["kept"].items()}
        faults = _faults(port, namespaces, kept, Life(items))
    return {
        "processes": processes,
        "namespaces": namespaces,
        "turns": len(kept),
        "turns_a_second": round(len(kept) / seconds, 1),
        "seconds": round(seconds, 1),
        "dreams": sum(one["dreams"] for one in written),
        "dreams_refused_as_busy": sum(one["busy"] for one in written),
        "record_ms": _quantiles([ms for one in written for ms in one["record"]]),
        "recall_ms": _quantiles([ms for one in written for ms in one["recall"]]),
        "seen_by_another_s": _quantiles(delays),
        "never_seen": late,
        "leaks_while_running": sum(one["leaks"] for one in written),
        "faults": faults,
    }


def _opened(port: int, life: Life) -> DreamStore:
    return DreamStore(client=chromadb.HttpClient("127.0.0.1", port), embedder=life)


def _write(
    port: int, number: int, processes: int, namespaces: int, turns: int, told: Any, done: Any
) -> None:
    """Turns `number`, `number + processes`, ... of the life, each into a namespace by chance."""
    life, chance = Life(turns * processes), random.Random(number)
    record: list[float] = []
    recall: list[float] = []
    kept: dict[str, int] = {}
    count = dict.fromkeys(("dreams", "busy", "leaks"), 0)
    with _opened(port, life) as store:
        for turn in range(turns):
            place = chance.randrange(namespaces)
            own, episode = _of(store, place), _turn(life, number + turn * processes, place)
            began = time.perf_counter()
            own.record([episode])
            record.append(1000 * (time.perf_counter() - began))
            kept[episode.id] = place
            if turn % _SEEN_EVERY == 0:
                told.put((time.time(), place, episode.id, episode.text))
            began = time.perf_counter()
            found = own.recall(episode.text, 5, floor=0)
            recall.append(1000 * (time.perf_counter() - began))
            count["leaks"] += any(_place(item.item) != place for item in found.items)
            if turn % _DREAM_EVERY == _DREAM_EVERY - 1:
                try:
                    count["dreams"] += own.dream().status == "committed"
                except BusyError:
                    count["busy"] += 1
    done.put({"record": record, "recall": recall, "kept": kept, **count})


def _watch(port: int, namespaces: int, items: int, told: Any, seen: Any) -> None:
    """Recall each turn it is told of until it comes; the seconds since it was recorded."""
    delays: list[float] = []
    late = 0
    with _opened(port, life := Life(items)) as store:
        for place in range(namespaces):
            _of(store, place).recall(life.text(0), 1, note=False, floor=0)
        seen.put("ready")
        while (turn := told.get()) is not None:
            recorded, place, id_, text = turn
            own = _of(store, place)
            while True:
                found = own.recall(text, 5, note=False, floor=0)
                if any(item.item.id == id_ for item in found.items):
                    delays.append(time.time() - recorded)
                    break
                if time.time() - recorded > _WAIT:
                    late += 1
                    break
                time.sleep(_POLL)
    seen.put((delays, late))


def _faults(port: int, namespaces: int, kept: dict[str, int], life: Life) -> list[str]:
    """What a new process finds lost, or in another's memory."""
    faults = []
    with _opened(port, life) as store:
        for place in range(namespaces):
            there = {episode.id for episode in _of(store, place).episodes()}
            mine = {id_ for id_, where in kept.items() if where == place}
            if there != mine:
                faults.append(f"u{place}: {len(mine - there)} lost, {len(there - mine)} foreign")
    return faults


def _of(store: DreamStore, place: int) -> Namespace:
    return store.namespace("many", f"u{place}")


def _turn(life: Life, number: int, place: int) -> Episode:
    """A turn of the life in a thread of its namespace alone."""
    whole = life.episode(number)
    return whole.model_copy(update={"thread": f"u{place}-{whole.thread}"})


def _place(item: Any) -> int:
    return int(item.thread.partition("-")[0][1:])


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    return {
        name: round(float(np.quantile(values, part)), 3)
        for name, part in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))
    }
