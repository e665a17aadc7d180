"""A backlog, such as an import of years: dream after dream until nothing new is left.

Each dream is a transaction of its own, so that one who is stopped or killed goes on where it was.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel

from langgraph_dreams._text import plain, shown
from langgraph_dreams._validation import checked_call
from langgraph_dreams.dream.runtime.options import checked_policy
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.reports import SET_ASIDE, DreamReport
from langgraph_dreams.types.review import ReviewMode
from langgraph_dreams.types.telling.told import counted, many

_REJECTED = 3
"""Dreams in a row that may be rejected; after as many the guard sets aside what was at fault."""
_LATEST = 5
"""Dreams by which the time that is left is told: they slow down as the store grows."""


@dataclass(frozen=True)
class Backlog:
    """How far the dreams of a backlog have come; `str` tells it in words."""

    dreams: tuple[DreamReport, ...] = field(repr=False)
    """Those that have ended, without their operations: the journal has these."""
    dreamt: int
    """Episodes that these dreamt of, or that the guard set aside."""
    left: int
    """Episodes that are not dreamt of yet."""
    dreams_left: int
    """Dreams that these will take."""
    seconds: float
    """Since the first began."""
    seconds_left: float | None
    """Estimated by the last few dreams; None before the first has ended."""
    stopped: str
    """Why it ended although some are left; else empty."""
    event: DreamEvent | None = None
    """Progress of the dream under way; None at the end."""

    @property
    def rate(self) -> float:
        """Episodes a second."""
        return self.dreamt / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        counts: Counter[str] = Counter()
        for report in self.dreams:
            counts.update(report.counts if report.status == "committed" else {})
        lines = [
            f"{many(self.dreamt, 'episode')} dreamt of in {many(len(self.dreams), 'dream')},"
            f" {duration(self.seconds)} ({self.rate:.1f} a second):"
            f" {counted(counts) or 'nothing new'}"
        ]
        if self.left:
            why = f": {plain(self.stopped)}" if self.stopped else ""
            lines.append(f"{many(self.left, 'episode')} left{why}")
        return "\n".join(lines)


OnProgress = Callable[[Backlog], None]


def dream_all(
    namespace: Namespace,
    *,
    focus: str | None = None,
    depth: Depth | None = None,
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    policy: DreamPolicy | None = None,
    review: ReviewMode = "",
    on_progress: OnProgress | None = None,
) -> Backlog:
    """Dream again and again until all that was new at the beginning is dreamt of.

    A dream that the guard rejects is tried again, until what was at fault is set aside. It ends
    when a dream takes no episode, or waits for a person. Stopped or killed in the middle, the same
    call goes on where it was.

    Args:
        namespace: whose memory.
        focus: of each dream, as for `Namespace.dream`.
        depth: of each dream, as for `Namespace.dream`; a nap leaves its episodes and is refused.
        model: as for `Namespace.dream`.
        budget: of each dream, not of all together.
        policy: of each dream; `episodes_per_dream` says how many it takes.
        review: as for `Namespace.dream`; with "ask" the first one waits.
        on_progress: called with every step of every dream, and at the end.

    Raises whatever `Namespace.dream` does; what has been dreamt until then is kept.
    """
    course = _Course(namespace, depth, policy, on_progress)
    while course.goes_on():
        report = namespace.dream(
            focus=focus,
            depth=depth,
            model=model,
            budget=budget,
            policy=policy,
            review=review,
            on_event=course.event,
        )
        course.ended(report, _left(namespace))
    return course.told()


async def adream_all(
    namespace: Namespace,
    *,
    focus: str | None = None,
    depth: Depth | None = None,
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    policy: DreamPolicy | None = None,
    review: ReviewMode = "",
    on_progress: OnProgress | None = None,
) -> Backlog:
    """`dream_all`, off the event loop; the model is asked by its async methods."""
    course = await asyncio.to_thread(_Course, namespace, depth, policy, on_progress)
    while course.goes_on():
        report = await namespace.adream(
            focus=focus,
            depth=depth,
            model=model,
            budget=budget,
            policy=policy,
            review=review,
            on_event=course.event,
        )
        course.ended(report, await asyncio.to_thread(_left, namespace))
    return course.told()


def _left(namespace: Namespace) -> int:
    return namespace.counts()["undreamt"]


class _Course:
    """What has come of the dreams so far, and whether there is to be another."""

    def __init__(
        self,
        namespace: Namespace,
        depth: Depth | None,
        policy: DreamPolicy | None,
        on_progress: OnProgress | None,
    ) -> None:
        if not isinstance(namespace, Namespace):
            raise InvalidInputError(
                f"namespace is {shown(namespace)}; pass what `store.namespace(...)` returns"
            )
        checked_call("on_progress", on_progress)
        checked_policy(policy)
        if depth == "nap":
            raise InvalidInputError(
                "a nap leaves its episodes to another dream: give depth 'sleep', 'deep' or None"
            )
        namespace.flush()
        self._left = self._total = _left(namespace)
        self._each = (policy or namespace.policy).episodes_per_dream
        self._on_progress = on_progress
        self._reports: list[DreamReport] = []
        self._dreamt = self._rejected = 0
        self._stopped = ""
        self._started = self._began = time.monotonic()
        self._latest: deque[tuple[int, float]] = deque(maxlen=_LATEST)

    def goes_on(self) -> bool:
        """True while another dream is to be: one at least, also of nothing new."""
        if not self._reports:
            return True
        return not self._stopped and self._left > 0 and self._dreamt < self._total

    def event(self, told: DreamEvent) -> None:
        """Pass on how far the dream under way is."""
        if self._on_progress is not None:
            self._on_progress(self.told(told))

    def ended(self, report: DreamReport, left: int) -> None:
        """Take in a dream that has ended, and how many episodes are new after it."""
        committed = report.status == "committed"
        taken = len(report.episodes) if committed else int(report.health.get(SET_ASIDE, 0))
        self._rejected = 0 if taken else self._rejected + 1
        if self._reports and self._reports[-1].id == report.id:  # the same entry of the journal
            self._reports.pop()
        self._reports.append(report.model_copy(update={"operations": ()}))
        self._dreamt += taken
        self._left = left
        now = time.monotonic()
        self._latest.append((taken, now - self._began))
        self._began = now
        again = report.status == "rejected" and self._rejected < _REJECTED
        if left and not taken and not again:
            self._stopped = _why(report)
        if self._on_progress is not None and not self.goes_on():
            self._on_progress(self.told())

    def told(self, event: DreamEvent | None = None) -> Backlog:
        """All of it now."""
        taken, seconds = sum(t for t, _ in self._latest), sum(s for _, s in self._latest)
        now = time.monotonic()
        return Backlog(
            tuple(self._reports),
            self._dreamt,
            self._left,
            -(-self._left // self._each),
            now - self._started,
            max(0.0, self._left * seconds / taken - (now - self._began)) if taken else None,
            self._stopped,
            event,
        )


def _why(report: DreamReport) -> str:
    if report.status == "waiting":
        return "the last dream waits for a person"
    notes = "; ".join(report.notes)
    return f"the last dream ({report.status}) took none of them" + (f": {notes}" if notes else "")


def duration(seconds: float) -> str:
    """A time span in words, as exact as anybody wants it."""
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{round(whole / 60)} min"
    return f"{whole / 3600:.1f} h"
