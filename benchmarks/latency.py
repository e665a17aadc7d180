"""What a dream costs those who are awake meanwhile.

`python -m benchmarks.latency --server [--turns 60] [--episodes 600]`: the time of an agent's turn
on another thread of the same `langgraph dev`, alone and while the server dreams.
`python -m benchmarks.latency --loop [--episodes 200]`: how late a timer of 5 ms is on an event
loop, alone and while episodes are recorded and dreamt in the same process.
A turn holds the time in the queue, which `langgraph dev` looks at twice a second, in both cases.
Milliseconds, median and 99th percentile; `--json OUT` keeps them.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from langgraph_sdk.schema import Config
from rich.console import Console
from rich.table import Table

from langgraph_dreams import DreamStore, Episode
from langgraph_dreams.asleep.later import dream_thread, schedule_dreams
from langgraph_dreams.asleep.server import STORE

from .dev_server import langgraph_dev
from .generated import generate
from .runner import episodes as episodes_of

_TICK = 0.005
_BATCH = 20
"""Episodes recorded at once; Chroma holds the GIL for the whole of a write."""
_TURNS_A_SESSION = 20
_JOBS = 4
_DREAMER = ("latency", "dreamer")
_USER = "latency/user"
Times = dict[str, float]


def generated_episodes(count: int) -> list[Episode]:
    """So many episodes of a generated conversation.

    Raises ValueError below 120.
    """
    sessions = -(-count // _TURNS_A_SESSION)
    return episodes_of(generate(1, sessions=sessions, turns=_TURNS_A_SESSION)[0])[:count]


def summary(seconds: Sequence[float]) -> Times:
    """Median and 99th percentile in milliseconds, and of how many."""
    middle, late = np.percentile(seconds, [50, 99]) * 1000
    return {"n": len(seconds), "p50_ms": float(middle), "p99_ms": float(late)}


def measure_server(turns: int, count: int) -> dict[str, Times]:
    """An agent's turn alone, and while the same server dreams of `count` episodes.

    Raises RuntimeError: the dream failed, or was over before the first turn.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with DreamStore.open(folder / "memory") as store:
            store.namespace(*_DREAMER).record(generated_episodes(count))
        settings = {STORE: str(folder / "memory")}
        with (
            langgraph_dev(folder, _JOBS, settings) as url,
            get_sync_client(url=url) as client,
        ):
            thread = client.threads.create()["thread_id"]
            _turn(client, thread, 0)  # opens the store and loads the embedder
            alone = [_turn(client, thread, number) for number in range(1, turns + 1)]
            run = schedule_dreams(client, _DREAMER, after_seconds=0)
            meanwhile: list[float] = []
            while _status(client, run) in ("pending", "running"):
                meanwhile.append(_turn(client, thread, turns + 1 + len(meanwhile)))
            if _status(client, run) != "success" or not meanwhile:
                raise RuntimeError(f"the dream ended as {_status(client, run)}; give more episodes")
    return {"a turn, alone": summary(alone), "a turn, during a dream": summary(meanwhile)}


def _turn(client: SyncLangGraphClient, thread: str, number: int) -> float:
    said = f"Turn {number}: the kiln in the yard fired {number} pots."
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": said}]}
    config: Config = {"configurable": {"namespace": _USER}}
    started = time.perf_counter()
    client.runs.wait(thread, "agent", input=asked, config=config)
    return time.perf_counter() - started


def _status(client: SyncLangGraphClient, run: str) -> str:
    return str(client.runs.get(dream_thread(_DREAMER), run)["status"])


async def measure_loop(count: int) -> dict[str, Times]:
    """Lag of an event loop alone, and while `count` episodes are recorded and dreamt."""
    with tempfile.TemporaryDirectory() as name, DreamStore.open(name) as store:
        ada = store.namespace(*_DREAMER)
        wanted = generated_episodes(count)
        await asyncio.to_thread(store.embedder.embed, ["a first text loads the model"])
        quiet = await _lags(asyncio.sleep(2.0))
        recording = await _lags(_record(ada.arecord, wanted))
        dreaming = await _lags(ada.adream())
    return {
        "loop lag, alone": summary(quiet),
        "loop lag, recording": summary(recording),
        "loop lag, dreaming": summary(dreaming),
        "loop lag, both": summary([*recording, *dreaming]),
    }


async def _record(
    record: Callable[[Sequence[Episode]], Awaitable[object]], wanted: Sequence[Episode]
) -> None:
    for start in range(0, len(wanted), _BATCH):
        await record(wanted[start : start + _BATCH])


async def _lags(work: Coroutine[Any, Any, object]) -> list[float]:
    """How late each timer was while the work went on, in seconds."""
    done = asyncio.create_task(work)
    late: list[float] = []
    while not done.done():
        started = time.perf_counter()
        await asyncio.sleep(_TICK)
        late.append(time.perf_counter() - started - _TICK)
    await done
    return late


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, and keep as JSON if asked."""
    parser = argparse.ArgumentParser(prog="benchmarks.latency", description=__doc__)
    parser.add_argument("--server", action="store_true")
    parser.add_argument("--loop", action="store_true")
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--episodes", type=int, help="600 on the server, 200 on the loop")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(argv)
    if not (given.server or given.loop):
        parser.error("say --server, --loop or both")
    found: dict[str, Times] = {}
    if given.server:
        found |= measure_server(given.turns, given.episodes or 600)
    if given.loop:
        found |= asyncio.run(measure_loop(given.episodes or 200))
    table = Table("ms", "n", "p50", "p99")
    for what, times in found.items():
        shown = (f"{times['n']:.0f}", f"{times['p50_ms']:.1f}", f"{times['p99_ms']:.1f}")
        table.add_row(what, *shown)
    Console().print(table)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
