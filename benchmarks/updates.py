"""Measures whether systems know what holds, of facts that change and are told, dreamt and asked.

    python -m benchmarks.updates [--half second] [--part N] [--json OUT]

Everything goes through the public face. The turns of our own set (`updates_set`) are recorded in
order, a dream after each session, then every question is asked. Measured are:

- current first: the first returned entry, memories before episodes, that states any version of the
  fact states the one that holds;
- as of: the same, asked `as_of` a time between two versions;
- wrong supersessions: share of the supersede operations that hit what did not change, and the
  share of what did not change that was hit.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from langgraph_dreams import (
    DreamReport,
    DreamStore,
    Embedder,
    Episode,
    LocalEmbedder,
    Memory,
    Namespace,
    Recall,
)

from .evidence import _count
from .runner import BASELINES, CachingEmbedder
from .updates_model import model_for
from .updates_set import SESSIONS, Fact, Life, Turn, life

BASELINE = "hybrid_neighbours"
SYSTEMS = (BASELINE, "dreams", "dreams_scripted", "dreams_careless")
_K = 10
_TAG = "turn:"


@dataclass
class Score:
    """Counts of one system on one half."""

    system: str
    half: str
    current: dict[str, list[int]] = field(default_factory=dict)
    """By wording: questions whose first answer is the current version, and questions."""
    as_of: list[int] = field(default_factory=lambda: [0, 0])
    supersessions: list[int] = field(default_factory=lambda: [0, 0])
    """Wrong ones, and all."""
    unchanged: list[int] = field(default_factory=lambda: [0, 0])
    """Statements that still hold and were superseded, and all that still hold."""
    claims: list[int] = field(default_factory=lambda: [0, 0])
    """Wrong replacements that the scripted model claimed, and all it claimed."""
    notes: list[str] = field(default_factory=list)
    """Every wrong supersession and missed question, in words."""

    def first(self) -> float:
        """Share of the facts that change whose current version comes first."""
        rows = [row for wording, row in self.current.items() if wording != "steady"]
        return share([sum(column) for column in zip(*rows, strict=True)]) if rows else 0.0


def share(counts: Sequence[int]) -> float:
    """Part of a whole; 0 of nothing."""
    return counts[0] / counts[1] if len(counts) > 1 and counts[1] else 0.0


def run(told: Life, system: str, embedder: Embedder) -> Score:
    """Record, dream and ask one half in a fresh embedded store that is removed afterwards."""
    score = Score(system, told.half)
    claims: list[int] = score.claims
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder) as store,
    ):
        model = model_for(told, system, claims)
        namespace = store.namespace("updates", system, model=model)
        reports = list(_lived(namespace, told, dreams=system != BASELINE))
        _count_supersessions(score, namespace, told, reports)
        policy = namespace.policy.model_copy(update=BASELINES.get(system, {}))
        for fact in told.facts:
            _ask(score, namespace, told, fact, policy)
    return score


def _lived(namespace: Namespace, told: Life, dreams: bool) -> Iterator[DreamReport]:
    for session in range(SESSIONS):
        turns = [turn for turn in told.turns if turn.session == session]
        namespace.record([_episode(turn) for turn in turns])
        if dreams and turns:
            yield namespace.dream()


def _episode(turn: Turn) -> Episode:
    return Episode(
        id=f"e{turn.session:04d}{turn.position:04d}",
        text=turn.text,
        said=turn.text,
        thread=f"session {turn.session}",
        position=turn.position,
        speaker=turn.speaker,
        time=turn.time,
        tags=(_TAG + turn.id,),
    )


# -- what recall answers


def _ask(score: Score, namespace: Namespace, told: Life, fact: Fact, policy: Any) -> None:
    by_episode = {_episode(turn).id: turn for turn in told.turns}
    links = score.system not in BASELINES
    last = len(fact.versions) - 1
    settings = {"links": links, "note": False, "policy": policy, "floor": 0.0}
    answer = namespace.recall(fact.question, _K, **settings)
    found = stated(answer, fact, by_episode)
    row = score.current.setdefault(fact.wording, [0, 0])
    row[0] += found == last
    row[1] += 1
    if found != last:
        score.notes.append(f"{fact.question} First comes version {found} of {last}")
    for version, at in _between(told, fact):
        answer = namespace.recall(fact.question, _K, **settings, as_of=at)
        right = stated(answer, fact, by_episode) == version
        score.as_of[0] += right
        score.as_of[1] += 1
        if not right:
            score.notes.append(f"{fact.question} As of {at:%d %B} not version {version}")


def _between(told: Life, fact: Fact) -> Iterator[tuple[int, datetime]]:
    """A time between every two versions, and the version that held."""
    times = {turn.version: turn.time for turn in told.turns if turn.fact == fact.id}
    for version in range(len(fact.versions) - 1):
        yield version, times[version] + (times[version + 1] - times[version]) / 2


def stated(answer: Recall, fact: Fact, by_episode: Mapping[str, Turn]) -> int | None:
    """The version that the first entry states that states any; None when no entry does."""
    for entry in (*answer.memories, *answer.items):
        item = entry.item
        sources = item.sources if isinstance(item, Memory) else (item.id,)
        told = [by_episode[s] for s in sources if s in by_episode]
        versions = [turn.version for turn in told if turn.fact == fact.id]
        if versions:
            named = [v for v in versions if fact.versions[v].value in item.text]
            return max(named or versions)
    return None


# -- what dreams superseded


def _count_supersessions(
    score: Score, namespace: Namespace, told: Life, reports: Sequence[DreamReport]
) -> None:
    by_episode = {_episode(turn).id: turn for turn in told.turns}
    last = {fact.id: len(fact.versions) - 1 for fact in told.facts}
    hit: set[str] = set()
    for report in reports:
        for operation in report.operations:
            if operation.kind != "supersede_memory" or not operation.after:
                continue
            gone = Memory.model_validate(operation.after)
            old = [by_episode[s] for s in gone.sources]
            heirs = namespace.memories([gone.superseded_by])
            new = [by_episode[s] for heir in heirs for s in heir.sources]
            right = _changed(old, new)
            score.supersessions[0] += not right
            score.supersessions[1] += 1
            still = {turn.id for turn in old if not turn.fact or turn.version == last[turn.fact]}
            hit |= still
            if not right or still:
                texts = (" and ".join(turn.text for turn in turns) for turns in (old, new))
                score.notes.append(f"Superseded: {' | by: '.join(texts)}")
    holding = {
        turn.id
        for turn in told.turns
        if turn.near or (turn.fact and turn.version == last[turn.fact])
    }
    score.unchanged = [len(hit), len(holding)]


def _changed(old: Sequence[Turn], new: Sequence[Turn]) -> bool:
    """True if all is of one fact, and all that is new is of later versions."""
    facts = {turn.fact for turn in (*old, *new)}
    later = max(turn.version for turn in old) < min((turn.version for turn in new), default=-1)
    return len(facts) == 1 and "" not in facts and later


# -- the table


def table(scores: Sequence[Score]) -> str:
    """The figures, one line a system and half."""
    lines = [
        f"{'':24}{'current first':>14}{'near':>7}{'reworded':>10}{'steady':>8}{'as of':>7}"
        f"{'superseded':>12}{'wrong':>7}{'unchanged hit':>15}{'false claims':>14}"
    ]
    for s in scores:
        parts = [100 * share(s.current.get(w, [])) for w in ("near", "reworded", "steady")]
        lines.append(
            f"{s.system + ', ' + s.half:24}{100 * s.first():13.1f}%{parts[0]:6.0f}%{parts[1]:9.0f}%"
            f"{parts[2]:7.0f}%{100 * share(s.as_of):6.0f}%{s.supersessions[1]:12d}"
            f"{100 * share(s.supersessions):6.1f}%{100 * share(s.unchanged):14.1f}%"
            f"{s.claims[0]:14d}"
        )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.updates", description="Measure what recall holds for current."
    )
    parser.add_argument("--half", choices=("first", "second", "both"), default="both")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--part", type=_count, default=1, metavar="N", help="only every N-th fact")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--notes", action="store_true", help="tell every miss")
    options = parser.parse_args(argv)
    embedder = CachingEmbedder(LocalEmbedder())
    halves = ("first", "second") if options.half == "both" else (options.half,)
    scores = [
        run(life(half, options.part), name, embedder) for half in halves for name in options.systems
    ]
    print(table(scores))
    if options.notes:
        for score in scores:
            print(f"\n{score.system}, {score.half}", *score.notes, sep="\n  ")
    if options.json:
        options.json.write_text(json.dumps([asdict(s) for s in scores], indent=1) + "\n")


if __name__ == "__main__":
    main()
