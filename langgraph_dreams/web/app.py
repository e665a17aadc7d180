"""The journal page as an ASGI app: one page, its static files, and small JSON endpoints."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from langgraph_dreams.errors import (
    BusyError,
    DreamsError,
    InvalidInputError,
    NamespaceError,
    ReviewError,
    RollbackError,
    UnknownDreamError,
)
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.web.access import COOKIE, Access, Answer, Guarded, SignedIn
from langgraph_dreams.web.namespaces import JournalNamespaces, Opener
from langgraph_dreams.web.parameters import (
    Body,
    body_of,
    flag,
    moment,
    number,
    strings,
    text,
    whole,
    word,
)
from langgraph_dreams.web.views.amend import correct, forget, forgetting, pin
from langgraph_dreams.web.views.associations import STRONGEST, Filters, associations
from langgraph_dreams.web.views.health import health
from langgraph_dreams.web.views.history import history
from langgraph_dreams.web.views.items import whole_item
from langgraph_dreams.web.views.memories import levels, memories
from langgraph_dreams.web.views.nights import night, nights
from langgraph_dreams.web.views.progress import progress
from langgraph_dreams.web.views.recall import recall
from langgraph_dreams.web.views.review import review
from langgraph_dreams.web.views.undo import preview, undo

STATIC = Path(__file__).parent / "static"
_MOST = 1_000_000_000
_Question = Callable[[Namespace, Request], Mapping[str, object]]
_Change = Callable[[Namespace, Body], Mapping[str, object]]
_STATUS = {
    UnknownDreamError: 404,
    NamespaceError: 404,
    InvalidInputError: 400,
    RollbackError: 409,
    ReviewError: 409,
    BusyError: 409,
    DreamsError: 500,
}


def journal_app(opener: Opener, access: Access, only: Sequence[str] | None = None) -> Starlette:
    """The page, to be mounted under a path that ends in a slash.

    Args:
        opener: answers the store; called in a worker thread, with every request.
        access: who may see it.
        only: the one namespace it shows; None for all.
    """
    namespaces = JournalNamespaces(opener, only)
    data = Mount(
        "/api", routes=_data(namespaces, access), middleware=[Middleware(SignedIn, access)]
    )
    return Starlette(
        routes=[
            Route("/", _page(access)),
            Route("/session", _sign_in(access), methods=["POST"]),
            data,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guarded, access)],
        exception_handlers={**dict.fromkeys(_STATUS, _failed), HTTPException: _not_there},
    )


def _failed(_: Request, error: Exception) -> Response:
    """An error of ours in its own words."""
    status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
    return Answer({"error": str(error)}, status_code=status)


def _not_there(_: Request, error: Exception) -> Response:
    """An unknown path, or another method than it has."""
    status, detail = 404, ""
    if isinstance(error, HTTPException):
        status, detail = error.status_code, error.detail
    return Answer({"error": f"{detail}; the page lists what there is"}, status_code=status)


# -- signing in


def _page(access: Access) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        """The page; a token in its address is turned into a session, and taken out of it."""
        token = request.query_params.get("token")
        if token is None:
            return FileResponse(STATIC / "index.html")
        response = RedirectResponse(request.url.path, status_code=303)
        return _with_session(request, response, access) if access.opens(token) else response

    return page


def _sign_in(access: Access) -> Callable[[Request], Awaitable[Response]]:
    async def sign_in(request: Request) -> Response:
        """Open a session with a token that was typed."""
        if not access.opens((await body_of(request)).get("token")):
            return Answer({"error": "this is not the token of this page"}, status_code=401)
        return _with_session(request, Answer({"csrf": access.csrf}), access)

    return sign_in


def _with_session(request: Request, response: Response, access: Access) -> Response:
    response.set_cookie(
        COOKIE,
        access.session,
        path=request.scope.get("root_path", "") or "/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


# -- data


def _data(namespaces: JournalNamespaces, access: Access) -> list[BaseRoute]:
    """Endpoints of what is kept; functions that block run in worker threads."""

    def start(_: Request) -> Response:
        return Answer({"csrf": access.csrf, "namespaces": namespaces.listed()})

    def asked(question: _Question) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            return Answer(question(namespaces.of(request), request))

        return answer

    def changed(change: _Change) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            body = await body_of(request)
            return Answer(await run_in_threadpool(_carry_out, change, namespaces, body))

        return answer

    return [
        Route("/start", start),
        *(Route(path, asked(question)) for path, question in _QUESTIONS.items()),
        *(Route(path, changed(change), methods=["POST"]) for path, change in _CHANGES.items()),
    ]


def _carry_out(change: _Change, namespaces: JournalNamespaces, body: Body) -> Mapping[str, object]:
    return change(namespaces.namespace(strings(body, "ns")), body)


def _filters(request: Request) -> Filters:
    asked = request.query_params
    return Filters(
        kinds=frozenset(asked.getlist("kind")),
        channels=frozenset(asked.getlist("channel")),
        statuses=frozenset(asked.getlist("status")),
        least=number(request, "least", 0, 0, 1),
        days=number(request, "days", 0, 0, 100_000),
        until=whole(request, "until", 0, _MOST),
    )


_QUESTIONS: dict[str, _Question] = {
    "/dreaming": lambda ns, _: progress(ns),
    "/nights": lambda ns, _: nights(ns),
    "/night": lambda ns, r: night(
        ns, text(r, "dream"), whole(r, "offset", 0, _MOST), text(r, "operation")
    ),
    "/resting": lambda ns, r: preview(ns, text(r, "dream"), r.query_params.getlist("operation")),
    "/associations": lambda ns, r: associations(
        ns,
        text(r, "q").strip(),
        r.query_params.getlist("around"),
        _filters(r),
        whole(r, "most", STRONGEST, 400),
    ),
    "/recall": lambda ns, r: recall(
        ns,
        text(r, "q"),
        whole(r, "k", 10, 50),
        text(r, "without"),
        moment(r, "at"),
        number(r, "floor", 0, 0, 1) if text(r, "floor") else None,
        archived=bool(text(r, "archived")),
    ),
    "/levels": lambda ns, _: levels(ns),
    "/memories": lambda ns, r: memories(
        ns, text(r, "status"), text(r, "kind"), whole(r, "offset", 0, _MOST)
    ),
    "/item": lambda ns, r: whole_item(ns, text(r, "id")),
    "/history": lambda ns, r: history(ns, text(r, "id")),
    "/forgetting": lambda ns, r: forgetting(ns, text(r, "id")),
    "/health": lambda ns, _: health(ns),
}
_CHANGES: dict[str, _Change] = {
    "/undo": lambda ns, body: undo(
        ns,
        word(body, "dream"),
        strings(body, "operations"),
        strings(body, "confirmed"),
        flag(body, "redream", True),
    ),
    "/review": lambda ns, body: review(ns, word(body, "dream"), body, flag(body, "redream", True)),
    "/correct": lambda ns, body: correct(
        ns, word(body, "memory"), word(body, "text"), word(body, "speaker")
    ),
    "/pin": lambda ns, body: pin(ns, word(body, "memory")),
    "/forget": lambda ns, body: forget(ns, word(body, "item"), word(body, "confirmed")),
}
"""Endpoints by path; each is given the namespace that it is about."""
