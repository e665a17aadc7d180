"""The long-term file: lines of a person, and one marked section that is of the dreams.

A person's lines stay as they are, byte by byte and in their order. What a person has written into
the section is moved out of it, to just before it.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

_BEGIN = re.compile(rb"<!--\s*dreams:begin\b(?:[^>]*?\b([0-9a-f]{16}))?[^>]*-->")
_END = re.compile(rb"<!--\s*dreams:end\b[^>]*-->")
_SAYING = "rewritten every night; a line that you change here is kept above"
NEW = b"# Memory\n"
"""A long-term file that is made."""


@dataclass(frozen=True)
class Document:
    """A long-term file, taken apart."""

    before: tuple[bytes, ...]
    """Lines before the section, with their ends; all when there is none."""
    moved: tuple[bytes, ...]
    """Lines of a person from within the section."""
    after: tuple[bytes, ...]
    section: str = ""
    """Digest that the section was written with; empty when there is none."""
    inside: frozenset[str] = frozenset()
    """Digests of the lines that stand in the section."""
    edited: bool = False
    """True if the section is not as it was written."""

    @property
    def written(self) -> bytes:
        """All that is of a person."""
        return b"".join((*self.before, *self.moved, *self.after))


def line_digest(line: str | bytes) -> str:
    """A line as it is known again, whatever its end."""
    data = line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line
    return hashlib.sha256(data.strip()).hexdigest()[:16]


def section_digest(lines: Iterable[str | bytes]) -> str:
    """The lines of a section, blank ones left out, as they are known again."""
    told = (line_digest(line) for line in lines if line.strip())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def taken_apart(data: bytes, ours: Set[str]) -> Document:
    """A long-term file; `ours` are digests of lines that dreams have written.

    A section whose end is missing goes to the end of the file, and only what is ours is of it.
    """
    before: list[bytes] = []
    moved: list[bytes] = []
    after: list[bytes] = []
    inside: list[bytes] = []
    outside = before
    mark = section = ""
    held: list[bytes] | None = None
    edited = False

    def close(ended: bool) -> None:
        nonlocal held, edited, section
        whole = ended and section_digest(held or ()) == mark
        theirs = (
            [] if whole else [x for x in held or () if x.strip() and line_digest(x) not in ours]
        )
        moved.extend(line if line.endswith(b"\n") else line + b"\n" for line in theirs)
        inside.extend(held or ())
        edited, section = edited or not whole, section or mark
        held = None

    for line in data.splitlines(keepends=True):
        begins = _BEGIN.fullmatch(line.strip())
        if begins:
            if held is not None:
                close(ended=False)
            mark, held, outside = (begins[1] or b"").decode(), [], after
        elif held is not None and _END.fullmatch(line.strip()):
            close(ended=True)
        else:
            (outside if held is None else held).append(line)
    if held is not None:
        close(ended=False)
    digests = frozenset(line_digest(line) for line in inside if line.strip())
    return Document(tuple(before), tuple(moved), tuple(after), section, digests, edited)


def put_together(document: Document, body: Sequence[str]) -> bytes:
    """The file with this section instead; without one when it would be empty."""
    before = [*document.before, *document.moved]
    if not body:
        return b"".join((*before, *document.after))
    end = b"\r\n" if before and before[0].endswith(b"\r\n") else b"\n"
    if before and not before[-1].endswith(b"\n"):
        before[-1] += end
    if before and before[-1].strip():
        before.append(end)
    told = (
        f"<!-- dreams:begin {section_digest(body)} ({_SAYING}) -->",
        *body,
        "<!-- dreams:end -->",
    )
    return b"".join((*before, *(line.encode() + end for line in told), *document.after))
