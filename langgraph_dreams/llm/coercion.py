"""Answers of a model fitted into the pydantic model that was asked for.

Small models give numbers as texts, enums in capitals, one object where a list was asked for: that
is put right. What is wrong in one element of a list costs that element, not the answer.
"""

import enum
import math
import types
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_ROUNDS = 8
"""Times that elements are dropped and the rest validated again, at most."""
_LISTS = (list, tuple, set, frozenset)


@dataclass(frozen=True)
class Fit:
    """A valid `value` and, in `note`, what had to be dropped; or None and what was wrong."""

    value: BaseModel | None
    note: str = ""


def fit(values: Iterable[Any], schema: type[BaseModel]) -> Fit:
    """The first of `values` that fits `schema`; none of them is changed.

    All are tried as they stand before any is taken for a part, such as one element of the list
    that was asked for. `values` is read lazily.
    """
    seen: list[Any] = []
    wrong = ""
    for wrap in (False, True):
        for value in seen if wrap else values:
            if not wrap:
                seen.append(value)
            try:
                loose = _object(value, schema, wrap)
                found = Fit(None) if loose is None else _validated(loose, schema)
            except RecursionError:
                found = Fit(None, "nested too deeply")
            if found.value is not None:
                return found
            wrong = wrong or found.note
    return Fit(None, wrong or ("none of the fields asked for" if seen else "no JSON in it"))


def _object(value: Any, schema: type[BaseModel], wrap: bool) -> dict[str, object] | None:
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
        element = _bare(next(iter(get_args(_bare(only.annotation))), None))
        if not (_is_model(element) and _fields(value, element)):
            return None
    elif not isinstance(value, list):
        return None
    return {only.alias or name: _loose(value, only.annotation)}


def _fields(value: dict[str, object], schema: type[BaseModel]) -> dict[str, object]:
    """The part of `value` that `schema` has fields for, whatever its keys' case."""
    exact = set(value)
    folded = {_folded(key): key for key in reversed(value)}
    found: dict[str, object] = {}
    for name, info in schema.model_fields.items():
        names = [n for n in (info.alias, name) if n]
        key = next((n for n in names if n in exact), None)
        if key is None:
            key = next((folded[_folded(n)] for n in names if _folded(n) in folded), None)
        if key is not None:
            found[info.alias or name] = _loose(value[key], info.annotation)
    return found


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
        loose = _object(value, bare, True)
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


def _validated(value: dict[str, object], schema: type[BaseModel]) -> Fit:
    """`value` validated; over-long lists are cut, invalid elements of lists dropped.

    Not valid when an error lies outside of any list, or the answer's own list lost everything.
    """
    cuts: dict[int, _Cut] = {}
    first = ""
    for _ in range(_ROUNDS):
        try:
            made = schema.model_validate(value)
            lost = sum(cut.dropped + len(cut.rest) for cut in cuts.values())
            return Fit(made, _note(lost, first))
        except ValidationError as error:
            errors = error.errors(include_url=False)
        first = first or _said(errors[0])
        wrong: dict[int, set[int]] = {}
        for each in errors:
            found = _list_at(value, each)
            if found is None:
                return Fit(None, _said(each))
            elements, index, outermost = found
            cut = cuts.setdefault(id(elements), _Cut(elements, outermost))
            if each["type"] == "too_long" and index is None:
                cut.shorten(int(each["ctx"]["max_length"]))
            elif index is not None:
                wrong.setdefault(id(elements), set()).add(index)
        for key, indexes in wrong.items():
            cuts[key].drop(indexes)
        if any(cut.outermost and not cut.elements for cut in cuts.values()):
            break
    return Fit(None, _said(errors[0]))


@dataclass
class _Cut:
    """A list that lost elements; `outermost` when it lies in no other list."""

    elements: list[Any]
    outermost: bool
    rest: list[Any] = field(default_factory=list)
    dropped: int = 0

    def shorten(self, length: int) -> None:
        """Keep so many; what is cut off takes the place of what is dropped later."""
        self.rest = self.elements[length:] + self.rest
        del self.elements[length:]

    def drop(self, indexes: set[int]) -> None:
        """Take out the elements at `indexes`."""
        self.elements[:] = [e for at, e in enumerate(self.elements) if at not in indexes]
        self.dropped += len(indexes)
        self.elements.extend(self.rest[: len(indexes)])
        del self.rest[: len(indexes)]


def _list_at(value: Any, error: ErrorDetails) -> tuple[list[Any], int | None, bool] | None:
    """The innermost list that `error` lies in, the index there, and whether it is the outermost.

    The index is None when the list itself is wrong: too long.
    """
    found: tuple[list[Any], int | None, bool] | None = None
    at = value
    for part in error["loc"]:
        if isinstance(at, list) and isinstance(part, int) and part < len(at):
            found = (at, part, found is None)
            at = at[part]
        elif isinstance(at, dict) and part in at:
            at = at[part]
        # else the part names an arm of a union, and no place in the value
    if error["type"] == "too_long" and isinstance(at, list):
        return at, None, found is None
    return found


def _note(dropped: int, first: str) -> str:
    if not dropped:
        return ""
    return f"{dropped} {'element' if dropped == 1 else 'elements'} dropped ({first})"


def _said(error: ErrorDetails) -> str:
    return f"{'.'.join(str(part) for part in error['loc']) or 'answer'}: {error['msg']}"
