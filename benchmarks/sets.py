"""Evidence sets: JSONL files, one case a line, that say which units answer which question.

A case is `{"case", "dataset", "units": [...], "questions": [...]}`. A unit is `{"id", "text",
"session", "position", "speaker", "when"}`, with `"said"` and `"answered"` for a turn and its answer
together; a question `{"id", "text", "gold", "category"}` with `gold` the ids of the units that hold
the evidence. Only texts, ids, sessions and gold are needed; what else is missing gets a plain
default. Unknown keys are ignored.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from langgraph_dreams import LogFormatError

Half = Literal["first", "second"]

UNCATEGORISED = "uncategorised"
CHUNK = 100
"""Units between two dreams where every session is one unit."""

_FORMATS = (
    "%I:%M %p on %d %B, %Y",
    "%Y/%m/%d (%a) %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d %B %Y",
    "%d %B, %Y",
    "%B %d, %Y",
)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_BETWEEN_SESSIONS = timedelta(hours=1)
_BETWEEN_UNITS = timedelta(seconds=20)


@dataclass(frozen=True)
class Unit:
    """One turn or passage."""

    id: str
    text: str
    session: str
    position: int
    speaker: str = ""
    when: str = ""
    said: str = ""
    answered: str = ""
    """The two parts of a turn that holds its answer too."""


@dataclass(frozen=True)
class Question:
    """A question and the ids of the units that hold its evidence."""

    id: str
    text: str
    gold: tuple[str, ...]
    category: str = UNCATEGORISED


@dataclass(frozen=True)
class Case:
    """One conversation or corpus with its questions."""

    name: str
    dataset: str
    units: tuple[Unit, ...]
    questions: tuple[Question, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    """Rows that could not be used, counted by reason."""


def read_set(path: Path) -> list[Case]:
    """The cases of a file, in order.

    Raises LogFormatError naming the line for one that is not a case, and for a file that cannot
    be read or holds no case.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LogFormatError(f"{path} cannot be read ({error}): give a UTF-8 JSONL file") from error
    cases = [
        _case(line, f"{path}, line {number}")
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    if not cases:
        raise LogFormatError(f"{path} holds no case: give a file with one case a line")
    return cases


def write_set(cases: Iterable[Case], path: Path) -> None:
    """Write cases as a file of the format, one a line."""
    with path.open("w", encoding="utf-8") as file:
        for case in cases:
            row = {
                "case": case.name,
                "dataset": case.dataset,
                "units": [asdict(unit) for unit in case.units],
                "questions": [asdict(question) for question in case.questions],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def take_half(cases: Sequence[Case], half: Half) -> list[Case]:
    """The first or second half of the cases; of a single case, that half of its questions."""
    if len(cases) == 1:
        questions = cases[0].questions
        middle = (len(questions) + 1) // 2
        kept = questions[:middle] if half == "first" else questions[middle:]
        return [replace(cases[0], questions=kept)]
    middle = (len(cases) + 1) // 2
    return list(cases[:middle] if half == "first" else cases[middle:])


def sittings(case: Case) -> list[list[Unit]]:
    """The units between two dreams: sessions in order of appearance.

    Where every session is one unit, runs of CHUNK units instead.
    """
    sessions: dict[str, list[Unit]] = {}
    for unit in case.units:
        sessions.setdefault(unit.session, []).append(unit)
    if len(sessions) < len(case.units):
        return list(sessions.values())
    units = case.units
    return [list(units[start : start + CHUNK]) for start in range(0, len(units), CHUNK)]


def times(units: Iterable[Unit]) -> list[datetime]:
    """A time for every unit, increasing within each session.

    That of `when` where it can be read; made up where not, each session an hour after the last.
    """
    result: list[datetime] = []
    last_of: dict[str, datetime] = {}
    latest = _START
    for unit in units:
        said = parse_time(unit.when)
        before = last_of.get(unit.session)
        if before is None:
            time = said or latest + _BETWEEN_SESSIONS
        else:
            time = said if said and said > before else before + _BETWEEN_UNITS
        last_of[unit.session] = time
        latest = max(latest, time)
        result.append(time)
    return result


def parse_time(when: str) -> datetime | None:
    """`when` as a time in UTC where it is ISO or of a known form, else None."""
    text = " ".join(when.split())
    found: datetime | None = None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for form in _FORMATS:
            try:
                found = datetime.strptime(text, form)
                break
            except ValueError:
                continue
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _case(line: str, place: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise LogFormatError(f"{place} is not JSON ({error}): one case a line is needed") from error
    if not isinstance(row, dict):
        raise LogFormatError(f"{place} is not a case: an object with units and questions is needed")
    name = _string(row, "case", place)
    left_out: Counter[str] = Counter()
    units = _units(row, place, left_out)
    questions = _questions(row, place, {unit.id for unit in units}, left_out)
    dataset = str(row.get("dataset") or "")
    return Case(name, dataset, tuple(units), tuple(questions), dict(left_out))


def _units(row: dict[str, Any], place: str, left_out: Counter[str]) -> list[Unit]:
    units: list[Unit] = []
    seen: set[str] = set()
    length: Counter[str] = Counter()
    for index, entry in enumerate(_entries(row, "units", place)):
        where = f"{place}, unit {index}"
        unit_id, session = _string(entry, "id", where), _string(entry, "session", where)
        if unit_id in seen:
            raise LogFormatError(f"{where} has the id {unit_id!r} of an earlier unit: ids differ")
        seen.add(unit_id)
        text = _text(entry, where)
        if not text.strip():
            left_out["units without text"] += 1
            continue
        position = entry.get("position", length[session])
        if not isinstance(position, int) or position < 0:
            raise LogFormatError(f"{where} has position {position!r}: a number from 0 is needed")
        length[session] += 1
        named = ("speaker", "when", "said", "answered")
        rest = {name: str(entry.get(name) or "") for name in named}
        units.append(Unit(unit_id, text, session, position, **rest))
    if not units:
        raise LogFormatError(f"{place} has no units with a text: at least one is needed")
    return units


def _questions(
    row: dict[str, Any], place: str, units: set[str], left_out: Counter[str]
) -> list[Question]:
    questions: list[Question] = []
    for index, entry in enumerate(_entries(row, "questions", place)):
        where = f"{place}, question {index}"
        text, gold = _text(entry, where), entry.get("gold") or []
        if not isinstance(gold, list) or not all(isinstance(value, str | int) for value in gold):
            raise LogFormatError(f"{where} has gold {gold!r:.80}: a list of unit ids is needed")
        named = tuple(dict.fromkeys(str(value) for value in gold))
        known = tuple(value for value in named if value in units)
        left_out["gold units not among the units"] += len(named) - len(known)
        if not known or not text.strip():
            left_out["questions without gold or text"] += 1
            continue
        category = entry.get("category")
        kind = UNCATEGORISED if category in (None, "") else str(category)
        questions.append(Question(str(entry.get("id", index)), text, known, kind))
    return questions


def _entries(row: dict[str, Any], key: str, place: str) -> list[dict[str, Any]]:
    value = row.get(key)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise LogFormatError(f"{place} has no list of objects under {key!r}")
    return value


def _string(entry: dict[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise LogFormatError(f"{place} has {key} {value!r:.80}: a string or a number is needed")
    return str(value)


def _text(entry: dict[str, Any], place: str) -> str:
    value = entry.get("text")
    if not isinstance(value, str):
        raise LogFormatError(f"{place} has text {value!r:.80}: a string is needed")
    return value
