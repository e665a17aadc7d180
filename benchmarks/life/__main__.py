"""Measures what is left of the first days of a life after n nights, and writes it as a curve.

    python -m benchmarks.life FILE.jsonl [--notes NOTES.jsonl] [--cases N] [--nights N] [--every N]
        [--first N] [--careless P ...] [--systems NAME ...] [--keep SHARE] [--out FOLDER]
        [--json OUT] [--svg OUT] [--show]

or `--generated` for the small set of our own. The chats of the set are one agent's life, one after
another in time, in one namespace, with a night after each session. The questions whose evidence
lies in the first sessions are asked after that many nights, and again and again until the end, of:

- `no dreams`: the turns alone.
- `dreams`: a dream every night, without a model; `dreams, model`: with a scripted model that
  answers with the notes; `dreams, careless P`: with one that blurs or drops a share P of the names,
  figures, dates and list items in its notes, and cites a wrong turn in a share P of them.
- `memory file`, `memory file, careless P`: no turns, but one file of at most --characters, edited
  every night by the same model (see `memory_file`); `memory file, no limit`: the same without the
  limit, as an upper bound of it.

Recall of a life with turns is the share of the evidence turns among the first 10 items. A memory
file has no turns: there an evidence turn counts as found when one of the 10 lines found first, by
the same embedder and BM25, still has the details of one careful note that cites the turn: all its
names, figures and dates, and half of its other content words. Turns of which the model took no
note are lost to the file; they are told as `noted`.

With --keep SHARE, three more dream without a model and forget down to that share of the turns told
so far: by the library's own budget, by chance, and the oldest first (see `forgetting`). What the
library has put into its archive can be asked for: `keep SHARE, strength, archive searched`.

`--guard` lives 20 nights with a model that claims falsehoods of what it is shown and cites wrong
turns, with the guard of commit and without; some of the questions are asked in that life, and the
others are measured. Without the guard no question is replayed and no bound of loss holds. What
cannot be switched off is listed with the figures.

With --out a run that was cut short goes on where it was; a folder for each variant.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from langgraph_dreams import DreamPolicy, DreamsError, Embedder, InvalidInputError, LocalEmbedder

from ..evidence import _count, _progress, parse_policy
from ..generated import generate
from ..notes import Note, read_notes
from ..runner import CachingEmbedder
from ..sets import Case, read_set
from .course import Course, copied, course, notes_of
from .figures import WITHIN, fallen, print_summary, summarise
from .forgetting import BUDGET, ORDERS
from .living import Lived, Variant, live
from .memory_file import LIMIT
from .svg import svg

NO_DREAMS = "no dreams"
GUARD_NIGHTS = 20
UNGUARDED: dict[str, Any] = {
    "guard_questions": 0,
    "recall_loss": 1.0,
    "loss_per_dream": 1.0,
    "loss_per_week": 1.0,
    "loss_free": 1_000_000,
}
"""What the policy can switch off."""
ALWAYS_ON = (
    "a note cites turns it was shown, a new one among them, and is quoted or borne out by one",
    "notes that read as instructions, copy the prompt, repeat or state nothing are left out",
    "a claim to replace needs cosine .5, the same subject and event, newer evidence, no less trust",
    "no turn is changed or deleted, whatever is claimed of it",
)
"""Checks that no setting switches off."""


def variants(
    careless: Sequence[float], limit: int, keep: float | None, guard: bool
) -> dict[str, Variant]:
    """All that is lived, by name, in the order of the table."""
    lived = [Variant(NO_DREAMS, "undreamt")]
    if guard:
        lived += [
            Variant("lying model", share=0.0, lies=True),
            Variant("lying model, no guard", share=0.0, lies=True, policy=UNGUARDED),
        ]
        return {variant.name: variant for variant in lived}
    lived += [Variant("dreams"), Variant("dreams, model", share=0.0)]
    lived += [Variant(f"dreams, careless {p:g}", share=p) for p in careless if p]
    lived.append(Variant("memory file", "file", 0.0, limit=limit))
    lived += [
        Variant(f"memory file, careless {p:g}", "file", p, limit=limit) for p in careless if p
    ]
    lived.append(Variant("memory file, no limit", "file", 0.0))
    if keep is not None:
        own = ORDERS if BUDGET in DreamPolicy.model_fields else ORDERS[1:]
        lived += [Variant(f"keep {keep:g}, {order}", keep=keep, order=order) for order in own]
    return {variant.name: variant for variant in lived}


def measure(
    cases: Sequence[Case],
    notes: dict[str, list[Note]] | None = None,
    *,
    first: int = 10,
    every: int = 10,
    nights: int | None = None,
    careless: Sequence[float] = (0.1, 0.3),
    limit: int = LIMIT,
    keep: float | None = None,
    guard: bool = False,
    chosen: Sequence[str] = (),
    policy: DreamPolicy | None = None,
    embedder: Embedder | None = None,
    out: Path | None = None,
    console: Console | None = None,
) -> dict[str, Any]:
    """Live `no dreams` and all variants, or the chosen ones in their order, and summarise.

    Raises InvalidInputError for a name that is no variant, and as `course` and `live` do.
    """
    ways = variants(careless, limit, keep, guard)
    if unknown := set(chosen).difference(ways):
        raise InvalidInputError(f"no variant is named {sorted(unknown)}: choose from {list(ways)}")
    days = course(cases, first=first, every=every, nights=nights)
    days, asked = _asked(days) if guard else (days, {})
    joined = notes_of(cases, notes if notes is not None else copied(cases))
    caching = CachingEmbedder(embedder or LocalEmbedder())
    lives: dict[str, Lived] = {}
    with _kept(out) as folder, _progress(console) as tick:
        for name in dict.fromkeys((NO_DREAMS, *(chosen or ways))):
            variant = ways[name]
            own = folder / re.sub(r"[^\w.]+", "_", name)
            lives[name] = live(
                days, joined, variant, own, caching, policy or DreamPolicy(), tick, asked
            )
            if console is not None and lives[name].points:
                last = lives[name].points[-1].recall
                console.print(
                    f"{name}: {100 * sum(last) / len(last):.1f} after the last night"
                    f" ({lives[name].seconds:.0f} s)"
                )
    cited = {unit for note in joined for unit in note.sources}
    gold = [unit for question in days.questions for unit in question.gold]
    summary = {
        "dataset": cases[0].dataset,
        "embedder": caching.name,
        **summarise(days, lives, NO_DREAMS),
        "noted": round(100 * sum(unit in cited for unit in gold) / len(gold), 1),
        "fallen": {
            name: fallen(days, lived, lives[NO_DREAMS])
            for name, lived in lives.items()
            if name != NO_DREAMS and ways[name].way != "file"
        },
        "told": {name: lived.notes for name, lived in lives.items() if lived.notes},
    }
    if guard:
        summary["always on"] = list(ALWAYS_ON)
    return summary


def _asked(days: Course) -> tuple[Course, dict[int, list[str]]]:
    """Every other question is asked in life, in the night after its evidence; the rest measured."""
    night = {unit.id: n for n, day in enumerate(days.days, start=1) for unit in day}
    asked: dict[int, list[str]] = {}
    for question in days.questions[::2]:
        asked.setdefault(max(night[unit] for unit in question.gold), []).append(question.text)
    return replace(days, questions=days.questions[1::2] or days.questions), asked


@contextmanager
def _kept(out: Path | None) -> Any:
    """The folder of the run; without one a folder that is removed afterwards."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        yield out
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = _parser()
    options = parser.parse_args(argv)
    if (options.file is None) != options.generated:
        parser.error("give either FILE.jsonl or --generated")
    if options.file is not None and options.notes is None:
        parser.error("give --notes: the scripted model and the memory file write by them")
    errors = Console(stderr=True)
    try:
        cases = generate() if options.generated else read_set(options.file)
        summary = measure(
            cases[: options.cases],
            None if options.notes is None else read_notes(options.notes),
            first=options.first,
            every=options.every,
            nights=options.nights or (GUARD_NIGHTS if options.guard else None),
            careless=options.careless,
            limit=options.characters,
            keep=options.keep,
            guard=options.guard,
            chosen=options.systems,
            policy=parse_policy(options.set),
            out=options.out,
            console=errors,
        )
    except DreamsError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        return 2
    summary["file"] = "generated" if options.generated else options.file.name
    _tell(summary, options.show)
    if options.json:
        text = json.dumps(summary, indent=1, ensure_ascii=False) + "\n"
        options.json.write_text(text, encoding="utf-8")
    if options.svg:
        title = f"Evidence of the first {summary['nights'][0]} sessions found after n nights (%)"
        options.svg.write_text(svg(summary, title), encoding="utf-8")
    return 0


