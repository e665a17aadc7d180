"""Measures whether recall keeps silent where it has nothing to say, on a file of the set format.

    python -m benchmarks.silence FILE.jsonl [--cases N] [--half first|second] [--json OUT]

Each chat is recorded in a namespace of its own and dreamt without a model. Then it is asked its own
questions, some of the next chat (as they are, and with the names of this chat's speakers: else a
name gives them away), and small talk of our own, with recall's usual bar: how many get anything
back? The curve then tells, for each score of the best item, which share of all these
would be answered over a bar, so that one can be chosen; and of which own questions an item with
evidence is over it. Scores: the cosine, BM25, the cosine of items that share a word with the
question, and the relevance that recall gives, if it gives one.
"""

import argparse
import inspect
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from langgraph_dreams import (
    DreamPolicy,
    DreamsError,
    DreamStore,
    InvalidInputError,
    LocalEmbedder,
    Namespace,
    RecallItem,
)

from .evidence import _count, _progress, parse_policy
from .runner import CachingEmbedder, Tick, batches, unit_of
from .sets import Case, Half, read_set, take_half

GROUPS = ("own", "foreign", "renamed", "small talk")
SCORES: dict[str, Callable[[RecallItem], float]] = {
    "cosine": lambda entry: entry.why.dense,
    "bm25": lambda entry: entry.why.lexical,
    "cosine with a shared word": lambda entry: entry.why.dense if entry.why.lexical else 0.0,
}
"""What tells how well an item answers, by itself."""
if "relevance" in RecallItem.model_fields:
    SCORES["relevance"] = lambda entry: float(getattr(entry, "relevance"))  # noqa: B009
_OPEN: dict[str, Any] = (
    {"floor": 0.0} if "floor" in inspect.signature(Namespace.recall).parameters else {}
)
"""Arguments of a recall without a bar."""
_K = 10
_STEPS = 20
_FOREIGN = 100
"""Questions of another chat at most."""
_TALK = Path(__file__).parent / "small_talk.toml"


@dataclass
class Asked:
    """What one question or turn got back."""

    group: str
    text: str
    answered: bool
    """With the usual bar."""
    best: dict[str, float]
    """By score: that of the best item without a bar; -1 where none came."""
    evidence: dict[str, float] = field(default_factory=dict)
    """By score: that of the best item with evidence; only of own questions that got one."""


def small_talk(half: Half | None) -> list[str]:
    """The turns of one half, or all."""
    rows = tomllib.loads(_TALK.read_text(encoding="utf-8"))
    return [text for name in ("first", "second") if half in (None, name) for text in rows[name]]


def ask(
    case: Case,
    foreign: Case,
    talk: Sequence[str],
    embedder: CachingEmbedder,
    policy: DreamPolicy,
    tick: Tick,
) -> list[Asked]:
    """Record, dream and ask one chat in a fresh store that is removed afterwards."""
    own = [(q.text, frozenset(q.gold)) for q in case.questions]
    other = [q.text for q in foreign.questions[:_FOREIGN]]
    alien = [
        [(text, frozenset[str]()) for text in texts]
        for texts in (other, [renamed(text, foreign, case) for text in other], talk)
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder, policy=policy) as store,
    ):
        namespace = store.namespace("silence", case.name)
        parts = list(batches(case))
        for index, part in enumerate(parts):
            tick(f"{case.name}: recording and dreaming", index, len(parts))
            namespace.record(part)
            namespace.dream()
        asked = []
        for group, texts in zip(GROUPS, (own, *alien), strict=True):
            for index, (text, gold) in enumerate(texts):
                tick(f"{case.name}: asking, {group}", index, len(texts))
                asked.append(_ask(namespace, group, text, gold))
    return asked


def renamed(text: str, theirs: Case, ours: Case) -> str:
    """A question of one chat, about the speakers of another."""
    speakers = [
        list(dict.fromkeys(u.speaker for u in c.units if u.speaker)) for c in (theirs, ours)
    ]
    for old, new in zip(*speakers, strict=False):
        text = re.sub(rf"\b{re.escape(old)}\b", lambda _, new=new: new, text)  # type: ignore[misc]
    return text


