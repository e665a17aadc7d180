"""Any compiled graph, unedited: attach the recorder, dream later, recall.

    agent = graph.with_config(callbacks=[EpisodeRecorder(ada)])
    report = ada.dream()
    found = ada.recall("What does the harbour master want?")

Run: python examples/attach/callback.py
"""

import tempfile

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamStore, EpisodeRecorder


def answer(state: MessagesState) -> dict[str, list[AIMessage]]:
    """Stands for any agent."""
    return {"messages": [AIMessage(f"Noted: {state['messages'][-1].content}")]}


def main() -> None:
    graph = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer").compile()

    with DreamStore.open(tempfile.mkdtemp()) as store:
        ada = store.namespace("acme", "ada")
        agent = graph.with_config(callbacks=[EpisodeRecorder(ada)])

        said = "The harbour master asked for the Weirgate permit by Friday."
        agent.invoke({"messages": [HumanMessage(said)]}, {"configurable": {"thread_id": "monday"}})

        report = ada.dream()
        print(report.status, report.counts)
        for found in ada.recall("What does the harbour master want?", k=3).items:
            print(found.item.text, "|", found.why.text())


if __name__ == "__main__":
    main()
