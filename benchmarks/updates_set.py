"""Facts that change, and what only looks like it: a set of our own, told over half a year.

Two persons, each with a file in `updates_data/` and a life of their own: the half `first` is for
choosing settings, `second` for reporting. Written before any code was run on it.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from .sets import Half

Wording = Literal["near", "reworded", "steady"]

_DATA = Path(__file__).parent / "updates_data"
_START = datetime(2025, 1, 6, 17, 0, tzinfo=UTC)
_BETWEEN_SESSIONS = timedelta(days=7)
_BETWEEN_TURNS = timedelta(minutes=2)
SESSIONS = 24


@dataclass(frozen=True)
class Version:
    """A version of a fact, which holds from some time on."""

    said: str
    value: str
    """Words that only this version of the fact is told with."""
    memory: str
    """The statement as a good model would write it."""


@dataclass(frozen=True)
class Fact:
    """Something that changes, or in the case of `steady` does not."""

    id: str
    half: Half
    domain: str
    wording: Wording
    about: str
    question: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Lookalike:
    """A statement that looks like a change of a fact, or of its own kind, and is none."""

    kind: str
    near: str
    """Id of a fact, or a word that other lookalikes share."""
    about: str
    said: str
    memory: str
    """Empty where a good model would write nothing down."""
    speaker: str


@dataclass(frozen=True)
class Turn:
    """One turn, and what it tells."""

    id: str
    session: int
    position: int
    time: datetime
    speaker: str
    text: str
    about: str = ""
    memory: str = ""
    fact: str = ""
    """Id of the fact that it tells a version of."""
    version: int = -1
    near: str = ""
    """The statement that it looks like, as a lookalike."""
    kind: str = ""


@dataclass(frozen=True)
class Life:
    """One half of the set: facts, lookalikes, and all turns in order of time."""

    half: Half
    speaker: str
    facts: tuple[Fact, ...]
    lookalikes: tuple[Lookalike, ...]
    turns: tuple[Turn, ...] = field(repr=False)


@cache
def life(half: Half, part: int = 1) -> Life:
    """The half, the same every time; with `part` n, every n-th fact and lookalike of it."""
    data = tomllib.loads((_DATA / f"{half}.toml").read_text(encoding="utf-8"))
    speaker = data["speaker"]
    facts = tuple(_fact(row, half) for row in data["fact"])[::part]
    lookalikes = (
        *(_lookalike(row, speaker) for row in data["lookalikes"]["rows"]),
        *(
            Lookalike("other speaker", near, who, said, "", who)
            for who, near, said in data["lookalikes"]["others"]
        ),
    )[::part]
    turns = _turns(facts, lookalikes, data["filler"]["turns"][::part], speaker)
    return Life(half, speaker, facts, lookalikes, tuple(turns))


def _fact(row: dict[str, object], half: Half) -> Fact:
    versions = tuple(Version(*version) for version in row.pop("versions"))  # type: ignore[attr-defined]
    return Fact(half=half, versions=versions, **row)  # type: ignore[arg-type]


def _lookalike(row: list[str], speaker: str) -> Lookalike:
    kind, near, about, said, memory = row
    return Lookalike(kind, near, about, said, memory, speaker)


def _turns(
    facts: tuple[Fact, ...], lookalikes: tuple[Lookalike, ...], filler: list[str], speaker: str
) -> Iterator[Turn]:
    """Every session is a thread; versions of a fact lie weeks apart, lookalikes anywhere."""
    rng = random.Random(5)
    rooms: list[list[dict[str, object]]] = [[] for _ in range(SESSIONS)]
    for fact in facts:
        count = len(fact.versions)
        for index, version in enumerate(fact.versions):
            first, last = SESSIONS * index // count, SESSIONS * (index + 1) // count
            told = {"fact": fact.id, "version": index, "about": fact.about}
            turn = {"text": version.said, "memory": version.memory, "speaker": speaker, **told}
            # Never in the last session of its stretch: two versions are two weeks apart.
            rooms[rng.randrange(first, last - 1)].append(turn)
    for other in lookalikes:
        told = {"near": other.near, "kind": other.kind, "about": other.about}
        turn = {"text": other.said, "memory": other.memory, "speaker": other.speaker, **told}
        rooms[rng.randrange(SESSIONS)].append(turn)
    for text in filler:
        rooms[rng.randrange(SESSIONS)].append({"text": text, "speaker": speaker})
    for session, room in enumerate(rooms):
        rng.shuffle(room)
        for position, told in enumerate(room):
            time = _START + session * _BETWEEN_SESSIONS + position * _BETWEEN_TURNS
            yield Turn(f"{session}:{position}", session, position, time, **told)  # type: ignore[arg-type]
