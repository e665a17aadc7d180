"""The channels in which candidate links are found: bridge, band, walk, remote.

Every channel brings a signal of its own and asks for a second, independent one, since nearest
neighbours alone make no better links than chance (benchmarks/evidence.py, system `placebo`):

- bridge: both share a rare term or name, and are neither alien nor alike
- band: they are similar, and share less rare terms besides
- walk: an existing link leads from something like the one to the other, and they share terms
- remote: they are dissimilar, but share a name that is very rare
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest

from langgraph_dreams.dream.links.candidate import Candidate, Signals
from langgraph_dreams.dream.links.concepts import Concept, Lexicon
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.safety.trust import from_outside
from langgraph_dreams.store import Facts, Vectors

_SHORTLIST = 16  # pairs looked at closely, as a multiple of the links an item may get
_BRIDGE_TERMS = 5  # shared terms kept with a link
_ANCHORS = 4  # old episodes from which the walk sets out


@dataclass
class SharedPair:
    """One new episode with another: what they share, and what is known of them."""

    other: str
    shared: list[Concept]
    cosine: float = 0.0
    walked: float = 0.0

    def evidence(self, rare_most: int) -> float:
        """Summed worth of the shared concepts that are at least so rare, in nats."""
        return sum(c.worth for c in self.shared if c.fan <= rare_most)

    def bridged(self, rare_most: int) -> bool:
        """True if one of them is rare in the language as well."""
        return any(c.is_rare and c.fan <= rare_most for c in self.shared)


def found_by_channels(
    context: StageContext,
    lexicon: Lexicon,
    episode: str,
    shortlisted: Mapping[str, SharedPair],
    vector: Vectors,
) -> Iterator[Candidate]:
    """Candidates of one new episode, each once, by the first channel that takes the pair."""
    pairs = _borne_out(lexicon, episode, shortlisted)
    _measure(context, vector, pairs)
    if "walk" in context.policy.channels:
        _walk(context, pairs)
    yield from _through_channels(episode, pairs, context.policy)


def shortlist(
    context: StageContext, lexicon: Lexicon, episode: str, concepts: list[Concept]
) -> dict[str, SharedPair]:
    """The others with the worthiest shared concepts, from another time or thread."""
    policy = context.policy
    shared: dict[str, list[Concept]] = {}
    worths: dict[str, float] = {}
    for concept in concepts:
        worth = concept.worth if concept.fan <= policy.band_rare_most else 0.0
        for other in concept.episodes:
            shared.setdefault(other, []).append(concept)
            worths[other] = worths.get(other, 0.0) + worth
    shared.pop(episode, None)
    facts = lexicon.facts([episode, *shared])
    own = facts[episode]
    apart = [other for other in shared if _apart(own, facts[other], policy)]
    most = _SHORTLIST * policy.links_per_item
    best = nsmallest(most, apart, key=lambda other: (-worths[other], other))
    return {other: SharedPair(other, shared[other]) for other in best}


def _borne_out(
    lexicon: Lexicon, episode: str, pairs: Mapping[str, SharedPair]
) -> dict[str, SharedPair]:
    """The pairs with what the user says at both ends: an agent's long answer shares much.

    Of what a tool or the web brought by itself the other end has to bear it out.
    """
    ends = lexicon.episodes([episode, *pairs])
    for pair in pairs.values():
        own = [ends[name] for name in (episode, pair.other) if not from_outside(ends[name])]
        shared = pair.shared if own else []
        pair.shared = [c for c in shared if all(lexicon.borne_out(c, e) for e in own)]
    return {name: pair for name, pair in pairs.items() if pair.shared}


def _apart(one: Facts, other: Facts, policy: DreamPolicy) -> bool:
    """True if the two are from different occasions: neighbours find each other anyway."""
    return one.thread != other.thread or abs(one.time - other.time) >= policy.apart_seconds


def _measure(context: StageContext, vector: Vectors, pairs: dict[str, SharedPair]) -> None:
    if pairs:
        for pair, cosine in zip(
            pairs.values(), context.vault.vectors(list(pairs)) @ vector, strict=True
        ):
            pair.cosine = float(cosine)


def _walk(context: StageContext, pairs: dict[str, SharedPair]) -> None:
    """Two steps: from the best partners along existing links to other shortlisted episodes."""
    policy = context.policy
    best = sorted(pairs.values(), key=lambda p: -p.evidence(policy.rare_most) * max(0, p.cosine))
    anchors = {p.other for p in best[:_ANCHORS]}
    for edge in context.vault.edges(list(anchors)):
        for near, far in ((edge.a, edge.b), (edge.b, edge.a)):
            if near in anchors and far in pairs:
                pairs[far].walked = max(pairs[far].walked, edge.weight)


def _through_channels(
    episode: str, pairs: dict[str, SharedPair], policy: DreamPolicy
) -> Iterator[Candidate]:
    """Pairs that a channel takes, each once, by the first channel that does."""
    for pair in pairs.values():
        for channel in policy.channels:
            limit = _limit(channel, pair, policy)
            if limit and pair.bridged(limit) and (evidence := pair.evidence(limit)) > 0:
                yield _candidate(episode, pair, channel, limit, evidence)
                break


def _limit(channel: str, pair: SharedPair, policy: DreamPolicy) -> int:
    """Most episodes of a shared term for this channel to take the pair; 0 = not taken."""
    within = policy.cosine_low <= pair.cosine <= policy.cosine_high
    if channel == "bridge" and within:
        return policy.rare_most
    if channel == "band" and policy.band_low <= pair.cosine <= policy.cosine_high:
        return policy.band_rare_most
    if channel == "walk" and within and pair.walked > 0:
        return policy.band_rare_most
    named = any(c.is_name for c in pair.shared)
    if channel == "remote" and pair.cosine < policy.cosine_low and named:
        return policy.remote_rare_most
    return 0


def _candidate(
    episode: str, pair: SharedPair, channel: str, limit: int, evidence: float
) -> Candidate:
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
