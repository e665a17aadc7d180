"""Every threshold and budget of a dream and of recall, in one frozen object.

Scores and weights are without unit and lie in [0, 1] unless said otherwise. Where a value was
measured, the data is named; `benchmarks/evidence.py` measures them again on any set.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.types.levels import LADDER, Level, fault
from langgraph_dreams.types.review import ReviewRule

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]

CHANNELS = ("bridge", "band", "walk", "remote")


class DreamPolicy(BaseModel):
    """Settings of recall and of the dream; change some with `policy.model_copy(update={...})`.

    What changes how often, and how much of it there may be, is one declaration, `levels`:
    `policy.level("core")` reads a level, `policy.with_level("core", every=3, budget=300)` is the
    policy with another one in its place.

    Raises pydantic's ValidationError (a ValueError) for values out of range.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    # -- recall: direct search
    dense_weight: Share = 0.6
    """Share of the embedding in the hybrid score, the rest is BM25; 1 = dense, 0 = BM25 only."""
    pool: Annotated[int, Field(ge=10, le=5000)] = 200
    """Items taken from each of the two searches before they are fused."""
    reranked: Annotated[int, Field(ge=0, le=1000)] = 50
    """First items that the store's reranker orders anew, if it has one; 0 = it is not asked."""
    neighbours: Annotated[int, Field(ge=0, le=10)] = 3
    """Turns before and after a hit, in its thread, that share in its score; 0 = none."""
    neighbour_weight: Share = 0.5
    """Share of a hit's score that the next turn gets; falls as 1, .6, .4, .25 ... with distance."""
    thread_weight: Annotated[float, Field(ge=0, le=2)] = 0.5
    """Weight of the thread's own relevance: the mean of its three best hits."""
    exchange_share: Share = 0.5
    """What a statement that the agent answered keeps of what neighbours and thread lend it.

    A question with its answer gets nothing of them: a chat with an assistant goes from one matter
    to the next, and what a turn is about stands in it. Chosen on half of benchmarks/assistant."""
    substance_weight: Annotated[float, Field(ge=0, le=2)] = 0.4
    """Weight of how much a person says; both searches favour short texts, this weighs against."""
    substance_terms: Annotated[int, Field(ge=1)] = 16
    """Number of content words from which on somebody counts as saying enough."""
    speaker_weight: Annotated[float, Field(ge=0, le=2)] = 0.06
    """Weight of being said by the one speaker whom a question names, where several speak.

    Chosen on five LoCoMo chats; more finds less of what is asked of the wrong person."""
    date_weight: Annotated[float, Field(ge=0, le=2)] = 0.4
    """Weight of being said on the days that a question names ("in May 2026", "last week"); falls to
    0 within a week of them. Chosen on five LoCoMo chats; .2 to .8 do about as well."""
    when_weight: Annotated[float, Field(ge=0, le=2)] = 0.2
    """Weight of naming a day or a time ("last week", "on 3 May"), for a question that asks when
    something was. Chosen on five LoCoMo chats; .1 to .4 do about as well."""

    # -- recall: links
    links: bool = True
    """True if recall spreads along links at all."""
    seeds: Annotated[int, Field(ge=1, le=200)] = 20
    """Best direct hits that send activation along their links."""
    seed_power: Annotated[float, Field(ge=0, le=10)] = 3.0
    """Sharpens the seeds: activation = (score / best score) ** power."""
    link_weight: Annotated[float, Field(ge=0, le=2)] = 0.5
    """Weight of the activation that reaches an item along links."""
    lone_link_weight: Annotated[float, Field(ge=0, le=2)] = 0.9
    """Likewise for an item without a turn beside it in its thread: nothing else leads to it."""
    hops: Annotated[int, Field(ge=1, le=3)] = 2
    """Links that activation may follow, one after the other."""
    hop_decay: Share = 0.5
    """Share of the activation that is left at every hop after the first."""
    protected: Count = 2
    """First ranks that links can never take from direct hits."""
    protected_from_weak: Count = 5
    """First ranks that links take only where they are strong, or lead to an item alone in its
    thread. Chosen on five LoCoMo chats, where weak links cost the first five .7 points."""
    strong_link: Annotated[float, Field(ge=0)] = 0.5
    """Activation from which on an item counts as reached by strong links."""

    # -- recall: memories as keys to the episodes they cite
    memory_weight: Annotated[float, Field(ge=0, le=2)] = 0.9
    """Most by which a memory lifts each of its n sources: weight * match ** power / sqrt(n).

    0 = memories lift nothing. Weight and power were chosen on half of the LoCoMo chats with notes
    of a strong model; over all of them .7 to 1.1 and 2 to 4 do about as well."""
    memory_power: Annotated[float, Field(ge=0, le=10)] = 3.0
    """Sharpens the match, as `seed_power` does the seeds."""
    page_weight: Annotated[float, Field(ge=0, le=2)] = 0.9
    """Most by which a page lifts the sources of each memory on it: weight * match ** 2.

    Chosen on one LoCoMo chat with pages of a strong model; .5 to 1.2 do about as well."""
    rehearsal_weight: Annotated[float, Field(ge=0, le=2)] = 0.9
    """Most by which a rehearsed question lifts the n sources of the memories that answer it:
    weight * match ** 3 / sqrt(n). 0 = it lifts nothing.

    Chosen on one LoCoMo chat with 549 questions of a strong model."""
    memory_keys: Count = 30
    """Best matching memories that lift their sources."""
    memory_match: Share = 0.5
    """A memory that matches less than this is no key; 1 = as well as the best item of all."""
    outdated: Share = 0.9
    """Of the score of current evidence, what outdated evidence keeps at most.

    Outdated is an episode that only superseded memories cite. It ranks after the evidence of the
    memory that replaced them whenever that memory matches the question."""
    memories: Count = 3
    """At most so many memories are returned beside the episodes."""
    pages: Count = 1
    """At most so many pages are returned with them, each with the lines that fit the question."""
    recall_floor: Share | None = None
    """Relevance below which recall returns nothing; 0 = always the nearest, however far.

    None = as dreams measure it for the namespace and its embedder. Before the first dream it is a
    bar chosen on half of the LoCoMo chats for the local embedder, and none for others."""

    # -- dream: what it looks at
    episodes_per_dream: Annotated[int, Field(ge=1, le=5000)] = 200
    """New episodes one dream takes at most; the rest waits for the next."""
    channels: tuple[str, ...] = CHANNELS
    """Ways in which candidate links are looked for."""
    apart_seconds: Annotated[float, Field(ge=0)] = 6 * 3600.0
    """Episodes of one thread are associated only when this far apart (seconds)."""
    rare_most: Annotated[int, Field(ge=2)] = 20
    """A term in more episodes than this is no concept (episodes)."""
    fan_penalty: Annotated[float, Field(ge=0, le=3)] = 1.0
    """Exponent of the fan effect: a concept of n episodes counts 1 / (n - 1) ** penalty."""
    cosine_low: Annotated[float, Field(ge=-1, le=1)] = 0.15
    """Pairs less similar than this are not associated, but by the remote channel."""
    cosine_high: Annotated[float, Field(ge=-1, le=1)] = 0.9
    """Pairs more similar than this say the same; a link would add nothing."""
    remote_rare_most: Annotated[int, Field(ge=2)] = 3
    """The remote channel wants concepts at least this rare (episodes)."""
    band_low: Annotated[float, Field(ge=-1, le=1)] = 0.45
    """The band channel wants a cosine from here to `cosine_high`, and shared terms besides."""
    band_rare_most: Annotated[int, Field(ge=2)] = 60
    """Terms that count for the band channel may be this common (episodes)."""
    links_per_item: Annotated[int, Field(ge=1, le=100)] = 3
    """New links a dream draws from one new episode; it may get more that others draw to it."""
    degree_most: Annotated[int, Field(ge=1)] = 48
    """Links an item may have; beyond, its weakest unused ones expire."""
    half_strength: Annotated[float, Field(gt=0)] = 6.0
    """Evidence (idf units, nats) at which a link gets weight one half: w = e / (e + half)."""
    link_floor: Share = 0.05
    """A candidate below this weight is not stored."""

    # -- dream: link life
    strengthen: Share = 0.2
    """Share of the way to 1 that a link goes for each noted use: w += rate * (1 - w)."""
    consolidate_uses: Annotated[int, Field(ge=1)] = 3
    """Noted uses after which a tentative link is consolidated: it is scaled down no more."""
    expire_below: Share = 0.05
    """A link that fell below this weight unused expires; its record is kept."""
    usefulness_bonus: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Most a link gains for bringing evidence for open concerns and past questions into reach."""
    affect_bonus: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Most a link gains because an end is an error, an interrupt or a strong reaction; 0 = off."""

    # -- dream: consolidation
    twin_cosine: Annotated[float, Field(ge=0, le=1)] = 0.95
    """Episodes at least so similar, and alike in words, say the same."""
    twin_overlap: Share = 0.8
    """Share of content words (Jaccard) that near duplicates have in common."""
    twin_terms: Annotated[int, Field(ge=1)] = 4
    """Texts with fewer content words are small talk; their repeats are no memory."""

    stated: bool = True
    """True if what a user states once of themselves becomes a tentative memory, without a model."""

    # -- dream: what brings older statements up to date, without a model
    updates: bool = True
    """True if a probable update of an older statement is linked, and recall shows it first.

    An order, no supersession: nothing is ended, and every episode stays. Only a memory that rests
    on nothing but older statements is neither returned beside the newer one nor in the core.
    False = neither linked nor heeded."""
    update_score: Share = 0.55
    """Least score at which a statement counts as the update of an older one (without unit).

    Chosen on the first half of benchmarks/updates_data, where .45 to .6 do the same."""

    # -- dream: with a model
    window_episodes: Annotated[int, Field(ge=2, le=200)] = 32
    """New episodes shown to the model in one call of consolidate."""
    window_related: Annotated[int, Field(ge=0, le=50)] = 2
    """Related old episodes that are shown between them (interleaved replay)."""
    window_before: Annotated[int, Field(ge=0, le=20)] = 2
    """Turns just before those of a window, in their thread, that are shown with them."""
    window_memories: Annotated[int, Field(ge=0, le=50)] = 12
    """Related memories shown with them, to be confirmed or superseded."""
    window_characters: Annotated[int, Field(ge=500)] = 24_000
    """Text of the new episodes of one call at most (characters); a longer window is cut in two."""
    episode_characters: Annotated[int, Field(ge=80)] = 1_200
    """Of one episode's text as shown to the model (characters)."""
    merge_cosine: Share = 0.93
    """A new memory at least so similar to a known one, with the same figures, confirms it."""
    judge_pairs: Count = 0
    """Best candidate pairs of turns that the model judges in one dream; 0 = none.

    Measured, the judge adds nothing to recall where memories are made (+0.4 [-0.6, 1.7] @5 on a
    LoCoMo chat, for 28 of 66 calls). It is for logs of which none are: passages, traces."""
    judge_batch: Annotated[int, Field(ge=1, le=50)] = 10
    """Pairs judged in one call."""
    rehearsals: Count = 24
    """New memories from which on a deep dream asks the model what a later session may ask of them;
    fewer wait for a later one. Questions by form, of what was said again or has changed, need no
    model and wait for nothing. 0 = none of either."""
    story: bool = False
    """True if the model tells the night as a story, in one call; else it is told in plain words."""
    model_timeout: Annotated[float, Field(gt=0)] = 60.0
    """Limit of one model call (seconds)."""
    model_concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    """Model calls under way at once."""

    # -- dream: what recall learns
    learner: bool = False
    """True if dreams learn what recall counts how much, and how a question is mapped towards what
    answers it, and recall heeds it.

    Off: what was learned on HotpotQA would lose 0.5 points [-1.5, 0.0] of recall@10 on the
    questions of the set (`benchmarks.learner`)."""

    # -- dream: what keeps it from doing harm
    guard_questions: Annotated[int, Field(ge=0, le=200)] = 20
    """Past questions, rehearsals and what memories say, recalled with and without a dream; 0 =
    none. None of them is of the dream that is tried."""
    recall_loss: Share = 0.1
    """A dream that loses more of their evidence (share, mean over the questions) is rejected."""
    loss_per_dream: Share = 0.5
    """A dream that would end more of the memories that hold is rejected."""
    loss_per_week: Share = 0.7
    """Likewise, with what other dreams have ended in the seven days before."""
    loss_free: Count = 20
    """So many memories may always end: of a few, one is a large share."""
    lease_seconds: Annotated[float, Field(ge=1, le=86_400)] = 120.0
    """Time that a namespace stays taken when a dream on a shared server dies (seconds)."""
    review: ReviewRule = ReviewRule()
    """Rule of what a dream with `review="auto"` may write; without that it is not asked."""

    # -- forgetting: what is weak, and borne by something else, goes into an archive
    keep_items: Count | None = None
    """Episodes and memories that recall searches, at most; None: any number, and none goes.

    Only what other memories or episodes bear goes (dream/archive/), the weakest first, whatever
    its age: what nothing else says stays, also beyond the budget. So does an episode with the tag
    "pinned", what is or bears a line of the core, the only source of a memory, an open concern, and
    what corrects something said before. Nothing is deleted."""
    keep_unborne: bool = True
    """False: the budget holds. When nothing that is borne is left to go, the episodes go that state
    least and that the fewest recalls returned; what never goes still stays."""
    keep_bytes: Count | None = None
    """Likewise, of their texts together (bytes)."""
    archived_per_dream: Count = 200
    """Items put into the archive in one deep dream at most; the rest waits for the next."""

    # -- levels
    levels: tuple[Level, ...] = LADDER
    """What changes how often, from what changes with every turn to what changes least.

    `with_level` replaces one; a budget of 0 turns it off."""

    def level(self, name: str) -> Level:
        """The level of that name. Raises InvalidInputError."""
        for level in self.levels:
            if level.name == name:
                return level
        raise InvalidInputError(
            f"there is no level {shown(name)}; there are {[level.name for level in self.levels]}"
        )

    def with_level(self, name: str, **changes: Any) -> Self:
        """The policy with some settings of a level changed.

        Raises InvalidInputError for a level or setting that there is not, that changes nothing of
        this level (a memory is learned in every dream), or out of range.
        """
        known = {level.name: level for level in self.levels}
        was = known[name].model_dump() if isinstance(name, str) and name in known else {}
        try:
            level = Level.model_validate({**was, "name": name, **changes})
        except ValidationError as error:
            raise InvalidInputError(f"the level {shown(name)} cannot be set: {error}") from error
        return self.model_copy(update={"levels": (*(known | {level.name: level}).values(),)})

    @property
    def downscale(self) -> float:
        """What a committed dream leaves of older weights (synaptic homeostasis): memory's decay.

        Applied when a weight is read, with the reader's policy, to every dream since it was
        written: so set it for a namespace, not for a single dream or question."""
        return self.level("memory").decay

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, but a name that is no setting is refused. Raises InvalidInputError."""
        if update is not None and not isinstance(update, Mapping):
            raise InvalidInputError(f"update is {shown(update)}; pass settings by name")
        unknown = [name for name in update or () if name not in type(self).model_fields]
        if unknown:
            raise InvalidInputError(
                f"DreamPolicy has no settings {shown(unknown)}; how often pages and the core"
                " change, and how much they hold, is set with `with_level`"
            )
        if update and "levels" in update:
            self._check_levels(update["levels"])
        return super().model_copy(update=update, deep=deep)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.cosine_low >= self.cosine_high:
            raise ValueError(
                f"cosine_low {self.cosine_low} must be below cosine_high {self.cosine_high}"
            )
        unknown = sorted(set(self.channels) - set(CHANNELS))
        if unknown:
            raise ValueError(f"unknown channels {unknown}; choose from {list(CHANNELS)}")
        if wrong := fault(self.levels):
            raise ValueError(wrong)
        return self

    @staticmethod
    def _check_levels(levels: object) -> None:
        """Raises InvalidInputError."""
        if not isinstance(levels, tuple) or not all(isinstance(x, Level) for x in levels):
            raise InvalidInputError(f"levels is {shown(levels)}; pass a tuple of Level")
        if wrong := fault(levels):
            raise InvalidInputError(wrong)


class Budget(BaseModel):
    """Limits of one dream's use of a model; it ends early, with its best so far, at any of them.

    Money is counted in whatever unit the prices are given in. Raises pydantic's ValidationError.
    """

    # What is said below a field is its description in schemas, as Studio shows it.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    calls: Count = 25
    """Requests sent to the model, retries included."""
    tokens: Count | None = None
    """Input and output tokens together."""
    seconds: Annotated[float, Field(ge=0)] | None = None
    """From the beginning of the dream; no call begins after that, none goes on longer."""
    money: Annotated[float, Field(ge=0)] | None = None
    """Needs both prices."""
    input_price: Annotated[float, Field(ge=0)] | None = None
    """Of a million input tokens."""
    output_price: Annotated[float, Field(ge=0)] | None = None
    """Of a million output tokens."""

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.money is not None and (self.input_price is None or self.output_price is None):
            raise ValueError("a budget of money needs input_price and output_price")
        return self