def _tell(summary: dict[str, Any], show: bool) -> None:
    console = Console()
    print_summary(summary, console)
    print(f"evidence turns that a note cites: {summary['noted']} %")
    for line in summary.get("always on", ()):
        print(f"always on: {line}")
    for name, curve in summary["variants"].items():
        low = curve.get("lowest")
        ours = name.startswith("dreams") or name.endswith(ORDERS[0])
        if low and low["percent"] < -WITHIN and ours:
            print(
                f"{name} falls by more than {WITHIN:.0f} point below no dreams (--show tells why)"
            )
    if show:
        for name, rows in summary["fallen"].items():
            for row in rows:
                print(name, *(f"{key}: {value}" for key, value in row.items()), sep="\n  ")
        for name, notes in summary["told"].items():
            print(name, *notes, sep="\n  ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.life",
        description="What is left of the first days of a life after many nights.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--generated", action="store_true", help="the small set of our own")
    parser.add_argument("--notes", type=Path, metavar="NOTES.jsonl", help="what the model writes")
    parser.add_argument("--cases", type=_count, metavar="N", help="only the first N chats")
    parser.add_argument("--nights", type=_count, metavar="N", help="only the first N sessions")
    parser.add_argument(
        "--first", type=_count, default=10, metavar="N", help="sessions that are asked about (10)"
    )
    parser.add_argument(
        "--every", type=_count, default=10, metavar="N", help="nights between measurements (10)"
    )
    parser.add_argument(
        "--careless", type=_share, nargs="*", default=[0.1, 0.3], metavar="P", help="(.1 .3)"
    )
    parser.add_argument(
        "--characters", type=_count, default=LIMIT, metavar="N", help=f"of the file ({LIMIT})"
    )
    parser.add_argument("--keep", type=_share, metavar="SHARE", help="forget all but this share")
    parser.add_argument("--guard", action="store_true", help="a model that lies, with and without")
    parser.add_argument(
        "--systems", nargs="*", default=[], metavar="NAME", help="only these, in this order"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="change the policy"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep the lives, or go on")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures")
    parser.add_argument("--svg", type=Path, metavar="OUT", help="write the curve")
    parser.add_argument(
        "--show", action="store_true", help="tell every question that lost evidence"
    )
    return parser


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{value} is not between 0 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
