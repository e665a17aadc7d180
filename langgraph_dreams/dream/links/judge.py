"""The judge: a model grades the best few candidate pairs; its grade multiplies their score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.links.candidate import ScoredCandidate
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import Judgement, Judgements, judge_request
from langgraph_dreams.dream.runtime.work import Asking
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import as_evidence
from langgraph_dreams.store import batches
from langgraph_dreams.types.items import Episode

FACTOR = (0.0, 0.5, 1.0, 2.0, 3.0)
"""By what a judgement of 0 to 4 multiplies the heuristic score; 0 drops the pair."""
_UNJUDGED = 0.7
"""By what the score of a pair is multiplied that is not judged beside others that are: about the
mean of those, of which many are dropped."""
_HELPS = 200  # characters


def judge_candidates(
    context: StageContext,
    calls: int,
    best: Sequence[ScoredCandidate],
    scored: Sequence[ScoredCandidate],
) -> Asking[tuple[list[ScoredCandidate], dict[str, int], list[str]]]:
    """Ask for the final score of the best; returns the scored candidates, counts and notes.

    `best` are candidates by falling heuristic score; the first few that are new are judged, with at
    most so many calls. Where some are, a pair without a valid judgement weighs less than its
    heuristic score.
    """
    policy = context.policy
    new = unknown(context, best)[: policy.judge_pairs]
    parts = list(batches(new, policy.judge_batch))[:calls]
    items = context.vault.get(list({end for c in new for end in c.pair}))
    found = {name: item for name, item in items.items() if isinstance(item, Episode)}
    context.send_progress(
        "appraise", "progress", f"{len(new)} pairs to judge", pairs=len(new), calls=len(parts)
    )
    answers = yield [
        judge_request([_pair(c, found) for c in part], policy.episode_characters) for part in parts
    ]
    notes = [f"judge: {answer.problem}" for answer in answers if answer.problem]
    opinions: dict[tuple[str, str], Judgement] = {}
    for part, answer in zip(parts, answers, strict=True):
        if isinstance(answer.value, Judgements):
            opinions |= _opinions(part, answer.value)
    final = [_final(c, opinions.get(c.pair)) for c in scored] if opinions else list(scored)
    dropped = sum(o.connection == 0 for o in opinions.values())
    counts = {"judged": len(opinions), "judged.none": dropped}
    return [c for c in final if c.parts.score > 0], counts, list(dict.fromkeys(notes))


def unknown(context: StageContext, chosen: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
    """Those that may be shown and that no link joins yet: a known pair was judged before."""
    shown = [c for c in chosen if not c.doubted]
    known = context.vault.get_links([c.link for c in shown])
    return [c for c in shown if c.link not in known]


def _pair(
    candidate: ScoredCandidate, found: Mapping[str, Episode]
) -> tuple[Episode, Episode, Sequence[str]]:
    new, old = (as_evidence(found[end]) for end in candidate.pair)
    return new, old, candidate.bridge


def _opinions(
    part: Sequence[ScoredCandidate], answer: Judgements
) -> dict[tuple[str, str], Judgement]:
    """Judgements of pairs that were shown, the first of each, within the scale."""
    opinions: dict[tuple[str, str], Judgement] = {}
    for judgement in answer.judgements:
        if 1 <= judgement.pair <= len(part) and 0 <= judgement.connection < len(FACTOR):
            opinions.setdefault(part[judgement.pair - 1].pair, judgement)
    return opinions


def _final(candidate: ScoredCandidate, opinion: Judgement | None) -> ScoredCandidate:
    if opinion is None:
        score = round(candidate.parts.heuristic * _UNJUDGED, 4)
        return replace(candidate, parts=replace(candidate.parts, score=score))
    score = round(candidate.parts.heuristic * FACTOR[opinion.connection], 4)
    return replace(
        candidate,
        parts=replace(candidate.parts, judged=float(opinion.connection), score=score),
        kind="association" if opinion.kind == "none" else opinion.kind,
        helps="" if suspicious(opinion.helps) else one_line(opinion.helps, _HELPS),
    )
