"""All the turns that checkpoints tell of, as what an import records."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from langgraph_dreams._text import brief
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.past.savers import MESSAGES
from langgraph_dreams.importers.past.steps import Run, Source, Step, runs_of
from langgraph_dreams.importers.past.turns import (
    StillGoingError,
    episode_of,
    thread_values,
)
from langgraph_dreams.importers.recording import LogReading
from langgraph_dreams.importers.records import LogProblem, Place, well_formed
from langgraph_dreams.integrations.recording.limits import Limits
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.telling.told import many

_REASON = 300
_COPIED = ("run", "of threads that are copies of another: they stand there once")
_QUIET = ("run", "left out, in which nothing was said, done or answered")
_EDITS = ("edit", "of a state by `update_state`: no turn")
_SUBGRAPHS = ("checkpoint", "of subgraphs: what these did is in the turns of their parents")


class _Reading:
    """Collects the turns of thread after thread."""

    def __init__(self) -> None:
        self.episodes: list[Episode] = []
        self.problems: list[LogProblem] = []
        self.named: dict[str, Mapping[str, Any]] = {}
        self._threads: dict[str, str] = {}
        """The thread in which each run was met first."""
        self._left: Counter[tuple[str, str]] = Counter()

    def thread(self, name: str, steps: list[Step], subgraphs: int) -> None:
        """Takes up the runs of a thread."""
        runs = runs_of(steps)
        values = thread_values(steps)
        for run in runs:
            if self._threads.setdefault(run.key, name) != name:
                self._left[_COPIED] += 1
            elif (episode := self._episode(name, run, run.last is steps[-1])) is not None:
                self.episodes.append(episode)
                self.named[episode.id] = values
        self._left[_EDITS] += sum(step.source == "update" for step in steps)
        self._left[_SUBGRAPHS] += subgraphs

    def left(self) -> list[LogProblem]:
        """What was left out of all threads, and why."""
        return [
            LogProblem(0, f"{many(count, noun)} {what}", skipped=False)
            for (noun, what), count in self._left.items()
            if count
        ]

    def _episode(self, thread: str, run: Run, newest: bool) -> Episode | None:
        try:
            episode = episode_of(thread, run, newest, MESSAGES, Limits())
            self._left[_QUIET] += episode is None
            return episode
        except StillGoingError:
            why = "not finished; import again when it is, or when it was left so for a while"
        except NotImplementedError as error:
            why = f"its state cannot be read without running code of its own ({error})"
        except Exception as error:  # noqa: BLE001 -- whatever a state holds, the others are read
            why = f"{type(error).__name__}: {error}"
        self._problem(thread, f"the run of checkpoint {run.first.id}: {brief(why, _REASON)}")
        return None

    def _problem(self, thread: str, why: str) -> None:
        self.problems.append(Place(0, (f"thread {well_formed(thread)}",)).problem(why))


def read_checkpoints(
    source: Source, on_progress: Callable[[int, int], None] | None = None
) -> LogReading:
    """The turns of all threads; `on_progress` is told (threads read, threads in all)."""
    reading = _Reading()
    for number, (thread, subgraphs) in enumerate(source.places.items(), 1):
        reading.thread(thread, source.checkpoints.steps(thread), subgraphs)
        if on_progress is not None:
            on_progress(number, len(source.places))
    if not source.places:
        raise LogFormatError("There are no threads in it: no graph has run with it yet.")
    reading.episodes.sort(key=lambda episode: (episode.time, episode.position))
    problems = (*reading.problems, *reading.left())
    return LogReading(tuple(reading.episodes), problems, named=reading.named, runs=True)
