"""Rehearsals as keys: one that matches the question lifts what the memories cite that it is of.

    lift = rehearsal_weight * match ** power / sqrt(n)

with the match relative to the best episode or rehearsal, and n the number of episodes that its
memories cite. A question of one memory is that memory in other words: it counts only where it lifts
more than what is there. What needs several memories comes on top. A question that was rehearsed is
no answer: it is never returned.
"""

import math

from langgraph_dreams.recall.candidates import Pool, RecallQuery, scored, union
from langgraph_dreams.store import Standing

_POWER = 3.0
_MATCH = 0.5  # below that it is no key
_KEYS = 30
Lifts = dict[str, tuple[float, str]]
"""By episode, its lift and the memory that cites it."""


def rehearsed(query: RecallQuery, episodes: Pool) -> tuple[Lifts, Lifts]:
    """Lifts by the best question of one memory, and by the best of several."""
    weight = query.policy.rehearsal_weight
    if weight <= 0:
        return {}, {}
    dense, lexical = query.dense(query.policy.pool, "r"), query.lexical(query.policy.pool, "r")
    if not dense and not lexical:
        return {}, {}
    lexical = query.vault.weigh(query.text, list(lexical))
    pool = scored(query, union(dense, lexical), dense, lexical, beside=episodes)
    found = zip(pool.ids, pool.seed.tolist(), strict=True)
    match = dict(sorted((m for m in found if m[1] >= _MATCH), key=lambda m: -m[1]))
    known = query.vault.standings(list(match))
    asked = [name for name in match if name not in query.apart]
    held = [name for name in asked if _holds(query, known.get(name))][:_KEYS]
    known |= query.vault.standings(list({cited for name in held for cited in known[name].cites}))
    single: Lifts = {}
    joint: Lifts = {}
    for name in held:
        cited = {i: known[i] for i in known[name].cites if i in known}
        if any(standing.dream in query.without for standing in cited.values()):
            continue
        of = {source: i for i, standing in cited.items() for source in standing.sources}
        part = weight * match[name] ** _POWER / math.sqrt(max(1, len(of)))
        lifts = joint if len(known[name].cites) > 1 else single
        for source, memory in of.items():
            if part > lifts.get(source, (0.0, ""))[0]:
                lifts[source] = (part, memory)
    return single, joint


def _holds(query: RecallQuery, standing: Standing | None) -> bool:
    held = standing is not None and standing.holds(query.at)
    return held and standing is not None and standing.dream not in query.without
