"""Links packed as JSON, one record an item: the newer end `a` holds its links."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError, StoreError
from langgraph_dreams.safety.redaction import Redactor
from langgraph_dreams.store.validation import check_id, storable_values
from langgraph_dreams.types.items import Link

_STATUS = {"tentative": 0, "consolidated": 1, "expired": 2}
_STATUS_BACK = {code: name for name, code in _STATUS.items()}
_DEFAULT_KIND = "association"


def checked_link(link: Link, redact: Redactor | None = None) -> Link:
    """`link` as it may be stored (see `storable_all`). Raises InvalidInputError."""
    if not isinstance(link, Link):
        raise InvalidInputError(f"{shown(link)} is no Link; make it one, Link(a=..., b=...)")
    check_id(link.id, "l", "a link")
    if link.a == link.b:
        raise InvalidInputError(f"the link {link.id} joins {link.a} to itself")
    cleaned = storable_values(link, redact)
    try:
        json.dumps(link.evidence, allow_nan=False)
    except ValueError as error:
        raise InvalidInputError(f"the evidence of {link.id} holds NaN or infinity") from error
    return link if cleaned == link.model_dump() else Link.model_validate(cleaned)


def pack(links: Iterable[Link]) -> str:
    """The links that one item holds, as compact JSON."""
    packed = [_short(link) for link in sorted(links, key=lambda link: link.id)]
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _short(link: Link) -> dict[str, Any]:
    """Compact keys; what has its default is left out."""
    body: dict[str, Any] = {
        "i": link.id,
        "b": link.b,
        "c": link.channel,
        "w": link.weight,
        "o": link.created.isoformat(),
    }
    optional = {
        "k": "" if link.kind == _DEFAULT_KIND else link.kind,
        "t": list(link.bridge),
        "s": link.since,
        "x": _STATUS[link.status],
        "e": link.evidence,
        "d": link.dream,
        "u": link.uses,
        "l": link.last_used.isoformat() if link.last_used else "",
        "h": link.helps,
    }
    body.update((key, value) for key, value in optional.items() if value)
    return body


def unpack(a: str, text: str) -> dict[str, Link]:
    """The links held at item `a`, by id. Raises StoreError for a damaged record."""
    try:
        return {body["i"]: _long(a, body) for body in json.loads(text)}
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"the stored links of {a} cannot be read: {error!r}") from error


def _long(a: str, body: dict[str, Any]) -> Link:
    return Link(
        id=body["i"],
        a=a,
        b=body["b"],
        kind=body.get("k", _DEFAULT_KIND),
        channel=body["c"],
        bridge=tuple(body.get("t", ())),
        weight=body["w"],
        since=body.get("s", 0),
        status=_STATUS_BACK[body.get("x", 0)],  # type: ignore[arg-type]
        evidence=body.get("e", {}),
        dream=body.get("d", ""),
        uses=body.get("u", 0),
        created=body["o"],
        last_used=body.get("l") or None,
        helps=body.get("h", ""),
    )
