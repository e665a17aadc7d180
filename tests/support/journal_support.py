"""The journal page, served as it is served for people, with a store that the test can look into."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from langgraph_dreams import Namespace

TOKEN = "a token for tests"


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an app at /journal of a free port; gives the page's address, with its slash."""
    outer = Starlette(routes=[Mount("/journal", app)])
    config = uvicorn.Config(outer, port=0, log_level="warning", access_log=False, ws="none")
    socket = config.bind_socket()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{socket.getsockname()[1]}/journal/"
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


@contextmanager
def visitor(address: str, token: str = TOKEN) -> Iterator[httpx.Client]:
    """A browser without a window: it has opened the page with its token."""
    with httpx.Client(base_url=address, timeout=60) as client:
        client.get("", params={"token": token})
        started = client.get("api/start")
        if started.status_code == 200:
            client.headers["x-journal-csrf"] = started.json()["csrf"]
        client.headers["origin"] = address.removesuffix("/journal/")
        yield client


def everything(namespace: Namespace) -> dict[str, Any]:
    """What an undoing has to bring back, item by item."""
    vault = namespace.vault
    statuses = ("tentative", "active", "superseded", "retired")
    memories = namespace.memories(vault.memory_ids(statuses))
    return {
        "episodes": {e.id: e for e in namespace.episodes()},
        "memories": {m.id: m for m in memories},
        "links": {x.id: x for x in namespace.links(include_expired=True)},
        "core": namespace.core(),
        "numbers": vault.committed_numbers(),
        "edges": sorted(map(tuple, vault.all_edges())),
    }
