"""The map of question vectors by reduced-rank ridge regression (Izenman 1975).

    B = (Q'Q + ridge * I)^-1 Q'(E - Q),   left = B V, right = V'

with a row of Q for each question, of E for the mean of its evidence, and V the first right singular
vectors of Q B. A memory is a question, too: it says in other words what its sources say.
"""

from collections.abc import Sequence

import numpy as np

from langgraph_dreams.dream.learner.questions import KnownQuestion, Sound, statements
from langgraph_dreams.embedding.query_map import QueryMap
from langgraph_dreams.store import NamespaceStore, Vectors

RANK, RIDGE = 4, 10.0
LEAST = 40
"""Questions, or pairs of one and its evidence, from which on there is something to learn."""


def fitted_map(
    vault: NamespaceStore,
    known: Sound,
    questions: Sequence[KnownQuestion],
    held_back: Sequence[KnownQuestion],
) -> QueryMap | None:
    """The map that these questions and older memories teach; None of too few pairs.

    Left out is every memory that is a text of a question held back, or bears it out.
    """
    apart = {q.key for q in held_back} | {m.id for q in held_back for m in q.memories}
    asked = [q for q in questions if q.evidence]
    told = [m for m in statements(known) if m.id not in apart]
    if len(asked) + len(told) < LEAST:
        return None
    cited = [*(q.evidence for q in asked), *(m.sources for m in told)]
    vectors = [vault.vectors([m.id for m in told])] if told else []
    if asked:
        vectors.insert(0, vault.embed_questions([q.text for q in asked]))
    return regressed(np.concatenate(vectors), _means(vault, cited))


def regressed(questions: Vectors, evidence: Vectors) -> QueryMap:
    """The map that brings each question nearest to its evidence; rows of length 1, (n, d) each."""
    asked, told = questions.astype(float), evidence.astype(float)
    inner = asked.T @ asked + RIDGE * np.eye(asked.shape[1])
    whole = np.linalg.solve(inner, asked.T @ (told - asked))
    first = np.linalg.svd(asked @ whole, full_matrices=False)[2][:RANK]
    return QueryMap(whole @ first.T, first)


def _means(vault: NamespaceStore, cited: Sequence[Sequence[str]]) -> Vectors:
    names = list(dict.fromkeys(name for own in cited for name in own))
    row = dict(zip(names, vault.vectors(names), strict=True))
    means = np.stack([np.mean([row[name] for name in own], axis=0) for own in cited])
    length = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.where(length > 0, length, 1), dtype=np.float32)
