"""Folders of notes in Markdown, as coding and personal agents keep them.

A long-term file (`MEMORY.md`, `AGENTS.md`, `CLAUDE.md` or any other) and daily notes
(`YYYY-MM-DD.md`). A note is an episode behind its subjects. What has no day keeps its order. The
id of a note is made of its words and day alone, so that a file that was edited brings what is new
in it, and nothing twice.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from langgraph_dreams.importers.past.markdown import Note, moment, named_day, notes_of
from langgraph_dreams.importers.recording import LogReading
from langgraph_dreams.importers.records import LogProblem, Place, well_formed
from langgraph_dreams.importers.times import UNDATED, UNDATED_STEP
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode, episode_id
from langgraph_dreams.types.telling.told import many

TAG = "import:notes"
_ENDS = (".md", ".markdown")


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
        notes, code = notes_of(text)
        if code:
            why = f"{many(code, 'block')} of code left out"
            problems.append(Place(0, (well_formed(name),)).problem(why, skipped=False))
        for episode, line in _episodes(notes, well_formed(name)):
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


def _episodes(notes: Sequence[Note], name: str) -> Iterator[tuple[Episode, int]]:
    """The notes of a file as episodes of a thread of its own, in order."""
    of_file = named_day(name.rpartition("/")[2])
    times: Counter[tuple[str, ...]] = Counter()
    for order, note in enumerate(notes):
        day, clock, text = note.when(of_file)
        whole = well_formed(": ".join([*note.about, text])).strip()
        if not whole or not text.strip():
            continue
        at = moment(day, clock)
        key = (name, day, clock, whole)
        times[key] += 1
        thread = f"{name}/{day}" if day and not of_file else name
        time = (at or UNDATED) + (timedelta(milliseconds=order) if at else order * UNDATED_STEP)
        # Not its place in the file: a line more above it makes it no other note.
        own = episode_id(name, 0, whole, at or UNDATED, run=str(times[key]))
        episode = Episode(
            id=own,
            text=whole,
            thread=thread,
            position=order,
            time=time,
            origin="import",
            trust=Trust.ASSERTED,
            tags=(TAG,),
        )
        yield episode, note.line
