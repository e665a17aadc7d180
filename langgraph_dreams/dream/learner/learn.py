"""The slow learner: weights of recall, and a map of questions, from questions of known evidence.

Learned from the older questions, tried on the later ones; they hold only while they are better
there than the policy by an interval above 0. It is one operation of its dream, and goes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.learner.fit import PULL, factors_of, fitted
from langgraph_dreams.dream.learner.fit_map import LEAST, fitted_map
from langgraph_dreams.dream.learner.parts import candidates_of
from langgraph_dreams.dream.learner.questions import (
    KnownQuestion,
    Sound,
    known_questions,
    sound,
    told_again,
)
from langgraph_dreams.dream.learner.trial import Trial, tried
from langgraph_dreams.dream.levels.ladder import may_change
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.operations import Operation, propose
from langgraph_dreams.types.weights import WeightsVersion, weights_line

_MOST = 300
_HELD_BACK = 0.33
_GAIN = "learner_gain"
"""Figure of a dream's health: what its weights gained on the questions held back."""


@dataclass(frozen=True)
class Lesson:
    """What was learned, and what it gained on the questions held back."""

    factors: dict[str, float]
    query_map: str
    trained: int
    trial: Trial


def learn(context: StageContext, state: DreamState) -> list[Operation]:
    """The change of what is learned, if there is one; called by a dream that may take time."""
    vault, policy = context.vault, context.policy
    if not (policy.learner and may_change(state, "weights")):
        return []
    before = vault.get_learned()
    current = before.in_force(vault.embedder.name)
    lesson = lesson_of(vault, policy, sound(vault))
    better = lesson is not None and lesson.trial.better
    if lesson is None or (not better and current is None):
        return []
    version = WeightsVersion(
        version=before.last + 1,
        dream=state["dream"],
        embedder=vault.embedder.name,
        factors=lesson.factors if better else {},
        query_map=lesson.query_map if better else "",
        trained=lesson.trained,
        held_back=lesson.trial.questions,
        gain=round(lesson.trial.gain, 4),
        low=round(lesson.trial.low, 4),
        high=round(lesson.trial.high, 4),
    )
    known = ("factors", "query_map")
    if current is not None and all(getattr(current, n) == getattr(version, n) for n in known):
        return []
    after = before.followed_by(version)
    reason = weights_line(version)
    return [propose(state["dream"], "change_weights", after, before=before, reason=reason)]


def lesson_of(
    vault: NamespaceStore,
    policy: DreamPolicy,
    known: Sound,
    questions: Sequence[KnownQuestion] | None = None,
    pull: float = PULL,
) -> Lesson | None:
    """What the older questions teach, tried on the later ones; None of too few.

    Weights of the parts, a map of the questions, and both are tried; the best by the lower end of
    its interval is the lesson. Where few questions are known, memories are asked for themselves.

    Args:
        vault: where they are.
        policy: recall as it is without what was learned.
        known: memories that may be learned from.
        questions: None = all that are known.
        pull: of the weights, to the default.
    """
    asked = list(known_questions(vault, known) if questions is None else questions)
    if len(asked) < LEAST:
        asked = sorted([*asked, *told_again(known)], key=lambda q: (q.time, q.text))
    asked = asked[-_MOST:]
    if len(asked) < LEAST:
        return None
    cut = round(len(asked) * (1 - _HELD_BACK))
    older, later = asked[:cut], asked[cut:]
    plain = policy.model_copy(update={"learner": False})
    candidates = candidates_of(vault, plain, older)
    factors = factors_of(fitted(candidates, pull), plain)
    found = fitted_map(vault, known, older, later)
    moved = found.packed() if found else ""
    tries = [(factors, "")] + [({}, moved), (factors, moved)] * bool(moved)
    versions = [
        WeightsVersion(version=0, dream="", embedder=vault.embedder.name, factors=f, query_map=m)
        for f, m in tries
    ]
    trials = tried(vault, plain, versions, later)
    best = max(range(len(trials)), key=lambda i: (trials[i].better, trials[i].low, -i))
    return Lesson(*tries[best], len(candidates), trials[best])


def learned_figures(operations: Sequence[Operation]) -> dict[str, float]:
    """The gain of the weights that a dream has learned, for its health; empty without any."""
    changed = [o.learned() for o in operations if o.kind == "change_weights"]
    return {_GAIN: changed[-1].versions[-1].gain} if changed else {}
