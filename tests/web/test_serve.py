"""The journal page as it is started: by the command line, and by a LangGraph server."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from dream_support import FIRST, WordEmbedder, day
from journal_support import TOKEN, served, visitor

from langgraph_dreams import DreamStore, InvalidInputError
from langgraph_dreams.cli.main import main
from langgraph_dreams.web import serve_journal
from langgraph_dreams.web.server import HOSTS, mounted
from langgraph_dreams.web.server import TOKEN as TOKEN_VARIABLE

ROOT = Path(__file__).parents[2]


@contextmanager
def running(command: list[str], cwd: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own, stopped as Ctrl-C stops it."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # What is started in the background ignores Ctrl-C, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of the local embedder with two namespaces."""
    with DreamStore.open(tmp_path / "memory") as store:
        for name in ("ada", "ben"):
            store.namespace("acme", name).record(day(FIRST[:2], 0))
    return tmp_path / "memory"


# -- the command line


@pytest.mark.server
def test_the_command_serves_here_alone_with_a_token_of_its_own(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "langgraph_dreams.cli",
        "journal",
        "--serve",
        "--port",
        "0",
    ]
    command += ["--store", str(folder), "--namespace", "acme/ada", "--json"]
    with running(command, folder.parent) as process:
        assert process.stdout is not None
        told = "".join(iter(process.stdout.readline, "}\n")) + "}"
        address, _, token = json.loads(told)["url"].partition("?token=")
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/journal/", address)
        assert len(token) >= 32
        assert httpx.get(f"{address}api/start").status_code == 401
        with visitor(address, token) as client:
            assert client.get("api/start").json()["namespaces"] == [["acme", "ada"]]
            found = client.get("api/recall", params={"ns": ["acme", "ada"], "q": "kiln"}).json()
            assert FIRST[0] in [item["text"] for item in found["items"]]
    assert process.returncode == 130


def test_a_weak_token_or_a_bad_address_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["journal", "--serve", "--store", str(folder)]
    assert main([*command, "--token", "short"]) == 1
    assert "token" in capsys.readouterr().err
    monkeypatch.setenv(TOKEN_VARIABLE, "short")
    assert main(command) == 1
    monkeypatch.delenv(TOKEN_VARIABLE)
    assert main([*command, "--host", "192.0.2.1"]) == 1
    assert "192.0.2.1" in capsys.readouterr().err
    assert main([*command, "--port", "70000"]) == 1
    assert "70000" in capsys.readouterr().err


def test_a_taken_port_is_told() -> None:
    with (
        DreamStore.in_memory(embedder=WordEmbedder()) as store,
        served(mounted({}, lambda: store)) as url,
        pytest.raises(InvalidInputError, match="port"),
    ):
        serve_journal(store, port=int(url.split(":")[2].split("/")[0]))


# -- a LangGraph server


def test_without_a_token_the_mounted_page_is_off() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        app = mounted({}, lambda: store)
        with served(app) as url, httpx.Client() as client:
            answer = client.get(f"{url}journal/api/start")
            assert answer.status_code == 503
            assert TOKEN_VARIABLE in answer.json()["error"]


def test_names_of_the_server_are_known() -> None:
    environment = {TOKEN_VARIABLE: TOKEN, HOSTS: "dreams.example, other.example"}
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        store.namespace("acme", "ada").record(day(FIRST, 0))
        app = mounted(environment, lambda: store)
        with served(app) as url, visitor(f"{url}journal/") as client:
            headers = {"host": "other.example"}
            found = client.get("api/start", headers=headers).json()["namespaces"]
            assert found == [["acme", "ada"]]


def answering(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until a server answers; fails with its output when it ends before."""
    while process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError(process.communicate()[0])


@pytest.mark.server
def test_a_langgraph_server_has_the_page_beside_its_own_routes(
    folder: Path, tmp_path: Path, unused_tcp_port: int
) -> None:
    shutil.copy(ROOT / "langgraph.json", tmp_path)
    langgraph = Path(sys.executable).with_name("langgraph")
    command = [str(langgraph), "dev", "--no-browser", "--no-reload"]
    command += ["--port", str(unused_tcp_port)]
    url = f"http://127.0.0.1:{unused_tcp_port}"
    settings = {"LANGGRAPH_DREAMS_STORE": str(folder), TOKEN_VARIABLE: TOKEN}
    with running(command, tmp_path, **settings) as process:
        answering(f"{url}/ok", process)
        assert httpx.get(f"{url}/journal/api/start").status_code == 401
        assert httpx.get(f"{url}/journal", follow_redirects=True).status_code == 200
        with visitor(f"{url}/journal/") as client:
            found = client.get("api/start").json()["namespaces"]
            assert sorted(found) == [["acme", "ada"], ["acme", "ben"]]
            found = client.get("api/levels", params={"ns": ["acme", "ben"]}).json()
            assert found["counts"]["episodes"] == 2
        graphs = httpx.post(f"{url}/assistants/search", json={}).json()
        assert "dream" in [graph["graph_id"] for graph in graphs]
