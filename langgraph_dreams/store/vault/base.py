"""What every part of a vault has: its room, and leave to use it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NewType, TypeVar

from langgraph_dreams.errors import StoreError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.safety.redaction import Redactor
from langgraph_dreams.store.index.queries import IndexSearch
from langgraph_dreams.store.namespace_state import Room
from langgraph_dreams.store.registry import require_embedder

if TYPE_CHECKING:
    from langgraph_dreams.embedding.protocol import Embedder

T = TypeVar("T")
VaultKey = NewType("VaultKey", str)


class VaultBase:
    """A room seen through an embedder."""

    def __init__(
        self,
        find: Callable[[], Room],
        embedder: "Embedder",
        guard: Callable[[], None],
        redact: Redactor | None = None,
    ) -> None:
        """Bind the room that is found to an embedder; `guard` raises when it cannot be used.

        No text is written but what `redact` answers for it.
        """
        self._find = find
        self._room_open = room = find()
        self._guard = guard
        self.embedder = embedder
        self.redact = redact
        self.parts = room.entry.parts
        self.key = VaultKey(room.entry.key)

    @property
    def _room(self) -> Room:
        self._guard()
        if self._room_open.gone:
            self._room_open = self._find()
        room = self._room_open
        require_embedder(room.entry, self.embedder.name, self.embedder.dimension)
        return room

    @property
    def language(self) -> Language:
        """The language of its texts, by whose words they are indexed."""
        return self._room.index.language

    @property
    def losses(self) -> int:
        """Grows when items are taken out: what was read of them before is out of date."""
        room = self._room
        with room.write_lock:  # whoever takes items out of Chroma does so in the index, too
            return room.index.losses

    def steadily(self, asking: Callable[[], T]) -> T:
        """The answer of what asks the store more than once; asked again if items went meanwhile."""
        room = self._room
        losses = room.index.losses
        try:
            answer = asking()
        except (KeyError, StoreError):
            with room.write_lock:  # whoever takes items out has done so in the index, too
                if room.index.losses == losses:
                    raise
                return asking()
        if room.index.losses == losses:
            return answer
        with room.write_lock:
            return asking()

    def _ask(self, question: Callable[[IndexSearch], T]) -> T:
        return self._room.ask(question)
