"""Do the strongest links join what belongs together? Precision of links against co-evidence pairs.

`python -m benchmarks.judge FILE.jsonl [--json OUT] [--cases N]`. Two units are a co-evidence pair
when one question needs both and they are from different sessions. Every case is lived twice in a
fresh store: without a model (`heuristic`), and with a scripted judge that knows the pairs
(`perfect_judge`): what the best model could make of the pairs that it is shown. `random` are pairs
of units of different sessions. Reported are the share of co-evidence pairs among the 50 strongest
links of each case, and the share of all co-evidence pairs that were linked at all.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from langgraph_dreams import (
    DreamPolicy,
    DreamsError,
    DreamStore,
    Embedder,
    LocalEmbedder,
    Namespace,
)

from .placebo import weights_now
from .runner import CachingEmbedder, batches, unit_of
from .scripted import Block, ScriptedModel, appearance, letters
from .sets import Case, read_set

TOP = 50
SEED = 13
_DRAWS = 20_000
_SHOWN = 120  # letters by which a shortened turn is told from others
Pair = frozenset[str]


def co_evidence(case: Case) -> set[Pair]:
    """Pairs of units of different sessions that one question needs both of."""
    session = {unit.id: unit.session for unit in case.units}
    return {
        frozenset(pair)
        for question in case.questions
        for pair in combinations(question.gold, 2)
        if session[pair[0]] != session[pair[1]]
    }


def perfect_judge(case: Case) -> ScriptedModel:
    """A chat model that knows the co-evidence pairs, and writes nothing down."""
    units = {(when, text[:_SHOWN]): unit for unit, (when, text) in appearance(case).items()}
    pairs = co_evidence(case)

    def judgement(block: Block, turns: Mapping[str, str]) -> dict[str, Any]:
        real = frozenset(turns[name] for name in block.heading.split(" and ")) in pairs
        return {
            "pair": block.number,
            "connection": 4 if real else 0,
            "kind": "continuation" if real else "none",
            "helps": "",
        }

    def answer(shown: Sequence[Block]) -> Mapping[str, Any]:
        turns = {
            f"T{block.number}": units.get((block.heading, letters(block.text)[:_SHOWN]), "")
            for block in shown
            if block.letter == "T"
        }
        return {"judgements": [judgement(b, turns) for b in shown if b.letter == "P"]}

    return ScriptedModel(answers={"judge": answer})


def judge_case(case: Case, policy: DreamPolicy, embedder: Embedder) -> dict[str, dict[str, float]]:
    """Figures of one case by system."""
    wanted = co_evidence(case)
    found: dict[str, dict[str, float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder, policy=policy) as store,
    ):
        for name, model in (("heuristic", None), ("perfect_judge", perfect_judge(case))):
            ours = store.namespace("benchmark", name, model=model)
            calls = 0.0
            for part in batches(case):
                ours.record(part)
                calls += ours.dream().cost.get("model_calls", 0)
            ranked = _ranked(ours, policy)
            top = ranked[:TOP]
            found[name] = {
                f"precision@{TOP}": sum(p in wanted for p in top) / max(1, len(top)),
                "linked": len(wanted.intersection(ranked)) / max(1, len(wanted)),
                "links": len(ranked),
                "calls": calls,
            }
    found["random"] = {f"precision@{TOP}": _chance(case, wanted)}
    return found


def _ranked(namespace: Namespace, policy: DreamPolicy) -> list[Pair]:
    """Pairs of units by the weight that their link has now, strongest first."""
    unit = {e.id: unit_of(e) for e in namespace.episodes()}
    committed = [d.number for d in namespace.dreams() if d.status == "committed"]
    found = [link for link in namespace.links() if link.kind != "update"]  # an order
    links = weights_now(found, committed, policy.downscale)
    links.sort(key=lambda link: (-link.weight, link.id))
    return [frozenset({unit[x.a], unit[x.b]}) for x in links if x.a in unit and x.b in unit]


def _chance(case: Case, wanted: set[Pair]) -> float:
    """Share of co-evidence pairs among random pairs of different sessions."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(len(case.units), size=(_DRAWS, 2)).tolist()
    pairs = [(case.units[i], case.units[j]) for i, j in drawn]
    apart = [frozenset({a.id, b.id}) for a, b in pairs if a.session != b.session]
    return sum(pair in wanted for pair in apart) / max(1, len(apart))


def measure(cases: Sequence[Case], *, embedder: Embedder | None = None) -> dict[str, Any]:
    """Means over the cases that have co-evidence pairs, by system."""
    policy = DreamPolicy(judge_pairs=40)
    caching = CachingEmbedder(embedder or LocalEmbedder())
    asked = [case for case in cases if co_evidence(case)]
    rows = [judge_case(case, policy, caching) for case in asked]
    return {
        "cases": len(asked),
        "pairs": sum(len(co_evidence(case)) for case in asked),
        "systems": {
            name: {
                figure: round(float(np.mean([row[name][figure] for row in rows])), 4)
                for figure in rows[0][name]
            }
            for name in (rows[0] if rows else ())
        },
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--json", metavar="OUT", help="write the figures")
    parser.add_argument("--cases", type=int, metavar="N", help="only the first N cases")
    options = parser.parse_args(argv)
    try:
        summary = measure(read_set(options.file)[: options.cases])
    except DreamsError as error:
        Console(stderr=True).print(f"error: {error}", style="red", markup=False)
        return 2
    table = Table(
        title=f"{options.file.name}: {summary['pairs']} co-evidence pairs", box=box.SIMPLE
    )
    table.add_column("system")
    figures = (f"precision@{TOP}", "linked", "links", "calls")
    for figure in figures:
        table.add_column(figure, justify="right")
    for name, row in summary["systems"].items():
        table.add_row(name, *(f"{row[f]:.4g}" if f in row else "" for f in figures))
    Console().print(table)
    if options.json:
        Path(options.json).write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
