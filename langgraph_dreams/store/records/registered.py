"""What the registry says of one open namespace, in step with what other clients register."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from langgraph_dreams.store.records.registry import (
    SCHEMA_VERSION,
    Registration,
    Registry,
    require_embedder,
)

_SETTINGS = ("zone", "floor", "floor_of", "puts")


class Registered:
    """The registration of a namespace as this process knows it."""

    def __init__(
        self,
        registry: Registry,
        entry: Registration,
        lock: threading.RLock,
        announce: Callable[[], None],
    ) -> None:
        """`lock` is that of writing; `announce` tells other clients that something changed."""
        self.registry = registry
        self.entry = entry
        self._lock = lock
        self._announce = announce

    def note_first_write(self) -> None:
        """List the namespace from now on, in the schema of today; nothing when it is so listed."""
        if self.entry.written and self.entry.schema == SCHEMA_VERSION:
            return
        known = self._known()
        if known is not None:  # another client was faster
            require_embedder(known, self.entry.embedder, self.entry.dimension)
            self.entry = known
        if known is None or known.schema != SCHEMA_VERSION:
            self.put(replace(self.entry, written=True, schema=SCHEMA_VERSION))

    def put(self, entry: Registration) -> None:
        """Register it so."""
        self.entry = self.registry.put(entry)

    def register(self, **settings: Any) -> None:
        """Register settings, beside what others have registered meanwhile."""
        self.put(replace(self._known() or self.entry, **settings))

    def change_zone(self, zone: str) -> None:
        """Register the zone of those who speak here, for every client."""
        self._change(zone=zone)

    def change_floor(self, floor: float, episodes: int) -> None:
        """Register the relevance below which recall returns nothing, for every client."""
        self._change(floor=floor, floor_of=episodes)

    def change_puts(self, puts: bool) -> None:
        """Register whether what a LangGraph store was given is kept here, for every client."""
        self.take_settings()
        self._change(puts=puts)

    def _change(self, **settings: Any) -> None:
        with self._lock:
            if replace(self.entry, **settings) == self.entry:
                return
            self.register(**settings)
            if self.entry.written:
                self._announce()

    def take_settings(self) -> None:
        """The settings that are registered now: another client may have changed them."""
        if known := self._known():
            self.entry = replace(self.entry, **{name: getattr(known, name) for name in _SETTINGS})

    def take_language(self) -> bool:
        """The language that is registered now; True if another client has changed it."""
        known = self._known()
        if known is None or known.language == self.entry.language:
            return False
        self.entry = known
        return True

    def _known(self) -> Registration | None:
        """The entry as it is registered, if anything was ever written under it."""
        known = self.registry.get(self.entry.key)
        return known if known is not None and known.written else None
