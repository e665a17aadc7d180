"""Procedures offered to a model after a tool failed: what worked for such a failure before."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langchain_core.runnables import RunnableConfig

from langgraph_dreams.errors import DreamsError
from langgraph_dreams.integrations.fenced_recall import fence
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.recall.failures import failed, known_ways, told_ways
from langgraph_dreams.types.items import Memory

logger = logging.getLogger("langgraph_dreams")

_CALLS = 3  # failed calls that are looked up
_WAYS = 2  # procedures offered for each
_NOTE = "What earlier runs noted of such a failure of the tool."


def with_ways(
    namespace: Namespace, messages: Sequence[AnyMessage], config: RunnableConfig
) -> list[AnyMessage]:
    """Messages of a request, the last with what is known to work if they end with failed calls."""
    calls = _failed_calls(messages)
    if not calls:
        return list(messages)
    found: dict[str, Memory] = {}
    try:
        vault = namespace.resolve(config).vault
        for tool, error in calls:
            found |= {m.id: m for m in known_ways(vault, tool, error)[:_WAYS]}
    except DreamsError as error:
        logger.warning("no procedure looked up: %s: %s", type(error).__name__, error)
    if not found:
        return list(messages)
    *before, last = messages
    return [*before, _with_text(last, fence(told_ways(found.values()), note=_NOTE))]


def _with_text(message: AnyMessage, text: str) -> AnyMessage:
    """A copy of a message with a text behind what it says.

    A message of its own there some providers refuse: none but the model's may follow a tool's.
    """
    content = message.content
    if isinstance(content, str):
        return message.model_copy(update={"content": f"{content}\n\n{text}"})
    return message.model_copy(update={"content": [*content, {"type": "text", "text": text}]})


async def awith_ways(
    namespace: Namespace, messages: Sequence[AnyMessage], config: RunnableConfig
) -> list[AnyMessage]:
    """As `with_ways`, off the event loop."""
    if not _failed_calls(messages):
        return list(messages)
    return await asyncio.to_thread(with_ways, namespace, messages, config)


def _failed_calls(messages: Sequence[AnyMessage]) -> list[tuple[str, str]]:
    """Tool and error of the failed calls that the messages end with."""
    names: dict[str, str] = {}
    results: list[ToolMessage] = []
    for message in reversed(messages):
        if isinstance(message, ToolMessage):
            results.insert(0, message)
            continue
        if isinstance(message, AIMessage):
            names = {str(call["id"]): call["name"] for call in message.tool_calls}
        break
    failing = [r for r in results if failed(_text(r.content), r.status != "error")]
    told = [(names.get(r.tool_call_id) or r.name or "", _text(r.content)) for r in failing]
    return [call for call in told if call[0]][:_CALLS]


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = (p if isinstance(p, str) else p.get("text", "") for p in content)
    return "\n".join(part for part in parts if isinstance(part, str))
