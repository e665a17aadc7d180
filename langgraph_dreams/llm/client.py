"""Structured answers of chat models, within a budget, whatever a server does.

`ModelClient.ask` and `ModelClient.aask` never raise for anything that a model or its server does:
each request ends in an `Answer`, in time.
"""

import asyncio
import inspect
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import tenacity
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.runnables import Runnable, RunnableConfig
from langgraph.constants import TAG_NOSTREAM
from pydantic import BaseModel

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.llm.budget import BudgetTracker, BudgetUsedUpError, Reservation, Usage
from langgraph_dreams.llm.call import (
    Form,
    as_runnable,
    has_async,
    in_daemon,
    is_openai,
    prepared,
    within,
)
from langgraph_dreams.llm.conversation import Answer, Messages, Request, conversation, step
from langgraph_dreams.llm.failures import Fault, fault_of
from langgraph_dreams.llm.reply import Reply, reply_of, reply_within
from langgraph_dreams.llm.resolve import TIMEOUT, resolve_model
from langgraph_dreams.policy import Budget

__all__ = ["Answer", "ModelClient", "Request", "Usage", "resolve_model"]

Sleep = Callable[[float], Awaitable[None] | None]
R = TypeVar("R", tenacity.Retrying, tenacity.AsyncRetrying)

LONG_REPLY = 10_000
"""Characters from which on a reply is read beside the event loop: a repair may take a second."""

TAG = "langgraph_dreams"
"""Of all runs of a dream in a trace."""
_backoff = tenacity.wait_exponential(multiplier=0.5, max=20) + tenacity.wait_random(0, 0.5)


