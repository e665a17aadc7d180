"""The namespaces that a journal page may show."""

from collections.abc import Callable, Sequence

from starlette.requests import Request

from langgraph_dreams._text import shown
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore

Opener = Callable[[], DreamStore]
"""Answers the store; called in a worker thread, with every request."""


class JournalNamespaces:
    """All namespaces of a store, or the only one that is named."""

    def __init__(self, opener: Opener, only: Sequence[str] | None = None) -> None:
        self._opener = opener
        self._only = None if only is None else tuple(only)

    def listed(self) -> list[tuple[str, ...]]:
        """Their names, sorted."""
        known = sorted(self._opener().namespaces())
        return known if self._only is None else [parts for parts in known if parts == self._only]

    def namespace(self, parts: Sequence[str]) -> Namespace:
        """One of them. Raises NamespaceError for any other, so that none is made by asking."""
        if tuple(parts) not in self.listed():
            raise NamespaceError(
                f"this page shows no namespace {shown('/'.join(parts))}; choose one of its list"
            )
        return self._opener().namespace(*parts)

    def of(self, request: Request) -> Namespace:
        """The one that the request's `ns` parameters name, a part each."""
        return self.namespace(request.query_params.getlist("ns"))
