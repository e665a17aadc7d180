"""The public doors: a store, and the namespaces in it."""

import asyncio
import dataclasses
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, Self

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call, checked_flag, checked_shape
from langgraph_dreams.dream.runtime.options import settings_or
from langgraph_dreams.embedding.protocol import Embedder
from langgraph_dreams.embedding.resolve import resolve_embedder
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.resolve import resolve_language
from langgraph_dreams.llm.client import resolve_model
from langgraph_dreams.namespace.forgetting import NamespaceForget
from langgraph_dreams.namespace.reviewing import NamespaceReview
from langgraph_dreams.namespace.template import refuse_half_templates
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.query import recall
from langgraph_dreams.safety.redaction import Redactor, checked_redactor
from langgraph_dreams.store import Backend, ClientAPI, Vault
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.recall import Recall


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


class DreamStore:
    """Where episodes, memories, links and the journal of dreams are kept: Chroma.

    `DreamStore.open(path)` for a folder of one process, `DreamStore(client=...)` for a Chroma
    server shared by many, `DreamStore.in_memory()` for tests.
    """

    def __init__(
        self,
        *,
        client: ClientAPI,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
        index_path: str | os.PathLike[str] | None = None,
        redact: Redactor | None = None,
        language: str | Language | None = None,
    ) -> None:
        """Use a Chroma client, e.g. `chromadb.HttpClient(...)`.

        Args:
            client: any Chroma client.
            embedder: None for the local MiniLM, or an Embedder, or LangChain Embeddings.
            policy: default settings of the namespaces.
            index_path: folder of the derived index; None keeps it in memory.
            redact: as for `open`.
            language: as for `open`.
        """
        self._setup(lambda: Backend.attach(client, index_path), embedder, policy, redact, language)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
        redact: Redactor | None = None,
        language: str | Language | None = None,
    ) -> Self:
        """Open or create an embedded store in a folder; once a process and path.

        Args:
            path: the folder.
            embedder: None for the local MiniLM, or an Embedder, or LangChain Embeddings.
            policy: default settings of the namespaces.
            redact: what every text goes through before it is stored or indexed through this object,
                such as `redact_secrets`; of episodes, memories, links, questions, the core and the
                journal. The text that `forget` looks for is noted as it is until that is done, and
                then wiped. Names of namespaces, conversations and runs are kept as they are, and so
                are ids: the id of a recorded episode is a hash of its text as it was said, so that
                whoever has the store can test a guess of the whole text.
            language: of the texts in those namespaces that are not given one of their own: an ISO
                639-1 code, or an object of the protocol `Language`. None takes what each namespace
                was registered with, at first "en". Another than the registered one takes its place,
                and the derived index is built again, from which nothing is lost. In other languages
                than English nothing is superseded, and relative dates stay as they are.

        Raises:
            InvalidInputError: `redact` cannot be called, or the language is not known.
            StoreLockedError: another process has it open.
            StoreReadOnlyError: the folder cannot be written.
            StoreError: the path is a file, or the store cannot be read.
        """
        return cls._made(lambda: Backend.open(path), embedder, policy, redact, language)

    @classmethod
    def in_memory(
        cls,
        *,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
        redact: Redactor | None = None,
        language: str | Language | None = None,
    ) -> Self:
        """A store that is gone with the process."""
        return cls._made(Backend.memory, embedder, policy, redact, language)

    @classmethod
    def _made(
        cls,
        opened: Callable[[], Backend],
        embedder: Embedder | Embeddings | None,
        policy: DreamPolicy | None,
        redact: Redactor | None,
        language: str | Language | None,
    ) -> Self:
        store = cls.__new__(cls)
        store._setup(opened, embedder, policy, redact, language)
        return store

    def _setup(
        self,
        opened: Callable[[], Backend],
        embedder: Embedder | Embeddings | None,
        policy: DreamPolicy | None,
        redact: Redactor | None,
        language: str | Language | None,
    ) -> None:
        self._language = None if language is None else resolve_language(language)
        self._languages: dict[tuple[str, ...], Language] = {}
        self._embedder_given = embedder
        self._embedder = None if embedder is None else resolve_embedder(embedder)
        self._policy = settings_or(policy, DreamPolicy())
        self._redact = checked_redactor(redact)
        self._backend = opened()  # last: what is refused before leaves nothing open
        self._lock = threading.RLock()
        self._writers: weakref.WeakSet[Writer] = weakref.WeakSet()
        self._listeners: tuple[Listener, ...] = ()

    def attach(self, writer: Writer) -> None:
        """Have a writer flushed before every dream and closed before the store; held weakly."""
        checked_shape("the writer", writer, ("flush", "close"), "one such as EpisodeRecorder's")
        with self._lock:
            self._writers.add(writer)

    def listen(self, listener: Listener) -> None:
        """Tell a listener of all that is recorded through this object (private to the library)."""
        checked_shape("the listener", listener, ("recorded", "closing"), "an IdleDreamer")
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def unlisten(self, listener: Listener) -> None:
        """Tell it no more; one that is not known is ignored."""
        with self._lock:
            self._listeners = tuple(x for x in self._listeners if x is not listener)

    @property
    def embedder(self) -> Embedder:
        """What turns texts into vectors; loaded when first needed."""
        with self._lock:
            if self._embedder is None:
                self._embedder = resolve_embedder(self._embedder_given)
            return self._embedder

    def _vault_of(self, parts: tuple[str, ...], language: Language | None = None) -> Vault:
        if language is not None:  # it stays the namespace's, whoever else opens it from here
            self._languages[parts] = language
        chosen = self._languages.get(parts, self._language)
        return self._backend.vault(parts, self.embedder, self._redact, chosen)

    def namespace(
        self,
        *parts: str,
        policy: DreamPolicy | None = None,
        model: str | BaseChatModel | None = None,
        language: str | Language | None = None,
    ) -> "Namespace":
        """The memory of one tenant, user or agent; nothing ever crosses it.

        A part that is exactly `"{name}"` is filled from `config["configurable"]["name"]` of each
        run.

        Args:
            parts: the names it is made of, outermost first.
            policy: its settings; None takes the store's.
            model: "openai:NAME" or any LangChain chat model that its dreams may use.
            language: of its texts, as for `open`; None takes the store's.

        Raises:
            InvalidInputError: the model is none, or has no key; or the language is not known.
            MissingDependencyError: the model's package is not installed.
            NamespaceError: no parts, or one that is empty, too long or not a string, or that has
                a placeholder among other text, which would be shared by all.
        """
        refuse_half_templates(parts)
        own = None if model is None else resolve_model(model)
        speaking = None if language is None else resolve_language(language)
        return Namespace(self, parts, settings_or(policy, self._policy), own, speaking)

    def namespaces(self) -> list[tuple[str, ...]]:
        """All namespaces that were written to."""
        return self._backend.namespaces()

    def reembed(
        self,
        *parts: str,
        embedder: Embedder | Embeddings | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Write a namespace's vectors anew with another embedder; returns the number of items.

        Args:
            parts: the namespace.
            embedder: the new one; None takes this store's.
            on_progress: called with (done, total).
        """
        checked_call("on_progress", on_progress)
        new = self.embedder if embedder is None else resolve_embedder(embedder)
        return self._backend.reembed(parts, new, on_progress)

    def check(self) -> list[dict[str, Any]]:
        """What is there and what is wrong: dicts of level, subject, text and advice."""
        return [dataclasses.asdict(finding) for finding in self._backend.check()]

    def close(self) -> None:
        """Write what is pending, also of recorders, and let go of the folder."""
        for listener in self._listeners:
            listener.closing()
        with self._lock:
            writers, self._writers = list(self._writers), weakref.WeakSet()
        for writer in writers:
            writer.close()
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Namespace(NamespaceReview, NamespaceForget):
    """One namespace: record, recall, plan, dream, and their async twins (`arecord`, ...).

    Made by `DreamStore.namespace`. A template has to be resolved with a run's config first; the
    recorder, the tools and the dream graph do that by themselves.
    """

    def attach(self, writer: Writer) -> None:
        """Have a writer flushed before every dream and closed before the store; held weakly."""
        self._store.attach(writer)

    # -- awake

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        """Keep episodes; one that is already there stays as it is. Returns their ids in order.

        Raises:
            InvalidInputError: a text is blank or too long; nothing is written.
            EmbedderError: the embedder answered what cannot be stored; nothing is written.
        """
        if isinstance(episodes, Episode) or not isinstance(episodes, Iterable):
            raise InvalidInputError(f"record takes a list of episodes, not {shown(episodes)}")
        ids = self.vault.add_episodes(list(episodes))
        for listener in self._store._listeners:
            listener.recorded(self._parts, len(ids))
        return ids

    async def arecord(self, episodes: Sequence[Episode]) -> list[str]:
        """`record`, off the event loop."""
        return await asyncio.to_thread(self.record, episodes)

    def recall(
        self,
        query: str,
        k: int = 10,
        *,
        links: bool = True,
        without_dream: str | Iterable[str] = (),
        as_of: datetime | None = None,
        note: bool = True,
        policy: DreamPolicy | None = None,
    ) -> Recall:
        """The k episodes that answer a question best, each with the reason why it came.

        Args:
            query: the question.
            k: number of episodes.
            links: False leaves out what dreams have linked.
            without_dream: id or ids of dreams whose links are ignored.
            as_of: what was known and held at that time; without a zone it is UTC.
            note: remember the question and the links that helped; the next dream strengthens them.
            policy: other settings for this question alone.

        Raises:
            InvalidInputError: the question is blank or no text, or k is no positive whole number.
            EmbedderError: the embedder failed on the question.
            UnknownDreamError: no dream has the id of `without_dream`.
        """
        checked_flag("links", links)
        checked_flag("note", note)
        settings = settings_or(policy, self._policy)
        if not links:
            settings = settings.model_copy(update={"links": False})
        dreams = self._dreamt(without_dream)
        found = recall(self.vault, query, k, settings, without_dream=dreams, as_of=as_of)
        if note and settings.links and as_of is None and found.items:
            helped = {hop.link for r in found.items if r.why.by_link for hop in r.why.path}
            shown = [r.item.id for r in (*found.items, *found.memories)]
            self.vault.note_recall(query, shown, sorted(helped))
        return found

    async def arecall(
        self,
        query: str,
        k: int = 10,
        *,
        links: bool = True,
        without_dream: str | Iterable[str] = (),
        as_of: datetime | None = None,
        note: bool = True,
        policy: DreamPolicy | None = None,
    ) -> Recall:
        """`recall`, off the event loop."""
        return await asyncio.to_thread(
            self.recall,
            query,
            k,
            links=links,
            without_dream=without_dream,
            as_of=as_of,
            note=note,
            policy=policy,
        )
