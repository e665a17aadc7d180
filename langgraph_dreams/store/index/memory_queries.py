"""Questions to the derived index about memories: what they cite, and whether they hold."""

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

_GIVEN = "(SELECT value FROM json_each(?))"


class Standing(NamedTuple):
    """What recall needs to know of a memory besides its text."""

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
        """Whether it holds now, or held at a time (UNIX seconds)."""
        current = self.status in ("tentative", "active")
        if at is None:
            return current
        if self.valid_to is None:
            # What was set aside nobody knows when held at no known time.
            return current and self.valid_from <= at
        return self.valid_from <= at < self.valid_to


class MemorySearch:
    """What can be asked about memories; the part of IndexSearch that knows citations."""

    _rows: Callable[..., list[tuple[Any, ...]]]

    def standings(self, ids: Iterable[str]) -> dict[str, Standing]:
        """Status, validity and citations of memories; unknown ids are absent."""
        given = json.dumps(list(dict.fromkeys(ids)))
        cited: dict[str, tuple[list[str], list[str]]] = {}
        for memory, id_, kind in self._rows(
            "SELECT c.memory, c.cited, i.kind FROM cites c JOIN items i ON i.id = c.cited"
            f" WHERE c.memory IN {_GIVEN} ORDER BY c.memory, c.place",
            (given,),
        ):
            cited.setdefault(memory, ([], []))[kind == "m"].append(id_)
        found = self._rows(
            "SELECT id, status, valid_from, valid_to, superseded_by, dream FROM memories"
            f" WHERE id IN {_GIVEN}",
            (given,),
        )
        return {
            id_: Standing(*row, *(tuple(part) for part in cited.get(id_, ((), ()))))
            for id_, *row in found
        }

    def citing(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """The memories that cite each of the items, whatever their status."""
        found: dict[str, list[str]] = {}
        for cited, memory in self._rows(
            f"SELECT cited, memory FROM cites WHERE cited IN {_GIVEN} ORDER BY cited, memory",
            (json.dumps(list(ids)),),
        ):
            found.setdefault(cited, []).append(memory)
        return found

    def replaced_by(self, ids: Iterable[str]) -> dict[str, str]:
        """Every memory that one of `ids` superseded, and which of them did."""
        return dict(
            self._rows(
                "SELECT id, superseded_by FROM memories"
                f" WHERE superseded_by != '' AND superseded_by IN {_GIVEN}",
                (json.dumps(list(ids)),),
            )
        )
