"""Queries of the derived index for memories: their texts, whether they hold, what they cite."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from langgraph_dreams.store.index.queries import GIVEN, OLDEST_FIRST, IndexQueries, given
from langgraph_dreams.types.items import ARCHIVED


class Standing(NamedTuple):
    """The facts of a memory that recall needs besides its text."""

    status: str
    valid_from: float
    """UNIX seconds; when it was learned, where it says nothing."""
    valid_to: float | None
    superseded_by: str
    """Id of the memory that replaced it, or ""."""
    dream: str
    sources: tuple[str, ...]
    """The episodes it cites that are there, in the order cited."""
    cites: tuple[str, ...]
    """The memories it cites that are there, in the order cited."""

    def holds(self, at: float | None = None) -> bool:
        """True if it holds now, or held at a time (UNIX seconds)."""
        current = self.status in ("tentative", "active")
        if at is None:
            return current
        current |= self.status == ARCHIVED  # put away since, and as true as before
        if self.valid_to is None:
            # What was set aside nobody knows when held at no known time.
            return current and self.valid_from <= at
        return self.valid_from <= at < self.valid_to


class MemoryQueries(IndexQueries):
    """Queries for memories as well."""

    def memory_texts(self, ids: Iterable[str]) -> dict[str, str]:
        """Texts by which memories are searched (see `memory_key`)."""
        return dict(
            self._rows(
                "SELECT i.id, w.text FROM items i JOIN memory_words w ON w.rowid = i.row"
                f" WHERE i.kind = 'm' AND i.id IN {GIVEN}",
                (given(ids),),
            )
        )

    def memory_ids(self, statuses: Iterable[str] = ("tentative", "active")) -> list[str]:
        """Memories in one of the statuses, oldest first."""
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'm' AND status IN {GIVEN} ORDER BY {OLDEST_FIRST}",
            (given(statuses, "statuses"),),
        )

    def rehearsal_ids(self, statuses: Iterable[str] = ("tentative", "active")) -> list[str]:
        """Rehearsals in one of the statuses, oldest first."""
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'r' AND status IN {GIVEN} ORDER BY {OLDEST_FIRST}",
            (given(statuses, "statuses"),),
        )

    def standings(self, ids: Sequence[str]) -> dict[str, Standing]:
        """Status, validity and citations of memories; unknown ids are absent."""
        wanted = given(ids, "standings")
        cited: dict[str, tuple[list[str], list[str]]] = {}
        for memory, id_, kind in self._rows(
            "SELECT c.memory, c.cited, i.kind FROM cites c JOIN items i ON i.id = c.cited"
            f" WHERE c.memory IN {GIVEN} ORDER BY c.memory, c.place",
            (wanted,),
        ):
            cited.setdefault(memory, ([], []))[kind == "m"].append(id_)
        found = self._rows(
            "SELECT id, status, valid_from, valid_to, superseded_by, dream FROM memories"
            f" WHERE id IN {GIVEN}",
            (wanted,),
        )
        return {
            id_: Standing(*row, *(tuple(part) for part in cited.get(id_, ((), ()))))
            for id_, *row in found
        }

    def citing(self, ids: Sequence[str], prefix: str = "m") -> dict[str, list[str]]:
        """The memories that cite each of the items, whatever their status; "r": the rehearsals."""
        found: dict[str, list[str]] = {}
        for cited, memory in self._rows(
            f"SELECT cited, memory FROM cites WHERE cited IN {GIVEN}"
            " AND substr(memory, 1, 1) = ? ORDER BY cited, memory",
            (given(ids, "citing"), prefix),
        ):
            found.setdefault(cited, []).append(memory)
        return found

    def replaced_by(self, ids: Sequence[str]) -> dict[str, str]:
        """Every memory that one of `ids` superseded, and which of them did."""
        return dict(
            self._rows(
                "SELECT id, superseded_by FROM memories"
                f" WHERE superseded_by != '' AND superseded_by IN {GIVEN}",
                (given(ids, "replaced_by"),),
            )
        )
