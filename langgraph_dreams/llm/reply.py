"""The reply to one call of a model, read from whatever its library answers or raises."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from pydantic import BaseModel


@dataclass(frozen=True)
class Reply:
    """One answer of a model: its `text`, what it handed over as data, and the tokens it took.

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


def reply_of(raw: Any) -> Reply:
    """Read `raw`: a message, or the dict of a structured call with its raw message."""
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


def _text(content: Any) -> str:
    """The text of a message's content; also blocks of the Responses API, and without a type."""
    if isinstance(content, str):
        return content
    blocks = [{"text": block} if isinstance(block, str) else block for block in content or ()]
    texts = (
        block.get("text")
        for block in blocks
        if isinstance(block, dict) and block.get("type", "text") in ("text", "output_text")
    )
    return "".join(text for text in texts if isinstance(text, str))


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


def _as_text(value: Any) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        return str(value)
