"""The JSON values of a log: one a line, or over many lines."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain

from langgraph_dreams._text import shown
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.records import LogProblem, Place, well_formed

_DECODER = json.JSONDecoder()


def read_values(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, object] | LogProblem]:
    """Each value with the line where it begins, or what is wrong there.

    A log whose first line is the beginning of a value is read as a whole, any other line by line.
    """
    rest = iter(lines)
    for number, line in rest:
        if not line.strip():
            continue
        if not _goes_on(line.strip()):
            yield from _by_line(chain([(number, line)], rest))
            return
        held = [(number, line), *rest]
        yield from _by_line(held) if _each_its_own(held) else _whole(held)


def _by_line(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, object] | LogProblem]:
    for number, line in lines:
        if line.strip():
            try:
                yield number, _decoded(line.strip())
            except LogFormatError as error:
                yield Place(number).problem(str(error))


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise LogFormatError("nested too deeply to be read") from None
    except json.JSONDecodeError as error:
        why = f"not JSON ({error.msg} at character {error.colno})"
        raise LogFormatError(f"{why}: {shown(well_formed(text))}") from None
    except ValueError as error:
        raise LogFormatError(f"not readable as JSON ({error})") from None


def _goes_on(line: str) -> bool:
    """True if the line is JSON as far as it goes, and ends where something has to follow."""
    try:
        _DECODER.raw_decode(line)
    except json.JSONDecodeError as error:
        return line[0] in "[{" and error.pos >= len(line) - 1
    except (RecursionError, ValueError):
        pass
    return False


def _each_its_own(lines: list[tuple[int, str]]) -> bool:
    """True if only the first line is cut, and the next is a value by itself."""
    following = next((line for _, line in lines[1:] if line.strip()), "")
    try:
        return len(lines[0][1].strip()) > 2 and isinstance(json.loads(following), dict)
    except (RecursionError, ValueError):
        return False


def _whole(lines: list[tuple[int, str]]) -> Iterator[tuple[int, object] | LogProblem]:
    """The values of the lines together, up to the first that is none."""
    first = lines[0][0]
    numbers = [number for number, _ in lines]
    text = "\n".join(line.rstrip("\r\n") for _, line in lines)
    at = _next(text, 0)
    while at < len(text):
        line = numbers[text.count("\n", 0, at)] if at else first
        try:
            value, end = _DECODER.raw_decode(text, at)
        except RecursionError:
            yield Place(line).problem("nested too deeply to be read")
            return
        except json.JSONDecodeError as error:
            broken = lines[min(error.lineno, len(lines)) - 1]
            why = f"not JSON ({error.msg} at character {error.colno})"
            yield Place(broken[0]).problem(f"{why}: {shown(well_formed(broken[1].strip()))}")
            return
        except ValueError as error:
            yield Place(line).problem(f"not readable as JSON ({error})")
            return
        yield line, value
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """Where the next value begins."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at
