"""The callback handler that logs each run of a graph as one episode."""

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from langchain_core.runnables import RunnableConfig
from langgraph.callbacks import GraphCallbackHandler, GraphInterruptEvent

from langgraph_dreams._off_loop import off_loop
from langgraph_dreams._text import shorten
from langgraph_dreams._validation import checked_flag, checked_strings, checked_word
from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.integrations.naps import Naps
from langgraph_dreams.integrations.recording.ending import interrupt_texts
from langgraph_dreams.integrations.recording.findings import depth_of
from langgraph_dreams.integrations.recording.limits import Limits, checked_limits
from langgraph_dreams.integrations.recording.messages import sender_in
from langgraph_dreams.integrations.recording.recall_shown import shows_recall, state_shows_recall
from langgraph_dreams.integrations.recording.runs import (
    Lineage,
    called_as_tool,
    calling_config,
    is_plain,
    placeholders,
    plain_values,
)
from langgraph_dreams.integrations.recording.safe_callback import quiet
from langgraph_dreams.integrations.recording.threads import ThreadWriter
from langgraph_dreams.integrations.recording.turn import Turn
from langgraph_dreams.integrations.recording.writer import (
    EXIT_SECONDS,
    EpisodeWriter,
    Recordable,
    checked_recordable,
)
from langgraph_dreams.namespace.template import SERVER_ID

logger = logging.getLogger("langgraph_dreams")

_UPDATE_STATE = "UpdateState"


