"""Recording: the callback handler `EpisodeRecorder`, and the same as a node of a graph."""

from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableLambda

from langgraph_dreams.awake.attached import recorded_already
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
    which is flushed at exit. Where a recorder of the same namespace is attached to the run as a
    callback, that one records, and the node does nothing.
    """
    keeper = recorder or EpisodeRecorder(namespace, messages_key=messages_key)

    def record(state: Any, config: RunnableConfig) -> dict[str, Any]:
        if not recorded_already(config, keeper.namespace):
            keeper.record_state(state, config)
        return {}

    async def arecord(state: Any, config: RunnableConfig) -> dict[str, Any]:
        return record(state, config)

    return RunnableLambda(record, arecord, name="record")
