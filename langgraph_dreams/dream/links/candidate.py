"""Candidates: pairs of episodes that may become links, with all parts of their score."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from langgraph_dreams.types.base import Channel, JsonObject, Trust
from langgraph_dreams.types.items import link_id


@dataclass(frozen=True)
class Signals:
    """Measurements of a pair, as associate takes them."""

    rarity: float
    """Summed worth of the terms that both share, in nats."""
    names: float
    """Number of names among them."""
    fan: float
    """Number of episodes in which the rarest of them occurs."""
    cosine: float
    walked: float
    """Weight of the existing link that leads from something like the one to the other."""
    trust: float | None = None
    """Of a doubted end; None when no end is doubted."""


@dataclass(frozen=True)
class ScoreParts:
    """The score of a pair and its parts, as appraise makes them."""

    coherence: float
    surprise: float
    usefulness: float
    affect: float
    heuristic: float
    """The score without a judge."""
    score: float
    judged: float | None = None
    """A judge's opinion, 0 to 4; None when none was asked."""


@dataclass(frozen=True)
class Candidate:
    """A pair of episodes that a channel found. `a` is the newer end."""

    a: str
    b: str
    channel: Channel
    bridge: tuple[str, ...]
    """Terms that both share, worthiest first."""
    signals: Signals
    doubted: tuple[str, ...] = ()
    """Ends that nobody vouches for."""

    @property
    def pair(self) -> tuple[str, str]:
        """The ends."""
        return self.a, self.b

    @property
    def link(self) -> str:
        """Id of the link that it would become."""
        return link_id(self.a, self.b)

    def with_doubted(self, ends: tuple[str, ...]) -> "Candidate":
        """The candidate with those of its ends that are doubted."""
        if not ends:
            return self
        signals = replace(self.signals, trust=float(Trust.UNTRUSTED))
        return replace(self, doubted=ends, signals=signals)

    def with_parts(self, parts: ScoreParts) -> "ScoredCandidate":
        """The candidate with its score."""
        return ScoredCandidate(**vars(self), parts=parts)

    def to_state(self) -> JsonObject:
        """The candidate as JSON, as the state of the graph keeps it."""
        return {
            "a": self.a,
            "b": self.b,
            "channel": self.channel,
            "bridge": list(self.bridge),
            "evidence": _measured(self.signals),
            "doubted": list(self.doubted),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Candidate":
        """The candidate that `to_state` wrote, of this version or an earlier one."""
        return cls(
            a=state["a"],
            b=state["b"],
            channel=state["channel"],
            bridge=tuple(state["bridge"]),
            signals=Signals(**state["evidence"]),
            doubted=tuple(state["doubted"]),
        )


@dataclass(frozen=True, kw_only=True)
class ScoredCandidate(Candidate):
    """A candidate with its score, and what the link would be like."""

    parts: ScoreParts
    weight: float = 0.0
    """Of the link, in [0, 1]."""
    kind: str = "association"
    helps: str = ""
    """Use of the association, in the words of the judge."""

    def evidence(self) -> dict[str, float]:
        """The measurements and the parts of the score, as the link keeps them."""
        return _measured(self.signals) | _measured(self.parts)


def _measured(parts: Signals | ScoreParts) -> dict[str, float]:
    # `asdict` would copy every number deeply: a tenth of a dream.
    return {name: value for name, value in vars(parts).items() if value is not None}
