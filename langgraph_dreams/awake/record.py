"""Recording: the callback handler `EpisodeRecorder`, and the same as a node of a graph."""

from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableLambda

from langgraph_dreams.awake.handler import EpisodeRecorder
from langgraph_dreams.awake.writer import Recordable

__all__ = ["EpisodeRecorder", "record_node"]


def record_node(
    namespace: Recordable,
    *,
    recorder: EpisodeRecorder | None = None,
    messages_key: str = "messages",
) -> RunnableLambda[Any, dict[str, Any]]:
    """A node that records the last turn of its state and changes nothing.

    For a graph that should say itself when a turn is over: `builder.add_node("record",
    record_node(ada))`. Give it a `recorder` to be able to flush it; without one it makes its own,
    which is flushed at exit. Do not attach the same recorder to the graph as a callback too: each
    turn would be recorded twice.
    """
    keeper = recorder or EpisodeRecorder(namespace, messages_key=messages_key)

    def record(state: Any, config: RunnableConfig) -> dict[str, Any]:
        keeper.record_state(state, config)
        return {}

    async def arecord(state: Any, config: RunnableConfig) -> dict[str, Any]:
        keeper.record_state(state, config)
        return {}

    return RunnableLambda(record, arecord, name="record")
