"""A real Chroma server (`chroma run`) for the tests of a module."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

Server = tuple[int, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).parent / "chroma"
    folder = tmp_path_factory.mktemp("server")
    process = subprocess.Popen(
        [str(command), "run", "--path", str(folder), "--port", str(port), "--host", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "false"},
    )
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat").raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.05)
    yield port, process
    process.kill()
    process.wait()
