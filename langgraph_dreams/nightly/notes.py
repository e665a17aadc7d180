"""A folder of notes: a daily note is `YYYY-MM-DD.md`, and beside them lies one long-term file."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from langgraph_dreams.errors import InvalidInputError, LogFormatError
from langgraph_dreams.importers.past.markdown import notes_of
from langgraph_dreams.types.base import UNDATED_UNTIL, Trust, digest
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.zones import AS_WRITTEN

LONG_TERM = ("MEMORY.md", "AGENTS.md", "CLAUDE.md")
"""Names of the long-term file; the first that is there is it, and the first is made otherwise."""
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)\.md")
_NOON = time(12, tzinfo=UTC)
_UNDATED = UNDATED_UNTIL - timedelta(days=365)


@dataclass(frozen=True)
class Folder:
    """The notes of a folder."""

    path: Path
    daily: tuple[Path, ...]
    """The daily notes, oldest first."""
    long_term: Path

    def text(self, path: Path) -> str:
        """The text of a note; what is no UTF-8 in it is told by U+FFFD. Raises LogFormatError."""
        return self.read(path).decode("utf-8-sig", "replace")

    def read(self, path: Path) -> bytes:
        """The bytes of a note, none of one that is not there. Raises LogFormatError."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise LogFormatError(f"The note {str(path)!r} cannot be read: {error}.") from error

    def name(self, path: Path) -> str:
        """The name of a note within the folder."""
        return path.relative_to(self.path).as_posix()


@dataclass(frozen=True)
class Statement:
    """A bullet or a paragraph of a note."""

    text: str
    subject: str
    """The headings that it stands under."""
    day: date | None = None
    """The date that it or a heading names."""


def notes_in(folder: str | Path) -> Folder:
    """The notes of a folder and of the folders in it, hidden ones left out.

    Raises InvalidInputError where there are none.
    """
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        raise InvalidInputError(f"{str(folder)!r} is no folder; name the one with the daily notes")
    found = [p for p in path.iterdir() if not p.name.startswith(".")]
    files = [*found, *(p for sub in found if sub.is_dir() for p in sub.iterdir())]
    daily = sorted((p.name, p) for p in files if _day_of(p) is not None and p.is_file())
    name = next((name for name in LONG_TERM if (path / name).exists()), None)
    if not daily and name is None:
        raise InvalidInputError(
            f"{str(folder)!r} has no notes: a daily note is YYYY-MM-DD.md, the long-term file"
            f" {', '.join(LONG_TERM[:-1])} or {LONG_TERM[-1]}"
        )
    return Folder(path, tuple(p for _, p in daily), path / (name or LONG_TERM[0]))


def _day_of(path: Path) -> date | None:
    named = _NAME.fullmatch(path.name)
    return _date(named[1]) if named else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def statements(text: str) -> list[Statement]:
    """What a note states, in order, each on one line with the headings that it stands under."""
    found: list[Statement] = []
    for note in notes_of(text)[0]:
        day, clock, said = note.when()
        said = f"{clock} {said}".strip()
        found += [Statement(said, " / ".join(note.about), _date(day))] if said else []
    return found


def daily_episodes(folder: Folder, path: Path) -> list[Episode]:
    """What a daily note states, each as an episode of that day."""
    day = _day_of(path)
    assert day is not None
    begun = datetime.combine(day, _NOON)
    found = _numbered(statements(folder.text(path)))
    return [
        _episode(folder.name(path), said, times, begun + timedelta(seconds=place), place)
        for place, (said, times) in enumerate(found)
    ]


def long_term_episodes(folder: Folder, text: str, first_seen: datetime | None) -> list[Episode]:
    """What a person has written into the long-term file, without the section of dreams.

    What has no date is of `first_seen`; where that is not known, it is older than all else.
    """
    name = folder.name(folder.long_term)
    made = []
    for place, (said, times) in enumerate(_numbered(statements(text))):
        begun = first_seen or _UNDATED
        at = datetime.combine(said.day, _NOON) if said.day else begun
        made.append(_episode(name, said, times, at + timedelta(seconds=place), place))
    return made


def _numbered(found: list[Statement]) -> Iterator[tuple[Statement, int]]:
    """Each with the number of times that it was there before, so that moved lines stay the same."""
    seen: Counter[Statement] = Counter()
    for said in found:
        yield said, seen[said]
        seen[said] += 1


def _episode(name: str, said: Statement, times: int, at: datetime, place: int) -> Episode:
    return Episode(
        id="e" + digest("note", name, said.subject, said.text, times),
        text=said.text,
        thread=name,
        position=place,
        time=at,
        zone=AS_WRITTEN if at >= UNDATED_UNTIL else "",
        origin="import",
        trust=Trust.ASSERTED,
        tags=(f"subject:{said.subject}",) if said.subject else (),
    )
