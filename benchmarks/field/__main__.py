"""Measures what becomes of a memory in the life of an agent, on a file of the set format.

    python -m benchmarks.field FILE.jsonl [--cases N] [--half first|second] [--json OUT] [--show]

or `--generated` for the small set of our own. Each chat is lived through real agents (see
`agents`), in which questions are asked again and again, messages are edited, sent again and
answered anew, the history is summarized, tools and other agents speak, prompts tick and approvals
are given; and its statements alone are recorded plainly beside it. Both dream, without a model.
Then the questions of the set are asked of both, and those about facts that were corrected.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich import box
from rich.console import Console
from rich.table import Table

from langgraph_dreams import DreamsError, DreamStore, InvalidInputError, LocalEmbedder

from ..evidence import _count, _progress
from ..generated import generate
from ..runner import CachingEmbedder, Tick
from ..sets import Case, Half, read_set
from ..statistics import intervals
from .figures import AT, FIELD, PLAIN, SYSTEMS, Figures, measure_chat
from .life import live
from .plan import plan

HALVES: tuple[Half, Half] = ("first", "second")
_WITHIN = 1.0
"""Points of recall that life may cost."""


def chosen(
    cases: Sequence[Case], count: int | None = None, half: Half | None = None
) -> list[tuple[Case, Half]]:
    """So many cases with their half, of both halves in turn, or of one.

    Raises InvalidInputError when none has a question with evidence.
    """
    asked = [case for case in cases if case.questions]
    if not asked:
        raise InvalidInputError("no case has a question with evidence: there is nothing to measure")
    middle = (len(asked) + 1) // 2
    halves = [(case, HALVES[index >= middle]) for index, case in enumerate(asked)]
    in_turn = sorted(range(len(halves)), key=lambda index: (index % middle, index))
    taken = [halves[index] for index in in_turn if half in (None, halves[index][1])]
    if not taken:
        raise InvalidInputError(f"there is no {half} half of a single case: leave --half out")
    return taken[:count]


def run(case: Case, half: Half, embedder: CachingEmbedder, every: int, tick: Tick) -> Figures:
    """Live and measure one chat in a fresh store that is removed afterwards."""
    planned = plan(case, half)
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder) as store,
    ):
        field, plain = store.namespace("benchmark", FIELD), store.namespace("benchmark", PLAIN)
        live(planned, field, plain, every, tick)
        lived = time.perf_counter()
        figures = measure_chat(planned, field, plain, embedder, tick)
    figures.seconds = {
        "living": round(lived - begun, 1),
        "asking": round(time.perf_counter() - lived, 1),
    }
    return figures


def summarise(results: Sequence[Figures]) -> dict[str, Any]:
    """All figures of some chats, JSON-ready."""
    cases = np.repeat(np.arange(len(results)), [len(r.categories) for r in results]).tolist()
    columns = [100 * np.concatenate([r.recall[name] for r in results]) for name in SYSTEMS]
    difference = columns[0] - columns[1]
    means, bounds = intervals(np.concatenate([*columns, difference], axis=1), cases)
    recall = {}
    for index, name in enumerate((*SYSTEMS, "difference")):
        place = slice(index * len(AT), (index + 1) * len(AT))
        recall[name] = {
            f"@{k}": {"percent": round(float(mean), 2), "ci": [round(float(b), 2) for b in bound]}
            for k, mean, bound in zip(AT, means[place], bounds[place], strict=True)
        }
    asked = np.concatenate([result.asked for result in results])
    return {
        "chats": [result.name for result in results],
        "questions": len(cases),
        "recall": recall,
        "difference of questions asked before": _mean(difference[asked]),
        "difference of other questions": _mean(difference[~asked]),
        "corrections": {
            name: [sum(map(sum, (r.corrected[name] for r in results))), _facts(results)]
            for name in SYSTEMS
        },
        "outdated": sum(sum(result.outdated) for result in results),
        "memories": sum(result.memories for result in results),
        "nothing": dict(Counter(kind for result in results for kind, _ in result.nothing)),
        "steady": [sum(column) for column in zip(*(r.steady for r in results), strict=True)],
        "stated": sum(result.stated for result in results),
        "lost": sum(len(result.lost) for result in results),
        "episodes": sum(result.episodes for result in results),
        "seconds": {
            part: round(sum(result.seconds.get(part, 0.0) for result in results), 1)
            for part in ("living", "asking")
        },
    }


def _mean(rows: npt.NDArray[np.float64]) -> list[float]:
    """By rank; of nothing, nothing."""
    return [round(float(value), 2) for value in rows.mean(axis=0)] if len(rows) else []


def _facts(results: Sequence[Figures]) -> int:
    return sum(len(result.outdated) for result in results)


def print_summary(summaries: dict[str, dict[str, Any]], console: Console) -> None:
    """A column for each part of the chats, with what is wanted beside it."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("wanted", no_wrap=True)
    for name, part in summaries.items():
        counts = f"{len(part['chats'])} chats, {part['questions']} questions"
        table.add_column(f"{name}\n{counts}", no_wrap=True, justify="right")
    for line, wanted, values in _rows(list(summaries.values())):
        table.add_row(line, wanted, *values)
    console.width = max(console.width, 60 + 30 * len(summaries))
    console.print(table, highlight=False)


