"""The journal page as a LangGraph server mounts it, at /journal, beside its own routes.

In langgraph.json: `"http": {"app": "langgraph_dreams.web.server:app"}`. The store is the one
that the served dream graph uses (LANGGRAPH_DREAMS_STORE). LANGGRAPH_DREAMS_JOURNAL_TOKEN is the
token, 16 characters or more; without it the page is off, since a server behind a proxy cannot tell
who is far away. Type it on the page: the server logs addresses, `?token=` included.
LANGGRAPH_DREAMS_JOURNAL_HOSTS lists the names under which the server is reached
(`dreams.example.org,...`); `localhost` and IP addresses need no mention.
"""

import os
from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.server.graphs import served
from langgraph_dreams.web.access import refusal
from langgraph_dreams.web.serve import PATH, create_journal_app

TOKEN = "LANGGRAPH_DREAMS_JOURNAL_TOKEN"
HOSTS = "LANGGRAPH_DREAMS_JOURNAL_HOSTS"


def mounted(environment: Mapping[str, str], store: Callable[[], DreamStore]) -> Starlette:
    """The routes that a LangGraph server adds to its own.

    Args:
        environment: its variables.
        store: answers the store; called with every question.

    Raises InvalidInputError for a token that is short.
    """
    token = environment.get(TOKEN, "")
    if not token:
        return Starlette(routes=_routes(refusal(503, f"the page is off; set {TOKEN}")))
    hosts = [name.strip() for name in environment.get(HOSTS, "").split(",") if name.strip()]
    return Starlette(routes=_routes(create_journal_app(store, token=token, hosts=hosts)))


def _routes(page: ASGIApp) -> list[BaseRoute]:
    # No middleware here: a LangGraph server would wrap its own routes in it.
    slash = RedirectResponse(f"{PATH}/", status_code=308)
    return [Route(PATH, lambda _: slash), Mount(PATH, page)]


app = mounted(os.environ, served.store)
