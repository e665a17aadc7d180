"""The demo: seven weeks of a small bakery, lived by a real agent graph, dreamt night by night."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import groupby
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph

from langgraph_dreams.errors import DreamError
from langgraph_dreams.importers.formats import read_value
from langgraph_dreams.importers.records import MessageLine, Place
from langgraph_dreams.integrations import EpisodeRecorder
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.recall import Recall, RecallItem
from langgraph_dreams.types.reports import DreamReport

K = 10
"""Turns each recall may show: about a tenth of all that the bakery has said."""
_DATA = resources.files("langgraph_dreams") / "data"


@dataclass(frozen=True)
class Exchange:
    """One run of the agent: what was said, and the logged answer."""

    said: MessageLine
    answered: MessageLine

    @property
    def night(self) -> date:
        """The day whose night dreams of it."""
        if self.said.time is None:
            raise DreamError(f"Message {self.said.id!r} of the demo log has no time.")
        return self.said.time.date()


@dataclass(frozen=True)
class Planted:
    """A question planted in the log, with the messages that hold its evidence."""

    id: str
    text: str
    gold: tuple[str, ...]
    category: str
    bridge: str
    answer: str


@dataclass(frozen=True)
class AskedQuestion:
    """One planted question, asked twice: by plain search, and along dreamt links."""

    question: Planted
    gold: tuple[str, ...]
    """Episode ids of the evidence."""
    plain: Recall
    dreamt: Recall

    def ranks(self, recall: Recall) -> list[int | None]:
        """Place of each piece of evidence in the recall, from 1; None where it is missing."""
        ids = [entry.item.id for entry in recall.items]
        return [ids.index(gold) + 1 if gold in ids else None for gold in self.gold]

    @property
    def missed(self) -> bool:
        """Plain search lacks a piece of the evidence."""
        return None in self.ranks(self.plain)

    @property
    def recovered(self) -> bool:
        """Plain search lacks a piece, and with dreamt links all of it is there."""
        return self.missed and None not in self.ranks(self.dreamt)

    @property
    def bridged(self) -> list[RecallItem]:
        """The evidence that only a link brought: absent from plain search, with a path."""
        plain = {entry.item.id for entry in self.plain.items}
        return [
            entry
            for entry in self.dreamt.items
            if entry.item.id in self.gold and entry.item.id not in plain and entry.why.path
        ]


@dataclass(frozen=True)
class DemoRun:
    """One run of the demo: its counts, dreams and answers."""

    messages: int
    exchanges: int
    conversations: int
    dreams: tuple[DreamReport, ...]
    counts: dict[str, int]
    asked: tuple[AskedQuestion, ...]

    @property
    def best(self) -> AskedQuestion | None:
        """The question that shows most: recovered along a link, its evidence ranked highest."""
        shown = [asked for asked in self.asked if asked.recovered and asked.bridged]
        return min(
            shown, key=lambda asked: max(r or 0 for r in asked.ranks(asked.dreamt)), default=None
        )


def demo_exchanges() -> list[Exchange]:
    """The demo log as exchanges, in order of time."""
    lines = (_DATA / "demo.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [e for n, line in enumerate(lines, 1) for e in read_value(json.loads(line), Place(n))]
    spoken = [entry for entry in entries if isinstance(entry, MessageLine)]
    return [Exchange(*pair) for pair in zip(spoken[::2], spoken[1::2], strict=True)]


def demo_questions() -> list[Planted]:
    """The planted questions."""
    raw = json.loads((_DATA / "demo_questions.json").read_text(encoding="utf-8"))
    keys = ("id", "text", "category", "bridge", "answer")
    return [Planted(gold=tuple(q["gold"]), **{key: q[key] for key in keys}) for q in raw]


def replay_agent(exchanges: Sequence[Exchange], recorder: EpisodeRecorder) -> Any:
    """A compiled LangGraph agent that answers as logged, with a checkpointer and the recorder.

    Which answer is due it reads from the thread and from how often the user has spoken in it,
    so the conversation really lives in the checkpoints.
    """
    answers: dict[str, list[str]] = {}
    for exchange in exchanges:
        answers.setdefault(exchange.said.thread, []).append(exchange.answered.content)

    def answer(state: MessagesState, config: RunnableConfig) -> dict[str, list[BaseMessage]]:
        spoken = sum(isinstance(message, HumanMessage) for message in state["messages"])
        thread = config["configurable"]["thread_id"]
        return {"messages": [AIMessage(answers[thread][spoken - 1])]}

    builder = StateGraph(MessagesState)
    builder.add_node("answer", answer)
    builder.add_edge(START, "answer")
    builder.add_edge("answer", END)
    graph = builder.compile(checkpointer=InMemorySaver())
    return graph.with_config(callbacks=[recorder])


def live(namespace: Namespace, on_progress: Callable[[int, int, str], None]) -> DemoRun:
    """Live the whole log in `namespace`, dream after each day, and ask the planted questions.

    `on_progress` is given (exchanges lived, exchanges in all, the day in words).
    Raises DreamError when the recorder did not keep every exchange.
    """
    exchanges = demo_exchanges()
    recorder = EpisodeRecorder(namespace)
    agent = replay_agent(exchanges, recorder)
    dreams: list[DreamReport] = []
    lived = 0
    for night, day in groupby(exchanges, key=lambda exchange: exchange.night):
        for exchange in day:
            _speak(agent, exchange)
            lived += 1
        on_progress(lived, len(exchanges), f"the night of {night:%d %B}")
        recorder.flush()
        dreams.append(namespace.dream())
    episodes = _episodes_of(namespace, exchanges)
    asked = tuple(_ask(namespace, question, episodes) for question in demo_questions())
    return DemoRun(
        messages=2 * len(exchanges),
        exchanges=len(exchanges),
        conversations=len({exchange.said.thread for exchange in exchanges}),
        dreams=tuple(dreams),
        counts=namespace.counts(),
        asked=asked,
    )


def _speak(agent: Any, exchange: Exchange) -> None:
    """One run of the agent, at the time of the log."""
    said = exchange.said
    config: RunnableConfig = {
        "configurable": {"thread_id": said.thread},
        "metadata": {"time": said.time.isoformat() if said.time else ""},
    }
    agent.invoke({"messages": [HumanMessage(said.content)]}, config)


def _episodes_of(namespace: Namespace, exchanges: Sequence[Exchange]) -> dict[str, str]:
    """Message id to episode id, by thread and what was said."""
    recorded = {(e.thread, e.said.strip()): e.id for e in namespace.episodes()}
    found: dict[str, str] = {}
    for exchange in exchanges:
        episode = recorded.get((exchange.said.thread, exchange.said.content))
        if episode is None:
            raise DreamError(
                f"The recorder kept no episode of message {exchange.said.id!r}; "
                f"{len(recorded)} of {len(exchanges)} were kept. Run `langgraph-dreams doctor`."
            )
        found[exchange.said.id] = found[exchange.answered.id] = episode
    return found


def _ask(namespace: Namespace, question: Planted, episodes: dict[str, str]) -> AskedQuestion:
    return AskedQuestion(
        question=question,
        gold=tuple(dict.fromkeys(episodes[message] for message in question.gold)),
        plain=namespace.recall(question.text, k=K, links=False, note=False, floor=0),
        dreamt=namespace.recall(question.text, k=K, note=False, floor=0),
    )
