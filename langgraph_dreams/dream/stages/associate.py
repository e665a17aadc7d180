"""The associate stage (REM): finds remote, weak associations, without a model."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from langgraph_dreams.dream.links.candidate import Candidate
from langgraph_dreams.dream.links.channels import found_by_channels, shortlist
from langgraph_dreams.dream.links.concepts import Lexicon
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Changes
from langgraph_dreams.safety.trust import doubtful
from langgraph_dreams.store import batches
from langgraph_dreams.types.items import Episode

_AT_ONCE = 50
"""Episodes whose partners are read together."""


def associate(context: StageContext, state: DreamState) -> Changes:
    """Find candidates NEW x OLD and NEW x NEW, each with its channel, bridge and evidence."""
    found, counts = candidates_of(context, state)
    counts["candidates"] = len(found)
    return {
        "candidates": [c.to_state() for c in found],
        "counts": {**state["counts"], **counts},
    }


def candidates_of(
    context: StageContext, state: DreamState
) -> tuple[list[Candidate], dict[str, int]]:
    """The candidates of a dream, and their numbers by channel."""
    vault, policy = context.vault, context.policy
    new = [*state["episodes"], *state["revisited"]]
    idle = vault.idle(new)
    new = [name for name in new if name not in idle]
    found = vault.get(new)
    texts = {i: found[i].text for i in new if i in found}
    rare_most = max(policy.rare_most, policy.band_rare_most)
    lexicon = Lexicon(vault, rare_most=rare_most, fan_penalty=policy.fan_penalty)
    concepts = lexicon.of(texts)
    vectors = dict(zip(texts, vault.vectors(list(texts)), strict=True)) if texts else {}
    counts: dict[str, int] = {}
    candidates: dict[frozenset[str], Candidate] = {}
    done = 0
    for episodes in batches(texts, _AT_ONCE):
        listed = {e: shortlist(context, lexicon, e, concepts[e]) for e in episodes}
        lexicon.episodes([*listed, *chain.from_iterable(listed.values())])
        for episode, pairs in listed.items():
            for candidate in found_by_channels(context, lexicon, episode, pairs, vectors[episode]):
                key = frozenset(candidate.pair)
                if key not in candidates:
                    candidates[key] = candidate
                    name = f"candidates.{candidate.channel}"
                    counts[name] = counts.get(name, 0) + 1
        done += len(listed)
        if len(listed) == _AT_ONCE:
            context.send_progress(
                "associate", "progress", f"{done} of {len(texts)} episodes", **counts
            )
    return _doubted(context, _newer_first(context, list(candidates.values()))), counts


def _newer_first(context: StageContext, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The newer end comes first: it will hold the link."""
    facts = context.vault.facts(list({end for c in candidates for end in c.pair}))

    def age(item: str) -> tuple[float, int, str]:
        return facts[item].time, facts[item].position, item

    return [replace(c, a=c.b, b=c.a) if age(c.a) < age(c.b) else c for c in candidates]


def _doubted(context: StageContext, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each candidate with those of its ends that are doubtful; the link will tell."""
    found = context.vault.get(list({end for c in candidates for end in c.pair}))
    doubted = {i for i, item in found.items() if isinstance(item, Episode) and doubtful(item)}
    return [c.with_doubted(tuple(end for end in c.pair if end in doubted)) for c in candidates]
