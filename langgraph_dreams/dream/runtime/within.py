"""The dream as a graph within another: its state is not the state of the thread.

LangGraph streams the values of a graph within a graph beside those of the graph around it. The
client of a chat page (`useStream` of the LangGraph SDK) takes the last values that come for the
thread's, whichever graph they are of: after those of a dream the page has no messages. So a dream
within a graph streams its updates, its events and its tasks there, and no values. `stream_events`
of version 3 tells the graphs apart by itself, and gets them.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_config
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph

from langgraph_dreams.dream.runtime.state import DreamInput, DreamOutput, DreamState

# Names that LangGraph keeps to itself; with anything unexpected all is streamed.
_STREAM = "__pregel_stream"
"""Where a graph within puts what it streams to the graph around it."""
_TOLD_APART = "__pregel_stream_messages_v2"
"""True where each graph has a stream of its own."""
_PLACES = {"thread_id", "checkpoint_ns", "checkpoint_id", "checkpoint_map"}
"""Of a call that names one LangGraph asks nothing about the graph around it."""


class DreamGraph(StateGraph[DreamState, Any, DreamInput, DreamOutput]):
    """The dream graph, to be compiled; within another graph it streams no values."""

    def compile(
        self, *args: Any, **kwargs: Any
    ) -> CompiledStateGraph[DreamState, Any, DreamInput, DreamOutput]:
        """As of LangGraph's `StateGraph`."""
        compiled = super().compile(*args, **kwargs)
        compiled.__class__ = _CompiledDream
        return compiled


class _CompiledDream(CompiledStateGraph[DreamState, Any, DreamInput, DreamOutput]):
    def stream(
        self,
        input: Any,  # noqa: A002 -- LangGraph's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Iterator[Any]:
        return super().stream(input, _without_values(config), **kwargs)

    def astream(
        self,
        input: Any,  # noqa: A002 -- LangGraph's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Any]:
        return super().astream(input, _without_values(config), **kwargs)


class _NoValues:
    """The stream of the graph around, of which the graph within uses all modes but one."""

    def __init__(self, stream: Any) -> None:
        self._send = stream
        self.modes = set(stream.modes) - {"values"}

    def __call__(self, chunk: Any) -> None:
        """Hand on a chunk."""
        self._send(chunk)


def _without_values(config: RunnableConfig | None) -> RunnableConfig | None:
    """The config of a run; within another graph, with a stream to that which takes no values."""
    given = (config or {}).get("configurable") or {}
    around = given if _STREAM in given or _PLACES & given.keys() else _around()
    stream = around.get(_STREAM)
    if stream is None or not hasattr(stream, "modes") or around.get(_TOLD_APART):
        return config
    return {**(config or {}), "configurable": {**given, _STREAM: _NoValues(stream)}}


def _around() -> Mapping[str, Any]:
    """What is configured of the graph whose node calls this one."""
    try:
        return get_config().get("configurable") or {}
    except RuntimeError:  # there is none
        return {}
