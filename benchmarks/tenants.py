"""Many tenants of one store at once, each with words and ids of the others in hand.

`python -m benchmarks.tenants [--namespaces 1000] [--threads 8] [--seconds 600] [--chroma-server]`:
every tenant records words that are its own alone; threads then use the public API for so many
seconds, also with the ids and the words of other tenants, and every answer and every message of an
error is searched for what is another's. In the end each namespace is compared, item by item, with
the record kept outside the store. Exit code 1 on a leak, an error that is not the library's own or
has no reason, or an episode that is lost. `--json OUT` keeps the figures.
"""

import argparse
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chromadb
from rich.console import Console
from rich.table import Table

from langgraph_dreams import DreamsError, DreamStore

from .chroma_server import chroma_server
from .kills_worker import BagEmbedder
from .tenants_use import BUSY, USES, Answer, NotRefusedError, Tenant, Use, look, parts_of, record

_MARK = re.compile(r"zq\d+mark")
_ID = re.compile(r"\b[edm][0-9a-f]{24}\b")
_HOT = 8
"""So many tenants get a third of all calls, so that threads meet in one namespace."""
_REST_SECONDS = 15.0  # between two lines of progress


@dataclass
class Tally:
    """Outcome, in words by kind."""

    calls: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)
    """Refusals that two threads in one namespace may get."""
    leaks: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    """Errors of the library without a reason."""
    others: list[str] = field(default_factory=list)
    """Errors that are not the library's."""
    lost: list[str] = field(default_factory=list)
    """Faults against the record, in the end."""
    episodes: int = 0
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """True if nothing is wrong."""
        return not (self.leaks or self.ours or self.others or self.lost)


class Fence:
    """Knows whose every mark and id is; used by one thread."""

    def __init__(self) -> None:
        self._owners: dict[str, int] = {}

    def foreign(self, own: Tenant, answer: Answer) -> set[str]:
        """Parts of others in an answer; ids that nobody had are the tenant's from now on."""
        text = repr(answer.value)
        found = {mark for mark in _MARK.findall(text) if mark != own.mark}
        for id_ in set(_ID.findall(text)) - own.told - answer.given:
            if self._owners.setdefault(id_, own.number) != own.number:
                found.add(id_)
        return found - answer.given


