"""Clients of Chroma: embedded in a folder, in memory, of a server; none with telemetry."""

import uuid
from functools import cache
from pathlib import Path
from typing import cast

import chromadb
import httpx
from chromadb.api import ClientAPI, ServerAPI
from chromadb.api.client import Client
from chromadb.api.rust import RustBindingsAPI
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings, System
from chromadb.telemetry.product import ProductTelemetryClient

from langgraph_dreams.store.chroma.client_gate import border

_NEVER_DROPPED = 1_000_000
"""Indexes that Chroma itself keeps. One that it drops is not read again with what was written since
it was persisted: searches miss that, or fail with "Nothing found on disk". By default it drops some
from a fifth of the files on that a process may have. What is loaded is bounded by `ClientGate`."""


def settings() -> Settings:
    """Chroma settings of an embedded client: no telemetry."""
    return _settings().model_copy()  # a client changes its own


@cache
def _settings() -> Settings:
    return Settings(anonymized_telemetry=False)


def open_folder(path: Path) -> ClientAPI:
    """Open the embedded client of a folder. Raises StoreError."""
    own = settings()
    own.persist_directory, own.is_persistent = str(path), True
    with border(f"cannot open the Chroma store in {path}"):
        if str(path) in SharedSystemClient._identifier_to_system:  # somebody else's in this process
            return chromadb.PersistentClient(path=str(path), settings=own)
        system = System(own)
        system.instance(ProductTelemetryClient)  # type: ignore[type-abstract]
        server = system.instance(ServerAPI)  # type: ignore[type-abstract]
        if isinstance(server, RustBindingsAPI):
            server.hnsw_cache_size = _NEVER_DROPPED
        system.start()
        return cast(ClientAPI, Client.from_system(system))


def open_memory() -> ClientAPI:
    """Open the in-memory client; all of a process share its data, so names must be unique."""
    with border("cannot open an in-memory Chroma store"):
        return chromadb.EphemeralClient(settings=settings())


def server_client(address: str) -> ClientAPI:
    """A client of a Chroma server, e.g. "http://chroma:8000". Raises StoreError."""
    url = httpx.URL(address)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 8000)
    with border(f"cannot reach the Chroma server at {address}"):
        return chromadb.HttpClient(url.host, port, ssl=secure, settings=settings())


def unique_prefix() -> str:
    """A prefix of collection names that no other in-memory store has."""
    return f"m{uuid.uuid4().hex[:12]}."
