"""The namespaces that an idle dreamer looks after."""

from collections.abc import Iterable, Sequence

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore, store_of
from langgraph_dreams.namespace.template import placeholder
from langgraph_dreams.scheduling.schedule import Name


class NamespaceSet:
    """All namespaces of a store, or those that were named."""

    def __init__(self, given: DreamStore | Namespace | Sequence[Namespace]) -> None:
        """Take a store, or namespaces or templates of one store.

        Raises InvalidInputError.
        """
        if isinstance(given, DreamStore):
            self.store, self._named = given, None
            return
        several = given if isinstance(given, Iterable) else ()
        named = [given] if isinstance(given, Namespace) else list(several)
        if not named or not all(isinstance(one, Namespace) for one in named):
            raise InvalidInputError(f"pass a DreamStore or its namespaces, not {shown(given)}")
        store, *others = map(store_of, named)
        if any(other is not store for other in others):
            raise InvalidInputError(f"{shown(named)} are of several stores; make one for each")
        self.store, self._named = store, named

    def has(self, parts: Name) -> bool:
        """True if it looks after the namespace of this name."""
        return self._named is None or any(_fits(one.parts, parts) for one in self._named)

    def names(self) -> list[Name]:
        """Those that were written to so far."""
        return [parts for parts in self.store.namespaces() if self.has(parts)]

    def namespace(self, parts: Name) -> Namespace:
        """The namespace of this name, with the settings of the first that it fits."""
        for one in self._named or ():
            if _fits(one.parts, parts):
                filled = zip(one.parts, parts, strict=True)
                return one.resolve({"configurable": {placeholder(a): b for a, b in filled}})
        return self.store.namespace(*parts)


def _fits(pattern: Name, parts: Name) -> bool:
    """True if a namespace has this name, or this template may become it."""
    if len(pattern) != len(parts):
        return False
    values: dict[str, str] = {}
    return all(
        values.setdefault(name, part) == part if (name := placeholder(own)) else own == part
        for own, part in zip(pattern, parts, strict=True)
    )
