"""Access to the journal page: the token, the session it opens, and what a browser is allowed.

Every request names a host that no stranger's DNS can point here. The data wants a session, which
the token opens; a change wants besides the page's own origin and a header that no other page can
send. The token is the only secret: session and header value are derived from it, so that several
workers of one server agree.
"""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from pydantic_core import to_jsonable_python
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError

COOKIE = "langgraph_dreams_journal"
CSRF_HEADER = "x-journal-csrf"
LEAST_TOKEN = 16
"""Characters of a token at least: it must not be guessed."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_READING = {"GET", "HEAD"}


class Answer(JSONResponse):
    """JSON in ASCII: a text with half a character in it can be told of, too."""

    def render(self, content: object) -> bytes:
        """The content, records among it, as bytes."""
        plain = to_jsonable_python(content)
        return json.dumps(plain, allow_nan=False, separators=(",", ":")).encode()


class Access:
    """The token of a journal page, and what is derived from it."""

    def __init__(self, token: str, names: Iterable[str] = ()) -> None:
        """Let in who has the token, at an IP address, `localhost`, or one of the names.

        Raises InvalidInputError for a token that is short or no printable ASCII.
        """
        if len(token) < LEAST_TOKEN or not (token.isascii() and token.isprintable()):
            raise InvalidInputError(
                f"the token of the journal page has {len(token)} characters; give it"
                f" {LEAST_TOKEN} or more of printable ASCII, or leave it out to have one made"
            )
        self._token = token.encode()
        self._names = {"localhost", *(name.lower() for name in names)}
        self.session = self._derived("session")
        self.csrf = self._derived("csrf")

    def _derived(self, what: str) -> str:
        return hmac.new(self._token, what.encode(), hashlib.sha256).hexdigest()

    def opens(self, token: object) -> bool:
        """True if this is the token."""
        given = token.encode("utf-8", "replace") if isinstance(token, str) else b""
        return hmac.compare_digest(given, self._token)

    def signed_in(self, headers: Headers) -> bool:
        """True if the request carries the session."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return found is not None and _same(found.value, self.session)

    def same_page(self, headers: Headers) -> bool:
        """True if the page itself asked for a change."""
        return _same(headers.get(CSRF_HEADER, ""), self.csrf)

    def known_host(self, host: str) -> bool:
        """True if a Host header names this machine: an address, or a name that is ours."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        name = name.strip("[]").lower()
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


class Guarded:
    """Middleware of every request: a known host, the page's own origin, the headers."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        fault = self._fault(scope["method"], scope["scheme"], Headers(scope=scope))
        app = refusal(403, fault) if fault else self._app
        await app(scope, receive, with_headers)

    def _fault(self, method: str, scheme: str, headers: Headers) -> str:
        host = headers.get("host", "")
        if not self._access.known_host(host):
            return (
                f"the host {shown(host)} is not known here; open the page by its address, or name"
                " the host when the page is started"
            )
        # Behind a proxy the page is on https, and this server does not know.
        origin = headers.get("origin", "")
        if method not in _READING and origin not in (f"{scheme}://{host}", f"https://{host}"):
            return f"a change from {shown(origin)} is refused; make it on the page itself"
        return ""


class SignedIn:
    """Middleware of the data: a session, and for a change the header of the page."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        headers = Headers(scope=scope)
        app = self._app
        if not self._access.signed_in(headers):
            app = refusal(401, "no session; open the page with its token, or enter it there")
        elif scope["method"] not in _READING and not self._access.same_page(headers):
            app = refusal(403, f"the header {CSRF_HEADER} is missing or wrong; reload the page")
        await app(scope, receive, send)


def refusal(status: int, why: str) -> ASGIApp:
    """The app that answers everything with what is wrong."""
    return Answer({"error": why}, status_code=status)