class Run:
    """Tenants of a store, and what has come of their use so far."""

    def __init__(self, store: DreamStore, namespaces: int, seed: int) -> None:
        self._chance = random.Random(seed)
        self.tally = Tally()
        self._fence = Fence()
        self.tenants = [Tenant(n, store.namespace(*parts_of(n))) for n in range(namespaces)]

    def fill(self, pool: ThreadPoolExecutor) -> None:
        """Every tenant records something."""
        jobs = {self._submit(pool, record, one): (record, one) for one in self.tenants}
        for job in wait(jobs).done:
            self._count(job, *jobs[job])

    def use(self, pool: ThreadPoolExecutor, threads: int, seconds: float, told: Console) -> None:
        """Mixed use for so many seconds."""
        started = said = time.monotonic()
        jobs: dict[Future[Answer], tuple[Use, Tenant]] = {}
        while jobs or time.monotonic() - started < seconds:
            while len(jobs) < threads and time.monotonic() - started < seconds:
                (use,) = self._chance.choices(list(USES), list(USES.values()))
                own = self._tenant()
                jobs[self._submit(pool, use, own)] = (use, own)
            for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                self._count(job, *jobs.pop(job))
            if time.monotonic() - said > _REST_SECONDS:
                said = time.monotonic()
                told.print(f"{said - started:.0f} s, {self.tally.calls.total()} calls")
        self.tally.seconds = time.monotonic() - started

    def verify(self) -> None:
        """Compare every namespace with its record."""
        for own in self.tenants:
            there = {one.id: one.text for one in own.space.episodes()}
            kept = own.texts()
            self.tally.episodes += len(kept)
            self.tally.lost += [
                f"{own.space!r} {id_}: {there.get(id_)!r}, recorded {kept.get(id_)!r}"
                for id_ in sorted(there.keys() | kept.keys())
                if there.get(id_) != kept.get(id_)
            ]
            reports = [own.space.report(one.id) for one in own.space.dreams()]
            self.tally.lost += [
                f"{own.space!r} has the dream {one.id} of {one.namespace}"
                for one in reports
                if one.namespace != own.space.parts
            ]
            seen = Answer((look(own, own, self._chance).value, reports))
            self._search(own, "the end", seen)

    def _tenant(self) -> Tenant:
        among = self.tenants[:_HOT] if self._chance.random() < 1 / 3 else self.tenants
        return self._chance.choice(among)

    def _submit(self, pool: ThreadPoolExecutor, use: Use, own: Tenant) -> Future[Answer]:
        other = self._tenant()
        while other is own:
            other = self._chance.choice(self.tenants)
        return pool.submit(use, own, other, random.Random(self._chance.random()))

    def _count(self, job: Future[Answer], use: Use, own: Tenant) -> None:
        """Count a call, and search what it answered or said."""
        name = use.__name__
        self.tally.calls[name] += 1
        error = job.exception()
        if error is None:
            self._search(own, name, job.result())
            return
        said = f"{name} in {own.space!r}: {type(error).__name__}: {error}"
        if isinstance(error, NotRefusedError):
            self.tally.leaks.append(said)
        elif isinstance(error, BUSY.get(use, ())):
            self.tally.busy[f"{name}: {type(error).__name__}"] += 1
            self._search(own, name, Answer(str(error)))
        elif isinstance(error, DreamsError):
            self.tally.ours.append(said)
        else:
            self.tally.others.append(f"{said}\n{''.join(traceback.format_tb(error.__traceback__))}")

    def _search(self, own: Tenant, name: str, answer: Answer) -> None:
        found = self._fence.foreign(own, answer)
        if found:
            self.tally.leaks.append(f"{name} in {own.space!r}: {sorted(found)}")


@contextmanager
def opened(folder: Path, server: bool) -> Iterator[DreamStore]:
    """A new store in a folder, or on a `chroma run` of its own."""
    if not server:
        with DreamStore.open(folder, embedder=BagEmbedder()) as store:
            yield store
        return
    with chroma_server(folder) as port:
        client = chromadb.HttpClient("127.0.0.1", port)
        with DreamStore(client=client, embedder=BagEmbedder()) as store:
            yield store


def figures(tally: Tally) -> dict[str, Any]:
    """The figures by name."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = {
        "calls": tally.calls.total(),
        "leaks": len(tally.leaks),
        "errors that are not ours": len(tally.others),
        "errors of ours without a reason": len(tally.ours),
        "episodes compared in the end": tally.episodes,
        "lost or foreign in the end": len(tally.lost),
        "peak memory, MB": peak // (2**20 if sys.platform == "darwin" else 2**10),
        "open files": len(os.listdir("/dev/fd")),
    }
    counts |= {f"calls of {name}": count for name, count in sorted(tally.calls.items())}
    return counts | {f"refused, {why}": count for why, count in sorted(tally.busy.items())}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.tenants", description=__doc__)
    parser.add_argument("--namespaces", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chroma-server", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    if given.namespaces < 2:
        parser.error("give at least 2 namespaces")
    console = Console(highlight=False, markup=False)
    with (
        tempfile.TemporaryDirectory() as name,
        opened(Path(name), given.chroma_server) as store,
        ThreadPoolExecutor(given.threads) as pool,
    ):
        run = Run(store, given.namespaces, given.seed)
        run.fill(pool)
        run.use(pool, given.threads, given.seconds, console)
        run.verify()
        found = figures(run.tally)
    table = Table("what", "number", title=f"mixed use for {run.tally.seconds:.0f} s")
    for what, number in found.items():
        table.add_row(what, f"{number:,}")
    console.print(table)
    for fault in (*run.tally.leaks, *run.tally.others, *run.tally.ours, *run.tally.lost):
        console.print(fault)
    if given.json:
        given.json.write_text(json.dumps(found | {"seed": given.seed}, indent=1) + "\n")
    return 0 if run.tally.sound else 1


if __name__ == "__main__":
    sys.exit(main())
