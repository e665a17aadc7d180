"""Awake: record what the agent lives through, recall it, and show it as fenced data."""

from typing import TYPE_CHECKING, Any

from langgraph_dreams.awake.fence import fence_recall
from langgraph_dreams.awake.recall import recall_node
from langgraph_dreams.awake.record import EpisodeRecorder, record_node
from langgraph_dreams.awake.tools import create_dream_tool, create_recall_tool
from langgraph_dreams.awake.turns import Limits
from langgraph_dreams.errors import MissingDependencyError

if TYPE_CHECKING:
    from langgraph_dreams.awake.middleware import DreamMiddleware as DreamMiddleware

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
        from langgraph_dreams.awake.middleware import DreamMiddleware
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"DreamMiddleware needs the package langchain ({error}); "
            'run pip install "langgraph_dreams[langchain]"'
        ) from error
    return DreamMiddleware
