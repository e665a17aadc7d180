"""One form of progress: what is streamed, what the bars show, and what the page shows."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from journal_support import TOKEN, served, visitor
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import TypeAdapter

from langgraph_dreams import DreamStore, Namespace, create_dream_graph
from langgraph_dreams.dream.runtime.progress import ABOUT, DreamEvent
from langgraph_dreams.web import create_journal_app

STAGES = list(ABOUT)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        namespace = store.namespace("acme", "ada")
        namespace.record(day(FIRST, 0))
        namespace.dream()
        namespace.record(day(SECOND, 7))
        yield namespace


@pytest.fixture
def ask(ada: Namespace) -> Iterator[httpx.Client]:
    with (
        served(create_journal_app(ada._store, token=TOKEN)) as address,
        visitor(address) as client,
    ):
        yield client


def get(client: httpx.Client, path: str, **parameters: str) -> Any:
    response = client.get(f"api/{path}", params={"ns": ["acme", "ada"], **parameters})
    assert response.status_code == 200, response.text
    return response.json()


def test_events_have_one_form_and_every_node_ends_with_a_line(ada: Namespace) -> None:
    told: list[DreamEvent] = []
    report = ada.dream(on_event=told.append)
    TypeAdapter(list[DreamEvent]).validate_python(told, strict=True)
    assert json.loads(json.dumps(told)) == told
    ends = [one for one in told if one["phase"] == "end"]
    assert [one["node"] for one in ends] == STAGES
    assert [one["done"] for one in ends] == list(range(1, 8))
    assert {one["total"] for one in told} == {7}
    assert ends[-1]["counts"] == report.counts
    assert ends[0]["text"] == f"{len(FIRST)} new episodes"
    assert f"{report.counts['add_link']} links held" in ends[3]["text"]


def test_each_update_begins_with_its_line_and_counts(ada: Namespace) -> None:
    graph = create_dream_graph(ada).compile()
    ends: dict[str, Any] = {}
    lines: dict[str, Any] = {}
    for mode, part in graph.stream({}, stream_mode=["updates", "custom"]):
        if mode == "updates":
            [(node, update)] = part.items()
            assert list(update)[:2] == ["line", "counts"]
            lines[node] = (update["line"], update["counts"])
        elif part["phase"] == "end":
            ends[part["node"]] = (part["text"], part["counts"])
    assert lines == ends
    assert list(lines) == STAGES


def test_the_page_shows_a_dream_under_way_as_it_is_streamed(
    ada: Namespace, ask: httpx.Client
) -> None:
    nobody = {"what": "", "events": []}
    assert get(ask, "dreaming") == nobody
    graph = create_dream_graph(ada).compile(InMemorySaver(), interrupt_before=["commit"])
    thread: Any = {"configurable": {"thread_id": "1"}}
    streamed = list(graph.stream({}, thread, stream_mode="custom"))
    assert streamed[-1]["node"] == "review"
    assert get(ask, "dreaming") == {"what": "a dream", "events": streamed}
    elsewhere = ask.get("api/dreaming", params={"ns": ["acme", "ben"]})
    assert elsewhere.status_code == 404
    streamed += graph.stream(None, thread, stream_mode="custom")
    assert get(ask, "dreaming") == nobody
    night = get(ask, "night", dream=ada.dreams()[-1].id)
    ends = [(one["node"], one["text"]) for one in streamed if one["phase"] == "end"]
    assert [(one["node"], one["text"]) for one in night["stages"]] == ends
    assert all(one["seconds"] >= 0 for one in night["stages"][:-1])


def test_what_holds_the_namespace_besides_a_dream_is_named(
    ada: Namespace, ask: httpx.Client
) -> None:
    leases = ada.vault.leases
    lease = leases.take("a rollback", 60)
    assert get(ask, "dreaming") == {"what": "a rollback", "events": []}
    leases.release(lease)


@pytest.mark.slow
def test_the_bar_of_the_command_line_counts_the_stages(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path) as store:
        store.namespace("ada").record(day(FIRST, 0))
    command = ["-m", "langgraph_dreams.cli", "dream", "--store", str(tmp_path)]
    ours, theirs = pty.openpty()
    asked = subprocess.Popen(
        [sys.executable, *command, "--namespace", "ada"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "160"},
    )
    os.close(theirs)
    shown = b""
    while part := _read(ours):
        shown += part
    assert asked.stdout is not None
    asked.stdout.close()
    assert asked.wait() == 0
    assert b"7/7" in shown
    assert b"commit: dream d" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # a terminal that nobody writes to any more
        return b""


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize(("node", "phase"), [("gather", "start"), ("consolidate", "end")])
def test_a_callback_that_raises_leaves_no_lease(
    ada: Namespace, way: str, node: str, phase: str
) -> None:
    def broken(told: DreamEvent) -> None:
        if (told["node"], told["phase"]) == (node, phase):
            raise ZeroDivisionError("in the callback")

    def dream() -> None:
        if way == "sync":
            ada.dream(on_event=broken)
        else:
            asyncio.run(ada.adream(on_event=broken))

    with pytest.raises(ZeroDivisionError, match="in the callback"):
        dream()
    assert ada._session.vault.leases.holder() is None
    assert ada.dream().status == "committed"
