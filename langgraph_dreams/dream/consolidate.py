"""N2/N3: what belongs together? Repeated statements become one counted memory; nothing is lost."""

import re
from collections.abc import Iterable
from typing import Any

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.models import (
    Episode,
    Memory,
    Operation,
    OperationKind,
    Trust,
    lowest_trust,
    memory_id,
    operation_id,
)

_NEAREST = 8
_NUMBER = re.compile(r"\d+")
_NEGATION = re.compile(r"\b(?:no|not|never|none|without|cannot|n't)\b|n['’]t\b", re.IGNORECASE)


def consolidate(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Operations on memories: add one for statements that repeat, merge further repeats into it."""
    groups = _groups(bed, state["episodes"])
    found = bed.vault.get(bed.vault.memory_ids()).values()
    current = {m.id: m for m in found if isinstance(m, Memory)}
    holders = {source: m.id for m in current.values() for source in m.sources}
    said: dict[str, dict[str, Episode]] = {}  # by memory: groups that belong to one are one
    for group in groups:
        episodes = [e for e in bed.vault.get(sorted(group)).values() if isinstance(e, Episode)]
        if lowest_trust(e.trust for e in episodes) > Trust.UNTRUSTED:
            name = next((holders[e.id] for e in episodes if e.id in holders), None)
            name = name or memory_id("fact", _in_order(episodes)[-1].text)
            said.setdefault(name, {}).update((e.id, e) for e in episodes)
    operations = [
        _operation(state, current.get(name), _in_order(episodes.values()))
        for name, episodes in said.items()
    ]
    counts = {**state["counts"], "repeated": sum(len(g) for g in groups)}
    for operation in operations:
        counts[operation.kind] = counts.get(operation.kind, 0) + 1
    return {
        "operations": [*state["operations"], *(o.model_dump(mode="json") for o in operations)],
        "counts": counts,
    }


def _groups(bed: Bed, new: list[str]) -> list[set[str]]:
    """Sets of episodes that say the same, each with at least one new one."""
    vault, policy = bed.vault, bed.policy
    words = vault.terms(new)
    new = [i for i in new if len(words.get(i, ())) >= policy.twin_terms]
    if not new:
        return []
    near = vault.dense(vault.vectors(new), _NEAREST)
    close = {
        i: [other for other, cosine in ranked if other != i and cosine >= policy.twin_cosine]
        for i, ranked in zip(new, near, strict=True)
    }
    ids = list({*close, *(o for others in close.values() for o in others)})
    words, found = vault.terms(ids), vault.get(ids)
    group_of: dict[str, set[str]] = {}
    for one, others in close.items():
        for other in others:
            if (
                one in found
                and other in found
                and _overlap(words, one, other) >= policy.twin_overlap
                and _same_figures(found[one].text, found[other].text)
            ):
                joined = group_of.get(one, {one}) | group_of.get(other, {other})
                group_of.update(dict.fromkeys(joined, joined))
    groups = {id(group): group for group in group_of.values()}
    return sorted(groups.values(), key=min)


def _overlap(words: dict[str, dict[str, int]], one: str, other: str) -> float:
    """Jaccard index of the content words."""
    a, b = set(words.get(one, ())), set(words.get(other, ()))
    return len(a & b) / len(a | b) if a | b else 0.0


def _same_figures(one: str, other: str) -> bool:
    """Numbers and negations agree; otherwise the two may contradict each other."""
    return sorted(_NUMBER.findall(one)) == sorted(_NUMBER.findall(other)) and len(
        _NEGATION.findall(one)
    ) == len(_NEGATION.findall(other))


def _in_order(episodes: Iterable[Episode]) -> list[Episode]:
    return sorted(episodes, key=lambda e: (e.time, e.position, e.id))


def _operation(state: DreamState, old: Memory | None, episodes: list[Episode]) -> Operation:
    sources = dict.fromkeys([*(old.sources if old else ()), *(e.id for e in episodes)])
    if old:
        new = old.model_copy(
            update={
                "sources": tuple(sources),
                "confirmed": len(sources),
                "trust": lowest_trust([old.trust, *(e.trust for e in episodes)]),
            }
        )
    else:
        text = episodes[-1].text
        new = Memory(
            id=memory_id("fact", text),
            text=text,
            sources=tuple(sources),
            trust=lowest_trust(e.trust for e in episodes),
            valid_from=episodes[0].time,
            learned_at=episodes[-1].time,
            confirmed=len(sources),
            dream=state["dream"],
        )
    kind: OperationKind = "merge_memory" if old else "add_memory"
    after = new.model_dump(mode="json")
    return Operation(
        id=operation_id(state["dream"], kind, new.id),
        kind=kind,
        target=new.id,
        before=old.model_dump(mode="json") if old else None,
        after=after,
        reason=f"said {len(sources)} times",
    )
