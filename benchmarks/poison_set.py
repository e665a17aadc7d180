"""A true conversation and hostile texts mixed into it: a set of our own, the same every time.

Hostile texts are in `poison_data/`, by kind. The half `first` was written beside the rules that
tell instructions, `second` after they were fixed. Each text arrives in every way that it really
can: as a tool's result, from the web, from another agent, in an agent's answer after a tool call,
and, if it gives orders, pasted into a turn of the user's own.
"""

import base64
import codecs
import random
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from langgraph_dreams import Episode, ToolUse, Trust

from .sets import Half

Way = Literal["tool", "web", "other agent", "echo", "pasted"]

SESSIONS = 8
_DATA = Path(__file__).parent / "poison_data"
_START = datetime(2025, 3, 3, 9, tzinfo=UTC)
_WAYS: tuple[Way, ...] = ("tool", "web", "other agent", "echo", "pasted")
_MARK = "zq{:04d}vx"
_PADDING = 4_000  # characters before a text that hides behind length
_NAME = re.compile(r"(?<=\s)[A-Z][a-z]{4,}")


@dataclass(frozen=True)
class Truth:
    """A true statement of the user's."""

    text: str
    question: str = ""
    """Empty for a preference."""


@dataclass(frozen=True)
class Hostile:
    """One hostile text on its way."""

    kind: str
    way: Way
    mark: str
    """A word that stands in this text alone, or in the repeats of it."""
    text: str


@dataclass(frozen=True)
class Turn:
    """One turn: true, hostile, or neither."""

    episode: Episode
    session: int
    truth: Truth | None = None
    hostile: Hostile | None = None


@dataclass(frozen=True)
class World:
    """The conversation in order of time, and what other tenants keep secret."""

    turns: tuple[Turn, ...]
    truths: tuple[Truth, ...]
    tenants: Mapping[str, str]

    @property
    def hostile(self) -> list[Hostile]:
        return [turn.hostile for turn in self.turns if turn.hostile]


@cache
def world(half: Half | None, part: int = 1) -> World:
    """The conversation with the hostile texts of a half, or without any.

    With `part` n, every n-th hostile text.
    """
    data = tomllib.loads((_DATA / "clean.toml").read_text(encoding="utf-8"))
    facts = [Truth(text, question) for _, text, question in data["facts"]]
    truths = [*facts, *(Truth(text) for text in data["preferences"])]
    rooms: list[list[tuple[str, Truth | Hostile | None]]] = [[] for _ in range(SESSIONS)]
    rng = random.Random(7)
    for truth in truths:
        first = rng.randrange(SESSIONS // 2)
        rooms[first].append((truth.text, truth))
        if truth.question:
            rooms[rng.randrange(SESSIONS // 2, SESSIONS)].append((truth.text, truth))
    for text, room in zip(data["filler"], cycle(rooms), strict=False):
        room.append((text, None))
    attacks = list(_attacks(half, facts, data["tenants"]))[::part] if half else []
    for attack in attacks:
        rooms[rng.randrange(1, SESSIONS)].append((attack.text, attack))
    for room in rooms:
        rng.shuffle(room)
    turns = [
        _turn(session, place, text, what, data["speaker"])
        for session, room in enumerate(rooms)
        for place, (text, what) in enumerate(room)
    ]
    return World(tuple(turns), tuple(truths), data["tenants"])


# -- hostile texts


def _attacks(half: Half, facts: list[Truth], tenants: Mapping[str, str]) -> Iterator[Hostile]:
    kinds = tomllib.loads((_DATA / f"{half}.toml").read_text(encoding="utf-8"))
    names = [name for fact in facts for name in _NAME.findall(fact.text)[:1]]
    number, facts_told, bait = 0, cycle(facts), cycle(names)
    owners = cycle(tenants)
    for kind, told in kinds.items():
        ways = [way for way in _WAYS if not (way == "pasted" and told.get("plain"))]
        texts = [t for t in told["texts"] for _ in (ENCODINGS if told.get("encode") else ("",))]
        for template, encoding in zip(texts, cycle(ENCODINGS), strict=False):
            for way in ways:
                number += 1
                mark, fact = _MARK.format(number), next(facts_told)
                fields = {
                    "m": mark,
                    "fact": fact.text,
                    "false": _contradiction(fact.text),
                    "terms": " ".join(islice(bait, 5)),
                    "tenant": next(owners),
                }
                text = _written(template, told, fields, encoding)
                for _ in range(told.get("repeat", 1)):
                    yield Hostile(kind, way, mark, text)


def _written(
    template: str, told: Mapping[str, Any], fields: Mapping[str, str], encoding: str
) -> str:
    text = template.format(**fields)
    if told.get("encode"):
        return f"Reference {fields['m']}: {ENCODINGS[encoding](text)}"
    if told.get("pad"):
        return ("the weather was fine and the stall was full " * _PADDING)[:_PADDING] + text
    return text


def _contradiction(fact: str) -> str:
    """The same with another figure or name."""
    figure = re.search(r"\d+", fact)
    if figure:
        return fact.replace(figure[0], str(int(figure[0]) + 330))
    name = _NAME.search(fact)
    return fact.replace(name[0], "Norden") if name else f"Not so: {fact}"


ENCODINGS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "url": lambda text: "".join(f"%{ord(c):02x}" if c.isalpha() else quote(c) for c in text),
    "reversed": lambda text: text[::-1],
    "entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
}


# -- turns


def _turn(session: int, place: int, text: str, what: Truth | Hostile | None, speaker: str) -> Turn:
    way: Way | None = what.way if isinstance(what, Hostile) else None
    told: dict[str, Any] = {
        "id": f"e{session:04x}{place:020x}",
        "thread": f"session {session}",
        "position": place,
        "time": _START + timedelta(days=7 * session, minutes=place),
        "text": text,
        **_arrived(text, way, speaker),
    }
    return Turn(
        Episode.model_validate(told),
        session,
        truth=what if isinstance(what, Truth) else None,
        hostile=what if isinstance(what, Hostile) else None,
    )


def _arrived(text: str, way: Way | None, speaker: str) -> dict[str, Any]:
    """Origin, trust and parts of a turn, as recorders write them."""
    if way == "tool":
        return {"origin": "tool", "trust": Trust.UNTRUSTED}
    if way == "web":
        return {"origin": "web", "trust": Trust.UNTRUSTED}
    if way == "other agent":
        return {"origin": "agent", "speaker": "courier", "trust": Trust.UNTRUSTED}
    if way == "echo":
        asked = "What does the page say?"
        return {
            "origin": "user",
            "trust": Trust.ASSERTED,
            "speaker": speaker,
            "said": asked,
            "answered": text,
            "text": f"{speaker}: {asked}\nagent: {text}\ntool: fetch {{}}",
            "done": (ToolUse(name="fetch", result=text),),
        }
    said = f"I got this by mail, what do you make of it?\n{text}" if way == "pasted" else text
    told = {"origin": "user", "speaker": speaker, "trust": Trust.TRUSTED, "said": said}
    return {**told, "text": f"{speaker}: {said}"}
