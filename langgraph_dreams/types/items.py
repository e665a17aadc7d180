"""Items of the store: episodes, memories, the links between them, and the core."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from langgraph_dreams._text import tokens_of
from langgraph_dreams.types.base import Channel, FrozenModel, Time, Trust, digest, utc
from langgraph_dreams.types.zones import ZoneName, offset_of

Outcome = Literal["ok", "error", "interrupted"]


Origin = Literal["user", "agent", "tool", "web", "import"]


MemoryKind = Literal["fact", "preference", "procedure", "insight", "page", "rehearsal"]
"""Insights were written by older versions; pages gather memories (`cites`) under one theme; a
rehearsal is a question that memories answer, made by a dream, and states nothing."""


MemoryStatus = Literal["tentative", "active", "superseded", "retired", "archived"]
"""What is archived holds on, and is out of recall, since another memory says the same."""


ARCHIVED = "archived"
"""Status of a memory, or an episode, in the archive."""


LinkStatus = Literal["tentative", "consolidated", "expired"]


HOLDING: tuple[MemoryStatus, ...] = ("tentative", "active")
"""Statuses of a memory that is neither superseded, retired nor in the archive."""
LEAST_CITED = 2
"""Memories that a page, or an insight, must be made of."""


def _plain(value: object) -> object:
    """Keep from an enum, which compares values, what has no end: a list that holds itself."""
    if value is None or isinstance(value, int | float | str):
        return value
    raise ValueError("not a trust: 0, 1, 2 or None")


class ToolUse(FrozenModel):
    """One tool call of an episode and what came back."""

    name: str
    args: str = ""
    """The arguments as JSON text, shortened."""
    result: str = ""
    ok: bool = True


class Contribution(FrozenModel):
    """What another agent than the one that answered brought to a turn."""

    name: str = ""
    text: str


class Put(FrozenModel):
    """What was put into a LangGraph store under a key, and the episode by which it is dreamt of."""

    key: str
    value: str
    """The value as JSON, ASCII alone: it comes back as it was put, whatever characters it has."""
    created: Time
    updated: Time
    fields: tuple[tuple[int, int], ...] = ()
    """Where in the episode's text the indexed fields begin and end; empty: it is not indexed, and
    out of every search and dream."""
    ttl: Annotated[float | None, Field(gt=0, allow_inf_nan=False)] = None
    """Minutes after its last use until it expires; None: never."""
    expires: Time | None = None
    deleted: bool = False
    """True while a delete waits for a dream to end; the value is gone already."""


class Episode(FrozenModel):
    """One logged turn of an agent: what was said, done and answered."""

    id: str
    text: str
    """The whole turn as text: this is searched."""
    thread: str = ""
    """The conversation it belongs to; neighbouring turns share it."""
    position: int = 0
    """Order among turns of the thread that have one time; those of a recorder rise with time."""
    run: str = ""
    message: str = ""
    """Id of the user's message that it answers: an answer made anew, a run resumed after a failure
    and an edited message are further episodes of one message, which is said once."""
    time: Time
    zone: ZoneName = ""
    """Time zone of its speaker, by which days are told: an IANA name or an offset such as "-07:00".
    If not given, the offset that `time` came with; UTC counts as none, unless it is given here."""
    speaker: str = ""
    said: str = ""
    answered: str = ""
    others: tuple[Contribution, ...] = ()
    """What other agents found, in order: workers side by side, a researcher before a writer."""
    done: tuple[ToolUse, ...] = ()
    outcome: Outcome = "ok"
    error: str = ""
    reaction: str = ""
    """Answer of the user or the environment to this turn, when known."""
    origin: Origin = "user"
    trust: Trust = Trust.TRUSTED
    """The lowest of all its parts: of what was said, answered and done."""
    said_trust: Annotated[Trust | None, BeforeValidator(_plain)] = None
    """Of what was said alone, whatever was answered or done beside it; None: as `trust`."""
    tags: tuple[str, ...] = ()
    dreamt: str = ""
    """Id of the dream that consumed it; empty while undreamt."""
    archived: str = ""
    """In the archive, out of recall: the id of the memory or episode that bears what it says, its
    own id where it states nothing; empty while recall finds it."""
    put: Put | None = None
    """Of what was put into a LangGraph store: its key, value and times; `text` is what it says."""
    replaced_by: str = ""
    """Id of the episode that stands in its place, when its message was edited or answered again;
    found when it is read, not stored."""

    @model_validator(mode="before")
    @classmethod
    def _keep_offset(cls, given: Any) -> Any:
        """The time is kept in UTC: what it says of the speaker's day would be lost."""
        offset = isinstance(given, dict) and not given.get("zone") and offset_of(given.get("time"))
        return {**given, "zone": offset} if offset else given


