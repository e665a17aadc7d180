"""Episodes and memories as rows of a collection: the text as document, the rest as fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError, StoreError
from langgraph_dreams.safety.redaction import Redactor
from langgraph_dreams.store.chroma.collection import BATCH_CHARS, VECTOR_BATCH, Row, Value
from langgraph_dreams.store.passages import PASSAGES
from langgraph_dreams.store.puts import put_fields, put_in, storable_put
from langgraph_dreams.store.validation import (
    MAX_TEXT,
    check_id,
    check_length,
    check_text,
    storable_values,
)
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.zones import checked_zone

Item = Episode | Memory
_ItemT = TypeVar("_ItemT", Episode, Memory)

ADDS = "adds"
"""Name of the field of what a turn adds to its thread; a statement where there is none."""
STATEMENT, ANSWER, BOTH, NOTHING = "statement", "answer", "both", "nothing"
"""What a turn adds: what its speaker states; what somebody was told who asks, bids or greets."""
RECORDED = "recorded"
"""The time at which an episode was written; its own time may be long before that."""
_MAX_POSITION = 2**53
_EPISODE_JSON = ("others", "done", "tags")
_MEMORY_JSON = ("sources", "cites", "questions", "must_not_say")
_MEMORY_TIMES = (
    *("valid_from", "valid_to", "learned_at", "last_confirmed"),
    *("event_from", "event_to"),
)


def checked_episode(episode: Episode, redact: Redactor | None = None) -> Episode:
    """`episode` as it may be stored (see `storable_all`). Raises InvalidInputError."""
    if not isinstance(episode, Episode):
        raise InvalidInputError(f"{shown(episode)} is no Episode; make it one, Episode(text=...)")
    whole = _checked(episode, redact)
    check_id(episode.id, "e", "an episode")
    if abs(episode.position) > _MAX_POSITION:
        raise InvalidInputError(f"position {episode.position} of {episode.id} is over 2**53")
    if whole.put:
        check_length(whole.put.value, f"the value of {shown(whole.put.key)}")
    if episode.dreamt:
        check_id(episode.dreamt, "", "a dream")
    if whole.zone:
        checked_zone(whole.zone)
    return whole


def checked_memory(memory: Memory, redact: Redactor | None = None) -> Memory:
    """`memory` as it may be stored (see `storable_all`). Raises InvalidInputError."""
    if not isinstance(memory, Memory):
        raise InvalidInputError(f"{shown(memory)} is no Memory; make it one, Memory(text=...)")
    whole = _checked(memory, redact)
    check_id(memory.id, "r" if memory.rehearses else "m", "a memory")
    return whole


def _checked(item: _ItemT, redact: Redactor | None) -> _ItemT:
    # A changed copy (model_copy) was not validated by anyone.
    put = item.put if isinstance(item, Episode) else None
    cleaned = storable_values(item, redact, exclude={"put"})
    if put is not None:
        cleaned["put"] = storable_put(put, redact)
    try:
        result = type(item).model_validate(cleaned)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = ".".join(str(step) for step in wrong["loc"])
        raise InvalidInputError(
            f"{type(item).__name__} {shown(item.id)} has {wrong['input']!r:.80} as {name}:"
            f" {wrong['msg']}; set it right and try again"
        ) from error
    check_text(result.text, result.id)
    for name, value in cleaned.items():
        if isinstance(value, str) and len(value) > MAX_TEXT:
            check_length(value, f"the field {name} of {result.id}")
    return result


def fields_of(item: Item) -> dict[str, Value]:
    """Everything of an item but its id and its text."""
    return _episode_fields(item) if isinstance(item, Episode) else _memory_fields(item)


def _episode_fields(episode: Episode) -> dict[str, Value]:
    read = {"id", "text", "replaced_by", "put"}
    values = episode.model_dump(exclude=read, exclude_defaults=True, mode="json")
    fields: dict[str, Value] = {"is": "episode", "dreamt": episode.dreamt}
    fields[RECORDED] = now().isoformat()
    for name, value in values.items():
        fields[name] = json.dumps(value) if name in _EPISODE_JSON else value
    return fields if episode.put is None else fields | put_fields(episode.put)


def _memory_fields(memory: Memory) -> dict[str, Value]:
    # Every field, always: an update keeps the fields it does not name.
    values = memory.model_dump(exclude={"id", "text"}, mode="json")
    fields: dict[str, Value] = {"is": "memory"}
    for name, value in values.items():
        if name in _MEMORY_JSON:
            fields[name] = json.dumps(value)
        else:
            fields[name] = "" if value is None else value
    return fields


def item_of(row: Row) -> Item:
    """The item of a row read with its text. Raises StoreError for a row that is none."""
    fields = dict(row.fields)
    kind = fields.pop("is", None)
    fields.pop(RECORDED, None)
    fields.pop(PASSAGES, None)
    fields.pop(ADDS, None)
    text = str(fields.pop("long_text", row.text))  # up to version 0.4 of over 50,000 characters
    try:
        if kind == "episode":
            put = put_in(fields)
            return Episode(id=row.id, text=text, **_decoded(fields, _EPISODE_JSON), **put)
        if kind == "memory":
            for name in _MEMORY_TIMES:
                fields[name] = fields.get(name) or None
            return Memory(id=row.id, text=text, **_decoded(fields, _MEMORY_JSON))
    except (ValidationError, ValueError, TypeError) as error:
        raise StoreError(f"the stored item {row.id} cannot be read: {error}") from error
    raise StoreError(f"the stored row {row.id} is neither an episode nor a memory: {kind!r}")


def _decoded(fields: Mapping[str, Any], encoded: tuple[str, ...]) -> dict[str, Any]:
    return {name: json.loads(value) if name in encoded else value for name, value in fields.items()}


def time_of(item: Item) -> datetime:
    """The time at which an episode happened, or a memory was learned."""
    return item.time if isinstance(item, Episode) else item.learned_at


_NOBODY = ("", "user", "the user", "human")


def memory_key(memory: Memory) -> str:
    """The text by which a memory is searched: the questions that it answers, and itself.

    It names its subject, also where the text says "I" or "someone".
    """
    about, text = memory.about.strip(), memory.text
    if about.casefold() not in _NOBODY and about.casefold() not in text.casefold():
        text = f"{about}: {text}"
    return " ".join((*memory.questions, text))


def portions(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Cut items into slices small in number and in characters, as one write takes them."""
    start, size = 0, 0
    for position, item in enumerate(items):
        weight = len(item.text)
        if position > start and (position - start >= VECTOR_BATCH or size + weight > BATCH_CHARS):
            yield start, position
            start, size = position, 0
        size += weight
    if start < len(items):
        yield start, len(items)
