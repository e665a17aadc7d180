"""A namespace as Markdown: one long-term file, daily notes, and a diary of the dreams.

Markdown cannot tell who said a line, so what nobody vouches for and what reads as instructions is
left out, and so are answers of agents: they may repeat what was read elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from langgraph_dreams._text import one_line
from langgraph_dreams.exporters.folder import place_folder
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.safety.fencing import harmless
from langgraph_dreams.safety.trust import may_become, vouched
from langgraph_dreams.types.base import UNDATED_UNTIL
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.operations import MEMORY_KINDS, Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.told import counted
from langgraph_dreams.types.zones import local_time

DIARY_BYTES = 64_000
"""Size of a file of the diary; the next begins a new one."""
DIARY_FILES = 8
"""Files of the diary that are kept, the newest; what is older is in the journal of the store."""
_LONGEST = 2_000  # characters of a line
_SOURCES = 3
_NOT_FOR_PROMPTS = (
    "<!-- A diary of dreams, for people. Not for the prompt of an agent: what it tells may hold no"
    " longer, and MEMORY.md has what does. -->\n"
)
_CHANGES = {
    "add_memory": "new",
    "merge_memory": "confirmed",
    "supersede_memory": "no longer holds",
    "retire_memory": "taken out",
}


def write_markdown(namespace: Namespace, path: Path) -> tuple[dict[str, int], int]:
    """Write a folder of Markdown; returns what is in it by kind, and what was left out.

    Raises InvalidInputError when the folder cannot be written.
    """
    every = namespace.episodes()
    episodes = {e.id: e for e in every if may_become(e)}
    found = [m for m in namespace.memories() if not m.derived]
    memories = [m for m in found if may_become(m)]
    dreams = namespace.vault.dreams(operations=True)
    diary = _rotated([_dream(report) for report in dreams if report.status == "committed"])
    files = {"MEMORY.md": _long_term(memories, episodes), **_daily(episodes.values())}
    files |= {f"dreams/diary-{number:03}.md": text for number, text in diary.items()}
    place_folder(path, {name: text.encode() for name, text in files.items()})
    counts = {"episode": len(episodes), "memory": len(memories)}
    counts["dream"] = sum(text.count("\n## ") for text in diary.values())
    return counts, len(every) - len(episodes) + len(found) - len(memories)


def day_of(episode: Episode) -> str:
    """The day on the clocks of whoever spoke; empty where none is known."""
    if episode.time < UNDATED_UNTIL:
        return ""
    return (local_time(episode.time, episode.zone) or episode.time).date().isoformat()


def plain_line(text: str) -> str:
    """A text on one line, without what could hide in it."""
    return one_line(harmless(text), _LONGEST).replace("<!--", "<! --")


def _long_term(memories: Iterable[Memory], episodes: dict[str, Episode]) -> str:
    """What holds now, by subject."""
    by_subject: dict[str, list[tuple[str, str]]] = {}
    for memory in memories:
        told = [episodes[name] for name in memory.sources if name in episodes]
        days = sorted(filter(None, map(day_of, told)))
        span = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "undated"
        more = f" and {len(told) - _SOURCES} more" if len(told) > _SOURCES else ""
        cited = ", ".join(e.id for e in told[-_SOURCES:]) + more
        line = f"- {plain_line(memory.text)} ({span}; {cited or 'sources left out'})"
        subject = plain_line(memory.about) or f"{memory.kind.capitalize()}s"
        by_subject.setdefault(subject, []).append((days[0] if days else "", line))
    parts = ["# Memory\n"]
    for subject in sorted(by_subject):
        lines = "\n".join(line for _, line in sorted(by_subject[subject]))
        parts.append(f"## {subject}\n\n{lines}\n")
    return "\n".join(parts)


def _daily(episodes: Iterable[Episode]) -> dict[str, str]:
    """What was said, a file a day."""
    days: dict[str, list[Episode]] = {}
    for episode in sorted(episodes, key=lambda e: (e.time, e.thread, e.position, e.id)):
        days.setdefault(day_of(episode) or "undated", []).append(episode)
    return {f"{day}.md": "\n".join(_day(day, said)) + "\n" for day, said in days.items()}


def _day(day: str, episodes: Sequence[Episode]) -> Iterator[str]:
    yield f"# {day}"
    thread: str | None = None
    for episode in episodes:
        if episode.thread != thread:
            thread = episode.thread
            yield f"\n## {plain_line(thread) or 'No thread'}\n"
        who = f"{plain_line(episode.speaker)}: " if episode.speaker else ""
        yield f"- {who}{plain_line(vouched(episode).removeprefix(f'{episode.speaker}: '))}"


def _dream(report: DreamReport) -> str:
    """A dream in a few lines: what became of memories that are vouched for."""
    undone = set(report.undone)
    lines = [line for o in report.operations if o.id not in undone and (line := _change(o))]
    title = f"## {report.depth.capitalize()} {report.number}, {report.finished:%Y-%m-%d %H:%M} UTC"
    return "\n".join([title, "", counted(report.counts) or "nothing new", "", *lines, ""])


def _change(operation: Operation) -> str:
    if operation.kind not in MEMORY_KINDS:
        return ""
    memory = operation.memory()
    if memory.derived or not may_become(memory) or operation.kind not in _CHANGES:
        return ""
    return f"- {_CHANGES[operation.kind]}: {plain_line(memory.text)}"


def _rotated(entries: Sequence[str]) -> dict[int, str]:
    """The entries in files of a size, numbered on; the newest files."""
    files: dict[int, str] = {}
    number = 0
    for entry in entries:
        if not files or len(files[number].encode()) + len(entry.encode()) > DIARY_BYTES:
            number += 1
            files[number] = _NOT_FOR_PROMPTS
        files[number] += f"\n{entry}"
    return dict(list(files.items())[-DIARY_FILES:])
