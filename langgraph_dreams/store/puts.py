"""What is put into a LangGraph store, as a namespace keeps it: one thread for each key."""

import json
from collections.abc import Iterator
from typing import Any

from langgraph_dreams.safety.redaction import Redactor, redacted
from langgraph_dreams.store.chroma.collection import Value
from langgraph_dreams.types.base import JsonObject, digest
from langgraph_dreams.types.items import Put

PUT = "put"
"""Name of the field of an episode's row."""
EXPIRES = "expires"
"""Name of the field beside it: to read an item moves its end, and must not undo what another client
of the store wrote meanwhile."""
THREADS = "langgraph store "
"""Beginning of the threads in which the values of one key follow one another."""


def thread_of(key: str) -> str:
    """The thread of a key: what is put anew is a further version of one message in it."""
    return THREADS + digest("put", key)


def value_of(put: Put) -> JsonObject:
    """The value as it was put."""
    value: JsonObject = json.loads(put.value)
    return value


def packed(value: Any) -> str:
    """A value as JSON of ASCII characters, which every database keeps."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def texts_in(put: Put) -> Iterator[str]:
    """Every text of a put: the key, names of fields and what they hold."""
    yield put.key
    yield from _texts(value_of(put))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def redacted_value(value: Any, redact: Redactor | None) -> Any:
    """A value with every text in it redacted, whatever its field is called; names stay.

    Raises InvalidInputError when `redact` fails.
    """
    if redact is None:
        return value
    if isinstance(value, str):
        return redacted(value, redact)
    if isinstance(value, dict):
        return {name: redacted_value(inner, redact) for name, inner in value.items()}
    if isinstance(value, list):
        return [redacted_value(inner, redact) for inner in value]
    return value


def storable_put(put: Put, redact: Redactor | None) -> Put:
    """A put as it may be stored; its key is an id, and stays. Raises InvalidInputError."""
    if redact is None:
        return put
    return put.model_copy(update={"value": packed(redacted_value(value_of(put), redact))})


def put_fields(put: Put) -> dict[str, Value]:
    """A put as the fields of a row."""
    whole = put.model_dump(mode="json", exclude_defaults=True, exclude={EXPIRES})
    return {PUT: json.dumps(whole), EXPIRES: put.expires.isoformat() if put.expires else ""}


def put_in(fields: dict[str, Any]) -> JsonObject:
    """What the fields of a row, which lose it, say of a put; nothing where there is none."""
    expires, whole = fields.pop(EXPIRES, ""), fields.pop(PUT, None)
    return {} if whole is None else {PUT: {**json.loads(whole), EXPIRES: expires or None}}
