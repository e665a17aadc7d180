"""Memory that dreams, for LangGraph agents."""

from langgraph_dreams.awake import (
    EpisodeRecorder,
    create_dream_tool,
    create_recall_tool,
    record_node,
)
from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.embeddings import Embedder, LangChainEmbedder, LocalEmbedder
from langgraph_dreams.errors import (
    BusyError,
    DreamError,
    DreamsError,
    EmbedderError,
    EmbedderMismatchError,
    InvalidInputError,
    LogFormatError,
    MissingDependencyError,
    NamespaceError,
    RollbackError,
    StoreClosedError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
    UnknownDreamError,
)
from langgraph_dreams.exchange import ImportReport, import_log, read_log
from langgraph_dreams.models import (
    Concern,
    Core,
    CoreLine,
    DreamPlan,
    DreamReport,
    Episode,
    Hop,
    Link,
    Memory,
    Operation,
    Recall,
    RecallItem,
    ToolUse,
    Trust,
    Why,
)
from langgraph_dreams.models_forget import Forgotten
from langgraph_dreams.models_undo import DreamDiff, Rollback
from langgraph_dreams.namespace import DreamStore, Namespace
from langgraph_dreams.nodes import dream_node
from langgraph_dreams.policy import Budget, DreamPolicy

__version__ = "0.2.0"

__all__ = [
    "Budget",
    "BusyError",
    "Concern",
    "Core",
    "CoreLine",
    "DreamDiff",
    "DreamError",
    "DreamPlan",
    "DreamPolicy",
    "DreamReport",
    "DreamStore",
    "DreamsError",
    "Embedder",
    "EmbedderError",
    "EmbedderMismatchError",
    "Episode",
    "EpisodeRecorder",
    "Forgotten",
    "Hop",
    "ImportReport",
    "InvalidInputError",
    "LangChainEmbedder",
    "Link",
    "LocalEmbedder",
    "LogFormatError",
    "Memory",
    "MissingDependencyError",
    "Namespace",
    "NamespaceError",
    "Operation",
    "Recall",
    "RecallItem",
    "Rollback",
    "RollbackError",
    "StoreClosedError",
    "StoreError",
    "StoreLockedError",
    "StoreReadOnlyError",
    "ToolUse",
    "Trust",
    "UnknownDreamError",
    "Why",
    "create_dream_graph",
    "create_dream_tool",
    "create_recall_tool",
    "dream_node",
    "import_log",
    "read_log",
    "record_node",
]