def _ask(namespace: Namespace, group: str, text: str, gold: frozenset[str]) -> Asked:
    usual = namespace.recall(text, _K, note=False)
    found = namespace.recall(text, _K, note=False, **_OPEN) if _OPEN else usual
    entries = (*found.items, *found.memories)
    right = [entry for entry in found.items if unit_of(entry.item) in gold]
    return Asked(
        group,
        text,
        bool(usual.items or usual.memories),
        {name: max(map(score, entries), default=-1.0) for name, score in SCORES.items()},
        {name: max(map(score, right)) for name, score in SCORES.items()} if right else {},
    )


def curve(asked: Sequence[Asked], score: str) -> list[dict[str, float]]:
    """Shares in percent over each bar of a score, from none to the highest.

    Bars lie at every twentieth of the own questions.
    """
    groups = {name: np.array([a.best[score] for a in asked if a.group == name]) for name in GROUPS}
    evidence = np.array([a.evidence[score] for a in asked if a.evidence])
    groups["evidence"] = evidence
    bars = np.unique(np.quantile(groups["own"], np.linspace(0, 1, _STEPS + 1)))
    return [
        {"bar": round(float(bar), 4)}
        | {
            name: round(100 * float((of >= bar).mean()), 1) if len(of) else 0.0
            for name, of in groups.items()
        }
        for bar in bars
    ]


def told_apart(asked: Sequence[Asked], score: str, group: str) -> float:
    """How often an own question scores higher than one of the group: 0.5 is chance, 1 is always."""
    own, other = (
        np.array([a.best[score] for a in asked if a.group == name]) for name in ("own", group)
    )
    if not len(own) or not len(other):
        return 0.5
    above = own[:, None] - other[None, :]
    return round(float((above > 0).mean() + 0.5 * (above == 0).mean()), 3)


def summarise(asked: Sequence[Asked]) -> dict[str, Any]:
    """All figures, JSON-ready."""
    groups = {name: [a for a in asked if a.group == name] for name in GROUPS}
    return {
        "answered": {
            name: [sum(a.answered for a in own), len(own)] for name, own in groups.items()
        },
        "told_apart": {
            score: {group: told_apart(asked, score, group) for group in GROUPS[1:]}
            for score in SCORES
        },
        "curves": {score: curve(asked, score) for score in SCORES},
    }


def _print(summary: dict[str, Any]) -> None:
    print("Anything back, with the usual bar:")
    for name, (part, whole) in summary["answered"].items():
        print(f"  {name:12}{100 * part / max(whole, 1):6.1f}% ({part} of {whole})")
    for score, rows in summary["curves"].items():
        apart = ", ".join(f"{group} {p:.3f}" for group, p in summary["told_apart"][score].items())
        print(f"\nBest item by {score}; an own question is above: {apart}")
        print(f"{'bar':>9}" + "".join(f"{name:>13}" for name in list(rows[0])[1:]))
        for row in rows:
            print(f"{row['bar']:9.3f}" + "".join(f"{row[name]:12.1f}%" for name in list(row)[1:]))


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.silence", description="Whether recall can keep silent."
    )
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--cases", type=_count, metavar="N", help="only the first N cases")
    parser.add_argument("--half", choices=("first", "second"), help="of the cases, and small talk")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures, and all asked")
    options = parser.parse_args(argv)
    errors = Console(stderr=True)
    try:
        every = [case for case in read_set(options.file) if case.questions]
        if len(every) < 2:
            raise InvalidInputError(f"{options.file} has one chat: foreign questions need another")
        chosen = take_half(every, options.half) if options.half else every
        policy, embedder = parse_policy(options.set), CachingEmbedder(LocalEmbedder())
        asked: list[Asked] = []
        with _progress(errors) as tick:
            for case in chosen[: options.cases]:
                foreign = every[(every.index(case) + 1) % len(every)]
                asked += ask(case, foreign, small_talk(options.half), embedder, policy, tick)
    except DreamsError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        return 2
    summary = summarise(asked)
    print(f"{options.file.name}: {len(chosen[: options.cases])} of {len(every)} chats")
    _print(summary)
    if options.json:
        whole = {**summary, "asked": [asdict(a) for a in asked]}
        text = json.dumps(whole, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
