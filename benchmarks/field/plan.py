"""What goes on in a chat: what is stated, and what an agent hears besides.

The turns of a chat and planted facts with their corrections are statements. Around them are turns
that state nothing: questions, asked again and again, commands, greetings, prompts of a schedule,
approvals. All is the same every time for the same chat.
"""

import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from ..sets import Case, Half, Unit, sittings, times

Kind = Literal[
    "unit", "fact", "correction", "steady", "question", "command", "greeting", "prompt", "approval"
]
Way = Literal["talk", "tool", "workers", "writer", "approval"]
Again = Literal["", "edit", "regenerate", "send again", "retry"]

STATING: tuple[Kind, ...] = ("unit", "fact", "correction", "steady")
"""Kinds of steps that state something."""
FACTS = 10
"""Planted in each chat, and corrected there."""
_DATA = Path(__file__).parent / "data"
_PAUSE = timedelta(seconds=2)
_NUMBER = re.compile(r"\b\d+\b")
_ASKED = (1, 2, 3, 6)
"""How often a question is asked that is asked at all, which every third is."""
_OLD_ANSWERS = 2
"""How often a fact is asked for and answered before it is corrected."""


@dataclass(frozen=True)
class Step:
    """Something that is said to an agent."""

    id: str
    """Of the message."""
    kind: Kind
    text: str
    thread: str = ""
    time: datetime = datetime.min
    speaker: str = ""
    way: Way = "talk"
    again: Again = ""
    draft: str = ""
    """What was said before the message was edited."""
    answer: str = ""
    """What the agent answers; "" leaves it to the agent."""
    unit: str = ""
    """Id of the turn of the chat."""


@dataclass(frozen=True)
class Planted:
    """A fact, told and corrected."""

    question: str
    told: str
    corrected: str


@dataclass(frozen=True)
class Plan:
    """A chat as it is lived: a list of steps for each sitting."""

    case: Case
    half: Half
    sittings: list[list[Step]] = field(repr=False)
    facts: tuple[Planted, ...]
    findings: tuple[str, ...]
    """What tools and other agents say."""
    summary: str
    """What the model says that summarizes the history."""

    def steps(self) -> list[Step]:
        return [step for sitting in self.sittings for step in sitting]


def plan(case: Case, half: Half) -> Plan:
    """The chat with what is planted in it."""
    rng = random.Random(f"field {case.name}")
    data = tomllib.loads((_DATA / f"{half}.toml").read_text(encoding="utf-8"))
    facts = _facts(data, rng)
    when = {unit.id: moment for unit, moment in zip(case.units, times(case.units), strict=True)}
    rooms = [
        [_stated(unit, when[unit.id], case, rng) for unit in sitting] for sitting in sittings(case)
    ]
    who = next((unit.speaker for unit in case.units if unit.speaker), "")
    _plant_facts(rooms, facts, data, who, rng)
    _plant_questions(rooms, case, data, rng)
    for index, room in enumerate(rooms):
        _plant_noise(room, index, data, rng)
    lived = [_in_time(room) for room in rooms]
    return Plan(case, half, lived, facts, tuple(data["findings"]), data["summary"])


def _stated(unit: Unit, moment: datetime, case: Case, rng: random.Random) -> Step:
    """A turn of the chat; some go through tools and other agents, or are said more than once."""
    text = unit.text.removeprefix(f"{unit.speaker}: ")
    way: Way = rng.choices(("talk", "tool", "workers", "writer"), (70, 10, 10, 10))[0]
    again: Again = rng.choices(("", "edit", "regenerate", "send again", "retry"), (85, 5, 4, 3, 3))[
        0
    ]
    step = Step(f"{case.name}/{unit.id}", "unit", text, f"{case.name}/{unit.session}", moment)
    draft = _draft(text) if again == "edit" else ""
    return replace(step, speaker=unit.speaker, way=way, again=again, draft=draft, unit=unit.id)


