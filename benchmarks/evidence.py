"""Measures whether recall finds more of the evidence after dreaming, on a file of the set format.

`python -m benchmarks.evidence FILE.jsonl [--json OUT] [--cases N] [--half first|second]`, or
`--generated` for the small set of our own, `--generated assistant` for chats with long answers,
`--generated exchanges` for the same with each turn and its answer as one. Every case gets a fresh
embedded store; its units are recorded in order with a dream after each session; then each question
is recalled by every system, and recall@2/5/10/20 is reported by category with bootstrap intervals.
`--undreamt` adds ours before any dream. `--notes` or `--mind NOTES.jsonl` adds `dreams_notes`,
dreams with a scripted chat model that answers with those notes, and `dreams_notes_shuffled`, the
same under each other's citations; `--rehearsals FILE.jsonl` lets it answer with these questions
too, and adds the same without them as keys. `--reranker NAME` adds `dreams_reranked`: ours, with
the first items ordered by that reranker (`rerankers.py`). Told as well: the tokens that a model is
shown for a question, and the evidence turns per thousand of them.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from langgraph_dreams import DreamPolicy, DreamsError, Embedder, InvalidInputError, LocalEmbedder

from . import generated
from .assistant import chats
from .notes import Note, Rehearsal, read_notes, read_rehearsals
from .rerankers import Made, named
from .runner import CachingEmbedder, Tick, run_case, systems
from .sets import Case, Half, read_set, take_half
from .summary import print_summary, summarise

GENERATED: dict[str, Callable[[], list[Case]]] = {
    generated.DATASET: generated.generate,
    chats.DATASET: chats.generate,
    chats.EXCHANGES_DATASET: chats.exchanges,
}
"""The sets of our own, by name."""


def measure(
    cases: Sequence[Case],
    *,
    policy: DreamPolicy | None = None,
    embedder: Embedder | None = None,
    placebo: bool = True,
    notes: Mapping[str, Sequence[Note]] | None = None,
    reranker: Made | None = None,
    undreamt: bool = False,
    rehearsals: Mapping[str, Sequence[Rehearsal]] | None = None,
    console: Console | None = None,
) -> dict[str, Any]:
    """Run all systems over the cases and summarise; progress goes to `console`.

    Raises InvalidInputError when no case has a question with evidence.
    """
    asked = [case for case in cases if case.questions]
    if not asked:
        raise InvalidInputError("no case has a question with evidence: there is nothing to measure")
    if notes is not None and not any(notes.get(case.name) for case in asked):
        raise InvalidInputError("the notes are for none of the cases: give those of the same set")
    default = DreamPolicy()
    policy = policy or default
    caching = CachingEmbedder(embedder or LocalEmbedder())
    with _progress(console) as tick:
        results = [
            run_case(
                case,
                policy,
                caching,
                placebo=placebo,
                tick=tick,
                notes=None if notes is None else notes.get(case.name, ()),
                reranker=None if reranker is None else reranker(case, caching),
                undreamt=undreamt,
                rehearsals=(rehearsals or {}).get(case.name, ()),
            )
            for case in asked
        ]
    left_out: Counter[str] = Counter()
    for case in cases:
        left_out.update(case.left_out)
    rehearsed = any((rehearsals or {}).get(case.name) for case in asked)
    names = systems(placebo, notes is not None, reranker is not None, undreamt, rehearsed)
    summary = summarise(results, names)
    return {
        "dataset": ", ".join(dict.fromkeys(case.dataset for case in asked)),
        "data": {
            "file": "",
            "part": "all",
            "cases": len(asked),
            "units": sum(len(case.units) for case in asked),
            "questions": sum(len(case.questions) for case in asked),
            "left_out": {what: count for what, count in left_out.items() if count},
        },
        "embedder": caching.name,
        "policy_changes": {
            key: value
            for key, value in policy.model_dump(mode="json").items()
            if value != default.model_dump(mode="json")[key]
        },
        **summary,
    }


def parse_policy(settings: Sequence[str]) -> DreamPolicy:
    """The default policy with `NAME=VALUE` settings laid over it; a value is JSON.

    Raises InvalidInputError for a setting that cannot be read or that the policy refuses.
    """
    changes: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in DreamPolicy.model_fields:
            known = ", ".join(DreamPolicy.model_fields)
            raise InvalidInputError(f"--set {setting}: give NAME=VALUE, NAME one of {known}")
        try:
            changes[name] = json.loads(value)
        except ValueError:
            changes[name] = value
    try:
        return DreamPolicy(**changes)
    except ValidationError as error:
        raise InvalidInputError(f"--set: the policy refuses {changes}: {error}") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = _parser()
    options = parser.parse_args(argv)
    if (options.file is None) == (options.generated is None):
        parser.error("give either FILE.jsonl or --generated")
    errors = Console(stderr=True)
    try:
        cases, part = _cases(options)
        summary = measure(
            cases,
            policy=parse_policy(options.set),
            placebo=not options.no_placebo,
            notes=None if options.notes is None else read_notes(options.notes),
            reranker=None if options.reranker is None else named(options.reranker),
            undreamt=options.undreamt,
            rehearsals=read_rehearsals(options.rehearsals) if options.rehearsals else None,
            console=errors,
        )
    except DreamsError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        return 2
    summary["data"]["file"] = options.generated or options.file.name
    summary["data"]["part"] = part
    _print(summary, options.json)
    return 0


def _cases(options: argparse.Namespace) -> tuple[list[Case], str]:
    named = options.generated
    cases = GENERATED[named]() if named else read_set(options.file)
    half: Half | None = options.half
    part = "all"
    if half:
        part = f"{half} half of the {'cases' if len(cases) > 1 else 'questions'}"
        cases = take_half(cases, half)
    if options.cases is not None and options.cases < len(cases):
        part = f"{part}, only {options.cases} cases"
        cases = cases[: options.cases]
    return cases, part


def _print(summary: dict[str, Any], target: str | None) -> None:
    to_stdout = target == "-"
    print_summary(summary, Console(stderr=to_stdout))
    if target is not None:
        text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
        if to_stdout:
            sys.stdout.write(text)
        else:
            Path(target).write_text(text, encoding="utf-8")


@contextmanager
def _progress(console: Console | None) -> Iterator[Tick]:
    """A progress bar a stage on `console`; without one, silence."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console or Console(quiet=True),
        transient=True,
    )
    with progress:
        task = progress.add_task("", total=None)

        def tick(text: str, done: int, total: int) -> None:
            progress.update(task, description=text, completed=done, total=total)

        yield tick


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evidence",
        description="Recall of evidence with and without dreams, on a file of the set format.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.jsonl")
    parser.add_argument(
        "--generated",
        nargs="?",
        const=generated.DATASET,
        choices=GENERATED,
        help="a set of our own: the small one, or the one named",
    )
    parser.add_argument("--json", metavar="OUT", help="write the figures; - is standard output")
    parser.add_argument("--cases", type=_count, metavar="N", help="only the first N cases")
    parser.add_argument("--half", choices=("first", "second"), help="of the cases, or questions")
    parser.add_argument("--no-placebo", action="store_true", help="leave the random links out")
    parser.add_argument("--undreamt", action="store_true", help="also ours before any dream")
    parser.add_argument(
        "--notes",
        "--mind",
        type=Path,
        metavar="FILE.jsonl",
        help="also dream with a scripted model that answers with these notes",
    )
    parser.add_argument(
        "--rehearsals",
        type=Path,
        metavar="FILE.jsonl",
        help="with --notes: the questions that the scripted model rehearses",
    )
    parser.add_argument(
        "--reranker", metavar="NAME", help="oracle, sentences, or MODULE:NAME of your own"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="change the policy"
    )
    return parser


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is below 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
