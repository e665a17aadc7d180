"""The session of a namespace: its name, settings and model, and its store once it is open."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from langgraph_dreams._text import shown
from langgraph_dreams.dream.graph import build_graph
from langgraph_dreams.dream.recovery import recover_on_open
from langgraph_dreams.dream.runtime.context import Reviewing
from langgraph_dreams.dream.runtime.options import checked_policy
from langgraph_dreams.dream.runtime.state import DreamInput, DreamOutput, DreamState
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.llm.client import resolve_model
from langgraph_dreams.namespace.protocols import StoreHooks
from langgraph_dreams.namespace.template import context_of, filled, placeholder
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.store import Lease, NamespaceStore


class _Opened:
    """The namespace's store, once it is open; shared by the sessions of one namespace object."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.vault: NamespaceStore | None = None


@dataclass(frozen=True, eq=False, repr=False)
class NamespaceSession:
    """One namespace of a store, with all that its reading, dreaming and forgetting need."""

    wait_seconds: ClassVar[float] = 10.0
    """For whoever has the lease, such as a dream under way, to let it go."""

    store: StoreHooks
    parts: tuple[str, ...]
    policy: DreamPolicy
    model: BaseChatModel | None = None
    language: Language | None = None
    """Of its texts; None leaves it to the store."""
    zone: str | None = None
    """Of those who speak there; likewise."""
    _opened: _Opened = field(default_factory=_Opened)

    def __repr__(self) -> str:
        return f"Namespace({', '.join(map(repr, self.parts))})"

    @cached_property
    def is_template(self) -> bool:
        """True if a run's config has to fill in a part."""
        return any(placeholder(part) for part in self.parts)

    @property
    def context_schema(self) -> type[Any] | None:
        """Of a template: what a run has to name, as a TypedDict for forms; else None."""
        return context_of(self.parts)

    @property
    def vault(self) -> NamespaceStore:
        """Its kept things, opened when first needed.

        Raises:
            NamespaceError: this is a template.
            EmbedderMismatchError: another embedder wrote it.
        """
        with self._opened.lock:
            if self._opened.vault is None:
                vault = self.unrecovered()
                recover_on_open(vault, self.policy.lease_seconds)
                self._opened.vault = vault
            return self._opened.vault

    def unrecovered(self) -> NamespaceStore:
        """Its kept things, also of a namespace that is half restored. Raises as `vault` does."""
        if self.is_template:
            raise NamespaceError(
                f"{self!r} is a template; resolve it with a run's config, "
                f"or name the namespace in full"
            )
        return self.store._vault_of(self.parts, self.language, self.zone)

    @cached_property
    def graph(self) -> CompiledStateGraph[DreamState, Any, DreamInput, DreamOutput]:
        """The dream graph, compiled; a dream that is to wait for a person waits in the journal."""
        graph = build_graph(self, None, Budget(), Reviewing(pauses=False))
        return graph.compile(checkpointer=False)

    def resolve(self, config: RunnableConfig | None) -> "NamespaceSession":
        """The session with its placeholders filled from `config["configurable"]`.

        Raises:
            NamespaceError: a value is missing, empty, or neither a string nor a whole number.
        """
        if not self.is_template:
            return self
        values = _configurable(config)
        parts = tuple(filled(part, values) for part in self.parts)
        return NamespaceSession(
            self.store, parts, self.policy, self.model, self.language, self.zone
        )

    def adjusted(
        self, policy: DreamPolicy | None, model: str | BaseChatModel | None
    ) -> "NamespaceSession":
        """The session with other settings or another model; None leaves what it has."""
        settings = settings_or(policy, self.policy)
        if settings == self.policy and model is None:
            return self
        own = self.model if model is None else resolve_model(model)
        return replace(self, policy=settings, model=own)

    def flush(self) -> None:
        """Write what recorders hold back and what recall has noted."""
        self.store._flush_writers()
        self.vault.flush()

    def leased(self, what: str) -> AbstractContextManager[Lease]:
        """Hold the lease of the namespace while something is changed. Raises BusyError."""
        return leased(self.vault, what, self.policy.lease_seconds, self.wait_seconds)


def _configurable(config: Any) -> Mapping[str, Any]:
    """`config["configurable"]`; empty when there is none. Raises NamespaceError."""
    values = config.get("configurable") if isinstance(config, Mapping) else config
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise NamespaceError(
            f"{shown(values)} fills no placeholder; pass config={{'configurable': {{...}}}}"
        )
    return values


def settings_or(policy: DreamPolicy | None, usual: DreamPolicy) -> DreamPolicy:
    """The policy, or the usual one. Raises InvalidInputError for what is none."""
    return usual if policy is None else checked_policy(policy) or usual
