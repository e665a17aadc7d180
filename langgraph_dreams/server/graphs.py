"""The dream graph as the LangGraph server and Studio load it (see langgraph.json).

The environment variable LANGGRAPH_DREAMS_STORE names the store: a folder, `./memory` by default, or
the address of a Chroma server ("http://chroma:8000") that many machines share. The namespace is
`config["configurable"]["namespace"]`: a list of its parts, or a text with slashes between them; it
may come by `context` too, or in the input (all that there is over MCP). A run that names none is
about the namespace of the variable LANGGRAPH_DREAMS_NAMESPACE, which may hold placeholders
("acme/{user}"). Where the server authenticates, a run is about the user's own namespace: the
field `namespace` of the user, else that variable if it has placeholders, else the identity. A run
that names another is refused. It dreams with the model that
LANGGRAPH_DREAMS_MODEL names ("openai:NAME"), without one by default.
LANGGRAPH_DREAMS_REVIEW=ask has a person look before anything is written, when the input of a run
does not say who looks.
LANGGRAPH_DREAMS_REDACT=secrets has every text go through `redact_secrets` before it is stored.
The server brings its own checkpointer, so the graph carries none.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from pydantic import Field
from typing_extensions import TypedDict

from langgraph_dreams._text import shown
from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.dream.runtime.context import INPUT
from langgraph_dreams.errors import InvalidInputError, NamespaceError
from langgraph_dreams.llm.client import resolve_model
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.protocols import Writer
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.namespace.template import (
    checked,
    filled,
    given,
    identity_of,
    not_theirs,
    placeholder,
    user_field,
)
from langgraph_dreams.safety.redaction import Redactor
from langgraph_dreams.safety.secrets import redact_secrets
from langgraph_dreams.store import server_client
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.review import ReviewMode

STORE = "LANGGRAPH_DREAMS_STORE"
NAMESPACE = "LANGGRAPH_DREAMS_NAMESPACE"
MODEL = "LANGGRAPH_DREAMS_MODEL"
REVIEW = "LANGGRAPH_DREAMS_REVIEW"
REDACT = "LANGGRAPH_DREAMS_REDACT"


Named = Annotated[
    str,
    Field(
        title="Namespace",
        description="Its parts with slashes between them; a program may give a list instead.",
        min_length=1,
        examples=["acme/ada"],
    ),
]


class ServedContext(TypedDict):
    """The namespace that a run is about; a server copies it into `config["configurable"]`."""

    namespace: Named


class ServedNamespace:
    """The namespace that a run of the server names; opens the store with the first run.

    As a template it can be recorded to as well: `record_node(served)`.
    """

    parts = ("{namespace}",)
    context_schema = ServedContext

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: DreamStore | None = None
        self._model: BaseChatModel | None = None
        self._writers: list[Writer] = []

    def store(self) -> DreamStore:
        """The store of this server, opened when first needed.

        Raises StoreError: it cannot be opened. InvalidInputError: there is no such redactor.
        """
        with self._lock:
            if self._store is None:
                self._store = _opened(os.environ.get(STORE, "./memory"))
                for writer in self._writers:
                    self._store.attach(writer)
            return self._store

    def attach(self, writer: Writer) -> None:
        """Have a writer flushed before every dream and closed before the store."""
        with self._lock:
            self._writers.append(writer)
            if self._store is not None:
                self._store.attach(writer)

    def parts_of(self, config: RunnableConfig | None) -> tuple[str, ...]:
        """The parts of the name that this run gives, or of its user's own.

        Raises NamespaceError: there is neither, and no default in the environment; or the run
        names another than that of the user whom the server has authenticated.
        """
        configurable = (config or {}).get("configurable") or {}
        asked = (configurable.get(INPUT) or {}).get("namespace")
        names = [*given("namespace", configurable), *([asked] if asked else [])]
        if identity_of(configurable):
            own = _own(configurable)
            for name in names:
                if _parts(name) != own:
                    raise not_theirs("namespace", name, own)
            return own
        if names:
            return _parts(names[0])
        return tuple(filled(part, configurable) for part in _parts(os.environ.get(NAMESPACE)))

    def resolve(self, config: RunnableConfig | None) -> Namespace:
        """The namespace of this run.

        Raises:
            NamespaceError: the run names none.
            InvalidInputError: the model is none, or has no key.
        """
        parts, store = self.parts_of(config), self.store()
        with self._lock:
            if self._model is None and (model := os.environ.get(MODEL)):
                self._model = resolve_model(model)
        return store.namespace(*parts, model=self._model)

    def _keep_aside(self, episode: Episode, why: str) -> bool:
        return self.store()._keep_aside(self.parts, episode, why)

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        """Refused: a run has to say whose memory it is. Raises NamespaceError."""
        raise NamespaceError(
            f"{len(episodes)} episodes come without a run; use resolve(config).record(...)"
        )


def _own(configurable: Mapping[str, Any]) -> tuple[str, ...]:
    """The namespace of the user whom the server has authenticated."""
    usual = os.environ.get(NAMESPACE, "").strip("/ ").split("/")
    template = usual if any(map(placeholder, usual)) else ["{user}"]
    said = user_field(configurable, "namespace")
    return _parts(said) if said else tuple(filled(part, configurable) for part in template)


def _parts(name: object) -> tuple[str, ...]:
    """A name as parts. Raises NamespaceError for what is none."""
    if isinstance(name, str) and name.strip("/ "):
        return checked(name.strip("/ ").split("/"))
    if isinstance(name, list) and name:
        return checked(name)
    raise NamespaceError(
        f"the namespace of the run is {shown(name)}; name whose memory it is, e.g. 'acme/ada', in"
        f" config['configurable']['namespace'], in its context, or in its input"
    )


def _opened(place: str) -> DreamStore:
    redact = _redactor(os.environ.get(REDACT, ""))
    if place.startswith(("http://", "https://")):
        return DreamStore(client=server_client(place), redact=redact)
    return DreamStore.open(place, redact=redact)


def _redactor(name: str) -> Redactor | None:
    if name not in ("", "secrets"):
        raise InvalidInputError(f"{REDACT} is {name!r}; set it to 'secrets', or leave it out")
    return redact_secrets if name else None


served = ServedNamespace()
_review = cast(ReviewMode, os.environ.get(REVIEW, ""))
dream = create_dream_graph(served, review=_review).compile(name="dream")
# A server streams of every update only what is output: so each node shows its line and counts.
dream.output_channels = ["line", "counts", "report"]
