"""One pure core for a stage, driven by a sync and an async shell.

A stage without a model is a plain function. A stage with one is a generator: it yields the requests
it wants answered, gets the answers, and returns what changes in the state. So the logic is written
once, and only the shells know how a model is asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import TypeVar

from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.llm.client import Answer, Request

Changes = DreamState
"""Channels of the state that a stage writes; those that it leaves out stay as they are."""
T = TypeVar("T")
Asking = Generator[Sequence[Request], list[Answer], T]
"""A part of a stage that asks a model on its way to a T."""
Work = Changes | Asking[Changes]


def drive(work: Work, ask: Callable[[Sequence[Request]], list[Answer]]) -> Changes:
    """Run a stage to its end, asking on this thread."""
    if not isinstance(work, Generator):
        return work
    requests, done = _step(work, None)
    while done is None:
        requests, done = _step(work, ask(requests))
    return done


async def adrive(
    begin: Callable[[], Work], ask: Callable[[Sequence[Request]], Awaitable[list[Answer]]]
) -> Changes:
    """Run a stage to its end: its own work off the event loop, the asking on it."""
    work = await asyncio.to_thread(begin)
    if not isinstance(work, Generator):
        return work
    requests, done = await asyncio.to_thread(_step, work, None)
    while done is None:
        answers = await ask(requests)
        requests, done = await asyncio.to_thread(_step, work, answers)
    return done


def _step(
    work: Asking[Changes], answers: list[Answer] | None
) -> tuple[Sequence[Request], Changes | None]:
    """To the next requests, or to the end; StopIteration cannot cross a thread."""
    try:
        return (next(work) if answers is None else work.send(answers)), None
    except StopIteration as end:
        return (), end.value
