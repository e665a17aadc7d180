"""Whether learned weights are better than the default: recall of held-back questions with both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from langgraph_dreams.dream.learner.questions import KnownQuestion
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.candidates import Floats
from langgraph_dreams.recall.query import recall
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.weights import WeightsVersion

REACH = 10
_DRAWS, _SEED, _LEVEL = 2000, 7, 0.95


@dataclass(frozen=True)
class Trial:
    """Gain of recall@10, with its interval, and its mean over questions that were truly asked."""

    questions: int
    gain: float
    low: float
    high: float
    asked: float = 0.0

    @property
    def better(self) -> bool:
        """True if the interval is above 0, and what was truly asked does not lose by it."""
        return self.low > 0 and self.asked >= 0


def tried(
    vault: NamespaceStore,
    policy: DreamPolicy,
    versions: Sequence[WeightsVersion],
    questions: Sequence[KnownQuestion],
) -> list[Trial]:
    """The held-back questions, recalled by the policy and by each version."""
    before = np.array([_recall(vault, policy, q) for q in questions])
    return [
        _trial(np.array([_recall(vault, policy, q, v) for q in questions]) - before, questions)
        for v in versions
    ]


def _trial(gains: Floats, questions: Sequence[KnownQuestion]) -> Trial:
    low, high = interval(gains)
    real = gains[[q.origin == "recall" for q in questions]] if questions else gains
    asked = float(real.mean()) if len(real) else 0.0
    return Trial(len(gains), float(gains.mean()) if len(gains) else 0.0, low, high, asked)


def interval(values: Floats) -> tuple[float, float]:
    """Percentile interval of the mean, by bootstrap with a fixed seed; of nothing (0, 0)."""
    if not len(values):
        return 0.0, 0.0
    drawn = np.random.default_rng(_SEED).integers(len(values), size=(_DRAWS, len(values)))
    ends = np.quantile(values[drawn].mean(axis=1), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return round(float(ends[0]), 6), round(float(ends[1]), 6)


def _recall(
    vault: NamespaceStore,
    policy: DreamPolicy,
    question: KnownQuestion,
    learned: WeightsVersion | None = None,
) -> float:
    apart = {question.key} - {""}
    found = recall(vault, question.text, REACH, policy, apart=apart, learned=learned)
    names = {name for r in found.items for name in (r.item.id, *r.repeats)}
    return len(names.intersection(question.evidence)) / len(question.evidence)
