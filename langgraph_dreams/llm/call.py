"""One call to a model: the form in which it is sent, and the time it may take."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Literal, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable
from pydantic import BaseModel

from langgraph_dreams.llm.schema import response_format

T = TypeVar("T")
Form = Literal["format", "tools", "plain"]


def prepared(model: BaseChatModel, timeout: float) -> BaseChatModel:
    """`model` without retries of its own, which no budget would count, and without streaming.

    Under `stream_mode="messages"` LangChain streams every call, and most servers then send no
    usage. Only for OpenAI's, which are the ones whose clients can be set anew; the given model is
    left as it is.
    """
    if not is_openai(model):
        return model
    import openai

    changes: dict[str, object] = {"disable_streaming": True}
    unset = getattr(model, "request_timeout", None) is None
    limit = timeout if unset else openai.NOT_GIVEN
    root, aroot = getattr(model, "root_client", None), getattr(model, "root_async_client", None)
    if isinstance(root, openai.OpenAI):
        root = root.with_options(max_retries=0, timeout=limit)
        changes |= {"root_client": root, "client": root.chat.completions}
    if isinstance(aroot, openai.AsyncOpenAI):
        aroot = aroot.with_options(max_retries=0, timeout=limit)
        changes |= {"root_async_client": aroot, "async_client": aroot.chat.completions}
    return model.model_copy(update=changes)


def is_openai(model: BaseChatModel) -> bool:
    """True if `model` talks to an OpenAI-compatible server; imports nothing to find out."""
    return any(
        each.__name__ == "BaseChatOpenAI" and each.__module__.startswith("langchain_openai.")
        for each in type(model).__mro__
    )


def has_async(model: BaseChatModel) -> bool:
    """True if `model` has async calls of its own; else LangChain runs it in a thread.

    That thread would be waited for at interpreter exit, however long the model hangs.
    """
    return not type(model)._agenerate.__module__.startswith("langchain_core.language_models.chat_")


def as_runnable(
    model: BaseChatModel, form: Form, schema: type[BaseModel]
) -> Runnable[Sequence[BaseMessage], Any]:
    """The model in a form, to be called with messages. Raises what a model without it raises."""
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
