"""The spool: turns that nobody said whose they are, kept beside the namespaces until one does."""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from langgraph_dreams.errors import StoreError
from langgraph_dreams.safety.redaction import Redactor, redacted, redacted_all
from langgraph_dreams.store.chroma.client_gate import ClientGate
from langgraph_dreams.store.chroma.collection import (
    RECORD_SPACE,
    Collection,
    Row,
    collection_names,
)
from langgraph_dreams.store.validation import clean_all
from langgraph_dreams.types.items import Episode

MOST = 1_000
"""Turns that are kept; a store with more has nobody who looks."""


@dataclass(frozen=True, slots=True)
class Unattributed:
    """A turn of which nobody said whose it is."""

    template: tuple[str, ...]
    """Parts of the namespace that it was recorded for, the placeholders not filled."""
    why: str
    episode: Episode


class Spool:
    """A collection of its own, made for the first turn; each is written as one row, or not."""

    def __init__(self, gate: ClientGate, name: str) -> None:
        self.name = name
        self._gate = gate
        self._lock = threading.RLock()
        self._found: Collection | None = None

    def put(
        self, template: Sequence[str], episode: Episode, why: str, redact: Redactor | None
    ) -> bool:
        """Keep a turn, its texts redacted; False when there is no room for it.

        Raises StoreError, and InvalidInputError when `redact` fails.
        """
        turn = redacted_all(episode.model_dump(mode="json"), redact)
        with self._lock:
            rows = self._made()
            if rows.count() >= MOST and not rows.rows([episode.id]):
                return False
            told = {"template": list(template), "why": redacted(why, redact), "turn": turn}
            rows.put({episode.id: {"is": "unattributed", "turn": json.dumps(clean_all(told))}})
        return True

    def all(self) -> list[Unattributed]:
        """All turns, oldest first. Raises StoreError for one that cannot be read."""
        with self._lock:
            rows = self._there()
            found = [] if rows is None else [_read(row) for row in rows.all()]
        return sorted(found, key=lambda kept: (kept.episode.time, kept.episode.id))

    def delete(self, ids: Iterable[str]) -> None:
        """Delete turns, out of the files as well; unknown ids are ignored. Raises StoreError."""
        compactor = self._gate.compactor
        with self._lock:
            rows = self._there()
            if rows is None:
                return
            if compactor is not None:
                compactor.expect([self.name])
            rows.delete(ids)
        if compactor is not None:
            compactor.compact([self.name])

    def _there(self) -> Collection | None:
        """The collection; None while nothing was ever kept."""
        made = self._found or self.name in collection_names(self._gate)
        return self._made() if made else None

    def _made(self) -> Collection:
        if self._found is None:
            self._found = Collection(self._gate, self.name, RECORD_SPACE)
        return self._found


def _read(row: Row) -> Unattributed:
    try:
        told = json.loads(row.fields["turn"])
        turn = Episode.model_validate(told["turn"])
        return Unattributed(tuple(told["template"]), str(told["why"]), turn)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise StoreError(
            f"the unattributed turn {row.id} cannot be read: {error!r:.500}; restore a backup"
        ) from error
