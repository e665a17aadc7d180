"""JSON out of what a model wrote: fences and thoughts removed, near-JSON repaired, all bounded."""

import json
import re
from collections.abc import Iterator
from typing import Any

import json_repair

MAX_CHARS = 200_000
"""Characters of an answer that are read; the rest is cut off."""
MAX_REPAIR_CHARS = 60_000
"""Characters that are repaired; repair is pure Python and slow."""
READS_PER_CHAR = 12
"""Looks of the repair at a character, at most; near-JSON needs less than 2, but nests of open
braces would need thousands (minutes for 100 kB)."""
MAX_VALUES = 20
"""Code fences, and pieces of JSON in prose, that are looked at."""

_BRACKET = re.compile(r"[{\[]")
_MARK = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A bracket, or a string: brackets in it do not count. Matches at every quote, so that it takes
linear time."""
_THOUGHTS = ("think", "thinking", "reasoning")


class _TooLongError(Exception):
    """The repair looked at too many characters.

    Neither a ValueError nor an IndexError, which the repair itself catches.
    """


class _Metered(str):
    """A text that counts how often it is looked at, so that a parser of it is bounded in time."""

    __slots__ = ("meter",)

    meter: list[int]

    @classmethod
    def of(cls, text: str, meter: list[int]) -> "_Metered":
        """`text` counted by `meter`, a list of the one number of looks left."""
        made = cls(text)
        made.meter = meter
        return made

    def __getitem__(self, key: Any) -> str:
        found = str.__getitem__(self, key)
        self.meter[0] -= len(found)  # who takes a slice goes over it
        if self.meter[0] < 0:
            raise _TooLongError
        # the repair may put itself together anew out of slices; those count on
        return _Metered.of(found, self.meter) if isinstance(key, slice) else found

    def __add__(self, other: str) -> str:
        return _Metered.of(str.__add__(self, other), self.meter)


def json_values(text: str) -> Iterator[Any]:
    """Objects and lists that `text` may mean, the likeliest first; lazily, and in bounded time.

    First what is JSON as it stands, then what is JSON within prose, then what can be repaired.
    """
    text = text[:MAX_CHARS].strip()
    value = _loaded(text)
    if value is not None:
        yield value
        return
    text = _without_thoughts(text)
    pieces = _fenced(text) or [_from_bracket(text)]
    for piece in pieces:
        value = _loaded(piece.strip())
        if value is not None:
            yield value
    found = _tops(text)
    if len(found) > 1:
        yield found  # one object a line, where a list was asked for
    yield from found
    looks = [READS_PER_CHAR * min(len(text), MAX_REPAIR_CHARS) + 10_000]
    for piece in pieces:
        value = _repaired(piece, looks)
        if value:
            yield value


def _container(value: Any) -> Any:
    return value if isinstance(value, dict | list) else None


def _loaded(text: str) -> Any:
    try:
        return _container(json.loads(text))
    except (ValueError, RecursionError):  # RecursionError: a nest of thousands of brackets
        return None


def _without_thoughts(text: str) -> str:
    """`text` after its last thought; of a thought without end only what stands before it."""
    for name in _THOUGHTS:
        text = text.rpartition(f"</{name}>")[2]
        text = text.partition(f"<{name}>")[0]
    return text.strip()


def _fenced(text: str) -> list[str]:
    """Contents of code fences, the last one perhaps without its end."""
    blocks = [_from_bracket(block) for block in text.split("```")[1::2][:MAX_VALUES]]
    return [block for block in blocks if block]


def _from_bracket(text: str) -> str:
    """`text` from its first opening bracket on, or "": before it stands a language or prose."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    return text[min(starts) :] if starts else ""


def _tops(text: str) -> list[Any]:
    """Sound objects and lists in prose, none within another, and none that is empty.

    Ends at a bracket that is never closed: what stands within is a part of an answer, and would
    be taken for the whole.
    """
    found: list[Any] = []
    decoder = json.JSONDecoder()
    at: int | None = 0
    while at is not None and len(found) < MAX_VALUES:
        opening = _BRACKET.search(text, at)
        if opening is None:
            break
        try:
            value, at = decoder.raw_decode(text, opening.start())
            found += [value] if value else []
        except (ValueError, RecursionError):
            at = _closing(text, opening.start())
    return found


def _closing(text: str, at: int) -> int | None:
    """Behind the bracket that closes the one at `at`, or None."""
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return None


def _repaired(text: str, looks: list[int]) -> Any:
    if not text:
        return None
    try:
        return _container(json_repair.loads(_Metered.of(text[:MAX_REPAIR_CHARS], looks)))
    except Exception:  # noqa: BLE001 - a parser of any babble; what it cannot read is no answer
        return None
