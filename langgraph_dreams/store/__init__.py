"""Storage: Chroma collections, the derived index, the journal; all that knows Chroma."""

from chromadb.api import ClientAPI

from langgraph_dreams.store.backend import Backend
from langgraph_dreams.store.chroma.collection import batches, server_client
from langgraph_dreams.store.diagnose import Finding
from langgraph_dreams.store.index.queries import Facts, Place, Standing
from langgraph_dreams.store.lease import Lease, Leases
from langgraph_dreams.store.recall_log import RecallNote
from langgraph_dreams.store.validation import MAX_TEXT, Vectors
from langgraph_dreams.store.vault import Vault
from langgraph_dreams.store.vault.links import Edge
from langgraph_dreams.store.vault.reader import VaultKey

__all__ = [
    "MAX_TEXT",
    "Backend",
    "ClientAPI",
    "Edge",
    "Facts",
    "Finding",
    "Lease",
    "Leases",
    "Place",
    "RecallNote",
    "Standing",
    "Vault",
    "VaultKey",
    "Vectors",
    "batches",
    "server_client",
]
