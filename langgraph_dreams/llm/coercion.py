"""Values of a model's answer put right for the types that were asked for, where they are plain.

Small models give numbers as texts, enums in capitals, one object where a list was asked for.
"""

import enum
import math
import re
import types
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_LISTS = (list, tuple, set, frozenset)
_PLACEHOLDER = re.compile(
    r"[\W_]+|<[^<>]*>|\[[^\[\]]*\]|\{[^{}]*\}|\$\w+|str(?:ing)?|text", re.IGNORECASE
)


def fields_of(value: Any, schema: type[BaseModel], wrap: bool) -> dict[str, object] | None:
    """`value` as the fields of `schema`, loosened, or None when it has none of them."""
    if isinstance(value, schema):
        value = value.model_dump()
    held = [value]
    if isinstance(value, dict | list) and len(value) == 1:
        held.extend(value.values() if isinstance(value, dict) else value)  # {"answer": {...}}
    for each in held:
        fields = _fields(each, schema) if isinstance(each, dict) else None
        if fields:
            return fields
    for each in held if wrap else ():
        wrapped = _wrapped(each, schema)
        if wrapped is not None:
            return wrapped
    return None


def _wrapped(value: Any, schema: type[BaseModel]) -> dict[str, object] | None:
    """`value` as the one list of `schema`, if that is its only field."""
    if len(schema.model_fields) != 1:
        return None
    ((name, only),) = schema.model_fields.items()
    if not _is_list(only.annotation):
        return None
    if isinstance(value, dict):
        element = _element(only.annotation)
        if not (_is_model(element) and _fields(value, element)):
            return None
    elif not isinstance(value, list):
        return None
    return {only.alias or name: _loose(value, only.annotation)}


def _fields(value: dict[str, object], schema: type[BaseModel]) -> dict[str, object]:
    """The part of `value` that `schema` has fields for, whatever its keys' case.

    A text that only holds a place is None, or left out where none is required.
    """
    exact = set(value)
    folded = {_folded(key): key for key in reversed(value)}
    found: dict[str, object] = {}
    for name, info in schema.model_fields.items():
        names = [n for n in (info.alias, name) if n]
        key = next((n for n in names if n in exact), None)
        if key is None:
            key = next((folded[_folded(n)] for n in names if _folded(n) in folded), None)
        if key is None:
            continue
        if not (_bare(info.annotation) is str and _is_placeholder(value[key])):
            found[info.alias or name] = _loose(value[key], info.annotation)
        elif info.is_required():
            found[info.alias or name] = None
    return found


def has_elements(fields: dict[str, object], schema: type[BaseModel]) -> bool:
    """True if a list in `fields` has an object with any of the fields asked for there."""
    for name, info in schema.model_fields.items():
        held, element = fields.get(info.alias or name), _element(info.annotation)
        if isinstance(held, list) and _is_model(element):
            return any(isinstance(e, dict) and _fields(e, element) for e in held)
    return False


def is_form(value: Any) -> bool:
    """True if a text in `value` only holds a place, as in a form or an example of an answer."""
    left = [value]
    while left:
        each = left.pop()
        if _is_placeholder(each):
            return True
        if isinstance(each, dict | list):
            left.extend(each.values() if isinstance(each, dict) else each)
    return False


def _is_placeholder(text: Any) -> bool:
    """True for "...", "<text>" or a type's name, which stand for a text; an empty one is itself."""
    if not isinstance(text, str) or not text.strip():
        return False
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def _folded(text: Any) -> str:
    return "_".join(str(text).casefold().replace("-", " ").replace("_", " ").split())


def _bare(annotation: Any) -> Any:
    """`annotation` without Annotated, and without None where only one other type is left."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            arms = [arm for arm in get_args(annotation) if arm is not type(None)]
            if len(arms) != 1:
                return annotation
            annotation = arms[0]
        else:
            return annotation


def _element(annotation: Any) -> Any:
    """What a list holds; None of another type."""
    return _bare(next(iter(get_args(_bare(annotation))), None)) if _is_list(annotation) else None


def _is_list(annotation: Any) -> bool:
    bare = _bare(annotation)
    return (get_origin(bare) or bare) in _LISTS


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _loose(value: Any, annotation: Any) -> Any:
    """`value` put right for `annotation` where its meaning is plain; else as it is."""
    bare = _bare(annotation)
    if value is None and not _is_list(bare):
        return None
    if _is_list(bare):
        return _loose_list(value, bare)
    if _is_model(bare):
        loose = fields_of(value, bare, True)
        return value if loose is None else loose
    if get_origin(bare) is Literal:
        return _choice(value, get_args(bare))
    if isinstance(bare, type) and issubclass(bare, enum.Enum):
        return _choice(value, [member.value for member in bare])
    if bare is int:
        return _whole(value)
    if bare is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _loose_list(value: Any, annotation: Any) -> Any:
    if value is None:
        return []
    elements = value if isinstance(value, list) else [value]
    args = get_args(annotation)
    return [_loose(each, args[0]) for each in elements] if args else elements


def _choice(value: Any, allowed: Iterable[Any]) -> Any:
    """The one of `allowed` that `value` is, whatever its case, spaces or quotes."""
    options = list(allowed)
    if value in options or isinstance(value, dict | list):
        return value
    if _whole(value) in options:
        return _whole(value)
    alike = [each for each in options if _folded(each) == _folded(value).strip("\"'.")]
    return alike[0] if len(alike) == 1 else value


def _whole(value: Any) -> Any:
    """An int of a float or of a text with one number; 7.5 is 8, nearer than nothing."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
        try:
            value = float(value.strip().rstrip("%"))
        except ValueError:
            return value
    if isinstance(value, float) and math.isfinite(value):
        return math.floor(value + 0.5)
    return value
