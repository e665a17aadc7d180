"""The sweep: which namespaces it finds work in."""

from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from langgraph.graph import START, StateGraph

from langgraph_dreams import DreamStore
from langgraph_dreams.server import sweep


def found(**given: Any) -> list[list[str]]:
    """What it finds, without the queue of a server."""
    graph = StateGraph(sweep.SweepState).add_node("look", sweep.look).add_edge(START, "look")
    names: list[list[str]] = graph.compile().invoke(given)["found"]
    return names


def test_a_weekly_deep_sweep_beside_a_nightly_one_finds_what_that_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        monkeypatch.setattr(sweep.served, "store", lambda: store)
        ada, bob = store.namespace("ada"), store.namespace("bob")
        ada.record(day(FIRST, 0))
        bob.record(day(SECOND, 0)[:1])
        assert found(least_episodes=4) == found(least_episodes=4, depth="deep") == [["ada"]]
        ada.dream(depth="sleep")
        assert found(least_episodes=4) == []
        assert found(least_episodes=4, depth="deep") == [["ada"]]
        ada.dream(depth="deep")
        assert found(least_episodes=4, depth="deep") == [], "it comes to rest"
