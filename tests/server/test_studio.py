"""What LangGraph Studio shows, asked of a real `langgraph dev` as Studio asks: by its API."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from helpers_store import episode
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams import DreamStore
from langgraph_dreams.dream.runtime.progress import ABOUT
from langgraph_dreams.scheduling.server_queue import dream_thread
from langgraph_dreams.server.demo_agent import AFTER
from langgraph_dreams.server.graphs import STORE

pytestmark = pytest.mark.server

STAGES = list(ABOUT)
CRON_SECONDS = 60
NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
NO_KEYS = dict.fromkeys(("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "OPENAI_API_KEY"), "")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncLangGraphClient]:
    folder = tmp_path_factory.mktemp("studio")
    with DreamStore.open(folder / "memory") as store:
        for name in ("streamed", "interrupted", "nested", "swept"):
            store.namespace("studio", name).record([episode(number) for number in range(12)])
    settings = {STORE: str(folder / "memory"), AFTER: "1", "CRON_SCHEDULER_SLEEP_TIME": "1"}
    with (
        langgraph_dev(folder, 4, settings | NO_NETWORK | NO_KEYS) as url,
        get_sync_client(url=url) as client,
    ):
        yield client


def assistants(server: SyncLangGraphClient) -> dict[str, Any]:
    return {one["graph_id"]: one for one in server.assistants.search()}


def test_each_graph_has_a_name_a_description_and_its_nodes(server: SyncLangGraphClient) -> None:
    found = assistants(server)
    assert set(found) == {"dream", "recall", "remember", "sweep", "agent"}
    assert all(one["description"] for one in found.values())
    drawn: dict[str, Any] = {
        name: {
            node["id"]: node
            for node in server.assistants.get_graph(one["assistant_id"], xray=True)["nodes"]
        }
        for name, one in found.items()
    }
    for stage, about in ABOUT.items():
        assert drawn["dream"][stage]["metadata"] == {"description": about}
        assert drawn["agent"][f"dream:{stage}"]["metadata"] == {"description": about}
    folded: Any = server.assistants.get_graph(found["agent"]["assistant_id"])
    assert "dream" in [node["id"] for node in folded["nodes"]]
    nested = server.assistants.get_subgraphs(found["agent"]["assistant_id"], recurse=True)
    assert set(nested) == {"dream"}


@pytest.mark.parametrize("graph", ["dream", "recall", "remember", "sweep", "agent"])
def test_schemas_are_told_field_by_field(server: SyncLangGraphClient, graph: str) -> None:
    schemas = server.assistants.get_schemas(assistants(server)[graph]["assistant_id"])
    for part in ("input_schema", "output_schema", "state_schema", "context_schema"):
        for name, field in ((schemas[part] or {}).get("properties") or {}).items():
            assert field.get("title"), (part, name)
            assert field.get("description"), (part, name)
    given: Any = schemas["input_schema"]
    if graph == "dream":
        assert given["properties"]["budget"]["properties"]["calls"]["minimum"] == 0
        assert schemas["state_schema"]["properties"]["operations"]["items"]  # type: ignore[index]
    if graph != "sweep":
        context: Any = schemas["context_schema"]
        assert context["required"] == ["namespace"]


def test_every_node_streams_its_line_and_counts(server: SyncLangGraphClient) -> None:
    updates: dict[str, Any] = {}
    told: list[dict[str, Any]] = []
    for part in server.runs.stream(
        None,
        "dream",
        input={"focus": "the kiln", "dry_run": True, "budget": {"calls": 3, "money": None}},
        context={"namespace": "studio/streamed"},
        stream_mode=["updates", "custom"],
    ):
        assert part.event in ("metadata", "updates", "custom"), part
        if part.event == "updates":
            updates |= part.data
        elif part.event == "custom":
            told.append(part.data)  # type: ignore[arg-type]
    assert list(updates) == STAGES
    for stage, update in updates.items():
        assert update["counts"]["episodes"] == 12
        ended = [one for one in told if (one["node"], one["phase"]) == (stage, "end")]
        assert [(one["text"], one["counts"]) for one in ended] == [
            (update["line"], update["counts"])
        ]
    assert [one["node"] for one in told if one["phase"] == "start"] == STAGES
    assert (told[0]["done"], told[-1]["done"], told[-1]["total"]) == (0, 7, 7)
    assert updates["commit"]["report"]["status"] == "dry_run"


def test_a_dream_is_interrupted_and_resumed(server: SyncLangGraphClient) -> None:
    thread = server.threads.create()["thread_id"]
    asked: Any = {"context": {"namespace": "studio/interrupted"}}
    server.runs.wait(thread, "dream", input={}, interrupt_before=["commit"], **asked)
    state = server.threads.get_state(thread)
    assert state["next"] == ["commit"]
    assert server.threads.get(thread)["status"] == "interrupted"
    assert "report" not in state["values"]
    done: Any = server.runs.wait(thread, "dream", input=None, **asked)
    assert done["report"]["status"] == "committed"
    assert len(done["report"]["episodes"]) == 12
    assert server.threads.get_state(thread)["next"] == []
    assert server.threads.get(thread)["status"] == "idle"


def test_the_agent_shows_the_graph_within(server: SyncLangGraphClient) -> None:
    parts = server.runs.stream(
        None,
        "agent",
        input={"messages": [{"role": "user", "content": "Good night."}]},
        context={"namespace": "studio/nested"},
        stream_mode=["values", "updates", "custom"],
        stream_subgraphs=True,
    )
    seen: list[tuple[str, Any]] = [(part.event, part.data) for part in parts]
    # A chat page takes every state that it is sent for the thread's.
    states = [data for event, data in seen if event.partition("|")[0] == "values"]
    assert states
    assert all(state["messages"] for state in states)
    nested = [data for event, data in seen if event.startswith("updates|dream:")]
    assert [name for update in nested for name in update] == STAGES
    assert all(one["line"] for update in nested for one in update.values())
    assert [data["node"] for event, data in seen if event.startswith("custom|dream:")][-1] == (
        "commit"
    )
    last = next(data["wake"] for event, data in reversed(seen) if event == "updates")
    assert last["messages"][0]["content"]


def test_a_turn_has_a_dream_dreamt_after_it(server: SyncLangGraphClient) -> None:
    said = {"messages": [{"role": "user", "content": "The kiln is a Brandhorst."}]}
    context = {"namespace": "studio/later"}
    server.runs.wait(None, "agent", input=said, context=context)
    thread = dream_thread(("studio", "later"))
    [run] = server.runs.list(thread)
    done: Any = server.runs.join(thread, run["run_id"])
    assert done["report"]["status"] == "committed"
    assert len(done["report"]["episodes"]) == 1


def test_a_cron_fires_and_has_the_dreams_dreamt(server: SyncLangGraphClient) -> None:
    # The sixth field is the second: every second one.
    cron: Any = server.crons.create("sweep", schedule="* * * * * */2", input={"least_episodes": 12})
    assert [one["cron_id"] for one in server.crons.search()] == [cron["cron_id"]]
    thread = dream_thread(("studio", "swept"))
    until = time.monotonic() + CRON_SECONDS
    dreamt: list[Any] = []
    while not dreamt and time.monotonic() < until:
        time.sleep(0.5)
        dreamt = [one for one in server.threads.search(limit=100) if one["thread_id"] == thread]
    server.crons.delete(cron["cron_id"])
    assert server.crons.search() == []
    for run in server.runs.list(thread):
        server.runs.join(thread, run["run_id"])
    states = server.threads.get_history(thread, limit=100)
    reports = [state["values"]["report"] for state in states if "report" in state["values"]]
    assert 12 in [len(report["episodes"]) for report in reports]
