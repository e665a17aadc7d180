"""What is kept: Chroma collections, the derived index, the journal; all that knows Chroma."""

from chromadb.api import ClientAPI

from .backend import Backend
from .check import Finding
from .chroma import batches, server_client
from .index_memories import Standing
from .index_search import Edge, Facts, Place
from .lease import Lease, Leases
from .recall_log import RecallNote
from .stopwords import STOP_WORDS
from .texts import MAX_TEXT, Vectors
from .vault import Vault, VaultKey
from .words import content_sequence, content_terms, written_terms

__all__ = [
    "MAX_TEXT",
    "STOP_WORDS",
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
    "content_sequence",
    "content_terms",
    "server_client",
    "written_terms",
]
