"""The journal page for others to mount, and served alone: on this machine only, unless told."""

import secrets
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_strings, checked_word
from langgraph_dreams.errors import InvalidInputError, MissingDependencyError
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.namespace.template import checked

if TYPE_CHECKING:
    from starlette.applications import Starlette

HOST = "127.0.0.1"
PORT = 8600
PATH = "/journal"
_LAST_PORT = 65535
_ANYWHERE = {"", "0.0.0.0", "::"}  # addresses that are no name of this machine


def create_journal_app(
    store: DreamStore | Callable[[], DreamStore],
    *,
    token: str,
    hosts: Sequence[str] = (),
    only: Sequence[str] | None = None,
) -> "Starlette":
    """The journal page as an ASGI app, e.g. for `Mount("/journal", create_journal_app(...))`.

    Args:
        store: the store, or what answers it; the latter is called with every request.
        token: who has it may look, undo and forget; 16 characters or more.
        hosts: names under which the page is reached, besides `localhost` and IP addresses.
        only: the parts of the one namespace it shows; None for all of the store.

    Raises:
        InvalidInputError: the token is short or no printable ASCII.
        MissingDependencyError: Starlette is not installed.
    """
    try:
        from langgraph_dreams.web.access import Access
        from langgraph_dreams.web.app import journal_app
    except ImportError as error:
        raise _missing(error) from error
    if not isinstance(store, DreamStore) and not callable(store):
        raise InvalidInputError(f"store is {shown(store)}; pass a DreamStore, or what answers one")
    opener = (lambda: store) if isinstance(store, DreamStore) else store
    parts = None if only is None else checked(only)
    access = Access(checked_word("token", token), checked_strings("hosts", hosts))
    return journal_app(opener, access, parts)


def serve_journal(
    store: DreamStore,
    *,
    host: str = HOST,
    port: int = PORT,
    token: str | None = None,
    only: Sequence[str] | None = None,
    on_start: Callable[[str], None] | None = None,
) -> None:
    """Serve the journal page until it is stopped (Ctrl-C).

    Args:
        store: the store.
        host: address to listen at; the default is reached from this machine alone.
        port: port to listen at; 0 takes a free one.
        token: who has it may look, undo and forget; None has one made.
        only: the parts of the one namespace it shows; None for all of the store.
        on_start: called with the page's address, token included, once it can be opened.

    Raises:
        InvalidInputError: the token is short, or host and port cannot be listened at.
        MissingDependencyError: Starlette or uvicorn is not installed.
    """
    made = token if token is not None else secrets.token_urlsafe(24)
    names = [] if host in _ANYWHERE else [host]
    inner = create_journal_app(store, token=made, hosts=names, only=only)
    try:
        import uvicorn
        from starlette.applications import Starlette
        from starlette.routing import Mount
    except ImportError as error:
        raise _missing(error) from error
    app = Starlette(routes=[Mount(PATH, inner)])
    # No access log: the first address has the token in it.
    config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none")
    address = f"[{host}]" if ":" in host else host
    with _listening(host, port) as listener:
        if on_start is not None:
            on_start(f"http://{address}:{listener.getsockname()[1]}{PATH}/?token={made}")
        uvicorn.Server(config).run([listener])


def _listening(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise InvalidInputError(f"there is no port {port}; name one from 0 (any) to {_LAST_PORT}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidInputError(
            f"nothing can be served at {host!r}, port {port}: {error}; name another host or port"
        ) from error


def _missing(error: ImportError) -> MissingDependencyError:
    return MissingDependencyError(
        f"the journal page needs {error.name or error}; install it with"
        ' pip install "langgraph_dreams[journal]"'
    )
