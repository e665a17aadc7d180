"""Speed on this machine: texts embedded a second, and a conversation lived through.

`python -m benchmarks.speed [--turns 600] [--questions 100] [--json OUT]`. Seconds differ between
machines; the ratios (to embedding, of single to batched, of recall with links to without) much
less, so a change for the worse shows in them.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from langgraph_dreams import DreamStore, Embedder, LocalEmbedder

from .generated import generate
from .runner import CachingEmbedder, batches
from .sets import Case, Question

_TURNS_A_SESSION = 20
_SINGLE = 50
"""Texts embedded one at a time, for the ratio."""
_K = 10


def conversation(turns: int, questions: int) -> Case:
    """A generated conversation of about `turns` units with `questions` different questions.

    Raises ValueError below 120 turns.
    """
    case = generate(1, sessions=turns // _TURNS_A_SESSION, turns=_TURNS_A_SESSION)[0]
    asked = [
        Question(f"q{index}", f"{_asking(index // len(case.questions))}{question.text}", ())
        for index in range(questions)
        for question in [case.questions[index % len(case.questions)]]
    ]
    return replace(case, questions=tuple(asked))


def measure_embedding(embedder: Embedder, texts: Sequence[str]) -> dict[str, float]:
    """Texts a second, all at once and one at a time."""
    embedder.embed(["a first text loads the model"])
    started = time.perf_counter()
    embedder.embed(texts)
    together = len(texts) / (time.perf_counter() - started)
    singles = [f"{text} ({index})" for index, text in enumerate(texts[:_SINGLE])]
    started = time.perf_counter()
    for text in singles:
        embedder.embed([text])
    alone = len(singles) / (time.perf_counter() - started)
    return {
        "texts": len(texts),
        "texts_per_second": together,
        "texts_per_second_single": alone,
        "ratio_batched_to_single": together / alone,
    }


def measure_conversation(embedder: Embedder, case: Case) -> dict[str, float]:
    """Seconds to record, dream after each session, and ask, in a fresh embedded store."""
    timed = CachingEmbedder(embedder)
    seconds = dict.fromkeys(("recording", "dreaming", "asking", "asking_without_links"), 0.0)
    with tempfile.TemporaryDirectory() as folder, DreamStore.open(folder, embedder=timed) as store:
        namespace = store.namespace("benchmark")
        dreams = 0
        for part in batches(case):
            started = time.perf_counter()
            namespace.record(part)
            namespace.flush()
            recorded = time.perf_counter()
            namespace.dream()
            seconds["dreaming"] += time.perf_counter() - recorded
            seconds["recording"] += recorded - started
            dreams += 1
        lived = timed.seconds
        for question in case.questions:
            started = time.perf_counter()
            namespace.recall(question.text, _K)
            seconds["asking"] += time.perf_counter() - started
        asked = timed.seconds - lived
        # The same questions again: known vectors, so the difference is the search.
        for question in case.questions:
            started = time.perf_counter()
            namespace.recall(question.text, _K, links=False, note=False)
            seconds["asking_without_links"] += time.perf_counter() - started
        links = len(namespace.links())
    total = seconds["recording"] + seconds["dreaming"] + seconds["asking"]
    return {
        "turns": len(case.units),
        "questions": len(case.questions),
        "dreams": dreams,
        "links": links,
        "seconds": total,
        **{f"seconds_{name}": value for name, value in seconds.items()},
        "seconds_embedding": timed.seconds,
        "ratio_all_to_embedding": total / timed.seconds,
        "ratio_dreaming_to_embedding": seconds["dreaming"] / lived,
        "ratio_recall_with_to_without_links": (seconds["asking"] - asked)
        / seconds["asking_without_links"],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description="Speed of embedding and of a conversation."
    )
    parser.add_argument("--turns", type=int, default=600)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--json", metavar="OUT", help="write the figures; - is standard output")
    options = parser.parse_args(argv)
    try:
        case = conversation(options.turns, options.questions)
    except ValueError as error:
        parser.error(str(error))
    embedder = LocalEmbedder()
    figures: dict[str, Any] = {
        "embedder": embedder.name,
        "embedding": measure_embedding(embedder, [unit.text for unit in case.units]),
        "conversation": measure_conversation(embedder, case),
    }
    _print(figures, options.json)
    return 0


def _asking(round_number: int) -> str:
    """An opening that makes the question of a later round another text."""
    return f"Once more, number {round_number}: " if round_number else ""


def _print(figures: dict[str, Any], target: str | None) -> None:
    table = Table("what", "figure", title=f"Speed, embedder {figures['embedder']}")
    for part in ("embedding", "conversation"):
        for name, value in figures[part].items():
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
            table.add_row(f"{part}: {name.replace('_', ' ')}", shown)
        table.add_section()
    Console(stderr=target == "-").print(table)
    if target == "-":
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    elif target is not None:
        Path(target).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