class _TroubleError(Exception):
    """A call that failed, with its fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


@dataclass
class _Sent:
    """One call under way: its estimated prompt, how it is sent, and what came back."""

    tokens: int
    form: Form
    runnable: Runnable[Any, Any]
    reply: Reply


class ModelClient:
    """A chat model as one dream uses it, with the dream's budget. Safe to share between threads.

    `usage` and `seconds_used` are what the dream used before, when it was interrupted. `timeout`
    (seconds) is the hard limit of one call; `retries` is how often a call that failed in passing
    is sent again. `about` is what a trace of a call says of it: the dream and the namespace.
    `sleep` waits between such tries (for `aask` it may be a coroutine function), `clock` gives
    seconds.
    """

    def __init__(
        self,
        model: BaseChatModel,
        budget: Budget,
        *,
        usage: Usage = Usage(),  # noqa: B008 - frozen
        seconds_used: float = 0.0,
        concurrency: int = 4,
        timeout: float = TIMEOUT,
        retries: int = 3,
        about: Mapping[str, str] | None = None,
        sleep: Sleep | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (concurrency >= 1 and timeout > 0 and retries >= 0):
            raise InvalidInputError(
                f"concurrency {concurrency}, timeout {timeout}, retries {retries}: give at least "
                "one call at a time, more than 0 seconds, and no fewer than 0 retries"
            )
        self.budget = budget
        self._model = prepared(resolve_model(model), timeout)
        self._tracker = BudgetTracker(
            budget, usage, seconds_used=seconds_used, timeout=timeout, clock=clock
        )
        self._concurrency = concurrency
        self._retries = retries
        self._about = dict(about or {})
        self._sleep = sleep
        self._form: Form = "format" if is_openai(self._model) else "tools"
        self._stopped = False
        self._lock = threading.Lock()

    @property
    def usage(self) -> Usage:
        """Calls and tokens so far, with those given at the beginning."""
        return self._tracker.usage

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        """Ask side by side; the answers are in the order of the requests.

        Raises only what is no Exception, such as KeyboardInterrupt; then nothing more is sent.
        """
        answers = [Answer(None)] * len(requests)
        left = iter(enumerate(requests))
        halted = threading.Event()

        def work() -> None:
            while not halted.is_set():
                with self._lock:
                    turn = next(left, None)
                if turn is None:
                    return
                answers[turn[0]] = self._converse(turn[1], halted)

        workers = [in_daemon(work) for _ in range(min(self._concurrency, len(requests)))]
        try:
            for worker in wait(workers, return_when=FIRST_EXCEPTION).done:
                worker.result()
        finally:
            halted.set()
        return answers

    async def aask(self, requests: Sequence[Request]) -> list[Answer]:
        """Like `ask`, through the model's own async calls; cancelling it cancels every call."""
        room = asyncio.Semaphore(self._concurrency)

        async def work(request: Request) -> Answer:
            async with room:
                return await self._aconverse(request)

        tasks = [asyncio.ensure_future(work(request)) for request in requests]
        try:
            return list(await asyncio.gather(*tasks))
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    # -- one request: what is said until there is an answer

    def _converse(self, request: Request, halted: threading.Event) -> Answer:
        dialogue = conversation(request)
        turn = step(dialogue, None)
        while not isinstance(turn, Answer):
            turn = step(dialogue, self._send(turn, request, halted))
        return turn

    async def _aconverse(self, request: Request) -> Answer:
        dialogue = conversation(request)
        turn = step(dialogue, None)
        while not isinstance(turn, Answer):
            reply = await self._asend(turn, request)
            if isinstance(reply, Reply) and len(reply.said) > LONG_REPLY:
                turn = await asyncio.wrap_future(in_daemon(partial(step, dialogue, reply)))
            else:
                turn = step(dialogue, reply)
        return turn

    # -- one question: tried until there is a reply, or it is given up

    def _send(
        self, messages: Messages, request: Request, halted: threading.Event
    ) -> Reply | Answer:
        retrying = self._retrying(tenacity.Retrying, partial(_sleep, self._sleep))
        while True:
            try:
                return retrying(self._try, messages, request, halted)
            except (_TroubleError, BudgetUsedUpError) as error:
                answer = self._given_up(error)
            if answer is not None:
                return answer

    async def _asend(self, messages: Messages, request: Request) -> Reply | Answer:
        retrying = self._retrying(tenacity.AsyncRetrying, partial(_asleep, self._sleep))
        while True:
            try:
                return await retrying(self._atry, messages, request)
            except (_TroubleError, BudgetUsedUpError) as error:
                answer = self._given_up(error)
            if answer is not None:
                return answer

    def _retrying(self, kind: type[R], sleep: Callable[[float], Any]) -> R:
        """Again what passes, after growing random pauses, while there is time."""
        return kind(
            sleep=sleep,
            retry=tenacity.retry_if_exception(_is_passing),
            wait=_pause,
            stop=self._is_enough,
            reraise=True,
        )

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        out_of_time = state.upcoming_sleep >= self._tracker.seconds_left()
        return state.attempt_number > self._retries or out_of_time

    def _given_up(self, error: _TroubleError | BudgetUsedUpError) -> Answer | None:
        """The answer that says why there is none; None when plain text is to be tried instead."""
        if isinstance(error, BudgetUsedUpError):
            return Answer(None, str(error))
        with self._lock:
            if error.fault.kind == "format":
                self._form = "plain"
                return None
            if error.fault.kind == "stop":
                said, self._stopped = self._stopped, True
                return Answer(None, "" if said else error.fault.text)
        return Answer(None, error.fault.text)

    # -- one try: a call that is sent, and counted

    def _traced(self, request: Request) -> RunnableConfig:
        """What a trace of a call says of it; its tokens are in no stream of an agent around it."""
        return RunnableConfig(
            run_name=f"dream:{request.step}",
            tags=[TAG_NOSTREAM, TAG, request.step],
            metadata=self._about,
        )

    def _try(self, messages: Messages, request: Request, halted: threading.Event) -> Reply:
        sent = self._addressed(messages, request.schema)
        while not isinstance(got := self._reserve(sent, halted.is_set()), Reservation):
            got.result()
        with self._charged(sent, got):
            call = in_daemon(partial(sent.runnable.invoke, messages, self._traced(request)))
            sent.reply = reply_of(call.result(got.seconds))
        return sent.reply

    async def _atry(self, messages: Messages, request: Request) -> Reply:
        sent, config = self._addressed(messages, request.schema), self._traced(request)
        while not isinstance(got := self._reserve(sent), Reservation):
            await asyncio.wrap_future(got)
        with self._charged(sent, got):
            if has_async(self._model):
                call = sent.runnable.ainvoke(messages, config)
            else:
                call = _awaited(partial(sent.runnable.invoke, messages, config))
            sent.reply = reply_of(await within(call, got.seconds))
        return sent.reply

    def _addressed(self, messages: Messages, schema: type[BaseModel]) -> _Sent:
        """The call in the form that the model takes."""
        form = self._form
        try:
            runnable = as_runnable(self._model, form, schema)
        except Exception:  # noqa: BLE001 - a model without structured output raises what it likes
            form = self._form = "plain"
            runnable = self._model
        return _Sent(count_tokens_approximately(messages), form, runnable, Reply())

    def _reserve(self, sent: _Sent, halted: bool = False) -> Reservation | Future[None]:
        if self._stopped or halted:
            raise _TroubleError(Fault("stop", ""))
        return self._tracker.reserve(sent.tokens)

    @contextmanager
    def _charged(self, sent: _Sent, reservation: Reservation) -> Iterator[None]:
        """Charge what the call took, however it ends; its errors become trouble with a fault."""
        try:
            yield
        except Exception as error:  # a model, its server and its callbacks may raise anything
            reply = reply_within(error)
            if reply is None:
                fault = fault_of(error, structured=sent.form != "plain")
                self._charge(sent, reservation, Reply(), billed=fault.billed)
                raise _TroubleError(fault) from error
            sent.reply = reply
        except BaseException:
            self._charge(sent, reservation, Reply(), billed=True)
            raise
        self._charge(sent, reservation, sent.reply)

    def _charge(
        self, sent: _Sent, reservation: Reservation, reply: Reply, *, billed: bool = True
    ) -> None:
        """Charge the tokens that the server counted, or with guesses."""
        if not billed:
            self._tracker.charge(reservation, 0, 0, estimated=False)
            return
        asked, got = reply.input_tokens, reply.output_tokens
        self._tracker.charge(
            reservation,
            sent.tokens if asked is None else asked,
            count_tokens_approximately([AIMessage(reply.said)]) if got is None else got,
            estimated=asked is None or got is None,
        )


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, _TroubleError) and error.fault.kind == "passing"


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next try: growing and random, and no less than the server asked for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.fault.wait if isinstance(error, _TroubleError) else None
    return max(_backoff(state), asked or 0.0)


def _sleep(sleep: Sleep | None, seconds: float) -> None:
    (sleep or time.sleep)(seconds)


async def _asleep(sleep: Sleep | None, seconds: float) -> None:
    waiting = asyncio.sleep(seconds) if sleep is None else sleep(seconds)
    if inspect.isawaitable(waiting):
        await waiting


async def _awaited(work: Callable[[], Any]) -> Any:
    return await asyncio.wrap_future(in_daemon(work))
