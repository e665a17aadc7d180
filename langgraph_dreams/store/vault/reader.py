"""Reads of one namespace: items, vectors, the core, the journal and recall notes."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NewType, TypeVar

import numpy as np
from pydantic import ValidationError

from langgraph_dreams.errors import StoreError
from langgraph_dreams.language.words import query_words
from langgraph_dreams.safety.redaction import Redactor, redacted
from langgraph_dreams.store.index.passages import best_passages
from langgraph_dreams.store.index.word_queries import WordQueries
from langgraph_dreams.store.items import RECORDED, Item, item_of
from langgraph_dreams.store.namespace_state import NamespaceState
from langgraph_dreams.store.records.lease import Leases
from langgraph_dreams.store.records.recall_log import RecallNote
from langgraph_dreams.store.records.registry import Registration, require_embedder
from langgraph_dreams.store.validation import (
    Vectors,
    check_count,
    check_strings,
    embedded,
)
from langgraph_dreams.types.base import digest
from langgraph_dreams.types.items import Core, Episode
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.weights import Learned

if TYPE_CHECKING:
    from langgraph_dreams.embedding.protocol import Embedder

T = TypeVar("T")
NamespaceKey = NewType("NamespaceKey", str)

CORE = "core"
"""Id of the record of the core."""
LOOKED = "looked"
"""Fact of the index: the newest row that a nap has looked at."""
WEIGHTS = "weights"
"""Id of the record of the learned weights."""


class NamespaceReader(WordQueries):
    """The namespace's state as one embedder reads it; the index answers in step with Chroma."""

    def __init__(
        self,
        find: Callable[[], NamespaceState],
        embedder: "Embedder",
        guard: Callable[[], None],
        redact: Redactor | None = None,
    ) -> None:
        """Bind the namespace's state to an embedder; `guard` raises when it cannot be used.

        No text is written but what `redact` answers for it.
        """
        super().__init__(
            lambda sql, values: self._state.rows(sql, values),
            lambda: self._state.fresh().language,
            lambda: self._state.kept_turns(),
        )
        self._find = find
        self._state_open = state = find()
        self._entry: Registration | None = None
        """The registration that is known to be of this embedder."""
        self._guard = guard
        self.embedder = embedder
        self.redact = redact
        self.parts = state.entry.parts
        self.key = NamespaceKey(state.entry.key)

    @property
    def _state(self) -> NamespaceState:
        self._guard()
        if self._state_open.gone:
            self._state_open = self._find()
        state = self._state_open
        entry = state.entry
        if entry is not self._entry:  # registered anew, such as by a reembedding
            require_embedder(entry, self.embedder.name, self.embedder.dimension)
            self._entry = entry
        return state

    @property
    def losses(self) -> int:
        """Grows when items are taken out: what was read of them before is out of date."""
        state = self._state
        with state.write_lock:  # whoever takes items out of Chroma does so in the index, too
            return state.index.losses

    def steadily(self, asking: Callable[[], T]) -> T:
        """The answer of what asks the store more than once; asked again if items went meanwhile."""
        state = self._state
        losses = state.index.losses
        try:
            answer = asking()
        except (KeyError, StoreError):
            with state.write_lock:  # whoever takes items out has done so in the index, too
                if state.index.losses == losses:
                    raise
                return asking()
        if state.index.losses == losses:
            return answer
        with state.write_lock:
            return asking()

    # -- items

    def redacted(self, text: str) -> str:
        """A text as it may be stored. Raises InvalidInputError when `redact` fails."""
        return text if self.redact is None else redacted(text, self.redact)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts by the namespace's embedder, (n, dimension) float32.

        Raises EmbedderError when it fails, or answers what cannot be stored.
        """
        return embedded(self.embedder, texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, for what asks: its vectors are compared with those of texts."""
        return embedded(self.embedder, texts, questions=True)

    def get(self, ids: Sequence[str]) -> dict[str, Item]:
        """Items by id, in the order asked; unknown ids are absent."""
        wanted = list(dict.fromkeys(check_strings(ids, "get")))
        rows = self._state.items.rows(wanted, texts=True)
        replaced = self.replaced(id_ for id_ in wanted if id_[:1] == "e")
        return {
            id_: self._as_of_now(item_of(rows[id_]), replaced.get(id_, ""))
            for id_ in wanted
            if id_ in rows
        }

    @property
    def zone(self) -> str:
        """Time zone of those who speak here; empty while it is not known."""
        return self._state.entry.zone

    @property
    def floor(self) -> float | None:
        """Relevance below which recall returns nothing; None while no dream has measured it."""
        return self._state.entry.floor

    @property
    def floor_of(self) -> int:
        """Number of episodes that the floor was measured of."""
        return self._state.entry.floor_of

    def _as_of_now(self, item: Item, heir: str) -> Item:
        """An episode without a zone of its own is read in the namespace's; and what replaced it."""
        more = {"replaced_by": heir} if heir else {}
        if self.zone and isinstance(item, Episode) and not item.zone:
            more["zone"] = self.zone
        return item.model_copy(update=more) if more else item

    def recorded(self, ids: Sequence[str]) -> dict[str, datetime]:
        """The times at which episodes were written here, by id, as far as they are known."""
        rows = self._state.items.rows(check_strings(ids, "recorded"))
        found = {row.id: row.fields.get(RECORDED) for row in rows.values()}
        return {id_: datetime.fromisoformat(str(time)) for id_, time in found.items() if time}

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors in the order asked, (n, dimension) float32.

        Raises StoreError if one is unknown.
        """
        wanted = check_strings(ids, "vectors")
        if not wanted:
            return np.zeros((0, self.embedder.dimension), dtype=np.float32)
        state = self._state
        found = state.vectors.held(state.items, wanted)
        found |= state.items.vectors([id_ for id_ in wanted if id_ not in found])
        missing = [id_ for id_ in wanted if id_ not in found]
        if missing:
            raise StoreError(f"{len(missing)} of {len(wanted)} ids are unknown, first {missing[0]}")
        return np.stack([found[id_] for id_ in wanted])

    def cosines(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarity of items to a vector, of a long text that of its best passage.

        Raises StoreError if one is unknown.
        """
        found = dict(zip(ids, (self.vectors(ids) @ vector).tolist(), strict=True))
        state = self._state
        owners, best = state.passages.best(state.rows, state.index.losses, vector[None, :])
        for id_, cosine in zip(owners, best[0].tolist(), strict=True):
            if id_ in found:
                found[id_] = max(found[id_], cosine)
        return found

    def best_passages(
        self, query: str, vector: Vectors, ids: Sequence[str], share: float
    ) -> dict[str, tuple[int, int]]:
        """Beginning and end of the passage of each long text that answers a question best.

        `share` is the weight of the question's vector beside its words. A text that was stored
        before there were passages has none, and is absent.
        """
        words = query_words(self.language, query)
        return best_passages(self._state.rows, words, vector, check_strings(ids, "ids"), share)

    def bearers(self, ids: Sequence[str]) -> dict[str, str]:
        """What bears each of the episodes that are in the archive; see `Episode.archived`."""
        rows = self._state.items.rows(check_strings(ids, "bearers"))
        return {r.id: str(away) for r in rows.values() if (away := r.fields.get("archived"))}

    def derived_ids(self) -> list[str]:
        """Every page and insight, whatever its status, sorted."""
        if not self.count()["memories"]:
            return []
        kinds = ("page", "insight")
        return sorted(row.id for kind in kinds for row in self._state.items.where(kind=kind))

    def get_core(self) -> Core:
        """The core; an empty one before the first was written. Raises StoreError."""
        row = self._state.records.rows([CORE]).get(CORE)
        if row is None:
            return Core()
        try:
            return Core.model_validate(json.loads(row.fields["core"]))
        except (KeyError, ValueError, TypeError, ValidationError) as error:
            raise StoreError(f"the core of {self.parts} cannot be read: {error}") from error

    def get_learned(self) -> Learned:
        """What recall counts how much, as dreams have learned it; empty before the first did."""
        row = self._state.records.rows([WEIGHTS]).get(WEIGHTS)
        try:
            return Learned() if row is None else Learned.model_validate_json(row.fields["weights"])
        except (KeyError, ValueError) as error:
            raise StoreError(f"the weights of {self.parts} cannot be read: {error}") from error

    # -- journal

    def get_dream(self, dream_id: str) -> DreamReport | None:
        """A dream's report, whole, or None."""
        return self._state.journal.get(dream_id)

    def dreams(self, operations: bool = False) -> list[DreamReport]:
        """Every dream's report, oldest first; without operations unless asked."""
        self._state.fresh()
        return self._state.journal.all(operations)

    def committed_numbers(self) -> list[int]:
        """Numbers of the committed dreams, sorted; naps are not counted."""
        self._state.fresh()
        return self._state.journal.committed_numbers()

    def last_number(self) -> int:
        """The highest number that a dream was ever given, also one rolled back; 0 without any."""
        return max((report.number for report in self.dreams()), default=0)

    def version(self) -> str:
        """Changes with every dream committed or rolled back: what is planned on it is out of date.

        What a person forgets changes it, too, if a dream had taken notice of it.
        """
        lasting = ("committed", "rolled_back")
        return digest(
            [
                (report.id, report.status, len(report.undone), len(report.episodes))
                for report in self.dreams()
                if report.status in lasting
            ]
        )

    def last_turns(self, limit: int) -> tuple[list[str], int]:
        """The newest undreamt episodes that no nap looked at, oldest first; a mark behind them."""
        return self.turns_after(int(self._state.fresh().fact(LOOKED) or 0), limit)

    def intents(self) -> dict[str, dict[str, Any]]:
        """The changes of dreams that were begun and never ended, by name."""
        return self._state.journal.intents()

    @property
    def leases(self) -> Leases:
        """The lease: its holder may change what dreams have made."""
        return self._state.leases

    # -- recall log

    def note_recall(self, query: str, items: Sequence[str], links: Sequence[str]) -> None:
        """Remember what a recall brought, and by which links; written in the background."""
        self._state.log.note(self.redacted(query), items, links)

    def recalls(self, undreamt: bool = True, limit: int = 200) -> list[RecallNote]:
        """Recalls, oldest first; only those no dream has taken into account when `undreamt`."""
        return self._state.log.read(undreamt, check_count(limit, "limit"))

    def noted(self, ids: Sequence[str]) -> list[RecallNote]:
        """Recalls by id, in the order asked; unknown ids are left out."""
        return self._state.log.get(check_strings(ids, "noted"))
