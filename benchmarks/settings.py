"""What each setting of recall does, alone: evidence recall with other values beside the default's.

    python -m benchmarks.settings FILE.jsonl [--cases N] [--questions N] [--notes NOTES.jsonl]
        [--only NAME ...] [--keep FOLDER] [--json OUT]

Every case is recorded with a dream after each session, without a model or with one that answers
with `--notes`; then every question is asked once with each value. Told is the difference to the
default in points of evidence recall, with its 95% interval over the questions (paired): one that is
all above or below 0 is an effect. No setting is chosen here, and none should be by this set alone.
`--keep` keeps the stores between runs.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from langgraph_dreams import DreamPolicy, LocalEmbedder, Namespace

from .evidence import _count, _progress
from .learner import lived
from .notes import read_notes
from .runner import AT, CachingEmbedder, unit_of
from .sets import Question, read_set
from .statistics import Floats, intervals

OTHERS: dict[str, tuple[float, ...]] = {
    "dense_weight": (0.3, 0.8, 1.0),
    "pool": (50, 800),
    "neighbours": (0, 1),
    "neighbour_weight": (0.25, 0.75),
    "thread_weight": (0.0, 1.0),
    "exchange_share": (0.0, 1.0),
    "substance_weight": (0.0, 0.8),
    "substance_terms": (8, 32),
    "speaker_weight": (0.0, 0.2),
    "date_weight": (0.0, 0.8),
    "when_weight": (0.0, 0.4),
    "links": (False,),
    "seeds": (5, 60),
    "seed_power": (1.0, 6.0),
    "link_weight": (0.25, 1.0),
    "lone_link_weight": (0.45, 1.8),
    "hops": (1, 3),
    "hop_decay": (0.25, 0.8),
    "protected": (0, 5),
    "protected_from_weak": (0, 10),
    "strong_link": (0.25, 0.75),
    "memory_weight": (0.0, 0.45, 1.5),
    "memory_power": (1.0, 6.0),
    "page_weight": (0.0, 1.5),
    "memory_keys": (10, 100),
    "memory_match": (0.25, 0.75),
    "outdated": (0.5, 1.0),
}
"""Settings that change what is recalled from one store, and the values tried beside the default."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.settings", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", type=Path, help="a set, as benchmarks/sets.py reads it")
    parser.add_argument("--cases", type=_count, metavar="N", help="only the first N cases")
    parser.add_argument("--questions", type=_count, metavar="N", help="only every case's first N")
    parser.add_argument("--notes", type=Path, help="notes of a model by case")
    parser.add_argument("--only", nargs="+", choices=OTHERS, default=list(OTHERS), metavar="NAME")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the stores there")
    parser.add_argument("--json", metavar="OUT", help="write the figures; - is standard output")
    options = parser.parse_args(argv)
    cases = read_set(options.file)[: options.cases]
    notes = read_notes(options.notes) if options.notes else {}
    embedder = CachingEmbedder(LocalEmbedder())
    rows: list[Floats] = []
    of: list[int] = []
    console = Console(stderr=True, width=110)
    with _progress(console) as tick:
        for number, case in enumerate(cases):
            with lived(case, embedder, notes.get(case.name), options.keep, tick) as namespace:
                for place, question in enumerate(case.questions[: options.questions]):
                    tick(f"{case.name}: asking", place, len(case.questions))
                    rows.append(np.stack([*_asked(namespace, question, options.only)]))
                    of.append(number)
    told = _told(np.stack(rows), of, options.only)
    if options.json:
        text = json.dumps(told, indent=2)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text + "\n")
    _print(told, console)
    return 0


def _asked(namespace: Namespace, question: Question, names: Sequence[str]) -> Iterator[Floats]:
    """Recall at each rank: with the defaults, then with each other value."""
    for change in ({}, *({name: value} for name in names for value in OTHERS[name])):
        policy = DreamPolicy.model_validate(change)
        found = namespace.recall(question.text, max(AT), note=False, policy=policy, floor=0)
        units = [unit_of(entry.item) for entry in found.items]
        gold = set(question.gold)
        yield np.array([len(gold.intersection(units[:rank])) / len(gold) for rank in AT])


def _told(recall: Floats, cases: Sequence[int], names: Sequence[str]) -> dict[str, Any]:
    """Of an array (questions, values, ranks)."""
    others = [(name, value) for name in names for value in OTHERS[name]]
    found = []
    for column, (name, value) in enumerate(others, start=1):
        mean, bounds = intervals(100 * (recall[:, column] - recall[:, 0]), cases)
        found.append(
            {
                "setting": name,
                "default": getattr(DreamPolicy(), name),
                "value": value,
                **{
                    f"@{rank}": [round(float(x), 1) for x in (mean[i], *bounds[i])]
                    for i, rank in enumerate(AT)
                },
            }
        )
    default = {
        f"@{rank}": round(100 * float(recall[:, 0, i].mean()), 1) for i, rank in enumerate(AT)
    }
    return {"questions": len(recall), "cases": len(set(cases)), "default": default, "other": found}


def _print(told: dict[str, Any], console: Console) -> None:
    default = ", ".join(f"{rank} {value}" for rank, value in told["default"].items())
    table = Table(
        title=f"{told['questions']} questions of {told['cases']} cases; default {default}"
    )
    for name in ("setting", "default", "value", "@5", "@10", "@20"):
        table.add_column(name, justify="left" if name == "setting" else "right")
    for row in told["other"]:
        cells = [
            f"{m:+.1f} [{low:.1f}, {high:.1f}]"
            for m, low, high in (row[r] for r in ("@5", "@10", "@20"))
        ]
        table.add_row(row["setting"], str(row["default"]), str(row["value"]), *cells)
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
