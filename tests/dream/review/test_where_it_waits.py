"""Where a review waits: in a thread, in a graph around it, in the journal; where it does not."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import WordEmbedder, episode
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command
from mind_support import life
from review_support import (
    MIND,
    POLICY,
    Thread,
    asked,
    rich,
    untouched,
    waiting,
)

from langgraph_dreams import (
    DreamStore,
    Namespace,
    UnknownDreamError,
    create_dream_graph,
    dream_node,
)
from langgraph_dreams.errors import InvalidInputError, ReviewError


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        yield store.namespace("ada")


# -- from the journal, and in other graphs


async def test_async_twins(ada: Namespace) -> None:
    await ada.arecord(life(3, 4))
    report = await ada.adream(model=MIND, review="ask")
    assert report.status == "waiting"
    assert untouched(ada)
    done = await ada.aapprove(report.id[:8])
    assert done.status == "committed"
    await ada.arecord(life(3, 4, first_day=5))
    second = await ada.adream(model=MIND, review="ask")
    assert (await ada.areject(second.id)).status == "rejected"
    assert ada.vault.committed_numbers() == [1]


def test_rejected_for_good_it_does_not_come_back(ada: Namespace) -> None:
    report = waiting(ada)
    done = ada.reject(report.id, redream=False)
    assert done.status == "rejected"
    assert not ada.memories()
    assert ada.counts()["undreamt"] == 0
    assert ada.dream().status == "noop"


def test_what_does_not_wait_is_told(ada: Namespace) -> None:
    report = waiting(ada)
    ada.approve(report.id)
    for decide in (ada.approve, ada.reject):
        with pytest.raises(ReviewError, match="is committed"):
            decide(report.id)
        with pytest.raises(UnknownDreamError):
            decide("nosuch")


def test_a_thread_finds_what_was_decided_elsewhere(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    request = thread.begin()
    done = ada.approve(request["dream"], {"reject": ["core"]})
    assert thread.go_on("reject") == done
    assert ada.report(done.id) == done


async def test_a_thread_of_an_async_graph(ada: Namespace) -> None:
    await ada.arecord(life(3, 4))
    built = create_dream_graph(ada, model=MIND, review="ask")
    graph = built.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "night"}}
    request = asked(await graph.ainvoke({}, config))
    again = asked(await graph.ainvoke(Command(resume={"approve": 1}), config))
    assert "problem" in again
    done = await graph.ainvoke(Command(resume={"reject": ["core"]}), config)
    assert done["report"]["status"] == "committed"
    assert done["report"]["id"] == request["dream"]


def parent(node: Any) -> Any:
    builder = StateGraph(MessagesState)
    builder.add_node("night", node)
    builder.add_edge(START, "night")
    return builder.compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize("way", ["node", "subgraph"])
def test_in_a_graph_around_it(ada: Namespace, way: str) -> None:
    rich(ada)
    node: Any = (
        dream_node(ada, model=MIND, review="ask")
        if way == "node"
        else create_dream_graph(ada, model=MIND, review="ask").compile()
    )
    graph, config = parent(node), {"configurable": {"thread_id": "1"}}
    request = asked(graph.invoke({"messages": [("user", "Good night.")]}, config))
    assert untouched(ada)
    ada.record([episode("Something that came while it waited.", day=30)])
    graph.invoke(Command(resume={"reject": ["core"]}), config)
    done = ada.report(request["dream"])
    assert done.status == "committed"
    assert ada.counts()["undreamt"] == 1


async def test_in_an_async_graph_around_it(ada: Namespace) -> None:
    await ada.arecord(life(3, 4))
    graph, config = (
        parent(dream_node(ada, model=MIND, review="ask")),
        {"configurable": {"thread_id": "1"}},
    )
    request = asked(await graph.ainvoke({"messages": [("user", "Good night.")]}, config))
    await graph.ainvoke(Command(resume="approve"), config)
    assert ada.report(request["dream"]).status == "committed"


# -- when there is nothing to ask


def test_the_input_asks_where_the_graph_does_not(ada: Namespace) -> None:
    rich(ada)
    graph = create_dream_graph(ada).compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    asked(graph.invoke({"review": "ask"}, config))
    graph.invoke(Command(resume=True), config)
    ada.record(life(3, 4, first_day=5))
    assert graph.invoke({}, config)["report"]["status"] == "committed"
    with pytest.raises(InvalidInputError, match="review is 'perhaps'"):
        graph.invoke({"review": "perhaps"}, config)


def test_a_dry_run_and_an_empty_night_ask_nobody(ada: Namespace) -> None:
    assert ada.dream(review="ask").status == "noop"
    rich(ada)
    thread = Thread(ada)
    found = thread.graph.invoke({"dry_run": True}, thread.config)
    assert found["report"]["status"] == "dry_run"
    assert found["report"]["operations"]
    assert untouched(ada)
    assert [d.status for d in ada.dreams()] == ["noop"]


def test_a_focus_that_is_no_text_is_refused(ada: Namespace) -> None:
    rich(ada)
    with pytest.raises(InvalidInputError, match="focus is 7"):
        dream_node(ada, focus=lambda state: 7).invoke({})  # type: ignore[arg-type,return-value]
    assert untouched(ada)
