"""The dream graph as the LangGraph server and Studio load it (see langgraph.json).

The store is the folder named by the environment variable LANGGRAPH_DREAMS_STORE, `./memory` by
default; the namespace is `config["configurable"]["namespace"]`, its parts separated by slashes. It
dreams with the model that LANGGRAPH_DREAMS_MODEL names ("openai:NAME"), without one by default.
The server brings its own checkpointer, so the graph carries none.
"""

import os
import threading

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.llm import resolve_model
from langgraph_dreams.namespace import DreamStore, Namespace

STORE = "LANGGRAPH_DREAMS_STORE"
MODEL = "LANGGRAPH_DREAMS_MODEL"


class ServedNamespace:
    """The namespace that a run of the server names; opens the store with the first run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: DreamStore | None = None
        self._model: BaseChatModel | None = None

    def resolve(self, config: RunnableConfig | None) -> Namespace:
        """The namespace of this run.

        Raises:
            NamespaceError: the run names none.
            InvalidInputError: the model is none, or has no key.
        """
        name = ((config or {}).get("configurable") or {}).get("namespace")
        if not isinstance(name, str) or not name.strip("/ "):
            raise NamespaceError(
                f"the run's config['configurable']['namespace'] is {name!r}; "
                f"name whose memory should dream, e.g. 'acme/ada'"
            )
        with self._lock:
            if self._store is None:
                self._store = DreamStore.open(os.environ.get(STORE, "./memory"))
            if self._model is None and (model := os.environ.get(MODEL)):
                self._model = resolve_model(model)
        return self._store.namespace(*name.strip("/ ").split("/"), model=self._model)


dream = create_dream_graph(ServedNamespace()).compile()
