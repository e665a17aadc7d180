"""JSON out of what a model wrote: thoughts removed, near-JSON repaired, all of it bounded."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import json_repair

from langgraph_dreams.llm.thoughts import has_marks, without_thoughts
from langgraph_dreams.types.base import JsonObject

MAX_TEXT = 2_000_000
"""Characters, with all thoughts, that are read; the rest is cut off."""
MAX_CHARS = 200_000
"""Characters of an answer that are read; the rest is cut off."""
MAX_REPAIR_CHARS = 60_000
"""Characters that are repaired; repair is pure Python and slow."""
READS_PER_CHAR = 12
"""Looks of the repair at a character, at most; near-JSON needs less than 2, but nests of open
braces would need thousands (minutes for 100 kB)."""
MAX_VALUES = 20
"""Pieces of near-JSON, the last ones, that are repaired."""

_BRACKET = re.compile(r"[{\[]")
_MARK = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A bracket, or a string: brackets in it do not count. Matches at every quote, so that it takes
linear time."""
_LETTERS = re.compile(r"[^\W\d_]+")
_EMPTY = re.compile(r"(\[\s*\]|\{\s*\}|\bnull)[\s`*.]*\Z")
_ELLIPSIS = re.compile(r"([\[{,:]\s*)(?:\.{3}|…)(?=\s*[\]},])")
_DECODER = json.JSONDecoder()


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


@dataclass(frozen=True)
class _Piece:
    """What stands between two brackets that belong together; no `value` when it is not sound."""

    start: int
    end: int
    value: Any = None


def json_values(text: str) -> Iterator[Any]:
    """Objects and lists that `text` may mean, the likeliest first; lazily, and in bounded time.

    Thoughts are left out. The last one comes first: what stands before it may be a draft. Then
    come lists of the objects that stand in a row, where a list was asked for.
    """
    text = text[:MAX_TEXT].strip()
    if has_marks(text):
        sound = [(piece.start, piece.end) for piece in _pieces(text) if piece.value is not None]
        text = without_thoughts(text, sound)
    text = text[:MAX_CHARS]
    if empty := _EMPTY.search(text):
        yield json.loads(empty[1])  # whatever was drafted before it
        return
    looks = [READS_PER_CHAR * min(len(text), MAX_REPAIR_CHARS) + 10_000]
    repairs = MAX_VALUES
    objects: list[_Piece] = []
    for piece in reversed(_pieces(text)):
        value = piece.value
        if value is None and repairs:
            repairs -= 1
            yield from reversed(_within(text[piece.start + 1 : piece.end]))
            value = _repaired(text[piece.start : piece.end], looks)
        if value:
            yield value
            if isinstance(value, dict):
                objects.append(replace(piece, value=value))
    yield from reversed(_rows(text, objects[::-1]))


def _pieces(text: str) -> list[_Piece]:
    """All that stands in brackets, none within another; one without end goes to the fence's end."""
    found: list[_Piece] = []
    at = 0
    while opening := _BRACKET.search(text, at):
        start = opening.start()
        try:
            value, at = _DECODER.raw_decode(text, start)
            found.append(_Piece(start, at, value))
        except (ValueError, RecursionError):  # RecursionError: a nest of thousands of brackets
            fence = text.find("\n```", start)
            at = _closing(text, start, len(text) if fence < 0 else fence)
            found.append(_Piece(start, at))
    return found


def _within(text: str) -> list[JsonObject]:
    """Sound objects in what is not sound: an answer may follow a draft that was never ended.

    No lists, which would be parts of an answer.
    """
    found: list[JsonObject] = []
    left = 4 * len(text) + 1000  # characters that may be read
    at = 0
    while left > 0 and (at := text.find("{", at)) >= 0:
        try:
            value, end = _DECODER.raw_decode(text, at)
            found.append(value)
        except json.JSONDecodeError as error:
            left -= error.pos - at
            end = at + 1
        except (ValueError, RecursionError):
            break
        at = end
    return found


def _rows(text: str, objects: Sequence[_Piece]) -> list[list[Any]]:
    """Objects in a row: with no words between them, or each time the same ("Memory 2:")."""
    rows: list[list[Any]] = []
    label: list[str] = []
    end = 0
    for piece in objects:
        between = text[end : piece.start]
        words = _LETTERS.findall(between.casefold())
        if rows and (not words or words == label):
            rows[-1].append(piece.value)
        else:
            rows.append([piece.value])
            label = _LETTERS.findall(between.rpartition("\n")[2].casefold())
        end = piece.end
    return rows


def _closing(text: str, at: int, limit: int) -> int:
    """Behind the bracket that closes the one at `at`, or `limit`."""
    depth = 0
    for mark in _MARK.finditer(text, at, limit):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return limit


def _repaired(text: str, looks: list[int]) -> Any:
    text = _ELLIPSIS.sub(r'\1"..."', text[:MAX_REPAIR_CHARS])  # which the repair would drop
    try:
        value = json_repair.loads(_Metered.of(text, looks))
    except Exception:  # noqa: BLE001 - a parser of any babble; what it cannot read is no answer
        return None
    return value if isinstance(value, dict | list) else None
