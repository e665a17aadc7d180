"""A trial of every collection in a separate process, which may hang or die of a damaged one."""

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

logger = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds without a word after which a probe is taken to hang."""
SLOWEST = 5e6
"""Bytes of an index that Chroma loads in a second at the least, on top of that."""

_START = "import runpy, sys; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
_CHILD = Path(__file__).with_name("probe_child.py")


def probe(path: Path, sizes: Mapping[str, int]) -> dict[str, str]:
    """The collections that cannot be used, by name, each with the reason.

    `sizes`: names of the collections to try, and the bytes of the index of each. One process tries
    them all (24 ms a small one, after a start of 1.3 s); when it dies or hangs, the collection it
    was at is to blame, and another process goes on with the rest.
    """
    ill: dict[str, str] = {}
    left = dict(sizes)
    while left:
        tried, at, end = _run(path, left)
        ill |= {name: why for name, why in tried.items() if why}
        if at:
            ill[at] = end
        left = {name: size for name, size in left.items() if name not in tried and name != at}
        if left and not tried and not at:
            logger.warning("%s: its collections could not be probed: %s", path, end)
            break
    return ill


def _run(path: Path, sizes: Mapping[str, int]) -> tuple[dict[str, str], str, str]:
    """The words of a process on each collection, the one it ended at, and how it ended."""
    patience = PATIENCE + max(sizes.values()) / SLOWEST
    tried: dict[str, str] = {}
    at = ""
    with subprocess.Popen(
        [sys.executable, "-c", _START, str(_CHILD), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # dead already: its output says so
            child.stdin.write(f"{json.dumps(list(sizes))}\n")
            child.stdin.flush()  # and stays open: it ends when this process does
        lines = _lines(child)
        try:
            while line := lines.get(timeout=patience):
                word, name, why = json.loads(line)
                if word == "at":
                    at = name
                else:
                    tried[name], at = why, ""
            end = f"the probe ended with {child.wait()}"
        except queue.Empty:
            child.kill()
            end = f"the probe said nothing for {patience:.0f} s"
    return tried, at, end


def _lines(child: "subprocess.Popen[str]") -> "queue.Queue[str]":
    """Lines of a process as they come; an empty one when it has closed its output."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    return lines
