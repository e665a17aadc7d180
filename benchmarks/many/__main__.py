"""Many namespaces in one folder, or many processes on one server.

    python -m benchmarks.many --namespaces 200 [--episodes 50]
    python -m benchmarks.many --server --processes 4 --namespaces 10 [--turns 200]

The first builds a store of so many namespaces, dreams each of them one after the other in one
process, and prints what a namespace costs, what grows, and what a look from a new opening finds
lost or in another's memory. The second has processes record, recall and dream in the same
namespaces of a `chroma run` of its own, and tells how long a turn takes to be seen by another
process. Exit code 1 when anything is lost, leaked or never seen. Vectors are made by the generator
of `benchmarks.scale`, so no embedder's time is in the figures.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .processes import shared
from .sweep import swept


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.many", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--namespaces", type=int, default=200)
    parser.add_argument("--episodes", type=int, default=50, help="of each namespace")
    parser.add_argument("--server", action="store_true", help="many processes on a server")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--turns", type=int, default=200, help="of each process")
    given = parser.parse_args(argv)
    if min(given.namespaces, given.processes, given.turns) < 1 or given.episodes < 10:
        parser.error("at least one of each, and 10 episodes, are needed")
    with tempfile.TemporaryDirectory() as folder:
        if given.server:
            found = shared(Path(folder), given.processes, given.namespaces, given.turns)
        else:
            found = swept(Path(folder), given.namespaces, given.episodes)
    print(json.dumps(found, indent=1))
    bad = found["faults"] or found.get("never_seen") or found.get("leaks_while_running")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
