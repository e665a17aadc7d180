"""Who may ask the journal page's server: tokens, sessions, hosts, origins, headers."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dream_support import SMALL, WordEmbedder, live
from journal_support import TOKEN, everything, served, visitor

from langgraph_dreams import DreamStore, InvalidInputError, MissingDependencyError, Namespace
from langgraph_dreams.web import create_journal_app

STATIC = Path(__file__).parents[2] / "langgraph_dreams" / "web" / "static"
ADA = {"ns": ["acme", "ada"]}
JSON = {"content-type": "application/json"}
READS = (
    "start", "nights", "night?dream=x", "resting?dream=x", "associations?q=kiln",
    "recall?q=kiln", "levels", "memories", "item?id=x", "health",
)  # fmt: skip


@pytest.fixture(scope="module")
def kept_ada() -> Iterator[Namespace]:
    """A namespace that no test changes."""
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as opened:
        namespace = opened.namespace("acme", "ada")
        live(namespace)
        yield namespace


@pytest.fixture(scope="module")
def kept_address(kept_ada: Namespace) -> Iterator[str]:
    with served(create_journal_app(kept_ada._store, token=TOKEN)) as url:
        yield url


@pytest.fixture(scope="module")
def kept(kept_address: str) -> Iterator[httpx.Client]:
    with visitor(kept_address) as client:
        yield client


def test_nothing_is_told_without_the_token(kept_address: str, kept_ada: Namespace) -> None:
    said = [e.text for e in kept_ada.episodes()]
    with httpx.Client(base_url=kept_address) as stranger:
        for path in READS:
            response = stranger.get(f"api/{path}", params=ADA)
            assert response.status_code == 401, path
            assert "token" in response.json()["error"]
        undone = stranger.post("api/undo", json={}, headers={"origin": kept_address[:-9]})
        assert undone.status_code == 401
        stranger.cookies.set("langgraph_dreams_journal", "0" * 64)
        assert stranger.get("api/start").status_code == 401
        stranger.headers["cookie"] = 'langgraph_dreams_journal="\\777"; =;; \xff'
        assert stranger.get("api/start").status_code == 401
        page = stranger.get("")
        assert page.status_code == 200
        assert not any(text in page.text for text in said)


def test_the_token_opens_a_session_and_leaves_the_address(kept_address: str) -> None:
    with httpx.Client(base_url=kept_address) as browser:
        wrong = browser.get("", params={"token": TOKEN + "!"})
        assert wrong.status_code == 303
        assert "set-cookie" not in wrong.headers
        opened = browser.get("", params={"token": TOKEN})
        assert opened.status_code == 303
        assert "token" not in opened.headers["location"]
        cookie = opened.headers["set-cookie"]
        assert TOKEN not in cookie
        for wanted in ("HttpOnly", "SameSite=strict", "Path=/journal"):
            assert wanted in cookie
        assert browser.get("api/start").json()["namespaces"] == [["acme", "ada"]]


def test_a_typed_token_opens_a_session_too(kept_address: str) -> None:
    origin = {"origin": kept_address.removesuffix("/journal/")}
    with httpx.Client(base_url=kept_address, headers=origin) as browser:
        for wrong in ({"token": "no"}, {"token": 7}, {"token": "\ud800"}, {}):
            response = browser.post("session", content=json.dumps(wrong), headers=JSON)
            assert response.status_code == 401
        assert browser.post("session", json={"token": TOKEN}).status_code == 200
        assert browser.get("api/start").status_code == 200


@pytest.mark.parametrize("token", ["", "short", "ä" * 20, "a" * 20 + "\n"])
def test_a_weak_token_is_refused(kept_ada: Namespace, token: str) -> None:
    with pytest.raises(InvalidInputError, match="token"):
        create_journal_app(kept_ada._store, token=token)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-journal-csrf": "0" * 64}, 403),
        ({"x-journal-csrf": "ä"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"host": "evil.example"}, 403),
        ({"content-type": "text/plain"}, 400),
    ],
)
def test_a_change_comes_from_the_page_alone(
    kept: httpx.Client, kept_ada: Namespace, headers: dict[str, str], status: int
) -> None:
    before = everything(kept_ada)
    encoded = {name: value.encode() for name, value in headers.items()}
    body = {"dream": kept_ada.dreams()[-1].id, **ADA}
    assert kept.post("api/undo", json=body, headers=encoded).status_code == status
    assert everything(kept_ada) == before


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "", "localhost.evil"]
)
def test_a_strangers_name_for_this_machine_is_refused(kept: httpx.Client, host: str) -> None:
    for path in ("", "api/start", "static/main.js"):
        assert kept.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:1", "[::1]:8600", "10.0.0.7", "dreams.example:80"])
def test_own_names_are_known(kept_ada: Namespace, host: str) -> None:
    app = create_journal_app(kept_ada._store, token=TOKEN, hosts=["Dreams.example"])
    with served(app) as url, visitor(url) as client:
        assert client.get("api/start", headers={"host": host}).status_code == 200


def test_every_answer_has_the_headers(kept: httpx.Client) -> None:
    paths = ("", "static/main.js", "static/nothing", "api/start", "api/nothing", "nothing")
    for path in (*paths, "?token=wrong"):
        for host in (None, "evil.example"):
            headers = kept.get(path, headers={"host": host} if host else {}).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cache-control"] == "no-store"


def test_static_files_stay_in_their_folder(kept: httpx.Client) -> None:
    assert "text/javascript" in kept.get("static/main.js").headers["content-type"]
    for path in ("static/../app.py", "static/%2e%2e/app.py", "static/..%2fapp.py", "static/"):
        assert kept.get(path).status_code == 404


def test_the_page_asks_no_other_server_and_writes_no_markup() -> None:
    for file in STATIC.rglob("*"):
        if file.suffix in {".js", ".css", ".html"}:
            text = file.read_text()
            found = re.findall(r"https?://[^\"'\s]+", text)
            assert set(found) <= {"http://www.w3.org/2000/svg"}, file
            assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)
        else:
            assert file.is_dir(), f"{file} is not ours"


async def test_a_websocket_is_closed() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        app = create_journal_app(store, token=TOKEN)
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        await app({"type": "websocket", "path": "/api/start", "headers": []}, receive, send)
        assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_missing_package_is_named(kept_ada: Namespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langgraph_dreams.web.app", None)
    with pytest.raises(MissingDependencyError, match=r"langgraph_dreams\[journal\]"):
        create_journal_app(kept_ada._store, token=TOKEN)
