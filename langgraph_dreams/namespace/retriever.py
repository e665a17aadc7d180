"""The memory as a LangChain retriever: documents that say where they come from."""

from typing import Any, Protocol, Self

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config
from pydantic import Field

from langgraph_dreams._validation import checked_flag, checked_share, checked_whole
from langgraph_dreams.safety.fencing import fence
from langgraph_dreams.safety.trust import flagged
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.recall import Recall, RecallItem


class Recalling(Protocol):
    """A namespace as far as the retriever needs it."""

    def resolve(self, config: RunnableConfig | None) -> "Recalling":
        """The namespace with its placeholders filled in."""

    def recall(
        self, query: str, k: int = 10, *, links: bool = True, floor: float | None = None
    ) -> Recall:
        """Items for a question."""

    async def arecall(
        self, query: str, k: int = 10, *, links: bool = True, floor: float | None = None
    ) -> Recall:
        """As recall."""


class DreamRetriever(BaseRetriever):
    """Recall as a retriever; `Namespace.as_retriever` makes it."""

    namespace: Any = Field(exclude=True, repr=False)
    k: int = 5
    links: bool = True
    floor: float | None = None
    memories: bool = False

    @classmethod
    def of(
        cls, namespace: Recalling, k: int, links: bool, floor: float | None, memories: bool
    ) -> Self:
        """One with these settings. Raises InvalidInputError."""
        checked_whole("k", k, 1)
        checked_flag("links", links)
        checked_flag("memories", memories)
        if floor is not None:
            checked_share("floor", floor)
        return cls(namespace=namespace, k=k, links=links, floor=floor, memories=memories)

    def invoke(
        self,
        input: str,  # noqa: A002 -- LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """The documents for a question; a template is filled from the run around it.

        Raises NamespaceError, and what `Namespace.recall` raises.
        """
        return BaseRetriever.invoke(self._of(config), input, config, **kwargs)

    async def ainvoke(
        self,
        input: str,  # noqa: A002 -- LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """As `invoke`, off the event loop."""
        return await BaseRetriever.ainvoke(self._of(config), input, config, **kwargs)

    def _of(self, config: RunnableConfig | None) -> Self:
        own = self.namespace.resolve(ensure_config(config))
        return self if own is self.namespace else self.model_copy(update={"namespace": own})

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        k, more = self._asked(kwargs)
        return self._documents(self.namespace.recall(query, k, **more), k)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        k, more = self._asked(kwargs)
        return self._documents(await self.namespace.arecall(query, k, **more), k)

    def _asked(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What to ask for: as it was made, or else as a call says."""
        more = {name: given.get(name, getattr(self, name)) for name in ("links", "floor")}
        return given.get("k", self.k), more

    def _documents(self, found: Recall, k: int) -> list[Document]:
        turns = found.items
        if self.memories:
            turns = (*found.memories, *(entry for entry in turns if not entry.borne_by))
        return [document(entry, found) for entry in turns[:k]]


def document(entry: RecallItem, found: Recall) -> Document:
    """An item as a document, its origin in the metadata, which are JSON.

    Chains put documents into prompts as they are, without the metadata: what is not to be trusted,
    or reads as instructions, is fenced and says so itself.
    """
    item, reasons = entry.item, flagged(entry.item)
    text = entry.passage or item.text
    about: dict[str, Any] = {
        "id": item.id,
        "kind": "episode",
        "score": entry.score,
        "relevance": found.relevance,
        "why": entry.why.text(),
        "trust": item.trust.name.lower(),
        "flagged": list(reasons),
    }
    if isinstance(item, Episode):
        about |= {
            "date": item.time.isoformat(),
            "thread": item.thread,
            "speaker": item.speaker,
            "origin": item.origin,
            "outcome": item.outcome,
        }
    else:
        about |= {
            "kind": "memory",
            "date": (item.valid_from or item.learned_at).isoformat(),
            "sources": list(item.sources),
        }
    if item.trust == Trust.UNTRUSTED or reasons:
        told = ["untrusted"] if item.trust == Trust.UNTRUSTED else []
        told += [f"READS AS INSTRUCTIONS: {', '.join(reasons)}"] if reasons else []
        text = fence([(", ".join([about["date"], *told]), text)])
    notes = {"note": entry.note, "repeats": list(entry.repeats)}
    about |= {name: value for name, value in notes.items() if value}
    return Document(page_content=text, id=item.id, metadata=about)
