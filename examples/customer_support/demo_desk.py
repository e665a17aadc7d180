"""A chat model that needs no key: it looks every question up, and answers with what it found.

It knows nothing by itself: what it says of a user was recalled from that user's memory, and what it
says of the product came from the tool `handbook`.
"""

import re
from collections.abc import Sequence
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

RECALLED = re.compile(r"^\[\d+\] .*\n\| (?:user: )?(?P<said>.*)", re.MULTILINE)
"""One recalled item: its number and day, and its first line."""


class DemoDesk(BaseChatModel):
    """Notes what it is told; of a question it says what the user told before, and the handbook."""

    @property
    def _llm_type(self) -> str:
        return "demo"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Self:
        """The model itself: it knows its one tool."""
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=answer(messages))])


def answer(messages: Sequence[BaseMessage]) -> AIMessage:
    """A call of the handbook first, then an answer; a statement is noted."""
    *before, question = [m.text for m in messages if isinstance(m, HumanMessage)]
    if not question.endswith("?"):
        return AIMessage("Noted.")
    last = messages[-1]
    if not isinstance(last, ToolMessage):
        call = {"name": "handbook", "args": {"query": question}, "id": f"call-{len(messages)}"}
        return AIMessage("", tool_calls=[call])
    recalled = RECALLED.findall(before[-1]) if before else []
    told = [said for said in recalled if not said.endswith("?")]
    known = f"You told me: {told[0]}" if told else "You told me nothing of that."
    return AIMessage(f"{known} The handbook says: {last.text.splitlines()[0]}")
