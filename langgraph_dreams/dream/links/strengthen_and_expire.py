"""The life of links: drawn, found again, strengthened by use, scaled down, expired.

Links of kind "update" are an order, no association: they are no part of a degree, and neither
fade nor give way. A rollback, or a person, ends them.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from langgraph_dreams.dream.links.candidate import ScoredCandidate
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.recall.update_order import is_update
from langgraph_dreams.safety.trust import bounded
from langgraph_dreams.store import Edge
from langgraph_dreams.types.items import Link
from langgraph_dreams.types.operations import Operation, propose, propose_scaling


def link_operations(
    context: StageContext, state: DreamState, chosen: Sequence[ScoredCandidate]
) -> tuple[list[Operation], int]:
    """Operations on links after a night that chose these candidates, and how many it had known."""
    known = context.vault.get_links([c.link for c in chosen])
    operations: list[Operation] = []
    used = _used(context, state, operations)
    repeats = 0
    for candidate in chosen:
        old = known.get(candidate.link)
        if old is None:
            operations.append(_add(state, candidate))
        elif old.id not in used:
            repeats += 1
            operations += _found_again(state, old, candidate)
    operations += _expired(context, state, operations)
    eventful = bool(operations or state["episodes"] or state["recalls"])
    if eventful and state["number"] > 1 and context.policy.downscale < 1:
        operations.append(propose_scaling(state["dream"], context.policy.downscale))
    return operations, repeats


def _add(state: DreamState, candidate: ScoredCandidate) -> Operation:
    link = Link(
        id=candidate.link,
        a=candidate.a,
        b=candidate.b,
        channel=candidate.channel,
        bridge=candidate.bridge,
        kind=candidate.kind,
        helps=candidate.helps,
        weight=candidate.weight,
        since=state["number"],
        evidence=candidate.evidence(),
        dream=state["dream"],
        created=datetime.fromisoformat(state["started"]),
    )
    over = ", ".join(link.bridge)
    return propose(state["dream"], "add_link", link, reason=f"{link.channel} over {over}")


def _strengthen(state: DreamState, old: Link, new: Link, reason: str) -> Operation:
    return propose(state["dream"], "strengthen_link", new, before=old, reason=reason)


def _found_again(state: DreamState, old: Link, candidate: ScoredCandidate) -> list[Operation]:
    """A pair found again is no new link; it only wins when the evidence has grown."""
    if old.status == "expired" or candidate.weight > old.weight:
        new = old.model_copy(
            update={
                "weight": candidate.weight,
                "since": state["number"],
                "status": "tentative" if old.status == "expired" else old.status,
                "evidence": candidate.evidence(),
            }
        )
        return [_strengthen(state, old, new, "found again")]
    return []


def _used(context: StageContext, state: DreamState, operations: list[Operation]) -> set[str]:
    """Strengthen the links that recall used since the last dream (Hebb); returns their ids."""
    wanted = set(state["recalls"])
    notes = [note for note in context.vault.recalls() if note.id in wanted]
    uses = Counter(link for note in notes for link in note.links)
    if not uses:
        return set()
    last = {link: note.time for note in notes for link in note.links}  # oldest first: latest wins
    weight_now = context.vault.downscaling(context.policy.downscale)
    for old in context.vault.get_links(list(uses)).values():
        weight = weight_now(old.weight, old.since, consolidated=old.status == "consolidated")
        for _ in range(uses[old.id]):
            weight += context.policy.strengthen * (1 - weight)
        total = old.uses + uses[old.id]
        lasting = total >= context.policy.consolidate_uses or old.status == "consolidated"
        new = old.model_copy(
            update={
                "weight": round(bounded(min(1.0, weight), old.evidence), 4),
                "since": state["number"],
                "uses": total,
                "last_used": last[old.id],
                "status": "consolidated" if lasting else "tentative",
            }
        )
        reason = f"recalled {uses[old.id]} times since the last dream"
        operations.append(_strengthen(state, old, new, reason))
    return set(uses)


def _expired(context: StageContext, state: DreamState, decided: list[Operation]) -> list[Operation]:
    """Links too weak and never used, and the weakest of items that have too many.

    What this dream strengthens stays: it was used, or found again, a moment ago.
    """
    grown = {o.target for o in decided if o.kind == "strengthen_link"}
    doomed = dict.fromkeys((edge.link for edge in _faded(context)), "weak and unused")
    doomed |= dict.fromkeys(_surplus(context, decided), "its episode has too many stronger ones")
    return [
        propose(
            state["dream"],
            "retire_link",
            old.model_copy(update={"status": "expired"}),
            before=old,
            reason=doomed[old.id],
        )
        for old in context.vault.get_links([i for i in doomed if i not in grown]).values()
        if not old.uses
    ]


def _surplus(context: StageContext, decided: list[Operation]) -> list[str]:
    """The weakest unused links of items that, with this dream's new ones, have too many."""
    vault, most = context.vault, context.policy.degree_most
    more = Counter(
        end
        for o in decided
        if o.kind == "add_link" or _was_expired(o)
        for end in (o.link().a, o.link().b)
    )
    over = {i: n + more[i] - most for i, n in vault.degree(list(more)).items()}
    crowded = [item for item, surplus in over.items() if surplus > 0]
    if not crowded:
        return []
    grown = {o.target for o in decided}
    touching = vault.edges(crowded)
    orders = {e.link for e in touching if is_update(e)}
    over = {i: over[i] - sum(i in e[:2] for e in touching if e.link in orders) for i in crowded}
    edges = [
        e for e in touching if not e.consolidated and e.link not in grown and e.link not in orders
    ]
    known = vault.get_links([e.link for e in edges])
    edges = [e for e in edges if e.link in known and not known[e.link].uses]
    weight_now = vault.downscaling(context.policy.downscale)
    edges.sort(key=lambda e: (weight_now(e.weight, e.since), e.link))
    found: dict[str, None] = {}
    for item in crowded:
        own = [e.link for e in edges if item in (e.a, e.b)]
        found |= dict.fromkeys(own[: max(0, over[item])])
    return list(found)


def _was_expired(operation: Operation) -> bool:
    before = operation.state_before()
    return isinstance(before, Link) and before.status == "expired"


def _faded(context: StageContext) -> list[Edge]:
    """Links that fell below the threshold; looks only once enough dreams have passed."""
    policy = context.policy
    numbers = context.vault.committed_numbers()
    if policy.downscale >= 1 or not numbers:
        return []
    least = math.log(max(policy.expire_below, 1e-9) / max(policy.link_floor, 1e-9)) / math.log(
        policy.downscale
    )
    if len(numbers) < least:
        return []
    edges = [e for e in context.vault.all_edges() if not e.consolidated]
    later = len(numbers) - np.searchsorted(numbers, [e.since for e in edges], side="right")
    weights = np.array([e.weight for e in edges]) * policy.downscale**later
    faded = (edges[i] for i in np.nonzero(weights < policy.expire_below)[0].tolist())
    return [edge for edge in faded if not is_update(edge)]
