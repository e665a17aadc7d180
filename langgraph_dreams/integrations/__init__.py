"""Nodes, tools, middleware and callbacks for agents: record, recall, dream."""

from typing import TYPE_CHECKING, Any

from langgraph_dreams.errors import MissingDependencyError
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.integrations.nodes_recall import recall_node
from langgraph_dreams.integrations.nodes_record import EpisodeRecorder, record_node
from langgraph_dreams.integrations.recording.limits import Limits
from langgraph_dreams.integrations.tools import create_dream_tool, create_recall_tool

if TYPE_CHECKING:
    from langgraph_dreams.integrations.middleware import DreamMiddleware as DreamMiddleware

__all__ = [
    "EpisodeRecorder",
    "Limits",
    "create_dream_tool",
    "create_recall_tool",
    "fence_recall",
    "recall_node",
    "record_node",
]


def __getattr__(name: str) -> Any:
    """`DreamMiddleware` is loaded when it is asked for: it needs the extra `langchain`."""
    if name != "DreamMiddleware":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from langgraph_dreams.integrations.middleware import DreamMiddleware
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"DreamMiddleware needs the package langchain ({error}); "
            'run pip install "langgraph_dreams[langchain]"'
        ) from error
    return DreamMiddleware
