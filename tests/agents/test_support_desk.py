"""A support desk with three users: one agent, one store, a memory for each of them."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from helpers_store import HashEmbedder
from langchain.agents import create_agent
from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from benchmarks.field.agents import Actor, Cue
from langgraph_dreams import (
    DreamMiddleware,
    DreamStore,
    EpisodeRecorder,
    Namespace,
    NamespaceError,
    recall_node,
    record_node,
)

USERS = {
    "ann": ("My router is a Zyxel 7.", "The light of my router is red.", "My tariff is Basic."),
    "bob": ("My router is a Fritz 9.", "My invoice of May is wrong.", "My tariff is Turbo."),
    "cho": ("My router is a Draytek 3.", "I move to Graz in June.", "My tariff is Student."),
}
MARKS = {"ann": "Zyxel", "bob": "Fritz", "cho": "Draytek"}
QUESTION = "Which router is mine?"
WAYS = ("middleware", "recorder", "nodes")
NAMED = ("context", "configurable")


class Context(TypedDict):
    user_id: str


class Desk(Actor):
    """Remembers what it is shown, by the id of the message that it answers."""

    shown: dict[str, str] = Field(default_factory=dict)

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        heard = next(m for m in reversed(messages) if m.type == "human")
        self.shown[str(heard.id)] = "\n".join(m.text for m in messages)
        return super()._generate(messages, *args, **kwargs)


@tool
def search(about: str) -> str:
    """Look into the handbook."""
    return "The light is red when there is no signal."


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as opened:
        yield opened


class Support:
    """The desk, in one of the ways to give an agent a memory, its users named in one of two."""

    def __init__(self, store: DreamStore, way: str, named: str) -> None:
        self.store, self.named = store, named
        self.desk = Desk()
        template = store.namespace("support", "{user_id}")
        recorder = EpisodeRecorder(template)
        if way == "middleware":
            self.agent: Any = create_agent(
                self.desk,
                [search],
                middleware=[DreamMiddleware(template, recorder=recorder)],
                context_schema=Context,
                checkpointer=InMemorySaver(),
            )
        else:
            self.agent = self._graph(template, recorder, way)
        self.recorder = recorder

    def _graph(self, template: Namespace, recorder: EpisodeRecorder, way: str) -> Any:
        class State(MessagesState):
            recalled: str

        def answer(state: State) -> dict[str, Any]:
            given = [*state["messages"]]
            given.insert(-1, HumanMessage(state["recalled"] or "nothing", id="recalled"))
            return {"messages": [self.desk.invoke(given)]}

        builder = StateGraph(State, context_schema=Context)
        builder.add_node("recall", recall_node(template))
        builder.add_node("answer", answer)
        builder.add_edge(START, "recall")
        builder.add_edge("recall", "answer")
        if way == "nodes":
            builder.add_node("record", record_node(template, recorder=recorder))
            builder.add_edge("answer", "record")
        graph = builder.compile(checkpointer=InMemorySaver())
        return graph if way == "nodes" else graph.with_config(callbacks=[recorder])

    def say(self, who: str, text: str, number: int, **more: Any) -> str:
        """What the desk was shown."""
        given, config, context = self._call(who, text, number, more)
        self.agent.invoke(given, config, context=context)
        return self.desk.shown[f"{who} {number}"]

    async def asay(self, who: str, text: str, number: int) -> str:
        given, config, context = self._call(who, text, number, {})
        await self.agent.ainvoke(given, config, context=context)
        return self.desk.shown[f"{who} {number}"]

    def _call(self, who: str, text: str, number: int, more: dict[str, Any]) -> Any:
        message = HumanMessage(text, id=f"{who} {number}")
        if "light" in text:
            self.desk.cues[message.id or ""] = Cue("Is it plugged in?", "search")
        configurable: dict[str, Any] = {"thread_id": f"{who} {number // 2}", **more}
        if self.named == "configurable":
            configurable["user_id"] = who
        context = {"user_id": who} if self.named == "context" else None
        return {"messages": [message]}, {"configurable": configurable}, context

    def said(self, who: str) -> list[str]:
        assert self.recorder.flush()
        return sorted(e.said for e in self.store.namespace("support", who).episodes())


@pytest.fixture(params=[(way, named) for way in WAYS for named in NAMED], ids="-".join)
def support(request: pytest.FixtureRequest, store: DreamStore) -> Support:
    return Support(store, *request.param)


def check(support: Support, shown: dict[str, str]) -> None:
    """Each has the own turns, all of them, and was shown nothing of the others."""
    for who, texts in USERS.items():
        assert support.said(who) == sorted([*texts, QUESTION]), who
        for other in USERS:
            assert (MARKS[other] in shown[who]) == (other == who), (who, other)
    assert support.recorder.dropped == 0


def test_users_that_take_turns(support: Support) -> None:
    for number in range(3):
        for who, texts in USERS.items():
            support.say(who, texts[number], number)
    assert support.recorder.flush()
    for who in USERS:
        assert support.store.namespace("support", who).dream().status == "committed"
    check(support, {who: support.say(who, QUESTION, 9) for who in USERS})


def test_users_at_the_same_time(support: Support) -> None:
    def visit(who: str) -> str:
        for number, text in enumerate(USERS[who]):
            support.say(who, text, number)
        assert support.recorder.flush()
        return support.say(who, QUESTION, 9)

    with ThreadPoolExecutor(3) as pool:
        check(support, dict(zip(USERS, pool.map(visit, USERS), strict=True)))


def test_users_in_one_event_loop(support: Support) -> None:
    async def visit(who: str) -> str:
        for number, text in enumerate(USERS[who]):
            await support.asay(who, text, number)
        assert await support.recorder.aflush()
        return await support.asay(who, QUESTION, 9)

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*map(visit, USERS))

    check(support, dict(zip(USERS, asyncio.run(all_of_them()), strict=True)))


@pytest.mark.parametrize("way", WAYS)
def test_a_user_who_is_not_named_shares_no_memory(store: DreamStore, way: str) -> None:
    support = Support(store, way, "not at all")
    with pytest.raises(NamespaceError, match="user_id"):
        support.say("ann", "My router is a Zyxel 7.", 0)
    support.recorder.flush()
    assert store.namespaces() == []
