"""Deletes of which nothing is to be left, step by step; what goes is decided elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from langgraph_dreams.safety.redaction import redacted
from langgraph_dreams.store.chroma.collection import RECORD_BATCH, batches
from langgraph_dreams.store.journal import storable_report
from langgraph_dreams.store.recall_log import RecallNote
from langgraph_dreams.store.validation import check_strings
from langgraph_dreams.store.vault.reader import VaultReader
from langgraph_dreams.types.reports import DreamReport


class VaultEraser(VaultReader):
    """Deletes of which nothing is to be left. Every one may be done again."""

    def erase_items(self, ids: Sequence[str]) -> None:
        """Delete episodes and memories with their vectors; their links have to go before."""
        wanted = check_strings(ids, "erase_items")
        room = self._room
        for batch in batches(wanted, RECORD_BATCH):
            with room.writing(batch):
                room.items.erase(batch)
                room.index.remove_items(batch)
        room.vectors.clear()
        room.memory_vectors.clear()

    def rewrite_dreams(self, reports: Iterable[DreamReport]) -> None:
        """Write dreams anew, in place of what the journal says. Raises InvalidInputError."""
        room = self._room
        told = [storable_report(report, self.redact) for report in reports]
        with room.write_lock:
            for report in told:
                room.journal.put(report)
            room.bump()

    def rewrite_recalls(self, gone: Sequence[str], changed: Sequence[RecallNote]) -> None:
        """Delete recall notes, and write others anew. Raises InvalidInputError."""
        told = [replace(n, query=redacted(n.query, self.redact)) for n in changed]
        self._room.log.delete(check_strings(gone, "rewrite_recalls"))
        self._room.log.put(told)

    def clear_reactions(self, ids: Sequence[str]) -> None:
        """Take from episodes the reaction that they met."""
        room = self._room
        for batch in batches(check_strings(ids, "clear_reactions"), RECORD_BATCH):
            with room.write_lock:
                room.items.annotate({id_: {"reaction": ""} for id_ in batch})

    def renew_index(self) -> None:
        """Build the derived index from nothing, here and in every other client of the store."""
        self._room.start_anew()

    def expect_compaction(self) -> None:
        """Note that the files have to be compacted, also if this process dies now."""
        self._room.expect_compaction()

    def compact(self) -> bool:
        """Leave nothing of what was deleted in the store's files.

        False when that failed and is left to the next opening, and where the files are a server's.
        """
        return self._room.compact()

    def drop_namespace(self) -> bool:
        """Delete the namespace with everything in it; answers as `compact` does.

        The next use of the vault begins an empty one.
        """
        room = self._room
        room.expect_compaction()
        room.drop()
        return room.compact()
