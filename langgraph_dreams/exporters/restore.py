"""A namespace restored from its export as JSON lines, item by item.

The whole file is read and checked before anything is written. An intent in the journal says that
the namespace is not whole yet, until it is: whoever opens it meanwhile is told.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from langgraph_dreams._text import shown, storable
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.errors import (
    EmbedderMismatchError,
    InvalidInputError,
    LogFormatError,
)
from langgraph_dreams.exporters.jsonl import WAIT, checked_namespace
from langgraph_dreams.exporters.lines import Header, Record, Value, line_of, read_lines
from langgraph_dreams.language.resolve import resolve_language
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.safety.redaction import Redactor, redacted_all
from langgraph_dreams.store import RESTORE, NamespaceStore, RecallNote, Settings, StoredItem
from langgraph_dreams.types.items import Core, Link
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.told import many
from langgraph_dreams.types.weights import Learned
from langgraph_dreams.types.zones import checked_zone

_BATCH = 200
_KINDS = {
    **{"episode": "episode", "memory": "memory", "link": "link", "dream": "dream"},
    **{"recall": "recall note", "record": "other record"},
}
"""What is told of a restore; the core and the weights are one each."""


@dataclass(frozen=True)
class RestoreReport:
    """What a restore has brought."""

    namespace: tuple[str, ...]
    source: tuple[str, ...]
    """The namespace that was exported."""
    exported: str
    """Time of the export."""
    counts: dict[str, int]
    """Lines of the file by kind."""

    def __str__(self) -> str:
        return f"Restored {told(self.counts)} into {'/'.join(self.namespace)}."


def told(counts: dict[str, int]) -> str:
    """What a file holds, in words."""
    return ", ".join(many(counts[kind], noun) for kind, noun in _KINDS.items() if counts.get(kind))


def restore_namespace(namespace: Namespace, file: str | os.PathLike[str]) -> RestoreReport:
    """Restore an empty namespace from a file that `export_namespace` wrote as "jsonl".

    All is as it was: episodes, memories, links, dreams, the archive, what was not dreamt of yet.
    Nothing is embedded anew. A restore that was cut short can be run again with the same file;
    until then nobody can open the namespace. The checksum of a file tells damage, and not who wrote
    it: what it holds is believed as it says, so restore only what you would.

    Raises:
        LogFormatError: the file cannot be read, is no such export, was changed or cut; nothing is
            written.
        InvalidInputError: the namespace is not empty, or the store's `redact` would change
            something; nothing is written.
        EmbedderMismatchError: another embedder made the vectors.
        NamespaceError: this is a template.
        BusyError: somebody else has the lease.
        StoreError: the store cannot be written; run it again.
    """
    checked_namespace(namespace)
    vault = namespace._session.unrecovered()
    with _opened(file) as (path, lines):
        header, digest = _examined(path, lines, vault)
        with leased(vault, "a restore", namespace.policy.lease_seconds, WAIT):
            _begin(vault, path, digest)
            _write(vault, header, path, lines)
            vault.end_restore()
    return RestoreReport(vault.parts, header.namespace, header.exported, dict(header.counts))


@contextmanager
def _opened(file: str | os.PathLike[str]) -> Iterator[tuple[Path, BufferedReader]]:
    if not isinstance(file, str | Path) or not str(file).strip() or not storable(str(file)):
        raise InvalidInputError(f"the file is {shown(file)}; name one that was exported as jsonl")
    path = Path(file).expanduser()
    try:
        lines = path.open("rb")
    except OSError as error:
        raise LogFormatError(f"The export {shown(str(path))} cannot be read: {error}") from error
    with lines:
        yield path, lines


def _values(
    path: Path, lines: BufferedReader, end: str = "nothing was written"
) -> Iterator[tuple[int, Header | Value]]:
    lines.seek(0)
    try:
        yield from read_lines(lines)
    except (LogFormatError, OSError) as error:
        raise LogFormatError(
            f"The export {shown(str(path))} cannot be restored: {error}; {end}"
        ) from error


def _examined(path: Path, lines: BufferedReader, vault: NamespaceStore) -> tuple[Header, str]:
    """The header of a file that can be restored here as a whole, and the file's digest."""
    ids: set[str] = set()
    header: Header | None = None
    for number, value in _values(path, lines):
        if isinstance(value, Header):
            header = value
            _require_embedder(value, vault)
            _require_settings(value, vault)
            continue
        name = _name(value)
        if name in ids:
            raise _fault(path, number, f"{name!r:.80} is there twice")
        ids.add(name)
        if isinstance(value, Link) and not {value.a, value.b} <= ids:
            raise _fault(path, number, f"the link {value.id!r:.80} joins what is not in the file")
        _unchanged(path, number, value, vault.redact)
    assert header is not None
    lines.seek(0)
    return header, hashlib.file_digest(lines, "sha256").hexdigest()


