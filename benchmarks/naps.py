"""Cost of a nap after each turn, and what naps find before the next one.

    python -m benchmarks.naps [--turns 1000] [--half first] [--json OUT]

The turns of the update set are told to a namespace that has so many turns, a nap after each, until
`--turns` naps were taken. Milliseconds of a nap, and CPU milliseconds of this process (on a machine
that does other work too, these tell more); of facts that change, the share whose change was found
by the nap behind it.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from langgraph_dreams import DreamStore, Episode, LocalEmbedder, Namespace

from .latency import generated_episodes
from .sets import Half
from .updates_set import Life, Turn, life


def measured(namespace: Namespace, told: Life, turns: int, before: int) -> dict[str, Any]:
    """Record so many turns, a nap after each; the figures."""
    filler = generated_episodes(max(before + turns, 120))
    for start in range(0, before, 200):
        namespace.record(filler[start : min(start + 200, before)])
    took, used, found, changed = list[float](), list[float](), set[str](), set[str]()
    kept = 0
    stream = [*map(_episode, told.turns), *filler[before:]]
    for number, episode in enumerate(stream[:turns]):
        namespace.record([episode])
        wall, cpu = time.perf_counter(), time.process_time()
        nap = namespace.dream(depth="nap")
        took.append(1000 * (time.perf_counter() - wall))
        used.append(1000 * (time.process_time() - cpu))
        kept += nap.status == "committed"
        turn = told.turns[number] if number < len(told.turns) else None
        if turn is not None and turn.version > 0:
            changed.add(f"{turn.fact}:{turn.version}")
            if nap.operations:
                found.add(f"{turn.fact}:{turn.version}")
    return {
        "naps": len(took),
        "turns_before": before,
        "milliseconds": _spread(took),
        "cpu_milliseconds": _spread(used),
        "journalled": kept,
        "changes": len(changed),
        "found": len(found),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(float(np.median(values)), 1),
        "p95": round(float(np.quantile(values, 0.95)), 1),
        "most": round(max(values), 1),
    }


def _episode(turn: Turn) -> Episode:
    return Episode(
        id=f"e{turn.session:04d}{turn.position:04d}",
        text=turn.text,
        said=turn.text,
        thread=f"session {turn.session}",
        position=turn.position,
        speaker=turn.speaker,
        time=turn.time,
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=1000, help="turns, with a nap after each")
    parser.add_argument("--before", type=int, default=0, help="turns in the store beforehand")
    parser.add_argument("--half", choices=("first", "second"), default="first")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    args = parser.parse_args(argv)
    half: Half = args.half
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=LocalEmbedder()) as store,
    ):
        figures = measured(store.namespace("naps"), life(half), args.turns, args.before)
    print(json.dumps(figures, indent=2))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
