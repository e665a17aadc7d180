"""One namespace of a store, `NamespaceStore`: reads, search, writes, links, erasing for good, and
the whole of it, to be taken elsewhere.
"""

from langgraph_dreams.store.vault.erase import NamespaceEraser
from langgraph_dreams.store.vault.links import NamespaceLinks
from langgraph_dreams.store.vault.puts import NamespacePuts
from langgraph_dreams.store.vault.search import NamespaceSearch
from langgraph_dreams.store.vault.transfer import NamespaceTransfer
from langgraph_dreams.store.vault.writer import NamespaceWriter


class NamespaceStore(
    NamespaceSearch,
    NamespaceWriter,
    NamespaceLinks,
    NamespacePuts,
    NamespaceEraser,
    NamespaceTransfer,
):
    """One namespace of a store, seen through one embedder; thread safe.

    Texts are kept as given, but for NUL and lone surrogates, which no database keeps: they become
    U+FFFD. Every method raises StoreError when the store fails and StoreClosedError after `close`.
    """
