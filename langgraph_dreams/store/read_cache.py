"""What was read before, kept by key until it changes."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ReadCache(Generic[K, V]):
    """Values by key, read when they are missing; the longest unused go first. Thread safe.

    Whoever changes a value drops its key while no other can read the new one, or before and after
    the change: what was read in between is answered, and not kept.
    """

    def __init__(self, most: int, weight: Callable[[V], int] = lambda _: 1) -> None:
        """Keep values of at most this weight together, by default so many values."""
        self._most = most
        self._weight = weight
        self._lock = threading.Lock()
        self._kept: dict[K, V] = {}
        self._held = 0
        self._drops = 0

    def get(self, keys: Iterable[K], read: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """Values in the order asked; `read` answers for the missing keys, absent if unknown."""
        wanted = list(dict.fromkeys(keys))
        with self._lock:
            drops = self._drops
            known = {key: self._kept[key] for key in wanted if key in self._kept}
            if 2 * self._held > self._most:  # until then nothing has to go soon
                for key, value in known.items():  # the last used are last
                    del self._kept[key]
                    self._kept[key] = value
        if len(known) == len(wanted):
            return known
        new = read([key for key in wanted if key not in known])
        with self._lock:
            if drops == self._drops:
                self._keep(new)
        return {
            key: (known if key in known else new)[key]
            for key in wanted
            if key in known or key in new
        }

    def _keep(self, new: Mapping[K, V]) -> None:
        for key, value in new.items():
            self._held -= self._weigh_out(key)
            if (weight := self._weight(value)) <= self._most:  # else it would drive out all others
                self._held += weight
                self._kept[key] = value
        while self._held > self._most:
            self._held -= self._weigh_out(next(iter(self._kept)))

    def _weigh_out(self, key: K) -> int:
        return self._weight(self._kept.pop(key)) if key in self._kept else 0

    def drop(self, keys: Iterable[K]) -> None:
        """Forget these values: they change."""
        with self._lock:
            self._drops += 1
            for key in keys:
                self._held -= self._weigh_out(key)

    def clear(self) -> None:
        """Forget all values."""
        with self._lock:
            self._drops += 1
            self._kept.clear()
            self._held = 0
