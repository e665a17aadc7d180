"""Writes of one namespace: items, the core, the journal and recall notes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store.chroma.collection import RECORD_BATCH, Value, batches
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.items import (
    ADDS,
    STATEMENT,
    Item,
    checked_episode,
    checked_memory,
    fields_of,
    memory_key,
    portions,
)
from langgraph_dreams.store.passages import PASSAGES, Passages, passages_of
from langgraph_dreams.store.records.journal import storable_report
from langgraph_dreams.store.searched import searched
from langgraph_dreams.store.validation import Vectors, check_id, check_strings, storable_all
from langgraph_dreams.store.vault.reader import CORE, LOOKED, WEIGHTS, NamespaceReader
from langgraph_dreams.types.items import ARCHIVED, Core, Episode, Memory
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.weights import Learned


class NamespaceWriter(NamespaceReader):
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
        parts = {episode.id: searched(episode, self.language) for episode in new}
        vectors = self.embed([part.text for part in parts.values()])
        passages = passages_of(
            {episode.id: episode.text for episode in new},
            {id_: part.spans for id_, part in parts.items()},
            self.embed,
        )
        adds = {id_: part.adds for id_, part in parts.items() if part.adds != STATEMENT}
        self._write(new, vectors, keep=True, passages=passages, adds=adds)
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
            (same if texts.get(memory.id) == memory_key(memory) else other).append(memory)
        vectors = self.embed([memory_key(memory) for memory in other])
        state = self._state
        changed = texts.keys() & {memory.id for memory in other}
        with state.write_lock:
            try:
                self._write(other, vectors, keep=False)
            finally:
                if changed:  # afterwards: whoever searched meanwhile has read the former ones
                    state.forget_memories()
            for batch in batches(same, RECORD_BATCH):
                with state.writing([memory.id for memory in batch]):
                    state.items.rewrite({m.id: (m.text, fields_of(m)) for m in batch})
                    state.index.put_items(batch)
            if distinct:
                state.bump(distinct)

    def remove_memories(self, ids: Sequence[str]) -> None:
        """Delete memories, as the rollback of a dream does; unknown ids are ignored.

        Their links have to be removed before.
        """
        wanted = check_strings(ids, "remove_memories")
        known = self.known(wanted)
        gone = [id_ for id_, kind in known.items() if kind in ("m", "r")]
        state = self._state
        with state.write_lock:
            for batch in batches(gone, RECORD_BATCH):
                with state.writing(batch):
                    state.items.delete(batch)
                    state.index.remove_items(batch)
            if gone:
                state.forget_memories()
                state.bump(gone)

    def _write(
        self,
        items: Sequence[Item],
        vectors: Vectors,
        keep: bool,
        passages: Mapping[str, Passages] | None = None,
        adds: Mapping[str, str] | None = None,
    ) -> None:
        state = self._state
        parts, adds = passages or {}, adds or {}
        store = state.items.add if keep else state.items.upsert
        for start, stop in portions(items):
            batch = items[start:stop]
            ids = [item.id for item in batch]
            with state.writing(ids):
                store(
                    ids,
                    jitter(ids, vectors[start:stop]),
                    [item.text for item in batch],
                    [_fields(item, parts.get(item.id), adds.get(item.id)) for item in batch],
                )
                state.index.put_items(batch, parts, adds)
        if items:
            state.items.widen(self.size())

    def mark_dreamt(self, ids: Sequence[str], dream_id: str) -> None:
        """Note which dream consumed episodes; an empty id takes the mark back.

        Ids that are no known episode are ignored.
        """
        wanted = check_strings(ids, "mark_dreamt")
        check_id(dream_id, "", "a dream")
        kinds = self.known(wanted)
        state = self._state
        with state.write_lock:
            marked = [id_ for id_ in dict.fromkeys(wanted) if kinds.get(id_) == "e"]
            for batch in batches(marked, RECORD_BATCH):
                with state.writing(batch):
                    state.items.annotate({id_: {"dreamt": dream_id} for id_ in batch})
                    state.index.mark_dreamt(batch, dream_id)
            if marked:
                state.bump(marked)

    def mark_archived(self, bearers: Mapping[str, str]) -> None:
        """Put episodes into the archive, each by what bears it; an empty id brings one back.

        Ids that are no known episode are ignored.
        """
        kinds = self.known(check_strings(list(bearers), "mark_archived"))
        state = self._state
        with state.write_lock:
            for status in (ARCHIVED, ""):
                ids = [
                    i for i, b in bearers.items() if kinds.get(i) == "e" and bool(b) == bool(status)
                ]
                for batch in batches(ids, RECORD_BATCH):
                    with state.writing(batch):
                        state.items.annotate({id_: {"archived": bearers[id_]} for id_ in batch})
                        state.index.mark_archived(batch, status)
            if kinds:
                state.bump(kinds)

    def put_core(self, core: Core) -> None:
        """Write the core, in place of the one before. Raises InvalidInputError."""
        if not isinstance(core, Core):
            raise InvalidInputError(f"{shown(core)} is no Core; make it one, Core(lines=...)")
        self._put_record(CORE, json.dumps(storable_all(core.model_dump(mode="json"), self.redact)))

    def put_learned(self, learned: Learned) -> None:
        """Write what recall counts how much, in place of what was known."""
        self._put_record(WEIGHTS, learned.model_dump_json())

    def _put_record(self, name: str, whole: str) -> None:
        state = self._state
        with state.write_lock:
            state.registered.note_first_write()
            state.fresh()
            state.records.put({name: {"is": name, name: whole}})
            state.bump(())

    # -- journal

    def put_floor(self, floor: float, episodes: int) -> None:
        """Keep the relevance below which recall returns nothing, measured of so many episodes."""
        self._state.registered.change_floor(floor, episodes)

    def put_dream(self, report: DreamReport) -> None:
        """Write a dream's report, whole; the same id again replaces it.

        Raises InvalidInputError before anything is written.
        """
        state = self._state
        report = storable_report(report, self.redact)
        with state.write_lock:
            if report.status != "noop":
                state.registered.note_first_write()
            state.fresh()
            state.journal.put(report)
            state.bump(())

    def note_looked(self, mark: int) -> None:
        """Note up to where a nap has looked: in the index alone, for to look again does no harm."""
        with self._state.write_lock:
            self._state.index.remember(LOOKED, str(mark))

    def put_intent(self, name: str, body: dict[str, Any]) -> None:
        """Note what is about to be done to dreams, before the first change."""
        self._state.journal.put_intent(name, body)

    def drop_intent(self, name: str) -> None:
        """Note that it is done."""
        self._state.journal.drop_intent(name)

    def first_look(self) -> bool:
        """True for the first to ask in this process: a death may have left something half done."""
        state = self._state
        with state.write_lock:
            first, state.recovered = not state.recovered, True
        return first

    def look_again(self) -> None:
        """Have the next to ask `first_look` look, too."""
        self._state.recovered = False

    # -- recall log

    def mark_recalls(self, ids: Sequence[str], dream_id: str) -> None:
        """Note that a dream took recalls into account."""
        self._state.log.mark(check_strings(ids, "mark_recalls"), dream_id)

    def flush(self) -> None:
        """Write what is kept back."""
        self._state.log.flush()


def _fields(item: Item, passages: Passages | None, adds: str | None) -> dict[str, Value]:
    fields = fields_of(item)
    if passages is not None:
        fields[PASSAGES] = passages.stored()
    if adds:
        fields[ADDS] = adds
    return fields
