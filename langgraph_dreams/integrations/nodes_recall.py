"""The recall as a node of any graph, whatever its state looks like."""

import logging
from collections.abc import Callable
from typing import Any

from langchain_core.messages import SystemMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda

from langgraph_dreams._text import shorten
from langgraph_dreams._validation import checked_call, checked_whole, checked_word
from langgraph_dreams.dream.runtime.options import checked_namespace
from langgraph_dreams.errors import DreamsError
from langgraph_dreams.integrations.fenced_recall import FENCE, fence_within
from langgraph_dreams.integrations.recording.messages import (
    last_said_end,
    newest_said,
    raw_messages,
)
from langgraph_dreams.integrations.tools import MOST_ITEMS, Remembering

logger = logging.getLogger("langgraph_dreams")

_MOST_ASKED = 4_000
"""Characters of a question; a longer message is a document, and its beginning says of what."""


def recall_node(
    namespace: Remembering,
    *,
    k: int = 5,
    tokens: int = 1_000,
    key: str = "messages",
    into: str = "recalled",
    question: Callable[[Any], str] | None = None,
) -> RunnableLambda[Any, dict[str, object]]:
    """A node that recalls for the newest user message: `add_node("recall", recall_node(ada))`.

    It fits a TypedDict, a pydantic model, a dataclass or MessagesState alike, and returns nothing
    but the one field it fills, so that no reducer of the parent is applied to anything else.

    Args:
        namespace: whose memory; a template is filled from the run's config.
        k: how many items at most, 1 to 50.
        tokens: how long the fenced text may be, estimated.
        key: where the state keeps its messages.
        into: field that gets the fenced text ("" when nothing was recalled). When it is `key`, a
            system message is added, and replaced by the next recall.
        question: tells what to ask from the state, for a state without messages.

    Raises:
        InvalidInputError: `k` or `tokens` is out of range.
        NamespaceError: from the node, a value of the template is missing in the config. Any other
            failure of a recall is logged, and the graph goes on without.
    """
    check_recall(k, tokens)
    checked_namespace(namespace)
    checked_word("key", key)
    checked_word("into", into)
    checked_call("question", question)

    def asked(state: Any) -> str:
        return question(state) if question is not None else newest_question(state, key)

    def update(text: str) -> dict[str, object]:
        if into != key:
            return {into: text}
        return {key: [SystemMessage(text or "Nothing was recalled.", id=FENCE)]}

    def recall(state: Any, config: RunnableConfig) -> dict[str, object]:
        return update(recalled_text(namespace, asked(state), config, k, tokens))

    async def arecall(state: Any, config: RunnableConfig) -> dict[str, object]:
        return update(await arecalled_text(namespace, asked(state), config, k, tokens))

    return RunnableLambda(recall, arecall, name="recall")


def check_recall(k: int, tokens: int) -> None:
    """Raises InvalidInputError for a `k` outside 1 to 50, or `tokens` below 1."""
    checked_whole("k", k, 1, MOST_ITEMS)
    checked_whole("tokens", tokens, 1)


def newest_question(state: Any, key: str) -> str:
    """The text of the user's newest message; "" when there is none."""
    raw = raw_messages(state, key) or []
    said = newest_said(raw[: last_said_end(raw)])
    return said[-1].text if said else ""


def recalled_text(
    namespace: Remembering, question: str, config: RunnableConfig, k: int, tokens: int
) -> str:
    """Fenced text for a question, or "". Raises NamespaceError; other failures are logged."""
    own = namespace.resolve(config)
    if not question.strip():
        return ""
    try:
        found = own.recall(shorten(question, _MOST_ASKED), k)
    except DreamsError as error:
        return _without(error)
    return fence_within(found, tokens)


async def arecalled_text(
    namespace: Remembering, question: str, config: RunnableConfig, k: int, tokens: int
) -> str:
    """As `recalled_text`, off the event loop."""
    own = namespace.resolve(config)
    if not question.strip():
        return ""
    try:
        found = await own.arecall(shorten(question, _MOST_ASKED), k)
    except DreamsError as error:
        return _without(error)
    return fence_within(found, tokens)


def _without(error: DreamsError) -> str:
    logger.warning("nothing recalled: %s: %s", type(error).__name__, error)
    return ""
