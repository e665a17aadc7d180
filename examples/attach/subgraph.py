"""Subgraph: the dream graph itself as a node, its stages seen in the parent's stream.

    builder.add_node("dream", create_dream_graph(ada).compile())
    graph = builder.compile()
    graph.invoke({"focus": "the kiln"})    # shared keys: focus, budget, dry_run, report

Run: python examples/attach/subgraph.py
"""

import tempfile
from typing import Any, NotRequired, TypedDict

from langgraph.graph import START, StateGraph

from langgraph_dreams import DreamStore, EpisodeRecorder, create_dream_graph


class Night(TypedDict):
    """The state that parent and dream share: the dream reads `focus`, and writes `report`."""

    focus: str
    report: NotRequired[dict[str, Any]]


def main() -> None:
    with DreamStore.open(tempfile.mkdtemp()) as store:
        ada = store.namespace("acme", "ada")
        recorder = EpisodeRecorder(ada)
        for said in ("The Brandhorst kiln is cold.", "Mara has the keys of the Brandhorst."):
            recorder.record_state({"messages": [("user", said)]})

        builder = StateGraph(Night)
        builder.add_node("dream", create_dream_graph(ada).compile())
        builder.add_edge(START, "dream")
        for _, update in builder.compile().stream({"focus": "the kiln"}, subgraphs=True):
            print("stage:", *update)
        report = ada.dreams()[-1]
        print(report.status, report.counts)


if __name__ == "__main__":
    main()
