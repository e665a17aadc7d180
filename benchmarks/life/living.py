"""One variant of a life, lived night by night; what was lived is kept in a folder and gone on with.

The folder of a variant holds its store and `lived.json`: the nights lived, and after every measured
night the recall of each question. A run that was cut short goes on with the night after.
"""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from langgraph_dreams import (
    DreamPolicy,
    DreamReport,
    DreamStore,
    Episode,
    InvalidInputError,
    Namespace,
)

from ..notes import Note, note_taker
from ..runner import BASELINES, CachingEmbedder, Tick, episodes, unit_of
from ..scripted import Block, ScriptedModel, letters
from .careless import SEED, careless, chance, falsifier
from .course import Course
from .forgetting import Order, budgeted, forget_beside
from .memory_file import MemoryFile, holds

AT = 10
"""Rank at which the recall of evidence is measured."""
_CLAIMED = 0.5
"""Share of the memories it is shown of which a lying model says that they hold no more."""
_MISCITED = 0.3
"""Share of its true notes that it puts under a wrong turn."""
_QUOTED = 6  # words
_LINE = datetime(2023, 1, 1, tzinfo=UTC)
"""Time of every line of a file: it bears none."""

Way = Literal["undreamt", "dreams", "file"]


@dataclass(frozen=True)
class Variant:
    """One way to live the same days."""

    name: str
    way: Way = "dreams"
    share: float | None = None
    """Share of the details that its scripted model loses; None = without a model."""
    lies: bool = False
    """True if its model claims falsehoods of what is known."""
    limit: int | None = None
    """Characters of the memory file."""
    keep: float | None = None
    """Share of the episodes that are not forgotten; None = all."""
    order: Order = "strength"
    policy: dict[str, Any] = field(default_factory=dict)
    """What differs from the policy of the run."""


@dataclass
class Point:
    """What was measured after one night."""

    night: int
    recall: list[float]
    """Of each question, in [0, 1]."""
    found: list[list[str]]
    """Of each question, the first units; of a file, the first lines."""
    size: int
    """Episodes that recall searches, or characters of the file."""
    memories: int = 0
    """Memories that hold, or lines."""
    wrong: int = 0
    """True memories that a false one has ended so far."""
    whole: list[float] | None = None
    """Of a life that archives, recall of each question with the archive searched."""


@dataclass
class Lived:
    """How far a variant has come."""

    run: dict[str, Any]
    """The settings it is lived with."""
    nights: int = 0
    points: list[Point] = field(default_factory=list)
    dreams: dict[str, int] = field(default_factory=dict)
    """By status, how many; `left out` are operations that the guard took out of them."""
    false: list[str] = field(default_factory=list)
    """The letters of each falsehood told."""
    wrong: list[str] = field(default_factory=list)
    """Ids of true memories that false ones have ended."""
    notes: list[str] = field(default_factory=list)
    """What the reports said of recall that falls, by night."""
    seconds: float = 0.0


def live(
    course: Course,
    notes: Sequence[Note],
    variant: Variant,
    folder: Path,
    embedder: CachingEmbedder,
    policy: DreamPolicy,
    tick: Tick,
    asked: Mapping[int, Sequence[str]] | None = None,
) -> Lived:
    """Live a variant to its end, from where it was left; `asked` are questions of the nights that
    recall notes.

    Raises InvalidInputError when the folder holds a life of other days or settings.
    """
    run = {
        "days": len(course.days),
        "units": sum(map(len, course.days)),
        "questions": len(course.questions),
        "measured": list(course.measured),
        "embedder": embedder.name,
        "policy": {**policy.model_dump(mode="json"), **variant.policy},
        "variant": asdict(variant),
    }
    lived = _read(folder / "lived.json", json.loads(json.dumps(run)))
    policy = policy.model_copy(update={"reranked": 0, **variant.policy})
    if lived.nights == len(course.days):
        return lived
    own = careless(notes, course.case, variant.share or 0.0, _MISCITED if variant.lies else None)
    if variant.way == "file":
        _write_file(course, own, notes, variant, lived, folder, embedder, policy, tick)
        return lived
    model = None
    if variant.share is not None:
        model = note_taker(course.case, own)
        if variant.lies:
            model = _lying(model, own, lived.false)
    by_unit = {unit_of(episode): episode for episode in episodes(course.case)}
    with DreamStore.open(folder / "store", embedder=embedder, policy=policy) as store:
        namespace = store.namespace("benchmark", "life", model=model)
        for day in course.days[lived.nights :]:
            tick(f"{variant.name}: nights", lived.nights, len(course.days))
            started = time.perf_counter()
            namespace.record([by_unit[unit.id] for unit in day])
            namespace.flush()
            told = sum(map(len, course.days[: lived.nights + 1]))
            if variant.way == "dreams":
                tonight = budgeted(policy, variant.keep, variant.order, told)
                _dreamt(namespace.dream(policy=tonight), namespace, lived)
            if lived.nights + 1 in course.measured:
                forget_beside(namespace, variant.keep, variant.order, told)
            lived.seconds += time.perf_counter() - started
            lived.nights += 1
            for question in (asked or {}).get(lived.nights, ()):
                namespace.recall(question, AT)
            if lived.nights in course.measured:
                lived.points.append(_ask(namespace, course, policy, lived))
            _write(folder, lived)
    return lived


