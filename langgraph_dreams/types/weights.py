"""What recall counts how much, as dreams have learned it."""

from collections.abc import Collection

from pydantic import Field

from langgraph_dreams.types.base import Count, FrozenModel

KEPT_VERSIONS = 8
"""Versions that are remembered, the last ones; a recall without a dream may want an earlier."""


class WeightsVersion(FrozenModel):
    """One version of what recall counts how much, with what it gained when it was learned."""

    version: Count
    dream: str
    embedder: str
    """Name of the embedder whose similarities it weighs; with another one it does not hold."""
    factors: dict[str, float] = Field(default_factory=dict)
    """By setting of the policy, by how much it is multiplied; empty = all as the policy has it."""
    query_map: str = ""
    """The map of question vectors, packed (embedding/query_map.py); empty = none."""
    trained: Count = 0
    """Questions that it was learned from."""
    held_back: Count = 0
    """Later ones that it was tried on."""
    gain: float = 0.0
    """By which recall@10 of their evidence rose, in [-1, 1]."""
    low: float = 0.0
    """Lower end of the interval of that."""
    high: float = 0.0
    """Upper end."""

    @property
    def learned(self) -> bool:
        """True if it changes anything."""
        return bool(self.factors or self.query_map)


class Learned(FrozenModel):
    """The versions of what recall counts how much, the last one in force."""

    versions: tuple[WeightsVersion, ...] = ()

    def in_force(self, embedder: str, without: Collection[str] = ()) -> WeightsVersion | None:
        """The version that holds; None when all is as the policy has it.

        Without some dreams, the last one by none of them.
        """
        left = [v for v in self.versions if v.dream not in without and v.embedder == embedder]
        return left[-1] if left and left[-1].learned else None

    def followed_by(self, version: WeightsVersion) -> "Learned":
        """With a further version; of those before only the last keeps its map, which is large."""
        bare = [v.model_copy(update={"query_map": ""}) for v in self.versions[:-1]]
        return Learned(versions=(*bare, *self.versions[-1:], version)[-KEPT_VERSIONS:])

    @property
    def last(self) -> int:
        """Number of the last version; 0 before the first."""
        return self.versions[-1].version if self.versions else 0


def weights_line(version: WeightsVersion) -> str:
    """A version in words, with its gain."""
    if not version.learned:
        return f"version {version.version}: as the policy has it"
    told = ", ".join(
        [f"{name} x {value:.2f}" for name, value in sorted(version.factors.items())]
        + ["questions mapped"] * bool(version.query_map)
    )
    return (
        f"version {version.version}: {told}; recall@10 {100 * version.gain:+.1f} points"
        f" [{100 * version.low:.1f}, {100 * version.high:.1f}] on {version.held_back} questions"
        " held back"
    )
