"""A Chroma server that others can reach: tokens, TLS, tenants; and what it does not protect."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromadb
import pytest
import trustme
from access_support import Door, door
from chromadb.api import ClientAPI
from chromadb.config import Settings
from chromadb.errors import ChromaError
from helpers_store import HashEmbedder, episode

from benchmarks.chroma_server import chroma_server
from langgraph_dreams import DreamStore
from langgraph_dreams.errors import StoreError

pytestmark = pytest.mark.server

TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as port:
        yield port


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def entrance(port: int, authority: trustme.CA) -> Iterator[Door]:
    with door(port, TOKEN, authority) as opened:
        yield opened


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority of the door's certificate is believed."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def through(entrance: Door, token: str = TOKEN) -> ClientAPI:
    """A client as docs/operations.md says."""
    return chromadb.HttpClient(
        "localhost",
        entrance.port,
        ssl=True,
        headers={"Authorization": f"Bearer {token}"},
        settings=Settings(anonymized_telemetry=False),
    )


def opened(client: ClientAPI) -> DreamStore:
    return DreamStore(client=client, embedder=HashEmbedder())


@pytest.mark.usefixtures("trusted")
def test_a_store_over_tls_with_a_token(entrance: Door, port: int) -> None:
    with opened(through(entrance)) as store:
        ada = store.namespace("tls", "ada")
        ada.record([episode(n) for n in range(8)])
        assert ada.dream().status == "committed"
        assert ada.recall("number 3").items
    assert entrance.refused == 0
    with opened(chromadb.HttpClient("127.0.0.1", port)) as behind:
        assert len(behind.namespace("tls", "ada").episodes()) == 8


@pytest.mark.usefixtures("trusted")
def test_a_token_that_holds_no_more(entrance: Door) -> None:
    with opened(through(entrance)) as store:
        ada = store.namespace("token", "ada")
        ada.record([episode(1)])
        entrance.token = "another"
        with pytest.raises(StoreError, match=r"refused .*401.*token"):
            ada.record([episode(2)])
        entrance.token = TOKEN
        assert [e.id for e in ada.episodes()] == ["e0001"]


@pytest.mark.usefixtures("trusted")
def test_a_wrong_token_makes_no_client(entrance: Door) -> None:
    with pytest.raises((ValueError, ChromaError), match=r"(?i)401|unauthori|token"):
        through(entrance, token="wrong")
    assert entrance.refused


def test_a_certificate_of_nobody_makes_no_client(entrance: Door) -> None:
    with pytest.raises((ValueError, ChromaError), match=r"(?i)connect|certificate"):
        through(entrance)


@pytest.mark.parametrize("level", ["tenant", "database"])
def test_tenants_and_databases_of_a_server_are_apart(port: int, level: str) -> None:
    admin = chromadb.AdminClient(
        Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host="127.0.0.1",
            chroma_server_http_port=port,
        )
    )
    places: list[dict[str, Any]] = []
    for name in ("left", "right"):
        tenant = f"{level}-{name}" if level == "tenant" else "default_tenant"
        if level == "tenant":
            admin.create_tenant(tenant)
        admin.create_database(f"memory-{name}", tenant)
        places.append({"tenant": tenant, "database": f"memory-{name}"})
    stores = [opened(chromadb.HttpClient("127.0.0.1", port, **place)) for place in places]
    for store, word in zip(stores, ("left", "right"), strict=True):
        store.namespace("acme", "ada").record([episode(1, f"the {word} word")])
    stores[0].namespace("acme", "left alone").record([episode(2)])
    texts = [[e.text for e in store.namespace("acme", "ada").episodes()] for store in stores]
    assert texts == [["the left word"], ["the right word"]]
    assert stores[1].namespaces() == [("acme", "ada")]
    stores[0].namespace("acme", "ada").forget(everything=True)
    assert len(stores[1].namespace("acme", "ada").episodes()) == 1


def test_chroma_itself_asks_for_no_token(port: int) -> None:
    with opened(chromadb.HttpClient("127.0.0.1", port)) as store:
        store.namespace("open", "ada").record([episode(1)])
    anybody = chromadb.HttpClient("127.0.0.1", port, headers={"Authorization": "Bearer wrong"})
    with opened(anybody) as store:
        assert len(store.namespace("open", "ada").episodes()) == 1
