"""Lines of a log into episodes: thread, place in it, time, origin and trust."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from langgraph_dreams._text import shorten
from langgraph_dreams.importers.records import (
    AGENT_ROLES,
    SYSTEM_ROLES,
    TOOL_ROLES,
    USER_ROLES,
    CaseLine,
    MessageLine,
    UnitEntry,
)
from langgraph_dreams.importers.times import UNDATED, UNDATED_STEP, in_order
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode, episode_id

RESULT_LENGTH = 2_000
"""Characters of a tool's result that are kept with its call."""


@dataclass(frozen=True)
class Placed:
    """An episode and the line it came from."""

    episode: Episode
    line: int


def place_case(case: CaseLine) -> list[Placed]:
    """The units of a case as episodes, session by session, in the order of their positions.

    A session without times starts one step after the session before it, so that the sessions of
    a case stay in order.
    """
    sessions: dict[str, list[UnitEntry]] = {}
    for unit in case.units:
        sessions.setdefault(unit.session, []).append(unit)
    placed: list[Placed] = []
    clock = UNDATED
    for session, units in sessions.items():
        units.sort(key=lambda unit: unit.position)
        times = in_order([unit.time for unit in units], clock)
        clock = times[-1] + UNDATED_STEP
        thread = f"{case.case}/{session}"
        placed += [
            Placed(_unit_episode(unit, case.case, thread, time), case.line)
            for unit, time in zip(units, times, strict=True)
        ]
    return placed


def _unit_episode(unit: UnitEntry, case: str, thread: str, time: datetime) -> Episode:
    return Episode(
        id=episode_id(thread, unit.position, unit.text, time, run=unit.id),
        text=unit.text,
        thread=thread,
        position=unit.position,
        time=time,
        zone=unit.zone,
        speaker=unit.speaker,
        origin="import",
        trust=Trust.ASSERTED,
        tags=(f"unit:{unit.id}", f"case:{case}"),
    )


def place_messages(messages: Sequence[MessageLine]) -> list[Placed]:
    """Chat messages as episodes, thread by thread.

    A thread is in the order of the file, or of its times when every message has one (some
    exports are newest first). What set the agent up keeps its place in the thread and is left
    out: nobody in the conversation said it.
    """
    threads: dict[str, list[MessageLine]] = {}
    for message in messages:
        threads.setdefault(message.thread, []).append(message)
    placed: list[Placed] = []
    for thread, entries in threads.items():
        # Told by the line where the thread begins, so that a log that has grown since keeps
        # the times, and with them the ids, of what was imported before.
        start = UNDATED + (entries[0].line + entries[0].order) * UNDATED_STEP
        known = [entry.time for entry in entries if entry.time is not None]
        if len(known) == len(entries):
            entries.sort(key=lambda entry: entry.time or UNDATED)
        times = in_order([entry.time for entry in entries], start)
        placed += [
            Placed(_message_episode(entry, thread, position, time), entry.line)
            for position, (entry, time) in enumerate(
                zip(_with_results(entries), times, strict=True)
            )
            if entry.role.lower() not in SYSTEM_ROLES
        ]
    placed.sort(key=lambda entry: entry.episode.time)
    return placed


def _with_results(entries: Sequence[MessageLine]) -> list[MessageLine]:
    """The messages of a thread: each call with what came back, each result with its tool's name."""
    names = {call: use.name for e in entries for call, use in zip(e.calls, e.done, strict=False)}
    results = {e.answers: e.done[0] for e in entries if e.answers and e.done}
    told: list[MessageLine] = []
    for entry in entries:
        done = list(entry.done)
        if entry.answers in names and done and done[0].name == "tool":
            done[0] = done[0].model_copy(update={"name": names[entry.answers]})
        for index, call in enumerate(entry.calls):
            if call in results:
                text = shorten(results[call].result, RESULT_LENGTH)
                update = {"result": text, "ok": results[call].ok}
                done[index] = done[index].model_copy(update=update)
        told.append(replace(entry, done=tuple(done)))
    return told


def _message_episode(entry: MessageLine, thread: str, position: int, time: datetime) -> Episode:
    role = entry.role.lower()
    from_tool = role in TOOL_ROLES
    text = _spoken_text(entry)
    return Episode(
        id=episode_id(thread, position, text, time),
        text=text,
        thread=thread,
        position=position,
        time=time,
        zone=entry.zone,
        speaker=entry.speaker,
        said=entry.content if role in USER_ROLES else "",
        answered=entry.content if role in AGENT_ROLES else "",
        done=entry.done,
        origin="tool" if from_tool else "import",
        # What a tool brought back is never believed, in whatever log it stands.
        trust=Trust.UNTRUSTED if from_tool else Trust.ASSERTED,
        tags=(f"unit:{entry.id}",) if entry.id else (),
    )


def _spoken_text(entry: MessageLine) -> str:
    """The text to be searched: the words, who said them if that is a name, and the calls made."""
    named = entry.speaker != entry.role
    lines = [f"{entry.speaker}: {entry.content}" if named else entry.content]
    if entry.role.lower() not in TOOL_ROLES:
        lines += [f"called {use.name}({use.args})" for use in entry.done]
    return "\n".join(line for line in lines if line.strip())
