"""The feeling of meaning, checked awake: scores candidates and chooses those that hold.

The heuristic score of a pair is evidence (nats) * coherence * (1 + usefulness) * (1 + affect). A
model may judge the best few; its judgement multiplies their score. The weight is the final score
against a half-way constant, so that weights compare across namespaces of any size. Every part is
kept with the link.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from langgraph_dreams.dream.links.judge import judged, unknown
from langgraph_dreams.dream.links.lifecycle import link_operations
from langgraph_dreams.dream.links.usefulness import reached, useful_memories
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.drive import Asking, Changes, Work
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.safety.trust import bounded
from langgraph_dreams.types.items import Episode

Candidate = dict[str, Any]


def appraise(context: StageContext, state: DreamState) -> Work:
    """Operations on links: add, strengthen, scale down, expire."""
    return _appraise(context, state)


def _appraise(context: StageContext, state: DreamState) -> Asking[Changes]:
    affective = _affective(context, state)
    first = _scored(context, state["candidates"], {}, affective)
    useful = reached(context, state, _chosen(context, state, first))
    scored = _scored(context, state["candidates"], useful, affective)
    scored, counts, notes = yield from judged(
        context, state, _chosen(context, state, scored), scored
    )
    scored = _weighed(context, scored)
    chosen = _chosen(context, state, scored)
    operations, repeats = link_operations(context, state, chosen)
    memories, risen = useful_memories(context, state)
    kinds: Counter[str] = Counter(o.kind for o in operations)
    if drawn := state["counts"].get("updates", 0):
        kinds["add_link"] += drawn  # by consolidate
    return {
        "operations": [*memories, *(o.model_dump(mode="json") for o in operations)],
        "counts": {
            **state["counts"],
            **kinds,
            **counts,
            **_affected(context, state, scored, chosen),
            "repeats": repeats,
            "useful_links": sum(c["evidence"]["usefulness"] > 0 for c in chosen),
            "useful_memories": risen,
        },
        "notes": [*state["notes"], *notes],
        "candidates": [],  # they live on in the operations
    }


def promising(
    context: StageContext, state: DreamState, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Candidates that would be chosen and are new, best first: those a judge could be asked of."""
    chosen = _chosen(context, state, _scored(context, candidates, {}, _affective(context, state)))
    return unknown(context, chosen)


# -- scores


def _scored(
    context: StageContext,
    candidates: Sequence[Candidate],
    useful: Mapping[tuple[str, str], float],
    affective: set[str],
) -> list[Candidate]:
    policy = context.policy
    scored = []
    for candidate in candidates:
        a, b = candidate["a"], candidate["b"]
        parts = dict(candidate["evidence"])
        parts["coherence"] = round(0.5 + max(0.0, parts["cosine"]), 4)
        parts["surprise"] = round(1.0 - max(0.0, parts["cosine"]), 4)
        parts["usefulness"] = round(policy.usefulness_bonus * useful.get((a, b), 0.0), 4)
        parts["affect"] = policy.affect_bonus if a in affective or b in affective else 0.0
        score = (
            parts["rarity"] * parts["coherence"] * (1 + parts["usefulness"]) * (1 + parts["affect"])
        )
        parts["heuristic"] = parts["score"] = round(score, 4)
        scored.append({**candidate, "evidence": parts})
    return _weighed(context, scored)


def _weighed(context: StageContext, scored: Sequence[Candidate]) -> list[Candidate]:
    """Candidates whose final score gives them at least the least weight."""
    weighed = [{**c, "weight": _weight(context, c["evidence"])} for c in scored]
    return [c for c in weighed if c["weight"] >= context.policy.link_floor]


def _weight(context: StageContext, evidence: Mapping[str, float]) -> float:
    score = evidence["score"]
    return round(bounded(score / (score + context.policy.half_strength), evidence), 4)


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
    context: StageContext, state: DreamState, scored: Sequence[Candidate]
) -> list[Candidate]:
    """The strongest few of every new episode, strongest first.

    A pair with a doubted end takes no trusted episode's place; it needs one of the doubted end,
    which has no more than that, however many dreams come by.
    """
    new = {*state["episodes"], *state["revisited"]}
    given: dict[str, int] = defaultdict(int)
    doubted = list({end for c in scored for end in c["doubted"]})
    degrees = context.vault.degree(doubted) if doubted else {}
    left = {end: context.policy.links_per_item - degrees.get(end, 0) for end in doubted}
    chosen = []
    for candidate in sorted(scored, key=lambda c: (-c["evidence"]["score"], c["a"], c["b"])):
        if candidate["doubted"]:
            if all(left[end] > 0 for end in candidate["doubted"]):
                chosen.append(candidate)
                for end in candidate["doubted"]:
                    left[end] -= 1
            continue
        holders = [end for end in (candidate["a"], candidate["b"]) if end in new]
        if any(given[end] < context.policy.links_per_item for end in holders):
            chosen.append(candidate)
            for end in holders:
                given[end] += 1
    return chosen


def _affected(
    context: StageContext,
    state: DreamState,
    scored: Sequence[Candidate],
    chosen: Sequence[Candidate],
) -> dict[str, int]:
    """What affect changed: links that it raised, and links that are kept only because of it."""
    raised = [c for c in chosen if c["evidence"]["affect"] > 0]
    if not raised:
        return {}
    cooled = []
    for candidate in scored:
        parts = candidate["evidence"]
        score = parts["score"] / (1 + parts["affect"])
        cooled.append({**candidate, "evidence": {**parts, "score": score}})
    calm = {(c["a"], c["b"]) for c in _chosen(context, state, _weighed(context, cooled))}
    kept = sum((c["a"], c["b"]) not in calm for c in chosen)
    return {"affect.raised": len(raised), "affect.kept": kept}
