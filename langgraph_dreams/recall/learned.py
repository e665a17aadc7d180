"""What was learned, in recall: settings of the policy times a factor, and a map of the question.

A setting of 0 stays 0, and a share of 0 or 1 stays so: what a policy switches off is not learned
back on.
"""

from collections.abc import Collection, Mapping

from langgraph_dreams.embedding.query_map import unpacked
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.store import NamespaceStore, Vectors
from langgraph_dreams.types.weights import WeightsVersion

SHARE = "dense_weight"
"""The one setting that is a share: its factor is one of odds."""
MOST = {
    "neighbour_weight": 1.0,
    "thread_weight": 2.0,
    "substance_weight": 2.0,
    "speaker_weight": 2.0,
    "link_weight": 2.0,
    "lone_link_weight": 2.0,
}
"""The other settings that are learned, and the most that each may be.

What a memory lifts is left as it is: a question made of a memory knows that memory's words."""


def learned_in(
    vault: NamespaceStore, policy: DreamPolicy, without: Collection[str] = ()
) -> WeightsVersion | None:
    """What dreams have learned here, if the policy heeds that; without some dreams."""
    if not policy.learner:
        return None
    return vault.get_learned().in_force(vault.embedder.name, frozenset(without))


def mapped(vectors: Vectors, version: WeightsVersion) -> Vectors:
    """Vectors of questions by the map of a version, if it has one, (n, d)."""
    if not version.query_map:
        return vectors
    return unpacked(version.query_map, vectors.shape[1]).of(vectors)


def weighted(policy: DreamPolicy, factors: Mapping[str, float]) -> DreamPolicy:
    """The policy with its weights multiplied; unknown names are ignored."""
    found = {
        name: min(most, getattr(policy, name) * factors[name])
        for name, most in MOST.items()
        if name in factors
    }
    if SHARE in factors:
        share = policy.dense_weight
        odds = share * factors[SHARE]
        found[SHARE] = odds / (odds + 1 - share) if odds + 1 - share > 0 else share
    return policy.model_copy(update={"learner": False, **found})
