"""What stands before a Chroma server that others can reach: TLS, and a token in every request."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import trustme

_KEPT = ("content-type", "accept")


@dataclass
class Door:
    """A proxy on this machine that asks for a token."""

    port: int
    token: str
    refused: int = 0


@contextmanager
def door(behind: int, token: str, authority: trustme.CA) -> Iterator[Door]:
    """A TLS proxy before the Chroma server at port `behind`."""
    opened = Door(0, token)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # one request a connection: none is left open

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("authorization") != f"Bearer {opened.token}":
                opened.refused += 1
                self.reply(401, b"no such token", "text/plain")
                return
            headers = {name: self.headers[name] for name in _KEPT if name in self.headers}
            url = f"http://127.0.0.1:{behind}{self.path}"
            answer = httpx.request(self.command, url, content=body, headers=headers, timeout=60)
            kind = answer.headers.get("content-type", "application/json")
            self.reply(answer.status_code, answer.content, kind)

        def reply(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = forward  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    opened.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield opened
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
