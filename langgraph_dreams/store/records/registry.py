"""The registry: which namespaces there are, who embedded them, and where they are kept."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from langgraph_dreams.errors import EmbedderMismatchError, StoreError
from langgraph_dreams.store.chroma.client_gate import ClientGate
from langgraph_dreams.store.chroma.collection import RECORD_SPACE, Collection, Row, Value
from langgraph_dreams.store.validation import namespace_key
from langgraph_dreams.types.base import now

SCHEMA_VERSION = 2
"""2: rows are packed (see chroma/packing.py). Those of 1 are read, and stay until written anew."""
DEFAULT_LANGUAGE = "en"
_UNMEASURED = -1.0  # no database keeps None


@dataclass(frozen=True, slots=True)
class Registration:
    """The registration of a namespace: all that is known of it before it is opened."""

    key: str
    parts: tuple[str, ...]
    embedder: str
    dimension: int
    items: str
    """Name of the collection that holds its items now."""
    schema: int = SCHEMA_VERSION
    created: str = ""
    language: str = DEFAULT_LANGUAGE
    """Code of the language of its texts."""
    zone: str = ""
    """Time zone of those who speak there; empty while it is not known."""
    written: bool = False
    """True if anything was ever kept there; one that was only asked leaves no trace."""
    floor: float | None = None
    """Relevance below which recall returns nothing, as a dream measured it for this embedder."""
    floor_of: int = 0
    """Number of episodes that it was measured of."""
    puts: bool = False
    """True while what a LangGraph store was given is kept there."""


class Registry:
    """The one collection that all namespaces of a store share."""

    def __init__(self, gate: ClientGate, prefix: str) -> None:
        self.prefix = f"{prefix}langgraph-dreams."
        self.name = f"{self.prefix}namespaces"
        self._records = Collection(gate, self.name, RECORD_SPACE)

    def items_name(self, key: str, generation: int) -> str:
        """Name of a collection of items; re-embedding starts a new generation."""
        return f"{self.prefix}items.{key}.{generation}"

    def records_name(self, key: str) -> str:
        """Name of the collection of a namespace's links, dreams and recall notes."""
        return f"{self.prefix}records.{key}"

    def stray_items(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that are collections of items, but of no namespace."""
        used = {_registration(row).items for row in self._records.all()}
        return [one for one in names if one.startswith(f"{self.prefix}items.") and one not in used]

    def get(self, key: str) -> Registration | None:
        """A namespace, or None.

        Raises StoreError when a newer version wrote it, or when the entry is not its own: it names
        another namespace, or the items of one.
        """
        row = self._records.rows([key]).get(key)
        if row is None:
            return None
        entry = _registration(row)
        items = self.items_name(key, 1).rpartition(".")[0]
        if namespace_key(entry.parts) != key or entry.items.rpartition(".")[0] != items:
            raise StoreError(
                f"the registry entry {key} names {entry.parts} and the items {entry.items}, which"
                " are another namespace's: somebody has changed the store; restore a backup"
            )
        return entry

    def put(self, entry: Registration) -> Registration:
        """Register a namespace, or change what is registered."""
        entry = replace(entry, created=entry.created or now().isoformat())
        fields: dict[str, Value] = {
            "parts": json.dumps(entry.parts),
            "embedder": entry.embedder,
            "dimension": entry.dimension,
            "items": entry.items,
            "schema": entry.schema,
            "created": entry.created,
            "written": entry.written,
            "language": entry.language,
            "zone": entry.zone,
            "floor": _UNMEASURED if entry.floor is None else entry.floor,
            "floor_of": entry.floor_of,
            "puts": entry.puts,
        }
        self._records.put({entry.key: fields})
        return entry

    def delete(self, key: str) -> None:
        """Know nothing of a namespace any more."""
        self._records.delete([key])

    def all(self) -> list[Registration]:
        """Every namespace that was written to, oldest first."""
        entries = [e for e in map(_registration, self._records.all()) if e.written]
        return sorted(entries, key=lambda entry: (entry.created, entry.parts))


def require_embedder(entry: Registration, name: str, dimension: int) -> None:
    """Refuse an embedder other than the one that wrote a namespace.

    Raises EmbedderMismatchError.
    """
    if (entry.embedder, entry.dimension) != (name, dimension):
        raise EmbedderMismatchError(
            f"the namespace {entry.parts} was written by the embedder {entry.embedder!r} in"
            f" {entry.dimension} dimensions, not by {name!r} in {dimension}: open it with the"
            " former, or convert it with store.reembed(...)"
        )


def _registration(row: Row) -> Registration:
    fields = row.fields
    try:
        entry = Registration(
            row.id,
            tuple(json.loads(fields["parts"])),
            fields["embedder"],
            int(fields["dimension"]),
            fields["items"],
            int(fields["schema"]),
            fields["created"],
            str(fields.get("language", DEFAULT_LANGUAGE)),
            str(fields.get("zone", "")),
            bool(fields.get("written", True)),  # 0.1 listed a namespace when it was opened
            None if (floor := float(fields.get("floor", _UNMEASURED))) < 0 else floor,
            int(fields.get("floor_of", 0)),
            bool(fields.get("puts", False)),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(f"the registry entry {row.id} cannot be read: {error!r}") from error
    if entry.schema > SCHEMA_VERSION:
        raise StoreError(
            f"the namespace {entry.parts} was written in schema {entry.schema}, this version reads"
            f" up to {SCHEMA_VERSION}: upgrade langgraph_dreams"
        )
    return entry
