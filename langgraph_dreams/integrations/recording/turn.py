"""From one run of a graph to one episode: what was said, done and answered, and how it ended.

Text. `Episode.text`, what is searched, holds what was said, found and answered, and each tool call
with its arguments in short. What tools returned is kept in `done[].result` only, but for the
results of failed calls, and what an agent that was called as a tool found.

Trust. What was said has a trust of its own, `Episode.said_trust`, which counts for memories:
what a user said, or answered to an interrupt, is TRUSTED whatever the agent recalled, looked up or
answered beside it; any other input is ASSERTED, also what one agent says to another that it calls
as a tool. `Episode.trust` is the lowest of that and of the other parts in its text:
- what the agent answered has the trust of what it could draw on: it takes nothing from the
  user's words, but is ASSERTED at most once tools were called in this run, or their results
  were in the history it was given, or recalled text was in the prompt: it may be an echo of it;
- the text of a failed tool call comes from outside, so it makes the episode UNTRUSTED;
- the text of an error that the agent's own code raised is ASSERTED.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from langgraph.errors import GraphBubbleUp
from langgraph.types import Command

from langgraph_dreams._text import condensed, one_line, shorten
from langgraph_dreams.integrations.recording.bounded_json import compact, state_fields
from langgraph_dreams.integrations.recording.ending import (
    Ending,
    ending_of,
    error_text,
    interrupt_texts,
)
from langgraph_dreams.integrations.recording.findings import found_texts, is_sent, node_at
from langgraph_dreams.integrations.recording.limits import Limits
from langgraph_dreams.integrations.recording.messages import (
    Message,
    brings_outside_text,
    joined,
    last_said_end,
    message_id,
    newest_said,
    raw_messages,
    read_message,
    read_messages,
    updated_messages,
)
from langgraph_dreams.integrations.recording.resumed import words_in
from langgraph_dreams.llm.thoughts import spoken
from langgraph_dreams.types.base import Trust, now
from langgraph_dreams.types.items import Contribution, Episode, Origin, ToolUse, episode_id

_MOST_PRODUCED = 400
_IN_TEXT = 200
"""Characters of a tool's arguments or of its error that the searched text carries."""


@dataclass(slots=True)
class Call:
    """A tool call while it goes on."""

    name: str
    args: str
    call_id: str = ""
    result: str = ""
    ok: bool = True
    answered: bool = False
    agent: bool = False
    """True if another agent answered it: what it returned is what that agent found."""

    def end(self, result: str, ok: bool = True) -> None:
        """Notes what came back."""
        self.result, self.ok, self.answered = result, ok, True

    def use(self) -> ToolUse:
        """The call as the episode keeps it."""
        return ToolUse(name=self.name or "tool", args=self.args, result=self.result, ok=self.ok)


