"""Passages of long texts: each is searched by its words and by a vector of its own.

An embedder reads the beginning of a text only (the local one 256 word pieces), and a sentence
beside a log has little share in a mean over both. Passages are kept as a field of their episode's
row: they are written, read and deleted with it.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from langgraph_dreams._text import without_numbers
from langgraph_dreams.embedding.protocol import Vectors
from langgraph_dreams.errors import StoreError

PASSAGES = "passages"
"""Name of the field."""
LONG = 1_200
"""Characters from which on a text has passages: about as many as the local embedder reads."""
_SIZE = 250
_MOST = 200
_LEAST = 40
"""Characters of a passage, passages of a text, and characters that a paragraph of its own has."""
_ALIKE = 4
"""Passages that differ only in numbers; the lines of a log need not all be found."""
_FIGURES = 40
"""Passages of figures, code and the like, in even steps: what people say is words."""
_END = re.compile(r"\n+|(?<=[.!?…])\s+|(?<=[。！？])")
_CLOSED = re.compile(r"(?:\n\s*|[.!?…。！？]\s*)\n\Z")
"""The end of a paragraph, or of a line with a sentence."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[.,;:!?…]*")
_FEWEST = 3
"""Words of a sentence that has a figure in it."""
Span = tuple[int, int]


@dataclass(frozen=True)
class Passages:
    """Where the passages of a text begin and end, and their vectors."""

    spans: tuple[Span, ...]
    codes: bytes
    """Of each vector the direction, a signed byte a number."""

    def stored(self) -> str:
        """As the field of a row."""
        return json.dumps({"spans": self.spans, "codes": base64.b64encode(self.codes).decode()})

    def each(self) -> Iterator[tuple[int, int, bytes]]:
        """Beginning, end and code of each."""
        size = len(self.codes) // max(1, len(self.spans))
        for i, (start, stop) in enumerate(self.spans):
            yield start, stop, self.codes[i * size : (i + 1) * size]


def passages_of(
    texts: Mapping[str, str],
    spans: Mapping[str, Sequence[Span]],
    embed: Callable[[list[str]], Vectors],
) -> dict[str, Passages]:
    """Passages of some texts with their vectors, by name."""
    spans = {name: found for name, found in spans.items() if found}
    parts = [texts[name][start:stop] for name, found in spans.items() for start, stop in found]
    if not parts:
        return {}
    vectors = embed(parts)
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    codes = np.round(vectors / largest * 127).astype(np.int8)
    made, at = {}, 0
    for name, found in spans.items():
        made[name] = Passages(tuple(found), codes[at : at + len(found)].tobytes())
        at += len(found)
    return made


def decoded(codes: bytes, many: int) -> Vectors:
    """The vectors, (many, dimension) float32 with rows of length 1."""
    rows = np.frombuffer(codes, dtype=np.int8).reshape(many, -1).astype(np.float32)
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def passages_in(fields: Mapping[str, Any], whose: str) -> Passages | None:
    """The passages of a row; None of a short text. Raises StoreError."""
    if PASSAGES not in fields:
        return None
    try:
        told = json.loads(fields[PASSAGES])
        spans = tuple((int(start), int(stop)) for start, stop in told["spans"])
        return Passages(spans, base64.b64decode(told["codes"]))
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(f"the passages of {whose} cannot be read: {error}") from error


def spans_of(text: str) -> list[Span]:
    """Passages of a long text, in order; none of a short one.

    They end with a sentence, a line or a paragraph, and where words end and figures or code begin.
    Of figures and code some are left out: they are searched as parts of the whole text alone.
    """
    if len(text) <= LONG:
        return []
    found: list[Span] = []
    times: Counter[str] = Counter()
    for start, stop in _cut(text, max(_SIZE, len(text) // _MOST)):
        part = text[start:stop]
        start += len(part) - len(part.lstrip())
        stop -= len(part) - len(part.rstrip())
        shape = without_numbers(text[start:stop])
        times[shape] += 1
        if start < stop and times[shape] <= _ALIKE:
            found.append((start, stop))
    others = [span for span in found if not _wordy(text[slice(*span)])]
    if len(others) > _FIGURES:
        step = (len(others) - 1) / (_FIGURES - 1)
        kept = {others[round(i * step)] for i in range(_FIGURES)}
        found = [span for span in found if span in kept or _wordy(text[slice(*span)])]
    return found


def _cut(text: str, size: int) -> Iterator[Span]:
    start = last = 0
    wordy = True
    for stop in (*(found.end() for found in _END.finditer(text)), len(text)):
        piece = text[last:stop]
        now = _wordy(piece)
        if now != wordy and (_says(piece) if now else piece.strip()):
            if last > start:
                yield start, last
                start = last
            wordy = now
        while stop - start > size:
            if last == start:
                last = _hard_end(text, start, size)
            yield start, last
            start = last
        last = stop
        if _CLOSED.search(piece) and stop - start >= _LEAST:
            yield start, stop
            start = stop
    if start < len(text):
        yield start, len(text)


def _wordy(piece: str) -> bool:
    """True if nearly all of it is letters, or most of it words: "Our alarm code is 7731."."""
    letters = sum(character.isalpha() or character.isspace() for character in piece)
    if letters >= 0.85 * len(piece):
        return True
    parts = piece.split()
    words = sum(_WORD.fullmatch(part) is not None for part in parts)
    return words >= _FEWEST and 3 * words >= 2 * len(parts)


def _says(piece: str) -> bool:
    """True if words are more than a line of code or a name: a sentence, or as long as one."""
    said = piece.strip()
    return len(said) >= _LEAST or said.endswith((".", "!", "?", "…", "。"))


def _hard_end(text: str, start: int, size: int) -> int:
    space = text.rfind(" ", start + size // 2, start + size)
    return space + 1 if space > 0 else start + size
