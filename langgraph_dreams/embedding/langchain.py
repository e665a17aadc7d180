"""LangChain Embeddings as an embedder."""

from collections.abc import Callable, Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_whole, checked_word
from langgraph_dreams.embedding.protocol import Vectors, check_vectors, checked_texts
from langgraph_dreams.errors import EmbedderError, InvalidInputError

_MODEL_ATTRIBUTES = ("model", "model_name", "model_id", "deployment")


class LangChainEmbedder:
    """LangChain Embeddings as an embedder: checked, of length 1, in batches.

    What is stored goes through `embed_documents`, a question through `embed_query`: models such as
    e5, bge and Cohere's read the two under different prefixes.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        name: str | None = None,
        *,
        dimension: int | None = None,
        batch_size: int = 128,
    ) -> None:
        if not isinstance(embeddings, Embeddings):
            raise InvalidInputError(f"embeddings is {shown(embeddings)}; pass LangChain Embeddings")
        if name is not None:
            checked_word("name", name)
        checked_whole("batch_size", batch_size, 1)
        if dimension is not None:
            checked_whole("dimension", dimension, 1)
        self.name = name or _name_of(embeddings)
        self._embeddings = embeddings
        self._dimension = dimension
        self._batch_size = batch_size

    @property
    def dimension(self) -> int:
        """Length of every vector; embeds one short text when it is not known yet.

        Raises EmbedderError when that fails.
        """
        if self._dimension is None:
            self._dimension = self._embed(["dimension"]).shape[1]
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` into an (n, dimension) float32 array with rows of length 1.

        Raises EmbedderError when the embeddings fail or answer what cannot be stored, and
        InvalidInputError when `texts` is not a sequence of str.
        """
        clean = checked_texts(texts)
        dimension = self.dimension
        parts = [
            self._embed(clean[start : start + self._batch_size])
            for start in range(0, len(clean), self._batch_size)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, dimension), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question into a (dimension,) float32 array of length 1.

        Raises as `embed`.
        """
        clean = checked_texts([text])
        row: Vectors = self._checked(clean, lambda: [self._embeddings.embed_query(clean[0])])[0]
        return row

    def _embed(self, texts: list[str]) -> Vectors:
        return self._checked(texts, lambda: self._embeddings.embed_documents(texts))

    def _checked(self, texts: list[str], answer: Callable[[], object]) -> Vectors:
        try:
            found = answer()
        except Exception as error:
            raise EmbedderError(
                f"{self.name} failed on {len(texts)} texts with {type(error).__name__}: {error}. "
                "Check its key, address and limits, or pass another embedder"
            ) from error
        return check_vectors(found, len(texts), self._dimension, self.name)


def _name_of(embeddings: Embeddings) -> str:
    models = (getattr(embeddings, attribute, None) for attribute in _MODEL_ATTRIBUTES)
    model = next((model for model in models if isinstance(model, str) and model), None)
    kind = type(embeddings).__name__
    return f"{kind}:{model}" if model else kind
