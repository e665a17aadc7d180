"""The sweep that a cron of the LangGraph server runs: a dream for every namespace that has enough.

Deep dreams have work, too, where other dreams changed something since the last one.

It dreams nothing itself: each dream is a run of its own in the server's queue, so that all machines
share the work.
"""

import asyncio
import contextvars
from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph_sdk import get_client
from pydantic import Field
from typing_extensions import TypedDict

from langgraph_dreams.dream.runtime.options import checked_depth
from langgraph_dreams.dream.runtime.progress import event
from langgraph_dreams.dream.stages.since import deep_is_due
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.scheduling.server_queue import aqueue_dream
from langgraph_dreams.server.graphs import served
from langgraph_dreams.types.levels import Depth

_ABOUT: Mapping[str, str] = {
    "look": "Which namespaces have enough to dream of?",
    "queue": "Puts a dream of each into the server's queue.",
}
_ENOUGH = 10  # episodes
Names = list[list[str]]


class SweepInput(TypedDict):
    """Input of a sweep."""

    least_episodes: NotRequired[
        Annotated[
            int,
            Field(
                title="Least episodes",
                description="Of a namespace, not dreamt of yet.",
                ge=1,
                default=_ENOUGH,
            ),
        ]
    ]
    depth: NotRequired[
        Annotated[
            Literal["", Depth],
            Field(title="Depth", description="Of the dreams; empty: as is due.", default=""),
        ]
    ]


class SweepState(SweepInput):
    """Findings and work of a sweep; namespaces as lists of their parts."""

    line: NotRequired[Annotated[str, Field(description="What the node did, in one line.")]]
    found: NotRequired[Annotated[Names, Field(description="Namespaces that have enough.")]]
    queued: NotRequired[
        Annotated[Names, Field(description="Those whose dream was queued; others have one.")]
    ]


def look(state: SweepState) -> SweepState:
    """Namespaces with enough episodes that are not dreamt of, or work for a deep dream.

    Raises InvalidInputError: least_episodes is no positive whole number, or depth is none.
    """
    deep = checked_depth(state.get("depth")) == "deep"
    least = state.get("least_episodes", _ENOUGH)
    if not isinstance(least, int) or least < 1:
        raise InvalidInputError(f"least_episodes is {least!r}; give a whole number, 1 or more")
    store = served.store()
    named = store.namespaces()
    found = [list(n) for n in named if _enough(store.namespace(*n), least, deep)]
    what = f"{least} episodes or more to dream of" + ", or work for a deep dream" * deep
    line = f"{len(found)} of {len(named)} namespaces have {what}"
    return {"line": _told("look", line, namespaces=len(named), found=len(found)), "found": found}


def _enough(namespace: Namespace, least: int, deep: bool) -> bool:
    if namespace.counts()["undreamt"] >= least:
        return True
    with_model = namespace.model is not None
    return deep and deep_is_due(namespace.vault, namespace.policy, with_model)


async def queue(state: SweepState) -> SweepState:
    """A run for each, unless one of it waits or is under way.

    In an empty context: these runs are the server's own, not those of whoever had it sweep, who
    may dream of no memory but their own.
    """
    found = state.get("found", [])
    async with get_client() as client:
        depth = checked_depth(state.get("depth")) or None
        queued = []
        for parts in found:
            run = aqueue_dream(client, parts, depth=depth)
            if await asyncio.create_task(run, context=contextvars.Context()):
                queued.append(parts)
    line = f"{len(queued)} dreams queued, {len(found) - len(queued)} were there already"
    return {"line": _told("queue", line, queued=len(queued)), "queued": queued}


def _told(node: str, line: str, **counts: int) -> str:
    get_stream_writer()(event(node, "end", line, counts, tuple(_ABOUT)))
    return line


sweep = (
    StateGraph(SweepState, input_schema=SweepInput)
    .add_node("look", look, metadata={"description": _ABOUT["look"]})
    .add_node("queue", queue, metadata={"description": _ABOUT["queue"]})
    .add_edge(START, "look")
    .add_edge("look", "queue")
    .add_edge("queue", END)
    .compile(name="sweep")
)
