"""The weeks of five persons with an assistant: a set of our own, a file of `data/` for each.

The half `first` is for choosing settings, `second` for reporting. Written before any code was run
on it.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from ..sets import Half

_DATA = Path(__file__).parent / "data"
_START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_BETWEEN_TURNS = timedelta(minutes=7)

TRAPS = ("greeting", "question", "command", "thanks", "hypothetical", "quote", "joke", "others")
"""Kinds of turns that must become no memory."""


@dataclass(frozen=True)
class Turn:
    """What the person said, and what was answered."""

    id: str
    """Number of the day, and of the turn in it: "3.4"."""
    day: int
    kind: str
    say: str
    answer: str
    time: datetime
    holds: tuple[str, ...] = ()
    """Words that a right memory of it holds; none where nothing of lasting use is stated."""
    bridge: tuple[str, ...] = ()
    """What it shares with turns of other days."""


@dataclass(frozen=True)
class Week:
    """One person's week."""

    name: str
    half: Half
    language: str
    turns: tuple[Turn, ...] = field(repr=False)

    def days(self) -> Iterable[list[Turn]]:
        for day in sorted({turn.day for turn in self.turns}):
            yield [turn for turn in self.turns if turn.day == day]

    def bridges(self) -> dict[str, list[str]]:
        """What turns of different days share, with the ids of these turns."""
        found: dict[str, list[str]] = {}
        for turn in self.turns:
            for word in turn.bridge:
                found.setdefault(word, []).append(turn.id)
        return found


@cache
def weeks() -> tuple[Week, ...]:
    """All of them, those of the half `first` before the others."""
    read = [_week(path) for path in sorted(_DATA.glob("*.toml"))]
    return tuple(sorted(read, key=lambda week: (week.half, week.name)))


def _week(path: Path) -> Week:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    turns: list[Turn] = []
    for row in data["turns"]:
        number = 1 + sum(turn.day == row["day"] for turn in turns)
        time = _START + timedelta(days=row["day"] - 1) + number * _BETWEEN_TURNS
        row |= {part: tuple(row.get(part, ())) for part in ("holds", "bridge")}
        turns.append(Turn(id=f"{row['day']}.{number}", time=time, **row))
    return Week(path.stem, data["half"], data["language"], tuple(turns))
