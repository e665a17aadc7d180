"""Protocols by which a store, its namespaces and their neighbours know each other."""

from typing import Protocol

from langgraph_dreams.language.protocol import Language
from langgraph_dreams.recall.reranking import Reranking
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Episode


class Writer(Protocol):
    """Something that holds back episodes of a store."""

    def flush(self, timeout: float | None = None) -> bool:
        """Write what is pending; waits at most so many seconds."""
        ...

    def close(self) -> bool:
        """Write what is pending before the store closes."""
        ...


class Listener(Protocol):
    """Something that wants to know what happens in a store."""

    def recorded(self, parts: tuple[str, ...], episodes: int) -> None:
        """So many episodes were recorded in a namespace; must be quick."""
        ...

    def closing(self) -> None:
        """The store is about to close."""
        ...


class StoreHooks(Protocol):
    """A store as its namespaces use it; underscored are those that its users do not need."""

    @property
    def _reranker(self) -> Reranking | None:
        """Orders the first items of a recall anew."""
        ...

    def attach(self, writer: Writer) -> None:
        """Have a writer flushed before every dream."""
        ...

    def _vault_of(
        self, parts: tuple[str, ...], language: Language | None = None, zone: str | None = None
    ) -> NamespaceStore:
        """Open the kept things of a namespace."""
        ...

    def _flush_writers(self) -> None:
        """Have every writer write what it holds back."""
        ...

    def _keep_aside(self, template: tuple[str, ...], episode: Episode, why: str) -> bool:
        """Keep a turn of which nobody said whose it is; False when there is no room."""
        ...

    def _tell_recorded(self, parts: tuple[str, ...], episodes: int) -> None:
        """Tell the listeners of new episodes."""
        ...
