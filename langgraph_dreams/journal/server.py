"""The journal page as a LangGraph server mounts it, at /journal, beside its own routes.

In langgraph.json: `"http": {"app": "langgraph_dreams.journal.server:app"}`. The store is the one
that the served dream graph uses (LANGGRAPH_DREAMS_STORE). LANGGRAPH_DREAMS_JOURNAL_TOKEN is the
token, 16 characters or more; without it the page is off, since a server behind a proxy cannot tell
who is far away. LANGGRAPH_DREAMS_JOURNAL_HOSTS lists the names under which the server is reached
(`dreams.example.org,...`); `localhost` and IP addresses need no mention.
"""

import os
import threading
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.routing import Mount

from langgraph_dreams.asleep.server import STORE
from langgraph_dreams.journal.access import refusal
from langgraph_dreams.journal.serve import PATH, create_journal_app
from langgraph_dreams.namespace import DreamStore

TOKEN = "LANGGRAPH_DREAMS_JOURNAL_TOKEN"
HOSTS = "LANGGRAPH_DREAMS_JOURNAL_HOSTS"


class ServedStore:
    """The store of this server, opened with the first question."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._store: DreamStore | None = None

    def __call__(self) -> DreamStore:
        """The store. Raises StoreError when it cannot be opened."""
        with self._lock:
            if self._store is None:
                self._store = DreamStore.open(self._path)
            return self._store


def mounted(environment: Mapping[str, str]) -> Starlette:
    """The routes that a LangGraph server adds to its own.

    Raises InvalidInputError for a token that is short.
    """
    token = environment.get(TOKEN, "")
    if not token:
        return Starlette(routes=[Mount(PATH, refusal(503, f"the page is off; set {TOKEN}"))])
    hosts = [name.strip() for name in environment.get(HOSTS, "").split(",") if name.strip()]
    store = ServedStore(environment.get(STORE, "./memory"))
    return Starlette(routes=[Mount(PATH, create_journal_app(store, token=token, hosts=hosts))])


app = mounted(os.environ)
