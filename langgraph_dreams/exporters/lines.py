"""The lines of a whole namespace as JSON: a header, all that is kept, and an end with a checksum.

`{"is": "header", ...}`, then a line each for episodes, memories and rehearsals (with their vectors,
base64 of little-endian float32), links, the core, learned weights, dreams with their operations,
notes of recalls, and whatever else is kept; last `{"is": "end", "lines": ..., "sha256": ...}`. The
checksum is of every line before it, of the header without the time of the export. It tells damage,
and not who wrote the file.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from langgraph_dreams.errors import DreamsError, LogFormatError
from langgraph_dreams.store import (
    MAX_ID,
    MAX_TEXT,
    RecallNote,
    StoredItem,
    check_record,
    checked_item,
    checked_link,
)
from langgraph_dreams.types.base import Count, FrozenModel, utc
from langgraph_dreams.types.items import Core, Episode, Link, Memory
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.weights import Learned

SCHEMA = 1
LONGEST = 64 * MAX_TEXT
"""Bytes of a line; a longer one is no line of ours."""


class Header(FrozenModel):
    """The first line: what the rest is."""

    format: str = "langgraph_dreams"
    schema_version: int = SCHEMA
    library: str
    """Version of the library that wrote it."""
    exported: str = ""
    """Time of the export; no part of the checksum."""
    namespace: tuple[str, ...]
    embedder: str
    """Name of the embedder that made the vectors."""
    dimension: int = Field(gt=0)
    language: str
    zone: str = ""
    floor: float | None = None
    floor_of: Count = 0
    created: str = ""
    counts: dict[str, Count]
    """Lines by kind."""


@dataclass(frozen=True)
class Record:
    """A record of a kind that this version has no other words for."""

    id: str
    fields: Mapping[str, Any]


Value = StoredItem | Link | Core | Learned | DreamReport | RecallNote | Record


def encoded(line: Mapping[str, Any]) -> bytes:
    """A line, with its end."""
    return (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def line_of(value: Value) -> dict[str, Any]:
    """What is kept, as a line."""
    match value:
        case StoredItem():
            kind = "episode" if isinstance(value.item, Episode) else "memory"
            item = value.item.model_dump(mode="json")
            vector = base64.b64encode(value.vector.astype("<f4").tobytes()).decode()
            return {"is": kind, "item": item, "beside": dict(value.beside), "vector": vector}
        case Link():
            return {"is": "link", "link": value.model_dump(mode="json")}
        case Core():
            return {"is": "core", "core": value.model_dump(mode="json")}
        case Learned():
            return {"is": "weights", "weights": value.model_dump(mode="json")}
        case DreamReport():
            return {"is": "dream", "report": value.model_dump(mode="json")}
        case RecallNote():
            return {"is": "recall", "note": {**asdict(value), "time": value.time.isoformat()}}
        case Record():
            return {"is": "record", "id": value.id, "fields": dict(value.fields)}


def value_of(line: Mapping[str, Any], dimension: int) -> Value:
    """What a line keeps. Raises ValueError, TypeError or KeyError for what cannot be kept."""
    match line["is"]:
        case "episode" | "memory" as kind:
            model = Episode if kind == "episode" else Memory
            raw = np.frombuffer(base64.b64decode(line["vector"], validate=True), dtype="<f4")
            if raw.shape != (dimension,) or not np.isfinite(raw).all() or not raw.any():
                raise ValueError(f"its vector is no {dimension} numbers")
            beside = _plain(line["beside"])
            item = checked_item(model.model_validate(line["item"]))
            return StoredItem(item, raw.astype(np.float32), beside)
        case "link":
            return checked_link(Link.model_validate(line["link"]))
        case "core":
            return Core.model_validate(line["core"])
        case "weights":
            return Learned.model_validate(line["weights"])
        case "dream":
            report = DreamReport.model_validate(line["report"])
            if not 0 < len(report.id) <= MAX_ID:
                raise ValueError(f"{report.id!r:.80} is the id of no dream")
            return report
        case "recall":
            note = {**line["note"], "time": utc(datetime.fromisoformat(line["note"]["time"]))}
            return _note(note)
        case "record":
            record = Record(str(line["id"]), _plain(line["fields"]))
            check_record(record.id, record.fields)
            return record
    raise ValueError(f"{line['is']!r:.80} is kept by no version known here")


def _note(told: Mapping[str, Any]) -> RecallNote:
    names = {name: tuple(map(str, told[name])) for name in ("items", "links")}
    if not all(isinstance(told[name], str) for name in ("id", "query", "dreamt")):
        raise TypeError("its note of a recall is none")
    if not told["id"].startswith("recall:"):
        raise ValueError(f"{told['id']!r:.80} is the id of no recall")
    return RecallNote(**{**told, **names})


def _plain(fields: Any) -> dict[str, Any]:
    if not isinstance(fields, dict) or not all(
        isinstance(value, str | int | float | bool) for value in fields.values()
    ):
        raise TypeError("its fields are no plain values by name")
    return fields


class Checksum:
    """The checksum of lines as they are written or read."""

    def __init__(self, header: Header) -> None:
        self._sum = hashlib.sha256(encoded(header_line(header.model_copy(update={"exported": ""}))))
        self.lines = 1

    def add(self, line: bytes) -> bytes:
        """Take a line in; returns it."""
        self._sum.update(line)
        self.lines += 1
        return line

    def end(self) -> dict[str, Any]:
        """The last line."""
        return {"is": "end", "lines": self.lines, "sha256": self._sum.hexdigest()}


def header_line(header: Header) -> dict[str, Any]:
    """The header as a line."""
    return {"is": "header", **header.model_dump(mode="json")}


def written(header: Header, values: Iterable[Value]) -> Iterator[bytes]:
    """All lines of an export."""
    checksum = Checksum(header)
    yield encoded(header_line(header))
    for value in values:
        yield checksum.add(encoded(line_of(value)))
    yield encoded(checksum.end())


def read_header(line: bytes) -> Header:
    """The header of an export. Raises LogFormatError."""
    told = _object(line, 1)
    if told.pop("is", None) != "header" or told.get("format") != "langgraph_dreams":
        raise LogFormatError("line 1 is no header: this is no export of langgraph_dreams as jsonl")
    version = told.get("schema_version")
    if isinstance(version, int) and version > SCHEMA:
        raise LogFormatError(
            f"it was written in schema {version}, this version reads up to {SCHEMA}: upgrade"
            " langgraph_dreams"
        )
    try:
        return Header.model_validate(told)
    except ValidationError as error:
        raise LogFormatError(f"line 1 is no header that can be read: {_why(error)}") from error


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Header | Value]]:
    """The header, then what is kept, each with the number of its line.

    The checksum is compared behind the last. Raises LogFormatError for what is not an export, whole
    and as it was written.
    """
    numbered = enumerate(lines, 1)
    _, first = next(numbered, (1, b""))
    header = read_header(first)
    yield 1, header
    checksum = Checksum(header)
    counts: dict[str, int] = {}
    ended = False
    for number, line in numbered:
        if ended:
            raise LogFormatError(
                f"line {number} comes after the end; take the file from its source"
            )
        told = _object(line, number)
        if told.get("is") == "end":
            if told != checksum.end():
                raise LogFormatError(
                    f"its lines are not those that were written (line {number} tells their"
                    " checksum); take the file from its source again"
                )
            ended = True
            continue
        checksum.add(line)
        try:
            value = value_of(told, header.dimension)
        except (ValueError, TypeError, KeyError, binascii.Error, DreamsError) as error:
            raise LogFormatError(f"line {number} cannot be read: {_why(error)}") from error
        kind = str(told["is"])
        counts[kind] = counts.get(kind, 0) + 1
        yield number, value
    if not ended:
        raise LogFormatError("its end is missing: it was cut; take the file from its source again")
    if counts != {kind: number for kind, number in header.counts.items() if number}:
        raise LogFormatError(f"it has {counts}, and its header names {header.counts}")


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        if len(line) > LONGEST or not line.endswith(b"\n"):
            raise ValueError("it is cut" if len(line) <= LONGEST else "it is too long")
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LogFormatError(f"line {number} is no line of an export: {_why(error)}") from error
    if not isinstance(told, dict):
        raise LogFormatError(f"line {number} is no JSON object")
    return told


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        wrong = error.errors()[0]
        return f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
    return str(error) or type(error).__name__
