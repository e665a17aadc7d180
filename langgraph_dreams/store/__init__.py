"""Storage: Chroma collections, the derived index, the journal; all that knows Chroma."""

from chromadb.api import ClientAPI

from langgraph_dreams.store.backend import Backend
from langgraph_dreams.store.chroma.clients import server_client
from langgraph_dreams.store.chroma.collection import batches
from langgraph_dreams.store.diagnose import Finding
from langgraph_dreams.store.index.memory_queries import Standing
from langgraph_dreams.store.index.queries import Place
from langgraph_dreams.store.index.threads import Beside, Facts
from langgraph_dreams.store.links import checked_link
from langgraph_dreams.store.passages import LONG
from langgraph_dreams.store.records.lease import Lease, Leases
from langgraph_dreams.store.records.recall_log import RecallNote
from langgraph_dreams.store.records.spool import Unattributed
from langgraph_dreams.store.validation import MAX_ID, MAX_TEXT, Vectors
from langgraph_dreams.store.vault import NamespaceStore
from langgraph_dreams.store.vault.links import Downscaling, Edge
from langgraph_dreams.store.vault.reader import NamespaceKey
from langgraph_dreams.store.vault.transfer import (
    RESTORE,
    Settings,
    StoredItem,
    check_record,
    checked_item,
)

__all__ = [
    "LONG",
    "MAX_ID",
    "MAX_TEXT",
    "RESTORE",
    "Backend",
    "Beside",
    "ClientAPI",
    "Downscaling",
    "Edge",
    "Facts",
    "Finding",
    "Lease",
    "Leases",
    "NamespaceKey",
    "NamespaceStore",
    "Place",
    "RecallNote",
    "Settings",
    "Standing",
    "StoredItem",
    "Unattributed",
    "Vectors",
    "batches",
    "check_record",
    "checked_item",
    "checked_link",
    "server_client",
]
