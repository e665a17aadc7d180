"""The answer to a question, with the reason for every item."""

from pydantic import Field

from langgraph_dreams.types.base import Channel, FrozenModel, Time
from langgraph_dreams.types.items import Episode, Memory


class Hop(FrozenModel):
    """One link that activation followed, from the seed towards the item."""

    source: str
    target: str
    link: str
    channel: Channel
    bridge: tuple[str, ...] = ()
    weight: float
    """Strength of the link at the time of the recall, downscaling included."""
    dream: str = ""


class Why(FrozenModel):
    """The reason why an item was recalled: its scores, and the way that led to it."""

    dense: float = 0.0
    """Cosine similarity to the question, in [-1, 1]."""
    lexical: float = 0.0
    """BM25 score, larger is better, 0 = no shared content word."""
    seed: float = 0.0
    """Hybrid score in [0, 1], relative to the best hit."""
    neighbour_of: str = ""
    """Id of the turn beside it whose score it shares in most; empty when it stands by itself."""
    memory: str = ""
    """Id of the memory that cites it and lifted it most; empty when none did."""
    lift: float = 0.0
    """Share of that memory in its score."""
    activation: float = 0.0
    """Activation that reached it along links, in [0, 1]."""
    path: tuple[Hop, ...] = ()
    """The strongest way from a seed to this item; empty when no link led here."""
    by_link: bool = False
    """True when the item is among the first k, or those a reranker read, only because of links."""
    rank_before: int = 0
    """Its place before a reranker read it, from 1; 0 when none did."""
    reranked: float | None = None
    """Score that the reranker gave it, if it gives any."""

    def text(self) -> str:
        """One line in words."""
        parts = [f"hybrid {self.seed:.2f} (cosine {self.dense:.2f}, bm25 {self.lexical:.1f})"]
        if self.rank_before:
            told = "" if self.reranked is None else f" ({self.reranked:.2f})"
            parts.insert(0, f"reranked{told}, was {self.rank_before}")
        if self.neighbour_of:
            parts.append(f"beside {self.neighbour_of}")
        if self.memory:
            parts.append(f"cited by {self.memory} (+{self.lift:.2f})")
        for hop in self.path:
            via = ", ".join(hop.bridge) or hop.channel
            parts.append(f"{hop.source} --[{via}, {hop.weight:.2f}]--> {hop.target}")
        return "; ".join(parts)


class RecallItem(FrozenModel):
    """One recalled episode or memory, its score, and why it came."""

    item: Episode | Memory
    score: float
    why: Why
    passage: str = ""
    """The part of a long text that answers the question best, as it stands there; empty for a short
    one, which is its own."""
    repeats: dict[str, Time] = Field(default_factory=dict)
    """Other turns that say the same and share its place, by id with their time, newest first."""
    note: str = ""
    """What a reader has to know of it, such as that the day of a plan has passed without a word."""
    borne_by: str = ""
    """Id of a memory returned beside it that cites it and says as much; a prompt shows that one."""

    @property
    def times(self) -> int:
        """The number of turns that say it."""
        return 1 + len(self.repeats)


class Recall(FrozenModel):
    """The answer to one question: episodes and memories, best first."""

    query: str
    items: tuple[RecallItem, ...]
    """The k best episodes."""
    memories: tuple[RecallItem, ...] = ()
    """Memories that hold and match the question well or lifted one of the items, best first; then
    pages, each with those of its lines that fit the question and are not among them."""
    relevance: float = 0.0
    """How well the best of what is known here answers the question by itself, in [0, 1]: unlike a
    score, it is not relative to the best hit."""
    floor: float = 0.0
    """The relevance below which nothing is returned."""

    @property
    def silent(self) -> bool:
        """True if what was found is not returned, because it is below the floor."""
        return self.relevance < self.floor
