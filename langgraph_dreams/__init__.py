"""Memory that dreams, for LangGraph agents."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from langgraph_dreams.exporters import (
        ExportReport,
        RestoreReport,
        export_namespace,
        restore_namespace,
    )
    from langgraph_dreams.importers import ImportReport, import_log, read_log
    from langgraph_dreams.importers.past.sources import import_past
    from langgraph_dreams.integrations import DreamMiddleware as DreamMiddleware
    from langgraph_dreams.integrations import (
        EpisodeRecorder,
        create_dream_tool,
        create_recall_tool,
        recall_node,
        record_node,
    )
    from langgraph_dreams.integrations.nodes_dream import dream_node
    from langgraph_dreams.language.protocol import Language
    from langgraph_dreams.namespace.backlog import Backlog, adream_all, dream_all
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

__version__ = "0.4.0"

__all__ = [
    "Backlog",
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
    "ExportReport",
    "Forgotten",
    "Hop",
    "IdleDreamer",
    "ImportReport",
    "InvalidInputError",
    "LangChainEmbedder",
    "Language",
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
    "RestoreReport",
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
    "adream_all",
    "aschedule_dreams",
    "aschedule_sweep",
    "create_dream_graph",
    "create_dream_tool",
    "create_journal_app",
    "create_recall_tool",
    "dream_all",
    "dream_node",
    "export_namespace",
    "import_log",
    "import_past",
    "read_log",
    "recall_node",
    "record_node",
    "redact_secrets",
    "restore_namespace",
    "schedule_dreams",
    "schedule_sweep",
]

_HOMES = {
    "Backlog": "namespace.backlog",
    "Budget": "policy",
    "BusyError": "errors",
    "Concern": "types.reports",
    "Core": "types.items",
    "CoreLine": "types.items",
    "DreamDiff": "types.rollback",
    "DreamError": "errors",
    "DreamEvent": "dream.runtime.progress",
    "DreamMiddleware": "integrations",
    "DreamPlan": "types.reports",
    "DreamPolicy": "policy",
    "DreamReport": "types.reports",
    "DreamStore": "namespace.store",
    "DreamsError": "errors",
    "Embedder": "embedding.protocol",
    "EmbedderError": "errors",
    "EmbedderMismatchError": "errors",
    "Episode": "types.items",
    "EpisodeRecorder": "integrations",
    "ExportReport": "exporters",
    "Forgotten": "types.forgotten",
    "Hop": "types.recall",
    "IdleDreamer": "scheduling.idle",
    "ImportReport": "importers",
    "InvalidInputError": "errors",
    "LangChainEmbedder": "embedding.langchain",
    "Language": "language.protocol",
    "Link": "types.items",
    "LocalEmbedder": "embedding.local",
    "LogFormatError": "errors",
    "Memory": "types.items",
    "MissingDependencyError": "errors",
    "Namespace": "namespace.namespace",
    "NamespaceError": "errors",
    "Operation": "types.operations",
    "Recall": "types.recall",
    "RecallItem": "types.recall",
    "Redactor": "safety.redaction",
    "RestoreReport": "exporters",
    "ReviewError": "errors",
    "ReviewRequest": "types.review",
    "ReviewRule": "types.review",
    "Rollback": "types.rollback",
    "RollbackError": "errors",
    "StoreClosedError": "errors",
    "StoreError": "errors",
    "StoreLockedError": "errors",
    "StoreReadOnlyError": "errors",
    "ToolUse": "types.items",
    "Trust": "types.base",
    "UnknownDreamError": "errors",
    "Why": "types.recall",
    "adream_all": "namespace.backlog",
    "aschedule_dreams": "scheduling.server_queue",
    "aschedule_sweep": "scheduling.server_queue",
    "create_dream_graph": "dream.graph",
    "create_dream_tool": "integrations",
    "create_journal_app": "web",
    "create_recall_tool": "integrations",
    "dream_all": "namespace.backlog",
    "dream_node": "integrations.nodes_dream",
    "export_namespace": "exporters",
    "import_log": "importers",
    "import_past": "importers.past.sources",
    "read_log": "importers",
    "recall_node": "integrations",
    "record_node": "integrations",
    "redact_secrets": "safety.secrets",
    "restore_namespace": "exporters",
    "schedule_dreams": "scheduling.server_queue",
    "schedule_sweep": "scheduling.server_queue",
}
"""The module of each public name: loaded when the name is asked for, so that an import is quick."""


def __getattr__(name: str) -> object:
    """Load a public name; `DreamMiddleware` needs the extra `langchain`."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # the next time it is found without this function
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
