"""A chat model without a key: it answers what is written down for it, in order.

Each example names a real one in its place: `model = "openai:gpt-4.1-mini"`.
"""

from collections.abc import Sequence
from typing import Any, Self

from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage


class Scripted(FakeMessagesListChatModel):
    """Takes any tools, and calls those that its script calls."""

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Self:
        """The model itself; the script knows which tools there are."""
        return self


def scripted(*answers: str | AIMessage) -> Scripted:
    """A model that gives these answers."""
    return Scripted(responses=[AIMessage(a) if isinstance(a, str) else a for a in answers])


def calls(name: str, **args: Any) -> AIMessage:
    """An answer that calls a tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"call_{name}"}])
