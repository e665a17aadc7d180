"""The recall as a node of any graph, whatever its state looks like."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from langchain_core.messages import RemoveMessage, SystemMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.types import Overwrite

from langgraph_dreams._text import shorten, shown
from langgraph_dreams._validation import checked_call, checked_whole, checked_word
from langgraph_dreams.dream.runtime.options import checked_namespace
from langgraph_dreams.errors import DreamsError, InvalidInputError
from langgraph_dreams.integrations.fenced_recall import (
    CORE_OPENING,
    CORE_TOKENS,
    FENCE,
    fence_core,
    fence_within,
)
from langgraph_dreams.integrations.node_channels import channels_of, refuse_unknown
from langgraph_dreams.integrations.recording.messages import (
    last_said_end,
    message_id,
    newest_said,
    raw_messages,
    read_message,
)
from langgraph_dreams.integrations.tools import MOST_ITEMS, Remembering

logger = logging.getLogger("langgraph_dreams")

CORE = f"{FENCE}-core"
"""Id of the message that holds the core."""
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
    core: str = "",
    core_tokens: int = CORE_TOKENS,
) -> RunnableLambda[Any, dict[str, object]]:
    """A node that recalls for the newest user message: `add_node("recall", recall_node(ada))`.

    It fits a TypedDict, a pydantic model, a dataclass or MessagesState alike, and returns nothing
    but the one field it fills, so that no reducer of the parent is applied to anything else.
    Within another node's function, `recall_node(ada).invoke(state)` returns that field to you.

    Args:
        namespace: whose memory; a template is filled from the run's config.
        k: how many items at most, 1 to 50.
        tokens: how long the fenced text may be, estimated.
        key: where the state keeps its messages.
        into: field that gets the fenced text ("" when nothing was recalled). When it is `key`, the
            messages begin with it as a system message, which the next recall replaces. The first
            recall of a thread puts it before the others, which stay as they are; so no other node
            should add messages in that same step.
        question: tells what to ask from the state, for a state without messages.
        core: field that gets the core as fenced text ("" while it is empty), for the beginning of
            the prompt: it is the same from turn to turn until a dream changes the core. When it is
            `key`, the messages begin with it as a system message, before what was recalled.
        core_tokens: how long that may be, estimated.

    Raises:
        InvalidInputError: `k`, `tokens` or `core_tokens` is out of range, or `core` is `into`.
            From the node: the state has no `into` or `core`.
        NamespaceError: from the node, a value of the template is missing in the config. Any other
            failure of a recall is logged, and the graph goes on without.
    """
    check_recall(k, tokens)
    checked_namespace(namespace)
    checked_word("key", key)
    checked_word("into", into)
    checked_call("question", question)
    checked_whole("core_tokens", core_tokens, 1)
    if core:
        checked_word("core", core)
    if core == into != key:
        raise InvalidInputError(f"core and into are both {shown(core)}; give each its own field")
    leading = {name for name, field in ((CORE, core), (FENCE, into)) if field == key}

    def asked(state: Any) -> str:
        return question(state) if question is not None else newest_question(state, key)

    def fields(config: RunnableConfig) -> Mapping[str, Any]:
        channels = channels_of(config, recall)
        refuse_unknown(channels, into, "recall_node", "into")
        if core:
            refuse_unknown(channels, core, "recall_node", "core")
        return channels

    def update(
        state: Any, found: str, lasting: str, channels: Mapping[str, Any]
    ) -> dict[str, object]:
        told: dict[str, object] = {into: found, **({core: lasting} if core else {})}
        if leading:
            first = [SystemMessage(lasting, id=CORE)] if core == key and lasting else []
            if into == key:
                first.append(SystemMessage(found or "Nothing was recalled.", id=FENCE))
            messages = raw_messages(state, key) or []
            told |= {key: _led_by(first, leading, messages, channels.get(key))}
        return told

    def recall(state: Any, config: RunnableConfig) -> dict[str, object]:
        channels = fields(config)
        found = recalled_text(namespace, asked(state), config, k, tokens)
        lasting = core_text(namespace, config, core_tokens) if core else ""
        return update(state, found, lasting, channels)

    async def arecall(state: Any, config: RunnableConfig) -> dict[str, object]:
        channels = fields(config)
        found = await arecalled_text(namespace, asked(state), config, k, tokens)
        lasting = await acore_text(namespace, config, core_tokens) if core else ""
        return update(state, found, lasting, channels)

    return RunnableLambda(recall, arecall, name="recall")


def _led_by(
    first: Sequence[SystemMessage], leading: Collection[str], messages: Sequence[Any], channel: Any
) -> object:
    """The update of a state's messages after which they begin with `first`, and are the same else.

    leading: ids of the messages of this kind that they may begin with; those of before go.
    channel: where the state keeps them, as far as it is known; it may have another reducer than
        `add_messages`, or none.
    """
    whole = [*first, *(m for m in messages if not _led_before(m, leading))]
    reducer = getattr(channel, "operator", None)
    if reducer is None and type(channel).__name__ == "LastValue":
        return whole
    ids = [message.id for message in first]
    replaces = len(whole) == len(messages) and list(map(message_id, messages[: len(ids)])) == ids
    update = [*first] if replaces else [RemoveMessage(REMOVE_ALL_MESSAGES), *whole]
    if reducer is None or _same(reducer, messages, update, whole):
        return update
    return Overwrite(whole)  # past a reducer that takes nothing away, such as `operator.add`


def _led_before(value: Any, leading: Collection[str]) -> bool:
    """True of the message of an earlier recall; some reducers give messages new ids."""
    if message_id(value) in leading:
        return True
    message = read_message(value)
    if message is None or message.role != "system" or not message.text.startswith(f"<{FENCE}>"):
        return False
    return (CORE if message.text.startswith(CORE_OPENING) else FENCE) in leading


def _same(
    reducer: Callable[[Any, Any], Any],
    messages: Sequence[Any],
    update: Sequence[Any],
    whole: Sequence[Any],
) -> bool:
    try:
        found = list(map(message_id, reducer(list(messages), list(update))))
    except Exception:  # noqa: BLE001 -- it is the caller's, and this is no more than a question
        return False
    return found == list(map(message_id, whole))


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


def core_text(namespace: Remembering, config: RunnableConfig, tokens: int) -> str:
    """The core as fenced text, or "". Raises NamespaceError; other failures are logged."""
    own = namespace.resolve(config)
    try:
        return fence_core(own.core(), tokens) if tokens else ""
    except DreamsError as error:
        return _without(error)


async def acore_text(namespace: Remembering, config: RunnableConfig, tokens: int) -> str:
    """As `core_text`, off the event loop."""
    return await asyncio.to_thread(core_text, namespace, config, tokens)


def _without(error: DreamsError) -> str:
    logger.warning("nothing recalled: %s: %s", type(error).__name__, error)
    return ""
