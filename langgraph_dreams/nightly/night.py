"""One night over a folder of notes: read, recorded, dreamt, and the long-term file as it would be.

Nothing of the folder is written before `write`, which leaves either the old file or the new one.
"""

import difflib
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.exporters.folder import write_file
from langgraph_dreams.exporters.jsonl import library_version
from langgraph_dreams.importers.recording import ImportReport, LogReading, record_log
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.nightly.document import (
    NEW,
    Document,
    line_digest,
    put_together,
    section_digest,
    taken_apart,
)
from langgraph_dreams.nightly.ledger import Ledger, read_ledger, write_ledger
from langgraph_dreams.nightly.notes import Folder, daily_episodes, long_term_episodes
from langgraph_dreams.nightly.section import Section, section_of
from langgraph_dreams.policy import Budget
from langgraph_dreams.types.base import digest, now
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.reports import DreamReport

MOST_DREAMS = 100


@dataclass(frozen=True)
class Night:
    """What a night found, and the long-term file before and after it."""

    file: Path
    old: bytes
    new: bytes
    recorded: ImportReport
    dreams: tuple[DreamReport, ...]
    section: Section
    moved: int
    """Lines of a person that were found in the section."""
    ledger: Ledger

    @property
    def changed(self) -> bool:
        """True if there is anything to write."""
        return self.old != self.new

    def diff(self) -> list[str]:
        """The change as a unified diff."""
        old, new = (data.decode("utf-8", "replace").splitlines() for data in (self.old, self.new))
        name = self.file.name
        return list(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""))


def key_of(folder: Folder, store: Path) -> str:
    """The name of a folder in the ledger of a store: it moves with the store that is in it."""
    try:
        return Path(os.path.relpath(folder.path, store)).as_posix()
    except ValueError:  # another drive
        return folder.path.as_posix()


def seen(folder: Folder, store: Path, model: str) -> bool:
    """True if nothing of the notes or the long-term file has changed since the last night."""
    known = read_ledger(store, key_of(folder, store)).seen
    return bool(known) and known == _fingerprint(folder, folder.read(folder.long_term), model)


def night(
    folder: Folder,
    store: Path,
    namespace: Namespace,
    *,
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_event: Callable[[DreamEvent], None] | None = None,
) -> Night:
    """Record the notes, dream, and say what the long-term file would be.

    Recording is idempotent; a line that was recorded stays, also when its note is gone. Raises
    LogFormatError for a note that cannot be read, and what recording and dreaming raise.
    """
    ledger = read_ledger(store, key_of(folder, store))
    old = folder.read(folder.long_term)
    apart = taken_apart(old, ledger.known)
    if apart.edited and not ledger.known:
        apart = _without_ledger(folder, namespace, old, apart)
    written = _hand_written(folder, apart, first=not ledger.seen)
    episodes = [e for path in folder.daily for e in daily_episodes(folder, path)]
    recorded = record_log(namespace, LogReading((*written, *episodes), ()), on_progress)
    dreams = _dreamt(namespace, model, budget, on_event)
    dismissed = {*ledger.dismissed, *_taken_out(apart, ledger)}
    there = namespace.episodes([e.id for e in written])
    section = section_of(namespace, there, dismissed)
    if not apart.before and not old and section.lines:
        apart = replace(apart, before=(NEW,))
    return Night(
        file=folder.long_term,
        old=old,
        new=put_together(apart, section.lines),
        recorded=recorded,
        dreams=dreams,
        section=section,
        moved=len(apart.moved),
        ledger=replace(ledger, dismissed=tuple(sorted(dismissed))),
    )


def write(folder: Folder, store: Path, night: Night, model: str) -> None:
    """Put the long-term file of a night in its place, whole, and note what was written.

    Raises InvalidInputError when the file has changed since it was read; nothing is written.
    """
    if folder.read(night.file) != night.old:
        raise InvalidInputError(
            f"{night.file} was changed while the night was under way; nothing was written, run it"
            " again"
        )
    key = key_of(folder, store)
    lines = {line_digest(x): night.section.memories.get(x, "") for x in night.section.lines if x}
    if night.changed:
        # First, so that whatever a kill leaves there is known as ours.
        ours = tuple(sorted({*night.ledger.known, *lines}))
        write_ledger(store, key, replace(night.ledger, ours=ours, seen=""))
        target = night.file.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        write_file(target, [night.new], mode=mode)
    left = Ledger(
        seen=_fingerprint(folder, night.new, model),
        section=section_digest(night.section.lines),
        lines=lines,
        dismissed=night.ledger.dismissed,
    )
    write_ledger(store, key, left)


def clear_parts(folder: Folder) -> None:
    """Take away what a killed night has left beside the long-term file."""
    place = folder.long_term.resolve()
    for part in place.parent.glob(f".{place.name}.*.part"):
        part.unlink(missing_ok=True)


def _hand_written(folder: Folder, apart: Document, first: bool) -> list[Episode]:
    text = apart.written.decode("utf-8-sig", "replace")
    return long_term_episodes(folder, text, None if first else now())


def _without_ledger(folder: Folder, namespace: Namespace, old: bytes, apart: Document) -> Document:
    """The file taken apart where the ledger is lost: what would be written of the memories is ours.

    Without the store, too, every line of an edited section counts as the person's.
    """
    outside = _hand_written(folder, replace(apart, moved=()), first=True)
    there = namespace.episodes([e.id for e in outside])
    ours = section_of(namespace, there, frozenset()).lines
    return taken_apart(old, frozenset(map(line_digest, ours)))


def _taken_out(apart: Document, ledger: Ledger) -> set[str]:
    """Memories whose lines a person has taken out of the section that was written, or changed."""
    if not apart.edited or not ledger.section or apart.section != ledger.section:
        return set()
    return {memory for line, memory in ledger.lines.items() if memory and line not in apart.inside}


def _dreamt(
    namespace: Namespace,
    model: str | BaseChatModel | None,
    budget: Budget | None,
    on_event: Callable[[DreamEvent], None] | None,
) -> tuple[DreamReport, ...]:
    reports: list[DreamReport] = []
    while len(reports) < MOST_DREAMS:
        report = namespace.dream(model=model, budget=budget, on_event=on_event)
        if report.status == "noop" or (reports and report.id == reports[-1].id):
            break
        reports.append(report)
        if report.status != "committed" or not namespace.plan().episodes:
            break
    return tuple(reports)


def _fingerprint(folder: Folder, long_term: bytes, model: str) -> str:
    notes = [(folder.name(p), hashlib.sha256(folder.read(p)).hexdigest()) for p in folder.daily]
    name = folder.name(folder.long_term)
    return digest(library_version(), model, notes, name, hashlib.sha256(long_term).hexdigest())
