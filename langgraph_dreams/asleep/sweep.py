"""The sweep that a cron of the LangGraph server runs: a dream for every namespace that has enough.

It dreams nothing itself: each dream is a run of its own in the server's queue, so that all machines
share the work.
"""

from typing import NotRequired

from langgraph.graph import END, START, StateGraph
from langgraph_sdk import get_client
from typing_extensions import TypedDict

from langgraph_dreams.asleep.later import aqueue_dream
from langgraph_dreams.asleep.server import served
from langgraph_dreams.errors import InvalidInputError


class SweepInput(TypedDict):
    """What a sweep is asked for."""

    least_episodes: NotRequired[int]


class SweepState(SweepInput):
    """What a sweep found and did; namespaces as lists of their parts."""

    found: NotRequired[list[list[str]]]
    queued: NotRequired[list[list[str]]]


def look(state: SweepState) -> SweepState:
    """Namespaces with enough episodes that are not dreamt of.

    Raises InvalidInputError: least_episodes is no positive whole number.
    """
    least = state.get("least_episodes", 10)
    if not isinstance(least, int) or least < 1:
        raise InvalidInputError(f"least_episodes is {least!r}; give a whole number, 1 or more")
    store = served.store()
    named = store.namespaces()
    return {"found": [list(n) for n in named if store.namespace(*n).counts()["undreamt"] >= least]}


async def queue(state: SweepState) -> SweepState:
    """A run for each, unless one of it waits or is under way."""
    found = state.get("found", [])
    async with get_client() as client:
        return {"queued": [parts for parts in found if await aqueue_dream(client, parts)]}


sweep = (
    StateGraph(SweepState, input_schema=SweepInput)
    .add_node("look", look)
    .add_node("queue", queue)
    .add_edge(START, "look")
    .add_edge("look", "queue")
    .add_edge("queue", END)
    .compile()
)
