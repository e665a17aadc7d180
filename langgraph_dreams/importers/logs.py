"""Import of conversation logs: evidence sets and chat messages, a JSON object a line."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call, checked_shape
from langgraph_dreams.errors import InvalidInputError, LogFormatError
from langgraph_dreams.importers.formats import CaseLine, LogProblem, MessageLine, read_line
from langgraph_dreams.importers.threads import Placed, place_case, place_messages
from langgraph_dreams.types.items import Episode

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import Namespace

BATCH = 64
"""Episodes written at a time: large enough to embed well, small enough for a smooth bar."""
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class LogReading:
    """The episodes of a log in order, and what could not be read."""

    episodes: tuple[Episode, ...]
    problems: tuple[LogProblem, ...]
    lines: dict[str, int] = field(default_factory=dict, repr=False)
    """Line number of each episode, by episode id."""


@dataclass(frozen=True)
class ImportReport:
    """Counts of an import, and what could not be taken."""

    imported: int
    already_there: int
    """Episodes that an earlier import, or an earlier line, had brought."""
    problems: tuple[LogProblem, ...]


def read_log(source: str | os.PathLike[str] | Iterable[str | bytes]) -> LogReading:
    """Read a log into episodes; what cannot be read is named and the rest is kept.

    `source` is a path (gzip is noticed) or the lines themselves. Each line is either a case of
    an evidence set (an object with `units`: an episode a unit, thread `<case>/<session>`) or a
    chat message (an object with `role`: an episode a message, thread from `thread`, `thread_id`
    or `session`). Within a thread times are made strictly increasing. A unit's or message's own
    id is kept as the tag `unit:<id>`.

    Raises LogFormatError when the file cannot be opened or is no text, InvalidInputError when
    `source` is neither.
    """
    if isinstance(source, bytes) or not isinstance(source, str | os.PathLike | Iterable):
        raise InvalidInputError(f"a log is a path or lines of text, not {shown(source)}")
    lines: Iterable[str | bytes]
    if isinstance(source, str | os.PathLike):
        label = os.path.basename(os.fspath(source)).split(".")[0]
        lines = _file_lines(source)
    else:
        label, lines = "", source
    problems: list[LogProblem] = []
    messages: list[MessageLine] = []
    placed: list[Placed] = []
    for number, line in _numbered(lines, problems):
        try:
            parsed = read_line(line, number)
        except LogFormatError as error:
            problems.append(LogProblem(number, str(error)))
            continue
        if parsed is None:
            continue
        problems += parsed.problems
        if isinstance(parsed, CaseLine):
            placed += place_case(parsed)
        else:
            messages.append(parsed)
    placed += place_messages(messages, label or "log")
    problems.sort(key=lambda problem: problem.line)
    return LogReading(
        episodes=tuple(entry.episode for entry in placed),
        problems=tuple(problems),
        lines={entry.episode.id: entry.line for entry in placed},
    )


def import_log(
    namespace: "Namespace",
    path: str | os.PathLike[str] | Iterable[str | bytes],
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Record a log into `namespace`; importing it again adds nothing.

    `on_progress` is given (episodes handled, episodes in all) after each batch. An episode that
    the store refuses becomes a problem of its line; the others are recorded.

    Raises LogFormatError when the file cannot be opened, InvalidInputError for what is no
    namespace or no log, StoreError when the store fails.
    """
    methods = ("episodes", "record", "flush")
    checked_shape("namespace", namespace, methods, "what `store.namespace(...)` returns")
    checked_call("on_progress", on_progress)
    reading = read_log(path)
    episodes = tuple({episode.id: episode for episode in reading.episodes}.values())
    already = len(reading.episodes) - len(episodes)
    refused: list[LogProblem] = []
    imported = 0
    for start in range(0, len(episodes), BATCH):
        batch = episodes[start : start + BATCH]
        known = {episode.id for episode in namespace.episodes([e.id for e in batch])}
        fresh = [episode for episode in batch if episode.id not in known]
        already += len(batch) - len(fresh)
        lost = _record(namespace, fresh, reading.lines)
        imported += len(fresh) - len(lost)
        refused += lost
        if on_progress is not None:
            on_progress(start + len(batch), len(episodes))
    namespace.flush()
    problems = sorted((*reading.problems, *refused), key=lambda problem: problem.line)
    return ImportReport(imported, already, tuple(problems))


def _record(
    namespace: "Namespace", episodes: list[Episode], lines: dict[str, int]
) -> list[LogProblem]:
    """Record a batch; one that is refused is tried episode by episode, so that one bad is one."""
    if not episodes:
        return []
    try:
        namespace.record(episodes)
    except InvalidInputError as error:
        if len(episodes) == 1:
            return [LogProblem(lines.get(episodes[0].id, 0), str(error))]
        lost: list[LogProblem] = []
        for episode in episodes:
            lost += _record(namespace, [episode], lines)
        return lost
    return []


def _numbered(
    lines: Iterable[str | bytes], problems: list[LogProblem]
) -> Iterator[tuple[int, str]]:
    """Lines as text with their numbers; a line or an end that is no text becomes a problem."""
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            try:
                text = line.decode("utf-8") if isinstance(line, bytes) else line
            except UnicodeDecodeError as error:
                problems.append(LogProblem(number, f"not UTF-8 text ({error.reason})"))
                continue
            if not isinstance(text, str):
                problems.append(LogProblem(number, f"not text but {shown(text)}"))
                continue
            yield number, text.removeprefix("\ufeff")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = f"the gzip file is cut or damaged from here on ({error})"
        problems.append(LogProblem(number + 1, why))


def _file_lines(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """The lines of a file as bytes, split at line feeds alone, unpacked when it is gzip."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            head = file.read(2)
            if head in _UTF16:
                raise LogFormatError(f"The log {name!r} is UTF-16; save it as UTF-8 and try again.")
            file.seek(0)
            if head == _GZIP:
                with gzip.open(file) as unpacked:
                    yield from unpacked
            else:
                yield from file
    except (gzip.BadGzipFile, LogFormatError):
        raise
    except (OSError, ValueError) as error:  # a NUL or a lone surrogate in the name is a ValueError
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise LogFormatError(f"The log {name!r} cannot be read: {why}.") from error
