"""A namespace as a whole, row by row: read to be taken elsewhere, and written as it was.

What belongs to one store alone is left out: leases, marks by which clients notice changes, counts
of what was erased from a collection, and what is only under way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language.resolve import resolve_language
from langgraph_dreams.store.chroma.collection import Row, Value, batches
from langgraph_dreams.store.items import (
    ADDS,
    Item,
    checked_episode,
    checked_memory,
    fields_of,
    item_of,
    portions,
    time_of,
)
from langgraph_dreams.store.passages import passages_in
from langgraph_dreams.store.records.recall_log import RecallNote
from langgraph_dreams.store.validation import Vectors, clean
from langgraph_dreams.store.vault.reader import CORE, WEIGHTS, NamespaceReader
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.zones import checked_zone

RESTORE = "restore"
"""Name of the intent that says that a namespace is being restored, and is not whole yet."""
_PAGE = 500
_EVERY = 2**53  # notes of recalls
_TOLD = ("links", "dream", "operations", "recall", CORE, WEIGHTS)
"""Kinds of records that are read by methods of their own."""
_HERE = ("lease", "revision", "erased", "intent")
"""Kinds of records that belong to this store alone."""
_GRID = 2.0**20
"""Steps in a vector's length: Chroma divides a vector by its length at every write, which changes
the last bits of one in four. Of what lies on this grid the nearest step stays the same."""
_MOST_MOVED = 0.25  # of a step, by which a vector on the grid is off a length of 1


@dataclass(frozen=True)
class Settings:
    """What the registry knows of a namespace."""

    embedder: str
    dimension: int
    language: str
    zone: str
    floor: float | None
    floor_of: int
    created: str


@dataclass(frozen=True)
class StoredItem:
    """An episode or a memory as it is stored, with its vector."""

    item: Item
    vector: Vectors
    """(dimension,) float32."""
    beside: Mapping[str, Any] = field(default_factory=dict)
    """Fields of its row that are none of the item: when it was recorded, its passages."""


class NamespaceTransfer(NamespaceReader):
    """A namespace read and written as a whole."""

    # -- read

    def settings(self) -> Settings:
        """What the registry knows of it."""
        state = self._state
        # As it is stored: Chroma may have changed the last bit of a fraction.
        entry = state.registry.get(state.entry.key) or state.entry
        names = Settings.__dataclass_fields__
        return Settings(**{name: getattr(entry, name) for name in names})

    def stored_ids(self) -> list[str]:
        """Every episode, memory and rehearsal, in this order, each oldest first."""
        self._state.fresh()
        places: list[tuple[str, float, str, int, str]] = []
        for batch in batches(self._state.items.ids(), _PAGE):
            rows = self._state.items.rows(batch, texts=True).values()
            places += [_place(item_of(row)) for row in rows]
        return [place[-1] for place in sorted(places)]

    def stored_items(self, ids: Sequence[str]) -> Iterator[StoredItem]:
        """Items in the order asked; unknown ids are left out."""
        for batch in batches(ids, _PAGE):
            rows = self._state.items.rows(batch, texts=True)
            vectors = self._state.items.vectors(batch)
            for id_ in batch:
                if id_ in rows and id_ in vectors:
                    yield _stored(rows[id_], vectors[id_])

    def other_records(self) -> dict[str, dict[str, Any]]:
        """Records of kinds that nothing else reads, by id."""
        told = (*_TOLD, *_HERE)
        found = [r for r in self._state.records.all() if r.fields.get("is") not in told]
        return {row.id: dict(row.fields) for row in sorted(found, key=lambda row: row.id)}

    def all_recalls(self) -> list[RecallNote]:
        """Every note of a recall, oldest first."""
        return self._state.log.read(False, _EVERY)

    def is_empty(self) -> bool:
        """True if nothing is kept here."""
        rows = self._state.records.all()
        return not self._state.items.count() and all(r.fields.get("is") in _HERE for r in rows)

    def kept_already(self) -> set[str]:
        """Ids of all items."""
        return set(self._state.items.ids())

    # -- written

    def restore_settings(self, settings: Settings) -> None:
        """Register what is known of the namespace. Raises InvalidInputError."""
        state = self._state
        with state.write_lock:
            if settings.language != state.index.language.code:
                state.change_language(resolve_language(settings.language))
            zone = checked_zone(settings.zone) if settings.zone else ""
            state.registered.note_first_write()
            state.registered.register(
                language=settings.language,
                zone=zone,
                floor=settings.floor,
                floor_of=settings.floor_of,
                created=settings.created,
            )
            state.bump()

    def restore_items(self, stored: Sequence[StoredItem]) -> None:
        """Write items as they were, with their vectors. Raises InvalidInputError."""
        whole = [replace(one, item=checked_item(one.item)) for one in stored]
        state = self._state
        for start, stop in portions([one.item for one in whole]):
            batch = whole[start:stop]
            ids = [one.item.id for one in batch]
            parts = {one.item.id: passages_in(one.beside, one.item.id) for one in batch}
            adds = {one.item.id: str(one.beside[ADDS]) for one in batch if ADDS in one.beside}
            with state.writing(ids):
                state.items.upsert(
                    ids,
                    np.stack([one.vector for one in batch]),
                    [one.item.text for one in batch],
                    [_fields(one) for one in batch],
                )
                state.index.put_items(
                    [one.item for one in batch],
                    {id_: own for id_, own in parts.items() if own is not None},
                    adds,
                )
        state.items.widen(state.items.count())

    def restore_recalls(self, notes: Sequence[RecallNote]) -> None:
        """Write notes of recalls."""
        self._state.log.put([replace(note, query=clean(note.query)) for note in notes])

    def restore_record(self, id_: str, fields: Mapping[str, Any]) -> None:
        """Write a record of a kind that nothing else writes. Raises InvalidInputError."""
        check_record(id_, fields)
        self._state.records.put({id_: dict(fields)})

    def end_restore(self) -> None:
        """Have every client read the whole anew, and the namespace opened again."""
        state = self._state
        state.forget_memories()
        state.journal.forget_cache()
        state.journal.drop_intent(RESTORE)
        state.bump()


def check_record(id_: str, fields: Mapping[str, Any]) -> None:
    """Refuse a record that is of a kind with methods of its own. Raises InvalidInputError."""
    kind = fields.get("is")
    own = isinstance(kind, str) and kind not in (*_TOLD, *_HERE)
    reserved = id_.split(":")[0] in (*_TOLD, *_HERE, "link")
    if not own or reserved or not all(isinstance(value, Value) for value in fields.values()):
        raise InvalidInputError(f"{id_[:80]!r} is no record that can be restored")


def checked_item(item: Item) -> Item:
    """An item as it may be stored. Raises InvalidInputError."""
    return checked_memory(item) if isinstance(item, Memory) else checked_episode(item)


def _place(item: Item) -> tuple[str, float, str, int, str]:
    """By kind, then time: the order in which a person would tell them."""
    time = time_of(item).timestamp()
    if isinstance(item, Episode):
        return "e", time, item.thread, item.position, item.id
    return "r" if item.rehearses else "m", time, "", 0, item.id


def _stored(row: Row, vector: Vectors) -> StoredItem:
    item = item_of(row)
    known = {"is", "long_text", *type(item).model_fields}
    beside = {name: value for name, value in sorted(row.fields.items()) if name not in known}
    return StoredItem(item, on_grid(vector), beside)


def _fields(stored: StoredItem) -> dict[str, Value]:
    known = ("is", *type(stored.item).model_fields)
    fields = {name: v for name, v in fields_of(stored.item).items() if name in known}
    return {**fields, **stored.beside}


def on_grid(vector: Vectors) -> Vectors:
    """The vector with a length of 1, in whole steps: written and read again it is the same."""
    exact = np.asarray(vector, dtype=np.float64)
    steps = np.rint(exact / np.linalg.norm(exact) * _GRID)
    for _ in range(len(steps)):
        excess = float(steps @ steps) - _GRID * _GRID
        if abs(excess) * np.abs(steps).max() <= 2 * _MOST_MOVED * _GRID * _GRID:
            break
        # One step less, or more, at the number that takes most of the excess away.
        gains = 2 * np.abs(steps) - np.sign(excess)
        place = int(np.argmin(np.abs(abs(excess) - gains)))
        if abs(abs(excess) - gains[place]) >= abs(excess):
            break
        away = np.sign(steps[place]) or 1.0
        steps[place] -= np.sign(excess) * away
    return np.asarray(steps / _GRID, dtype=np.float32)
