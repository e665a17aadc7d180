"""A chat model that needs no key: it runs the tests, and migrates only when it is told to.

It is told by the user, or by what earlier runs noted of the same failure, which memory shows it
behind the result of the failed call.
"""

from collections.abc import Sequence
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

HINT = "what worked: the same call after migrate("


class DemoCoder(BaseChatModel):
    """Calls one tool after the other, and says how it ended."""

    @property
    def _llm_type(self) -> str:
        return "demo"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Self:
        """The model itself: it knows its two tools."""
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=next_step(messages))])


def next_step(messages: Sequence[BaseMessage]) -> AIMessage:
    """What to do after these messages."""
    last = messages[-1]
    run_tests = _call("run_tests", len(messages), folder="tests/api")
    migrate = _call("migrate", len(messages), database="shop.db")
    if not isinstance(last, ToolMessage):
        return migrate if "migrate" in last.text else run_tests
    if last.name == "migrate":
        return run_tests
    if last.status != "error":
        return AIMessage(f"Done: {last.text}.")
    return migrate if HINT in last.text else AIMessage(f"I gave up: {last.text}")


def _call(name: str, number: int, **args: str) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"call-{number}"}])