def _rows(parts: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
    rows: list[tuple[str, str, list[str]]] = []
    for k in AT:
        for name in (*SYSTEMS, "difference"):
            cells = [part["recall"][name][f"@{k}"] for part in parts]
            wanted = f"within {_WITHIN:.0f} of plain" if name == FIELD else ""
            rows.append((f"evidence recall@{k}, {name}", wanted, [_cell(c) for c in cells]))
    rows += [
        (line, "", [" ".join(f"{value:+.1f}" for value in part[line]) for part in parts])
        for line in ("difference of questions asked before", "difference of other questions")
    ]
    for name in SYSTEMS:
        texts = ["{} of {}".format(*part["corrections"][name]) for part in parts]
        rows.append((f"correction first, {name}", "all" if name == FIELD else "", texts))
    rows.append(("corrected fact shown before", "0", [str(part["outdated"]) for part in parts]))
    nothing = [
        f"{sum(part['nothing'].values())} of {part['memories']}"
        + "".join(f"\n{many} {kind}" for kind, many in part["nothing"].items())
        for part in parts
    ]
    rows.append(("memories that state nothing", "0", nothing))
    kept = ["{} of {}".format(*part["steady"]) for part in parts]
    rows.append(("said twice and a memory", "", kept))
    lost = [f"{part['lost']} of {part['stated']}" for part in parts]
    rows.append(("statements lost", "0", lost))
    cost = [
        f"{part['episodes']} episodes, {part['seconds']['living']:.0f} + "
        f"{part['seconds']['asking']:.0f} s"
        for part in parts
    ]
    rows.append(("cost: living and asking", "", cost))
    return rows


def _cell(cell: dict[str, Any]) -> str:
    low, high = cell["ci"]
    return f"{cell['percent']:.1f} [{low:.1f}, {high:.1f}]"


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = _parser()
    options = parser.parse_args(argv)
    if (options.file is None) != options.generated:
        parser.error("give either FILE.jsonl or --generated")
    errors = Console(stderr=True)
    embedder = CachingEmbedder(LocalEmbedder())
    try:
        cases = generate(sessions=options.sessions) if options.generated else read_set(options.file)
        taken = chosen(cases, options.cases, options.half)
        with _progress(errors) as tick:
            results = [run(case, half, embedder, options.every, tick) for case, half in taken]
    except DreamsError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        return 2
    parts = [(half, [r for r in results if r.half == half]) for half in HALVES]
    summaries: dict[str, Any] = {half: summarise(own) for half, own in parts if own}
    if len(summaries) > 1:
        summaries["all"] = summarise(results)
    print_summary(summaries, Console())
    if options.show:
        for result in results:
            print(f"\n{result.name}", *result.missed, sep="\n  ")
    if options.json:
        missed = {result.name: result.missed for result in results}
        text = json.dumps({**summaries, "missed": missed}, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.field",
        description="What becomes of a memory in the life of an agent, without a model.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--generated", action="store_true", help="the small set of our own")
    parser.add_argument(
        "--sessions", type=_count, default=18, metavar="N", help="of a generated chat (18)"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures")
    parser.add_argument(
        "--cases", type=_count, metavar="N", help="only N cases, of both halves in turn"
    )
    parser.add_argument("--half", choices=HALVES, help="only that half of the cases")
    parser.add_argument(
        "--every", type=_count, default=4, metavar="N", help="sittings between two dreams (4)"
    )
    parser.add_argument("--show", action="store_true", help="tell every item that went wrong")
    return parser


if __name__ == "__main__":
    sys.exit(main())
