"""Cost of every operation by the size of the store, beside bare searches of the same run.

    python -m benchmarks.scale --items 1000,10000 [--questions 50] [--json OUT]
        [--recall-grows 0.5] [--dream-grows 0.3]

Each size is a store in a folder of its own, filled by a generator. Recalls and the bare searches
answer the same questions in turn. Milliseconds of CPU of this process, with all its threads (on a
machine that does other work too these tell more than the clock), median and 95th percentile; the
ratio to a bare query of Chroma; and the power of the size with which each cost grows. With a
bound for the power of recalls or of dreams the command fails where it is exceeded.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .bare import Chroma
from .measure import NIGHT, RECALL, exponent, measure


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--items", default="1000,3000", help="sizes, with commas between them")
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--json", metavar="OUT", help="write the figures; - is standard output")
    parser.add_argument("--recall-grows", type=float, metavar="POWER", help="at most, else fail")
    parser.add_argument("--dream-grows", type=float, metavar="POWER", help="at most, else fail")
    options = parser.parse_args(argv)
    try:
        sizes = sorted({int(size) for size in options.items.split(",")})
    except ValueError:
        parser.error(f"--items is {options.items!r}; give numbers such as 1000,10000")
    if sizes[0] < 100 or options.questions < 1:
        parser.error("a store of 100 items, and one question, is the least")
    found = []
    for items in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(Path(folder), items, options.questions))
    grown = _growth(found)
    if options.json:
        text = json.dumps({"sizes": found, "growth": grown}, indent=2)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text + "\n")
    _print(found, grown)
    bounds = ((RECALL, options.recall_grows), (NIGHT, options.dream_grows))
    return int(any(most is not None and grown.get(name, 0.0) > most for name, most in bounds))


def _growth(found: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The power of the size with which the CPU time of each operation grows."""
    if len(found) < 2:
        return {}
    sizes = [each["items"] for each in found]
    names = [n for n in found[0]["milliseconds"] if all(n in f["milliseconds"] for f in found)]
    return {
        name: round(exponent(sizes, [f["milliseconds"][name]["cpu"] for f in found]), 2)
        for name in names
    }


def _print(found: Sequence[dict[str, Any]], grown: dict[str, float]) -> None:
    console = Console(stderr=True, width=150)
    for each in found:
        milliseconds = each["milliseconds"]
        bare = milliseconds[Chroma.name]["cpu"]
        table = Table(title=f"{each['items']:,} turns, {each['counts']['links']:,} links")
        for column in ("operation", "CPU ms", "p95", "wall ms", "times bare Chroma", "runs"):
            table.add_column(column, justify="left" if column == "operation" else "right")
        for name, own in milliseconds.items():
            ratio = f"{own['cpu'] / bare:.1f}"
            values = [f"{own[key]:.1f}" for key in ("cpu", "cpu_p95", "wall")]
            table.add_row(name, *values, ratio, str(own["runs"]))
        console.print(table)
        console.print(
            f"recorded {each['recorded_per_cpu_second']:.0f} turns a CPU second;"
            f" {each['bytes_per_episode']:,} bytes a turn on disk"
            f" (bare Chroma {each['bytes_per_episode_of_chroma']:,});"
            f" {each['resident_bytes'] // 1_000_000:,} MB of memory at most, of all compared"
        )
    if grown:
        powers = ", ".join(f"{name} {power}" for name, power in grown.items())
        console.print(f"grows with the size to the power of: {powers}")


if __name__ == "__main__":
    sys.exit(main())
