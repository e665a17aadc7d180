"""The store that users open, close, and ask for namespaces."""

import dataclasses
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Self, cast

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langgraph.store.base import TTLConfig

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call, checked_shape, checked_strings
from langgraph_dreams.embedding.protocol import Embedder
from langgraph_dreams.embedding.resolve import resolve_embedder
from langgraph_dreams.errors import InvalidInputError, NamespaceError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.resolve import resolve_language
from langgraph_dreams.llm.client import resolve_model
from langgraph_dreams.namespace.base_store.names import part_of
from langgraph_dreams.namespace.base_store.settings import checked_trust
from langgraph_dreams.namespace.base_store.store import DreamBaseStore
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.protocols import Listener, Writer
from langgraph_dreams.namespace.session import settings_or
from langgraph_dreams.namespace.template import checked, refuse_half_templates
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.reranking import Reranker, resolve_reranker
from langgraph_dreams.safety.redaction import Redactor, checked_redactor
from langgraph_dreams.store import Backend, ClientAPI, NamespaceStore
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.zones import checked_zone

_FLUSH_SECONDS = 10.0


class DreamStore:
    """A store of episodes, memories, links and the journal of dreams, in Chroma.

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
        zone: str | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Use a Chroma client, e.g. `chromadb.HttpClient(...)`.

        Args:
            client: any Chroma client.
            embedder: None for the local MiniLM, or an Embedder, or LangChain Embeddings.
            policy: default settings of the namespaces.
            index_path: folder of the derived index; None keeps it in memory.
            redact: as for `open`.
            language: as for `open`.
            zone: as for `open`.
            reranker: as for `open`.
        """
        given = embedder, policy, redact, language, zone, reranker
        self._setup(lambda: Backend.attach(client, index_path), *given)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
        redact: Redactor | None = None,
        language: str | Language | None = None,
        zone: str | None = None,
        reranker: Reranker | None = None,
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
            zone: time zone of those who speak in those namespaces that are not given one of their
                own: an IANA name such as "Europe/Vienna", or an offset such as "+02:00". None takes
                what each namespace was registered with, at first none; another takes its place.
                Days are told by an episode's own `zone` (the offset that its time came with), else
                by this one. With neither, "tomorrow" and the like get no date in a memory.
            reranker: what orders the first `DreamPolicy.reranked` items of every recall anew, also
                of the tools, nodes and middleware: a LangChain document compressor, a cross-encoder
                with `score(pairs)` or `predict(pairs)`, or a function that takes the question and a
                list of texts and answers one score for each, higher is better. It is handed the
                texts as they are stored, of a long one the best passage. When it fails, a warning
                is logged and recall keeps its own order. Dreams do not ask it.

        Raises:
            InvalidInputError: `redact` cannot be called, the language or zone is not known, or the
                reranker is none.
            StoreLockedError: another process has it open.
            StoreReadOnlyError: the folder cannot be written.
            StoreError: the path is a file, or the store cannot be read.
        """
        given = embedder, policy, redact, language, zone, reranker
        return cls._made(lambda: Backend.open(path), *given)

    @classmethod
    def in_memory(
        cls,
        *,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
        redact: Redactor | None = None,
        language: str | Language | None = None,
        zone: str | None = None,
        reranker: Reranker | None = None,
    ) -> Self:
        """A store that is gone with the process."""
        return cls._made(Backend.memory, embedder, policy, redact, language, zone, reranker)

    @classmethod
    def _made(
        cls,
        opened: Callable[[], Backend],
        embedder: Embedder | Embeddings | None,
        policy: DreamPolicy | None,
        redact: Redactor | None,
        language: str | Language | None,
        zone: str | None,
        reranker: Reranker | None,
    ) -> Self:
        store = cls.__new__(cls)
        store._setup(opened, embedder, policy, redact, language, zone, reranker)
        return store

    def _setup(
        self,
        opened: Callable[[], Backend],
        embedder: Embedder | Embeddings | None,
        policy: DreamPolicy | None,
        redact: Redactor | None,
        language: str | Language | None,
        zone: str | None,
        reranker: Reranker | None,
    ) -> None:
        self._embedder_given = embedder
        self._embedder = None if embedder is None else resolve_embedder(embedder)
        self._policy = settings_or(policy, DreamPolicy())
        self._redact = checked_redactor(redact)
        self._reranker = resolve_reranker(reranker)
        self._language = None if language is None else resolve_language(language)
        self._languages: dict[tuple[str, ...], Language] = {}
        self._zone = None if zone is None else checked_zone(zone)
        self._zones: dict[tuple[str, ...], str] = {}
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
        """The embedder of its texts; loaded when first needed."""
        with self._lock:
            if self._embedder is None:
                self._embedder = resolve_embedder(self._embedder_given)
            return self._embedder

    def namespace(
        self,
        *parts: str,
        policy: DreamPolicy | None = None,
        model: str | BaseChatModel | None = None,
        language: str | Language | None = None,
        zone: str | None = None,
    ) -> Namespace:
        """The memory of one tenant, user or agent; nothing ever crosses it.

        A part that is exactly `"{name}"` is filled from `config["configurable"]["name"]` of each
        run.

        Args:
            parts: the names it is made of, outermost first.
            policy: its settings; None takes the store's.
            model: "openai:NAME" or any LangChain chat model that its dreams may use.
            language: of its texts, as for `open`; None takes the store's.
            zone: of those who speak there, as for `open`; None takes the store's.

        Raises:
            InvalidInputError: the model is none, or has no key; the language or zone is not known.
            MissingDependencyError: the model's package is not installed.
            NamespaceError: no parts, or one that is empty, too long or not a string, or that has
                a placeholder among other text, which would be shared by all.
        """
        refuse_half_templates(parts)
        own = None if model is None else resolve_model(model)
        speaking = None if language is None else resolve_language(language)
        place = None if zone is None else checked_zone(zone)
        return Namespace(self, parts, settings_or(policy, self._policy), own, speaking, place)

    def namespaces(self) -> list[tuple[str, ...]]:
        """All namespaces that were written to."""
        return self._backend.namespaces()

    def as_base_store(
        self,
        *root: str,
        fields: Sequence[str] = ("$",),
        ttl: TTLConfig | None = None,
        trust: Trust = Trust.ASSERTED,
    ) -> DreamBaseStore:
        """LangGraph's `BaseStore` over these namespaces: for `compile(store=...)`,
        `create_agent(store=...)`, the `store` of langgraph.json, and whatever takes one.

        A namespace of LangGraph's is the one of the same parts here, after `root`; labels that
        could not name one are written otherwise there. What is put is an episode of it, with its
        key and value, beside those that were recorded; only puts are ever returned. `search` with a
        question is `recall`, however little is relevant; each item has the reason as `why`.

        Args:
            root: parts before those of LangGraph's namespaces, such as the tenant.
            fields: paths of the fields that are searched and dreamt of, unless `put` says which;
                "$" is the whole value, none at all makes a store of values alone.
            ttl: time to live, as LangGraph's `TTLConfig`; expired items are not returned unless
                `omit_expired` is False.
            trust: of what is put. With `Trust.UNTRUSTED` nothing of it becomes a memory.

        Raises:
            InvalidInputError: a setting is not what it has to be.
            NamespaceError: root is no name, or has a placeholder, which no put could fill.
        """
        for part in root:
            if part_of(part) != part:
                raise NamespaceError(
                    f"{shown(part)} cannot be a root; use a text without braces, which does not"
                    " begin with %"
                )
        made = DreamBaseStore(
            lambda parts: self.namespace(*parts)._session,
            lambda: self._backend.namespaces(puts=True),
            checked(root) if root else (),
            fields,
            ttl,
            checked_trust(trust),
        )
        self.attach(made)
        return made

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
        """Look at what is there and what is wrong: dicts of level, subject, text and advice."""
        return [dataclasses.asdict(finding) for finding in self._backend.check(self.embedder)]

    def unattributed(self) -> list[dict[str, Any]]:
        """Turns of which no run said whose they are, oldest first, kept until somebody does.

        Each a dict of `id`, `template` (the namespace it was recorded for), `why`, and `episode`.
        """
        return [{"id": u.episode.id, **dataclasses.asdict(u)} for u in self._backend.spool.all()]

    def attribute(self, ids: Sequence[str], *parts: str) -> list[str]:
        """Record such turns in a namespace, and keep them aside no more; returns their ids.

        Raises:
            InvalidInputError: an id is not among them; nothing is recorded.
            NamespaceError: no parts, or a template.
        """
        own = self.namespace(*parts)
        turns = self._kept_aside(ids)
        recorded = own.record(turns)
        self._backend.spool.delete(turn.id for turn in turns)
        return recorded

    def discard(self, ids: Sequence[str]) -> None:
        """Delete such turns for good.

        Raises InvalidInputError when an id is not among them; nothing is deleted.
        """
        self._backend.spool.delete(turn.id for turn in self._kept_aside(ids))

    def _kept_aside(self, ids: Sequence[str]) -> list[Episode]:
        known = {u.episode.id: u.episode for u in self._backend.spool.all()}
        for id_ in (wanted := checked_strings("ids", ids)):
            if id_ not in known:
                raise InvalidInputError(
                    f"no turn that is kept aside has the id {shown(id_)}; `unattributed()` lists"
                    " them"
                )
        return [known[id_] for id_ in dict.fromkeys(wanted)]

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

    # -- what its namespaces use

    def _vault_of(
        self, parts: tuple[str, ...], language: Language | None = None, zone: str | None = None
    ) -> NamespaceStore:
        if language is not None:  # it stays the namespace's, whoever else opens it from here
            self._languages[parts] = language
        if zone is not None:
            self._zones[parts] = zone
        chosen = self._languages.get(parts, self._language)
        place = self._zones.get(parts, self._zone)
        return self._backend.vault(parts, self.embedder, self._redact, chosen, place)

    def _flush_writers(self) -> None:
        with self._lock:
            writers = list(self._writers)
        for writer in writers:
            writer.flush(_FLUSH_SECONDS)

    def _keep_aside(self, template: tuple[str, ...], episode: Episode, why: str) -> bool:
        return self._backend.spool.put(template, episode, why, self._redact)

    def _tell_recorded(self, parts: tuple[str, ...], episodes: int) -> None:
        for listener in self._listeners:
            listener.recorded(parts, episodes)


def store_of(namespace: Namespace) -> DreamStore:
    """The store object that made a namespace; nothing else makes one."""
    return cast(DreamStore, namespace._store)
