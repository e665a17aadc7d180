"""Folders of notes in Markdown, as coding and personal agents keep them.

A long-term file (`MEMORY.md`, `AGENTS.md`, `CLAUDE.md` or any other) and daily notes
(`YYYY-MM-DD.md`). A bullet or a paragraph is an episode; the headings above it, and the bullet that
it is indented under, are its subject. Its day is what it begins with ("2026-03-01: ..."), else that
of the file's name or of a heading. What has no day keeps its order. The id of a note is made of its
words and day alone, so that a file that was edited brings what is new in it, and nothing twice.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from langgraph_dreams.importers.recording import LogReading
from langgraph_dreams.importers.records import LogProblem, Place, well_formed
from langgraph_dreams.importers.times import UNDATED, UNDATED_STEP
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode, episode_id
from langgraph_dreams.types.telling.told import many

TAG = "import:notes"
_ENDS = (".md", ".markdown")
_NOON = timedelta(hours=12)
_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"
_NAMED = re.compile(rf"(?<!\d){_DAY}(?!\d)")
_DATED = re.compile(rf"[\[(*_]*{_DAY}(?:[T ](?P<clock>\d{{1,2}}:\d{{2}}))?[\])*_]*\s*[:.,–—-]*\s*")
_CLOCK = re.compile(r"[\[(*_]*(?P<clock>\d{1,2}:\d{2})[\])*_]*\s*[:.,–—-]+\s+")
_HEADING = re.compile(r"\s{0,3}(?P<level>#{1,6})\s+(?P<text>.*?)\s*#*\s*$")
_BULLET = re.compile(
    r"(?P<indent>\s*)(?:[-*+]|\d{1,3}[.)])\s+(?:\[(?P<box>[ xX])\]\s+)?(?P<text>.*)$"
)
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$|[\s|:-]+$")
_DONE = {" ": "open: ", "x": "done: "}


@dataclass
class _Note:
    line: int
    text: str
    subjects: tuple[str, ...]
    indent: int = -1
    """Of a bullet, columns; -1 for a paragraph."""


@dataclass
class _File:
    """The notes of a file, and what was left out."""

    notes: list[_Note] = field(default_factory=list)
    code: int = 0


def is_notes(path: Path) -> bool:
    """True for a file of Markdown, and for a folder."""
    return path.is_dir() or path.suffix.lower() in _ENDS


def read_notes(path: Path) -> LogReading:
    """The notes of a file, or of all files in a folder; hidden ones are left out."""
    files = sorted(_files(path)) if path.is_dir() else [path]
    episodes: list[Episode] = []
    problems: list[LogProblem] = []
    lines: dict[str, int] = {}
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Place(0, (well_formed(name),)).problem(f"cannot be read: {error}"))
            continue
        found = _parsed(text)
        if found.code:
            why = f"{many(found.code, 'block')} of code left out"
            problems.append(Place(0, (well_formed(name),)).problem(why, skipped=False))
        for episode, line in _episodes(found.notes, well_formed(name)):
            episodes.append(episode)
            lines[episode.id] = line
    if not files:
        problems.append(LogProblem(0, f"there is no file of Markdown in {str(path)!r}"))
    elif not episodes and not problems:
        problems.append(LogProblem(0, f"there is no note in {str(path)!r}"))
    episodes.sort(key=lambda e: e.time)
    return LogReading(tuple(episodes), tuple(problems), lines)


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if not hidden and file.suffix.lower() in _ENDS and file.is_file():
            yield file


def _parsed(text: str) -> _File:
    """The notes of a file with their subjects."""
    found = _File()
    headings: list[tuple[int, str]] = []
    above: list[_Note] = []
    fence, paragraph = "", False
    for number, line in _lines(text):
        opened = _FENCE.match(line)
        if fence:
            fence = "" if opened and opened["fence"].startswith(fence) else fence
        elif opened:
            fence, paragraph = opened["fence"], False
            found.code += 1
        elif heading := _HEADING.match(line):
            level = len(heading["level"])
            headings = [h for h in headings if h[0] < level] + [(level, heading["text"])]
            above, paragraph = [], False
        elif bullet := _BULLET.match(line):
            indent = len(bullet["indent"].expandtabs(4))
            above = [n for n in above if n.indent < indent]
            text_ = _DONE.get((bullet["box"] or "").lower(), "") + bullet["text"].strip()
            subjects = (*(h for _, h in headings), *(n.text.rstrip(":") for n in above))
            note = _Note(number, text_, subjects, indent)
            found.notes.append(note)
            above.append(note)
            paragraph = True
        elif not line.strip() or _RULE.match(line):
            paragraph = False
        elif paragraph:
            found.notes[-1].text = f"{found.notes[-1].text} {line.strip().lstrip('> ')}".strip()
        else:
            above, paragraph = [], True
            subjects = tuple(h for _, h in headings)
            found.notes.append(_Note(number, line.strip().lstrip("> "), subjects))
    # A bullet that only heads others says nothing by itself.
    heads = {n.subjects[-1] for n in found.notes if n.subjects}
    found.notes = [
        n for n in found.notes if n.text and not (n.text.endswith(":") and n.text[:-1] in heads)
    ]
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without what stands before the text and comments."""
    blank = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    lines = blank.splitlines()
    start = 0
    if lines and lines[0].strip() == "---":
        ends = [n for n, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")]
        start = ends[0] + 1 if ends else 0
    yield from enumerate(lines[start:], start + 1)


def _episodes(notes: Sequence[_Note], name: str) -> Iterator[tuple[Episode, int]]:
    """The notes of a file as episodes of a thread of its own, in order."""
    of_file = _NAMED.search(name.rpartition("/")[2])
    times: Counter[tuple[str, ...]] = Counter()
    for order, note in enumerate(notes):
        day, clock, text = _when(note, of_file["day"] if of_file else "")
        subjects = [s for s in note.subjects if not _NAMED.fullmatch(s)]
        whole = well_formed(": ".join([*subjects, text])).strip()
        if not whole or not text.strip():
            continue
        at = _time(day, clock)
        key = (name, day, clock, whole)
        times[key] += 1
        thread = f"{name}/{day}" if day and not of_file else name
        moment = (at or UNDATED) + (timedelta(milliseconds=order) if at else order * UNDATED_STEP)
        # Not its place in the file: a line more above it makes it no other note.
        own = episode_id(name, 0, whole, at or UNDATED, run=str(times[key]))
        episode = Episode(
            id=own,
            text=whole,
            thread=thread,
            position=order,
            time=moment,
            origin="import",
            trust=Trust.ASSERTED,
            tags=(TAG,),
        )
        yield episode, note.line


def _when(note: _Note, of_file: str) -> tuple[str, str, str]:
    """Day and clock of a note, empty where none is told, and its text without them."""
    dated = _DATED.match(note.text)
    if dated is not None and _time(dated["day"], "") is not None:
        return dated["day"], dated["clock"] or "", note.text[dated.end() :]
    headings = [m["day"] for s in note.subjects if (m := _NAMED.search(s))]
    day = headings[-1] if headings else of_file
    clock = _CLOCK.match(note.text) if day else None
    if clock is not None and _time(day, clock["clock"]) is not None:
        return day, clock["clock"], note.text[clock.end() :]
    return (day if _time(day, "") else ""), "", note.text


def _time(day: str, clock: str) -> datetime | None:
    """The moment; noon of a day without a clock, None of what is no day."""
    try:
        if clock:
            return datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) + _NOON
    except ValueError:
        return None
