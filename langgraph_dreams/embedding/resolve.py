"""The embedder for None (the default), LangChain Embeddings, or an object of the caller's."""

from langchain_core.embeddings import Embeddings

from langgraph_dreams._text import shown
from langgraph_dreams.embedding.langchain import LangChainEmbedder
from langgraph_dreams.embedding.local import SHARED, LocalEmbedder, LocalEmbeddings
from langgraph_dreams.embedding.protocol import Embedder
from langgraph_dreams.errors import InvalidInputError


def resolve_embedder(value: Embedder | Embeddings | None) -> Embedder:
    """Take an embedder, wrap LangChain Embeddings, or give the shared local default for None.

    Raises InvalidInputError for anything else. Nothing is loaded before the first text.
    """
    if value is None:
        return SHARED
    if isinstance(value, LocalEmbedder | LangChainEmbedder):
        return value
    if isinstance(value, LocalEmbeddings):
        return value.embedder
    if not isinstance(value, type):
        if isinstance(value, Embedder):
            return value
        if isinstance(value, Embeddings):
            return LangChainEmbedder(value)
    raise InvalidInputError(
        f"{shown(value)} is not an embedder: pass None for the local default, an instance of "
        "langchain_core.embeddings.Embeddings, or an object with name, dimension and embed(texts)"
    )
