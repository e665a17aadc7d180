"""Cost of a dream to those who are awake meanwhile.

`python -m benchmarks.latency --server [--turns 60] [--episodes 2000]`: an agent's turn on another
thread of the same `langgraph dev`, alone and while the server dreams. Quiet turns and turns during
a dream alternate, so that the load of the machine is the same for both; each dream takes 200 of the
episodes. What a turn waits in the queue is shown apart from what it takes: `langgraph dev` looks
into an empty queue twice a second.
`python -m benchmarks.latency --loop [--episodes 200]`: how late a timer of 5 ms is on an event
loop, alone and while episodes are recorded and dreamt in the same process.
Milliseconds, median and 99th percentile; `--json OUT` keeps them.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from langgraph_sdk.schema import Config
from rich.console import Console
from rich.table import Table

from langgraph_dreams import DreamStore, Episode
from langgraph_dreams.scheduling.server_queue import dream_thread, schedule_dreams
from langgraph_dreams.server.graphs import STORE

from .dev_server import langgraph_dev
from .generated import generate
from .runner import episodes as episodes_of

_TICK = 0.005
_LOOK = 0.1
_BATCH = 20
"""Episodes recorded at once; Chroma holds the GIL for the whole of a write."""
_TURNS_A_SESSION = 20
_SETTINGS = {"BG_JOB_ISOLATED_LOOPS": "true"}
_JOBS = 4
"""Both as deploy/README.md says."""
_FIRST_TURNS = 5
"""Not counted: they open the store and load the embedder."""
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


@dataclass(frozen=True)
class Turn:
    """One turn of an agent on the server, in seconds as its client sees them."""

    waited: float
    """Until a worker had it."""
    took: float
    """From then on."""


def measure_server(turns: int, count: int) -> dict[str, Times]:
    """At least so many turns alone, and as many during dreams of `count` episodes in all.

    Raises RuntimeError: a dream failed, or there were too few episodes for so many turns.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with DreamStore.open(folder / "memory") as store:
            store.namespace(*_DREAMER).record(generated_episodes(count))
        settings = {STORE: str(folder / "memory"), **_SETTINGS}
        with (
            langgraph_dev(folder, _JOBS, settings) as url,
            get_sync_client(url=url) as client,
        ):
            alone, meanwhile, dreams = _alternated(client, turns)
    return {
        "a turn, alone: takes": summary([turn.took for turn in alone]),
        "a turn, during a dream: takes": summary([turn.took for turn in meanwhile]),
        "a turn, alone: waits": summary([turn.waited for turn in alone]),
        "a turn, during a dream: waits": summary([turn.waited for turn in meanwhile]),
        "a dream": summary(dreams),
    }


def _alternated(
    client: SyncLangGraphClient, turns: int
) -> tuple[list[Turn], list[Turn], list[float]]:
    """Turns alone, turns during dreams, and what the dreams took."""
    thread = client.threads.create()["thread_id"]
    for number in range(_FIRST_TURNS):
        _turn(client, thread, number)
    alone: list[Turn] = []
    meanwhile: list[Turn] = []
    dreams: list[float] = []
    while len(meanwhile) < turns:
        began = time.perf_counter()
        during = _during_a_dream(client, thread)
        dreams.append(time.perf_counter() - began)
        meanwhile += during
        alone += [_turn(client, thread, number) for number in range(len(during))]
    return alone, meanwhile, dreams


def _during_a_dream(client: SyncLangGraphClient, thread: str) -> list[Turn]:
    """Turns that began and ended while a dream was running."""
    run = schedule_dreams(client, _DREAMER, after_seconds=0)

    def status() -> str:
        return str(client.runs.get(dream_thread(_DREAMER), run)["status"])

    while status() == "pending":
        time.sleep(_LOOK)
    turns: list[Turn] = []
    turn = _turn(client, thread, 0)
    while (now := status()) == "running":
        turns.append(turn)
        turn = _turn(client, thread, len(turns))
    report: Any = client.runs.join(dream_thread(_DREAMER), run)
    if now != "success" or report["report"]["status"] != "committed":
        raise RuntimeError(f"a dream ended as {now}, {report}; give more episodes")
    return turns


def _turn(client: SyncLangGraphClient, thread: str, number: int) -> Turn:
    said = f"Turn {number}: the kiln in the yard fired {number} pots."
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": said}]}
    config: Config = {"configurable": {"namespace": _USER}}
    sent = time.perf_counter()
    begun = 0.0
    for part in client.runs.stream(thread, "agent", input=asked, config=config):
        if part.event == "metadata":  # the first thing that a worker says
            begun = time.perf_counter()
        elif part.event == "error":
            raise RuntimeError(f"a turn failed: {part.data}")
    return Turn(begun - sent, time.perf_counter() - begun)


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
    """Lateness of each timer while the work went on, in seconds."""
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
    parser.add_argument("--episodes", type=int, help="2000 on the server, 200 on the loop")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(argv)
    if not (given.server or given.loop):
        parser.error("say --server, --loop or both")
    found: dict[str, Times] = {}
    if given.server:
        found |= measure_server(given.turns, given.episodes or 2000)
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