@dataclass(slots=True)
class Turn:
    """One run while it goes on; holds texts, and of the agent's own messages references."""

    run: str
    key: str
    limits: Limits
    thread: str = ""
    reaction: str = ""
    tags: tuple[str, ...] = ()
    time: datetime = field(default_factory=now)
    said: str = ""
    speaker: str = ""
    origin: Origin = "agent"
    message: str = ""
    """Id of the user's last message."""
    decision: str = ""
    """What resumed the run, where it is no plain text: an approval, a choice, a form."""
    called_as_tool: bool = False
    """True if another agent says what stands in the place of the user's message."""
    recalled_in_view: bool = False
    """True if the agent was shown recalled text, which its answer may repeat."""
    resumed: bool = False
    """True if it answers an interrupt: what was said then is no other version of a message."""
    calls: dict[UUID | str, Call] = field(default_factory=dict)
    interrupts: list[str] = field(default_factory=list)
    left_out: int = 0
    """Characters of it that are not kept."""
    depth: int = 0
    """How many nodes of other graphs its graph runs within."""
    _fields_before: dict[str, str] = field(default_factory=dict)
    _history_end: str | None = None
    _history_seen: bool = False
    _without_input: bool = False
    _tools_in_view: bool = False
    _tool_errors: list[BaseException] = field(default_factory=list)
    _nodes: dict[UUID, str] = field(default_factory=dict)
    _working: set[str] = field(default_factory=set)
    """Nodes that a model was called in, or that `Send` started: what they return is a finding."""
    _found: list[Contribution] = field(default_factory=list)
    _produced: deque[Any] = field(default_factory=lambda: deque(maxlen=_MOST_PRODUCED))

    # while it goes on

    def begin(self, inputs: Any) -> None:
        """Reads the input of the run."""
        if isinstance(inputs, Command):
            if inputs.resume is not None:
                self.resumed = True
                self.origin = "user"
                self.said = self._kept(words_in(inputs.resume))
                decision = compact(inputs.resume, self.limits.args)
                self.decision = "" if decision == self.said else decision
                return
            inputs = inputs.update
        raw = raw_messages(inputs, self.key)
        if raw is None:
            self._without_input = inputs is None
            self.said = "" if inputs is None else compact(inputs, self.limits.text)
            fields = state_fields(inputs)
            self._fields_before = {k: compact(v, _IN_TEXT) for k, v in fields.items()}
            return
        said = newest_said(raw)
        if said:
            self._hear(said)
            return
        last = read_message(raw[-1]) if raw else None
        self.said = self._kept(last.text) if last is not None else ""

    def _kept(self, text: str) -> str:
        kept = condensed(text, self.limits.text)
        self.left_out += max(0, len(text) - len(kept))
        return kept

    def _hear(self, said: Sequence[Message]) -> None:
        """Takes what the user said, or the agent that calls this one as a tool."""
        self.origin = "agent" if self.called_as_tool else "user"
        text, name = joined(said)
        self.speaker = shorten(name or self.speaker, _IN_TEXT)
        self.message = shorten(said[-1].id, _IN_TEXT)
        self.said = self._kept(text)

    def begin_at_end(self, state: Any) -> None:
        """Reads the last turn of a whole state: what the user said last, and what followed."""
        raw = raw_messages(state, self.key)
        if raw is None:
            self.begin(None)
            return
        self._tools_in_view = any(map(brings_outside_text, raw))
        self.begin({self.key: raw[: last_said_end(raw)]})

    def learn_history(self, inputs: Any) -> None:
        """Reads from the first node's input where the history ends and this run's own begins."""
        if self._history_seen:
            return
        self._history_seen = True
        raw = raw_messages(inputs, self.key)
        if raw is None:
            return
        self._history_end = message_id(raw[-1]) if raw else None
        self._tools_in_view = any(map(brings_outside_text, raw))
        said = newest_said(raw)
        if said and self._without_input:
            # Run again after a failure, from an earlier checkpoint, or after an edit of the state:
            # what it answers is at the end of the history.
            self._hear(said)
        elif said and self.said and not (self.message or self.resumed):
            self.message = shorten(said[-1].id, _IN_TEXT)  # given when it came into the state

    def node_begins(self, run: UUID, metadata: Mapping[str, Any]) -> None:
        """A node of its graph begins."""
        self._nodes[run] = node_at(metadata, self.depth)
        if is_sent(metadata):
            self._working.add(self._nodes[run])

    def model_called(self, metadata: Mapping[str, Any]) -> None:
        """A model is called somewhere within a node."""
        self._working.add(node_at(metadata, self.depth))

    def produce(self, update: Any, run: UUID) -> None:
        """Keeps what a node returned: its messages, for a run that never gives its output, and
        what a worker, or an agent, found and keeps elsewhere in the state.
        """
        self._produced.extend(updated_messages(update, self.key))
        name = self._nodes.pop(run, "")
        if name in self._working and len(self._found) < self.limits.others:
            texts = (condensed(text, self.limits.text) for text in found_texts(update, self.key))
            self._found += [Contribution(name=shorten(name, _IN_TEXT), text=t) for t in texts]

    def call(self, run: UUID, name: str, args: Any, call_id: str) -> None:
        """A tool was started."""
        if len(self.calls) < self.limits.tools and run not in self.calls:
            kept = compact(args, self.limits.args)
            self.calls[run] = Call(shorten(name, 200), kept, call_id, agent=_for_agent(args))

    def call_runs(self, run: UUID | None, inputs: Any) -> None:
        """Something begins within a run: a graph with messages within a tool is an agent."""
        call = None if run is None else self.calls.get(run)
        if call is not None and raw_messages(inputs, self.key) is not None:
            call.agent = True

    def call_ended(self, run: UUID, output: Any) -> None:
        """A tool returned; one that returns a Command has its result among the messages."""
        call = self.calls.get(run)
        if call is None or isinstance(output, Command):
            return
        message = read_message(output) if not isinstance(output, str) else None
        if message is not None and message.role == "tool":
            call.call_id = call.call_id or message.answers
            call.end(condensed(message.text, self.limits.result), message.ok)
        else:
            call.end(compact(output, self.limits.result))

    def call_failed(self, run: UUID, error: BaseException) -> None:
        """A tool raised; an interrupt or a handover is no failure."""
        call = self.calls.get(run)
        if call is None:
            return
        if isinstance(error, GraphBubbleUp):
            asked = "; ".join(interrupt_texts(error, self.limits.error))
            call.end(f"interrupted: {asked}" if asked else "handed over")
            return
        self._tool_errors.append(error)
        call.end(error_text(error, self.limits.result), ok=False)

    def fail_call(self, asked: Mapping[str, Any], error: BaseException) -> None:
        """A tool call of a message raised, and no callback told of it."""
        run = uuid4()
        self.call(run, str(asked.get("name", "")), asked.get("args"), str(asked.get("id") or ""))
        self.call_failed(run, error)

    # when it has ended

    def episode(self, position: int, outputs: Any, error: BaseException | None) -> Episode | None:
        """The turn as an episode; None when nothing was said, done or answered."""
        ending = self._ending(error)
        added = self._added(outputs)
        self._calls_from(added)
        answered = self._answered(added, outputs)
        others = self._others(added, answered)
        done = tuple(call.use() for call in self.calls.values())
        text = self._text(answered, others, done, ending)
        if self.decision:
            done = (ToolUse(name="resume", args=self.decision), *done)
            text = text or f"decision: {self.decision}"
        if not text:
            return None
        return Episode(
            id=episode_id(self.thread, position, text, self.time, self.run),
            text=text,
            thread=self.thread,
            position=position,
            run=self.run,
            message=self.message,
            time=self.time,
            speaker=self.speaker,
            said=self.said,
            answered=answered,
            others=others,
            done=done,
            outcome=ending.outcome,
            error=ending.error,
            reaction=self.reaction,
            origin=self.origin,
            trust=self._trust(bool(answered or others), done, ending),
            said_trust=self._said_trust() if self.said.strip() else None,
            tags=self.tags,
        )

    def _ending(self, error: BaseException | None) -> Ending:
        return ending_of(error, self.interrupts, self._tool_errors, self.limits.error)

    def _added(self, outputs: Any) -> list[Message]:
        raw = raw_messages(outputs, self.key)
        if raw is None or not raw:
            raw = list(self._produced)
        start = last_said_end(raw)
        if self._history_end is not None:
            for index in range(len(raw) - 1, -1, -1):
                if message_id(raw[index]) == self._history_end:
                    start = index + 1
                    break
        return [message for message in read_messages(raw[start:]) if message.role != "user"]

    def _calls_from(self, added: list[Message]) -> None:
        """Adds the calls and results that only the messages tell of."""
        known = {call.call_id: call for call in self.calls.values() if call.call_id}
        for message in added:
            for asked in message.calls:
                if asked.id in known or len(self.calls) >= self.limits.tools:
                    continue
                call = Call(asked.name, compact(asked.args, self.limits.args), asked.id)
                call.agent = _for_agent(asked.args)
                self.calls[f"message {len(self.calls)}"] = known[asked.id] = call
            call_answered = known.get(message.answers) if message.role == "tool" else None
            if call_answered is not None and not call_answered.answered:
                call_answered.end(condensed(message.text, self.limits.result), message.ok)

    def _answered(self, added: list[Message], outputs: Any) -> str:
        for message in reversed(added):
            if message.role == "agent" and message.text.strip():
                return self._kept(message.text)
        if outputs is None or raw_messages(outputs, self.key) is not None:
            return ""
        fields = state_fields(outputs)
        if not fields:
            return compact(_told(outputs), self.limits.text)
        before = self._fields_before
        changed = {
            name: _told(value)
            for name, value in fields.items()
            if name != "__interrupt__" and before.get(name) != compact(value, _IN_TEXT)
        }
        return compact(changed, self.limits.text) if changed else ""

    def _others(self, added: Sequence[Message], answered: str) -> tuple[Contribution, ...]:
        """What agents found before the answer; not what one says while it calls its tools."""
        texts = [m for m in added if m.role == "agent" and m.text.strip() and not m.calls]
        found = [
            Contribution(name=shorten(m.name, _IN_TEXT), text=condensed(m.text, self.limits.text))
            for m in texts
        ]
        if found and found[-1].text == answered:
            found.pop()
        worked = [c for c in self.calls.values() if c.agent and c.ok and c.result.strip()]
        known = (self.said, answered, *(other.text for other in found))
        found[:0] = [c for c in self._found if not any(c.text in text for text in known)]
        found[:0] = [Contribution(name=c.name, text=c.result) for c in worked]
        kept, room = [], self.limits.text
        for other in dict.fromkeys(found[: self.limits.others]):
            text = condensed(other.text, max(room, _IN_TEXT))
            room -= len(text)
            self.left_out += len(other.text) - len(text)
            kept.append(other.model_copy(update={"text": text}))
        return tuple(kept)

    def _text(
        self,
        answered: str,
        others: tuple[Contribution, ...],
        done: tuple[ToolUse, ...],
        ending: Ending,
    ) -> str:
        who = self.speaker or ("user" if self.origin == "user" else "input")
        lines = [f"{who}: {self.said}"] if self.said.strip() else []
        lines += [f"{other.name or 'agent'}: {other.text}" for other in others]
        if answered.strip():
            lines.append(f"agent: {answered}")
        for use in done:
            args = one_line(use.args, _IN_TEXT)
            failed = "" if use.ok else f" failed: {one_line(use.result, _IN_TEXT)}"
            lines.append(f"tool: {use.name} {args}{failed}")
        if ending.outcome != "ok":
            lines.append(f"{ending.outcome}: {ending.error}".rstrip(": "))
        return "\n".join(lines)

    def _trust(self, answered: bool, done: tuple[ToolUse, ...], ending: Ending) -> Trust:
        parts = [self._said_trust()]
        if done or (answered and (self._tools_in_view or self.recalled_in_view)):
            parts.append(Trust.ASSERTED)
        if ending.outcome == "error":
            parts.append(Trust.UNTRUSTED if ending.from_tool else Trust.ASSERTED)
        if any(not use.ok for use in done):
            parts.append(Trust.UNTRUSTED)
        return min(parts)

    def _said_trust(self) -> Trust:
        return Trust.TRUSTED if self.origin == "user" else Trust.ASSERTED


def _told(value: object) -> object:
    """An output that is a text, without the thoughts that a local server leaves in it."""
    return spoken(value) if isinstance(value, str) else value


def _for_agent(args: Any) -> bool:
    """True if a call names the agent that shall answer it, as `task` of Deep Agents does."""
    return isinstance(args, Mapping) and "subagent_type" in args