def _name(value: Value) -> str:
    match value:
        case StoredItem():
            return value.item.id
        case Core() | Learned():
            return type(value).__name__
        case _:
            return value.id


def _unchanged(path: Path, number: int, value: Value, redact: Redactor | None) -> None:
    """Refuse what the store's `redact` would change: it would not be what was exported."""
    if redact is None:
        return
    line = {k: v for k, v in line_of(value).items() if k not in ("vector", "beside")}
    if redacted_all(line, redact) != line:
        why = "the store's redact= takes something out of it; restore into a store without, or"
        raise _fault(path, number, f"{why} export from one that redacts")


def _fault(path: Path, number: int, why: str) -> LogFormatError:
    return LogFormatError(
        f"The export {shown(str(path))} cannot be restored: line {number}: {why}; nothing was"
        " written"
    )


def _require_embedder(header: Header, vault: NamespaceStore) -> None:
    own = vault.embedder.name, vault.embedder.dimension
    if own != (header.embedder, header.dimension):
        raise EmbedderMismatchError(
            f"the export's vectors are of the embedder {header.embedder!r} in {header.dimension}"
            f" dimensions, and this store's is {own[0]!r} in {own[1]}: open a store with the former"
            " (embedder=...), restore, and convert it with store.reembed(...); nothing was written"
        )


def _require_settings(header: Header, vault: NamespaceStore) -> None:
    """Refuse a language or a zone that is not known here. Raises InvalidInputError."""
    if header.language != vault.language.code:
        resolve_language(header.language)
    if header.zone:
        checked_zone(header.zone)


def _begin(vault: NamespaceStore, path: Path, digest: str) -> None:
    """Note that a restore is under way, or go on with it. Raises InvalidInputError."""
    begun = vault.intents().get(RESTORE)
    name = "/".join(vault.parts)
    if begun is not None and begun.get("sha256") != digest:
        raise InvalidInputError(
            f"a restore of another file, {begun.get('file')!r}, was cut short in {name}: run it"
            " again with that one, or forget everything in this namespace first"
        )
    if begun is None and not vault.is_empty():
        raise InvalidInputError(
            f"the namespace {name} is not empty; restore into one that is: name another, or forget"
            " everything in this one first. Nothing was written"
        )
    if begun is None:
        vault.put_intent(RESTORE, {"sha256": digest, "file": str(path)})


def _write(vault: NamespaceStore, header: Header, path: Path, lines: BufferedReader) -> None:
    names = Settings.__dataclass_fields__
    vault.restore_settings(Settings(**{name: getattr(header, name) for name in names}))
    there = vault.kept_already()
    items: list[StoredItem] = []
    links: list[Link] = []
    notes: list[RecallNote] = []
    for _, value in _values(path, lines, "it was changed meanwhile; restore it again, unchanged"):
        if isinstance(value, StoredItem):
            if value.item.id not in there:
                items.append(value)
            if len(items) >= _BATCH:
                vault.restore_items(items)
                items.clear()
            continue
        if items:
            vault.restore_items(items)
            items.clear()
        match value:
            case Link():
                links.append(value)
            case RecallNote():
                notes.append(value)
            case Core():
                vault.put_core(value)
            case Learned():
                vault.put_learned(value)
            case DreamReport():
                vault.put_dream(value)
            case Record():
                vault.restore_record(value.id, value.fields)
    if items:
        vault.restore_items(items)
    vault.put_links(links)
    vault.restore_recalls(notes)
