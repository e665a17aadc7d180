"""The dream graph as the LangGraph server and Studio load it (see langgraph.json).

The store is the folder named by the environment variable LANGGRAPH_DREAMS_STORE, `./memory` by
default; the namespace is `config["configurable"]["namespace"]`, its parts separated by slashes.
The server brings its own checkpointer, so the graph carries none.
"""

import os
import threading

from langchain_core.runnables import RunnableConfig

from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.namespace import DreamStore, Namespace

STORE = "LANGGRAPH_DREAMS_STORE"


class ServedNamespace:
    """The namespace that a run of the server names; opens the store with the first run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: DreamStore | None = None

    def resolve(self, config: RunnableConfig | None) -> Namespace:
        """The namespace of this run.

        Raises:
            NamespaceError: the run names none.
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
        return self._store.namespace(*name.strip("/ ").split("/"))


dream = create_dream_graph(ServedNamespace()).compile()
