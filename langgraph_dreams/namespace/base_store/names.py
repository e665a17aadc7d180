"""LangGraph's namespaces as ours, and back: its labels may be what ours refuse."""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from langgraph.store.base import MatchCondition

from langgraph_dreams._text import shown, storable
from langgraph_dreams.errors import NamespaceError

Path = tuple[str, ...]
_ESCAPED = "%"
"""Begins a part that stands for a label which could not name one as it is."""


def part_of(label: object) -> str:
    """The part that stands for a label: itself, unless it is blank or could be a placeholder.

    Raises NamespaceError.
    """
    if not isinstance(label, str) or not storable(label):
        raise NamespaceError(
            f"{shown(label)} cannot be a label of a namespace; use a text without NUL or surrogates"
        )
    plain = label.strip() and not label.startswith(_ESCAPED) and not {"{", "}"} & set(label)
    return label if plain else _ESCAPED + quote(label, safe="")


def label_of(part: str) -> str:
    """The label that a part stands for."""
    return unquote(part[1:]) if part.startswith(_ESCAPED) else part


def path_of(namespace: object) -> Path:
    """A namespace of LangGraph's as a tuple. Raises NamespaceError."""
    if isinstance(namespace, str) or not isinstance(namespace, Sequence):
        raise NamespaceError(
            f"{shown(namespace)} is no namespace; pass a tuple of texts, such as ('users', 'ada')"
        )
    return tuple(namespace)


def matches(path: Path, condition: MatchCondition) -> bool:
    """True if a namespace begins, or ends, as the condition says; "*" is any one label."""
    wanted = path_of(condition.path)
    if condition.match_type not in ("prefix", "suffix"):
        raise NamespaceError(
            f"{shown(condition.match_type)} is no way to match; use 'prefix' or 'suffix'"
        )
    if len(path) < len(wanted):
        return False
    own = path[: len(wanted)] if condition.match_type == "prefix" else path[-len(wanted) :]
    return not wanted or all(w in ("*", p) for w, p in zip(wanted, own, strict=True))