class Memory(FrozenModel):
    """A statement distilled from episodes; it cites them."""

    id: str
    text: str
    kind: MemoryKind = "fact"
    status: MemoryStatus = "tentative"
    about: str = ""
    """Its subject: two memories contradict each other only over one."""
    sources: tuple[str, ...]
    """Ids of the episodes it cites."""
    quote: str = ""
    """Words of a source that bear it out."""
    questions: tuple[str, ...] = ()
    """What a later session may ask that it answers; it is searched with them."""
    lasting: int = Field(default=0, ge=0, le=3)
    """How long it matters, as a model marked it: 0 = for the moment, or not marked; 1 = for weeks,
    2 = for months or years, 3 = as long as somebody is who they are."""
    event_from: date | None = None
    """The day on which what it tells of began or will begin, apart from when that was said; None:
    not told."""
    event_to: date | None = None
    """The last day of that."""
    cites: tuple[str, ...] = ()
    """Ids of the memories that a page gathers, or a rehearsal or an insight was drawn from."""
    must_not_say: tuple[str, ...] = ()
    """Of a rehearsal, ids of the superseded memories whose texts are no answer any more."""
    trust: Trust = Trust.ASSERTED
    valid_from: Time | None = None
    """From when on it holds: the time of its evidence."""
    valid_to: Time | None = None
    """Until when it held, once superseded."""
    learned_at: Time
    """Time at which a dream wrote it down."""
    confirmed: int = 1
    """Number of episodes that say so."""
    last_confirmed: Time | None = None
    """Time of the last episode that says so."""
    superseded_by: str = ""
    """Id of the memory that holds instead."""
    uses: int = 0
    """Noted recalls that returned it, as far as dreams have learnt from them."""
    dream: str = ""

    @property
    def current(self) -> bool:
        """True while it is neither superseded, retired nor in the archive."""
        return self.status in HOLDING

    @property
    def derived(self) -> bool:
        """True if it is made of other memories: it is evidence of nothing."""
        return self.kind in ("insight", "page", "rehearsal")

    @property
    def rehearses(self) -> bool:
        """True if it is a question that other memories answer; searched and listed apart."""
        return self.kind == "rehearsal"

    @property
    def least_cited(self) -> int:
        """Number of the memories it is made of, below which nothing is left of it."""
        return len(self.cites) if self.rehearses else LEAST_CITED


class Link(FrozenModel):
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
    """Use of the association, in the words of the judge."""


class Archival(FrozenModel):
    """The place of an episode in the archive, as an operation finds or leaves it."""

    id: str
    """Id of the episode."""
    archived: str = ""
    """As `Episode.archived`."""


class CoreLine(FrozenModel):
    """One line of the core: a memory that is always in context."""

    memory: str
    """Id of the memory."""
    text: str
    sources: tuple[str, ...]
    """Ids of the episodes that the memory cites."""


class Core(FrozenModel):
    """The few memories that are worth being always in context; changed rarely."""

    lines: tuple[CoreLine, ...] = ()
    tokens: int = 0
    """Size of `text()`, estimated."""
    changed: int = 0
    """Number of the dream that changed it last."""

    def text(self) -> str:
        """The lines as text, without ids: those are in the lines."""
        return "\n".join(f"- {line.text}" for line in self.lines)


def with_lines(core: Core, lines: Iterable[CoreLine]) -> Core:
    """The core with these lines instead, and their size."""
    new = core.model_copy(update={"lines": tuple(lines)})
    return new.model_copy(update={"tokens": tokens_of(new.text())})


def episode_id(thread: str, position: int, text: str, time: datetime, run: str = "") -> str:
    """Deterministic id of an episode: the same turn recorded twice is one episode."""
    return "e" + digest("episode", thread, position, text, utc(time).isoformat(), run)


def memory_id(kind: str, text: str) -> str:
    """Deterministic id of a memory from what it says; those of rehearsals begin with an r."""
    return ("r" if kind == "rehearsal" else "m") + digest("memory", kind, text)


def link_id(a: str, b: str, kind: str = "association") -> str:
    """Deterministic id of a symmetric link: the order of the ends does not matter."""
    return "l" + digest("link", *sorted((a, b)), kind)
