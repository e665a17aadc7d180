"""Checks before any write: of texts, ids, vectors and namespace parts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from langgraph_dreams._text import clean as clean
from langgraph_dreams._text import shown, storable
from langgraph_dreams.embedding.protocol import Embedder, check_vectors
from langgraph_dreams.embedding.protocol import Vectors as Vectors
from langgraph_dreams.errors import DreamsError, EmbedderError, InvalidInputError, NamespaceError
from langgraph_dreams.safety.redaction import Redactor, redacted_all
from langgraph_dreams.types.base import digest

MAX_TEXT = 2_000_000
"""Characters an item's text, or any one of its other fields, may have."""
MAX_ID = 256
_PLAIN = {type(None), bool, int, float, datetime}
_NUL = "\\u0000"
"""A NUL as JSON has it."""
MAX_PART = 10_000
"""Characters one part of a namespace may have."""


def clean_all(value: Any) -> Any:
    """`clean` every string in a nest of plain mappings and sequences."""
    if isinstance(value, str):
        return clean(value)
    if type(value) in _PLAIN:  # to ask whether it is a mapping takes longer
        return value
    if isinstance(value, Mapping):
        return {clean_all(key): clean_all(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(clean_all(inner) for inner in value)
    return value


def storable_all(value: Any, redact: Redactor | None) -> Any:
    """A nest as it may be stored: redacted, and what no database keeps replaced by U+FFFD.

    Raises InvalidInputError when `redact` fails.
    """
    cleaned = clean_all(value)
    return cleaned if redact is None else clean_all(redacted_all(cleaned, redact))


def storable_values(record: BaseModel, redact: Redactor | None, **dump: Any) -> dict[str, Any]:
    """The values of a record as they may be stored (see `storable_all`)."""
    values = record.model_dump(warnings=False, **dump)
    try:
        told = record.model_dump_json(warnings=False, **dump)
    except PydanticSerializationError:  # it has a lone surrogate, or a value that is none of its
        told = _NUL
    # Told in one piece, a record is looked through in a tenth of the time.
    return values if redact is None and _NUL not in told else storable_all(values, redact)


def check_text(text: str, whose: str) -> None:
    """Refuse an empty or oversized text. Raises InvalidInputError."""
    if not text.strip():
        raise InvalidInputError(f"the text of {whose} is empty; leave the item out")
    check_length(text, whose)


def check_length(text: str, whose: str) -> None:
    """Refuse an oversized field. Raises InvalidInputError."""
    if len(text) > MAX_TEXT:
        raise InvalidInputError(
            f"{whose} has a text of {len(text):,} characters, the limit is {MAX_TEXT:,};"
            " split it into several items"
        )


def check_id(value: str, initial: str, what: str) -> None:
    """Refuse an id that cannot be stored. Raises InvalidInputError."""
    if not value.startswith(initial) or len(value) > MAX_ID or not storable(value):
        raise InvalidInputError(
            f"{value[:80]!r} cannot be the id of {what}: it must begin with {initial!r}, have at"
            f" most {MAX_ID} characters and no NUL or lone surrogate"
        )


def namespace_key(parts: object) -> str:
    """The key of a namespace: a hash under which no two lists of parts meet.

    Raises NamespaceError unless `parts` is a non-empty tuple or list of non-empty strings.
    """
    if not isinstance(parts, tuple | list) or not parts:
        raise NamespaceError(f"a namespace is a non-empty tuple of strings, not {shown(parts)}")
    for part in parts:
        if not isinstance(part, str) or not part:
            raise NamespaceError(
                f"every part of a namespace is a non-empty string; {shown(part)} of {shown(parts)}"
                " is not"
            )
        if len(part) > MAX_PART:
            raise NamespaceError(
                f"a part of a namespace has {len(part):,} characters, the limit is {MAX_PART:,}"
            )
    return digest("namespace", *parts, length=32)


def embedded(embedder: Embedder, texts: Sequence[str], *, questions: bool = False) -> Vectors:
    """Vectors of texts, (n, dimension) float32; of questions by `embed_query` where there is one.

    Raises EmbedderError when the embedder fails, or answers what cannot be stored.
    """
    name, dimension = embedder.name, embedder.dimension
    if not texts:
        return np.zeros((0, dimension), dtype=np.float32)
    try:
        answer = _asked(embedder, texts, questions)
    except DreamsError:
        raise
    except Exception as error:
        raise EmbedderError(
            f"the embedder {name} failed on {len(texts)} texts:"
            f" {type(error).__name__}: {error}; nothing was written, try again once it answers"
        ) from error
    try:
        return check_vectors(answer, len(texts), dimension, f"the embedder {name}")
    except EmbedderError as error:
        raise EmbedderError(f"{error}; nothing was written") from error


def _asked(embedder: Embedder, texts: Sequence[str], questions: bool) -> object:
    cleaned = [clean(text) for text in texts]
    one = getattr(embedder, "embed_query", None) if questions else None
    # A vector alone, as LangChain's embeddings answer it, or a row of one.
    return [np.ravel(one(text)) for text in cleaned] if callable(one) else embedder.embed(cleaned)


def check_queries(vectors: object, dimension: int) -> Vectors:
    """Query vectors as (q, dimension) float32. Raises InvalidInputError."""
    try:
        array = np.asarray(vectors, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise InvalidInputError(f"query vectors must be an array of numbers: {error}") from error
    if array.ndim != 2 or (len(array) and array.shape[1] != dimension):
        raise InvalidInputError(
            f"query vectors must have the shape (q, {dimension}), not {array.shape}"
        )
    if not np.isfinite(array).all():
        raise InvalidInputError("query vectors must be finite: one holds NaN or infinity")
    return array


def check_count(k: int, name: str) -> int:
    """A count that is no negative number. Raises InvalidInputError."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 0:
        raise InvalidInputError(f"{name} must be a whole number of at least 0, not {shown(k)}")
    return k


def check_strings(values: Iterable[str], name: str) -> list[str]:
    """Ids as a list, a lone string or what is no string refused. Raises InvalidInputError."""
    if isinstance(values, str):
        raise InvalidInputError(f"{name} takes a list of ids, not the string {shown(values)}")
    ids = list(values) if isinstance(values, Iterable) else [values]
    wrong = None
    if any(not issubclass(kind, str) for kind in set(map(type, ids))):  # few kinds, many ids
        wrong = next(id_ for id_ in ids if not isinstance(id_, str))
    if wrong is not None or not isinstance(values, Iterable):
        raise InvalidInputError(f"{name} takes a list of ids, each a string, not {shown(wrong)}")
    return ids
