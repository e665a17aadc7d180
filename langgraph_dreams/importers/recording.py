"""What was read of a log, recorded: once, in batches, into the memory of those it is of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from langgraph_dreams._text import plain, shorten
from langgraph_dreams.errors import InvalidInputError, LogFormatError, NamespaceError
from langgraph_dreams.importers.records import LogProblem
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.telling.told import listed, many

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import Namespace

BATCH = 64
"""Episodes written at a time: large enough to embed well, small enough for a smooth bar."""
_ONE_TURN = timedelta(minutes=2)
"""Two records of a turn without a message's id are of one turn when no further apart than this."""


@dataclass(frozen=True)
class LogReading:
    """The episodes of a log in order, and what could not be read."""

    episodes: tuple[Episode, ...]
    problems: tuple[LogProblem, ...]
    lines: dict[str, int] = field(default_factory=dict, repr=False)
    """Line number of each episode, by episode id."""
    named: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """What the config of its run named, by episode id: it fills the placeholders of a namespace."""
    runs: bool = False
    """True if the episodes are runs of a graph, which a recorder may have recorded, too."""

    def check(self) -> None:
        """Raises LogFormatError with the first problem when nothing could be read."""
        if self.problems and not self.episodes:
            raise LogFormatError(f"Nothing in the log could be read; {self.problems[0]}.")


@dataclass(frozen=True)
class ImportReport:
    """Counts of an import, and what could not be taken."""

    imported: int
    """Episodes that are new; of a dry run, those that would be."""
    already_there: int
    """Episodes that an earlier import, an earlier line, or a recorder had brought."""
    problems: tuple[LogProblem, ...]
    dry_run: bool = False

    def __str__(self) -> str:
        done = "would be imported" if self.dry_run else "imported"
        lines = [
            f"{many(self.imported, 'episode')} {done}, {self.already_there:,} were already there",
            *listed(f"  {plain(shorten(str(p), 600))}" for p in self.problems),
        ]
        return "\n".join(lines)


def record_log(
    namespace: "Namespace",
    reading: LogReading,
    on_progress: Callable[[int, int], None] | None = None,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Record what was read of a log, as `import_log` does."""
    episodes = tuple({episode.id: episode for episode in reading.episodes}.values())
    already, done, imported = len(reading.episodes) - len(episodes), 0, 0
    refused: list[LogProblem] = []
    for own, theirs, why in _by_owner(namespace, episodes, reading):
        if own is None:
            refused.append(LogProblem(0, why))
            done += len(theirs)
            continue
        seen = _seen(own, theirs) if reading.runs else set[str]()
        for start in range(0, len(theirs), BATCH):
            batch = theirs[start : start + BATCH]
            known = seen | {episode.id for episode in own.episodes([e.id for e in batch])}
            fresh = [episode for episode in batch if episode.id not in known]
            already += len(batch) - len(fresh)
            lost = [] if dry_run else _record(own, fresh, reading.lines)
            imported += len(fresh) - len(lost)
            refused += lost
            done += len(batch)
            if on_progress is not None:
                on_progress(done, len(episodes))
        own.flush()
    problems = sorted((*reading.problems, *refused), key=lambda problem: problem.line)
    return ImportReport(imported, already, tuple(problems), dry_run)


def _by_owner(
    namespace: "Namespace", episodes: Sequence[Episode], reading: LogReading
) -> list[tuple["Namespace | None", list[Episode], str]]:
    """The episodes by whose memory they go into; None, and why, for those that name nobody."""
    if not namespace.is_template:
        return [(namespace, list(episodes), "")]
    owners: dict[tuple[str, ...], Namespace] = {}
    theirs: dict[tuple[str, ...], list[Episode]] = {}
    nobody: dict[str, list[Episode]] = {}
    for episode in episodes:
        values = dict(reading.named.get(episode.id, {}))
        try:
            own = namespace.resolve({"configurable": values})
        except NamespaceError as error:
            nobody.setdefault(str(error), []).append(episode)
            continue
        owners.setdefault(own.parts, own)
        theirs.setdefault(own.parts, []).append(episode)
    found: list[tuple[Namespace | None, list[Episode], str]] = [
        (owners[parts], group, "") for parts, group in theirs.items()
    ]
    for why, group in nobody.items():
        found.append((None, group, f"{many(len(group), 'episode')} not imported: {why}"))
    return found


def _seen(namespace: "Namespace", episodes: Sequence[Episode]) -> set[str]:
    """Ids of those runs that a recorder, attached to the agent, has recorded already."""
    ids = {episode.id for episode in episodes}
    threads = {episode.thread for episode in episodes}
    recorded: dict[tuple[str, ...], list[Episode]] = {}
    for episode in namespace.episodes():
        if episode.thread in threads and episode.id not in ids:
            recorded.setdefault(_turn(episode), []).append(episode)
    return {
        episode.id
        for episode in episodes
        for other in recorded.get(_turn(episode), [])
        if other.run == episode.run or abs(other.time - episode.time) < _ONE_TURN
    }


def _turn(episode: Episode) -> tuple[str, ...]:
    return (episode.thread, episode.message, episode.said, episode.answered, episode.outcome)


def _record(
    namespace: "Namespace", episodes: list[Episode], lines: dict[str, int]
) -> list[LogProblem]:
    """Record a batch; one that is refused is tried episode by episode, so that one bad is one."""
    if not episodes:
        return []
    try:
        namespace.record(episodes)
    except InvalidInputError as error:
        if len(episodes) == 1:
            return [LogProblem(lines.get(episodes[0].id, 0), str(error))]
        lost: list[LogProblem] = []
        for episode in episodes:
            lost += _record(namespace, [episode], lines)
        return lost
    return []
