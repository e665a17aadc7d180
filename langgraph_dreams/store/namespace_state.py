"""The open state of one namespace: its collections, its index, and how the two are kept in step.

Chroma is written first, the index after it; the ids of a change are marked in the index before and
settled after, so that whatever a crash leaves in between is read again from Chroma. What another
client of a shared server wrote shows as a changed count or a changed revision.
"""

import json
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Collection as Ids
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.resolve import resolve_language
from langgraph_dreams.store.chroma.client_gate import ClientGate
from langgraph_dreams.store.chroma.collection import (
    ITEM_SPACE,
    RECORD_SPACE,
    Collection,
    ItemVectors,
    Value,
    batches,
    collection_names,
    drop_collection,
)
from langgraph_dreams.store.index.passages import PassageVectors
from langgraph_dreams.store.index.queries import IndexQueries
from langgraph_dreams.store.index.schema import IndexRow
from langgraph_dreams.store.index.sqlite import DerivedIndex, IndexDamagedError, set_aside
from langgraph_dreams.store.index.threads import KeptTurns
from langgraph_dreams.store.items import ADDS, item_of
from langgraph_dreams.store.links import unpack
from langgraph_dreams.store.passages import passages_in
from langgraph_dreams.store.records.journal import Journal
from langgraph_dreams.store.records.lease import Leases
from langgraph_dreams.store.records.recall_log import RecallLog
from langgraph_dreams.store.records.registered import Registered
from langgraph_dreams.store.records.registry import Registration, Registry
from langgraph_dreams.store.records.revisions import FORGOTTEN, Revisions
from langgraph_dreams.types.items import ARCHIVED, Link

logger = logging.getLogger(__name__)

CHECK_EVERY = 1.0
"""Seconds between two looks at what other clients of a shared server wrote."""
_KEPT = 5_000  # items as they were last read
_REFRESH = 500
_TAIL = 500
"""Rows, the newest first of all, among which new ones are looked for before all are listed."""
_AT = "at"
"""Of what was seen of the revisions: the number of the last change."""
_ERASED = "erased"
"""Id of the record that counts the items erased from a collection."""


def link_record(item: str) -> str:
    """Id of the record that holds an item's links."""
    return f"link:{item}"


