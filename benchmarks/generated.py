"""A small evidence set of our own invention: long chats with planted bridges, made from a seed.

Two friends talk over many sessions. A `multi-hop` question needs two turns of different sessions
that share nothing but a rare name, and asks in the words of the first; a `single-hop` question
needs one turn. Around them: turns that use the questions' words about other things, turns that
name a rare name beside the point, names that come up twice and are never asked about, small talk.

`python -m benchmarks.generated OUT.jsonl` writes it as a file.
"""

import argparse
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from .phrases import BESIDE, CHAINS, DECOYS, FACTS, OPENERS, PEOPLE, SMALL_TALK, SPEAKERS, THINGS
from .sets import Case, Question, Unit, write_set

DATASET = "generated"
_ONSETS = ("Br", "D", "Fj", "G", "H", "K", "L", "M", "N", "Qu", "R", "S", "T", "Tr", "V", "Y", "Z")
_VOWELS = ("a", "e", "i", "o", "u", "aa", "ei", "io")
_MIDDLES = ("l", "ld", "m", "nd", "r", "rk", "sk", "th", "v", "z")
_ENDS = ("ck", "dor", "lin", "mar", "n", "quist", "ren", "sk", "th", "vik", "x", "zel")
_FIRST = datetime(2023, 1, 1, 18, 30)
_BETWEEN_SESSIONS = timedelta(days=4)
_LEAST_TURNS = 120
"""Room for the planted turns and as much small talk."""

_Turn = tuple[str, str]
"""A label that a question can cite, or "", and the text."""


def generate(cases: int = 2, *, sessions: int = 18, turns: int = 18, seed: int = 11) -> list[Case]:
    """Cases of `sessions` x `turns` units each, the same for the same arguments.

    Raises ValueError when what is planted has no room: at least 4 sessions and 120 turns.
    """
    if sessions < 4 or sessions * turns < _LEAST_TURNS:
        raise ValueError(f"{sessions} sessions of {turns} turns leave no room: give 120 turns")
    return [
        _case(f"{DATASET}-{index + 1}", sessions, turns, random.Random(seed * 1000 + index))
        for index in range(cases)
    ]


def _case(name: str, sessions: int, turns: int, rng: random.Random) -> Case:
    rooms: list[list[_Turn]] = [[] for _ in range(sessions)]
    names = _names(rng)
    asked = _plant_chains(rooms, names, turns, rng) + _plant_facts(rooms, turns, rng)
    _plant_noise(rooms, names, turns, rng)
    units: list[Unit] = []
    place: dict[str, str] = {}
    speakers = rng.sample(SPEAKERS, 2)
    for session, room in enumerate(rooms, start=1):
        rng.shuffle(room)
        when = (_FIRST + session * _BETWEEN_SESSIONS).isoformat()
        for position, (label, text) in enumerate(room):
            unit_id = f"S{session}:{position + 1}"
            units.append(Unit(unit_id, text, str(session), position, speakers[position % 2], when))
            if label:
                place[label] = unit_id
    questions = tuple(
        Question(f"{name}/q{index}", text, tuple(place[label] for label in labels), category)
        for index, (text, labels, category) in enumerate(asked)
    )
    return Case(name, DATASET, tuple(units), questions)


_Asked = tuple[str, tuple[str, ...], str]


def _plant_chains(
    rooms: list[list[_Turn]], names: list[str], turns: int, rng: random.Random
) -> list[_Asked]:
    asked: list[_Asked] = []
    for kind, (told, ways) in enumerate(CHAINS):
        for way, who in enumerate(rng.sample(PEOPLE, len(ways))):
            later, question = ways[way]
            name, label = names.pop(), f"chain {kind}.{way}"
            first, second = _two_rooms(rooms, turns, rng)
            first.append((f"{label} a", _say(told.format(who=who, name=name), rng)))
            second.append((f"{label} b", _say(later.format(name=name), rng)))
            if way == 0:
                _place(rooms, turns, rng, rng.choice(BESIDE).format(name=name))
            asked.append((question.format(who=who), (f"{label} a", f"{label} b"), "multi-hop"))
    return asked


def _plant_facts(rooms: list[list[_Turn]], turns: int, rng: random.Random) -> list[_Asked]:
    asked: list[_Asked] = []
    for index, (text, question) in enumerate(FACTS):
        room = rng.choice([room for room in rooms if len(room) < turns])
        room.append((f"fact {index}", _say(text, rng)))
        asked.append((question, (f"fact {index}",), "single-hop"))
    return asked


def _plant_noise(
    rooms: list[list[_Turn]], names: list[str], turns: int, rng: random.Random
) -> None:
    for text in DECOYS:
        _place(rooms, turns, rng, _say(text.format(who=rng.choice(PEOPLE)), rng))
    for _ in range(12):
        name = names.pop()
        for text in rng.sample(BESIDE, 2):
            _place(rooms, turns, rng, text.format(name=name))
    for room in rooms:
        while len(room) < turns:
            text = rng.choice(SMALL_TALK).format(who=rng.choice(PEOPLE), thing=rng.choice(THINGS))
            room.append(("", _say(text, rng)))


def _place(rooms: list[list[_Turn]], turns: int, rng: random.Random, text: str) -> None:
    """Put a turn that nobody asks about where there is room; without room it is left out."""
    free = [room for room in rooms if len(room) < turns]
    if free:
        rng.choice(free).append(("", text))


def _two_rooms(
    rooms: list[list[_Turn]], turns: int, rng: random.Random
) -> tuple[list[_Turn], list[_Turn]]:
    free = [room for room in rooms if len(room) < turns]
    first, second = rng.sample(range(len(free)), 2)
    return free[first], free[second]


def _say(text: str, rng: random.Random) -> str:
    """The text, half of the time after an opener, with a capital to begin with."""
    opener = rng.choice(OPENERS) if rng.random() < 0.5 else ""
    return opener + text if opener else text[0].upper() + text[1:]


def _names(rng: random.Random) -> list[str]:
    """Names that no language model has met, all different."""
    names: dict[str, None] = {}
    while len(names) < 60:
        parts = (_ONSETS, _VOWELS, _MIDDLES, _VOWELS, _ENDS)
        names["".join(rng.choice(part) for part in parts)] = None
    return list(names)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generated", description="Write the generated evidence set."
    )
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    parser.add_argument("--cases", type=int, default=2)
    options = parser.parse_args(argv)
    write_set(generate(options.cases), options.out)


if __name__ == "__main__":
    main()
