"""The checkpoints of a thread as steps, and the runs that made them.

Checkpoints do not say where a run begins. It begins at an input; at a fork, which a replay makes;
at the second child of a checkpoint, which another branch is; after an edit of the state; and after
a step that failed or asked something. A run that was kept at its exit alone left one checkpoint,
whose number is further from its parent's than one. What cannot be told: a run that went on past a
breakpoint (`interrupt_before`) is one with the run that stopped there, unless runs have ids.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from langgraph.types import Interrupt

Beginning = Literal["input", "resumed", "again", "whole"]
"""A run begins with an input, with the answer to an interrupt, without either, or is known by its
last state alone."""
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True)
class State:
    """What a checkpoint holds."""

    values: Mapping[str, Any]
    time: datetime


@dataclass(frozen=True)
class Step:
    """One checkpoint of a graph's own thread, without its state."""

    id: str
    parent: str
    source: str
    """"input", "loop", "update" or "fork"."""
    number: int
    load: Callable[[], State]
    run: str = ""
    """Id of the run that made it, where it was kept."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    """How its tasks failed, as `repr` shows it."""
    interrupts: tuple[Interrupt, ...] = ()
    answers: tuple[Any, ...] = ()
    """What its interrupts were answered with, one a run."""
    unfinished: bool = False
    """True if it is known that nodes were to run next."""


class Threads(Protocol):
    """Where the steps of threads are read from."""

    def steps(self, thread: str) -> list[Step]:
        """The steps of a thread's own graph, oldest first."""
        ...


@dataclass(frozen=True)
class Source:
    """Where an agent's threads are, opened."""

    checkpoints: Threads
    places: Mapping[str, int]
    """Threads, and how many checkpoints of subgraphs each has."""


@dataclass
class Run:
    """Steps that one call of the graph made."""

    begins: Beginning
    base: Step | None
    """The step it began from; None at the beginning of a thread."""
    steps: list[Step] = field(default_factory=list)
    answer: Any = None
    """What resumed it."""
    failed: str = ""
    asked: tuple[Interrupt, ...] = ()
    stopped: bool = False
    """True if it stopped to ask, also where the question is not kept."""
    delay: timedelta = timedelta(0)
    """After its base, of a run that made no step."""

    @property
    def last(self) -> Step:
        """The step it ended at."""
        step = self.steps[-1] if self.steps else self.base
        assert step is not None
        return step

    @property
    def first(self) -> Step:
        """The first step of its own, else the one it began from."""
        return self.steps[0] if self.steps else self.last

    @property
    def key(self) -> str:
        """An id of the run that stays the same however often it is read."""
        if self.first.run:
            return self.first.run
        return self.first.id if self.steps else f"{self.first.id}+{self.delay // _TICK}"


def runs_of(steps: Sequence[Step]) -> list[Run]:
    """The runs that made these steps of one thread, given oldest first, in order."""
    known = {step.id: step for step in steps}
    made: dict[str, Run] = {}
    more: dict[str, list[Run]] = {}
    """By step that asked something: the runs that answered it."""
    runs: list[Run] = []
    for step in steps:
        parent = known.get(step.parent)
        if step.source == "update":
            continue
        run = _continued(step, parent, made, more)
        if run is None:
            run = _begun(step, parent, made)
            runs.append(run)
        run.steps.append(step)
        made[step.id] = run
        if step.interrupts or step.answers:
            more[step.id] = _resumed_at(step)
            runs += more[step.id]
    for step in steps:
        if step.id in more:
            _settle(step, [made[step.id], *more[step.id]])
        elif step.id in made:
            made[step.id].failed = step.error
    return runs


def _begun(step: Step, parent: Step | None, made: Mapping[str, Run]) -> Run:
    if step.source == "input":
        return Run("input", parent)
    if step.source == "fork":
        return Run("again", parent)
    # Kept at its exit alone: nothing is known of how it began, or it left out numbers.
    whole = parent is None or (parent.id in made and step.number != parent.number + 1)
    return Run("whole" if whole else "again", parent)


def _continued(
    step: Step, parent: Step | None, made: Mapping[str, Run], more: Mapping[str, list[Run]]
) -> Run | None:
    """The run under way that made this step, too; None when it begins one."""
    if step.source != "loop" or parent is None or parent.id not in made:
        return None
    if parent.id in more:
        resumed = more[parent.id][-1:]  # the last answer led on, unless that failed
        return resumed[0] if resumed and not (resumed[0].steps or parent.error) else None
    run = made[parent.id]
    if run.steps[-1] is not parent or parent.error:
        return None
    if step.number != parent.number + 1 or (step.run and parent.run and step.run != parent.run):
        return None
    return run


def _resumed_at(step: Step) -> list[Run]:
    """A run for each answer that this step's interrupts were given."""
    delays = [(number + 1) * _TICK for number in range(len(step.answers))]
    return [
        Run("resumed", step, answer=answer, delay=delay)
        for answer, delay in zip(step.answers, delays, strict=True)
    ]


def _settle(at: Step, runs: Sequence[Run]) -> None:
    """Tells how the runs ended that a step stopped: the one that made it, and those that resumed.

    A step keeps its last question alone, so that of several only who asked that one is known.
    """
    last = runs[-1]
    if len(runs) == 1:
        last.stopped, last.asked, last.failed = True, at.interrupts, at.error
        return
    if not last.steps:
        last.failed = at.error
    gone_on = bool(last.steps or last.failed)
    for run in runs[:-1] if gone_on else runs:
        run.stopped = True
    runs[-2 if gone_on else -1].asked = at.interrupts
