"""The parts of the score of what a question may find, and which of it is its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from langgraph_dreams.dream.learner.questions import KnownQuestion
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.candidates import Floats, RecallQuery, direct_scores
from langgraph_dreams.recall.query import scored_for
from langgraph_dreams.store import NamespaceStore, Vectors

PARTS = (
    *("dense", "lexical", "neighbours", "thread", "substance", "speaker"),
    *("links", "lone_links", "lift"),
)
"""Parts of a score, in the order of the columns; their plain sum is the score."""
FIXED = ("lift",)
"""Parts whose weight is not learned."""
_BEST = 100  # items of a question that are learned from, and its evidence
_REACH = 10


@dataclass(frozen=True)
class Candidates:
    """The best items of one question."""

    parts: Floats
    """(items, PARTS)."""
    evidence: NDArray[np.bool_]


def candidates_of(
    vault: NamespaceStore, policy: DreamPolicy, questions: Sequence[KnownQuestion]
) -> list[Candidates]:
    """Of each question that finds some of its evidence, the best items."""
    vectors = vault.embed_questions([q.text for q in questions])
    found = (_candidates(vault, policy, q, vectors[i : i + 1]) for i, q in enumerate(questions))
    return [c for c in found if c.evidence.any() and not c.evidence.all()]


def _candidates(
    vault: NamespaceStore, policy: DreamPolicy, question: KnownQuestion, vector: Vectors
) -> Candidates:
    apart = frozenset({question.key} - {""})
    query = RecallQuery(vault, question.text, vector, policy, apart=apart)
    query, scores = scored_for(query, _REACH)
    pool, share = scores.pool, policy.dense_weight

    def direct(**settings: float) -> Floats:
        other = replace(query, policy=policy.model_copy(update=settings))
        return direct_scores(other, pool, scores.lift, scores.around)[0]

    whole = direct()
    off = ("thread_weight", "substance_weight", "speaker_weight", "date_weight", "when_weight")
    bare = direct(**dict.fromkeys(off, 0.0))
    best = float(pool.dense.max(initial=0.0))
    dense = np.minimum(
        pool.seed, share * np.clip(pool.dense / best, 0, 1) if best > 0 else 0 * pool.seed
    )
    parts = {
        "dense": dense,
        "lexical": pool.seed - dense,
        "neighbours": bare - pool.seed - scores.lift,
        "thread": whole - direct(thread_weight=0.0),
        "substance": whole - direct(substance_weight=0.0),
        "speaker": whole - direct(speaker_weight=0.0),
        "links": np.where(scores.lone, 0, policy.link_weight * scores.activation),
        "lone_links": np.where(scores.lone, policy.lone_link_weight * scores.activation, 0),
        "lift": scores.lift,
    }
    table = np.stack([parts[name] for name in PARTS], axis=1)
    evidence = np.isin(np.array(pool.ids), list(question.evidence))
    kept = np.argsort(-table.sum(axis=1), kind="stable")[:_BEST]
    kept = np.union1d(kept, np.flatnonzero(evidence))
    return Candidates(table[kept], evidence[kept])
