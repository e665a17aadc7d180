"""The words of the library as types: episode, memory, link, concern, operation, dream."""

import enum
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Outcome = Literal["ok", "error", "interrupted"]
Origin = Literal["user", "agent", "tool", "web", "import"]
MemoryKind = Literal["fact", "preference", "procedure", "insight"]
MemoryStatus = Literal["tentative", "active", "superseded", "retired"]
LinkStatus = Literal["tentative", "consolidated", "expired"]
Channel = str
"""How a candidate link was found: bridge, band, walk, remote, or a caller's own word."""
OperationKind = Literal[
    "add_memory",
    "merge_memory",
    "supersede_memory",
    "retire_memory",
    "add_link",
    "strengthen_link",
    "weaken_link",
    "retire_link",
    "change_core",
]
DreamStatus = Literal[
    "planned", "waiting", "committing", "committed", "noop", "dry_run", "rejected", "rolled_back"
]


def _utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # pydantic makes a ValidationError of a ValueError only
        raise ValueError("the time lies outside the years 1 to 9999 in UTC") from None


Time = Annotated[datetime, AfterValidator(_utc)]
"""A point in time; one without a zone is taken as UTC."""


_Number = Annotated[int, Field(ge=0)]

UNDATED_UNTIL = datetime(2001, 1, 1, tzinfo=UTC)
"""Earlier times are made up, for logs without any: an order, and no date."""


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def digest(*parts: object, length: int = 24) -> str:
    """Deterministic id: hex BLAKE2b of the parts as JSON, so that no two lists collide."""
    body = json.dumps(parts, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.blake2b(body.encode(), digest_size=length // 2).hexdigest()


class Trust(enum.IntEnum):
    """How far a source may be believed; what is derived has the lowest trust of its sources."""

    UNTRUSTED = 0
    """Tool results, web content, other agents."""
    ASSERTED = 1
    """The agent's own words, imported logs."""
    TRUSTED = 2
    """The user, or a person's approval."""


class _Model(BaseModel):
    # What is said below a field is its description in schemas, as Studio shows it.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ToolUse(_Model):
    """One tool call of an episode and what came back."""

    name: str
    args: str = ""
    """The arguments as JSON text, shortened."""
    result: str = ""
    ok: bool = True


class Episode(_Model):
    """One logged turn of an agent: what was said, done and answered."""

    id: str
    text: str
    """What is searched: the whole turn as text."""
    thread: str = ""
    """The conversation it belongs to; neighbouring turns share it."""
    position: int = 0
    """Order within the thread, counted from 0."""
    run: str = ""
    time: Time
    speaker: str = ""
    said: str = ""
    answered: str = ""
    done: tuple[ToolUse, ...] = ()
    outcome: Outcome = "ok"
    error: str = ""
    reaction: str = ""
    """What the user or the environment answered to this turn, when known."""
    origin: Origin = "user"
    trust: Trust = Trust.TRUSTED
    tags: tuple[str, ...] = ()
    dreamt: str = ""
    """Id of the dream that consumed it; empty while undreamt."""


class Memory(_Model):
    """A statement distilled from episodes; it cites them."""

    id: str
    text: str
    kind: MemoryKind = "fact"
    status: MemoryStatus = "tentative"
    about: str = ""
    """Whom or what it is about: two memories contradict each other only over one subject."""
    sources: tuple[str, ...]
    """Ids of the episodes it cites."""
    quote: str = ""
    """Words of a source that bear it out."""
    cites: tuple[str, ...] = ()
    """Ids of the memories that an insight was drawn from."""
    trust: Trust = Trust.ASSERTED
    valid_from: Time | None = None
    """From when on it holds: the time of its evidence."""
    valid_to: Time | None = None
    """Until when it held, once superseded."""
    learned_at: Time
    """When a dream wrote it down."""
    confirmed: int = 1
    """How many episodes say so."""
    last_confirmed: Time | None = None
    """When an episode said so last."""
    superseded_by: str = ""
    """Id of the memory that holds instead."""
    uses: int = 0
    """Noted recalls that returned it, as far as dreams have learnt from them."""
    dream: str = ""


class Link(_Model):
    """A weighted association between two items. `a` is the newer end and holds the record."""

    id: str
    a: str
    b: str
    kind: str = "association"
    channel: Channel
    bridge: tuple[str, ...] = ()
    """The terms both ends share, rarest first."""
    weight: float = Field(ge=0, le=1)
    """Strength in [0, 1] as of dream number `since`; later dreams scale it down."""
    since: int = 0
    """Number of the dream after which `weight` was last written."""
    status: LinkStatus = "tentative"
    evidence: dict[str, float] = Field(default_factory=dict)
    """The parts of the score, as measured when it was dreamt."""
    dream: str = ""
    uses: int = 0
    created: Time
    last_used: Time | None = None
    helps: str = ""
    """What the association would help with, in the words of the judge."""


class Concern(_Model):
    """Something unresolved that a dream starts from."""

    kind: Literal["error", "interrupted", "correction", "focus"]
    """What makes it one: a failure, an interrupt, a correction, or the caller's focus."""
    text: str
    """What it is about, in words."""
    episodes: tuple[str, ...] = ()
    """Ids of the episodes it came with."""


class Operation(_Model):
    """One typed change that a dream proposes, with the state before and after."""

    id: str
    """Made of its dream, kind and target."""
    kind: OperationKind
    """What is done, and to what."""
    target: str
    """Id of the memory or link it changes; "*" when it changes all links alike."""
    before: dict[str, Any] | None = None
    """The memory or link as it was; None for a new one."""
    after: dict[str, Any] | None = None
    """As it is then."""
    reason: str = ""
    """Why, in words."""


class DreamPlan(_Model):
    """What a dream would do and cost, told before anything is spent."""

    episodes: _Number
    """New episodes it would consume."""
    revisited: _Number
    """Old episodes that the focus brings back."""
    waiting: _Number
    """Episodes that would wait for the next dream."""
    pairs: _Number
    """Candidate pairs of new with old."""
    calls: dict[str, _Number] = Field(default_factory=dict)
    """Model calls by step: consolidate, judge, insights, narrate; empty without a model."""
    input_tokens: _Number = 0
    """Of all calls together, estimated."""
    output_tokens: _Number = 0
    """Likewise."""
    money: Annotated[float, Field(ge=0)] | None = None
    """Estimate, in the unit of the budget's prices; None when it names none."""
    notes: tuple[str, ...] = ()
    """What the budget leaves out, in words."""

    @property
    def total_calls(self) -> int:
        """Model calls of all steps."""
        return sum(self.calls.values())


class CoreLine(_Model):
    """One line of the core: a memory that is always in context."""

    memory: str
    """Id of the memory."""
    text: str
    sources: tuple[str, ...]
    """Ids of the episodes that the memory cites."""


class Core(_Model):
    """The few memories that are worth being always in context; changed rarely."""

    lines: tuple[CoreLine, ...] = ()
    tokens: int = 0
    """Size of `text()`, estimated."""
    changed: int = 0
    """Number of the dream that changed it last."""

    def text(self) -> str:
        """The lines as text, each with the ids of its first sources."""
        return "\n".join(f"- {line.text} [{', '.join(line.sources[:3])}]" for line in self.lines)


class DreamReport(_Model):
    """What one dream did: counts, operations, story, cost and health."""

    id: str
    """Made of what it dreamt of, so that one done twice is one dream."""
    namespace: tuple[str, ...]
    """Whose, a part each."""
    number: _Number = 0
    """How many dreams of this namespace were committed, this one included."""
    status: DreamStatus
    """What became of it."""
    started: Time
    """When it began (UTC)."""
    finished: Time
    """When it ended (UTC)."""
    episodes: tuple[str, ...] = ()
    """Ids of the new episodes it dreamt of, oldest first."""
    concerns: tuple[Concern, ...] = ()
    """What it started from."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Operations by kind, candidates by channel (`candidates.bridge`), and episodes."""
    operations: tuple[Operation, ...] = ()
    """Every change, in order."""
    narrative: str = ""
    """The story of the night; every sentence cites the operations it tells of."""
    summary: str = ""
    """The same in plain words, without a model."""
    cost: dict[str, float] = Field(default_factory=dict)
    """Seconds by node; with a model `model_calls`, `input_tokens`, `output_tokens`, and `money`
    when the budget names a price."""
    health: dict[str, float] = Field(default_factory=dict)
    """novelty, repeats, yield: shares in [0, 1]."""
    notes: tuple[str, ...] = ()
    """What was skipped or could not be done, in words."""
    recalls: tuple[str, ...] = ()
    """Ids of the noted recalls that it learnt from."""
    plan: Annotated[DreamPlan | None, Field(title="Plan")] = None
    """What it was going to do with its model; None without one."""
    undone: tuple[str, ...] = ()
    """Ids of its operations that a rollback has undone since, of this dream or an earlier one."""
    digest: str = ""
    """Of the operations as they were put to a person; empty when nobody was asked."""
    version: str = ""
    """While it waits for a person: what the journal held when it began."""


def lowest_trust(values: Iterable[Trust]) -> Trust:
    """trust(derived) = min(trust(sources)); nothing to derive from is untrusted."""
    return min(values, default=Trust.UNTRUSTED)


def episode_id(thread: str, position: int, text: str, time: datetime, run: str = "") -> str:
    """Deterministic id of an episode: the same turn recorded twice is one episode."""
    return "e" + digest("episode", thread, position, text, _utc(time).isoformat(), run)


def memory_id(kind: str, text: str) -> str:
    """Deterministic id of a memory from what it says."""
    return "m" + digest("memory", kind, text)


def link_id(a: str, b: str, kind: str = "association") -> str:
    """Deterministic id of a symmetric link: the order of the ends does not matter."""
    return "l" + digest("link", *sorted((a, b)), kind)


def operation_id(dream: str, kind: str, target: str) -> str:
    """Deterministic id of an operation: a dream does one thing of a kind to one target."""
    return "o" + digest("operation", dream, kind, target)


class Hop(_Model):
    """One link that activation followed, from the seed towards the item."""

    source: str
    target: str
    link: str
    channel: Channel
    bridge: tuple[str, ...] = ()
    weight: float
    """Strength of the link at the time of the recall, downscaling included."""
    dream: str = ""


class Why(_Model):
    """Why an item was recalled: its scores, and the way that led to it."""

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
    """What that memory added to its score."""
    activation: float = 0.0
    """What reached it along links, in [0, 1]."""
    path: tuple[Hop, ...] = ()
    """The strongest way from a seed to this item; empty when no link led here."""
    by_link: bool = False
    """True when the item is among the first k only because of the links."""

    def text(self) -> str:
        """One line in words."""
        parts = [f"hybrid {self.seed:.2f} (cosine {self.dense:.2f}, bm25 {self.lexical:.1f})"]
        if self.neighbour_of:
            parts.append(f"beside {self.neighbour_of}")
        if self.memory:
            parts.append(f"cited by {self.memory} (+{self.lift:.2f})")
        for hop in self.path:
            via = ", ".join(hop.bridge) or hop.channel
            parts.append(f"{hop.source} --[{via}, {hop.weight:.2f}]--> {hop.target}")
        return "; ".join(parts)


class RecallItem(_Model):
    """One recalled episode or memory, its score, and why it came."""

    item: Episode | Memory
    score: float
    why: Why


class Recall(_Model):
    """The answer to one question: episodes and memories, best first."""

    query: str
    items: tuple[RecallItem, ...]
    """The k best episodes."""
    memories: tuple[RecallItem, ...] = ()
    """Memories that hold and match the question well or lifted one of the items, best first."""
