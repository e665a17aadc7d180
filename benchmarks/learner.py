"""Measures what the slow learner brings: weights of recall, learned from rehearsals alone.

    python -m benchmarks.learner FILE.jsonl [FILE.jsonl ...] [--generated] [--cases N]
        [--questions N] [--notes NOTES.jsonl] [--rehearsals FILE.jsonl] [--keep FOLDER]
        [--pull X] [--json OUT]

Every case is recorded with a dream after each session, without a model or with one that answers
with `--notes`. The learner is then taught: by questions templated from what was said (without a
model), by those that the notes bring, and by `--rehearsals` (`{"case", "rehearsals": [{"question",
"sources"}]}`); no question of the set and none of its evidence is seen. Told for each set: the gain
on the rehearsals held back, by which the library decides, and on the questions of the set, where
"learned" takes what was learned in any case, and "kept" only where the library would. The default
may be on only if the interval of "kept" @10 is above 0 on every set.
`--keep` keeps the stores between runs.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from langgraph_dreams import (
    DreamPolicy,
    DreamsError,
    DreamStore,
    Embedder,
    Episode,
    InvalidInputError,
    LocalEmbedder,
    LogFormatError,
    Namespace,
)
from langgraph_dreams.dream.learner.fit import PULL
from langgraph_dreams.dream.learner.fit_map import LEAST
from langgraph_dreams.dream.learner.learn import Lesson, lesson_of
from langgraph_dreams.dream.learner.questions import (
    KnownQuestion,
    known_questions,
    sound,
    told_again,
)
from langgraph_dreams.recall.query import recall as recall_of
from langgraph_dreams.types.weights import WeightsVersion

from . import generated
from .evidence import _count, _progress
from .notes import Note, note_taker, read_notes
from .runner import AT, CachingEmbedder, Tick, batches, unit_of
from .sets import Case, Question, read_set
from .statistics import Floats, intervals

SYSTEMS = ("default", "learned", "kept")
TAUGHT = 300
"""Questions that a case is taught by at most."""
_TEMPLATE_WORDS = 3
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass
class Taught:
    """What one case taught, if anything, and recall of its own questions by every system."""

    case: str
    lesson: Lesson | None
    recall: dict[str, Floats]
    """By system a (questions, len(AT)) array."""


def templated(namespace: Namespace, most: int = TAUGHT) -> list[KnownQuestion]:
    """Questions of a few words of a turn that others have too, evenly over time; no model."""
    turns = namespace.episodes()
    words = {e.id: list(dict.fromkeys(w.lower() for w in _WORD.findall(e.text))) for e in turns}
    said = Counter(word for own in words.values() for word in own)
    found = []
    for episode in turns:
        shared = [word for word in words[episode.id] if 2 <= said[word] <= len(turns) // 20 + 2]
        rare = sorted(shared, key=lambda word: said[word])[:_TEMPLATE_WORDS]
        if len(rare) >= 2:
            text = f"What was it about {', '.join(w for w in words[episode.id] if w in rare)}?"
            found.append(KnownQuestion(text, "rehearsal", (), (episode.id,), episode.time))
    step = max(1, len(found) / most)
    return [found[int(i * step)] for i in range(min(most, len(found)))]


def rehearsed(namespace: Namespace, rows: Sequence[dict[str, Any]]) -> list[KnownQuestion]:
    """Rehearsals from a file as known questions; the memory in the same words is left out."""
    units = {unit_of(e): e for e in namespace.episodes()}
    memories = {m.text: m.id for m in namespace.memories()}
    found = []
    for row in rows:
        cited = [units[name] for name in row["sources"] if name in units]
        if cited:
            own = [memories[text] for text in row.get("memories", ()) if text in memories]
            time = max(e.time for e in cited)
            ids = tuple(e.id for e in cited)
            key = own[0] if own else ""
            found.append(KnownQuestion(row["question"], "rehearsal", (), ids, time, key))
    return sorted(found, key=lambda q: (q.time, q.text))


@contextmanager
def lived(
    case: Case, embedder: Embedder, notes: Sequence[Note] | None, keep: Path | None, tick: Tick
) -> Iterator[Namespace]:
    """A namespace that recorded and dreamt the case, from the folder that keeps it if it is."""
    with tempfile.TemporaryDirectory() as folder:
        name = re.sub(r"\W+", "_", case.name) + ("_notes" if notes else "")
        path = Path(folder) if keep is None else keep / name
        with DreamStore.open(path, embedder=embedder) as store:
            model = note_taker(case, notes) if notes else None
            namespace = store.namespace("benchmark", case.name, model=model)
            dreamt = {episode.id for episode in namespace.episodes() if episode.dreamt}
            parts = [p for p in batches(case) if not dreamt.issuperset(e.id for e in p)]
            for index, part in enumerate(parts):
                tick(f"{case.name}: recording and dreaming", index, len(parts))
                namespace.record(part)
                namespace.dream()
            yield namespace


def taught(
    case: Case, namespace: Namespace, questions: Sequence[KnownQuestion], pull: float, tick: Tick
) -> Taught:
    """Teach one case, and ask it its own questions."""
    tick(f"{case.name}: learning", 0, len(questions))
    step = max(1, len(questions) / TAUGHT)
    chosen = [questions[int(i * step)] for i in range(min(TAUGHT, len(questions)))]
    vault = namespace.vault
    lesson = lesson_of(vault, DreamPolicy(), sound(vault), chosen, pull)
    learned = None
    if lesson is not None:
        learned = WeightsVersion(
            version=1,
            dream="",
            embedder=vault.embedder.name,
            factors=lesson.factors,
            query_map=lesson.query_map,
        )
    recall = {name: np.zeros((len(case.questions), len(AT))) for name in SYSTEMS}
    for row, question in enumerate(case.questions):
        tick(f"{case.name}: asking", row, len(case.questions))
        recall["default"][row] = _found(namespace, question)
        recall["learned"][row] = _found(namespace, question, learned)
    kept = lesson is not None and lesson.trial.better
    recall["kept"] = recall["learned"] if kept else recall["default"]
    return Taught(case.name, lesson, recall)


def _found(
    namespace: Namespace, question: Question, learned: WeightsVersion | None = None
) -> list[float]:
    answer = recall_of(namespace.vault, question.text, max(AT), DreamPolicy(), learned=learned)
    names = [unit_of(r.item) if isinstance(r.item, Episode) else "" for r in answer.items]
    gold = set(question.gold)
    return [len(gold.intersection(names[:k])) / len(gold) for k in AT]


def measure(
    sets: Sequence[Sequence[Case]],
    *,
    embedder: Embedder | None = None,
    notes: dict[str, list[Note]] | None = None,
    rehearsals: dict[str, list[dict[str, Any]]] | None = None,
    keep: Path | None = None,
    pull: float = PULL,
    console: Console | None = None,
) -> dict[str, Any]:
    """Every case of every set, taught and asked. Raises InvalidInputError without a question."""
    caching = CachingEmbedder(embedder or LocalEmbedder())
    told: dict[str, Any] = {"pull": pull, "embedder": caching.name, "sets": {}}
    for cases in sets:
        asked = [case for case in cases if case.questions]
        if not asked:
            raise InvalidInputError("no case has a question with evidence: nothing to measure")
        lessons = []
        with _progress(console) as tick:
            for case in asked:
                own = (notes or {}).get(case.name)
                with lived(case, caching, own, keep, tick) as namespace:
                    known = rehearsed(namespace, (rehearsals or {}).get(case.name, ()))
                    known += known_questions(namespace.vault)
                    if own and len(known) < LEAST:
                        known += told_again(sound(namespace.vault))
                    elif len(known) < LEAST:
                        known += templated(namespace)
                    known.sort(key=lambda q: (q.time, q.text))
                    lessons.append(taught(case, namespace, known, pull, tick))
        told["sets"][asked[0].dataset] = summarise(lessons)
    told["on_by_default"] = all(
        own["difference"]["kept"]["ci@10"][0] > 0 for own in told["sets"].values()
    )
    return told


def summarise(lessons: Sequence[Taught]) -> dict[str, Any]:
    """What each case taught, and recall of all questions in percent with intervals."""
    sizes = [len(x.recall["default"]) for x in lessons]
    cases = [index for index, size in enumerate(sizes) for _ in range(size)]
    recall = {n: 100 * np.concatenate([x.recall[n] for x in lessons]) for n in SYSTEMS}
    return {
        "questions": len(cases),
        "cases": {x.case: _taught(x) for x in lessons},
        "systems": {n: _cell(rows, cases) for n, rows in recall.items()},
        "difference": {n: _cell(recall[n] - recall["default"], cases) for n in SYSTEMS[1:]},
    }


def _taught(taught: Taught) -> dict[str, Any]:
    lesson = taught.lesson
    if lesson is None:
        return {"trained": 0, "kept": False}
    trial = lesson.trial
    return {
        "mapped": bool(lesson.query_map),
        "factors": lesson.factors,
        "trained": lesson.trained,
        "held_back": trial.questions,
        "gain@10": round(100 * trial.gain, 2),
        "ci@10": [round(100 * trial.low, 2), round(100 * trial.high, 2)],
        "kept": trial.better,
    }


def _cell(rows: Floats, cases: Sequence[int]) -> dict[str, Any]:
    means, bounds = intervals(rows, cases)
    cell: dict[str, Any] = {}
    for k, mean, ends in zip(AT, means.tolist(), bounds.tolist(), strict=True):
        cell |= {f"recall@{k}": round(mean, 2), f"ci@{k}": [round(end, 2) for end in ends]}
    return cell


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = _parser()
    options = parser.parse_args(argv)
    if bool(options.files) == options.generated:
        parser.error("give either FILE.jsonl or --generated")
    errors = Console(stderr=True)
    try:
        sets = [generated.generate()] if options.generated else map(read_set, options.files)
        chosen = [[_first(case, options.questions) for case in cases] for cases in sets]
        told = measure(
            [cases[: options.cases] for cases in chosen],
            notes=None if options.notes is None else read_notes(options.notes),
            rehearsals=None if options.rehearsals is None else read_rehearsals(options.rehearsals),
            keep=options.keep,
            pull=options.pull,
            console=errors,
        )
    except DreamsError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        return 2
    print_told(told)
    if options.json:
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


def _first(case: Case, most: int | None) -> Case:
    return replace(case, questions=case.questions[:most])


def read_rehearsals(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Rehearsals by case. Raises LogFormatError for a file that holds none."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        return {str(row["case"]): list(row["rehearsals"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LogFormatError(f"{path} holds no rehearsals: {error!r}") from error


def print_told(told: dict[str, Any]) -> None:
    """The figures as text."""
    for name, own in told["sets"].items():
        print(f"{name}: {own['questions']} questions, pull {told['pull']:g}")
        for case, lesson in own["cases"].items():
            if not lesson["trained"]:
                print(f"  {case}: too few questions to learn from")
                continue
            print(
                f"  {case}: {lesson['trained']} taught, {lesson['held_back']} held back,"
                f" there @10 {lesson['gain@10']:+.1f} {lesson['ci@10']},"
                f" {'kept' if lesson['kept'] else 'not kept'};"
                f"{' questions mapped;' if lesson['mapped'] else ''} {lesson['factors']}"
            )
        for system, cell in own["systems"].items():
            line = "  ".join(f"@{k} {cell[f'recall@{k}']:.1f}" for k in AT)
            print(f"  {system:>8}  {line}")
        for system, cell in own["difference"].items():
            line = "  ".join(f"@{k} {cell[f'recall@{k}']:+.1f} {cell[f'ci@{k}']}" for k in AT)
            print(f"  {system} - default  {line}")
    print(f"on by default: {'yes' if told['on_by_default'] else 'no'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.learner",
        description="Recall with weights that were learned from rehearsals alone.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--generated", action="store_true", help="the small set of our own")
    parser.add_argument("--cases", type=_count, metavar="N", help="the first N of every set")
    parser.add_argument("--questions", type=_count, metavar="N", help="the first N of every case")
    parser.add_argument("--notes", type=Path, metavar="FILE.jsonl", help="a scripted model's")
    parser.add_argument("--rehearsals", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the stores there")
    parser.add_argument("--pull", type=float, default=PULL, metavar="X", help="to the default")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
