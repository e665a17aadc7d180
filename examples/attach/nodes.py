"""Nodes: a graph that recalls before it answers, records its turns, and dreams when told to.

    builder.add_node("recall", recall_node(ada))    # fills the field `recalled`
    builder.add_node("record", record_node(ada))
    builder.add_node("dream", dream_node(ada))

Run: python examples/attach/nodes.py
"""

import tempfile
from typing import Any, Literal, NotRequired

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamStore, Namespace, dream_node, recall_node, record_node


class State(MessagesState):
    """The parent's state; the dream writes its report here because it is asked to."""

    recalled: NotRequired[str]
    night: NotRequired[dict[str, Any]]


def answer(state: State) -> dict[str, list[AIMessage]]:
    """Stands for any agent; a model would get `state["recalled"]` in its prompt."""
    known = [line for line in state.get("recalled", "").splitlines() if line.startswith("| ")]
    return {"messages": [AIMessage(f"I see. I recall {len(known)} lines.")]}


def tired(state: State) -> Literal["dream", "__end__"]:
    """True if the user sends the agent to bed."""
    said = [m.text for m in state["messages"] if m.type == "human"]
    return "dream" if said and "sleep" in said[-1] else "__end__"


def build(ada: Namespace) -> StateGraph[State]:
    """recall -> answer -> record -> (dream)."""
    builder = StateGraph(State)
    builder.add_node("recall", recall_node(ada))
    builder.add_node("answer", answer)
    builder.add_node("record", record_node(ada))
    builder.add_node("dream", dream_node(ada, output="night"))
    builder.add_edge(START, "recall").add_edge("recall", "answer").add_edge("answer", "record")
    builder.add_conditional_edges("record", tired)
    return builder


def main() -> None:
    with DreamStore.open(tempfile.mkdtemp()) as store:
        agent = build(store.namespace("acme", "ada")).compile()
        agent.invoke({"messages": [HumanMessage("The kiln needs a new thermostat.")]})
        state = agent.invoke({"messages": [HumanMessage("Enough for today, go to sleep.")]})
        print(state["night"]["status"], state["night"]["counts"])


if __name__ == "__main__":
    main()
