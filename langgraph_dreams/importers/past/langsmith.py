"""Runs as LangSmith's client gives them, a JSON object a line: a trace is an episode.

The root run of a trace has what was said and answered, its runs of tools what was done; what is in
between is how it was done. The thread is what LangSmith takes for one: `thread_id`, `session_id` or
`conversation_id` in the metadata.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from langgraph_dreams._text import brief
from langgraph_dreams.importers.langchain import langchain_fields
from langgraph_dreams.importers.logs import file_lines, numbered
from langgraph_dreams.importers.past.turns import failure_of
from langgraph_dreams.importers.recording import LogReading
from langgraph_dreams.importers.records import LogProblem, Place, first_word, word
from langgraph_dreams.importers.times import parse_time
from langgraph_dreams.importers.values import read_values
from langgraph_dreams.integrations.recording.limits import Limits
from langgraph_dreams.integrations.recording.messages import (
    raw_messages,
    read_messages,
    sender_in,
)
from langgraph_dreams.integrations.recording.turn import Turn
from langgraph_dreams.types.items import Episode

KEY = "messages"
TAG = "import:langsmith"
_THREAD = ("thread_id", "session_id", "conversation_id")
_MARKS = {"run_type", "inputs", "start_time"}
_ENDS = (".jsonl", ".ndjson", ".json", ".gz")
_INTERRUPTED = "GraphInterrupt("
_REASON = 300

_Run = Mapping[str, Any]


def is_runs(path: Path) -> bool:
    """True for a file that begins with a run."""
    if not path.is_file() or path.suffix.lower() not in _ENDS:
        return False
    try:
        first = next(iter(file_lines(path)), b"")
        value = json.loads(first)
    except (ValueError, EOFError, OSError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() >= _MARKS


def read_runs(path: Path) -> LogReading:
    """The traces of a file of runs."""
    problems: list[LogProblem] = []
    traces: dict[str, list[tuple[int, _Run]]] = {}
    for value in read_values(numbered(file_lines(path), problems)):
        if isinstance(value, LogProblem):
            problems.append(value)
        elif not isinstance(value[1], dict) or not value[1].keys() >= _MARKS:
            problems.append(Place(value[0]).problem("no run of LangSmith"))
        else:
            run = value[1]
            trace = first_word(run, ("trace_id", "id")) or str(value[0])
            traces.setdefault(trace, []).append((value[0], run))
    episodes: list[Episode] = []
    lines: dict[str, int] = {}
    named: dict[str, Mapping[str, Any]] = {}
    for runs in traces.values():
        line, root = next(((n, r) for n, r in runs if not r.get("parent_run_id")), (0, None))
        if root is None:
            why = f"the root of its trace is not in the file ({len(runs)} runs)"
            problems.append(Place(runs[0][0]).problem(why))
            continue
        try:
            episode = _episode(root, [run for _, run in runs if run is not root])
        except Exception as error:  # noqa: BLE001 -- whatever a run holds, the others are read
            problems.append(Place(line).problem(brief(f"{type(error).__name__}: {error}", _REASON)))
            continue
        if isinstance(episode, str):
            problems.append(Place(line).problem(episode))
            continue
        episodes.append(episode)
        lines[episode.id] = line
        named[episode.id] = _metadata(root)
    episodes.sort(key=lambda e: e.time)
    problems.sort(key=lambda problem: problem.line)
    return LogReading(tuple(episodes), tuple(problems), lines, named, runs=True)


def _episode(root: _Run, others: Sequence[_Run]) -> Episode | str:
    """The episode of a trace, or why it has none."""
    time = parse_time(root.get("start_time"))
    if time is None:
        return "its time cannot be read"
    if root.get("end_time") is None:
        return "not finished; export it again when it is"
    metadata = _metadata(root)
    turn = Turn(run=word(root.get("id")), key=KEY, limits=Limits(), tags=(TAG,))
    turn.thread = first_word(dict(metadata), _THREAD) or turn.run
    turn.time = time
    turn.speaker = sender_in({"sender": metadata.get("sender")})
    given = _state(root.get("inputs"))
    turn.begin(given)
    turn.learn_history(given)
    outputs = _state(root.get("outputs"))
    told = read_messages(raw_messages(outputs, KEY) or ())
    known = {call.name for message in told for call in message.calls}  # with their results
    tools = [
        run for run in others if run.get("run_type") == "tool" and run.get("name") not in known
    ]
    for run in sorted(tools, key=lambda run: str(run.get("start_time"))):
        _call(turn, run)
    shown = str(root.get("error") or "").partition("Traceback (most recent")[0].strip()
    error: BaseException | None = None
    if shown.startswith(_INTERRUPTED):
        turn.interrupts.append(brief(shown, turn.limits.error))
    elif shown:
        error = failure_of(shown)
    position = int(time.timestamp() * 1000)
    found = turn.episode(position, outputs, error)
    return "nothing was said, done or answered in it" if found is None else found


def _call(turn: Turn, run: _Run) -> None:
    name, given = str(run.get("name") or "tool"), run.get("inputs")
    key = UUID(int=len(turn.calls))
    turn.call(key, name, _only(given), "")
    if run.get("error"):
        shown = str(run["error"]).partition("Traceback (most recent")[0].strip()
        turn.call_failed(key, failure_of(shown))
    else:
        turn.call_ended(key, _only(run.get("outputs")))


def _only(value: Any) -> Any:
    """What a tool was given or gave back, out of the object that it is kept in."""
    if isinstance(value, dict) and value.keys() <= {"input", "output"} and len(value) == 1:
        [value] = value.values()
    fields = langchain_fields(value) if isinstance(value, dict) else None
    return value if fields is None else fields


def _metadata(run: _Run) -> Mapping[str, Any]:
    extra = run.get("extra")
    for found in (run.get("metadata"), extra.get("metadata") if isinstance(extra, dict) else None):
        if isinstance(found, dict) and found:
            return found
    return {}


def _state(value: Any) -> Any:
    """Inputs or outputs as a state: messages in the form of chat APIs, other fields as they are."""
    if not isinstance(value, dict):
        return value
    if isinstance(generations := value.get("generations"), list):
        answers = [g.get("message") for g in _flat(generations) if isinstance(g, dict)]
        return {KEY: _messages(answers)}
    if isinstance(value.get(KEY), list):
        return {**value, KEY: _messages(value[KEY])}
    fields = langchain_fields(value)
    return {KEY: [fields]} if fields is not None else value


def _messages(values: Iterable[Any]) -> list[Any]:
    return [_message(value) for value in _flat(values)]


def _message(value: Any) -> Any:
    fields = langchain_fields(value) if isinstance(value, dict) else None
    return value if fields is None or "unreadable" in fields else fields


def _flat(values: Iterable[Any]) -> list[Any]:
    """A batch of one is written as a list within a list; (role, text) pairs stay."""
    found: list[Any] = []
    for value in values:
        pair = isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)
        found += [value] if pair or not isinstance(value, list) else value
    return found
