"""The namespace that users hold: every way to read, write, dream, undo and forget in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from langgraph_dreams._off_loop import off_loop
from langgraph_dreams.dream.runtime.options import dream_input
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.namespace import (
    dreaming,
    forgetting,
    reading,
    recording,
    reviewing,
    undoing,
)
from langgraph_dreams.namespace.dreaming import OnEvent
from langgraph_dreams.namespace.forgetting import Selectors
from langgraph_dreams.namespace.protocols import StoreHooks, Writer
from langgraph_dreams.namespace.retriever import DreamRetriever
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.namespace.template import checked
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.forgotten import Forgotten
from langgraph_dreams.types.items import Core, Episode, Link, Memory
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.recall import Recall
from langgraph_dreams.types.reports import DreamPlan, DreamReport
from langgraph_dreams.types.review import ReviewMode
from langgraph_dreams.types.rollback import DreamDiff, Rollback


class Namespace:
    """One namespace: record, recall, plan, dream, and their async twins (`arecord`, ...).

    Made by `DreamStore.namespace`. A template has to be resolved with a run's config first; the
    recorder, the tools and the dream graph do that by themselves.
    """

    def __init__(
        self,
        store: StoreHooks,
        parts: Sequence[str],
        policy: DreamPolicy,
        model: BaseChatModel | None = None,
        language: Language | None = None,
        zone: str | None = None,
    ) -> None:
        self._session = NamespaceSession(store, checked(parts), policy, model, language, zone)

    def __repr__(self) -> str:
        return repr(self._session)

    def __eq__(self, other: object) -> bool:
        """True if both are one memory: the same name in the same store."""
        if not isinstance(other, Namespace):
            return NotImplemented
        return self._store is other._store and self.parts == other.parts

    def __hash__(self) -> int:
        return hash((id(self._store), self.parts))

    @property
    def _store(self) -> StoreHooks:
        return self._session.store

    @property
    def parts(self) -> tuple[str, ...]:
        """The names it is made of, outermost first."""
        return self._session.parts

    @property
    def policy(self) -> DreamPolicy:
        """Its settings."""
        return self._session.policy

    @property
    def model(self) -> BaseChatModel | None:
        """The chat model its dreams may use, or None."""
        return self._session.model

    @property
    def is_template(self) -> bool:
        """True if a run's config has to fill in a part."""
        return self._session.is_template

    @property
    def context_schema(self) -> type[Any] | None:
        """Of a template: what a run has to name, as a TypedDict for forms; else None."""
        return self._session.context_schema

    @property
    def vault(self) -> NamespaceStore:
        """Its kept things (private to the library).

        Raises:
            NamespaceError: this is a template.
            EmbedderMismatchError: another embedder wrote it.
        """
        return self._session.vault

    def resolve(self, config: RunnableConfig | None) -> Self:
        """This namespace with its placeholders filled from `config["configurable"]`, else from the
        run's context, else from the user whom a server authenticated, who cannot be another.

        Raises NamespaceError for a value that is missing, none that can be, or another's.
        """
        own = self._session.resolve(config)
        if own is self._session:
            return self
        return type(self)(own.store, own.parts, own.policy, own.model, own.language, own.zone)

    def attach(self, writer: Writer) -> None:
        """Have a writer flushed before every dream and closed before the store; held weakly."""
        self._store.attach(writer)

    def _keep_aside(self, episode: Episode, why: str) -> bool:
        return self._store._keep_aside(self.parts, episode, why)

    def flush(self) -> None:
        """Write what recorders hold back and what recall has noted."""
        self._session.flush()

    # -- awake

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        """Keep episodes; one that is already there stays as it is. Returns their ids in order.

        Raises:
            InvalidInputError: a text is blank or too long; nothing is written.
            EmbedderError: the embedder answered what cannot be stored; nothing is written.
        """
        return recording.record(self._session, episodes)

    arecord = off_loop(record)

    def add_links(self, links: Sequence[Link]) -> None:
        """Store links of your own; a `since` of 0 stands for now.

        Raises:
            InvalidInputError: an end is not an item of this namespace.
        """
        recording.add_links(self._session, links)

    def recall(
        self,
        query: str,
        k: int = 10,
        *,
        links: bool = True,
        without_dream: str | Iterable[str] = (),
        as_of: datetime | None = None,
        note: bool = True,
        policy: DreamPolicy | None = None,
        floor: float | None = None,
        archived: bool = False,
    ) -> Recall:
        """The k episodes that answer a question best, each with the reason why it came; none when
        nothing known here is relevant: the answer's `relevance` is below its `floor`.

        Args:
            query, k: the question, and the number of episodes.
            links, without_dream: False leaves out all links, ids of dreams those of theirs.
            as_of: what was known and held at that time; without a zone it is UTC.
            note: remember the question and the links that helped; the next dream strengthens them.
            policy, floor: other settings for this question alone; the least relevance, 0 to 1.
            archived: search what dreams have put into the archive, too; `as_of` always does.

        Raises:
            InvalidInputError: the question is blank or no text, or k or floor is out of range.
            EmbedderError: the embedder failed on the question.
            UnknownDreamError: no dream has the id of `without_dream`.
        """
        return reading.recall(
            self._session,
            query,
            k,
            links=links,
            without_dream=without_dream,
            as_of=as_of,
            note=note,
            policy=policy,
            floor=floor,
            archived=archived,
        )

    arecall = off_loop(recall)

    def as_retriever(
        self, k: int = 5, *, links: bool = True, floor: float | None = None, memories: bool = False
    ) -> DreamRetriever:
        """Recall as a LangChain retriever of the k best turns; with `memories` these come first.

        Each document's metadata has its id, score, why, date and trust; one that is not to be
        trusted is fenced. A template is filled by each run. Raises InvalidInputError.
        """
        return DreamRetriever.of(self, k, links, floor, memories)

    def episodes(self, ids: Sequence[str] | None = None) -> list[Episode]:
        """Episodes by id, or all, oldest first; unknown ids are left out."""
        return reading.episodes(self._session, ids)

    def memories(self, ids: Sequence[str] | None = None) -> list[Memory]:
        """Memories by id, or all that hold; unknown ids are left out."""
        return reading.memories(self._session, ids)

    def links(self, include_expired: bool = False) -> list[Link]:
        """All links; the expired ones too when asked for."""
        return reading.links(self._session, include_expired)

    def counts(self) -> dict[str, int]:
        """Numbers of episodes, undreamt, memories and links."""
        return self.vault.count()

    def core(self) -> Core:
        """The few memories that are worth being always in context, each with its sources."""
        return self.vault.get_core()

    # -- asleep

    def plan(
        self,
        *,
        focus: str | None = None,
        depth: Depth | None = None,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
    ) -> DreamPlan:
        """Plan what a dream would do and cost now: seeds, pairs, model calls, tokens, price.

        Nothing is asked of the model, and nothing is written but what recorders hold back. All
        arguments are as for `dream`; without a model the plan has no calls.

        Raises:
            InvalidInputError: focus is no text, depth is none, or policy no DreamPolicy.
            NamespaceError: this is a template.
            BusyError: something was forgotten meanwhile; plan again.
        """
        return dreaming.plan(self._session, focus, depth, model, budget, policy)

    aplan = off_loop(plan)

    def dream(
        self,
        *,
        focus: str | None = None,
        depth: Depth | None = None,
        dry_run: bool = False,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
        review: ReviewMode = "",
        on_event: OnEvent | None = None,
    ) -> DreamReport:
        """Run one dream over what is new; returns its report.

        Inside a node or tool of another graph it is a run of its own, which keeps nothing in that
        graph's checkpointer. Of two dreams at once the second to end is `rejected`, and its
        episodes wait for the next.

        Args:
            focus: what to start from, in words; old episodes about it are dreamt of again.
            depth: "nap" looks whether the last turns repeat, contradict or update something,
                without a model; "deep" is a "sleep" that changes pages and the core besides; None
                is deep when one of these is due, else a sleep.
            dry_run: plan and report, write nothing.
            model: "openai:NAME" or a chat model; None takes the namespace's, if it has one.
            budget: what the model may cost; the dream ends with its best so far when it is used up.
            policy: other settings for this dream alone.
            review: "ask" leaves the dream `waiting` in the journal until `approve` or `reject`
                decides on it; "auto" writes what the policy's `review` lets pass.
            on_event: called with every progress event.

        Raises:
            InvalidInputError: an argument is not what it has to be.
            NamespaceError: this is a template, and no run around it fills it.
            EmbedderError: the embedder failed, or another one wrote this namespace.
            StoreError: the store cannot be read or written; what was begun is finished by the next.
            DreamError: the dream graph ended without a report.
            BusyError: something was forgotten during a dry run; run it again.
        """
        given = dream_input(focus, dry_run, budget, review, depth)
        return dreaming.dream(self._session, given, model, policy, on_event)

    async def adream(
        self,
        *,
        focus: str | None = None,
        depth: Depth | None = None,
        dry_run: bool = False,
        model: str | BaseChatModel | None = None,
        budget: Budget | None = None,
        policy: DreamPolicy | None = None,
        review: ReviewMode = "",
        on_event: OnEvent | None = None,
    ) -> DreamReport:
        """`dream`, off the event loop; the model is asked by its async methods."""
        given = dream_input(focus, dry_run, budget, review, depth)
        return await dreaming.adream(self._session, given, model, policy, on_event)

    def dreams(self) -> list[DreamReport]:
        """The journal, oldest first, without the operations; with its rejected dreams."""
        return self.vault.dreams()

    def report(self, dream_id: str) -> DreamReport:
        """One dream with its operations; a unique beginning of the id is enough.

        Raises:
            UnknownDreamError: no such dream, or several.
        """
        return reading.report(self._session, dream_id)

    # -- decided and taken back

    def approve(self, dream_id: str, answer: Any = "all") -> DreamReport:
        """Write a dream that waits, or what is approved of it; returns its report.

        What rests on an operation that is not approved is not written either. The dream is tried
        once more before it is written; one that was overtaken by another since it began, or of
        which something was forgotten, is `rejected`, with the reason.

        Args:
            dream_id: its id, or the unique beginning of it.
            answer: "all"; a list of the operations to approve, by their ids or by those of what
                they change; `{"approve": ..., "reject": ..., "edit": {id: text}}`; or any other
                answer that the review's interrupt takes.

        Raises:
            UnknownDreamError: no such dream, or several.
            ReviewError: it does not wait, or the answer cannot be taken; nothing is written.
            BusyError: a dream is under way in this namespace.
        """
        return reviewing.approve(self._session, dream_id, answer)

    aapprove = off_loop(approve)

    def reject(self, dream_id: str, *, redream: bool = True) -> DreamReport:
        """Write nothing of a dream that waits; without `redream` its episodes count as dreamt.

        Raises UnknownDreamError for no such dream, or several; ReviewError if it does not wait;
        BusyError while a dream is under way in this namespace.
        """
        return reviewing.reject(self._session, dream_id, redream)

    areject = off_loop(reject)

    def diff(self, dream: str | DreamReport) -> DreamDiff:
        """The difference a dream made, with what a rollback would meet.

        `dream` is the id of one in the journal, or its unique beginning; or a report, such as that
        of a dry run. Raises UnknownDreamError for no such dream, or several.
        """
        return undoing.diff(self._session, dream)

    def rollback(self, dream_id: str, *, cascade: bool = False, redream: bool = True) -> Rollback:
        """Undo a dream: memories, statuses, links, weights and the core are as before it.

        What was changed since by no dream stays as it is, and is named. The dream stays in the
        journal as `rolled_back`.

        Args:
            dream_id: its id, or the unique beginning of it.
            cascade: undo also the operations of later dreams that rest on it.
            redream: let the next dream take its episodes up again; False leaves them dreamt.

        Raises:
            UnknownDreamError: no such dream, or several.
            RollbackError: it was never committed or is rolled back already, or operations of later
                dreams rest on it and `cascade` is not set; nothing is written.
            BusyError: a dream is under way in this namespace.
        """
        return undoing.rollback(self._session, dream_id, cascade, redream)

    arollback = off_loop(rollback)

    def undo(self, operations: Sequence[str], *, cascade: bool = False) -> Rollback:
        """Undo single operations of one dream, given by their ids; it goes on without them.

        With `cascade` the later operations that rest on them are undone, too.

        Raises:
            InvalidInputError: no ids, or what is none.
            UnknownDreamError: no dream has the first of them.
            RollbackError: one is not in force in that dream, or later operations rest on them and
                `cascade` is not set; nothing is written.
            BusyError: a dream is under way in this namespace.
        """
        return undoing.undo(self._session, operations, cascade)

    aundo = off_loop(undo)

    def forget(
        self,
        *,
        episodes: Sequence[str] | None = None,
        thread: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        text: str | None = None,
        memories: Sequence[str] | None = None,
        everything: bool = False,
        dry_run: bool = False,
    ) -> Forgotten:
        """Remove episodes and all that came of them; returns what was removed.

        With the episodes go: memories that only they bear out, links, lines of the core, recall
        notes, and whatever the journal tells of them. A memory that other episodes bear out keeps
        those; one that was superseded by a removed memory alone holds again. What other episodes
        say in the same words stays. Files of an embedded store are compacted. What was begun is
        finished by the next opening. Of several selectors an episode has to match all.

        Args:
            episodes: ids.
            thread: a conversation.
            since: from this time on; without a zone it is UTC.
            until: up to, but not at, this time.
            text: whole words side by side, in any case, in what an episode said, did or met; by
                itself it also takes memories and recall notes with these words.
            memories: ids of memories; their episodes stay. Goes with no other selector.
            everything: the whole namespace. Goes with no other selector.
            dry_run: tell what would go, and write nothing.

        Raises:
            InvalidInputError: nothing says what to forget, selectors do not go together, an id is
                not there, or a switch is neither True nor False; nothing is removed.
            NamespaceError: this is a template.
            BusyError: a dream is under way in this namespace.
            StoreError: the store cannot be read or written; the next opening ends what was begun.
        """
        selectors = Selectors(episodes, thread, since, until, text, memories)
        return forgetting.forget(self._session, selectors, everything=everything, dry_run=dry_run)

    aforget = off_loop(forget)
