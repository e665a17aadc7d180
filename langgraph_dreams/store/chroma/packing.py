"""How rows stand in Chroma: what is only read by id in one field, and long texts compressed.

Chroma keeps every string of a row three times (the row, an index of values, its log), a document
five times and more (of the words of all documents it has an index, letter by letter), and it reads
its log at every write. So an item has no document, and few fields. Rows of older versions are read
as they are.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = str | int | float | bool

_MARK = "\x1bz"
"""Before a compressed text. One that begins so itself is compressed, however short."""
_LEAST = 200
"""Characters from which on a text is compressed."""
_LEVEL = 6
_BODY, _TEXT = "body", "text"
_PLAIN = frozenset({"is", "kind", "dreamt"})
"""Fields of items that Chroma is asked for, or that are changed by themselves."""


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row, without its vector."""

    id: str
    text: str
    fields: Mapping[str, Any]


def packed(fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of a record as they are written."""
    return {name: _squeezed(v) if isinstance(v, str) else v for name, v in fields.items()}


def packed_item(text: str, fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of an item and its text as they are written."""
    body = {name: value for name, value in fields.items() if name not in _PLAIN}
    plain = {name: value for name, value in fields.items() if name in _PLAIN}
    return {**plain, _BODY: _squeezed(json.dumps({**body, _TEXT: text}, ensure_ascii=False))}


def unpacked(id_: str, document: str | None, stored: Mapping[str, Any] | None) -> Row:
    """A row as it was before it was packed."""
    fields = {n: _released(v) if isinstance(v, str) else v for n, v in (stored or {}).items()}
    body = json.loads(fields.pop(_BODY, "{}"))
    text = body.pop(_TEXT, document or "")
    # Of an episode some fields were changed by themselves since; a memory is rewritten whole, and
    # fields beside its body are those of an older version.
    whole = {**fields, **body} if fields.get("is") == "memory" else {**body, **fields}
    return Row(id_, text, whole)


def _squeezed(text: str) -> str:
    if len(text) < _LEAST and not text.startswith(_MARK):
        return text
    return _MARK + base64.b64encode(zlib.compress(text.encode(), _LEVEL)).decode()


def _released(text: str) -> str:
    if not text.startswith(_MARK):
        return text
    try:
        return zlib.decompress(base64.b64decode(text[len(_MARK) :])).decode()
    except zlib.error as error:
        raise ValueError(f"a compressed text is damaged: {error}") from error
