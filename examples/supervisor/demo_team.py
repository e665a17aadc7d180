"""Chat models that need no key: one for the supervisor, one for the workers.

They know nothing by themselves. The supervisor calls those whose subject the question names, unless
memory tells it what they found before; a worker calls its tool, and reports what came back.
"""

import re
from collections.abc import Sequence
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

SUBJECTS = {"chemist": r"\bglazes?\b", "bookkeeper": r"\b(cost|price|pay)"}
FOUND = re.compile(r"^\| (chemist|bookkeeper): (.*)", re.MULTILINE)
"""What a worker found, as memory shows it."""


class DemoModel(BaseChatModel):
    """Base of both."""

    @property
    def _llm_type(self) -> str:
        return "demo"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Self:
        """The model itself."""
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.reply(messages))])

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """What it says to these messages."""
        raise NotImplementedError


class DemoSupervisor(DemoModel):
    """Says who is needed; asked for an answer, it puts together what it has."""

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """Names of workers, or an answer."""
        task, *said = messages
        question = next(m.text for m in reversed(said) if m.type == "human")
        known = dict(FOUND.findall(task.text))
        needed = [name for name, words in SUBJECTS.items() if re.search(words, question)]
        if task.text.startswith("Who"):
            return AIMessage(", ".join(n for n in needed if n not in known) or "nobody")
        reports = {m.name: m.text for m in said if m.name in SUBJECTS}
        found = {**known, **reports}
        return AIMessage(" ".join(f"The {n} found: {found[n]}" for n in needed if n in found))


class DemoWorker(DemoModel):
    """Looks its subject up, and reports it."""

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """A call of `look_up`, then what it answered."""
        if isinstance(messages[-1], ToolMessage):
            return AIMessage(messages[-1].text)
        call = {"name": "look_up", "args": {"about": messages[-1].text}, "id": "look-up"}
        return AIMessage("", tool_calls=[call])
