"""The forms in which conversations are logged, each read as messages with `role` and `content`.

A value of a log is one message, a conversation, or a list of either; see `_conversation` and
`message_fields` for the forms of each.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.cases import read_case
from langgraph_dreams.importers.exports import anthropic_messages, from_sender, openai_messages
from langgraph_dreams.importers.langchain import langchain_fields
from langgraph_dreams.importers.messages import THREAD_KEYS, TIME_KEYS, read_message
from langgraph_dreams.importers.records import (
    CaseLine,
    LogProblem,
    MessageLine,
    Place,
    first_word,
    kind,
    word,
)
from langgraph_dreams.importers.responses import is_item_aside, item_fields, response_items
from langgraph_dreams.importers.transcripts import is_aside, transcript_fields

_DEEPEST = 4
"""Lists within lists that are looked into."""
_FORMS = (
    "a message (an object with `role` and `content`, `from` and `value`, `sender` and `text`, a"
    " LangChain message with `type`, a line of an agent's transcript with `message` or `payload`),"
    " a conversation (`messages`, `conversations`, `chat_messages` or `mapping`), a list of these,"
    " or an evidence-set case (`units`)"
)
_SHAREGPT = {
    "human": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "function_call": "assistant",
    "observation": "tool",
    "function_response": "tool",
}
"""What the senders of such a log are as roles; others are theirs as they are."""

Found = CaseLine | MessageLine | LogProblem


def read_value(value: object, place: Place, label: str = "log") -> Iterator[Found]:
    """The messages and cases of a value, and what could not be read of it.

    `label` begins the thread of what names none: it is the thread of single messages, and each
    conversation has one of its own.
    """
    thread = label if isinstance(value, list) and place.line == 1 else f"{label}/{place.line}"
    yield from _read(value, place, label if fields_of(value) else thread, 0)


def _read(value: object, place: Place, thread: str, depth: int) -> Iterator[Found]:
    if isinstance(value, list) and depth < _DEEPEST and _holds(value):
        yield from _read_list(value, place, thread, depth)
        return
    if isinstance(value, dict):
        try:
            if isinstance(value.get("units"), list):
                yield read_case(value, place)
                return
            fields = fields_of(value)
            if fields is not None:
                yield from _message(fields, place, thread)
                return
            messages = _conversation(value)
            if messages is not None:
                own = first_word(value, (*THREAD_KEYS, "uuid", "id")) or thread
                yield from _read_list(_begun(messages, value), place, own, depth, "message")
                return
            if is_aside(value) or is_item_aside(value):
                return
        except LogFormatError as error:
            yield place.problem(str(error))
            return
    yield place.problem(f"{kind(value)}, where {_FORMS} is expected")


def _holds(items: list[object]) -> bool:
    """False for a list of what can be no message."""
    return not items or any(isinstance(item, dict | list) for item in items)


def _read_list(
    items: Sequence[object], place: Place, thread: str, depth: int, name: str = "item"
) -> Iterator[Found]:
    """The messages of one conversation, and conversations, each of its own thread."""
    for index, item in enumerate(items):
        single = fields_of(item) is not None
        here = place.inside(f"{name} {index + 1}", None if single else place.order + index)
        yield from _read(item, here, thread if single else f"{thread}/{index + 1}", depth + 1)


def _message(fields: Mapping[str, Any], place: Place, thread: str) -> Iterator[Found]:
    if "unreadable" in fields:
        raise LogFormatError(str(fields["unreadable"]))
    entries, problems = read_message(fields, place, thread, quiet=fields.get("quiet") is True)
    yield from entries
    yield from problems


def fields_of(value: object) -> dict[str, Any] | None:
    """A message of any form as one with `role` and `content`; None when it is no message.

    One that cannot be read has what is wrong with it under `unreadable`.
    """
    if not isinstance(value, dict):
        return None
    fields = transcript_fields(value)
    if fields is not None:
        return fields
    if isinstance(value.get("role"), str):
        return value
    fields = item_fields(value)
    if fields is not None:
        return fields
    if isinstance(value.get("from"), str) and "value" in value:
        return _sharegpt(value)
    if isinstance(value.get("sender"), str) and ("text" in value or "content" in value):
        return from_sender(value)
    return langchain_fields(value)


def _sharegpt(value: dict[str, Any]) -> dict[str, Any]:
    said, text = word(value["from"]).lower(), value["value"]
    call = _call(text) if said == "function_call" else None
    rest = {key: found for key, found in value.items() if key not in ("from", "value")}
    if call is None and isinstance(text, dict):
        text = json.dumps(text, ensure_ascii=False)
    content = {"content": text} if call is None else {"function_call": call}
    return {**rest, "role": _SHAREGPT.get(said, said), **content}


def _call(text: object) -> dict[str, Any] | None:
    """A call as such a log writes it: an object with a name, or its JSON text."""
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (RecursionError, ValueError):
        return None
    return found if isinstance(found, dict) and word(found.get("name")) else None


def _conversation(value: dict[str, Any]) -> list[Any] | None:
    """The messages of a conversation of any form; None when it is none.

    `messages` is what fine-tuning and graph states have, `conversations` ShareGPT; `mapping` is a
    tree as OpenAI exports it, `chat_messages` a list as Anthropic does, `output` a response.
    """
    if isinstance(value.get("mapping"), dict):
        return openai_messages(value)
    if isinstance(value.get("chat_messages"), list):
        return anthropic_messages(value["chat_messages"])
    if (items := response_items(value)) is not None:
        return items
    for key in ("messages", "conversations", "conversation"):
        if isinstance(value.get(key), list):
            found: list[Any] = value[key]
            return found
    return None


def _begun(messages: list[Any], conversation: dict[str, Any]) -> list[Any]:
    """The messages; the first of those without times has the time of the conversation."""
    time = next((conversation[key] for key in TIME_KEYS if conversation.get(key) is not None), None)
    first = fields_of(messages[0]) if messages and time is not None else None
    if first is None or any(first.get(key) is not None for key in TIME_KEYS):
        return messages
    return [{**first, "time": time}, *messages[1:]]
