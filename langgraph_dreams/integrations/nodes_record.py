"""Recording: the callback handler `EpisodeRecorder`, and the same as a node of a graph."""

from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableLambda

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_word
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.integrations.recorded_already import recorded_already
from langgraph_dreams.integrations.recording.recorder import EpisodeRecorder
from langgraph_dreams.integrations.recording.writer import Recordable, checked_recordable

__all__ = ["EpisodeRecorder", "record_node"]


def checked_recorder(recorder: EpisodeRecorder | None) -> EpisodeRecorder | None:
    """The recorder, or None. Raises InvalidInputError for what is none."""
    if recorder is not None and not isinstance(recorder, EpisodeRecorder):
        raise InvalidInputError(f"recorder is {shown(recorder)}; pass an EpisodeRecorder, or None")
    return recorder


def record_node(
    namespace: Recordable,
    *,
    recorder: EpisodeRecorder | None = None,
    messages_key: str = "messages",
) -> RunnableLambda[Any, dict[str, object]]:
    """A node that records the last turn of its state and changes nothing.

    For a graph that should say itself when a turn is over: `builder.add_node("record",
    record_node(ada))`. Give it a `recorder` to be able to flush it; without one it makes its own,
    which is flushed at exit. Where a recorder of the same namespace is attached to the run as a
    callback, that one records, and the node does nothing. Raises InvalidInputError for what is no
    namespace, no recorder or no key.
    """
    checked_recordable(namespace)
    checked_word("messages_key", messages_key)
    checked_recorder(recorder)
    keeper = recorder or EpisodeRecorder(namespace, messages_key=messages_key)

    def record(state: Any, config: RunnableConfig) -> dict[str, object]:
        if not recorded_already(config, keeper.namespace):
            keeper.record_state(state, config)
        return {}

    async def arecord(state: Any, config: RunnableConfig) -> dict[str, object]:
        return record(state, config)

    return RunnableLambda(record, arecord, name="record")
