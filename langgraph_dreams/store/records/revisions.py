"""Revisions: records by which the clients of a namespace notice what others have changed.

Where clients share a server, every change is a record of its own: numbered without a gap, with the
ids of the items that changed. Who has read up to a number reads on from there, and nothing twice.
Chroma has no counter, but to add an id that is there changes nothing: of all who add a number, the
first has it, and the others take the next one. Old numbers are deleted from below; who has read no
further than those reads everything. A folder has one client, for which a mark is enough.
"""

import json
import secrets
from collections.abc import Collection as Ids
from dataclasses import dataclass

from langgraph_dreams.store.chroma.collection import Collection, Value

FORGOTTEN = "revision:forgotten"
"""Changes when items were forgotten: indexes with words of theirs are built from nothing."""
_SLOTS = 16
"""Marks of a folder, and of earlier versions on a server; a client writes to one of them only."""
_MARKS = (FORGOTTEN, *(f"revision:{slot}" for slot in range(_SLOTS)))
_PAGE = 32
"""Numbers looked for at once."""
_MOST = 2_000
"""Ids in one record; of more it says that everything changed."""
KEPT = 500
"""Numbers that are kept; every 64 the older ones are deleted."""
_TRIM = 64


@dataclass(frozen=True)
class Revision:
    """The state of a namespace, as far as clients have announced it."""

    marks: dict[str, str]
    """Tokens by name; each changes to what it never was."""
    at: int
    """The highest number of a change; 0 before the first."""
    ids: frozenset[str] | None
    """Items that changed since the number that was asked for; None stands for all."""


class Revisions:
    """The announced changes of one namespace."""

    def __init__(self, records: Collection, shared: bool) -> None:
        """`shared` when other clients may write too."""
        self._records = records
        self._shared = shared

    def read(self, at: int = 0) -> Revision:
        """What is announced now, and what of it came after the number `at`."""
        rows = self._records.rows((*_MARKS, _id(0), *_page(at)))
        marks = {name: str(rows[name].fields["token"]) for name in _MARKS if name in rows}
        if not at or _id(at) not in rows:  # nothing was read, or the log begins later
            last = self._last() if _id(0) in rows else 0
            return Revision(marks, last, None if last or at else frozenset())
        ids: set[str] | None = set()
        while _id(at + 1) in rows:
            at += 1
            told = json.loads(rows[_id(at)].fields["ids"])
            ids = None if ids is None or told is None else ids.union(told)
            if _id(at + 1) not in rows:
                rows = self._records.rows(_page(at))
        return Revision(marks, at, None if ids is None else frozenset(ids))

    def changed(self, writer: str, ids: Ids[str] | None, at: int) -> dict[str, str] | int:
        """Announce a change of items, None for all, after the number `at`.

        Answers the mark of a folder's client, or the number.
        """
        if not self._shared:
            return self._mark(f"revision:{int(writer or '0', 16) % _SLOTS}")
        told = None if ids is None or len(ids) > _MOST else sorted(ids)
        token = secrets.token_hex(8)
        fields: dict[str, Value] = {"is": "revision", "token": token, "ids": json.dumps(told)}
        while True:
            at = self.read(at).at
            if not at:
                self._records.add_record(_id(0), {"is": "revision", "token": ""})
            number = at + 1
            self._records.add_record(_id(number), {**fields, "number": number})
            rows = self._records.rows([_id(at), _id(number)])
            mine = _id(number) in rows and rows[_id(number)].fields["token"] == token
            # Deleted from below: while the one before is there, nobody has had this one before.
            late = _id(at) not in rows or (not at and self._last() > KEPT)
            if mine and not late:
                break
            if mine:
                self._records.delete([_id(number)])
            at = 0 if late else number
        if number % _TRIM == 0:
            self._trim(number - KEPT)
        return number

    def forgotten(self) -> dict[str, str]:
        """Mark that every index is to be built from nothing; answers the new mark."""
        return self._mark(FORGOTTEN)

    def _mark(self, name: str) -> dict[str, str]:
        token = secrets.token_hex(8)
        self._records.put({name: {"is": "revision", "token": token}})
        return {name: token}

    def _numbers(self) -> list[int]:
        rows = self._records.where(**{"is": "revision"})
        return sorted(int(row.fields["number"]) for row in rows if "number" in row.fields)

    def _last(self) -> int:
        return max(self._numbers(), default=0)

    def _trim(self, first: int) -> None:
        """Delete the numbers below `first`, the lowest first, so that there is never a gap."""
        self._records.delete([_id(number) for number in self._numbers() if number < first])


def _id(number: int) -> str:
    return f"revision:log:{number:012d}"


def _page(at: int) -> list[str]:
    """Ids of the number itself, which has to be there still, and of some after it."""
    return [_id(number) for number in range(at, at + _PAGE)]
