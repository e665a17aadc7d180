"""Awake: record what the agent lives through, recall it, and show it as fenced data."""

from langgraph_dreams.awake.fence import fence_recall
from langgraph_dreams.awake.record import EpisodeRecorder, record_node
from langgraph_dreams.awake.tools import create_dream_tool, create_recall_tool
from langgraph_dreams.awake.turns import Limits

__all__ = [
    "EpisodeRecorder",
    "Limits",
    "create_dream_tool",
    "create_recall_tool",
    "fence_recall",
    "record_node",
]
