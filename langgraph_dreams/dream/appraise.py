"""The feeling of meaning, checked awake: scores candidates and settles the life of links.

The score of a pair is evidence (nats) * coherence * (1 + usefulness) * (1 + affect); its weight is
evidence against a half-way constant, so that weights compare across namespaces of any size. Every
part is kept with the link.
"""

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from langgraph_dreams.decay import Downscaling
from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.models import Episode, Link, Operation, link_id, operation_id
from langgraph_dreams.store import Edge

_QUESTIONS = 20  # past questions and concerns against which usefulness is measured
_REACH = 10  # ranks that count as within reach


def appraise(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Operations on links: add, strengthen, scale down, expire."""
    scored = _scored(bed, state)
    chosen = _chosen(bed, state, scored)
    known = bed.vault.get_links([link_id(c["a"], c["b"]) for c in chosen])
    operations: list[Operation] = []
    used = _used(bed, state, operations)
    repeats = 0
    for candidate in chosen:
        old = known.get(link_id(candidate["a"], candidate["b"]))
        if old is None:
            operations.append(_add(state, candidate))
        elif old.id not in used:
            repeats += 1
            operations += _found_again(state, old, candidate)
    operations += _expired(bed, state, operations)
    lived = bool(operations or state["episodes"] or state["recalls"])
    if lived and state["number"] > 1 and bed.policy.downscale < 1:
        operations.append(
            _operation(state, "weaken_link", "*", after={"factor": bed.policy.downscale})
        )
    kinds: Counter[str] = Counter(o.kind for o in operations)
    counts = {
        **state["counts"],
        **kinds,
        "candidates": len(state["candidates"]),
        "repeats": repeats,
    }
    return {
        "operations": [*state["operations"], *(o.model_dump(mode="json") for o in operations)],
        "counts": counts,
        "candidates": [],  # they live on in the operations
    }


# -- scores


def _scored(bed: Bed, state: DreamState) -> list[dict[str, Any]]:
    policy = bed.policy
    useful = _usefulness(bed, state)
    moved = _moved(bed, state)
    scored = []
    for candidate in state["candidates"]:
        a, b = candidate["a"], candidate["b"]
        parts = dict(candidate["evidence"])
        parts["coherence"] = round(0.5 + max(0.0, parts["cosine"]), 4)
        parts["surprise"] = round(1.0 - max(0.0, parts["cosine"]), 4)
        parts["usefulness"] = round(policy.usefulness_bonus * useful.of(a, b), 4)
        parts["affect"] = policy.affect_bonus if a in moved or b in moved else 0.0
        score = (
            parts["rarity"] * parts["coherence"] * (1 + parts["usefulness"]) * (1 + parts["affect"])
        )
        parts["score"] = round(score, 4)
        weight = round(score / (score + policy.half_strength), 4)
        if weight >= policy.link_floor:
            scored.append({**candidate, "evidence": parts, "weight": weight})
    return scored


class _Usefulness:
    """Whether a link brings an item into reach of a question that search alone does not."""

    def __init__(self, hits: list[dict[str, float]]) -> None:
        self._hits = hits

    def of(self, a: str, b: str) -> float:
        """In [0, 1]: how near the far end is to a question that the near end answers to."""
        best = 0.0
        for ranks in self._hits:
            for near, far in ((a, b), (b, a)):
                if ranks.get(near, 0.0) == 1.0 and 0 < (value := ranks.get(far, 0.0)) < 1.0:
                    best = max(best, value)
        return best


def _usefulness(bed: Bed, state: DreamState) -> _Usefulness:
    """For each open concern and past question: 1.0 within reach, less the further an item is."""
    texts = [c["text"] for c in state["concerns"]]
    texts += [note.query for note in bed.vault.recalls()][: _QUESTIONS - len(texts)]
    texts = [t for t in dict.fromkeys(texts) if t.strip()][:_QUESTIONS]
    if not texts:
        return _Usefulness([])
    found = bed.vault.dense(bed.vault.embed(texts), bed.policy.pool)
    hits = []
    for ranked in found:
        top = ranked[0][1] if ranked else 0.0
        hits.append(
            {
                item: 1.0
                if place < _REACH
                else max(0.0, min(0.99, cosine / top))
                if top > 0
                else 0.0
                for place, (item, cosine) in enumerate(ranked)
            }
        )
    return _Usefulness(hits)


def _moved(bed: Bed, state: DreamState) -> set[str]:
    """Episodes that went wrong or met a reaction."""
    found = bed.vault.get([*state["episodes"], *state["revisited"]])
    return {
        name
        for name, item in found.items()
        if isinstance(item, Episode) and (item.outcome != "ok" or item.reaction)
    }


# -- choice


def _chosen(bed: Bed, state: DreamState, scored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The strongest few of every new episode, strongest first."""
    new = {*state["episodes"], *state["revisited"]}
    scored.sort(key=lambda c: (-c["evidence"]["score"], c["a"], c["b"]))
    given: dict[str, int] = defaultdict(int)
    chosen = []
    for candidate in scored:
        holders = [end for end in (candidate["a"], candidate["b"]) if end in new]
        if any(given[end] < bed.policy.links_per_item for end in holders):
            chosen.append(candidate)
            for end in holders:
                given[end] += 1
    return chosen


# -- operations


def _operation(
    state: DreamState,
    kind: Any,
    target: str,
    *,
    before: Link | None = None,
    after: Link | dict[str, Any] | None = None,
    reason: str = "",
) -> Operation:
    new = after.model_dump(mode="json") if isinstance(after, Link) else after
    return Operation(
        id=operation_id(state["dream"], kind, target),
        kind=kind,
        target=target,
        before=before.model_dump(mode="json") if before else None,
        after=new,
        reason=reason,
    )


def _add(state: DreamState, candidate: dict[str, Any]) -> Operation:
    name = link_id(candidate["a"], candidate["b"])
    link = Link(
        id=name,
        a=candidate["a"],
        b=candidate["b"],
        channel=candidate["channel"],
        bridge=tuple(candidate["bridge"]),
        weight=candidate["weight"],
        since=state["number"],
        evidence=candidate["evidence"],
        dream=state["dream"],
        created=state["started"],  # type: ignore[arg-type]
    )
    over = ", ".join(link.bridge)
    return _operation(state, "add_link", name, after=link, reason=f"{link.channel} over {over}")


def _found_again(state: DreamState, old: Link, candidate: dict[str, Any]) -> list[Operation]:
    """A pair found again is no new link; it only wins when the evidence has grown."""
    if old.status == "expired" or candidate["weight"] > old.weight:
        new = old.model_copy(
            update={
                "weight": candidate["weight"],
                "since": state["number"],
                "status": "tentative" if old.status == "expired" else old.status,
                "evidence": candidate["evidence"],
            }
        )
        return [
            _operation(
                state, "strengthen_link", old.id, before=old, after=new, reason="found again"
            )
        ]
    return []


def _used(bed: Bed, state: DreamState, operations: list[Operation]) -> set[str]:
    """Strengthen the links that recall used since the last dream (Hebb); returns their ids."""
    wanted = set(state["recalls"])
    notes = [note for note in bed.vault.recalls() if note.id in wanted]
    uses = Counter(link for note in notes for link in note.links)
    last = {link: note.time for note in notes for link in note.links}  # oldest first: latest wins
    weight_now = Downscaling(bed.vault.committed_numbers(), bed.policy.downscale)
    for old in bed.vault.get_links(list(uses)).values():
        weight = weight_now(old.weight, old.since, consolidated=old.status == "consolidated")
        for _ in range(uses[old.id]):
            weight += bed.policy.strengthen * (1 - weight)
        total = old.uses + uses[old.id]
        lasting = total >= bed.policy.consolidate_uses or old.status == "consolidated"
        new = old.model_copy(
            update={
                "weight": round(min(1.0, weight), 4),
                "since": state["number"],
                "uses": total,
                "last_used": last[old.id],
                "status": "consolidated" if lasting else "tentative",
            }
        )
        reason = f"recalled {uses[old.id]} times since the last dream"
        operations.append(
            _operation(state, "strengthen_link", old.id, before=old, after=new, reason=reason)
        )
    return set(uses)


def _expired(bed: Bed, state: DreamState, settled: list[Operation]) -> list[Operation]:
    """Links too weak and never used, and the weakest of items that have too many.

    What this dream strengthens stays: it was used, or found again, a moment ago.
    """
    grown = {o.target for o in settled if o.kind == "strengthen_link"}
    doomed = dict.fromkeys((edge.link for edge in _faded(bed)), "weak and unused")
    doomed |= dict.fromkeys(_surplus(bed, settled), "its episode has too many stronger ones")
    return [
        _operation(
            state,
            "retire_link",
            old.id,
            before=old,
            after=old.model_copy(update={"status": "expired"}),
            reason=doomed[old.id],
        )
        for old in bed.vault.get_links([i for i in doomed if i not in grown]).values()
        if not old.uses
    ]


def _surplus(bed: Bed, settled: list[Operation]) -> list[str]:
    """The weakest unused links of items that, with this dream's new ones, have too many."""
    vault, most = bed.vault, bed.policy.degree_most
    more = Counter(
        end
        for o in settled
        if o.after and (o.kind == "add_link" or (o.before and o.before["status"] == "expired"))
        for end in (o.after["a"], o.after["b"])
    )
    over = {i: n + more[i] - most for i, n in vault.degree(list(more)).items()}
    crowded = [item for item, surplus in over.items() if surplus > 0]
    if not crowded:
        return []
    grown = {o.target for o in settled}
    edges = [e for e in vault.edges(crowded) if not e.consolidated and e.link not in grown]
    known = vault.get_links([e.link for e in edges])
    edges = [e for e in edges if e.link in known and not known[e.link].uses]
    weight_now = Downscaling(vault.committed_numbers(), bed.policy.downscale)
    edges.sort(key=lambda e: (weight_now(e.weight, e.since), e.link))
    found: dict[str, None] = {}
    for item in crowded:
        own = [e.link for e in edges if item in (e.a, e.b)]
        found |= dict.fromkeys(own[: over[item]])
    return list(found)


def _faded(bed: Bed) -> list[Edge]:
    """Links that fell below the threshold; looks only once enough dreams have passed."""
    policy = bed.policy
    numbers = bed.vault.committed_numbers()
    if policy.downscale >= 1 or not numbers:
        return []
    least = math.log(max(policy.expire_below, 1e-9) / max(policy.link_floor, 1e-9)) / math.log(
        policy.downscale
    )
    if len(numbers) < least:
        return []
    edges = [e for e in bed.vault.all_edges() if not e.consolidated]
    later = len(numbers) - np.searchsorted(numbers, [e.since for e in edges], side="right")
    weights = np.array([e.weight for e in edges]) * policy.downscale**later
    return [edges[i] for i in np.nonzero(weights < policy.expire_below)[0].tolist()]
