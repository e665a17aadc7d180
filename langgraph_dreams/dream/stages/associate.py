"""The associate stage (REM): finds remote, weak associations as candidate pairs, without a model.

Every channel brings a signal of its own and asks for a second, independent one, since nearest
neighbours alone make no better links than chance (benchmarks/evidence.py, system `placebo`):

- bridge: both share a rare term or name, and are neither alien nor alike
- band: they are similar, and share less rare terms besides
- walk: an existing link leads from something like the one to the other, and they share terms
- remote: they are dissimilar, but share something very rare
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from langgraph_dreams.dream.links.candidate import Candidate, Signals
from langgraph_dreams.dream.links.concepts import Concept, Lexicon
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.drive import Changes
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.safety.trust import doubtful
from langgraph_dreams.store import Facts, Vectors
from langgraph_dreams.types.items import Episode

_SHORTLIST = 4  # pairs looked at closely, as a multiple of the links an item may get
_BRIDGE_TERMS = 5  # shared terms kept with a link
_ALWAYS_RARE = 3  # episodes; a term in so few is rare in any namespace
_ANCHORS = 4  # old episodes from which the walk sets out


@dataclass
class _Pair:
    """One new episode with another: what they share, and what is known of them."""

    other: str
    shared: list[Concept] = field(default_factory=list)
    cosine: float = 0.0
    walked: float = 0.0

    def evidence(self, rare_most: int) -> float:
        """Summed worth of the shared concepts that are at least so rare, in nats."""
        return sum(c.worth for c in self.shared if c.fan <= rare_most)


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
    found = vault.get(new)
    texts = {i: found[i].text for i in new if i in found}
    policy = _scaled(policy, vault.count()["episodes"])
    context = StageContext(vault, policy, context.emit)
    rare_most = max(policy.rare_most, policy.band_rare_most)
    concepts = Lexicon(vault, rare_most=rare_most, fan_penalty=policy.fan_penalty).of(texts)
    vectors = dict(zip(texts, vault.vectors(list(texts)), strict=True)) if texts else {}
    counts: dict[str, int] = {}
    candidates: dict[frozenset[str], Candidate] = {}
    for place, episode in enumerate(texts):
        pairs = _shortlist(context, episode, concepts[episode])
        _measure(context, vectors[episode], pairs)
        if "walk" in policy.channels:
            _walk(context, pairs)
        for candidate in _through_channels(episode, pairs, policy):
            key = frozenset(candidate.pair)
            if key not in candidates:
                candidates[key] = candidate
                name = f"candidates.{candidate.channel}"
                counts[name] = counts.get(name, 0) + 1
        if place % 50 == 49:
            context.send_progress(
                "associate", "progress", f"{place + 1} of {len(texts)} episodes", **counts
            )
    return _doubted(context, _newer_first(context, list(candidates.values()))), counts


def _scaled(policy: DreamPolicy, total: int) -> DreamPolicy:
    """The policy with what counts as rare in a namespace of so many episodes."""
    most = max(_ALWAYS_RARE, int(policy.rare_share * total))
    return policy.model_copy(
        update={
            "rare_most": min(policy.rare_most, most),
            "band_rare_most": min(policy.band_rare_most, 3 * most),
        }
    )


def _shortlist(context: StageContext, episode: str, concepts: list[Concept]) -> dict[str, _Pair]:
    """The others with the worthiest shared concepts, from another time or thread."""
    pairs: dict[str, _Pair] = {}
    for concept in concepts:
        for other in concept.episodes:
            if other != episode:
                pairs.setdefault(other, _Pair(other)).shared.append(concept)
    facts = context.vault.facts([episode, *pairs])
    apart = [p for p in pairs.values() if _apart(facts[episode], facts[p.other], context.policy)]
    apart.sort(key=lambda p: (-p.evidence(context.policy.band_rare_most), p.other))
    return {p.other: p for p in apart[: _SHORTLIST * context.policy.links_per_item]}


def _apart(one: Facts, other: Facts, policy: DreamPolicy) -> bool:
    """True if the two are from different occasions: neighbours find each other anyway."""
    return one.thread != other.thread or abs(one.time - other.time) >= policy.apart_seconds


def _measure(context: StageContext, vector: Vectors, pairs: dict[str, _Pair]) -> None:
    if pairs:
        for pair, cosine in zip(
            pairs.values(), context.vault.vectors(list(pairs)) @ vector, strict=True
        ):
            pair.cosine = float(cosine)


def _walk(context: StageContext, pairs: dict[str, _Pair]) -> None:
    """Two steps: from the best partners along existing links to other shortlisted episodes."""
    policy = context.policy
    best = sorted(pairs.values(), key=lambda p: -p.evidence(policy.rare_most) * max(0, p.cosine))
    anchors = {p.other for p in best[:_ANCHORS]}
    for edge in context.vault.edges(list(anchors)):
        for near, far in ((edge.a, edge.b), (edge.b, edge.a)):
            if near in anchors and far in pairs:
                pairs[far].walked = max(pairs[far].walked, edge.weight)


def _through_channels(
    episode: str, pairs: dict[str, _Pair], policy: DreamPolicy
) -> Iterator[Candidate]:
    """Pairs that a channel takes, each once, by the first channel that does."""
    for pair in pairs.values():
        for channel in policy.channels:
            limit = _limit(channel, pair, policy)
            if limit and (evidence := pair.evidence(limit)) > 0:
                yield _candidate(episode, pair, channel, limit, evidence)
                break


def _limit(channel: str, pair: _Pair, policy: DreamPolicy) -> int:
    """Most episodes of a shared term for this channel to take the pair; 0 = not taken."""
    within = policy.cosine_low <= pair.cosine <= policy.cosine_high
    if channel == "bridge" and within:
        return policy.rare_most
    if channel == "band" and policy.band_low <= pair.cosine <= policy.cosine_high:
        return policy.band_rare_most
    if channel == "walk" and within and pair.walked > 0:
        return policy.band_rare_most
    if channel == "remote" and pair.cosine < policy.cosine_low:
        return policy.remote_rare_most
    return 0


def _candidate(episode: str, pair: _Pair, channel: str, limit: int, evidence: float) -> Candidate:
    shared = [c for c in pair.shared if c.fan <= limit]
    return Candidate(
        a=episode,
        b=pair.other,
        channel=channel,
        bridge=tuple(c.text for c in shared[:_BRIDGE_TERMS]),
        signals=Signals(
            rarity=round(evidence, 4),
            names=float(sum(c.is_name for c in shared)),
            fan=float(min(c.fan for c in shared)),
            cosine=round(pair.cosine, 4),
            walked=round(pair.walked, 4),
        ),
    )


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
