"""From a run that checkpoints tell of to its episode, by the rules of the recorder.

What the recorder hears from callbacks is read from the states instead: the input, the history that
the first node was shown, the messages at the end, and how it ended.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from langgraph.types import Command

from langgraph_dreams.importers.past.steps import Run, Step
from langgraph_dreams.integrations.recording.bounded_json import state_fields
from langgraph_dreams.integrations.recording.ending import interrupt_texts
from langgraph_dreams.integrations.recording.limits import Limits
from langgraph_dreams.integrations.recording.messages import (
    last_said_end,
    message_id,
    raw_messages,
    read_message,
    sender_in,
)
from langgraph_dreams.integrations.recording.recall_shown import state_shows_recall
from langgraph_dreams.integrations.recording.rewritten import said_now, whole_turn
from langgraph_dreams.integrations.recording.turn import Turn
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode

TAG = "import:checkpoints"
"""On every episode that was read from checkpoints."""
STILL_GOING = timedelta(minutes=15)
"""A run that is not finished, and made a step so lately, may go on."""
_INTERNAL = ("__", "branch:", "start:", "join:")
"""Beginnings of the names of channels that are the graph's own."""
_TO_RUN = ("branch:to:", "__pregel_tasks")
_INPUT, _OUTPUT, _ROOT = "__start__", "__end__", "__root__"
_REPR = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\((?P<args>.*)\)\Z", re.DOTALL)


class StillGoingError(Exception):
    """A run may still be under way."""


def episode_of(thread: str, run: Run, newest: bool, key: str, limits: Limits) -> Episode | None:
    """The episode of a run; None when nothing was said, done or answered.

    `newest` is True of the one that made the last step of its thread. Raises StillGoingError for
    a run that may go on, and what loading a checkpoint raises.
    """
    turn = Turn(run=run.key, key=key, limits=limits, tags=(TAG,))
    turn.thread = thread
    metadata = run.first.metadata
    turn.speaker = sender_in({"sender": metadata.get("sender")})[: limits.text]
    end = run.last.load()
    turn.time = _time(run, metadata)
    _begin(turn, run, end.values, key)
    values = _whole(turn, run, end.values, key)
    turn.recalled_in_view = state_shows_recall(_fields(values), key)
    error: BaseException | None = None
    if run.failed:
        error = failure_of(run.failed)
        _fail_call(turn, values, error, key)
    elif run.stopped:
        turn.interrupts = interrupt_texts(list(run.asked), limits.error) or [""]
    elif _unfinished(run.last, end.values):
        if newest and now() - end.time < STILL_GOING:
            raise StillGoingError
        error = GeneratorExit()
    position = int(turn.time.timestamp() * 1000)
    return turn.episode(position, _output(values), error)


def _time(run: Run, metadata: Mapping[str, Any]) -> datetime:
    """When it began: as its caller told, as the recorder takes it, else when it was first kept."""
    told = metadata.get("time")
    if isinstance(told, str):
        try:
            return datetime.fromisoformat(told)
        except ValueError:
            pass
    return run.first.load().time + run.delay


def _begin(turn: Turn, run: Run, end: Mapping[str, Any], key: str) -> None:
    """Reads what began the run, and where the history ended that it was given."""
    if run.begins == "resumed":
        turn.begin(Command(resume=run.answer))
        turn.learn_history(_state(run.base))
    elif run.begins == "again":
        turn.begin(None)
        shown = run.steps[0] if run.first.source == "fork" else run.base
        turn.learn_history(_state(shown))
    elif run.begins == "input" and (given := _given(run)) is not None:
        turn.begin(given)
        turn.learn_history(_after_input(run, given, key))
    else:
        before = {message_id(m) for m in raw_messages(_state(run.base), key) or ()}
        raw = raw_messages(end, key) or []
        fresh = [m for m in raw if message_id(m) not in before]
        said = raw[: last_said_end(raw)] if last_said_end(fresh) else []
        turn.begin({key: said} if said else None)
        turn.learn_history({key: said or [m for m in raw if message_id(m) in before]})


def _given(run: Run) -> Any:
    return run.first.load().values.get(_INPUT)


def _after_input(run: Run, given: Any, key: str) -> object:
    """The state that the first node was shown."""
    if len(run.steps) > 1:
        return _state(run.steps[1])
    before = raw_messages(_state(run.first), key) or []
    return {key: [*before, *(raw_messages(given, key) or ())]}


def _state(step: Step | None) -> Mapping[str, Any]:
    return {} if step is None else _fields(step.load().values)


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a state without the channels that are the graph's own."""
    return {name: value for name, value in values.items() if not name.startswith(_INTERNAL)}


def _output(values: Mapping[str, Any]) -> Any:
    """What the graph gave back: its state, or the one value of a graph that has no fields."""
    for name in (_OUTPUT, _ROOT):
        if name in values:
            return values[name]
    return _fields(values)


def _whole(turn: Turn, run: Run, end: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The values at the end with the messages that this turn had lost by then."""
    raw = raw_messages(end, key)
    if raw is None or not turn.message or any(message_id(m) == turn.message for m in raw):
        return end
    seen: dict[str, Any] = {}
    said: list[Any] = []
    before = {message_id(m) for m in raw_messages(_state(run.base), key) or ()}
    for step in run.steps:
        state = _state(step)
        said = said or _said_in(state, key, turn.message)
        for message in raw_messages(state, key) or ():
            read = read_message(message)
            name = message_id(message)
            if read is not None and read.role in ("agent", "tool") and name and name not in before:
                seen[name] = message
    return {**end, key: whole_turn(raw, said, list(seen.values()))}


def _said_in(state: Mapping[str, Any], key: str, message: str) -> list[Any]:
    raw = raw_messages(state, key) or ()
    return said_now(state, key) if any(message_id(m) == message for m in raw) else []


def _unfinished(step: Step, values: Mapping[str, Any]) -> bool:
    """True if nodes were to run next."""
    return step.unfinished or any(
        name.startswith(_TO_RUN[0]) or (name == _TO_RUN[1] and bool(value))
        for name, value in values.items()
    )


def failure_of(shown: str) -> Exception:
    """An exception of the type and words that `repr` shows."""
    match = _REPR.match(shown)
    if match is None:
        return Exception(shown)
    try:
        given = ast.literal_eval(f"({match['args']},)") if match["args"] else ()
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        given = (match["args"],)
    name = match["name"].rpartition(".")[2]
    made: Exception = type(name, (Exception,), {})(*given)
    return made


def _fail_call(turn: Turn, values: Mapping[str, Any], error: BaseException, key: str) -> None:
    """A failure while a call waits for its result is that call's: its text came from outside."""
    raw = raw_messages(values, key) or []
    messages: Sequence[Any] = [read_message(m) for m in raw[last_said_end(raw) :]]
    answers = {m.answers for m in messages if m is not None and m.role == "tool"}
    for message in reversed(messages):
        waiting = [c for c in getattr(message, "calls", ()) if c.id not in answers]
        if waiting:
            call = waiting[0]
            turn.fail_call({"name": call.name, "args": call.args, "id": call.id}, error)
            return


def thread_values(steps: Sequence[Step]) -> dict[str, Any]:
    """What the configs of a thread's runs named, such as the user; the newest counts."""
    named: dict[str, Any] = {}
    for step in steps:
        named |= {k: v for k, v in state_fields(step.metadata).items() if isinstance(v, str | int)}
    return named
