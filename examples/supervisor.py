"""A team: two workers share one memory, a third has its own; plain LangGraph, no extra package.

    shared, own = store.namespace("acme", "workshop"), store.namespace("acme", "accounts")
    builder.add_node("fire", potter.with_config(callbacks=[EpisodeRecorder(shared)]))
    builder.add_node("bill", clerk.with_config(callbacks=[EpisodeRecorder(own)]))

Run: python examples/supervisor.py
"""

import tempfile
from typing import Any, Literal

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamStore, EpisodeRecorder, Namespace

Worker = Literal["fire", "glaze", "bill"]


def worker(name: str, memory: Namespace) -> Any:
    """An agent of the team: recalls, answers, and is recorded; a model would stand in `work`."""

    def work(state: MessagesState) -> dict[str, list[AIMessage]]:
        known = memory.recall(state["messages"][-1].text, k=5).items
        return {"messages": [AIMessage(f"{name} does it, and recalls {len(known)}.")]}

    graph = StateGraph(MessagesState).add_node("work", work).add_edge(START, "work")
    return graph.compile(name=name).with_config(callbacks=[EpisodeRecorder(memory, tags=[name])])


def supervise(state: MessagesState) -> Worker:
    """Whose work it is; a model would choose here."""
    said = state["messages"][-1].text
    return "bill" if "invoice" in said else "glaze" if "glaze" in said else "fire"


def build(store: DreamStore) -> Any:
    """supervisor -> one of three workers."""
    shared, own = store.namespace("acme", "workshop"), store.namespace("acme", "accounts")
    builder = StateGraph(MessagesState)
    for name, memory in (("fire", shared), ("glaze", shared), ("bill", own)):
        builder.add_node(name, worker(name, memory))
    builder.add_conditional_edges(START, supervise)
    return builder.compile()


def main() -> None:
    with DreamStore.open(tempfile.mkdtemp()) as store:
        team = build(store)
        for said in ("Fire the bowls at 1240.", "Which glaze for the bowls?", "Write the invoice."):
            state = team.invoke({"messages": [HumanMessage(said)]})
            print(state["messages"][-1].text)
            store.namespace("acme", "workshop").flush()
        for name in ("workshop", "accounts"):
            memory = store.namespace("acme", name)
            print(name, [(e.tags[0], e.said) for e in memory.episodes()])


if __name__ == "__main__":
    main()
