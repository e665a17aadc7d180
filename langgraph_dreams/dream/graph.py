"""The dream as a LangGraph graph: one node a stage, one module a node."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

from langgraph_dreams.dream.appraise import appraise
from langgraph_dreams.dream.associate import associate
from langgraph_dreams.dream.commit import commit
from langgraph_dreams.dream.consolidate import consolidate
from langgraph_dreams.dream.context import Bed, Sleeper, spent
from langgraph_dreams.dream.gather import gather, nothing_new
from langgraph_dreams.dream.narrate import narrate
from langgraph_dreams.dream.review import review
from langgraph_dreams.dream.state import DreamInput, DreamOutput, DreamState

Stage = Callable[[Bed, DreamState], dict[str, Any]]


class Node(Protocol):
    """A node that LangGraph calls with the state and the run's config."""

    def __call__(self, state: DreamState, config: RunnableConfig) -> dict[str, Any]:
        """What changes in the state."""
        ...


STAGES: dict[str, Stage] = {
    "gather": gather,
    "consolidate": consolidate,
    "associate": associate,
    "appraise": appraise,
    "narrate": narrate,
    "review": review,
    "commit": commit,
}


def create_dream_graph(
    namespace: Sleeper,
) -> StateGraph[DreamState, None, DreamInput, DreamOutput]:
    """The dream graph of a namespace or of a template, to be compiled or built into another.

    Input: `focus` and `dry_run`, both optional. Output: `report`, a DreamReport as JSON. Works with
    `invoke`, `ainvoke`, `stream` and `astream`; `stream_mode="custom"` tells the progress.
    """
    graph = StateGraph(DreamState, input_schema=DreamInput, output_schema=DreamOutput)
    for name, stage in STAGES.items():
        graph.add_node(name, _node(namespace, name, stage))
    graph.add_edge(START, "gather")
    graph.add_conditional_edges("gather", _after_gather, ["consolidate", "commit"])
    for before, after in zip(list(STAGES)[1:], [*list(STAGES)[2:], END], strict=True):
        graph.add_edge(before, after)
    return graph


def _after_gather(state: DreamState) -> str:
    return "commit" if nothing_new(state) else "consolidate"


def _node(namespace: Sleeper, name: str, stage: Stage) -> Node:
    def run(state: DreamState, config: RunnableConfig) -> dict[str, Any]:
        own = namespace.resolve(config)
        bed = Bed(own.vault, own.policy, get_stream_writer())
        since = time.perf_counter()
        bed.tell(name, "start", name)
        if name == "gather":
            own.flush()
        changed = stage(bed, state)
        counts = changed.get("counts", {})
        bed.tell(name, "end", _line(name, {**state, **changed}), **counts)
        before = {} if name == "gather" else state  # a thread keeps the cost of its last dream
        return {**changed, "cost": spent(before, name, since)}

    return run


def _line(name: str, state: Any) -> str:
    counts = state.get("counts", {})
    lines = {
        "gather": f"{counts.get('episodes', 0)} new episodes",
        "consolidate": f"{counts.get('repeated', 0)} repeated statements",
        "associate": f"{len(state.get('candidates', ()))} candidate links",
        "appraise": f"{counts.get('add_link', 0)} links held",
        "narrate": "the story is told",
        "review": "approved",
        "commit": f"dream {state.get('dream', '')} {state.get('report', {}).get('status', '')}",
    }
    return f"{name}: {lines[name]}"
