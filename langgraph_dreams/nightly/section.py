"""The section of the dreams: what holds now, with its dates and notes, and what may be outdated."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from langgraph_dreams._text import one_line
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.safety.fencing import harmless
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.base import UNDATED_UNTIL
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.zones import local_time

MOST = 200
"""Memories in the section; the file is read by an agent at every start."""
_LONGEST = 500
_NOTES = 3  # notes named for a memory
_HEADING = "## From the notes, as dreams keep it"
_OUTDATED = "### May be outdated above"


@dataclass(frozen=True)
class Section:
    """The lines of the section, and what they leave out."""

    lines: tuple[str, ...]
    memories: Mapping[str, str]
    """The memory of each line that tells one, by the line."""
    outdated: int = 0
    left_out: int = 0
    """Memories that are untrusted or read as instructions."""
    more: int = 0
    """Memories over the most that fit."""


def section_of(namespace: Namespace, written: Sequence[Episode], dismissed: Set[str]) -> Section:
    """The section as the memories of a namespace have it.

    Args:
        namespace: whose.
        written: what a person has written into the long-term file; a memory that says the same is
            not repeated.
        dismissed: memories that a person has taken out.
    """
    found = [m for m in namespace.memories() if not m.derived and m.id not in dismissed]
    kept = [m for m in found if may_become(m)]
    sources = {e.id: e for e in namespace.episodes(sorted({i for m in kept for i in m.sources}))}
    said = [_words(e.text) for e in written]
    own = {e.id for e in written}
    new = [m for m in kept if _is_new(m, said, own)]
    ranked = sorted(new, key=lambda m: (m.status != "active", -m.lasting, -m.confirmed, m.id))
    shown = sorted(ranked[:MOST], key=lambda m: (_since(m, sources), m.id))
    memories = {f"- {_told(m)} ({_from(m, sources)})": m.id for m in shown}
    stale = list(dict.fromkeys(_outdated(namespace, written, kept, sources)))
    lines = [*([_HEADING, "", *memories] if memories else [])]
    if stale:
        lines += [*([""] if lines else []), _OUTDATED, "", *stale]
    left_out, more = len(found) - len(kept), len(new) - len(shown)
    return Section(tuple(lines), memories, len(stale), left_out, more)


def _is_new(memory: Memory, said: Iterable[str], own: Set[str]) -> bool:
    """True of a memory that the person has not written down, in its words or in others."""
    text = _words(memory.text)
    return not own >= set(memory.sources) and not any(text in line for line in said)


def _words(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")


def _told(memory: Memory) -> str:
    return _one_line(f"{memory.about}: {memory.text}" if memory.about else memory.text)


def _one_line(text: str) -> str:
    """A text that stays on its line, and is no mark of the section."""
    plain = one_line(harmless(text), _LONGEST)
    return plain.replace("<!--", "<! --").replace("-->", "-- >")


def _days(memory: Memory, sources: Mapping[str, Episode]) -> list[str]:
    found = (sources[name] for name in memory.sources if name in sources)
    return sorted({day for e in found if (day := _day(e.time, e.zone))})


def _day(time: datetime, zone: str) -> str:
    if time < UNDATED_UNTIL:
        return ""
    return (local_time(time, zone) or time).date().isoformat()


def _since(memory: Memory, sources: Mapping[str, Episode]) -> str:
    return next(iter(_days(memory, sources)), "")


def _from(memory: Memory, sources: Mapping[str, Episode]) -> str:
    """The days and notes of a memory: "2026-03-02 to 2026-04-01, 4 times; 2026-04-01.md"."""
    days = _days(memory, sources)
    span = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "undated"
    times = f", {len(memory.sources)} times" if len(memory.sources) > 1 else ""
    found = (sources[name] for name in memory.sources if name in sources)
    notes = list(dict.fromkeys(e.thread for e in sorted(found, key=lambda e: e.time)))
    more = f" and {len(notes) - _NOTES} more" if len(notes) > _NOTES else ""
    return f"{span}{times}; {', '.join(map(_one_line, notes[-_NOTES:]))}{more}"


def _outdated(
    namespace: Namespace,
    written: Sequence[Episode],
    memories: Sequence[Memory],
    sources: Mapping[str, Episode],
) -> Iterable[str]:
    """What a person wrote that a memory of later notes contradicts."""
    language = namespace.vault.language
    terms = {m.id: content_terms(language, m.text) for m in memories}
    for episode in written:
        own = content_terms(language, episode.text)
        for memory in memories:
            if not own & terms[memory.id] or episode.id in memory.sources:
                continue
            later = [sources[n] for n in memory.sources if n in sources]
            if not any(e.time > episode.time for e in later):
                continue
            if language.contradiction(episode.text, memory.text) is not None:
                old = _one_line(episode.text)
                yield f"- may be outdated: “{old}”; {_told(memory)} ({_from(memory, sources)})"
