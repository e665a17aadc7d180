"""A review in a thread of a real `langgraph dev`: asked, answered as a chat UI does, written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dream_support import episode
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams import DreamStore
from langgraph_dreams.server.graphs import STORE

pytestmark = pytest.mark.server

SAID = (
    "My sister Ottilie is allergic to walnuts and carries a red emergency pen.",
    "Grandmother Philippa keeps the spare cellar key under the blue flowerpot.",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two statements that are made twice."""
    made = tmp_path_factory.mktemp("served")
    with DreamStore.open(made / "memory") as store:
        store.namespace("ada").record([episode(s, day=d) for s in SAID for d in (0, 8)])
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[SyncLangGraphClient]:
    with (
        langgraph_dev(folder, 2, {STORE: str(folder / "memory")}) as url,
        get_sync_client(url=url) as client,
    ):
        yield client


def run(server: SyncLangGraphClient, thread: str, **how: Any) -> Any:
    config = {"configurable": {"namespace": "ada"}}
    return server.runs.wait(thread, "dream", config=config, **how)


def test_a_thread_of_a_server_waits_and_goes_on(
    server: SyncLangGraphClient,
) -> None:
    thread = server.threads.create()["thread_id"]
    run(server, thread, input={"review": "ask"})
    assert server.threads.get(thread)["status"] == "interrupted"
    (task,) = server.threads.get_state(thread)["tasks"]
    (interrupt,) = task["interrupts"]
    request: Any = interrupt["value"]
    actions = request["action_requests"]
    assert {a["args"]["text"] for a in actions if a["name"] == "add_memory"} == set(SAID)
    decisions: list[dict[str, Any]] = [{"type": "approve"} for _ in actions]
    place = next(i for i, a in enumerate(actions) if a["args"].get("text") == SAID[1])
    args = {**actions[place]["args"], "text": "The cellar key lies under the flowerpot."}
    action = {"name": actions[place]["name"], "args": args}
    decisions[place] = {"type": "edit", "edited_action": action}
    found = run(server, thread, command={"resume": {"decisions": decisions}})
    assert found["report"]["status"] == "committed", found["report"]["notes"]
    told = {(o["after"] or {}).get("text") for o in found["report"]["operations"]}
    assert {SAID[0], "The cellar key lies under the flowerpot."} <= told
    assert SAID[1] not in told