def _draft(text: str) -> str:
    """A text as it is sent before its writer looks at it: another number, or half of the words."""
    if _NUMBER.search(text):
        return _NUMBER.sub(lambda number: str(int(number[0]) + 7), text)
    words = text.split()
    return " ".join(words[: (len(words) + 1) // 2])


def _facts(data: dict[str, Any], rng: random.Random) -> tuple[Planted, ...]:
    planted = []
    for row in rng.sample(data["fact"], FACTS):
        a, b = rng.sample(row.get("values", ["", ""]), 2)
        told, corrected = rng.choice(row["told"]), rng.choice(row["corrected"])
        planted.append(Planted(row["question"], told.format(a=a, b=b), corrected.format(a=a, b=b)))
    return tuple(planted)


def _put(room: list[Step], step: Step, rng: random.Random) -> None:
    room.insert(rng.randrange(len(room) + 1), step)


def _plant_facts(
    rooms: list[list[Step]],
    facts: Sequence[Planted],
    data: dict[str, Any],
    who: str,
    rng: random.Random,
) -> None:
    """Told once or twice, asked for and answered, corrected once; each in a sitting of its own."""
    for index, fact in enumerate(facts):
        told = 1 + index % 2
        asked = _OLD_ANSWERS * (index % 4 < 2)
        telling = Step("", "fact", fact.told)
        asking = Step("", "question", fact.question, answer=f"You told me: {fact.told}")
        correcting = Step("", "correction", fact.corrected)
        steps = [*[telling] * told, *[asking] * asked, correcting]
        for part, step in zip(_apart(rooms, len(steps), rng), steps, strict=True):
            way: Way = rng.choice(("talk", "talk", "tool"))
            _put(rooms[part], replace(step, speaker=who, way=way), rng)
    for text in data["steady"]:
        for part in _apart(rooms, 2, rng):
            _put(rooms[part], Step("", "steady", text, speaker=who), rng)


def _apart(rooms: Sequence[object], count: int, rng: random.Random) -> list[int]:
    """So many sittings in order, different ones where there are enough."""
    many = len(rooms)
    if many < count:
        return sorted(rng.choices(range(many), k=count))
    return sorted(rng.sample(range(many), count))


def _plant_questions(
    rooms: list[list[Step]], case: Case, data: dict[str, Any], rng: random.Random
) -> None:
    for question in rng.sample(case.questions, len(case.questions) // 3):
        for _ in range(rng.choice(_ASKED)):
            text = rng.choice(data["openings"]) + question.text
            _put(rooms[rng.randrange(len(rooms))], Step("", "question", text), rng)


def _plant_noise(room: list[Step], index: int, data: dict[str, Any], rng: random.Random) -> None:
    noise: tuple[tuple[Kind, str, int], ...] = (
        ("greeting", "greetings", 2),
        ("command", "commands", 2),
        ("prompt", "prompts", 1),
    )
    for kind, texts, many in noise:
        for text in rng.sample(data[texts], many):
            way: Way = "tool" if rng.random() < 0.3 else "talk"
            _put(room, Step("", kind, text, way=way), rng)
    approval = data["commands"][index % len(data["commands"])]
    step = Step("", "command", approval, way="approval", answer="Sent.")
    _put(room, replace(step, draft=data["approvals"][index % len(data["approvals"])]), rng)
    # The schedule has a thread of its own, at the end of the day.
    room.extend(Step("", "prompt", text, thread="schedule") for text in data["prompts"])


def _in_time(room: list[Step]) -> list[Step]:
    """The steps with ids, threads and times that rise."""
    first = next(step for step in room if step.kind == "unit")
    last = first.time - timedelta(minutes=1)
    lived = []
    for position, step in enumerate(room):
        own = step if step.id else replace(step, id=f"{first.thread}/planted {position}")
        last = max(own.time, last + _PAUSE) if own.kind == "unit" else last + _PAUSE
        lived.append(replace(own, time=last, thread=own.thread or first.thread))
    return lived
