"""Memory that dreams, for LangGraph agents."""

from typing import TYPE_CHECKING, Any

from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.embedding.langchain import LangChainEmbedder
from langgraph_dreams.embedding.local import LocalEmbedder
from langgraph_dreams.embedding.protocol import Embedder
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
    ReviewError,
    RollbackError,
    StoreClosedError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
    UnknownDreamError,
)
from langgraph_dreams.importers import ImportReport, import_log, read_log
from langgraph_dreams.integrations import (
    EpisodeRecorder,
    create_dream_tool,
    create_recall_tool,
    recall_node,
    record_node,
)
from langgraph_dreams.integrations.nodes_dream import dream_node
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.safety.redaction import Redactor
from langgraph_dreams.safety.secrets import redact_secrets
from langgraph_dreams.scheduling.idle import IdleDreamer
from langgraph_dreams.scheduling.server_queue import (
    aschedule_dreams,
    aschedule_sweep,
    schedule_dreams,
    schedule_sweep,
)
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.forgotten import Forgotten
from langgraph_dreams.types.items import Core, CoreLine, Episode, Link, Memory, ToolUse
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.recall import Hop, Recall, RecallItem, Why
from langgraph_dreams.types.reports import Concern, DreamPlan, DreamReport
from langgraph_dreams.types.review import ReviewRequest, ReviewRule
from langgraph_dreams.types.rollback import DreamDiff, Rollback
from langgraph_dreams.web import create_journal_app

if TYPE_CHECKING:
    from langgraph_dreams.integrations import DreamMiddleware as DreamMiddleware

__version__ = "0.4.0"

__all__ = [
    "Budget",
    "BusyError",
    "Concern",
    "Core",
    "CoreLine",
    "DreamDiff",
    "DreamError",
    "DreamEvent",
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
    "IdleDreamer",
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
    "Redactor",
    "ReviewError",
    "ReviewRequest",
    "ReviewRule",
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
    "aschedule_dreams",
    "aschedule_sweep",
    "create_dream_graph",
    "create_dream_tool",
    "create_journal_app",
    "create_recall_tool",
    "dream_node",
    "import_log",
    "read_log",
    "recall_node",
    "record_node",
    "redact_secrets",
    "schedule_dreams",
    "schedule_sweep",
]


def __getattr__(name: str) -> Any:
    """`DreamMiddleware` is loaded when it is asked for: it needs the extra `langchain`."""
    if name != "DreamMiddleware":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from langgraph_dreams import integrations

    return integrations.DreamMiddleware
