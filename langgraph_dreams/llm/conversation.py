"""The messages to a model for one request: the question, and once more, with what was wrong."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel

from langgraph_dreams.llm.failures import in_short
from langgraph_dreams.llm.json_text import json_values
from langgraph_dreams.llm.reply import Reply
from langgraph_dreams.llm.schema import compact_text
from langgraph_dreams.llm.validation import Fit, fit

ECHO = 4_000
"""Characters of an answer that are shown to the model again when it could not be used."""


@dataclass(frozen=True)
class Request:
    """One question: who asks (`step`), the two parts of the prompt, and the answer's shape."""

    step: str
    system: str
    user: str
    schema: type[BaseModel]


@dataclass(frozen=True)
class Answer:
    """A valid instance of the request's schema, or None.

    `problem` is one line for the dream's report: why there is no value, or what of it was dropped.
    Without a value it may be empty: the same was said before.
    """

    value: BaseModel | None
    problem: str = ""


Messages = list[BaseMessage]
Conversation = Generator[Messages, Reply | Answer, Answer]


def conversation(request: Request) -> Conversation:
    """Give the messages to be sent, take the reply or the answer that says why there is none."""
    messages = _question(request)
    reply = yield messages
    if isinstance(reply, Answer):
        return reply
    found = _read(reply, request.schema)
    if found.value is None:
        first = found.note
        reply = yield [*messages, *_complaint(reply, first)]
        if isinstance(reply, Answer):
            then = f", and then: {reply.problem}" if reply.problem else ""
            return Answer(None, in_short(f"the answer could not be used ({first}){then}"))
        found = _read(reply, request.schema)
    if found.value is None:
        return Answer(None, in_short(f"the answer could not be used, twice ({found.note})"))
    cut = "the answer was cut off at the model's limit" if reply.cut else ""
    return Answer(found.value, in_short("; ".join(part for part in (cut, found.note) if part)))


def step(dialogue: Conversation, reply: Reply | Answer | None) -> Messages | Answer:
    """Go on in a conversation: to the next messages to be sent, or to its answer."""
    try:
        return next(dialogue) if reply is None else dialogue.send(reply)
    except StopIteration as ended:
        answer: Answer = ended.value
        return answer


def _question(request: Request) -> Messages:
    demand = (
        "Answer with JSON only: no words around it, no code fence. It must fit this JSON schema:\n"
        + compact_text(request.schema)
    )
    return [SystemMessage(request.system), HumanMessage(f"{request.user}\n\n{demand}")]


def _complaint(reply: Reply, wrong: str) -> Messages:
    # roles must alternate for many chat templates, and an empty message is refused by some servers
    said = reply.said.strip()[:ECHO] or "(nothing)"
    demand = (
        f"That could not be used: {in_short(wrong, 500)}. Answer again, with JSON only, that fits "
        "the schema above."
    )
    return [AIMessage(said), HumanMessage(demand)]


def _read(reply: Reply, schema: type[BaseModel]) -> Fit:
    try:
        return fit(_values(reply), schema)
    except Exception as error:  # noqa: BLE001 - validators of a schema may raise anything
        return Fit(None, f"{type(error).__name__}: {error}")


def _values(reply: Reply) -> Iterator[Any]:
    for value in reply.values:
        yield value
        if isinstance(value, dict) and value:
            yield [value]  # one element of the list that was asked for
    yield from json_values(reply.text)
