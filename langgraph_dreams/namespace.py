"""The public doors: a store, and the namespaces in it."""

import asyncio
import dataclasses
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

from langchain_core.embeddings import Embeddings
from langchain_core.runnables import RunnableConfig

from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.embeddings import Embedder, resolve_embedder
from langgraph_dreams.errors import DreamError, InvalidInputError, NamespaceError, UnknownDreamError
from langgraph_dreams.models import DreamReport, Episode, Link, Memory, Recall
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall import recall
from langgraph_dreams.store import Backend, Vault

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

class Writer(Protocol):
    """Something that holds back episodes of a store."""

    def flush(self, timeout: float | None = None) -> bool:
        """Write what is pending; waits at most so many seconds."""
        ...

    def close(self) -> bool:
        """Write what is pending before the store closes."""
        ...


_FLUSH_SECONDS = 10.0
OnEvent = Callable[[dict[str, Any]], None]


class DreamStore:
    """Where episodes, memories, links and the journal of dreams are kept: Chroma.

    `DreamStore.open(path)` for a folder of one process, `DreamStore(client=...)` for a Chroma
    server shared by many, `DreamStore.in_memory()` for tests.
    """

    def __init__(
        self,
        *,
        client: "ClientAPI",
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
        index_path: str | os.PathLike[str] | None = None,
    ) -> None:
        """Use a Chroma client, e.g. `chromadb.HttpClient(...)`.

        Args:
            client: any Chroma client.
            embedder: None for the local MiniLM, or an Embedder, or LangChain Embeddings.
            policy: default settings of the namespaces.
            index_path: folder of the derived index; None keeps it in memory.
        """
        self._setup(Backend.attach(client, index_path), embedder, policy)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
    ) -> Self:
        """Open or create an embedded store in a folder; once a process and path.

        Raises:
            StoreLockedError: another process has it open.
            StoreReadOnlyError: the folder cannot be written.
            StoreError: the path is a file, or the store cannot be read.
        """
        return cls._made(Backend.open(path), embedder, policy)

    @classmethod
    def in_memory(
        cls,
        *,
        embedder: Embedder | Embeddings | None = None,
        policy: DreamPolicy | None = None,
    ) -> Self:
        """A store that is gone with the process."""
        return cls._made(Backend.memory(), embedder, policy)

    @classmethod
    def _made(
        cls,
        backend: Backend,
        embedder: Embedder | Embeddings | None,
        policy: DreamPolicy | None,
    ) -> Self:
        store = cls.__new__(cls)
        store._setup(backend, embedder, policy)
        return store

    def _setup(
        self,
        backend: Backend,
        embedder: Embedder | Embeddings | None,
        policy: DreamPolicy | None,
    ) -> None:
        self._backend = backend
        self._embedder_given = embedder
        self._embedder: Embedder | None = None
        self._policy = policy or DreamPolicy()
        self._lock = threading.RLock()
        self._writers: weakref.WeakSet[Writer] = weakref.WeakSet()

    @property
    def embedder(self) -> Embedder:
        """What turns texts into vectors; loaded when first needed."""
        with self._lock:
            if self._embedder is None:
                self._embedder = resolve_embedder(self._embedder_given)
            return self._embedder

    def namespace(self, *parts: str, policy: DreamPolicy | None = None) -> "Namespace":
        """The memory of one tenant, user or agent; nothing ever crosses it.

        A part that is exactly `"{name}"` is filled from `config["configurable"]["name"]` of each
        run.

        Raises:
            NamespaceError: no parts, or one that is empty, too long or not a string.
        """
        return Namespace(self, parts, policy or self._policy)

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
        new = self.embedder if embedder is None else resolve_embedder(embedder)
        return self._backend.reembed(parts, new, on_progress)

    def check(self) -> list[dict[str, Any]]:
        """What is there and what is wrong: dicts of level, subject, text and advice."""
        return [dataclasses.asdict(finding) for finding in self._backend.check()]

    def close(self) -> None:
        """Write what is pending, also of recorders, and let go of the folder."""
        with self._lock:
            writers, self._writers = list(self._writers), weakref.WeakSet()
        for writer in writers:
            writer.close()
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Namespace:
    """One namespace: record, dream, recall. Every method has an async twin with an `a` before it.

    Made by `DreamStore.namespace`. A template has to be resolved with a run's config first; the
    recorder, the tools and the dream graph do that by themselves.
    """

    def __init__(self, store: DreamStore, parts: Sequence[str], policy: DreamPolicy) -> None:
        self._store = store
        self._parts = _checked(parts)
        self._policy = policy
        self._vault: Vault | None = None
        self._lock = threading.RLock()
        self._compiled: Any = None

    def __repr__(self) -> str:
        return f"Namespace({', '.join(map(repr, self._parts))})"

    @property
    def parts(self) -> tuple[str, ...]:
        """The names it is made of, outermost first."""
        return self._parts

    @property
    def policy(self) -> DreamPolicy:
        """Its settings."""
        return self._policy

    @property
    def is_template(self) -> bool:
        """Whether a run's config has to fill in a part."""
        return any(_placeholder(part) for part in self._parts)

    @property
    def vault(self) -> Vault:
        """Its kept things (private to the library).

        Raises:
            NamespaceError: this is a template.
            EmbedderMismatchError: another embedder wrote it.
        """
        if self.is_template:
            raise NamespaceError(
                f"{self!r} is a template; resolve it with a run's config, "
                f"or name the namespace in full"
            )
        with self._lock:
            if self._vault is None:
                self._vault = self._store._backend.vault(self._parts, self._store.embedder)
            return self._vault

    def resolve(self, config: RunnableConfig | None) -> Self:
        """This namespace with its placeholders filled from `config["configurable"]`.

        Raises:
            NamespaceError: a value is missing, empty, or neither a string nor a whole number.
        """
        if not self.is_template:
            return self
        values = (config or {}).get("configurable") or {}
        parts = [_filled(part, values) for part in self._parts]
        return type(self)(self._store, parts, self._policy)

    def attach(self, writer: Writer) -> None:
        """Have a writer flushed before every dream and closed before the store; held weakly."""
        with self._store._lock:
            self._store._writers.add(writer)

    # -- awake

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        """Keep episodes; one that is already there stays as it is. Returns their ids in order.

        Raises:
            InvalidInputError: a text is blank or too long; nothing is written.
            EmbedderError: the embedder answered what cannot be stored; nothing is written.
        """
        return self.vault.add_episodes(list(episodes))

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
        note: bool = True,
        policy: DreamPolicy | None = None,
    ) -> Recall:
        """The k episodes that answer a question best, each with the reason why it came.

        Args:
            query: the question.
            k: number of episodes.
            links: False leaves out what dreams have linked.
            without_dream: id or ids of dreams whose links are ignored.
            note: remember the question and the links that helped; the next dream strengthens them.
            policy: other settings for this question alone.

        Raises:
            InvalidInputError: the question is blank, or k is not positive.
        """
        settings = policy or self._policy
        if not links:
            settings = settings.model_copy(update={"links": False})
        dreams = [without_dream] if isinstance(without_dream, str) else list(without_dream)
        found = recall(self.vault, query, k, settings, without_dream=dreams)
        if note and settings.links:
            helped = {hop.link for r in found.items if r.why.by_link for hop in r.why.path}
            self.vault.note_recall(query, [r.item.id for r in found.items], sorted(helped))
        return found

    async def arecall(
        self,
        query: str,
        k: int = 10,
        *,
        links: bool = True,
        without_dream: str | Iterable[str] = (),
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
            note=note,
            policy=policy,
        )

    # -- asleep

    def dream(
        self,
        *,
        focus: str | None = None,
        dry_run: bool = False,
        policy: DreamPolicy | None = None,
        on_event: OnEvent | None = None,
    ) -> DreamReport:
        """Run one dream over what is new; returns its report.

        Args:
            focus: what to start from, in words; old episodes about it are dreamt of again.
            dry_run: plan and report, write nothing.
            policy: other settings for this dream alone.
            on_event: called with every progress event.

        Raises:
            DreamError: the dream graph ended without a report.
        """
        graph = self._graph(policy)
        report: dict[str, Any] | None = None
        for mode, event in graph.stream(_input(focus, dry_run), stream_mode=["custom", "values"]):
            if mode == "custom" and on_event:
                on_event(event)
            elif mode == "values":
                report = event.get("report", report)
        return _report(report)

    async def adream(
        self,
        *,
        focus: str | None = None,
        dry_run: bool = False,
        policy: DreamPolicy | None = None,
        on_event: OnEvent | None = None,
    ) -> DreamReport:
        """`dream`, off the event loop."""
        graph = self._graph(policy)
        report: dict[str, Any] | None = None
        async for mode, event in graph.astream(
            _input(focus, dry_run), stream_mode=["custom", "values"]
        ):
            if mode == "custom" and on_event:
                on_event(event)
            elif mode == "values":
                report = event.get("report", report)
        return _report(report)

    def _graph(self, policy: DreamPolicy | None) -> Any:
        if policy is not None and policy != self._policy:
            other = type(self)(self._store, self._parts, policy)
            other._vault = self.vault
            return other._graph(None)
        with self._lock:
            if self._compiled is None:
                self._compiled = create_dream_graph(self).compile(checkpointer=False)
            return self._compiled

    # -- what is kept

    def episodes(self, ids: Sequence[str] | None = None) -> list[Episode]:
        """Episodes by id, or all, oldest first; unknown ids are left out."""
        wanted = self.vault.episode_ids() if ids is None else list(ids)
        found = self.vault.get(wanted)
        return [e for i in wanted if isinstance(e := found.get(i), Episode)]

    def memories(self, ids: Sequence[str] | None = None) -> list[Memory]:
        """Memories by id, or all that hold; unknown ids are left out."""
        wanted = self.vault.memory_ids() if ids is None else list(ids)
        found = self.vault.get(wanted)
        return [m for i in wanted if isinstance(m := found.get(i), Memory)]

    def links(self, include_expired: bool = False) -> list[Link]:
        """All links."""
        return self.vault.links(include_expired=include_expired)

    def add_links(self, links: Sequence[Link]) -> None:
        """Store links of your own.

        Raises:
            InvalidInputError: an end is not an item of this namespace.
        """
        ends = {end for link in links for end in (link.a, link.b)}
        unknown = sorted(ends - set(self.vault.get(list(ends))))
        if unknown:
            raise InvalidInputError(
                f"{len(unknown)} ends of these links are not in {self!r}, the first is "
                f"{unknown[0]!r}; record the episodes first"
            )
        self.vault.put_links(list(links))

    def dreams(self) -> list[DreamReport]:
        """The journal, oldest first, without the operations."""
        return self.vault.dreams()

    def report(self, dream_id: str) -> DreamReport:
        """One dream with its operations; a unique beginning of the id is enough.

        Raises:
            UnknownDreamError: no such dream, or several.
        """
        found = [r.id for r in self.vault.dreams() if r.id.startswith(dream_id)] if dream_id else []
        whole = self.vault.get_dream(found[0]) if len(found) == 1 else None
        if whole is None:
            raise UnknownDreamError(
                f"{len(found) or 'no'} dreams of {self!r} have an id that begins with "
                f"{dream_id!r}; `dreams()` lists them"
            )
        return whole

    def counts(self) -> dict[str, int]:
        """Numbers of episodes, undreamt, memories and links."""
        return self.vault.count()

    def flush(self) -> None:
        """Write what recorders hold back and what recall has noted."""
        with self._store._lock:
            writers = list(self._store._writers)
        for writer in writers:
            writer.flush(_FLUSH_SECONDS)
        self.vault.flush()


