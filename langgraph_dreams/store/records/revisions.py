"""Revisions: records by which the clients of a namespace notice what others have changed."""

import secrets

from langgraph_dreams.store.chroma.collection import Collection

FORGOTTEN = "revision:forgotten"
"""Changes when items were forgotten: indexes with words of theirs are built from nothing."""
_SLOTS = 16
"""Revision records of a namespace; a client writes to one of them only, so that two clients seldom
write over each other's mark."""


class Revisions:
    """The marks of one namespace, by name; a mark is a token that nothing had before."""

    def __init__(self, records: Collection) -> None:
        self._records = records

    def read(self) -> dict[str, str]:
        """Every mark as it is now."""
        slots = [f"revision:{slot}" for slot in range(_SLOTS)]
        rows = self._records.rows([*slots, FORGOTTEN])
        return {row.id: str(row.fields["token"]) for row in rows.values()}

    def changed(self, writer: str) -> dict[str, str]:
        """Mark that something changed, in the slot of a client's index; answers the new mark."""
        return self._mark(f"revision:{int(writer or '0', 16) % _SLOTS}")

    def forgotten(self) -> dict[str, str]:
        """Mark that every index is to be built from nothing; answers the new mark."""
        return self._mark(FORGOTTEN)

    def _mark(self, name: str) -> dict[str, str]:
        token = secrets.token_hex(8)
        self._records.put({name: {"is": "revision", "token": token}})
        return {name: token}
