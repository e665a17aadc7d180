"""Values that are put: checked, and what of them is searched and dreamt of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langgraph.store.base import get_text_at_path

from langgraph_dreams._text import clean, shown, storable
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.types.base import JsonObject

WHOLE = "$"
"""The path of a whole value."""


def checked_key(key: object) -> str:
    """The key of an item. Raises InvalidInputError."""
    if not isinstance(key, str) or not storable(key.replace("\0", "")):
        raise InvalidInputError(f"{shown(key)} cannot be a key; use a text without surrogates")
    return key


def checked_value(value: object) -> JsonObject:
    """A value as JSON keeps it, tuples as lists. Raises InvalidInputError, which names the place.

    What JSON does not keep is refused: it would come back as something else.
    """
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"the value is {shown(value)}; put a dict, or None to delete")
    try:
        return {_name(name, "value"): _plain(inner, str(name)) for name, inner in value.items()}
    except RecursionError:
        raise InvalidInputError(
            "the value is nested too deeply, or holds itself; put a flatter one"
        ) from None


def _plain(value: object, place: str) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {_name(n, place): _plain(inner, f"{place}.{n}") for n, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{place}[{i}]") for i, inner in enumerate(value)]
    raise InvalidInputError(
        f"{place[:200]} is {shown(value)}, which JSON does not keep; "
        "put texts, numbers, booleans, None, lists and dicts of them"
    )


def _name(name: object, place: str) -> str:
    if not isinstance(name, str):
        raise InvalidInputError(
            f"{shown(name)} in {place[:200]} is no name of a field; JSON has texts alone there"
        )
    return name


def checked_fields(fields: object) -> tuple[str, ...]:
    """Paths of the fields that are indexed. Raises InvalidInputError."""
    several = isinstance(fields, Sequence) and not isinstance(fields, str | bytes)
    if not several or not all(isinstance(path, str) for path in fields):  # type: ignore[attr-defined]
        raise InvalidInputError(
            f"index is {shown(fields)}; pass a list of paths such as ['text', 'tags[*]'], or False"
        )
    return tuple(fields)  # type: ignore[arg-type]


def texts_of(value: JsonObject, fields: Sequence[str]) -> list[str]:
    """The texts at some paths of a value; the whole of it is told in words, not in JSON."""
    found: list[str] = []
    for path in fields:
        found += [_whole(value)] if path in ("", WHOLE) else _at(value, path)
    return [clean(text).strip() for text in found if text.strip()]


def _at(value: JsonObject, path: str) -> list[str]:
    try:
        return get_text_at_path(value, path)
    except RecursionError:
        raise InvalidInputError(f"index has {shown(path)}, too deep a path; shorten it") from None


def _whole(value: JsonObject) -> str:
    """A value in words: what its texts say, or, without a sentence, every field with its name.

    A name that each item has would link them all.
    """
    told = list(_leaves(value, ""))
    texts = [leaf for _, leaf in told if isinstance(leaf, str)]
    if any(len(text.split()) > 1 for text in texts):
        return "\n".join(texts)
    lines: dict[str, list[str]] = {}
    for name, leaf in told:
        lines.setdefault(name.replace("_", " ").strip(), []).append(str(leaf))
    return "\n".join(
        f"{name}: {', '.join(said)}" if name else ", ".join(said) for name, said in lines.items()
    )


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """What stands in a value and is not blank, with the names of the fields that lead there."""
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            yield from _leaves(inner, f"{name} {inner_name}".strip())
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    elif value is not None and str(value).strip():
        yield name, value


def joined(texts: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One text of several, and where each of them begins and ends in it."""
    spans, at = [], 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + 1
    return "\n".join(texts), tuple(spans)
