"""An agent for trying the server out: it recalls, answers without a model, records, and dreams.

Whose memory it is, the run says: `config["configurable"]["namespace"]`. LANGGRAPH_DREAMS_AFTER is
the number of seconds after its last turn at which it dreams, 300 by default.
"""

import os
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph_sdk import get_client

from langgraph_dreams.asleep.later import aschedule_dreams
from langgraph_dreams.asleep.server import served
from langgraph_dreams.awake.record import record_node
from langgraph_dreams.models import Episode

AFTER = "LANGGRAPH_DREAMS_AFTER"


def answer(state: MessagesState, config: RunnableConfig) -> dict[str, Any]:
    """What it remembers of the question stands for an answer."""
    asked = str(state["messages"][-1].content)
    found = served.resolve(config).recall(asked, k=1).items
    said = [item.said for result in found if isinstance(item := result.item, Episode)]
    known = f"I remember: {said[0]}" if said else "That is new to me."
    return {"messages": [AIMessage(known)]}


async def dream_later(state: MessagesState, config: RunnableConfig) -> dict[str, Any]:
    """At the end of the turn: a dream when no other turn follows for a while."""
    parts = served.parts_of(config)
    async with get_client() as client:
        await aschedule_dreams(client, parts, after_seconds=int(os.environ.get(AFTER, "300")))
    return {}


agent = (
    StateGraph(MessagesState)
    .add_node("answer", answer)
    .add_node("record", record_node(served))
    .add_node("dream_later", dream_later)
    .add_edge(START, "answer")
    .add_edge("answer", "record")
    .add_edge("record", "dream_later")
    .add_edge("dream_later", END)
    .compile()
)
