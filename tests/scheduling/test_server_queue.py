"""Dreams in the queue of a real `langgraph dev`: bursts, sweeps, and what stays apart."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from helpers_store import episode
from langgraph_sdk import get_client, get_sync_client
from langgraph_sdk.client import LangGraphClient, SyncLangGraphClient

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams import DreamStore, InvalidInputError, NamespaceError
from langgraph_dreams.scheduling.server_queue import (
    aqueue_dream,
    aschedule_dreams,
    aschedule_sweep,
    dream_thread,
    schedule_dreams,
    schedule_sweep,
)
from langgraph_dreams.server.demo_agent import AFTER
from langgraph_dreams.server.graphs import STORE

BURST = 50
AT_ONCE = 10


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with DreamStore.open(folder / "memory") as store:  # recorded before, by no agent of the server
        for name, size in (("many", 5), ("few", 4)):
            store.namespace("sweep", name).record([episode(number) for number in range(size)])
    with langgraph_dev(folder, 12, {STORE: str(folder / "memory"), AFTER: "8"}) as address:
        yield address


@pytest.fixture
def server(url: str) -> Iterator[SyncLangGraphClient]:
    with get_sync_client(url=url) as client:
        yield client


def say(server: SyncLangGraphClient, namespace: str, thread: str, text: str) -> Any:
    return server.runs.wait(
        thread,
        "agent",
        input={"messages": [{"role": "user", "content": text}]},
        config={"configurable": {"namespace": namespace}},
        if_not_exists="create",
    )


def dreamt(server: SyncLangGraphClient, *parts: str) -> list[int]:
    """How many episodes each dream of a namespace had, once no run of it is left."""
    thread = dream_thread(parts)
    for run in server.runs.list(thread, limit=100):
        if run["status"] in ("pending", "running"):
            server.runs.join(thread, run["run_id"])
    runs = server.runs.list(thread, limit=100)
    assert {run["status"] for run in runs} <= {"success"}
    reports = [s["values"].get("report") for s in server.threads.get_history(thread, limit=100)]
    unique = {r["id"]: r for r in reports if r and r["status"] == "committed"}
    return sorted(len(report["episodes"]) for report in unique.values())


@pytest.mark.server
@pytest.mark.slow
def test_three_bursts_of_fifty_messages_are_three_dreams(server: SyncLangGraphClient) -> None:
    threads = [server.threads.create()["thread_id"] for _ in range(AT_ONCE)]

    def chat(burst: int, thread: str) -> None:
        for number in range(BURST // AT_ONCE):
            say(server, "acme/ada", thread, f"Note {burst}.{number} of {thread}: the kiln fired.")

    for burst in range(3):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(chat, [burst] * AT_ONCE, threads))
        assert dreamt(server, "acme", "ada") == [BURST] * (burst + 1)
    assert len(server.runs.list(dream_thread(("acme", "ada")), limit=100)) == 3
    # Nothing of a dream is in a user's thread.
    for thread in threads:
        state = server.threads.get_state(thread)
        assert set(state["values"]) == {"messages"}
        assert len(state["values"]["messages"]) == 2 * 3 * BURST // AT_ONCE
        assert {run["metadata"]["graph_id"] for run in server.runs.list(thread)} == {"agent"}
    answer = say(server, "acme/ada", threads[0], "the kiln?")["messages"][-1]["content"]
    assert answer.startswith("I remember: Note")


@pytest.mark.server
def test_a_sweep_is_scheduled_once_and_queues_what_has_enough(server: SyncLangGraphClient) -> None:
    first = schedule_sweep(server, "0 4 * * *", timezone="Europe/Vienna")
    second = schedule_sweep(server, "30 2 * * *", least_episodes=5)
    assert first != second
    crons = server.crons.search()
    assert [(c["cron_id"], c["schedule"]) for c in crons] == [(second, "30 2 * * *")]
    swept: Any = server.runs.wait(None, "sweep", input=crons[0]["payload"]["input"])
    assert ["sweep", "many"] in swept["queued"]
    assert ["sweep", "few"] not in swept["found"]
    assert dreamt(server, "sweep", "many") == [5]


@pytest.mark.server
async def test_async_doors_and_a_dream_that_waits_already(url: str) -> None:
    async with get_client(url=url) as client:
        await _async_doors(url, client)


async def _async_doors(url: str, client: LangGraphClient) -> None:
    parts = ("a/b", "c")  # slashes in a part stay in it
    first = await aschedule_dreams(url, parts, after_seconds=600)
    second = await aschedule_dreams(client, parts, after_seconds=600, focus="the kiln")
    runs = await client.runs.list(dream_thread(parts))
    assert [run["run_id"] for run in runs] == [second] != [first]
    assert await aqueue_dream(client, parts) is None
    assert await asyncio.to_thread(schedule_dreams, url, parts, after_seconds=0) != second
    made = await aschedule_sweep(client, least_episodes=7)
    assert [c["cron_id"] for c in await client.crons.search()] == [made]
    with pytest.raises(httpx.HTTPStatusError):
        await aschedule_sweep(url, "when the moon is full")
    assert [c["cron_id"] for c in await client.crons.search()] == [made]
    with pytest.raises(httpx.HTTPStatusError):
        await aqueue_dream(client, parts, graph="no such graph")


def test_what_cannot_be_scheduled() -> None:
    with pytest.raises(InvalidInputError, match="after_seconds"):
        schedule_dreams("http://127.0.0.1:9", ("ada",), after_seconds=-1)
    with pytest.raises(InvalidInputError, match="least_episodes"):
        schedule_sweep("http://127.0.0.1:9", least_episodes=0)
    with pytest.raises(NamespaceError):
        dream_thread(())
    assert dream_thread(("a", "b")) == dream_thread(["a", "b"]) != dream_thread(("a/b",))
