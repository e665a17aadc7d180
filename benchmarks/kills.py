"""A store that is killed again and again: SIGKILL at random moments while it records and dreams.

`python -m benchmarks.kills [--tries 1000] [--seed 1] [--limit 40] [--json OUT]`. A worker opens an
embedded store by the public API, records, recalls and dreams, and tells of every call that
returned. It is killed at a random moment; then, three times of four, another process opens the
store and checks that whatever was acknowledged is there, that no dream is half applied, and that
nothing is wrong. Damage may pile up: a folder is used for many tries. Exit code 1 if anything was
lost.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from langgraph_dreams.store.embedded import persist as checkpoint

from .kills_verify import Expected, Verdict, verify
from .kills_worker import work

FOLDER_TRIES = 50
"""Tries on one folder."""
UNCHECKED = 0.25
"""Share of kills after which the next worker opens the store, and no check comes between."""
OPENING = 0.25
"""Share of kills that are to hit the opening of the store, its repairs and checkpoints included."""
CHECKPOINT = 0.15
"""Share of kills that are to hit a checkpoint: the worker is killed soon after it has begun one."""
CHECKPOINT_LATEST = 0.2
"""Seconds after the first sign of it in which that worker is killed."""
START_LATEST = 0.8
"""Seconds after its start in which such a worker is killed; opening takes 0.4 s and more."""
MOST_HEARD = 36
"""The others are killed after so many messages at most, uniformly: about two dreams. A number,
not a time: so it comes out the same on a busy machine."""
THEN_LATEST = 0.15
"""Seconds after the last of them in which the worker is killed."""
PATIENCE = 300.0
"""Seconds that a check may take."""


@dataclass
class Tally:
    """Counts over all tries."""

    tries: int = 0
    checks: int = 0
    recorded: int = 0
    dreamt: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    helpless: list[str] = field(default_factory=list)
    """Stores that need a person, and why."""
    repairs: int = 0
    phases: Counter[str] = field(default_factory=Counter)
    """Kills by what the worker was doing."""
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        return not (self.lost or self.half or self.helpless)


class Victim:
    """One folder, what was acknowledged of it, and the processes that use it."""

    def __init__(self, context: ForkServerContext, path: Path, limit: int, tally: Tally) -> None:
        self._context = context
        self._path = path
        self._limit = limit
        self._tally = tally
        self._expected = Expected()
        self._sign = path / checkpoint.FOLDER

    def kill(self, heard: int, delay: float) -> None:
        """Kill a worker `delay` seconds after it has told `heard` things."""
        worker, reader = self._start()
        phase = "starting"
        for _ in range(heard):
            phase = self._listen(reader, 1) or phase
        self._end(worker, reader, phase, delay)

    def _start(self) -> tuple[ForkServerProcess, Connection]:
        reader, writer = self._context.Pipe(duplex=False)
        start = len(self._expected.episodes)
        worker = self._context.Process(target=work, args=(self._path, start, self._limit, writer))
        worker.start()
        writer.close()
        return worker, reader

    def _end(self, worker: ForkServerProcess, reader: Connection, phase: str, delay: float) -> None:
        time.sleep(delay)
        worker.kill()
        worker.join()
        if worker.exitcode != -signal.SIGKILL:
            told = f"{self._path}: a worker ended by itself with {worker.exitcode}"
            self._tally.helpless.append(told)
        # What it had told before it died.
        phase = self._listen(reader, sys.maxsize) or phase
        if self._sign.exists():
            phase = "checkpoint"
        self._tally.phases[phase] += 1
        self._tally.tries += 1

    def kill_in_checkpoint(self, delay: float) -> None:
        """Kill a worker `delay` seconds after it has begun a checkpoint."""
        worker, reader = self._start()
        phase = "starting"
        waiting = time.monotonic() + PATIENCE
        while worker.is_alive() and not self._sign.exists() and time.monotonic() < waiting:
            if reader.poll(0.001):
                phase = self._listen(reader, 1) or phase
        self._end(worker, reader, phase, delay)

    def _listen(self, reader: Connection, most: int) -> str:
        """Take in at most so many things that the worker tells; the last phase, if any."""
        phase = ""
        try:
            for _ in range(most):
                if not reader.poll(PATIENCE):
                    break
                phase = self._hear(reader) or phase
        except (EOFError, OSError):  # it is dead; what it was telling was never told
            pass
        return phase

    def _hear(self, reader: Connection) -> str:
        """Take in one thing that the worker tells; the phase, if it is that."""
        word, value = reader.recv()
        if word == "phase":
            return str(value)
        if word == "recorded":
            self._expected.episodes |= value
            self._tally.recorded += len(value)
        else:
            self._expected.dreams.append(value)
            self._tally.dreamt += 1
        return ""

    def check(self) -> bool:
        """Look at the store in a fresh process; whether all is well."""
        reader, writer = self._context.Pipe(duplex=False)
        checker = self._context.Process(target=verify, args=(self._path, self._expected, writer))
        checker.start()
        writer.close()
        try:
            verdict = reader.recv() if reader.poll(PATIENCE) else Verdict(helpless=["it hangs"])
        except EOFError:
            verdict = Verdict(helpless=["the check died"])
        checker.kill()  # it has answered, or never will
        checker.join()
        self._tally.checks += 1
        self._tally.repairs += verdict.repairs
        self._tally.lost += verdict.lost
        self._tally.half += verdict.half
        self._tally.helpless += verdict.helpless
        return not (verdict.lost or verdict.half or verdict.helpless)


def run(tries: int, seed: int, limit: int, keep: Path) -> Iterator[Tally]:
    """Kill `tries` times; the tally so far after each. Folders that went wrong stay in `keep`."""
    context = multiprocessing.get_context("forkserver")
    # Whatever is slow to import is imported once; each process is a fork of one that opened none.
    context.set_forkserver_preload(["benchmarks.kills_worker", "benchmarks.kills_verify"])
    chance = random.Random(seed)
    tally = Tally()
    started = time.monotonic()
    while tally.tries < tries:
        path = keep / f"store-{tally.tries}"
        victim, sound = Victim(context, path, limit, tally), True
        for _ in range(min(FOLDER_TRIES, tries - tally.tries)):
            aim = chance.random()
            if aim < OPENING:
                victim.kill(0, chance.uniform(0.0, START_LATEST))
            elif aim < OPENING + CHECKPOINT:
                victim.kill_in_checkpoint(chance.uniform(0.0, CHECKPOINT_LATEST))
            else:
                victim.kill(chance.randint(1, MOST_HEARD), chance.uniform(0.0, THEN_LATEST))
            if chance.random() >= UNCHECKED or tally.tries == tries:
                sound = victim.check()
            tally.seconds = time.monotonic() - started
            yield tally
            if not sound:
                break
        if sound and victim.check():
            shutil.rmtree(path, ignore_errors=True)


def table(tally: Tally) -> Table:
    """The figures in words."""
    made = Table(title=f"{tally.tries} kills in {tally.seconds:.0f} s")
    made.add_column("what")
    made.add_column("number", justify="right")
    for name, value in figures(tally).items():
        made.add_row(name, str(value))
    return made


def figures(tally: Tally) -> dict[str, Any]:
    """The figures by name."""
    counts = {
        "acknowledged episodes": tally.recorded,
        "acknowledged dreams": tally.dreamt,
        "checks": tally.checks,
        "acknowledged writes lost": len(tally.lost),
        "operations half applied": len(tally.half),
        "stores that need a person": len(tally.helpless),
        "collections repaired": tally.repairs,
    }
    return counts | {f"killed while {name}": n for name, n in sorted(tally.phases.items())}


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.kills", description=__doc__)
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=40, help="log entries before a checkpoint")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    console = Console()
    keep = Path(tempfile.mkdtemp(prefix="kills-"))
    tally = Tally()
    for tally in run(given.tries, given.seed, given.limit, keep):
        if tally.tries % 10 == 0:
            console.print(f"{tally.tries} kills, {tally.seconds:.0f} s", highlight=False)
    console.print(table(tally))
    for fault in (*tally.lost, *tally.half, *tally.helpless):
        console.print(fault, markup=False)
    if given.json:
        given.json.write_text(json.dumps(figures(tally) | {"seed": given.seed}, indent=1))
    if tally.sound:
        shutil.rmtree(keep, ignore_errors=True)
    else:
        console.print(f"the stores are kept in {keep}")
    return 0 if tally.sound else 1


if __name__ == "__main__":
    sys.exit(main())
