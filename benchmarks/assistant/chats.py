"""Generated chats with long answers of an assistant; what is asked for is said in short turns.

Every turn of the user is a question about a topic, some with a fact told in passing; every answer
is 150 to 400 words of general advice, in pieces that other answers share. Of the questions some
need one turn (`single`, `preference`, `temporal`, and `assistant`: the answer), some two of
different sessions (`multi`, `temporal`), and some the newer of two (`update`). The chats of the
first half and of the second share no topic and no fact: settings are chosen on the first.
"""

import random
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ..sets import Case, Half, Question, Unit

DATASET = "assistant"
EXCHANGES_DATASET = "exchanges"
"""The same chats, each turn of the user recorded with its answer, as agents do."""
CHATS = 4
"""Of each half."""
SESSIONS = 12
EXCHANGES = 5
"""Of a session: a turn of the user, and an answer."""
KINDS = {"single": 5, "multi": 3, "update": 3, "preference": 2, "temporal": 2, "assistant": 2}
"""Questions of each kind to a chat."""
SHORTEST, LONGEST = 150, 340
"""Words that an answer has at least; the last sentence may go beyond."""
_FIRST = datetime(2025, 1, 6, 19, 30)
_BETWEEN_SESSIONS = timedelta(days=13)
_DATA = Path(__file__).parent / "data"
_HALVES: tuple[Half, Half] = ("first", "second")

_Exchange = tuple[str, str, str, str]
"""A label that a question can cite or "", the topic, the words of the user, and a sentence that the
answer holds or ""."""


def exchanges(seed: int = 7) -> list[Case]:
    """The chats, a unit for each turn of the user with its answer."""
    return [_together(case) for case in generate(seed)]


def generate(seed: int = 7) -> list[Case]:
    """The chats of the first half, then those of the second; the same for the same seed."""
    return [
        _case(f"{DATASET}-{half}-{index + 1}", half, index, random.Random(f"{seed} {half} {index}"))
        for half in _HALVES
        for index in range(CHATS)
    ]


def _together(case: Case) -> Case:
    units: list[Unit] = []
    whole: dict[str, str] = {}
    for asked, told in zip(case.units[::2], case.units[1::2], strict=True):
        said, answered = (unit.text.removeprefix(f"{unit.speaker}: ") for unit in (asked, told))
        text, position = f"user: {said}\nagent: {answered}", asked.position // 2
        units.append(replace(asked, text=text, position=position, said=said, answered=answered))
        whole |= {asked.id: asked.id, told.id: asked.id}
    questions = (replace(q, gold=tuple(whole[unit] for unit in q.gold)) for q in case.questions)
    return replace(case, dataset=EXCHANGES_DATASET, units=tuple(units), questions=tuple(questions))


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _case(name: str, half: Half, index: int, rng: random.Random) -> Case:
    topics = {key: row for key, row in _read("topics").items() if row["half"] == half}
    rooms: list[list[_Exchange]] = [[] for _ in range(SESSIONS)]
    asked = _plant(rooms, _chosen(half, index), rng)
    _fill(rooms, topics, rng)
    units: list[Unit] = []
    place: dict[str, str] = {}
    for session, room in enumerate(rooms, start=1):
        rng.shuffle(room)
        when = (_FIRST + session * _BETWEEN_SESSIONS).isoformat()
        for label, topic, words, sentence in room:
            answer = _answer(topics[topic], sentence, rng)
            for speaker, text in (("user", words), ("assistant", answer)):
                position = sum(unit.session == str(session) for unit in units)
                unit_id = f"S{session}:{position + 1}"
                text = f"{speaker}: {text}"
                units.append(Unit(unit_id, text, str(session), position, speaker, when))
                if label and (speaker == "assistant") == bool(sentence):
                    place[label] = unit_id
    questions = tuple(
        Question(f"{name}/q{number}", text, tuple(place[label] for label in labels), kind)
        for number, (text, labels, kind) in enumerate(asked)
    )
    return Case(name, DATASET, tuple(units), questions)


def _chosen(half: Half, index: int) -> list[dict[str, Any]]:
    """The facts of a chat: the next ones of each kind, so that all are used in turn."""
    facts = []
    for kind, count in KINDS.items():
        own = [row for row in _read(half)["facts"] if row["kind"] == kind]
        facts += [own[(index * count + number) % len(own)] for number in range(count)]
    return facts


def _plant(
    rooms: list[list[_Exchange]], facts: list[dict[str, Any]], rng: random.Random
) -> list[tuple[str, list[str], str]]:
    """Tell the facts, each turn of one in another session, in order; the questions about them."""
    asked = []
    for number, fact in enumerate(facts):
        values = _values(fact, rng)
        free = [index for index, room in enumerate(rooms) if len(room) < EXCHANGES]
        parts = sorted(rng.sample(free, len(fact["said"])))
        labels = [f"{number}.{turn}" for turn in range(len(parts))]
        for part, label, said in zip(parts, labels, fact["said"], strict=True):
            topic, words, *sentence = said
            answer = sentence[0].format(**values) if sentence else ""
            rooms[part].append((label, topic, _capital(words.format(**values)), answer))
        gold = labels[-1:] if fact["kind"] == "update" else labels
        asked.append((fact["ask"].format(**values), gold, fact["kind"]))
    return asked


def _values(fact: dict[str, Any], rng: random.Random) -> dict[str, str]:
    """Two values of a fact; where they belong together, the first or the second two."""
    values = fact.get("values", ["", ""])
    if fact.get("pairs"):
        start = 2 * rng.randrange(len(values) // 2)
        return {"a": values[start], "b": values[start + 1]}
    return dict(zip("ab", rng.sample(values, 2), strict=True))


def _fill(
    rooms: list[list[_Exchange]], topics: dict[str, dict[str, Any]], rng: random.Random
) -> None:
    """Questions about the topics alone, none twice."""
    asks = [(topic, ask) for topic, row in topics.items() for ask in row["asks"]]
    rng.shuffle(asks)
    for room in rooms:
        while len(room) < EXCHANGES:
            topic, ask = asks.pop()
            room.append(("", topic, ask, ""))


def _answer(topic: dict[str, Any], sentence: str, rng: random.Random) -> str:
    """General advice of some length, with the sentence somewhere in it."""
    read = _read("answers")
    least = rng.randint(SHORTEST, LONGEST)
    texts: list[str] = []
    decks: dict[str, list[str]] = {}

    def draw(name: str, all_of: list[str]) -> str:
        if not decks.get(name):
            decks[name] = rng.sample(all_of, len(all_of))
        return decks[name].pop()

    words = 0
    while words < least:
        frame = draw("frames", read["frames"])
        parts = {"name": topic["name"]}
        for slot in ("thing", "thing2", "tip", "tip2", "reason", "mistake"):
            if f"{{{slot}}}" in frame:
                kind = f"{slot.rstrip('2')}s"
                parts[slot] = draw(kind, topic[kind])
        texts.append(_capital(frame.format(**parts)))
        words += len(texts[-1].split())
    if sentence:
        texts.insert(rng.randrange(len(texts) // 3, len(texts)), sentence)
    opening = rng.choice(read["openings"]).format(name=topic["name"])
    return " ".join([opening, *texts, rng.choice(read["closings"])])


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
