"""The levels of a vault above its memories, which change more rarely: insights and the core."""

import json

from pydantic import ValidationError

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError, StoreError
from langgraph_dreams.store.validation import storable_all
from langgraph_dreams.store.vault.base import VaultBase
from langgraph_dreams.types.items import Core

_CORE = "core"


class VaultLevels(VaultBase):
    """Insights and the core of one namespace."""

    def insight_ids(self) -> list[str]:
        """Every insight, whatever its status, sorted."""
        if not self._ask(lambda index: index.count()["memories"]):
            return []
        return sorted(row.id for row in self._room.items.where(kind="insight"))

    def put_core(self, core: Core) -> None:
        """Write the core, in place of the one before. Raises InvalidInputError."""
        if not isinstance(core, Core):
            raise InvalidInputError(f"{shown(core)} is no Core; make it one, Core(lines=...)")
        whole = json.dumps(storable_all(core.model_dump(mode="json"), self.redact))
        room = self._room
        with room.write_lock:
            room.note_first_write()
            room.fresh()
            room.records.put({_CORE: {"is": _CORE, "core": whole}})
            room.bump()

    def get_core(self) -> Core:
        """The core; an empty one before the first was written. Raises StoreError."""
        row = self._room.records.rows([_CORE]).get(_CORE)
        if row is None:
            return Core()
        try:
            return Core.model_validate(json.loads(row.fields["core"]))
        except (KeyError, ValueError, TypeError, ValidationError) as error:
            raise StoreError(f"the core of {self.parts} cannot be read: {error}") from error
