"""Weights of the parts of a score, by a listwise logistic loss with a strong pull to the default.

    mean over the questions of - sum of target * log softmax(sharpness * parts @ weights)
    + pull / 2 * |weights - 1| ** 2

with the target spread evenly over the evidence (ListNet, Cao et al. 2007). It is convex, and small
enough for Newton's method; the same data gives the same weights.
"""

from collections.abc import Sequence

import numpy as np

from langgraph_dreams.dream.learner.parts import FIXED, PARTS, Candidates
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.candidates import Floats
from langgraph_dreams.recall.learned import SHARE

PULL = 1.0
SHARPNESS = 8.0
_STEPS, _LONGEST, _SHORT = 30, 0.5, 1e-6
_LEAST, _MOST = 0.5, 2.0  # a factor
_SETTINGS = {
    "neighbours": "neighbour_weight",
    "thread": "thread_weight",
    "substance": "substance_weight",
    "speaker": "speaker_weight",
    "links": "link_weight",
    "lone_links": "lone_link_weight",
}


def fitted(candidates: Sequence[Candidates], pull: float = PULL) -> Floats:
    """Weight of each of PARTS, by which it is multiplied; 1 = as it is."""
    weights = np.ones(len(PARTS))
    free = np.array([name not in FIXED for name in PARTS])
    for _ in range(_STEPS):
        slope, bend = pull * (weights - 1), pull * np.eye(len(PARTS))
        for own in candidates:
            score = SHARPNESS * (own.parts @ weights)
            share = np.exp(score - score.max())
            share /= share.sum()
            mean = share @ own.parts
            target = own.parts[own.evidence].mean(axis=0)
            slope += SHARPNESS * (mean - target) / len(candidates)
            spread = (own.parts * share[:, None]).T @ own.parts - np.outer(mean, mean)
            bend += SHARPNESS**2 * spread / len(candidates)
        step = np.zeros(len(PARTS))
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        length = float(np.linalg.norm(step))
        weights -= step * min(1.0, _LONGEST / max(length, _SHORT))
        if length < _SHORT:
            break
    return weights


def factors_of(weights: Floats, policy: DreamPolicy) -> dict[str, float]:
    """Weights of the parts as factors of the policy's settings.

    The hybrid score keeps its scale, so that what is not learned counts as before beside it.
    """
    by_part = dict(zip(PARTS, weights.tolist(), strict=True))
    share = policy.dense_weight
    dense, lexical = (max(_LEAST / 2, by_part[name]) for name in ("dense", "lexical"))
    scale = share * dense + (1 - share) * lexical
    factors = {_SETTINGS[part]: by_part[part] / scale for part in _SETTINGS}
    factors[SHARE] = dense / lexical
    return {name: round(min(_MOST, max(_LEAST, f)), 4) for name, f in sorted(factors.items())}
