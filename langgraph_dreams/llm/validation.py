"""Answers of a model fitted into the pydantic model that was asked for.

What is wrong in one element of a list costs that element, not the answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from langgraph_dreams.llm.coercion import fields_of, has_elements, is_form

_ROUNDS = 8
"""Times that elements are dropped and the rest validated again, at most."""


@dataclass(frozen=True)
class Fit:
    """A valid `value` and, in `note`, what had to be dropped; or None and what was wrong."""

    value: BaseModel | None
    note: str = ""


def fit(values: Iterable[Any], schema: type[BaseModel]) -> Fit:
    """The first of `values` that fits `schema`; none of them is changed.

    A list may be the one list of `schema`. A value that was meant as the answer and is not valid
    ends the search: what follows is less likely, such as a draft. `values` is read lazily.
    """
    wrong = ""
    seen = False
    for value in values:
        seen = True
        for each in _meanings(value):
            try:
                loose = fields_of(each, schema, isinstance(each, list))
                meant = loose is not None and has_elements(loose, schema) and not is_form(each)
                found = Fit(None) if loose is None else _validated(loose, schema)
                if meant or found.value is not None:
                    return found
            except RecursionError:
                found = Fit(None, "nested too deeply")
            wrong = wrong or found.note
    return Fit(None, wrong or ("none of the fields asked for" if seen else "no JSON in it"))


def _meanings(value: Any) -> Iterator[Any]:
    """`value`, and what it holds, the last first: {"draft": {...}, "answer": {...}}."""
    yield value
    if isinstance(value, dict | list):
        held = list(value.values() if isinstance(value, dict) else value)
        yield from (each for each in reversed(held) if isinstance(each, dict))


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
                cut.limit(int(each["ctx"]["max_length"]))
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

    def limit(self, length: int) -> None:
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
