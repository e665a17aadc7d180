"""The appraise stage: scores candidate links and chooses those that hold.

The heuristic score of a pair is evidence (nats) * coherence * (1 + usefulness) * (1 + affect). A
model may judge the best few; its judgement multiplies their score. The weight is the final score
against a half-way constant, so that weights compare across namespaces of any size. Which pairs are
chosen goes by likeness more than by evidence: shared rare terms open the gate, and the cosine tells
best which of those behind it belong together. Every part is kept with the link.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from langgraph_dreams.dream.links.candidate import Candidate, ScoredCandidate, ScoreParts
from langgraph_dreams.dream.links.judge import judge_candidates, unknown
from langgraph_dreams.dream.links.question_replay import reached, useful_memories
from langgraph_dreams.dream.links.strengthen_and_expire import link_operations
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking, Changes, Work
from langgraph_dreams.safety.trust import bounded
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.operations import Operation

_COSINE = 4.0  # what the cosine counts in the choice, where evidence counts by its logarithm


def appraise(context: StageContext, state: DreamState) -> Work:
    """Operations on links: add, strengthen, scale down, expire."""
    return _appraise(context, state)


def _appraise(context: StageContext, state: DreamState) -> Asking[Changes]:
    affective = _affective(context, state)
    candidates = [Candidate.from_state(c) for c in state["candidates"]]
    first = _scored(context, candidates, {}, affective)
    useful = reached(context, state, _chosen(context, state, first))
    scored = _scored(context, candidates, useful, affective)
    counts: dict[str, int] = {}
    notes: list[str] = []
    if calls := calls_allowed(context, state, "judge"):
        best = _chosen(context, state, scored)
        scored, counts, notes = yield from judge_candidates(context, calls, best, scored)
        scored = _weighed(context, scored)
    chosen = _chosen(context, state, scored)
    operations, repeats = link_operations(context, state, chosen)
    given = [Operation.model_validate(o) for o in state["operations"]]
    memories, risen = useful_memories(context, state, given)
    kinds: Counter[str] = Counter(o.kind for o in operations)
    if drawn := state["counts"].get("updates", 0):
        kinds["add_link"] += drawn  # by consolidate
    return {
        "operations": [o.model_dump(mode="json") for o in (*memories, *operations)],
        "counts": {
            **state["counts"],
            **kinds,
            **counts,
            **_affected(context, state, scored, chosen),
            "repeats": repeats,
            "useful_links": sum(c.parts.usefulness > 0 for c in chosen),
            "useful_memories": risen,
        },
        "notes": [*state["notes"], *notes],
        "candidates": [],  # they live on in the operations
    }


def promising(
    context: StageContext, state: DreamState, candidates: Sequence[Candidate]
) -> list[ScoredCandidate]:
    """Candidates that would be chosen and are new, best first: those a judge could be asked of."""
    chosen = _chosen(context, state, _scored(context, candidates, {}, _affective(context, state)))
    return unknown(context, chosen)


# -- scores


def _scored(
    context: StageContext,
    candidates: Sequence[Candidate],
    useful: Mapping[tuple[str, str], float],
    affective: set[str],
) -> list[ScoredCandidate]:
    policy = context.policy
    scored = []
    for candidate in candidates:
        cosine = max(0.0, candidate.signals.cosine)
        coherence = round(0.5 + cosine, 4)
        usefulness = round(policy.usefulness_bonus * useful.get(candidate.pair, 0.0), 4)
        affect = 0.0 if affective.isdisjoint(candidate.pair) else policy.affect_bonus
        score = round(candidate.signals.rarity * coherence * (1 + usefulness) * (1 + affect), 4)
        parts = ScoreParts(
            coherence=coherence,
            surprise=round(1.0 - cosine, 4),
            usefulness=usefulness,
            affect=affect,
            heuristic=score,
            score=score,
        )
        scored.append(candidate.with_parts(parts))
    return _weighed(context, scored)


def _weighed(context: StageContext, scored: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
    """Candidates whose final score gives them at least the least weight."""
    weighed = [replace(c, weight=_weight(context, c)) for c in scored]
    return [c for c in weighed if c.weight >= context.policy.link_floor]


def _weight(context: StageContext, candidate: ScoredCandidate) -> float:
    score = candidate.parts.score
    weight = score / (score + context.policy.half_strength)
    return round(bounded(weight, candidate.evidence()), 4)


def _affective(context: StageContext, state: DreamState) -> set[str]:
    """Episodes that went wrong or met a reaction."""
    found = context.vault.get([*state["episodes"], *state["revisited"]])
    return {
        name
        for name, item in found.items()
        if isinstance(item, Episode) and (item.outcome != "ok" or item.reaction)
    }


# -- choice


def _chosen(
    context: StageContext, state: DreamState, scored: Sequence[ScoredCandidate]
) -> list[ScoredCandidate]:
    """The strongest few of every new episode, strongest first.

    A pair with a doubted end takes no trusted episode's place; it needs one of the doubted end,
    which has no more than that, however many dreams come by.
    """
    new = {*state["episodes"], *state["revisited"]}
    given: dict[str, int] = defaultdict(int)
    doubted = list({end for c in scored for end in c.doubted})
    degrees = context.vault.degree(doubted) if doubted else {}
    left = {end: context.policy.links_per_item - degrees.get(end, 0) for end in doubted}
    chosen = []
    for candidate in sorted(scored, key=lambda c: (-_preference(c), c.a, c.b)):
        if candidate.doubted:
            if all(left[end] > 0 for end in candidate.doubted):
                chosen.append(candidate)
                for end in candidate.doubted:
                    left[end] -= 1
            continue
        holders = [end for end in candidate.pair if end in new]
        if any(given[end] < context.policy.links_per_item for end in holders):
            chosen.append(candidate)
            for end in holders:
                given[end] += 1
    return chosen


def _preference(candidate: ScoredCandidate) -> float:
    """By which pairs are chosen; what raises or lowers the score does so here."""
    evidence, parts = candidate.signals.rarity, candidate.parts
    raised = parts.score / max(evidence * parts.coherence, 1e-9)
    return (math.log1p(evidence) + _COSINE * max(0.0, candidate.signals.cosine)) * raised


def _affected(
    context: StageContext,
    state: DreamState,
    scored: Sequence[ScoredCandidate],
    chosen: Sequence[ScoredCandidate],
) -> dict[str, int]:
    """Counts of the links that affect raised, and of those that are kept only because of it."""
    raised = [c for c in chosen if c.parts.affect > 0]
    if not raised:
        return {}
    cooled = [
        replace(c, parts=replace(c.parts, score=c.parts.score / (1 + c.parts.affect)))
        for c in scored
    ]
    calm = {c.pair for c in _chosen(context, state, _weighed(context, cooled))}
    kept = sum(c.pair not in calm for c in chosen)
    return {"affect.raised": len(raised), "affect.kept": kept}
