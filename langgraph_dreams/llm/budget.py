"""Usage of a model by a dream, and the tracker that lets no call begin beyond the budget."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from typing import Any

from langgraph_dreams.policy import Budget

ANSWER_TOKENS = 4096
"""Tokens kept free for each answer under way, unless a longer one was seen: only calls beside each
other need it, so that together they overrun the budget by no more than one of them."""


@dataclass(frozen=True)
class Usage:
    """Calls and tokens used so far; `estimated` when a server sent no usage and it was guessed."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def money(self, budget: Budget) -> float | None:
        """The cost in the budget's unit, or None without both prices."""
        return price(budget, self.input_tokens, self.output_tokens)

    def as_dict(self) -> dict[str, int]:
        """As plain JSON types, for a graph's state."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Usage":
        """From `as_dict`; what is missing counts as nothing, what is unknown is left out."""
        return cls(
            calls=int(values.get("calls", 0)),
            input_tokens=int(values.get("input_tokens", 0)),
            output_tokens=int(values.get("output_tokens", 0)),
            estimated=bool(values.get("estimated", False)),
        )


def price(budget: Budget, input_tokens: int, output_tokens: int) -> float | None:
    """Cost of so many tokens, or None without both prices."""
    if budget.input_price is None or budget.output_price is None:
        return None
    return (input_tokens * budget.input_price + output_tokens * budget.output_price) / 1e6


BUDGET_OF = "budget of "
"""Beginning of the problem of a request that was never sent, for want of budget."""


class BudgetUsedUpError(Exception):
    """A call would go beyond the budget; `part` says which: calls, tokens, seconds or money."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{BUDGET_OF}{part} is used up")
        self.part = part


@dataclass(frozen=True)
class Reservation:
    """A call that may be sent: its prompt's estimated tokens, and the seconds it may take."""

    input_tokens: int
    seconds: float


class BudgetTracker:
    """The budget of one dream, shared by all calls under way; safe to share between threads.

    `reserve` counts a call before it is sent and `charge` books what it really took, so calls hold
    exactly, and tokens and money within one call (of at most `ANSWER_TOKENS`, or twice the longest
    answer seen).
    """

    def __init__(
        self,
        budget: Budget,
        usage: Usage,
        *,
        seconds_used: float,
        timeout: float,
        clock: Callable[[], float],
    ) -> None:
        self._budget = budget
        self._usage = usage
        self._timeout = timeout
        self._clock = clock
        self._began = clock() - seconds_used
        self._answer_tokens = ANSWER_TOKENS
        self._under_way: list[Reservation] = []
        self._waiting: list[Future[None]] = []
        self._lock = threading.Lock()

    @property
    def usage(self) -> Usage:
        """Calls and tokens used so far; a call under way counts, its tokens once it ended."""
        with self._lock:
            return self._usage

    def seconds_left(self) -> float:
        """Seconds until the budget of time ends; infinite without one."""
        if self._budget.seconds is None:
            return float("inf")
        return self._began + self._budget.seconds - self._clock()

    def reserve(self, input_tokens: int) -> Reservation | Future[None]:
        """Count a call with so many prompt tokens (estimated), before it is sent.

        Returns a future instead when the call must wait until one under way has ended; then ask
        again. Raises BudgetUsedUpError when it may not be sent at all.
        """
        with self._lock:
            part = self._missing(input_tokens)
            if part:
                raise BudgetUsedUpError(part)
            if self._under_way and self._missing(input_tokens, self._under_way):
                waiting: Future[None] = Future()
                self._waiting.append(waiting)
                return waiting
            reservation = Reservation(input_tokens, min(self._timeout, self.seconds_left()))
            self._under_way.append(reservation)
            self._usage = replace(self._usage, calls=self._usage.calls + 1)
            return reservation

    def charge(
        self, reservation: Reservation, input_tokens: int, output_tokens: int, *, estimated: bool
    ) -> None:
        """Charge what the call of `reservation` took, and wake those that wait for it."""
        with self._lock:
            self._under_way.remove(reservation)
            self._usage = replace(
                self._usage,
                input_tokens=self._usage.input_tokens + input_tokens,
                output_tokens=self._usage.output_tokens + output_tokens,
                estimated=self._usage.estimated or estimated,
            )
            self._answer_tokens = max(self._answer_tokens, 2 * output_tokens)
            woken, self._waiting = self._waiting, []
        for future in woken:
            if future.set_running_or_notify_cancel():
                future.set_result(None)

    def _missing(self, input_tokens: int, beside: Sequence[Reservation] = ()) -> str:
        """The part that does not reach for a prompt, beside other calls and their answers, or "".

        The call's own answer is not counted: nobody knows it, and it may overrun the budget once.
        """
        budget, usage = self._budget, self._usage
        if usage.calls >= budget.calls:
            return "calls"
        if self.seconds_left() <= 0:
            return "seconds"
        prompts = usage.input_tokens + input_tokens + sum(t.input_tokens for t in beside)
        answers = usage.output_tokens + self._answer_tokens * len(beside)
        if budget.tokens is not None and prompts + answers >= budget.tokens:
            return "tokens"
        cost = price(budget, prompts, answers)
        if budget.money is not None and cost is not None and cost >= budget.money:
            return "money"
        return ""
