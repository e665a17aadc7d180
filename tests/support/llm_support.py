"""A scripted chat model, the schema that it is asked for, and clocks that do not wait."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import BaseModel, Field, PrivateAttr

from langgraph_dreams.llm.client import ModelClient, Request
from langgraph_dreams.policy import Budget


class Note(BaseModel):
    text: str
    kind: Literal["fact", "user preference"] = "fact"
    score: Annotated[int, Field(ge=0, le=10)] = 5
    refs: list[int] = []


class Notes(BaseModel):
    items: Annotated[list[Note], Field(max_length=3)]


GOOD = '{"items": [{"text": "the kiln is hot", "kind": "fact", "score": 7, "refs": [1]}]}'
NOTES = Notes(items=[Note(text="the kiln is hot", score=7, refs=[1])])

Script = Callable[[list[BaseMessage]], Any]


class Scripted(BaseChatModel):
    """Says what `say` returns for the messages: a text or a message; an exception is raised."""

    say: Script
    _seen: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _threads: list[threading.Thread] = PrivateAttr(default_factory=list)

    @property
    def seen(self) -> list[list[BaseMessage]]:
        return self._seen

    @property
    def threads(self) -> list[threading.Thread]:
        return self._threads

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self._seen.append(messages)
        self._threads.append(threading.current_thread())
        said = self.say(messages)
        if isinstance(said, BaseException):
            raise said
        message = said if isinstance(said, BaseMessage) else AIMessage(said)
        return ChatResult(generations=[ChatGeneration(message=message)])


class AsyncScripted(Scripted):
    """The same with an async door of its own; `say` may give something to await."""

    async def _agenerate(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> ChatResult:
        self._seen.append(messages)
        said = self.say(messages)
        if asyncio.iscoroutine(said):
            said = await said
        if isinstance(said, BaseException):
            raise said
        message = said if isinstance(said, BaseMessage) else AIMessage(said)
        return ChatResult(generations=[ChatGeneration(message=message)])


def in_turn(*said: Any) -> Script:
    """Say one after the other, the last one for ever."""
    left = list(said)
    lock = threading.Lock()

    def say(messages: list[BaseMessage]) -> Any:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return say


def counted(text: str, sent: int, got: int) -> AIMessage:
    usage = {"input_tokens": sent, "output_tokens": got, "total_tokens": sent + got}
    return AIMessage(text, usage_metadata=usage)


class Time:
    """A clock that only its own sleep moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def request(user: str = "What is worth keeping?", schema: type[BaseModel] = Notes) -> Request:
    return Request("consolidate", "You keep notes.", user, schema)


def mind(model: BaseChatModel, time: Time | None = None, **more: Any) -> ModelClient:
    time = time or Time()
    settings: dict[str, Any] = {"sleep": time.sleep, "clock": time.clock, "timeout": 10.0, **more}
    return ModelClient(model, settings.pop("budget", Budget()), **settings)


def asked(door: str, made: ModelClient, requests: Sequence[Request]) -> list[Any]:
    """Through the sync or the async door."""
    return made.ask(requests) if door == "sync" else asyncio.run(made.aask(requests))
