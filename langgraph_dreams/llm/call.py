"""One call to a model: in which form it is sent, for how long, and what came back."""

import asyncio
import contextvars
import json
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.runnables import Runnable
from pydantic import BaseModel

from langgraph_dreams.llm.schema import response_format

T = TypeVar("T")
Form = Literal["format", "tools", "plain"]


@dataclass(frozen=True)
class Reply:
    """What a model said: its `text`, what it handed over as data, and the tokens it took.

    Tokens are None where the server did not count them; `cut` when it ended at the model's limit.
    """

    text: str = ""
    values: tuple[Any, ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None
    cut: bool = False

    @property
    def said(self) -> str:
        """The whole reply as text."""
        return self.text or "\n".join(_as_text(value) for value in self.values)


def prepared(model: BaseChatModel, timeout: float) -> BaseChatModel:
    """`model` without retries of its own, which no budget would count, and without streaming.

    Under `stream_mode="messages"` LangChain streams every call, and most servers then send no
    usage. Only for OpenAI's, which are the ones whose clients can be set anew; the given model is
    left as it is.
    """
    if not is_openai(model):
        return model
    import openai

    changes: dict[str, Any] = {"disable_streaming": True}
    settings: dict[str, Any] = {"max_retries": 0}
    if getattr(model, "request_timeout", None) is None:
        settings["timeout"] = timeout
    root, aroot = getattr(model, "root_client", None), getattr(model, "root_async_client", None)
    if isinstance(root, openai.OpenAI):
        root = root.with_options(**settings)
        changes |= {"root_client": root, "client": root.chat.completions}
    if isinstance(aroot, openai.AsyncOpenAI):
        aroot = aroot.with_options(**settings)
        changes |= {"root_async_client": aroot, "async_client": aroot.chat.completions}
    return model.model_copy(update=changes)


def is_openai(model: BaseChatModel) -> bool:
    """Whether `model` talks to an OpenAI-compatible server; imports nothing to find out."""
    return any(
        each.__name__ == "BaseChatOpenAI" and each.__module__.startswith("langchain_openai.")
        for each in type(model).__mro__
    )


def has_async(model: BaseChatModel) -> bool:
    """Whether `model` has an async door of its own; else LangChain runs it in a thread.

    That thread would be waited for at interpreter exit, however long the model hangs.
    """
    return not type(model)._agenerate.__module__.startswith("langchain_core.language_models.chat_")


def as_runnable(
    model: BaseChatModel, form: Form, schema: type[BaseModel]
) -> Runnable[Sequence[BaseMessage], Any]:
    """What is called with the messages. Raises what a model raises that has no such form."""
    if form == "format":
        return model.bind(response_format=response_format(schema))
    if form == "tools":
        return model.with_structured_output(schema, include_raw=True)
    return model


def in_daemon(work: Callable[[], T]) -> Future[T]:
    """Run `work` in a thread that interpreter exit never waits for, in the caller's context.

    Whatever it raises, KeyboardInterrupt too, is in the future.
    """
    future: Future[T] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = context.run(work)
        except StopIteration as error:  # asyncio cannot hand it on, and would wait for ever
            future.set_exception(RuntimeError(f"StopIteration: {error}"))
        except BaseException as error:  # noqa: BLE001 - raised again by who waits for the future
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="langgraph-dreams-model", daemon=True).start()
    return future


async def within(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """The result of `work`, or TimeoutError after `seconds`, even if it ignores being cancelled."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_retrieve)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
    if not task.done():
        raise TimeoutError
    return task.result()


def _retrieve(task: "asyncio.Future[Any]") -> None:
    """Take what a task raised after nobody waited any more, so that asyncio does not log it."""
    if not task.cancelled():
        task.exception()


def reply_of(raw: Any) -> Reply:
    """What `raw` says: a message, or the dict of a structured call with its raw message."""
    parsed: Any = None
    if isinstance(raw, Mapping) and "raw" in raw:
        raw, parsed = raw["raw"], raw.get("parsed")
    values: list[Any] = [] if parsed is None else [parsed]
    if not isinstance(raw, BaseMessage):
        return Reply(raw if isinstance(raw, str) else "", tuple(values))
    texts = [_text(raw.content)]
    if isinstance(raw, AIMessage):
        values += [call["args"] for call in raw.tool_calls]
        texts += [call["args"] or "" for call in raw.invalid_tool_calls]
    extra = raw.additional_kwargs
    if isinstance(extra.get("parsed"), dict | BaseModel):
        values.append(extra["parsed"])
    reply = Reply("\n".join(text for text in texts if text), tuple(values))
    if not reply.said and isinstance(extra.get("refusal"), str):
        reply = replace(reply, text=extra["refusal"])
    ended = [raw.response_metadata.get(key) for key in ("finish_reason", "stop_reason")]
    reply = replace(reply, cut="length" in ended or "max_tokens" in ended)
    return _counted(reply, getattr(raw, "usage_metadata", None))


def reply_within(error: BaseException) -> Reply | None:
    """The reply that an error carries: OpenAI's client raises for one that was cut off."""
    completion = getattr(error, "completion", None)
    try:
        message = completion.choices[0].message  # type: ignore[union-attr]
        if not isinstance(message.content, str):
            return None
        usage = completion.usage  # type: ignore[union-attr]
        tokens = usage and {
            "input_tokens": usage.prompt_tokens,
            "output_tokens": usage.completion_tokens,
        }
    except (AttributeError, IndexError, TypeError):
        return None
    return _counted(Reply(message.content, cut=True), tokens)


def guess_tokens(messages: Sequence[BaseMessage]) -> int:
    """Tokens of messages, estimated at four characters each."""
    return count_tokens_approximately(messages)


def _counted(reply: Reply, usage: Any) -> Reply:
    """`reply` with the server's count, as far as it can be true."""
    if not isinstance(usage, Mapping):
        return reply
    sent, got = usage.get("input_tokens"), usage.get("output_tokens")
    return replace(
        reply,
        input_tokens=sent if isinstance(sent, int) and sent > 0 else None,
        output_tokens=got if isinstance(got, int) and got >= bool(reply.said) else None,
    )


def _text(content: Any) -> str:
    """The text of a message's content: a string, or a list of strings and blocks."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    blocks = [{"text": each} if isinstance(each, str) else each for each in content]
    texts = [
        block.get("text")
        for block in blocks
        if isinstance(block, dict) and block.get("type", "text") in ("text", "output_text")
    ]
    return "".join(text for text in texts if isinstance(text, str))


def _as_text(value: Any) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        return str(value)
