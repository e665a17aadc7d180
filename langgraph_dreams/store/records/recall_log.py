"""Notes of recalls: the questions asked, the items that came, and the links that brought them."""

import json
import logging
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.chroma.collection import Collection, Row, Value
from langgraph_dreams.store.validation import clean
from langgraph_dreams.types.base import now

logger = logging.getLogger(__name__)

_RECALL = "recall"
_BUFFER = 64
"""Notes kept back before a background thread writes them."""
_MAX_QUERY = 10_000
"""Characters of a question that are kept."""


@dataclass(frozen=True, slots=True)
class RecallNote:
    """One recall: its question, the items that came and the links that brought them."""

    id: str
    query: str
    items: tuple[str, ...]
    links: tuple[str, ...]
    time: datetime
    dreamt: str = ""
    """Id of the dream that took it into account; empty while none has."""


class RecallLog:
    """The recall notes of one namespace, buffered."""

    def __init__(self, records: Collection) -> None:
        self._records = records
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._buffer: list[RecallNote] = []
        self._writing = False

    def note(self, query: str, items: Sequence[str], links: Sequence[str]) -> None:
        """Remember a recall; written by a background thread, or by `flush`."""
        # Sortable by time, and unique among writers.
        id_ = f"{_RECALL}:{time.time_ns():020d}:{secrets.token_hex(4)}"
        note = RecallNote(id_, clean(query[:_MAX_QUERY]), tuple(items), tuple(links), now())
        with self._lock:
            self._buffer.append(note)
            if len(self._buffer) < _BUFFER or self._writing:
                return
            self._writing = True
        threading.Thread(target=self._write_behind, name="dreams-recall-log").start()

    def _write_behind(self) -> None:
        try:
            self.flush()
        except StoreError:
            logger.exception("recall notes could not be written; they are kept for the next flush")
        finally:
            with self._lock:
                self._writing = False

    def flush(self) -> None:
        """Write what is kept back. Raises StoreError, the notes kept."""
        with self._write_lock:
            with self._lock:
                notes = list(self._buffer)
            if not notes:
                return
            self._records.put({note.id: _fields(note) for note in notes})
            with self._lock:
                del self._buffer[: len(notes)]

    def read(self, undreamt: bool, limit: int) -> list[RecallNote]:
        """Notes, oldest first; only those no dream has taken into account when `undreamt`."""
        self.flush()
        fields: dict[str, Value] = {"is": _RECALL}
        if undreamt:
            fields["dreamt"] = ""
        rows = self._records.where(**fields)
        return [_note(row) for row in sorted(rows, key=lambda row: row.id)[:limit]]

    def get(self, ids: Sequence[str]) -> list[RecallNote]:
        """Notes by id; unknown ids are left out."""
        self.flush()
        rows = self._records.rows(ids)
        return [_note(rows[id_]) for id_ in ids if id_ in rows]

    def put(self, notes: Sequence[RecallNote]) -> None:
        """Write notes anew, in place of those with their ids."""
        self._records.put({note.id: _fields(note) for note in notes})

    def delete(self, ids: Sequence[str]) -> None:
        """Delete notes; unknown ids are ignored."""
        self._records.delete(ids)

    def discard(self) -> None:
        """Drop what is kept back: the namespace is gone."""
        with self._lock:
            self._buffer.clear()

    def mark(self, ids: Sequence[str], dream_id: str) -> None:
        """Note that a dream took recalls into account."""
        self.flush()
        self._records.annotate({id_: {"dreamt": dream_id} for id_ in ids})


def _fields(note: RecallNote) -> dict[str, Value]:
    return {
        "is": _RECALL,
        "query": note.query,
        "items": json.dumps(note.items),
        "links": json.dumps(note.links),
        "time": note.time.isoformat(),
        "dreamt": note.dreamt,
    }


def _note(row: Row) -> RecallNote:
    fields = row.fields
    try:
        return RecallNote(
            row.id,
            fields["query"],
            tuple(json.loads(fields["items"])),
            tuple(json.loads(fields["links"])),
            datetime.fromisoformat(fields["time"]).astimezone(UTC),
            fields["dreamt"],
        )
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(f"the recall note {row.id} cannot be read: {error!r}") from error
