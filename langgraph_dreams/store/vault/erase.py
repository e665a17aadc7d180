"""Deletes of which nothing is to be left, step by step; what goes is decided elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from langgraph_dreams.store.chroma.collection import RECORD_BATCH, batches
from langgraph_dreams.store.records.journal import storable_report
from langgraph_dreams.store.records.recall_log import RecallNote
from langgraph_dreams.store.reembed import rebuild_thinned
from langgraph_dreams.store.validation import check_strings
from langgraph_dreams.store.vault.reader import NamespaceReader
from langgraph_dreams.types.reports import DreamReport


class NamespaceEraser(NamespaceReader):
    """Deletes of which nothing is to be left. Every one may be done again."""

    def erase_items(self, ids: Sequence[str]) -> None:
        """Delete episodes and memories with their vectors; their links have to go before."""
        wanted = check_strings(ids, "erase_items")
        state = self._state
        if known := self.known(wanted):
            state.note_erased(len(known))
        for batch in batches(wanted, RECORD_BATCH):
            with state.writing(batch):
                state.items.erase(batch)
                state.index.remove_items(batch)
        state.vectors.clear()
        state.forget_memories()
        state.passages.clear()

    def rebuild_thinned(self) -> None:
        """Build Chroma's index of the items anew if most of it is of what was erased."""
        rebuild_thinned(self._state)

    def rewrite_dreams(self, reports: Iterable[DreamReport]) -> None:
        """Write dreams anew, in place of what the journal says. Raises InvalidInputError."""
        state = self._state
        told = [storable_report(report, self.redact) for report in reports]
        with state.write_lock:
            for report in told:
                state.journal.put(report)
            state.bump(())

    def rewrite_recalls(self, gone: Sequence[str], changed: Sequence[RecallNote]) -> None:
        """Delete recall notes, and write others anew. Raises InvalidInputError."""
        told = [replace(n, query=self.redacted(n.query)) for n in changed]
        self._state.log.delete(check_strings(gone, "rewrite_recalls"))
        self._state.log.put(told)

    def clear_reactions(self, ids: Sequence[str]) -> None:
        """Take from episodes the reaction that they met."""
        state = self._state
        for batch in batches(check_strings(ids, "clear_reactions"), RECORD_BATCH):
            with state.write_lock:
                state.items.annotate({id_: {"reaction": ""} for id_ in batch})

    def remove_traces(self) -> None:
        """Leave nothing of what was erased in the index; other clients of a server build theirs
        from nothing.
        """
        self._state.remove_traces()

    def expect_compaction(self) -> None:
        """Note that the files have to be compacted, also if this process dies now."""
        self._state.expect_compaction()

    def compact(self) -> bool:
        """Leave nothing of what was deleted in the store's files.

        False when that failed and is left to the next opening, and where the files are a server's.
        """
        return self._state.compact()

    def drop_namespace(self) -> bool:
        """Delete the namespace with everything in it; answers as `compact` does.

        The next use of this object begins an empty namespace.
        """
        state = self._state
        state.expect_compaction()
        state.drop()
        return state.compact()
