"""The name of a namespace: its parts, and the placeholders of a template."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from langgraph_dreams._text import shown
from langgraph_dreams.errors import NamespaceError

_HALF_TEMPLATE = re.compile(r"\{[^{}]*\}")


def placeholder(part: str) -> str:
    """The name in a part that a run's config has to fill in; empty for any other part."""
    inner = part[1:-1] if part.startswith("{") and part.endswith("}") else ""
    return inner if inner.isidentifier() else ""


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
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise NamespaceError(
            f"the namespace needs {name!r}, but config['configurable'] has {shown(value)}; "
            f"pass config={{'configurable': {{{name!r}: ...}}}} with the run"
        )
    text = str(value)
    if placeholder(text):
        raise NamespaceError(f"{name!r} is {shown(text)}, a placeholder itself; pass the value")
    return text
