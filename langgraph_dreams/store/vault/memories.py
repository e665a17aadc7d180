"""What the memories of a vault cite, and whether they hold; from the index alone."""

from collections.abc import Mapping, Sequence

from langgraph_dreams.store.index.memory_queries import Standing
from langgraph_dreams.store.validation import check_strings
from langgraph_dreams.store.vault.base import VaultBase


class VaultMemories(VaultBase):
    """Citations and validity of the memories of one namespace."""

    def standings(self, ids: Sequence[str]) -> dict[str, Standing]:
        """Status, validity and citations of memories; unknown ids are absent."""
        wanted = check_strings(ids, "standings")
        return self._ask(lambda index: index.standings(wanted))

    def citing(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """The memories that cite each of the items, whatever their status."""
        wanted = check_strings(ids, "citing")
        return self._ask(lambda index: index.citing(wanted))

    def replaced_by(self, ids: Sequence[str]) -> dict[str, str]:
        """Every memory that one of `ids` superseded, and which of them did."""
        wanted = check_strings(ids, "replaced_by")
        return self._ask(lambda index: index.replaced_by(wanted))

    def weigh(
        self, query: str, ids: Sequence[str], unsaved: Mapping[str, str] | None = None
    ) -> dict[str, float]:
        """BM25 of a query in memories, by the document frequencies of the episodes.

        `unsaved` are texts by id that are weighed with them. Memories without a content word of
        the query are absent.
        """
        wanted = check_strings(ids, "weigh")
        return self._ask(lambda index: index.weigh(query, wanted, unsaved or {}))
