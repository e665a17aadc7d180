"""The links of a namespace: packed records in Chroma, both directions in the index."""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store.chroma.collection import RECORD_BATCH, Value, batches
from langgraph_dreams.store.index.queries import GIVEN, given
from langgraph_dreams.store.links import checked_link, pack
from langgraph_dreams.store.namespace_state import link_record
from langgraph_dreams.store.validation import check_count, check_strings
from langgraph_dreams.store.vault.reader import NamespaceReader
from langgraph_dreams.types.items import Link

Changes = dict[str, dict[str, Link | None]]
"""Item -> link id -> the link it shall hold, None to let go of it."""

_EDGE = "a, b, weight, since, id, dream, consolidated"


class Edge(NamedTuple):
    """A live link as recall needs it."""

    a: str
    b: str
    weight: float
    since: int
    link: str
    dream: str
    consolidated: bool


class Downscaling:
    """Multiplicative downscaling, applied when a weight is read.

    Source: synaptic homeostasis (Tononi and Cirelli 2006), here as w * factor ** n, where n counts
    the dreams committed after the weight was written. One number a dream stands for a write to
    every link, and a dream that is rolled back gives its share back.
    """

    def __init__(self, committed: Sequence[int], factor: float) -> None:
        self._committed = sorted(committed)
        self._factor = factor

    def __call__(self, weight: float, since: int, *, consolidated: bool = False) -> float:
        """Weight in [0, 1] of a link last written after dream number `since`."""
        if consolidated:
            return weight
        later = len(self._committed) - bisect_right(self._committed, since)
        return weight * float(self._factor**later)


class NamespaceLinks(NamespaceReader):
    """Links between the items of one namespace."""

    def downscaling(self, factor: float) -> Downscaling:
        """The weights of links now, when every dream scales older ones by `factor`."""
        return Downscaling(self.committed_numbers(), factor)

    def put_links(self, links: Sequence[Link]) -> None:
        """Add links or replace them by id; both ends must be items of this namespace.

        Raises InvalidInputError before anything is written.
        """
        checked = {link.id: checked_link(link, self.redact) for link in links}
        self._require_items({end for link in checked.values() for end in (link.a, link.b)})
        changes: Changes = defaultdict(dict)
        with self._state.write_lock:
            holders = self.holders(checked)
            for link in checked.values():
                changes[link.a][link.id] = link
                if holders.get(link.id, link.a) != link.a:
                    changes[holders[link.id]][link.id] = None
            self._change_links(changes)

    def remove_links(self, links: Sequence[Link]) -> None:
        """Delete links, as the rollback of a dream does; unknown ones are ignored."""
        changes: Changes = defaultdict(dict)
        with self._state.write_lock:
            holders = self.holders([link.id for link in links])
            for link_id, holder in holders.items():
                changes[holder][link_id] = None
            self._change_links(changes)

    def _require_items(self, ids: set[str]) -> None:
        known = self.known(ids)
        if len(known) < len(ids):
            self._state.doubt()  # another client may have added them a moment ago
            known = self.known(ids)
        missing = sorted(ids - known.keys())
        if missing:
            raise InvalidInputError(
                f"links join items of one namespace; {len(missing)} ends are unknown in"
                f" {self.parts}, first {missing[0]!r}: record the items first"
            )

    def _change_links(self, changes: Changes) -> None:
        state = self._state
        for batch in batches(changes, RECORD_BATCH):
            with state.writing(batch):
                held = state.held_by(batch)
                for item in batch:
                    for link_id, link in changes[item].items():
                        if link is None:
                            held[item].pop(link_id, None)
                        else:
                            held[item][link_id] = link
                state.records.put(
                    {
                        link_record(item): _record(item, links.values())
                        for item, links in held.items()
                        if links
                    }
                )
                state.records.delete(link_record(item) for item in batch if not held[item])
                state.index.hold({item: links.values() for item, links in held.items()})
        if changes:
            state.bump(changes)

    def links_of(self, ids: Sequence[str], include_expired: bool = False) -> list[Link]:
        """Links that touch any of the items, in either direction, each once."""
        wanted = given(ids, "links_of")
        columns = f"SELECT id, a FROM links WHERE live >= {0 if include_expired else 1} AND"
        found = self._rows(f"{columns} a IN {GIVEN} UNION {columns} b IN {GIVEN}", (wanted, wanted))
        return self._read_links(dict(found), include_expired)

    def links(self, include_expired: bool = True) -> list[Link]:
        """Every link."""
        held = self._state.held_by(self._ids("SELECT DISTINCT a FROM links"))
        return [
            link
            for links in held.values()
            for link in links.values()
            if include_expired or link.status != "expired"
        ]

    def _read_links(self, holders: dict[str, str], include_expired: bool) -> list[Link]:
        held = self._state.held_by(dict.fromkeys(holders.values()))
        found = (held[holder].get(link_id) for link_id, holder in holders.items())
        return [
            link
            for link in found
            if link is not None and (include_expired or link.status != "expired")
        ]

    def edges(self, ids: Sequence[str]) -> list[Edge]:
        """Live links that touch any of the items, each once, from the index alone."""
        wanted = given(ids, "edges")
        columns = f"SELECT {_EDGE} FROM links WHERE live AND"
        found = self._rows(
            f"{columns} a IN {GIVEN} UNION ALL {columns} b IN {GIVEN}", (wanted, wanted)
        )
        return sorted({edge.link: edge for edge in map(Edge._make, found)}.values())

    def all_edges(self) -> list[Edge]:
        """Every live link."""
        return [Edge(*row) for row in self._rows(f"SELECT {_EDGE} FROM links WHERE live")]

    def strongest(self, scales: Mapping[int, float], limit: int) -> list[Edge]:
        """The live links of the greatest weight, strongest first.

        `scales` tells by what the weight of a link that is not consolidated is multiplied, by its
        `since`; 1 for those it does not name.
        """
        check_count(limit, "limit")
        columns = ", ".join(f"links.{name}" for name in _EDGE.split(", "))
        found = self._rows(
            "WITH scales AS MATERIALIZED"
            " (SELECT CAST(key AS INTEGER) AS number, value AS factor FROM json_each(?))"
            f" SELECT {columns} FROM links LEFT JOIN scales ON scales.number = links.since"
            "  AND NOT links.consolidated"
            " WHERE live ORDER BY weight * coalesce(factor, 1) DESC, id LIMIT ?",
            (json.dumps(scales), limit),
        )
        return [Edge(*row) for row in found]

    def degree(self, ids: Iterable[str]) -> dict[str, int]:
        """The number of live links of each item."""
        ids = list(dict.fromkeys(ids))
        counts = dict.fromkeys(ids, 0)
        for end in ("a", "b"):
            for id_, number in self._rows(
                f"SELECT {end}, count(*) FROM links WHERE live AND {end} IN {GIVEN} GROUP BY {end}",
                (given(ids),),
            ):
                counts[id_] += number
        return counts

    def holders(self, link_ids: Iterable[str]) -> dict[str, str]:
        """Link id -> the item that holds it, of those that are there."""
        return dict(self._rows(f"SELECT id, a FROM links WHERE id IN {GIVEN}", (given(link_ids),)))

    def get_links(self, link_ids: Sequence[str]) -> dict[str, Link]:
        """Links by id; unknown ids are absent."""
        wanted = check_strings(link_ids, "get_links")
        holders = self.holders(wanted)
        return {link.id: link for link in self._read_links(holders, True)}


def _record(item: str, links: Iterable[Link]) -> dict[str, Value]:
    return {"is": "links", "node": item, "links": pack(links)}
