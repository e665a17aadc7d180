"""The journal page as an ASGI app: one page, its static files, and small JSON endpoints."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

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
from langgraph_dreams.web.access import COOKIE, Access, Answer, Guarded, SignedIn
from langgraph_dreams.web.asked import Opener, Shelf, body_of, flag, moment, number, strings, whole
from langgraph_dreams.web.associations import Filters, associations
from langgraph_dreams.web.dreaming import dreaming
from langgraph_dreams.web.health import health
from langgraph_dreams.web.items import whole_item
from langgraph_dreams.web.memories import levels, memories
from langgraph_dreams.web.nights import night, nights
from langgraph_dreams.web.recalled import recalled
from langgraph_dreams.web.reviewing import review
from langgraph_dreams.web.undoing import preview, undo

STATIC = Path(__file__).parent / "static"
_MOST = 1_000_000_000
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
    shelf = Shelf(opener, only)
    data = Mount("/api", routes=_data(shelf, access), middleware=[Middleware(SignedIn, access)])
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


def _sign_in(access: Access) -> Callable[[Request], Any]:
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


def _data(shelf: Shelf, access: Access) -> list[BaseRoute]:
    """Endpoints of what is kept; functions that block run in worker threads."""

    def start(_: Request) -> Response:
        return Answer({"csrf": access.csrf, "namespaces": shelf.listed()})

    def answered(question: Callable[[Request], dict[str, Any]]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            return Answer(question(request))

        return answer

    async def undone(request: Request) -> Response:
        return Answer(await run_in_threadpool(_undone, shelf, await body_of(request)))

    async def reviewed(request: Request) -> Response:
        return Answer(await run_in_threadpool(_reviewed, shelf, await body_of(request)))

    questions: dict[str, Callable[[Request], dict[str, Any]]] = {
        "/dreaming": lambda r: dreaming(shelf.of(r)),
        "/nights": lambda r: nights(shelf.of(r)),
        "/night": lambda r: night(
            shelf.of(r), _text(r, "dream"), whole(r, "offset", 0, _MOST), _text(r, "operation")
        ),
        "/resting": lambda r: preview(
            shelf.of(r), _text(r, "dream"), r.query_params.getlist("operation")
        ),
        "/associations": lambda r: associations(
            shelf.of(r), _text(r, "q").strip(), r.query_params.getlist("around"), _filters(r)
        ),
        "/recall": lambda r: recalled(
            shelf.of(r), _text(r, "q"), whole(r, "k", 10, 50), _text(r, "without"), moment(r, "at")
        ),
        "/levels": lambda r: levels(shelf.of(r)),
        "/memories": lambda r: memories(
            shelf.of(r), _text(r, "status"), _text(r, "kind"), whole(r, "offset", 0, _MOST)
        ),
        "/item": lambda r: whole_item(shelf.of(r), _text(r, "id")),
        "/health": lambda r: health(shelf.of(r)),
    }
    return [
        Route("/start", start),
        *(Route(path, answered(question)) for path, question in questions.items()),
        Route("/undo", undone, methods=["POST"]),
        Route("/review", reviewed, methods=["POST"]),
    ]


def _text(request: Request, name: str) -> str:
    return request.query_params.get(name, "")


def _filters(request: Request) -> Filters:
    asked = request.query_params
    return Filters(
        kinds=frozenset(asked.getlist("kind")),
        channels=frozenset(asked.getlist("channel")),
        statuses=frozenset(asked.getlist("status")),
        least=number(request, "least", 0, 0, 1),
        days=number(request, "days", 0, 0, 100_000),
    )


def _undone(shelf: Shelf, body: dict[str, Any]) -> dict[str, Any]:
    """Carry out what the page confirmed."""
    dream = body.get("dream")
    return undo(
        shelf.namespace(strings(body, "ns")),
        dream if isinstance(dream, str) else "",
        strings(body, "operations"),
        strings(body, "confirmed"),
        flag(body, "redream", True),
    )


def _reviewed(shelf: Shelf, body: dict[str, Any]) -> dict[str, Any]:
    """Carry out what the page decided."""
    dream = body.get("dream")
    return review(
        shelf.namespace(strings(body, "ns")),
        dream if isinstance(dream, str) else "",
        body,
        flag(body, "redream", True),
    )
