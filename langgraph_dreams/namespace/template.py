"""The name of a namespace: its parts, and the placeholders of a template."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from langgraph_dreams._text import shown
from langgraph_dreams.dream.runtime.context import INPUT
from langgraph_dreams.errors import NamespaceError

_HALF_TEMPLATE = re.compile(r"\{[^{}]*\}")


def placeholder(part: str) -> str:
    """The name in a part that a run's config has to fill in; empty for any other part."""
    inner = part[1:-1] if part.startswith("{") and part.endswith("}") else ""
    return inner if inner.isidentifier() else ""


_RUNTIME = "__pregel_runtime"
"""Where LangGraph keeps the runtime of a run, with its context, in config["configurable"]."""
_SERVER_USER = "langgraph_auth_user"
_SERVER_ID = "langgraph_auth_user_id"


def named(name: str, configurable: Mapping[str, Any], context: Any = None) -> Any:
    """The value that a run gives for a placeholder; None when it gives none.

    From `config["configurable"]`, else from the run's `context`, else from the user that a
    LangGraph server has authenticated: a field of it, and `{user_id}` is its identity. The input of
    a dream counts only where nobody is authenticated: a model may have written it.
    """
    own = configurable.get(name)
    if name != _SERVER_USER and own is not None:
        return own
    runtime = configurable.get(_RUNTIME)
    for source in (context, getattr(runtime, "context", None)):
        if (value := _field(source, name)) is not None:
            return value
    user = configurable.get(_SERVER_USER)
    identity = identity_of(configurable)
    value = identity if name in (_SERVER_USER, "user_id", _SERVER_ID) else _field(user, name)
    return value if value or identity else _field(configurable.get(INPUT), name)


def identity_of(configurable: Mapping[str, Any]) -> Any:
    """Whom a LangGraph server has authenticated for this run; None or "" for nobody."""
    user = configurable.get(_SERVER_USER)
    identity = configurable.get(_SERVER_ID) or _field(user, "identity")
    return identity or (user if isinstance(user, str) else None)


def _field(source: Any, name: str) -> Any:
    """A field of a dict, a dataclass, a pydantic model or a server's user."""
    if isinstance(source, Mapping):
        return source.get(name)
    return None if isinstance(source, str) else getattr(source, name, None)


def context_of(parts: Sequence[str]) -> type[Any] | None:
    """The values that a run gives to fill a template, as a TypedDict; None when there are none."""
    said = Annotated[str, Field(min_length=1, description="A part of whose memory it is.")]
    fields = {name: said for part in parts if (name := placeholder(part))}
    made: Any = TypedDict  # mypy knows only those whose fields are written out
    return made("DreamContext", fields) if fields else None


def refuse_half_templates(parts: Sequence[str]) -> None:
    """Raise NamespaceError for a placeholder among other text: all users would share it."""
    for part in parts:
        if isinstance(part, str) and not placeholder(part) and _HALF_TEMPLATE.search(part):
            raise NamespaceError(
                f"{shown(part)} is not filled in: a placeholder is a whole part, such as "
                f"'{{user_id}}'; put other text into a part of its own"
            )


def checked(parts: Sequence[str]) -> tuple[str, ...]:
    """Parts that can name a namespace. Raises NamespaceError."""
    if isinstance(parts, str) or not isinstance(parts, Sequence) or not parts:
        raise NamespaceError("a namespace needs a name; call namespace('me') or ('acme', 'ada')")
    for part in parts:
        if not isinstance(part, str) or not part.strip() or len(part) > 10_000:
            raise NamespaceError(
                f"{shown(part)} cannot name a namespace; use a text of 1 to 10,000 characters"
            )
    return tuple(parts)


def filled(part: str, values: Any) -> str:
    """A part, its placeholder replaced by the value of that name.

    Raises NamespaceError when it is missing, empty, or neither a string nor a whole number.
    """
    name = placeholder(part)
    if not name:
        return part
    value = named(name, values)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise NamespaceError(
            f"the namespace needs {name!r}, but config['configurable'] and the run's context have "
            f"{shown(value)}; pass config={{'configurable': {{{name!r}: ...}}}} or "
            f"context={{{name!r}: ...}} with the run"
        )
    text = str(value)
    if placeholder(text):
        raise NamespaceError(f"{name!r} is {shown(text)}, a placeholder itself; pass the value")
    return text
