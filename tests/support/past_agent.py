"""An agent graph with a past: weeks of a repair shop, in a checkpointer of LangGraph.

A real graph runs every turn: a scripted model that calls a tool, a node that asks before it orders,
a subgraph that checks stock. Some runs fail, some are interrupted and resumed, some are forked, and
some messages are edited. `write_past(saver, messages)` fills any checkpointer; from the shell:
`python -m tests.support.past_agent FILE [MESSAGES]`.
"""

import random
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, interrupt

FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TURNS = 6
"""Of a conversation."""
_START = "bran tov mel kar ost vin lor hal quen dur sel mor thal wes pex gron ilv zan fen rud"
_END = "horst ani wick dottir sen ley mark ova field gar esti rane bek olm ura tide low ques"
_MACHINES = ("kiln", "lathe", "press", "loom", "boiler", "mixer", "planer", "compressor")
_PARTS = ("gasket", "bearing", "thermocouple", "drive belt", "valve", "relay", "spindle", "hinge")
_SMALL = (
    "Good morning, how are things today?",
    "Thanks, that is all for now.",
    "It has been raining since noon and the yard is under water.",
    "Please remind everybody that the shop closes early on Friday.",
    "What is a good way to clean brass fittings?",
    "Can you write a short note that thanks a customer for waiting?",
)


class Shop:
    """What the shop knows, told by its people one statement at a time."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.known: dict[str, str] = {}
        """The answer to each question that can be asked by now."""
        self.open: list[str] = []
        """Those that nobody has asked yet."""
        self._names = [a + b for a in _START.split() for b in _END.split()]
        self.rng.shuffle(self._names)

    def name(self) -> str:
        return self._names.pop().capitalize() if self._names else f"Lot{self.rng.randrange(10**6)}"

    def job(self) -> list[str]:
        """The statements of a job; their questions become known with the last of them."""
        customer, maker, person = self.name(), self.name(), self.name()
        machine, part = self.rng.choice(_MACHINES), self.rng.choice(_PARTS)
        days, price = self.rng.randint(3, 40), self.rng.randint(40, 900)
        self._later = {
            f"Whom do I call about the {part} for the {machine} of {customer}?": (
                f"Call {person}, who is the one for anything by {maker}."
            ),
            f"What did we quote {customer} for the repair?": f"You quoted {price} euros.",
            f"Which make is the {machine} at {customer}?": f"It is a {maker}.",
        }
        return [
            f"The {machine} of {customer} is a {maker}, it came in with a broken {part}.",
            f"I quoted {customer} {price} euros and promised it in {days} days.",
            f"For anything made by {maker} we call {person}, nobody else has the drawings.",
        ]

    def finish(self) -> None:
        self.known |= self._later
        self.open += self._later

    def question(self) -> str:
        return self.open.pop(self.rng.randrange(len(self.open)))


@dataclass
class Card:
    """A class of the agent's own, which a state may hold."""

    text: str
    made: ClassVar[int] = 0

    def __post_init__(self) -> None:
        Card.made += 1


@tool
def look_up(question: str) -> str:
    """Look into the shop's card index."""
    return SHOP.known.get(question, "no card")


SHOP = Shop(0)


def _model(state: MessagesState) -> dict[str, Any]:
    last = state["messages"][-1]
    if last.type == "tool":
        known = last.content != "no card"
        return {"messages": [AIMessage(last.text if known else "I cannot find that.")]}
    said = last.text
    if "explode" in said:
        raise RuntimeError("the model server closed the connection")
    if said.endswith("?") and said in SHOP.known:
        call = {"name": "look_up", "args": {"question": said}, "id": f"c{len(state['messages'])}"}
        return {"messages": [AIMessage("", tool_calls=[call])]}
    if said.startswith("Order "):
        return {}
    return {"messages": [AIMessage("Noted." if not said.endswith("?") else "As you like it best.")]}


def _order(state: MessagesState) -> dict[str, Any]:
    said = state["messages"][-1].text
    answer = interrupt({"question": f"Shall I place it? {said}"})
    return {"messages": [AIMessage(f"Done: {answer}.")]}


def _stock(state: MessagesState) -> dict[str, Any]:
    return {"messages": [AIMessage("One is left in stock.", name="stock")]}


