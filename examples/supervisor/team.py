"""A team: a supervisor, two workers, and one memory of what they found."""

import os
from typing import Any

from demo_team import DemoSupervisor, DemoWorker
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, SystemMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph

from langgraph_dreams import EpisodeRecorder, Namespace, recall_node

BOOKS = {
    "chemist": "The cobalt glaze melts at 1240 degrees and runs above 1260.",
    "bookkeeper": "Cobalt costs 94 euros a kilogram since August.",
}
WHO = "Who is needed: {names}? Answer with names, or nobody if the answer is known.\n{recalled}"
ANSWER = "Answer the question, and say who found what.\n{recalled}"


class State(MessagesState):
    """The conversation, who is still to work, and what is remembered."""

    waiting: list[str]
    recalled: str


def chat_model(demo: BaseChatModel) -> BaseChatModel:
    """A real model if there is a key (OPENAI_API_KEY, OPENAI_BASE_URL, MODEL), else the demo's."""
    if not os.environ.get("OPENAI_API_KEY"):
        return demo
    model: BaseChatModel = init_chat_model(os.environ.get("MODEL", "openai:gpt-4.1-mini"))
    return model


def worker(name: str) -> Any:
    """An agent with a book of its own; its report stands under its name."""

    @tool
    def look_up(about: str) -> str:
        """Look it up in the book of your trade."""
        return BOOKS[name]

    agent: Any = create_agent(chat_model(DemoWorker()), [look_up], name=name)

    def work(state: State) -> dict[str, Any]:
        question = next(m for m in reversed(state["messages"]) if m.type == "human")
        report = agent.invoke({"messages": [question]})["messages"][-1].text
        return {"messages": [AIMessage(report, name=name)], "waiting": state["waiting"][1:]}

    return work


def build(memory: Namespace) -> Any:
    """recall -> assign -> the workers that are needed -> answer; the recorder sees all of it."""
    supervisor = chat_model(DemoSupervisor())

    def assign(state: State) -> dict[str, Any]:
        task = WHO.format(names=", ".join(BOOKS), recalled=state["recalled"])
        named = supervisor.invoke([SystemMessage(task), *state["messages"]]).text
        return {"waiting": [name for name in BOOKS if name in named]}

    def answer(state: State) -> dict[str, Any]:
        task = ANSWER.format(recalled=state["recalled"])
        said = supervisor.invoke([SystemMessage(task), *state["messages"]]).text
        return {"messages": [AIMessage(said, name="supervisor")]}

    def whose_turn(state: State) -> str:
        return state["waiting"][0] if state["waiting"] else "answer"

    builder = StateGraph(State)
    builder.add_node("recall", recall_node(memory))
    builder.add_node("assign", assign)
    builder.add_node("answer", answer)
    builder.add_edge(START, "recall").add_edge("recall", "assign").add_edge("answer", END)
    places = [*BOOKS, "answer"]
    builder.add_conditional_edges("assign", whose_turn, places)
    for name in BOOKS:
        builder.add_node(name, worker(name))
        builder.add_conditional_edges(name, whose_turn, places)
    return builder.compile(name="team").with_config(callbacks=[EpisodeRecorder(memory)])
