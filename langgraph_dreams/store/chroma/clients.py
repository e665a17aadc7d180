"""Clients of Chroma: embedded in a folder, in memory, of a server; none with telemetry."""

import uuid
from functools import cache
from pathlib import Path

import chromadb
import httpx
from chromadb.api import ClientAPI
from chromadb.config import Settings

from langgraph_dreams.store.chroma.client_gate import border


def settings() -> Settings:
    """Chroma settings of an embedded client: no telemetry."""
    return _settings().model_copy()  # a client changes its own


@cache
def _settings() -> Settings:
    return Settings(anonymized_telemetry=False)


def open_folder(path: Path) -> ClientAPI:
    """Open the embedded client of a folder. Raises StoreError."""
    with border(f"cannot open the Chroma store in {path}"):
        try:
            return chromadb.PersistentClient(path=str(path), settings=settings())
        except AttributeError:
            # An earlier attempt that failed left a half-made client in Chroma's cache; this one
            # removed it.
            return chromadb.PersistentClient(path=str(path), settings=settings())


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


def close_client(client: ClientAPI) -> None:
    """Release a client that this library opened."""
    close = getattr(client, "close", None)
    if close is not None:
        with border("cannot close the Chroma store"):
            close()


def unique_prefix() -> str:
    """A prefix of collection names that no other in-memory store has."""
    return f"m{uuid.uuid4().hex[:12]}."