class NamespaceState:
    """One open namespace: one object for each backend, shared by its `NamespaceStore` objects."""

    def __init__(
        self,
        gate: ClientGate,
        entry: Registration,
        registry: Registry,
        index_path: Path | None,
        shared: bool,
        language: Language,
    ) -> None:
        """Open the collections and the index; `shared` when other clients may write too."""
        self.gone = False
        """True if the namespace was forgotten as a whole: this state is of no more use."""
        self.gate = gate
        self.shared = shared
        """True if other clients may write, too."""
        self.registry = registry
        self.write_lock = threading.RLock()
        self.registered = Registered(registry, entry, self.write_lock, lambda: self.bump(()))
        self.items = self.open_items(entry.items)
        self.records = Collection(gate, registry.records_name(entry.key), RECORD_SPACE)
        self.revisions = Revisions(self.records, shared)
        self.journal = Journal(self.records)
        self.log = RecallLog(self.records)
        self.leases = Leases(self.records, shared)
        self.recovered = False
        """True once this process was asked to finish what a death left half done here."""
        self.embedded = False
        """True if this process has embedded the vectors that a repair could not save."""
        self.vectors = ItemVectors()
        self.memory_vectors = ItemVectors()
        self.rehearsal_vectors = ItemVectors()
        self.passages = PassageVectors()
        self.listed: tuple[object, list[str]] = None, []
        """Every episode's id, oldest first, and the state of the index that it was read from."""
        self._suspect = True
        self._checked = 0.0
        try:
            self.index = DerivedIndex(index_path, language)
        except IndexDamagedError:
            if index_path is not None:
                set_aside(index_path)
            self.index = DerivedIndex(index_path, language)
        self._found = IndexQueries(lambda sql, values: self.index.rows(sql, values))
        """Queries of the index, in step with Chroma or not."""

    @property
    def entry(self) -> Registration:
        """The registration as it is known here."""
        return self.registered.entry

    def open_items(self, name: str) -> Collection:
        """A collection of items, of which some are kept in memory where nobody else writes."""
        return Collection(self.gate, name, ITEM_SPACE, keep=0 if self.shared else _KEPT)

    def park(self) -> None:
        """Let go of what costs memory or a file until the next use."""
        self.index.park()
        self.items.let_go()
        self.vectors.clear()
        self.forget_memories()
        self.passages.clear()
        self.listed = None, []

    def forget_memories(self) -> None:
        """Let go of the vectors of memories and rehearsals: one was changed or taken out."""
        self.memory_vectors.clear()
        self.rehearsal_vectors.clear()

    # -- asking

    def rows(self, sql: str, values: Sequence[Any]) -> list[IndexRow]:
        """Answer a query of the index, caught up; a damaged one is built again first."""
        index = self.fresh()
        try:
            return index.rows(sql, values)
        except IndexDamagedError:
            self._renew(index)
            return self.fresh().rows(sql, values)

    def kept_turns(self) -> KeptTurns:
        """What was read of turns before, as far as the index, caught up, still says so."""
        index = self.fresh()
        try:
            return index.kept_turns()
        except IndexDamagedError:
            self._renew(index)
            return self.fresh().kept_turns()

    def fresh(self) -> DerivedIndex:
        """The index, in step with Chroma."""
        if self._suspect:
            with self.write_lock:
                if self._suspect:
                    self._catch_up_or_renew()
        # A write of our own that is under way is no reason to wait: the next look will do.
        elif self._due() and self.write_lock.acquire(blocking=False):
            try:
                self._catch_up_or_renew()
            finally:
                self.write_lock.release()
        return self.index

    def _due(self) -> bool:
        return self.shared and time.monotonic() - self._checked > CHECK_EVERY

    def _catch_up_or_renew(self) -> None:
        try:
            self._catch_up()
        except IndexDamagedError:
            self._renew(self.index)
            self._catch_up()

    def _renew(self, damaged: DerivedIndex) -> None:
        with self.write_lock:
            if self.index is damaged:
                self.index.set_aside()
                self.index = DerivedIndex(self.index.path, self.index.language)
                self._suspect = True

    def _catch_up(self) -> None:
        stale = set(self.index.pending())
        seen = self._seen()
        at = int(seen.pop(_AT, 0))
        now = self.revisions.read(at)  # first: what changes while it is read is read again
        if now.marks.get(FORGOTTEN) != seen.get(FORGOTTEN):
            self._take_language()
            self.index.start_anew()
            self.vectors.clear()
        changed = now.ids if now.marks == seen else None
        moved = changed is None or now.at != at
        if moved:
            self.registered.take_settings()
            self.journal.forget_cache()
            if changed is None or set(self._found.known(changed).values()) != {"e"}:
                self.forget_memories()
        if changed is None:
            stale |= set(self.items.ids()) | self._found.all_ids()
        self._refresh(sorted(stale.union(changed or ())))
        if self.items.count() != self._found.size():
            self._refresh(sorted(self._unlike()))
        if moved:
            self._remember(now.marks | {_AT: str(now.at)})
        self.items.widen(self._found.size())
        self._suspect = False
        self._checked = time.monotonic()

    def _unlike(self) -> set[str]:
        """Ids that are here or there alone. What is new is last, unless something was deleted."""
        size = self._found.size()
        start = max(0, size - _TAIL)
        last = self.items.ids(start)
        new = set(last) - self._found.known(last).keys()
        if size + len(new) == start + len(last):
            return new
        return set(self.items.ids()) ^ self._found.all_ids()

    def _refresh(self, ids: Sequence[str]) -> None:
        """Read items and the links they hold from Chroma into the index."""
        for batch in batches(ids, _REFRESH):
            known = self._found.known(batch)
            episodes = [id_ for id_ in batch if known.get(id_) == "e"]
            rows = self.items.rows(episodes)
            by_dream = defaultdict(list)
            for row in rows.values():
                by_dream[str(row.fields.get("dreamt", ""))].append(row.id)
            for dream, marked in by_dream.items():
                self.index.mark_dreamt(marked, dream)
            away = {row.id for row in rows.values() if row.fields.get("archived")}
            if self._found.archived(episodes) != away:
                self.index.mark_archived([id_ for id_ in rows if id_ not in away], "")
                self.index.mark_archived(sorted(away), ARCHIVED)
            # An episode's text never changes; everything else is read whole.
            rest = self.items.rows((id_ for id_ in batch if known.get(id_) != "e"), texts=True)
            found = {row.id: passages_in(row.fields, row.id) for row in rest.values()}
            passages = {id_: own for id_, own in found.items() if own is not None}
            adds = {row.id: str(row.fields[ADDS]) for row in rest.values() if ADDS in row.fields}
            self.index.put_items((item_of(row) for row in rest.values()), passages, adds)
            self.index.remove_items(id_ for id_ in batch if id_ not in rows and id_ not in rest)
            held = self.held_by(id_ for id_ in batch if id_ in rows or id_ in rest)
            self.index.hold({a: links.values() for a, links in held.items()})

    def held_by(self, items: Iterable[str]) -> dict[str, dict[str, Link]]:
        """The links that each item holds, by link id; empty for one that holds none."""
        names = {link_record(item): item for item in items}
        rows = self.records.rows(names)
        return {
            item: unpack(item, rows[name].fields["links"]) if name in rows else {}
            for name, item in names.items()
        }

    # -- writing

    @contextmanager
    def writing(self, ids: Sequence[str]) -> Iterator[None]:
        """A change of `ids`: the body writes Chroma first, then the index, which settles them."""
        with self.write_lock:
            if ids:
                self.registered.note_first_write()
            index = self.fresh()
            try:
                index.begin(ids)
            except IndexDamagedError:
                self._renew(index)
                self.fresh().begin(ids)
            try:
                yield
            except IndexDamagedError:
                # Chroma has the change; a new index is read from there.
                self._renew(self.index)
            except BaseException:
                self._suspect = True
                raise

    def bump(self, ids: Ids[str] | None = None) -> None:
        """Announce to other clients which items changed, or hold other links; None for all."""
        with self.write_lock:
            seen = self._seen()
            at = int(seen.get(_AT, 0))
            mark = self.revisions.changed(self.index.fact("writer"), ids, at)
            if not isinstance(mark, int):
                self._remember(seen | mark)
            elif mark == at + 1:  # else others have announced something, which is to be read
                self._remember(seen | {_AT: str(mark)})

    def change_language(self, language: Language) -> None:
        """Register a language, and have every client index by its words; nothing if it is known."""
        with self.write_lock:
            former = self.entry.language
            if former == language.code and self.index.language.rules == language.rules:
                self.index.language = language
                return
            self.registered.register(language=language.code)
            self._suspect = True  # first: whoever asks meanwhile waits for the lock
            self.index.use_language(language)
            if self.entry.written:
                logger.warning(
                    "%s: the language was %r and is now %r; the derived index is built again",
                    "/".join(self.entry.parts),
                    former,
                    language.code,
                )
                self.start_anew()

    def _take_language(self) -> None:
        """Index by the language that is registered now: another client may have changed it."""
        if not self.registered.take_language():
            return
        try:
            self.index.language = resolve_language(self.entry.language)
        except InvalidInputError as error:
            logger.warning("%s: %s", "/".join(self.entry.parts), error)

    def start_anew(self, *, later: bool = False) -> None:
        """Have every client build its index from nothing; `later`, when it next catches up."""
        with self.write_lock:
            self.revisions.forgotten()
            if not later:
                self._suspect = True
                self.fresh()

    def remove_traces(self) -> None:
        """Leave nothing of what was erased in the index, here and in every other client."""
        with self.write_lock:
            index = self.fresh()
            known = self.revisions.read().marks.get(FORGOTTEN) == self._seen().get(FORGOTTEN)
            mark = self.revisions.forgotten()  # of the others; and here, if it cannot be helped
            with suppress(IndexDamagedError):
                if known and index.remove_traces():
                    self._remember(self._seen() | mark)
                    return
            self._suspect = True
            self.fresh()

    def erased(self) -> int:
        """Items that were erased from the collection in use; its index keeps a place for each."""
        row = self.records.rows([_ERASED]).get(_ERASED)
        known = row is not None and row.fields.get("items") == self.items.name
        return int(row.fields["erased"]) if row is not None and known else 0

    def note_erased(self, number: int) -> None:
        """Add to the number of erased items."""
        fields: dict[str, Value] = {"items": self.items.name, "erased": self.erased() + number}
        self.records.put({_ERASED: {"is": "erased", **fields}})

    def drop(self) -> None:
        """Delete the namespace: its items, its place in the registry, its records, its index.

        The records, which say that this was begun, go last.
        """
        with self.write_lock:
            self.gone = True
            self.log.discard()
            items = self.registry.items_name(self.entry.key, 1).rpartition(".")[0]
            for name in collection_names(self.gate):
                if name.startswith(f"{items}."):
                    drop_collection(self.gate, name)
            self.index.discard()
            self.registry.delete(self.entry.key)
            drop_collection(self.gate, self.records.name)

    def _compacted(self) -> list[str]:
        return [self.registry.name, self.items.name, self.records.name]

    def expect_compaction(self) -> None:
        """Note, where the store has files of its own, that they are to be compacted."""
        if self.gate.compactor is not None:
            self.gate.compactor.expect(self._compacted())

    def compact(self) -> bool:
        """Leave nothing of what was deleted in the files; False where that is not in our hands."""
        compactor = self.gate.compactor
        return compactor is not None and compactor.compact(self._compacted())

    def _seen(self) -> dict[str, str]:
        return dict(json.loads(self.index.fact("revisions") or "{}"))

    def _remember(self, seen: dict[str, str]) -> None:
        self.index.remember("revisions", json.dumps(seen))

    def doubt(self) -> None:
        """Check the index against Chroma at the next question."""
        self._suspect = True

    def close(self) -> None:
        """Write the recall notes that are kept back, and close the index."""
        try:
            self.log.flush()
        finally:
            with self.write_lock:
                self.index.close()
