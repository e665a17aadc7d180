"""A case of an evidence set: an object with `units`."""

from collections.abc import Mapping
from typing import Any

from langgraph_dreams.importers.records import (
    CaseLine,
    LogProblem,
    Place,
    UnitEntry,
    kind,
    well_formed,
    word,
)
from langgraph_dreams.importers.times import parse_time, parse_zone


def read_case(value: Mapping[str, Any], place: Place) -> CaseLine:
    """The case; units that cannot be read become problems."""
    case = word(value.get("case")) or f"case{place.line}"
    units: list[UnitEntry] = []
    problems: list[LogProblem] = []
    for index, raw in enumerate(value["units"]):
        unit = _unit(raw, index)
        if isinstance(unit, str):
            problems.append(place.problem(f"unit {index + 1} of case {case!r}: {unit}"))
        else:
            units.append(unit)
    if not value["units"]:
        problems.append(place.problem(f"case {case!r} has no units"))
    return CaseLine(place.line, case, tuple(units), tuple(problems))


def _unit(raw: object, index: int) -> UnitEntry | str:
    """The unit, or what is wrong with it."""
    if not isinstance(raw, dict):
        return f"{kind(raw)}, where an object with `id` and `text` is expected"
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        return "its `text` is missing or empty"
    position = raw.get("position")
    whole = isinstance(position, int) and not isinstance(position, bool)
    return UnitEntry(
        id=word(raw.get("id")) or str(index),
        text=well_formed(text),
        session=word(raw.get("session")) or "0",
        position=position if isinstance(position, int) and whole else index,
        speaker=word(raw.get("speaker")),
        time=parse_time(raw.get("when")),
        zone=parse_zone(raw.get("when")),
    )
