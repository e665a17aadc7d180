"""The items of a vault: episodes and memories, written and read by id."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.chroma.collection import RECORD_BATCH, batches
from langgraph_dreams.store.chroma.jitter import apart
from langgraph_dreams.store.items import (
    RECORDED,
    Item,
    checked_episode,
    checked_memory,
    document_of,
    fields_of,
    item_of,
    portions,
)
from langgraph_dreams.store.validation import Vectors, check_id, check_strings, embedded
from langgraph_dreams.store.vault.base import VaultBase
from langgraph_dreams.types.items import Episode, Memory


class VaultItems(VaultBase):
    """Episodes and memories of one namespace."""

    def add_episodes(self, episodes: Sequence[Episode]) -> list[str]:
        """Keep episodes; ids that are known already are left as they are. Returns ids in order.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        checked = [checked_episode(episode, self.redact) for episode in episodes]
        distinct = {episode.id: episode for episode in reversed(checked)}
        known = self._ask(lambda index: index.known(distinct))
        new = [episode for id_, episode in distinct.items() if id_ not in known]
        new.reverse()
        self._write(new, self.embed([episode.text for episode in new]), keep=True)
        return [episode.id for episode in checked]

    def put_memories(self, memories: Sequence[Memory]) -> None:
        """Add memories or replace them by id; one whose text is unchanged keeps its vector.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        distinct = {memory.id: checked_memory(memory, self.redact) for memory in memories}
        texts = self._ask(lambda index: index.memory_texts(distinct))
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
        known = self._ask(lambda index: index.known(wanted))
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

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts by the vault's embedder, (n, dimension) float32.

        Raises EmbedderError when it fails, or answers what cannot be stored.
        """
        return embedded(self.embedder, texts)

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
            room.items.widen(room.ask(lambda index: index.size()))

    def get(self, ids: Sequence[str]) -> dict[str, Item]:
        """Items by id, in the order asked; unknown ids are absent."""
        wanted = list(dict.fromkeys(check_strings(ids, "get")))
        rows = self._room.items.rows(wanted, texts=True)
        return {id_: item_of(rows[id_]) for id_ in wanted if id_ in rows}

    def recorded(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When episodes were written here, by id, as far as it is known."""
        rows = self._room.items.rows(check_strings(ids, "recorded"))
        found = {row.id: row.fields.get(RECORDED) for row in rows.values()}
        return {id_: datetime.fromisoformat(str(time)) for id_, time in found.items() if time}

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors in the order asked, (n, dimension) float32.

        Raises StoreError if one is unknown.
        """
        wanted = check_strings(ids, "vectors")
        if not wanted:
            return np.zeros((0, self.embedder.dimension), dtype=np.float32)
        found = self._room.items.vectors(wanted)
        missing = [id_ for id_ in wanted if id_ not in found]
        if missing:
            raise StoreError(f"{len(missing)} of {len(wanted)} ids are unknown, first {missing[0]}")
        return np.stack([found[id_] for id_ in wanted])

    def mark_dreamt(self, ids: Sequence[str], dream_id: str) -> None:
        """Note which dream consumed episodes; an empty id takes the mark back.

        Ids that are no known episode are ignored.
        """
        wanted = check_strings(ids, "mark_dreamt")
        check_id(dream_id, "", "a dream")
        kinds = self._ask(lambda index: index.known(wanted))
        room = self._room
        with room.write_lock:
            marked = [id_ for id_ in dict.fromkeys(wanted) if kinds.get(id_) == "e"]
            for batch in batches(marked, RECORD_BATCH):
                with room.writing(batch):
                    room.items.annotate({id_: {"dreamt": dream_id} for id_ in batch})
                    room.index.mark_dreamt(batch, dream_id)
            if marked:
                room.bump()
