"""An agent for trying the server out: it recalls, answers without a model, records, and dreams.

Whose memory it is, the run says, as for the dream graph (see `graphs`). LANGGRAPH_DREAMS_AFTER is
the number of seconds after its last turn at which it dreams, 300 by default. Told "good night" it
dreams at once, as a graph within the graph, so that one sees the stages. It says good night first:
a chat page such as agent-chat-ui shows a review only behind a message of the agent's.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.runnables import RunnableConfig
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph_sdk import get_client
from pydantic import Field
from typing_extensions import TypedDict

from langgraph_dreams.dream.runtime.context import with_input
from langgraph_dreams.dream.runtime.progress import event
from langgraph_dreams.dream.runtime.state import Report
from langgraph_dreams.integrations.nodes_record import record_node
from langgraph_dreams.integrations.recording.messages import content_text
from langgraph_dreams.scheduling.server_queue import aschedule_dreams
from langgraph_dreams.server.graphs import Named, ServedContext, dream, served
from langgraph_dreams.types.items import Episode

AFTER = "LANGGRAPH_DREAMS_AFTER"
GOOD_NIGHT = "good night"
_ABOUT: Mapping[str, str] = {
    "answer": "Recalls what it knows of the question; that stands for an answer.",
    "record": "Keeps the turn as an episode.",
    "dream_later": "Has the server dream when no other turn follows for a while.",
    "good_night": "Says good night, so that the thread ends with the agent's word while it dreams.",
    "dream": "The dream, stage by stage.",
    "wake": "Tells what it dreamt.",
}
_TURN = ("answer", "record", "dream_later")


class AgentInput(TypedDict):
    """Input of a turn."""

    namespace: NotRequired[Named]

    messages: Annotated[
        list[AnyMessage],
        Field(title="Messages", description=f'What is said; "{GOOD_NIGHT}" makes it dream.'),
        add_messages,
    ]


class AgentState(AgentInput):
    """The conversation, and the report of a dream that it was told to dream."""

    report: NotRequired[Report]


def answer(state: AgentState, config: RunnableConfig) -> dict[str, object]:
    """Answer with what it remembers of the question."""
    asked, own = _said(state), served.resolve(_named(state, config))
    found = own.recall(asked, k=1).items if asked.strip() else ()
    said = [item.said for result in found if isinstance(item := result.item, Episode)]
    known = f"I remember: {said[0]}" if said else "That is new to me."
    _tell("answer", f"{len(found)} items recalled", recalled=len(found))
    return {"messages": [AIMessage(known)]}


def record(state: AgentState, config: RunnableConfig) -> dict[str, object]:
    """Keep the turn."""
    return _keeper.invoke(state, _named(state, config))


async def dream_later(state: AgentState, config: RunnableConfig) -> dict[str, object]:
    """At the end of the turn: a dream when no other turn follows for a while."""
    parts, seconds = _parts(state, config), int(os.environ.get(AFTER, "300"))
    async with get_client() as client:
        await aschedule_dreams(client, parts, after_seconds=seconds)
    _tell("dream_later", f"a dream in {seconds} s, unless another turn comes", seconds=seconds)
    return {}


def good_night(state: AgentState) -> dict[str, object]:
    """A word before the dream: what a dream asks is shown behind the agent's last message."""
    return {"messages": [AIMessage("Good night. What I dream is in the report.")]}


def wake(state: AgentState) -> dict[str, object]:
    """The story of the night as an answer."""
    report = state["report"]
    told = report["narrative"] or report["summary"] or "I slept, and dreamt nothing."
    return {"messages": [AIMessage(told)]}


def _parts(state: AgentState, config: RunnableConfig) -> tuple[str, ...]:
    return served.parts_of(with_input(config, state))


def _named(state: AgentState, config: RunnableConfig) -> RunnableConfig:
    """The run's config with the name of the memory that it is about."""
    own = {"namespace": list(_parts(state, config))}
    return {**config, "configurable": {**config.get("configurable", {}), **own}}


def _tell(node: str, line: str, **counts: int) -> None:
    get_stream_writer()(event(node, "end", line, counts, _TURN))


def _said(state: AgentState) -> str:
    # Of a text as well as of blocks, in which a chat page sends it.
    return content_text(state["messages"][-1].content)


def _asleep_or_awake(state: AgentState) -> Literal["good_night", "answer"]:
    return "good_night" if _said(state).strip(" .!\n").lower() == GOOD_NIGHT else "answer"


_keeper = record_node(served)
_NODES: Mapping[str, Any] = {
    "answer": answer,
    "record": record,
    "dream_later": dream_later,
    "good_night": good_night,
    "dream": dream,
    "wake": wake,
}
_graph = StateGraph(AgentState, context_schema=ServedContext, input_schema=AgentInput)
for _name, _node in _NODES.items():
    _graph.add_node(_name, _node, metadata={"description": _ABOUT[_name]})
agent = (
    _graph.add_conditional_edges(START, _asleep_or_awake)
    .add_edge("answer", "record")
    .add_edge("record", "dream_later")
    .add_edge("dream_later", END)
    .add_edge("good_night", "dream")
    .add_edge("dream", "wake")
    .add_edge("wake", END)
    .compile(name="agent")
)
