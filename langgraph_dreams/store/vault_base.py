"""What every part of a vault has: its room, and leave to use it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NewType, TypeVar

from .index_search import IndexSearch
from .registry import require_embedder
from .room import Room

if TYPE_CHECKING:
    from langgraph_dreams.embeddings import Embedder

T = TypeVar("T")
VaultKey = NewType("VaultKey", str)


class VaultBase:
    """A room seen through an embedder."""

    def __init__(
        self, find: Callable[[], Room], embedder: "Embedder", guard: Callable[[], None]
    ) -> None:
        """Bind the room that is found to an embedder; `guard` raises when it cannot be used."""
        self._find = find
        self._room_open = room = find()
        self._guard = guard
        self.embedder = embedder
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

    def _ask(self, question: Callable[[IndexSearch], T]) -> T:
        return self._room.ask(question)
