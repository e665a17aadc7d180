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
SERVER_ID = "langgraph_auth_user_id"
_IDENTITY = frozenset({"user", "user_id", _SERVER_USER, SERVER_ID})
"""The placeholders that stand for the identity of whom a LangGraph server has authenticated."""


class NotTheirsError(NamespaceError):
    """A run names another than the one whom the server has authenticated for it."""


def named(name: str, configurable: Mapping[str, Any], context: Any = None) -> Any:
    """The value that a run gives for a placeholder; None when it gives none.

    The one rule, for everything that asks whose memory it is: from `config["configurable"]`, else
    from the run's `context`, else from the user whom a LangGraph server has authenticated (`{user}`
    and `{user_id}` are the identity, other names are fields of the user), else from the input of a
    dream. The one exception: what the server knows of whom it has authenticated comes first, and
    is not to be contradicted, for a client could read another's memory otherwise. The input then
    counts for nothing: a model may have written it.

    Raises NotTheirsError for a run that names another than the server knows.
    """
    said, asked = given(name, configurable, context), _field(configurable.get(INPUT), name)
    identity = identity_of(configurable)
    known = identity if name in _IDENTITY else user_field(configurable, name)
    if not identity:
        return next((v for v in (*said, known or None, asked) if v is not None), None)
    if known is None or known == "":
        return next(iter(said), None)
    for value in (*said, *(() if asked is None else (asked,))):
        if _written(value) != _written(known):
            raise not_theirs(name, value, known)
    return known


def given(name: str, configurable: Mapping[str, Any], context: Any = None) -> list[Any]:
    """What a run itself gives for a name: by its config, then by its context."""
    own = None if name in (_SERVER_USER, SERVER_ID) else configurable.get(name)
    contexts = (context, getattr(configurable.get(_RUNTIME), "context", None))
    return [v for v in (own, *(_field(c, name) for c in contexts)) if v is not None]


def not_theirs(name: str, value: Any, known: Any) -> NotTheirsError:
    """The error for a run that names another than the server knows of its user."""
    return NotTheirsError(
        f"the run names {shown(value)} for {name!r}, but the server has authenticated"
        f" {shown(known)}: leave {name!r} out, or run it as that user"
    )


def _written(value: Any) -> Any:
    """A value as it is compared: 7 is "7", and a namespace may be given as a list of its parts."""
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return "/".join(value)
    return str(value) if isinstance(value, int) else value


def identity_of(configurable: Mapping[str, Any]) -> Any:
    """Whom a LangGraph server has authenticated for this run; None or "" for nobody."""
    user = configurable.get(_SERVER_USER)
    identity = configurable.get(SERVER_ID) or _field(user, "identity")
    return identity or (user if isinstance(user, str) else None)


def user_field(configurable: Mapping[str, Any], name: str) -> Any:
    """A field of the user whom a server has authenticated; None without it."""
    return _field(configurable.get(_SERVER_USER), name)


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

    Raises NamespaceError when it is missing, empty, or neither a string nor a whole number, or when
    the run names another than the server has authenticated.
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
