"""A real `langgraph dev` on a free port, with the graphs of langgraph.json, or of a project."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
_START_SECONDS = 120


@contextmanager
def langgraph_dev(
    folder: Path,
    jobs: int,
    settings: Mapping[str, str],
    more: Mapping[str, object] | None = None,
    *,
    own: bool = False,
) -> Iterator[str]:
    """The server's address; `folder` is its working directory, `jobs` the runs it has at once.

    settings: environment variables; more: keys of langgraph.json; own: the folder has a
    langgraph.json, which is served as it is.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "langgraph.json"
    if not own:
        named = json.loads((ROOT / "langgraph.json").read_text())
        config.write_text(json.dumps({**named, "dependencies": [str(ROOT)], **(more or {})}))
    command = [str(Path(sys.executable).parent / "langgraph"), "dev", "--no-browser", "--no-reload"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n-jobs-per-worker", str(jobs)]
    quiet = {"LANGSMITH_TRACING": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1"}
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--config", str(config)],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **quiet, **settings, "PYTHONPATH": path},
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/ok", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # a group of its own: the command and its server
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"langgraph dev did not start:\n{log.read_text()[-4000:]}")
