"""Dreams while nobody is there: the agent says nothing of dreaming, and finds it has dreamt.

    store = DreamStore.open("./memory")
    with IdleDreamer(store):                 # 5 quiet minutes, at most once an hour
        agent.invoke(...)

Run: python examples/attach/idle.py
"""

import tempfile
import threading

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamReport, DreamStore, EpisodeRecorder, IdleDreamer


def answer(state: MessagesState) -> dict[str, list[AIMessage]]:
    """Stands for any agent."""
    return {"messages": [AIMessage(f"Noted: {state['messages'][-1].content}")]}


def main() -> None:
    graph = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer").compile()
    slept = threading.Event()

    def tell(report: DreamReport) -> None:
        print(report.status, "after", len(report.episodes), "episodes")
        slept.set()

    # So short a quiet is for this example; the defaults are 5 minutes, and once an hour.
    with (
        DreamStore.open(tempfile.mkdtemp()) as store,
        IdleDreamer(store, quiet_seconds=1, least_episodes=2, on_dream=tell),
    ):
        recorder = EpisodeRecorder(store.namespace("acme", "ada"))
        agent = graph.with_config(callbacks=[recorder])
        for said in ("The kiln is a Brandhorst.", "The glaze came on Tuesday."):
            agent.invoke({"messages": [HumanMessage(said)]}, {"configurable": {"thread_id": "1"}})
        slept.wait(60)


if __name__ == "__main__":
    main()