def _ask(namespace: Namespace, course: Course, policy: DreamPolicy, lived: Lived) -> Point:
    def asked(archived: bool) -> list[list[str]]:
        answers = (
            namespace.recall(q.text, AT, note=False, policy=policy, floor=0, archived=archived)
            for q in course.questions
        )
        return [[unit_of(entry.item) for entry in answer.items] for answer in answers]

    def recall(found: Sequence[Sequence[str]]) -> list[float]:
        pairs = zip(course.questions, found, strict=True)
        return [len(set(q.gold).intersection(f)) / len(q.gold) for q, f in pairs]

    found = asked(archived=False)
    archives = any(episode.archived for episode in namespace.episodes())
    return Point(
        night=lived.nights,
        recall=recall(found),
        whole=recall(asked(archived=True)) if archives else None,
        found=found,
        size=sum(not episode.archived for episode in namespace.episodes()),
        memories=len(namespace.memories()),
        wrong=len(lived.wrong),
    )


def _dreamt(report: DreamReport, namespace: Namespace, lived: Lived) -> None:
    """Count a dream, and what it ended by a falsehood."""
    counts = Counter(lived.dreams)
    counts[report.status] += 1
    counts["left out"] += int(report.health.get("left_out", 0))
    lived.dreams = dict(counts)
    lived.notes += [f"night {lived.nights + 1}: {note}" for note in report.notes if "fall" in note]
    if report.status != "committed" or not lived.false:
        return
    false = set(lived.false)
    for operation in report.operations:
        if operation.kind != "supersede_memory":
            continue
        gone = operation.memory()
        holding = namespace.memories([gone.superseded_by]) if gone.superseded_by else []
        if letters(gone.text) not in false and any(letters(m.text) in false for m in holding):
            lived.wrong.append(gone.id)


# -- a model that lies


def _lying(model: ScriptedModel, notes: Sequence[Note], told: list[str]) -> ScriptedModel:
    """The model, which says besides of what it is shown that it holds no more; `told` keeps what.

    What it says instead differs in a figure or a word, and is put under the new turn that shares
    most words with it, with a true quote from there.
    """
    false = falsifier(notes)
    about = {letters(note.text): note.about for note in notes}
    subjects = sorted({note.about for note in notes if note.about})

    def answer(shown: Sequence[Block]) -> Mapping[str, Any]:
        written = list(model.answers["consolidate"](shown)["memories"])
        turns = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
        for block in shown:
            known = letters(block.text)
            if block.letter != "M" or known in told or chance(SEED, block.text) >= _CLAIMED:
                continue
            text = false(block.text)
            words = set(text.casefold().split())
            cited = max(turns, key=lambda b: len(words & set(b.text.casefold().split())))
            named = next((s for s in subjects if s in block.text), "")
            told.append(letters(text))
            written.append(
                {
                    "kind": "fact",
                    "about": about.get(known, named),
                    "text": text,
                    "sources": [cited.number],
                    "quote": " ".join(cited.text.split()[:_QUOTED]),
                    "replaces": block.number,
                }
            )
        return {"memories": written}

    return ScriptedModel(answers={**model.answers, "consolidate": answer})


# -- a memory file


def _write_file(
    course: Course,
    own: Sequence[Note],
    careful: Sequence[Note],
    variant: Variant,
    lived: Lived,
    folder: Path,
    embedder: CachingEmbedder,
    policy: DreamPolicy,
    tick: Tick,
) -> None:
    """Keep a memory file through all nights, anew each time: that is done in a moment."""
    lived.nights, lived.points = 0, []
    night = {unit.id: n for n, day in enumerate(course.days) for unit in day}
    of_night: dict[int, list[Note]] = {}
    for note, true in zip(own, careful, strict=True):
        told = [night[source] for source in true.sources if source in night]
        if told:
            of_night.setdefault(max(told), []).append(note)
    bears = {
        q: [[n for n in careful if unit in n.sources] for unit in q.gold] for q in course.questions
    }
    kept = MemoryFile(variant.limit, variant.share or 0.0)
    for n in range(len(course.days)):
        tick(f"{variant.name}: nights", n, len(course.days))
        kept.night(of_night.get(n, ()))
        lived.nights += 1
        if lived.nights not in course.measured:
            continue
        recall, found = [], []
        with _searched([line.text for line in kept.lines], embedder, policy) as search:
            for question in course.questions:
                lines = search(question.text)
                held = [
                    any(holds(line, note) for line in lines for note in said)
                    for said in bears[question]
                ]
                recall.append(sum(held) / len(held))
                found.append(lines)
        lived.points.append(Point(lived.nights, recall, found, len(kept), len(kept.lines)))
    _write(folder, lived)


@contextmanager
def _searched(
    lines: Sequence[str], embedder: CachingEmbedder, policy: DreamPolicy
) -> Iterator[Callable[[str], list[str]]]:
    """The lines of a file, searched by vectors and words as the library searches turns."""
    alone = policy.model_copy(update={**BASELINES["hybrid"], "links": False})
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder, policy=alone) as store,
    ):
        namespace = store.namespace("benchmark", "file")
        namespace.record(
            [
                Episode(id=f"e{number}", text=line, thread=f"line {number}", time=_LINE)
                for number, line in enumerate(lines)
            ]
        )
        namespace.flush()

        def search(question: str) -> list[str]:
            answer = namespace.recall(question, AT, note=False, floor=0)
            return [entry.item.text for entry in answer.items]

        yield search


# -- what was lived


def _read(path: Path, run: dict[str, Any]) -> Lived:
    if not path.exists():
        return Lived(run)
    row = json.loads(path.read_text(encoding="utf-8"))
    if row["run"] != run:
        raise InvalidInputError(
            f"{path} is of a life with other days or settings: give another folder, or remove it"
        )
    points = [Point(**point) for point in row.pop("points")]
    return Lived(**row, points=points)


def _write(folder: Path, lived: Lived) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / "lived.json.new"
    new.write_text(json.dumps(asdict(lived), ensure_ascii=False), encoding="utf-8")
    new.replace(folder / "lived.json")
