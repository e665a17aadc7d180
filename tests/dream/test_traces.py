"""What a trace shows of a dream: its runs by name, each with the dream and the namespace."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from dream_support import WordEmbedder
from langchain_core.callbacks import BaseCallbackHandler
from langgraph.graph import START, MessagesState, StateGraph
from mind_support import life, model

from langgraph_dreams import DreamStore, Namespace, create_dream_graph, dream_node
from langgraph_dreams.store.validation import namespace_key

STAGES = ["gather", "consolidate", "associate", "appraise", "narrate", "review", "commit"]


class Trace(BaseCallbackHandler):
    """Runs in the order in which they began: kind, name, tags, metadata."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []

    def _began(self, kind: str, given: dict[str, Any]) -> None:
        self.runs.append(
            {
                "kind": kind,
                "name": given.get("name"),
                "tags": given.get("tags") or [],
                "metadata": given.get("metadata") or {},
            }
        )

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self._began("chain", kwargs)

    def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
        self._began("model", kwargs)

    def of_dream(self) -> list[dict[str, Any]]:
        return [run for run in self.runs if "dream_namespace" in run["metadata"]]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        made = store.namespace("acme", "ada", model=model())
        made.record(life(3, 8))
        yield made


def as_node(ada: Namespace, given: Any) -> Any:
    builder = StateGraph(MessagesState)
    builder.add_node("night", dream_node(ada))
    builder.add_edge(START, "night")
    return builder.compile(), {"messages": []}


def as_graph(ada: Namespace, given: Any) -> Any:
    return create_dream_graph(ada).compile(), {}


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("attach", [as_node, as_graph])
def test_a_trace_reads_well(attach: Any, is_async: bool, ada: Namespace) -> None:
    trace = Trace()
    graph, given = attach(ada, None)
    config: Any = {"callbacks": [trace]}
    if is_async:
        asyncio.run(graph.ainvoke(given, config))
    else:
        graph.invoke(given, config)
    (report,) = ada.dreams()
    told = trace.of_dream()
    assert {run["metadata"]["dream_namespace"] for run in told} == {namespace_key(ada.parts)}
    assert all("langgraph_dreams" in run["tags"] for run in told)
    stages = [run for run in told if run["kind"] == "chain" and run["name"] in STAGES]
    assert [run["name"] for run in stages] == STAGES
    assert "dream_id" not in stages[0]["metadata"]
    assert {run["metadata"]["dream_id"] for run in stages[1:]} == {report.id}
    calls = [run for run in trace.runs if run["kind"] == "model"]
    assert len(calls) == report.cost["model_calls"] > 0
    assert {run["metadata"]["dream_id"] for run in calls} == {report.id}
    assert all("langgraph_dreams" in run["tags"] for run in calls)
    names = {run["name"] for run in trace.runs}
    assert "dream:consolidate" in names
    if attach is as_node:
        assert "dream" in names


def test_a_template_is_traced_as_what_it_is_filled_with() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        store.namespace("acme", "ada").record(life(1, 3))
        graph = create_dream_graph(store.namespace("acme", "{user}")).compile()
        for how in ({"configurable": {"user": "ada"}}, {}):
            trace = Trace()
            graph.invoke({} if how else {"user": "ada"}, {"callbacks": [trace], **how})  # type: ignore[typeddict-unknown-key]
            keys = {run["metadata"]["dream_namespace"] for run in trace.of_dream()}
            assert keys == {namespace_key(("acme", "ada"))}