def _after_model(state: MessagesState) -> str:
    last = state["messages"][-1]
    if isinstance(last, AIMessage):
        return "tools" if last.tool_calls else "__end__"
    return "order"


def agent_graph(saver: BaseCheckpointSaver[Any] | None) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The shop's agent."""
    stock = StateGraph(MessagesState).add_node("count", _stock).add_edge(START, "count").compile()
    builder = StateGraph(MessagesState)
    builder.add_node("model", _model)
    builder.add_node("tools", ToolNode([look_up]))
    builder.add_node("order", _order)
    builder.add_node("stock", stock)
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", _after_model, ["tools", "order", "__end__"])
    builder.add_edge("tools", "model")
    builder.add_edge("order", "stock")
    return builder.compile(checkpointer=saver)


class Writer:
    """Runs the agent through its weeks."""

    def __init__(self, graph: CompiledStateGraph[Any, Any, Any, Any], seed: int) -> None:
        self.graph = graph
        self.rng = random.Random(seed)
        self.did: Counter[str] = Counter()
        self.clock = FIRST
        self.user = "ada"

    def config(self, thread: str) -> RunnableConfig:
        self.clock += timedelta(minutes=self.rng.randint(1, 9))
        return {
            "configurable": {"thread_id": thread, "user_id": self.user},
            "metadata": {"time": self.clock.isoformat()},
        }

    def say(self, thread: str, text: str) -> None:
        self.did["runs"] += 1
        try:
            self.graph.invoke({"messages": [HumanMessage(text)]}, self.config(thread))
        except RuntimeError:
            self.did["failed"] += 1

    def order(self, thread: str, text: str) -> None:
        self.say(thread, text)
        self.did["interrupted"] += 1
        self.did["runs"] += 1
        self.graph.invoke(Command(resume="yes, go ahead"), self.config(thread))

    def fork(self, thread: str, text: str) -> None:
        """Answers the last message anew, or in other words."""
        config = self.config(thread)
        history = self.graph.get_state_history(config)
        asked = (s for s in history if s.next == ("model",))
        place = next(s for s in asked if s.values["messages"][-1].type == "human")
        again: Any = place.config
        if text:
            told = HumanMessage(text, id=place.values["messages"][-1].id)
            again = self.graph.update_state(again, {"messages": [told]})
            self.did["edited"] += 1
        self.did["forked"] += 1
        self.did["runs"] += 1
        where = {"thread_id": thread, "user_id": self.user, **again["configurable"]}
        self.graph.invoke(None, {**config, "configurable": where})


def write_past(
    saver: BaseCheckpointSaver[Any], messages: int = 5_000, seed: int = 1
) -> Counter[str]:
    """Fills a checkpointer with about so many messages; answers what happened, by kind."""
    global SHOP
    SHOP = Shop(seed)
    writer = Writer(agent_graph(saver), seed)
    rng, held, thread = writer.rng, 0, 0
    waiting: list[str] = []
    while held < messages:
        name = f"t{thread}"
        waiting = waiting or SHOP.job()
        for turn in range(TURNS):
            if turn == 1 and waiting:
                writer.say(name, waiting.pop(0))
                if not waiting:
                    SHOP.finish()
            elif SHOP.open and rng.random() < 0.35:
                writer.say(name, SHOP.question())
            elif rng.random() < 0.06:
                writer.order(name, f"Order two of the {rng.choice(_PARTS)} for the {SHOP.name()}.")
            elif rng.random() < 0.04:
                writer.say(name, "Now explode, please.")
                writer.say(name, rng.choice(_SMALL))
            else:
                writer.say(name, rng.choice(_SMALL))
        if thread % 10 == 4:
            writer.fork(name, "")
        elif thread % 10 == 7:
            writer.fork(name, "Which tram goes to the harbour?")
        held += len(writer.graph.get_state(writer.config(name)).values["messages"])
        thread += 1
        writer.clock += timedelta(hours=rng.randint(7, 20))
    return writer.did + Counter(threads=thread, messages=held)


def main(path: str, messages: int = 5_000) -> None:
    with SqliteSaver.from_conn_string(path) as saver:
        print(dict(write_past(saver, messages)))


if __name__ == "__main__":
    main(str(Path(sys.argv[1])), *map(int, sys.argv[2:3]))
