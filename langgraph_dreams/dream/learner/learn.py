"""The slow learner: weights of recall from questions whose evidence is known.

Learned from the older questions, tried on the later ones; they hold only while they are better
there than the policy by an interval above 0. It is one operation of its dream, and goes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.learner.fit import factors_of, fitted
from langgraph_dreams.dream.learner.parts import candidates_of
from langgraph_dreams.dream.learner.questions import KnownQuestion, known_questions
from langgraph_dreams.dream.learner.trial import Trial, tried
from langgraph_dreams.dream.levels.ladder import may_change
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.learned import weighted
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.operations import Operation, propose
from langgraph_dreams.types.weights import WeightsVersion, weights_line

LEAST = 40
"""Questions from which on there is something to learn."""
_MOST = 300
_HELD_BACK = 0.33
_GAIN = "learner_gain"
"""Figure of a dream's health: what its weights gained on the questions held back."""


@dataclass(frozen=True)
class Lesson:
    """Factors that were learned, and what they gained on the questions held back."""

    factors: dict[str, float]
    trained: int
    trial: Trial


def learn(context: StageContext, state: DreamState) -> list[Operation]:
    """The change of the learned weights, if there is one; called by a dream that may take time."""
    vault, policy = context.vault, context.policy
    if not (policy.learner and may_change(state, "weights")):
        return []
    before = vault.get_learned()
    current = before.in_force(vault.embedder.name)
    lesson = lesson_of(vault, policy, known_questions(vault))
    factors = lesson.factors if lesson and lesson.trial.better else {}
    if lesson is None or (not factors and current is None):
        return []
    version = WeightsVersion(
        version=before.last + 1,
        dream=state["dream"],
        embedder=vault.embedder.name,
        factors=factors,
        trained=lesson.trained,
        held_back=lesson.trial.questions,
        gain=round(lesson.trial.gain, 4),
        low=round(lesson.trial.low, 4),
        high=round(lesson.trial.high, 4),
    )
    if current is not None and current.factors == factors:
        return []
    after = before.followed_by(version)
    reason = weights_line(version)
    return [propose(state["dream"], "change_weights", after, before=before, reason=reason)]


def lesson_of(
    vault: NamespaceStore, policy: DreamPolicy, questions: Sequence[KnownQuestion]
) -> Lesson | None:
    """What the older questions teach, tried on the later ones; None of too few."""
    questions = questions[-_MOST:]
    if len(questions) < LEAST:
        return None
    cut = round(len(questions) * (1 - _HELD_BACK))
    plain = policy.model_copy(update={"learner": False})
    candidates = candidates_of(vault, plain, questions[:cut])
    factors = factors_of(fitted(candidates), plain)
    trial = tried(vault, plain, weighted(plain, factors), questions[cut:])
    return Lesson(factors, len(candidates), trial)


def learned_figures(operations: Sequence[Operation]) -> dict[str, float]:
    """The gain of the weights that a dream has learned, for its health; empty without any."""
    changed = [o.learned() for o in operations if o.kind == "change_weights"]
    return {_GAIN: changed[-1].versions[-1].gain} if changed else {}
