"""Import of conversation logs: JSON lines or a JSON document, in the forms logs are found in."""

import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_call, checked_shape
from langgraph_dreams.errors import InvalidInputError, LogFormatError
from langgraph_dreams.importers.formats import read_value
from langgraph_dreams.importers.recording import ImportReport, LogReading, record_log
from langgraph_dreams.importers.records import CaseLine, LogProblem, MessageLine, Place
from langgraph_dreams.importers.responses import session_of
from langgraph_dreams.importers.threads import Placed, place_case, place_messages
from langgraph_dreams.importers.values import read_values

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import Namespace

_GZIP = b"\x1f\x8b"
_ZIP = b"PK"
_LOGS = (".json", ".jsonl", ".ndjson")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_log(source: str | os.PathLike[str] | Iterable[str | bytes]) -> LogReading:
    """Read a log into episodes; what cannot be read is named and the rest is kept.

    `source` is a path (gzip and zip are noticed) or the lines themselves: JSON, a value a line or
    one document over many. Each value is, or is a list of:

    - a message: `role` and `content` (OpenAI, Anthropic); `from` and `value` (ShareGPT); a message
      of LangChain as `model_dump`, `messages_to_dict` or `dumpd` write it; a line of a coding
      agent's transcript (`message` inside, `sessionId`, `timestamp`; Codex: `payload`); an item
      of OpenAI's Responses API;
    - a conversation: `messages` (fine-tuning, graph states), `conversations` (ShareGPT), `mapping`
      (OpenAI's export, the branch of `current_node`), `chat_messages` (Anthropic's export);
    - a case of an evidence set: `units`, an episode a unit, thread `<case>/<session>`.

    A message is an episode, and a tool's result one of its own that nothing is believed of; its
    call has it too. What sets an agent up (`system`, `developer`) is no episode: nobody said it.
    The thread is named by `thread`, `thread_id`, `session`, `session_id`, `sessionId` or
    `conversation_id`, of a conversation also by `uuid` or `id`; a conversation without a name has
    a thread of its own. Times are read where there are some, otherwise the order is kept; within
    a thread they are made strictly increasing. A unit's or message's own id is kept as the tag
    `unit:<id>`.

    Raises LogFormatError when the file cannot be opened or is no text, InvalidInputError when
    `source` is neither.
    """
    if isinstance(source, bytes) or not isinstance(source, str | os.PathLike | Iterable):
        raise InvalidInputError(f"a log is a path or lines of text, not {shown(source)}")
    lines: Iterable[str | bytes]
    if isinstance(source, str | os.PathLike):
        label = os.path.basename(os.fspath(source)).split(".")[0]
        lines = file_lines(source)
    else:
        label, lines = "", source
    problems: list[LogProblem] = []
    messages: list[MessageLine] = []
    placed: list[Placed] = []
    for value in read_values(numbered(lines, problems)):
        if not isinstance(value, LogProblem):
            label = session_of(value[1]) or label
        found = (
            [value]
            if isinstance(value, LogProblem)
            else read_value(value[1], Place(value[0]), label or "log")
        )
        for entry in found:
            if isinstance(entry, LogProblem):
                problems.append(entry)
            elif isinstance(entry, CaseLine):
                problems += entry.problems
                placed += place_case(entry)
            else:
                messages.append(entry)
    placed += place_messages(messages)
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

    Raises LogFormatError when the file cannot be opened or nothing in it can be read (nothing is
    written then), InvalidInputError for what is no namespace or no log, StoreError when the store
    fails.
    """
    methods = ("episodes", "record", "flush")
    checked_shape("namespace", namespace, methods, "what `store.namespace(...)` returns")
    checked_call("on_progress", on_progress)
    reading = read_log(path)
    reading.check()
    return record_log(namespace, reading, on_progress)


def numbered(lines: Iterable[str | bytes], problems: list[LogProblem]) -> Iterator[tuple[int, str]]:
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


def file_lines(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """The lines of a file as bytes, split at line feeds alone, unpacked when it is gzip."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            head = file.read(2)
            if head in _UTF16:
                raise LogFormatError(f"The log {name!r} is UTF-16; save it as UTF-8 and try again.")
            file.seek(0)
            if head == _ZIP:
                yield from _zipped_lines(file, name)
            elif head == _GZIP:
                with gzip.open(file) as unpacked:
                    yield from unpacked
            else:
                yield from file
    except (gzip.BadGzipFile, LogFormatError):
        raise
    except (OSError, ValueError) as error:  # a NUL or a lone surrogate in the name is a ValueError
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise LogFormatError(f"The log {name!r} cannot be read: {why}.") from error


def _zipped_lines(file: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines of the conversations in an archive, as exports are; of its only log otherwise."""
    try:
        with zipfile.ZipFile(file) as archive:
            logs = [entry for entry in archive.namelist() if entry.lower().endswith(_LOGS)]
            told = [e for e in logs if os.path.basename(e).startswith("conversations")]
            if not (chosen := told or logs) or (not told and len(logs) > 1):
                inside = ", ".join(archive.namelist()[:5])
                raise LogFormatError(
                    f"The log {name!r} is a zip archive that holds {inside or 'nothing'}; unpack it"
                    " first and import the file with the conversations."
                )
            for entry in sorted(chosen):
                with archive.open(entry) as unpacked:
                    yield from unpacked
                yield b"\n"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:  # damaged, locked
        raise LogFormatError(
            f"The log {name!r} is a zip archive that cannot be read ({error}); unpack it first and"
            " import the file with the conversations."
        ) from error
