"""A server that speaks OpenAI's chat completions, and misbehaves as it is told.

    with OpenAIServer(hang, ok('{"items": []}')) as server:
        ChatOpenAI(model="m", api_key="k", base_url=server.url)

Each behaviour answers one request, the last one all that follow. A behaviour gets the request's
body and gives a `Reply`, or None to close the connection; `hang` keeps it open until the end.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Behaviour = Callable[[Body], Reply | None]


def completion(
    text: str | None, finish: str = "stop", usage: Mapping[str, int] | None = None, **message: Any
) -> Reply:
    """One choice that says `text`."""
    counted = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    said = {"role": "assistant", "content": text, **message}
    return Reply(
        {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "finish_reason": finish, "message": said}],
            "usage": counted if usage is None else dict(usage) or None,
        }
    )


def ok(text: str | None, **more: Any) -> Behaviour:
    return lambda body: completion(text, **more)


def refuse(status: int, message: str, headers: Mapping[str, str] | None = None) -> Behaviour:
    error = {"message": message, "type": "error", "param": None, "code": None}
    return lambda body: Reply({"error": error}, status, headers or {})


def raw(text: str, status: int = 200) -> Behaviour:
    """A body that is not what its content type says."""
    return lambda body: Reply(text, status)


def no_response_format(text: str, status: int = 400) -> Behaviour:
    """A server without structured output; in plain text it says `text`."""

    def behave(body: Body) -> Reply:
        if "response_format" in body:
            said = "response_format of type json_schema is not supported by this server"
            return refuse(status, said)(body) or Reply()
        return completion(text)

    return behave


def empty_choices(body: Body) -> Reply:
    made = completion("")
    return Reply({**made.body, "choices": []})


def null_choices(body: Body) -> Reply:
    made = completion("")
    return Reply({**made.body, "choices": None})


def closed(body: Body) -> None:
    """The connection is closed without an answer."""


def hang(body: Body) -> None:
    """No answer until the server is closed."""


class OpenAIServer:
    """A local server in daemon threads; `seen` are the bodies of the requests in their order."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.seen: list[Body] = []
        self._behaviours = list(behaviours)
        self._lock = threading.Lock()
        self._over = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner._answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "OpenAIServer":
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            self.seen.append(body)
            behave = self._behaviours[0]
            if len(self._behaviours) > 1:
                self._behaviours.pop(0)
        if behave is hang:
            self._over.wait(60)
            return
        reply = behave(body)
        if reply is None:
            return
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        handler.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text.encode())))
        handler.end_headers()
        handler.wfile.write(text.encode())