def _placeholder(part: str) -> str:
    inner = part[1:-1] if part.startswith("{") and part.endswith("}") else ""
    return inner if inner.isidentifier() else ""


def _checked(parts: Sequence[str]) -> tuple[str, ...]:
    if not parts:
        raise NamespaceError("a namespace needs a name; call namespace('me') or ('acme', 'ada')")
    for part in parts:
        if not isinstance(part, str) or not part.strip() or len(part) > 10_000:
            raise NamespaceError(
                f"{str(part)[:80]!r} cannot name a namespace; use a text of 1 to 10,000 characters"
            )
    return tuple(parts)


def _filled(part: str, values: Any) -> str:
    name = _placeholder(part)
    if not name:
        return part
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise NamespaceError(
            f"the namespace needs {name!r}, but config['configurable'] has {value!r}; "
            f"pass config={{'configurable': {{{name!r}: ...}}}} with the run"
        )
    filled = str(value)
    if _placeholder(filled):
        raise NamespaceError(f"{name!r} is {filled!r}, a placeholder itself; pass the value")
    return filled


def _input(focus: str | None, dry_run: bool) -> dict[str, Any]:
    return {"focus": focus or "", "dry_run": dry_run}


def _report(report: dict[str, Any] | None) -> DreamReport:
    if report is None:
        raise DreamError("the dream ended without a report; nothing was committed by it")
    return DreamReport.model_validate(report)
