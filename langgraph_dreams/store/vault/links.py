"""The links of a vault: packed records in Chroma, both directions in the index."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store.chroma.collection import RECORD_BATCH, Value, batches
from langgraph_dreams.store.index.queries import Edge
from langgraph_dreams.store.links import checked_link, pack
from langgraph_dreams.store.namespace_state import link_record
from langgraph_dreams.store.validation import check_count, check_strings
from langgraph_dreams.store.vault.base import VaultBase
from langgraph_dreams.types.items import Link

Changes = dict[str, dict[str, Link | None]]
"""Item -> link id -> the link it shall hold, None to let go of it."""


class VaultLinks(VaultBase):
    """Links between the items of one namespace."""

    def put_links(self, links: Sequence[Link]) -> None:
        """Add links or replace them by id; both ends must be items of this namespace.

        Raises InvalidInputError before anything is written.
        """
        checked = {link.id: checked_link(link, self.redact) for link in links}
        self._require_items({end for link in checked.values() for end in (link.a, link.b)})
        changes: Changes = defaultdict(dict)
        with self._room.write_lock:
            holders = self._ask(lambda index: index.holders(checked))
            for link in checked.values():
                changes[link.a][link.id] = link
                if holders.get(link.id, link.a) != link.a:
                    changes[holders[link.id]][link.id] = None
            self._change_links(changes)

    def remove_links(self, links: Sequence[Link]) -> None:
        """Delete links, as the rollback of a dream does; unknown ones are ignored."""
        changes: Changes = defaultdict(dict)
        with self._room.write_lock:
            holders = self._ask(lambda index: index.holders([link.id for link in links]))
            for link_id, holder in holders.items():
                changes[holder][link_id] = None
            self._change_links(changes)

    def _require_items(self, ids: set[str]) -> None:
        known = self._ask(lambda index: index.known(ids))
        if len(known) < len(ids):
            self._room.doubt()  # another client may have added them a moment ago
            known = self._ask(lambda index: index.known(ids))
        missing = sorted(ids - known.keys())
        if missing:
            raise InvalidInputError(
                f"links join items of one namespace; {len(missing)} ends are unknown in"
                f" {self.parts}, first {missing[0]!r}: record the items first"
            )

    def _change_links(self, changes: Changes) -> None:
        room = self._room
        for batch in batches(changes, RECORD_BATCH):
            with room.writing(batch):
                held = room.held_by(batch)
                for item in batch:
                    for link_id, link in changes[item].items():
                        if link is None:
                            held[item].pop(link_id, None)
                        else:
                            held[item][link_id] = link
                room.records.put(
                    {
                        link_record(item): _record(item, links.values())
                        for item, links in held.items()
                        if links
                    }
                )
                room.records.delete(link_record(item) for item in batch if not held[item])
                room.index.hold({item: links.values() for item, links in held.items()})
        if changes:
            room.bump()

    def links_of(self, ids: Sequence[str], include_expired: bool = False) -> list[Link]:
        """Links that touch any of the items, in either direction, each once."""
        wanted = check_strings(ids, "links_of")
        found = self._ask(lambda index: index.links_touching(wanted, include_expired))
        return self._read_links(found, include_expired)

    def links(self, include_expired: bool = True) -> list[Link]:
        """Every link."""
        held = self._room.held_by(self._ask(lambda index: index.holding_items()))
        return [
            link
            for links in held.values()
            for link in links.values()
            if include_expired or link.status != "expired"
        ]

    def _read_links(self, holders: dict[str, str], include_expired: bool) -> list[Link]:
        held = self._room.held_by(dict.fromkeys(holders.values()))
        found = (held[holder].get(link_id) for link_id, holder in holders.items())
        return [
            link
            for link in found
            if link is not None and (include_expired or link.status != "expired")
        ]

    def edges(self, ids: Sequence[str]) -> list[Edge]:
        """Live links that touch any of the items, in light form, from the index alone."""
        wanted = check_strings(ids, "edges")
        return self._ask(lambda index: index.edges(wanted))

    def all_edges(self) -> list[Edge]:
        """Every live link in light form."""
        return self._ask(lambda index: index.all_edges())

    def strongest(self, scales: Mapping[int, float], limit: int) -> list[Edge]:
        """The live links of the greatest weight, strongest first, from the index alone.

        `scales` has the factor of a weight by the `since` of its link, for those not consolidated.
        """
        check_count(limit, "limit")
        return self._ask(lambda index: index.strongest(scales, limit))

    def get_links(self, link_ids: Sequence[str]) -> dict[str, Link]:
        """Links by id; unknown ids are absent."""
        wanted = check_strings(link_ids, "get_links")
        holders = self._ask(lambda index: index.holders(wanted))
        return {link.id: link for link in self._read_links(holders, True)}

    def degree(self, ids: Iterable[str]) -> dict[str, int]:
        """How many live links each item has."""
        wanted = list(ids)
        return self._ask(lambda index: index.degree(wanted))


def _record(item: str, links: Iterable[Link]) -> dict[str, Value]:
    return {"is": "links", "node": item, "links": pack(links)}
