"""A chat model that needs no key: it notes what it is told, and answers from what it is shown.

It knows nothing by itself. A question is answered with the lines that memory puts before it, so
that what it answers is what was recalled.
"""

import re
from collections.abc import Sequence
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult

RECALLED = re.compile(r"^\[\d+\] (?P<heading>.*)\n(?P<text>(?:\| .*\n?)+)", re.MULTILINE)
"""One recalled item: its number and day, or "memory" and its day, then its lines behind bars."""
MOST = 3


class DemoAssistant(BaseChatModel):
    """Answers a question with the first recalled lines, and anything else with "Noted."."""

    @property
    def _llm_type(self) -> str:
        return "demo"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Self:
        """The model itself: it calls no tools."""
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        *before, said = [m.text for m in messages if isinstance(m, HumanMessage)]
        answer = "Noted."
        if said.rstrip().endswith("?"):
            answer = " ".join(statements(before[-1] if before else "")) or "I do not know that."
        return ChatResult(generations=[ChatGeneration(message=AIMessage(answer))])


def statements(recalled: str) -> list[str]:
    """What a recalled text says that holds: its memories, or else the first turns of the user."""
    items = [(item["heading"], item["text"]) for item in RECALLED.finditer(recalled)]
    memories = [(heading, text) for heading, text in items if heading.startswith("memory")]
    lines = [text.splitlines()[0] for _, text in memories or items]
    said = [line.removeprefix("| ").removeprefix("user: ") for line in lines]
    return [text for text in said if not text.endswith("?")][:MOST]
