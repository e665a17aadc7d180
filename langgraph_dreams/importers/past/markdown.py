"""Markdown notes, taken apart: a bullet, a paragraph or a table's row is a note.

The headings above a note, and the bullet that it is indented under, are its subjects. Its day is
the one that it begins or ends with ("2026-03-01: ..." or "... (2026-03-01)"), else that of a
heading or of the file's name. Code, comments, front matter and what dreams wrote into a file are no
notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_NOON = timedelta(hours=12)
_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"
_NAMED = re.compile(rf"(?<!\d){_DAY}(?!\d)")
_DATED = re.compile(rf"[\[(*_]*{_DAY}(?:[T ](?P<clock>\d{{1,2}}:\d{{2}}))?[\])*_]*\s*[:.,–—-]*\s*")
_DATED_LAST = re.compile(rf"\s+\({_DAY}\)\.?$")
_CLOCK = re.compile(r"[\[(*_]*(?P<clock>\d{1,2}:\d{2})[\])*_]*\s*[:.,–—-]+\s+")
_HEADING = re.compile(r"\s{0,3}(?P<level>#{1,6})\s+(?P<text>.*?)\s*#*\s*$")
_BULLET = re.compile(
    r"(?P<indent>\s*)(?:[-*+]|\d{1,3}[.)])\s+(?:\[(?P<box>[ xX])\]\s+)?(?P<text>.*)$"
)
_ROW = re.compile(r"\s*\|(?P<cells>.*?)\|?\s*$")
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_OF_DREAMS = re.compile(
    r"<!--\s*dreams:begin\b[^>]*-->.*?(?:<!--\s*dreams:end\b[^>]*-->|\Z)", re.DOTALL
)
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$|[\s|:-]+$")
_DONE = {" ": "open: ", "x": "done: "}


@dataclass
class Note:
    """One thing that a file states, on one line."""

    line: int
    text: str
    subjects: tuple[str, ...]
    indent: int = -1
    """Of a bullet, columns; -1 for anything else."""

    def when(self, of_file: str = "") -> tuple[str, str, str]:
        """Day and clock, empty where none is told, and the text without them.

        `of_file` is the day that the name of the file tells, or empty.
        """
        dated = _DATED.match(self.text)
        if dated is not None and moment(dated["day"], "") is not None:
            return dated["day"], dated["clock"] or "", self.text[dated.end() :]
        last = _DATED_LAST.search(self.text)
        if last is not None and moment(last["day"], "") is not None:
            return last["day"], "", self.text[: last.start()]
        headings = [day for subject in self.subjects if (day := named_day(subject))]
        day = headings[-1] if headings else of_file
        clock = _CLOCK.match(self.text) if day else None
        if clock is not None and moment(day, clock["clock"]) is not None:
            return day, clock["clock"], self.text[clock.end() :]
        return (day if moment(day, "") else ""), "", self.text

    @property
    def about(self) -> list[str]:
        """The subjects but for those that are a day."""
        return [subject for subject in self.subjects if not _NAMED.fullmatch(subject)]


def named_day(name: str) -> str:
    """The day that a name or a heading has in it, or empty."""
    found = _NAMED.search(name)
    return found["day"] if found else ""


def moment(day: str, clock: str) -> datetime | None:
    """The time of a day and a clock; noon of a day without one, None of what is no day."""
    try:
        if clock:
            return datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) + _NOON
    except ValueError:
        return None


def notes_of(text: str) -> tuple[list[Note], int]:
    """The notes of a file in order, and how many blocks of code were left out."""
    notes: list[Note] = []
    headings: list[tuple[int, str]] = []
    above: list[Note] = []
    columns: list[str] = []
    head: re.Match[str] | None = None
    code, fence, paragraph = 0, "", False
    for number, line in _lines(text):
        opened, row = _FENCE.match(line), _ROW.match(line)
        subjects = tuple(heading for _, heading in headings)
        if not row:
            columns, head = [], None
        if fence:
            fence = "" if opened and opened["fence"].startswith(fence) else fence
        elif opened:
            fence, paragraph = opened["fence"], False
            code += 1
        elif heading := _HEADING.match(line):
            level = len(heading["level"])
            headings = [h for h in headings if h[0] < level] + [(level, heading["text"])]
            above, paragraph = [], False
        elif bullet := _BULLET.match(line):
            indent = len(bullet["indent"].expandtabs(4))
            above = [note for note in above if note.indent < indent]
            said = _DONE.get((bullet["box"] or "").lower(), "") + bullet["text"].strip()
            over = (*subjects, *(note.text.rstrip(":") for note in above))
            notes.append(Note(number, said, over, indent))
            above.append(notes[-1])
            paragraph = True
        elif not line.strip() or _RULE.match(line):
            if row and head:  # the row above names the columns
                columns = _cells(head)
                notes.pop()
            paragraph, head = False, None
        elif row:
            head, paragraph = (None if columns else row), False
            notes.append(Note(number, _told(columns, _cells(row)), subjects))
        elif paragraph:
            notes[-1].text = f"{notes[-1].text} {line.strip().lstrip('> ')}".strip()
        else:
            above, paragraph = [], True
            notes.append(Note(number, line.strip().lstrip("> "), subjects))
    # A bullet that only heads others says nothing by itself.
    heads = {note.subjects[-1] for note in notes if note.subjects}
    kept = [n for n in notes if n.text and not (n.text.endswith(":") and n.text[:-1] in heads)]
    return kept, code


def _cells(row: re.Match[str]) -> list[str]:
    return [cell.strip() for cell in row["cells"].split("|")]


def _told(columns: list[str], cells: list[str]) -> str:
    """A row of a table in words, each cell beside the name of its column."""
    names = [*columns, *[""] * len(cells)]
    named = (f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False))
    return "; ".join(said for said, cell in zip(named, cells, strict=True) if cell)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without what stands before the text and comments."""
    blank = text
    for hidden in (_OF_DREAMS, _COMMENT):
        blank = hidden.sub(lambda match: "\n" * match[0].count("\n"), blank)
    lines = blank.splitlines()
    start = 0
    if lines and lines[0].strip() == "---":
        ends = [n for n, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")]
        start = ends[0] + 1 if ends else 0
    yield from enumerate(lines[start:], start + 1)
