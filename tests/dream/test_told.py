"""What a run of the dream graph is told holds for that run: not for the next one of its thread."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamStore, Namespace, create_dream_graph
from langgraph_dreams.dream import graph as built
from langgraph_dreams.dream.graph import STAGES

CONFIG: Any = {"configurable": {"thread_id": "night"}}
TOLD: dict[str, Any] = {
    "focus": "the kiln", "dry_run": True, "budget": {"calls": 3}, "review": "auto",
}  # fmt: skip


@pytest.fixture
def words() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as opened:
        yield opened.namespace("ada")


class AwayError(RuntimeError):
    """What the dream needs is away, once."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The name of a stage that raises the first time."""
    name, stage, fails = request.param, STAGES[request.param], [True]

    def once(*given: Any) -> Any:
        if fails and fails.pop():
            raise AwayError(name)
        return stage(*given)

    monkeypatch.setitem(built.STAGES, name, once)
    return name


def thread_of(words: Namespace, **how: Any) -> Any:
    words.record(day(FIRST, 0))
    return create_dream_graph(words).compile(checkpointer=InMemorySaver(), **how)


EACH = pytest.mark.parametrize("failing", list(STAGES), indirect=True)


@EACH
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_a_run_that_failed_leaves_nothing_for_the_next(
    failing: str, is_async: bool, words: Namespace
) -> None:
    graph = thread_of(words)
    with pytest.raises(AwayError):
        _ = await graph.ainvoke(TOLD, CONFIG) if is_async else graph.invoke(TOLD, CONFIG)
    done = (await graph.ainvoke({}, CONFIG) if is_async else graph.invoke({}, CONFIG))["report"]
    assert done["status"] == "committed"
    assert done["concerns"] == []
    assert [report.status for report in words.dreams()] == ["committed"]


@EACH
def test_the_same_run_goes_on_as_it_was_told(failing: str, words: Namespace) -> None:
    graph = thread_of(words)
    with pytest.raises(AwayError):
        graph.invoke(TOLD, CONFIG)
    done = graph.invoke(None, CONFIG)["report"]
    assert done["status"] == "dry_run"
    assert [concern["text"] for concern in done["concerns"]] == ["the kiln"]
    assert not words.dreams()


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_paused_goes_on_as_told_and_another_does_not(
    stage: str, words: Namespace
) -> None:
    graph = thread_of(words, interrupt_before=[stage])
    graph.invoke(TOLD, CONFIG)
    assert graph.get_state(CONFIG).next == (stage,)
    assert graph.invoke(None, CONFIG)["report"]["status"] == "dry_run"
    graph.invoke(TOLD, CONFIG)
    graph.invoke({}, CONFIG)
    assert graph.invoke(None, CONFIG)["report"]["status"] == "committed"


def test_a_stream_that_is_left_leaves_nothing(words: Namespace) -> None:
    graph = thread_of(words)
    for _ in graph.stream(TOLD, CONFIG):
        break
    assert graph.invoke({}, CONFIG)["report"]["status"] == "committed"


def test_nobody_is_asked_because_the_last_one_was(words: Namespace) -> None:
    graph = thread_of(words)
    words.record(day(SECOND, 7))
    assert "__interrupt__" in graph.invoke({"review": "ask"}, CONFIG)
    assert graph.invoke({}, CONFIG)["report"]["status"] == "committed"


@EACH
def test_within_another_graph_its_keys_decide(failing: str, words: Namespace) -> None:
    class Parent(MessagesState, total=False):
        dry_run: bool
        report: dict[str, Any]

    words.record(day(FIRST, 0))
    builder = StateGraph(Parent)
    builder.add_node("night", create_dream_graph(words).compile())
    builder.add_edge(START, "night")
    graph = builder.compile(checkpointer=InMemorySaver())
    with pytest.raises(AwayError):
        graph.invoke({"dry_run": True}, CONFIG)
    assert graph.invoke({"dry_run": False}, CONFIG)["report"]["status"] == "committed"
