"""Failed calls to a model sorted by what to do about them, whoever the provider is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from langgraph_dreams._text import brief

MOST_WAIT = 60.0
"""Seconds to wait at most when a server says how long (Retry-After)."""

_PASSING_CODES = frozenset({408, 409, 425, 429})
_FORMAT_CODES = frozenset({400, 404, 422})
_FORMAT_WORDS = re.compile(
    r"response_?format|json_schema|structured.?output|text\.format|\btools?\b|tool_choice"
    r"|function.?call|grammar",
    re.IGNORECASE,
)
_PASSING_NAMES = re.compile("connect|remoteprotocol|ratelimit|network", re.IGNORECASE)
_IN_BODY = re.compile(r'"error".*?"code"\s*:\s*"?([45]\d\d)\b', re.DOTALL)
"""Some proxies send the error of the server behind them with status 200."""
_SECRET = re.compile(r"\bsk-[\w*.-]+|\bBearer\s+\S+|(?<=key=)[^\s&]+", re.IGNORECASE)

Kind = Literal["passing", "format", "stop", "other"]


@dataclass(frozen=True)
class Fault:
    """A failed call, by what to do about it.

    `kind`: "passing" may be tried again, after `wait` seconds if the server said so; "format" means
    that the server refuses structured output; "stop" that it will refuse every call; "other" that
    this call is lost. `text` says it in one line, without keys. `billed`: the model may have worked
    for it, so that its tokens count.
    """

    kind: Kind
    text: str
    wait: float | None = None
    billed: bool = False


def fault_of(error: BaseException, *, structured: bool) -> Fault:
    """The fault of an error that a model raised for a call, `structured` or in plain text."""
    code = _code(error)
    said = in_short(_body(error) or str(error) or type(error).__name__)
    if code is None:
        return _without_status(error, said)
    text = f"the model's server answered {code} ({said})"
    if code in (401, 403):
        return Fault("stop", f"{text}: check the key and what it may use; no more is asked")
    if code == 429 and "insufficient_quota" in str(error):
        return Fault("stop", f"{text}: the account is out of credit; no more is asked")
    if structured and code in _FORMAT_CODES and _FORMAT_WORDS.search(str(error)):
        return Fault("format", text)
    if code in _PASSING_CODES or code >= 500:
        return Fault("passing", text, _wait(error))
    return Fault("other", text)


def _without_status(error: BaseException, said: str) -> Fault:
    if _body(error):
        return Fault("other", f"the model's server sent what is no answer ({said})", billed=True)
    name = type(error).__name__
    said = said if said == name else f"{name}: {said}"
    if any(_is_timeout(each) for each in _chain(error)):
        return Fault("passing", f"the model did not answer in time ({said})", billed=True)
    if any(_is_passing(each) for each in _chain(error)):
        return Fault("passing", f"the model cannot be reached ({said})")
    return Fault("other", f"the model failed ({said})", billed=True)


def in_short(text: str, length: int = 240) -> str:
    """`text` in one line of at most `length` characters, without what looks like a key."""
    return brief(_SECRET.sub("...", text[: 8 * length]), length)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what led to it: libraries wrap errors, or warn while they handle them."""
    for _ in range(6):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _code(error: BaseException) -> int | None:
    """The HTTP status that an error carries, wherever its library keeps it."""
    for each in _chain(error):
        response = getattr(each, "response", None)
        for value in (
            getattr(each, "status_code", None),
            getattr(response, "status_code", None),
            getattr(each, "status", None),
            getattr(each, "http_status", None),
            getattr(each, "code", None),
        ):
            if isinstance(value, int) and 400 <= value <= 599:
                return int(value)
    found = _IN_BODY.search(_body(error))
    return int(found[1]) if found else None


def _body(error: BaseException) -> str:
    """The body sent with status 200 that LangChain could not read, or ""."""
    for each in _chain(error):
        response = getattr(each, "response", None)
        if getattr(response, "status_code", None) == 200:
            try:
                return str(response.text)[:2000]  # type: ignore[union-attr]
            except Exception:  # noqa: BLE001 - any library's response, which may not have been read
                return ""
    return ""


def _is_timeout(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or "timeout" in type(error).__name__.lower()


def _is_passing(error: BaseException) -> bool:
    if isinstance(error, ConnectionError) or _PASSING_NAMES.search(type(error).__name__):
        return True
    return getattr(error, "is_retryable", None) is True  # langchain_core's ModelError


def _wait(error: BaseException) -> float | None:
    """Seconds that the server asks to wait, at most `MOST_WAIT`, or None."""
    for each in _chain(error):
        headers: Any = getattr(getattr(each, "response", None), "headers", None)
        value = headers.get("retry-after") if hasattr(headers, "get") else None
        if value:
            return _seconds(str(value))
    return None


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (until - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), MOST_WAIT) if seconds == seconds else None