class EpisodeRecorder(GraphCallbackHandler):
    """Logs every run of a graph as one episode: `graph.with_config(callbacks=[recorder])`.

    Works for invoke, ainvoke, stream, astream and batch, of any compiled LangGraph graph,
    entrypoint or LangChain runnable. One root run is one episode; subgraphs and nested chains
    belong to it. Attached twice, it still records once. `graph.update_state` is not a run.

    - said: the user's messages at the end of the input; else the input as compact JSON; for a
      resumed run, what the interrupt was answered with.
    - done: the tool calls with arguments and results, shortened, seen by their callbacks or in the
      messages that the run added.
    - answered: the agent's last message; else what changed in the output, as compact JSON.
    - outcome: "error" with its text when the run raised; "interrupted" after an `interrupt`, at a
      breakpoint, when cancelled, and when the stream was closed before its end; else "ok".
    - thread: `thread_id`; a run without one is a thread of its own.
    - position: see `ThreadPositions`.
    - time: when the run began; or `metadata={"time": "<ISO 8601>"}` of the run's config, for a
      replayed log.
    - reaction: known only after the turn. When the user's next message of the thread comes while
      the episode still waits to be written, it becomes its reaction; later it stands in the
      thread as the next turn's `said`. A caller who knows it gives `metadata={"reaction": "..."}`.
    - speaker: the message's `name`, or a sender that its metadata give (`additional_kwargs`:
      "sender", "author", "user" or the like); else `metadata={"sender": "..."}` of the run. Of
      messages by several, each stands beside its words in `said`.
    - origin, trust and searched text: see the module `turn`.

    A namespace template is filled from the run's config["configurable"], else from its `context`,
    else from a server's user, else from its metadata. A turn of which none of them says whose it is
    raises NamespaceError when it has ended, at the first time, and is kept aside with those that
    follow (`DreamStore.unattributed`), never put in a shared place. A run that names another than
    whom a server has authenticated is refused when it begins.

    Callbacks copy texts and return; embedding and writing happen in a background thread (see
    `EpisodeWriter`), which is flushed at exit. `flush()` before closing the store.
    """

    run_inline = True
    raise_error = True
    """For what `quiet` lets through: a run of which nobody says whose it is."""

    def __init__(
        self,
        namespace: Recordable,
        *,
        tags: Sequence[str] = (),
        messages_key: str = "messages",
        limits: Limits | None = None,
        attempts: int = 4,
        backoff: float = 0.25,
        capacity: int = 10_000,
        nap: bool = False,
    ) -> None:
        """Takes where to record, and how.

        tags: put on every episode; messages_key: where the state keeps its messages; limits:
        characters kept; attempts, backoff (seconds), capacity (episodes): see `EpisodeWriter`;
        nap: take a nap in the background after what was recorded (see `Namespace.dream`).
        Raises InvalidInputError for what is none of these, or out of range.
        """
        checked_recordable(namespace)
        self._namespace = namespace
        self._names = placeholders(namespace.parts)
        self._tags = checked_strings("tags", tags)
        self._key = checked_word("messages_key", messages_key)
        self._limits = checked_limits(limits)
        naps = Naps() if checked_flag("nap", nap) else None
        self._writer = EpisodeWriter(
            attempts=attempts,
            backoff=backoff,
            capacity=capacity,
            after=None if naps is None else naps.recorded,
        )
        self._lock = threading.Lock()
        self._lineage = Lineage()
        self._threads = ThreadWriter(namespace, self._names, self._writer)
        self._turns: dict[UUID, Turn] = {}
        self._values: dict[UUID, dict[str, Any]] = {}
        namespace.attach(self._writer)

    # what became of the episodes

    @property
    def recorded(self) -> int:
        """Episodes stored."""
        return self._writer.recorded

    @property
    def pending(self) -> int:
        """Episodes not stored yet."""
        return self._writer.pending

    @property
    def failures(self) -> int:
        """Failed attempts to record, each of them logged."""
        return self._writer.failures

    @property
    def dropped(self) -> int:
        """Episodes lost for good: not storable, or too many to hold while the store failed."""
        return self._writer.dropped

    @property
    def unattributed(self) -> int:
        """Turns of which nobody said whose they are, kept aside: see `DreamStore.unattributed`."""
        return self._writer.unattributed

    @property
    def left_out(self) -> int:
        """Characters of turns that were not kept: data such as pictures, and what is over `Limits`.

        Where they stood the text says how many.
        """
        return self._writer.left_out

    def flush(self, timeout: float | None = None) -> bool:
        """Waits, at most `timeout` seconds, until all ended runs are stored.

        False when a write still fails or time is up; the episodes stay in memory. Do not call it
        on an event loop: `aflush` waits beside it.
        """
        return self._writer.flush(timeout)

    aflush = off_loop(flush)

    def close(self, timeout: float | None = EXIT_SECONDS) -> bool:
        """Flushes, in one go without pauses. A later run opens the recorder again."""
        return self._writer.close(timeout)

    # callbacks

    @quiet
    def on_chain_start(
        self,
        serialized: Mapping[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A run begins: a root run opens a turn, the first node shows the history."""
        with self._lock:
            if self._lineage.root(run_id) is not None:
                return
            root = self._lineage.root(parent_run_id)
            self._lineage.add(run_id, root or run_id)
        if root is not None:
            turn = self._turns.get(root)
            if turn is not None:
                turn.call_runs(parent_run_id, inputs)
                if metadata and "langgraph_node" in metadata:
                    turn.learn_history(inputs)
                    if parent_run_id == root:
                        turn.node_begins(run_id, metadata)
                self._fill_values(root, {})
            return
        if str(kwargs.get("name") or "").endswith(_UPDATE_STATE):
            return
        turn = self._new_turn(str(run_id), metadata or {})
        turn.called_as_tool = called_as_tool((metadata or {}).get("langgraph_checkpoint_ns"))
        turn.depth = depth_of(metadata or {})
        turn.begin(inputs)
        with self._lock:
            self._turns[run_id] = turn
            self._values[run_id] = {}
        try:
            self._fill_values(run_id, metadata or {})
        except NamespaceError:
            with self._lock:
                del self._turns[run_id], self._values[run_id]
            raise
        self._threads.react(turn, self._values[run_id])

    @quiet
    def on_chain_end(
        self,
        outputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """A run ended: of a node its messages are kept, of a root the turn is recorded."""
        turn = self._turns.get(parent_run_id) if parent_run_id is not None else None
        if turn is not None:
            turn.produce(outputs, run_id)
        elif run_id in self._turns:
            self._finish(run_id, outputs, None)

    @quiet
    def on_chain_error(
        self,
        error: BaseException,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """A root run raised, was cancelled or abandoned."""
        if run_id in self._turns:
            self._finish(run_id, None, error)

    @quiet
    def on_interrupt(self, event: GraphInterruptEvent) -> None:
        """A root graph stopped to ask."""
        turn = self._turns.get(event.run_id) if event.run_id is not None else None
        if turn is not None and not turn.interrupts:
            asked = interrupt_texts(event.interrupts, self._limits.error)
            turn.interrupts.extend(asked or [f"stopped at a breakpoint ({event.status})"])

    @quiet
    def on_tool_start(
        self,
        serialized: Mapping[str, Any] | None,
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        inputs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A tool was called somewhere within a turn."""
        turn = self._join(run_id, parent_run_id)
        if turn is not None:
            name = str((serialized or {}).get("name") or kwargs.get("name") or "tool")
            args = input_str if inputs is None else inputs
            turn.call(run_id, name, args, str(kwargs.get("tool_call_id") or ""))

    @quiet
    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A tool returned."""
        turn = self._turn_of(run_id)
        if turn is not None:
            turn.call_ended(run_id, output)

    @quiet
    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A tool raised."""
        turn = self._turn_of(run_id)
        if turn is not None:
            turn.call_failed(run_id, error)

    @quiet
    def on_chat_model_start(
        self,
        serialized: Mapping[str, Any],
        messages: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """A model call may be the parent of further runs, and may be shown what was recalled."""
        turn = self._join(run_id, parent_run_id)
        if turn is not None:
            turn.model_called(kwargs.get("metadata") or {})
            turn.recalled_in_view |= any(shows_recall(batch) for batch in messages)

    @quiet
    def on_llm_start(
        self,
        serialized: Mapping[str, Any],
        prompts: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """As `on_chat_model_start`."""
        if turn := self._join(run_id, parent_run_id):
            turn.model_called(kwargs.get("metadata") or {})

    @quiet
    def on_retriever_start(
        self,
        serialized: Mapping[str, Any],
        query: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """As `on_chat_model_start`."""
        self._join(run_id, parent_run_id)

    # turns

    @property
    def namespace(self) -> Recordable:
        """The namespace that it records into."""
        return self._namespace

    def record_state(
        self,
        state: Any,
        config: RunnableConfig | None = None,
        *,
        error: BaseException | None = None,
        failed_call: Mapping[str, Any] | None = None,
        recalled: bool = False,
    ) -> None:
        """Records the last turn of a state with messages, as `record_node` does.

        Raises nothing but NamespaceError, as a run that is listened to (see above), and that not
        for a turn that an error ended.

        error: what ended the turn; failed_call: the tool call (name, args, id) that raised it;
        recalled: whether the agent was shown recalled text that the state does not hold.
        """
        try:
            metadata = {**(config or {}).get("metadata", {})}
            configurable = (config or {}).get("configurable", {})
            if "thread_id" in configurable:
                metadata["thread_id"] = configurable["thread_id"]
            turn = self._new_turn(str(metadata.get("run_id") or uuid4()), metadata)
            # The last step of the place is the node that records, which may be a tool's own.
            place = str(metadata.get("langgraph_checkpoint_ns", "")).rpartition("|")[0]
            turn.called_as_tool = called_as_tool(place)
            turn.begin_at_end(state)
            turn.recalled_in_view = recalled or state_shows_recall(state, self._key)
            if failed_call is not None and error is not None:
                turn.fail_call(failed_call, error)
            values = self._told(configurable, metadata)
            self._threads.react(turn, values)
            self._threads.put(turn, values, state, error)
        except NamespaceError:
            if error is None:
                raise
            logger.warning("a turn that ended by an error is not recorded", exc_info=True)
        except Exception as error:  # noqa: BLE001 -- the agent must go on
            self._writer.failed("recording failed in record_node", error)

    def _new_turn(self, run: str, metadata: Mapping[str, Any]) -> Turn:
        turn = Turn(run=run, key=self._key, limits=self._limits, tags=self._tags)
        turn.thread = str(metadata.get("thread_id") or run)
        turn.reaction = shorten(str(metadata.get("reaction") or ""), self._limits.text)
        turn.speaker = shorten(sender_in({"sender": metadata.get("sender")}), self._limits.text)
        told = metadata.get("time")
        if isinstance(told, datetime):
            turn.time = told
        elif told:
            try:
                turn.time = datetime.fromisoformat(str(told))
            except ValueError as error:
                logger.warning("metadata time %r is not ISO 8601, taken as now: %s", told, error)
        return turn

    def _join(self, run: UUID, parent: UUID | None) -> Turn | None:
        with self._lock:
            root = self._lineage.root(parent)
            if root is None:
                return None
            self._lineage.add(run, root)
        return self._turns.get(root)

    def _turn_of(self, run: UUID) -> Turn | None:
        with self._lock:
            root = self._lineage.root(run)
        return None if root is None else self._turns.get(root)

    def _fill_values(self, root: UUID, metadata: Mapping[str, Any]) -> None:
        values = self._values.get(root)
        if values is None or all(name in values for name in self._names):
            return
        configurable, context = calling_config()
        self._values[root] = {**self._told(configurable, metadata, context), **values}

    def _told(
        self, configurable: Mapping[str, Any], metadata: Mapping[str, Any], context: Any = None
    ) -> dict[str, Any]:
        """What a run says of whose it is; its metadata where nothing else does."""
        found = plain_values(configurable, self._names, context)
        more = {n: metadata[n] for n in self._names if is_plain(metadata.get(n))}
        return found if SERVER_ID in found else {**more, **found}

    def _finish(self, run: UUID, outputs: Any, error: BaseException | None) -> None:
        with self._lock:
            turn = self._turns.pop(run, None)
            values = self._values.pop(run, {})
        if turn is not None:
            self._threads.put(turn, values, outputs, error)
