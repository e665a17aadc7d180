"""Writes of one namespace: items, the core, the journal and recall notes."""

import json
from collections.abc import Sequence
from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.safety.redaction import redacted
from langgraph_dreams.store.chroma.collection import RECORD_BATCH, batches
from langgraph_dreams.store.chroma.jitter import apart
from langgraph_dreams.store.items import (
    Item,
    checked_episode,
    checked_memory,
    document_of,
    fields_of,
    portions,
)
from langgraph_dreams.store.journal import storable_report
from langgraph_dreams.store.validation import Vectors, check_id, check_strings, storable_all
from langgraph_dreams.store.vault.reader import CORE, VaultReader
from langgraph_dreams.types.items import Core, Episode, Memory
from langgraph_dreams.types.reports import DreamReport


class VaultWriter(VaultReader):
    """A namespace that can be added to and changed."""

    # -- items

    def add_episodes(self, episodes: Sequence[Episode]) -> list[str]:
        """Keep episodes; ids that are known already are left as they are. Returns ids in order.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        checked = [checked_episode(episode, self.redact) for episode in episodes]
        distinct = {episode.id: episode for episode in reversed(checked)}
        known = self.known(distinct)
        new = [episode for id_, episode in distinct.items() if id_ not in known]
        new.reverse()
        self._write(new, self.embed([episode.text for episode in new]), keep=True)
        return [episode.id for episode in checked]

    def put_memories(self, memories: Sequence[Memory]) -> None:
        """Add memories or replace them by id; one whose text is unchanged keeps its vector.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        distinct = {memory.id: checked_memory(memory, self.redact) for memory in memories}
        texts = self.memory_texts(distinct)
        same: list[Memory] = []
        other: list[Memory] = []
        for memory in distinct.values():
            (same if texts.get(memory.id) == memory.text else other).append(memory)
        vectors = self.embed([memory.text for memory in other])
        room = self._room
        if texts.keys() & {memory.id for memory in other}:
            room.memory_vectors.clear()
        with room.write_lock:
            self._write(other, vectors, keep=False)
            for batch in batches(same, RECORD_BATCH):
                with room.writing([memory.id for memory in batch]):
                    room.items.annotate({memory.id: fields_of(memory) for memory in batch})
                    room.index.put_items(batch)
            if distinct:
                room.bump()

    def remove_memories(self, ids: Sequence[str]) -> None:
        """Delete memories, as the rollback of a dream does; unknown ids are ignored.

        Their links have to be removed before.
        """
        wanted = check_strings(ids, "remove_memories")
        known = self.known(wanted)
        gone = [id_ for id_, kind in known.items() if kind == "m"]
        room = self._room
        with room.write_lock:
            for batch in batches(gone, RECORD_BATCH):
                with room.writing(batch):
                    room.items.delete(batch)
                    room.index.remove_items(batch)
            if gone:
                room.memory_vectors.clear()
                room.bump()

    def _write(self, items: Sequence[Item], vectors: Vectors, keep: bool) -> None:
        room = self._room
        store = room.items.add if keep else room.items.upsert
        for start, stop in portions(items):
            batch = items[start:stop]
            ids = [item.id for item in batch]
            with room.writing(ids):
                store(
                    ids,
                    apart(ids, vectors[start:stop]),
                    [document_of(item) for item in batch],
                    [fields_of(item) for item in batch],
                )
                room.index.put_items(batch)
        if items:
            room.items.widen(self.size())

    def mark_dreamt(self, ids: Sequence[str], dream_id: str) -> None:
        """Note which dream consumed episodes; an empty id takes the mark back.

        Ids that are no known episode are ignored.
        """
        wanted = check_strings(ids, "mark_dreamt")
        check_id(dream_id, "", "a dream")
        kinds = self.known(wanted)
        room = self._room
        with room.write_lock:
            marked = [id_ for id_ in dict.fromkeys(wanted) if kinds.get(id_) == "e"]
            for batch in batches(marked, RECORD_BATCH):
                with room.writing(batch):
                    room.items.annotate({id_: {"dreamt": dream_id} for id_ in batch})
                    room.index.mark_dreamt(batch, dream_id)
            if marked:
                room.bump()

    def put_core(self, core: Core) -> None:
        """Write the core, in place of the one before. Raises InvalidInputError."""
        if not isinstance(core, Core):
            raise InvalidInputError(f"{shown(core)} is no Core; make it one, Core(lines=...)")
        whole = json.dumps(storable_all(core.model_dump(mode="json"), self.redact))
        room = self._room
        with room.write_lock:
            room.note_first_write()
            room.fresh()
            room.records.put({CORE: {"is": CORE, "core": whole}})
            room.bump()

    # -- journal

    def put_dream(self, report: DreamReport) -> None:
        """Write a dream's report, whole; the same id again replaces it.

        Raises InvalidInputError before anything is written.
        """
        room = self._room
        report = storable_report(report, self.redact)
        with room.write_lock:
            if report.status != "noop":
                room.note_first_write()
            room.fresh()
            room.journal.put(report)
            room.bump()

    def put_intent(self, name: str, body: dict[str, Any]) -> None:
        """Note what is about to be done to dreams, before the first change."""
        self._room.journal.put_intent(name, body)

    def drop_intent(self, name: str) -> None:
        """Note that it is done."""
        self._room.journal.drop_intent(name)

    def first_look(self) -> bool:
        """True for the first to ask in this process: a death may have left something half done."""
        room = self._room
        with room.write_lock:
            first, room.mended = not room.mended, True
        return first

    # -- recall log

    def note_recall(self, query: str, items: Sequence[str], links: Sequence[str]) -> None:
        """Remember what a recall brought, and by which links; written in the background."""
        self._room.log.note(redacted(query, self.redact), items, links)

    def mark_recalls(self, ids: Sequence[str], dream_id: str) -> None:
        """Note that a dream took recalls into account."""
        self._room.log.mark(check_strings(ids, "mark_recalls"), dream_id)

    def flush(self) -> None:
        """Write what is kept back."""
        self._room.log.flush()
