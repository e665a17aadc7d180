"""Eight days of an assistant with `DreamMiddleware`: what it knows, and what it made of them.

Written as by someone who has the README only: turns with a clock of their own, a dream a night.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import Field

from benchmarks.field.agents import Actor, Cue
from langgraph_dreams import DreamMiddleware, DreamStore, Namespace

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
MORNING = "Good morning! Please check the calendar and tell me what is due today."
TICK = "Read HEARTBEAT.md if it exists. If nothing needs attention, reply HEARTBEAT_OK."
WEATHER = "Is it going to rain in Bergen?"
REPORT = "Heavy rain in Bergen until Sunday, says the weather service."
FLIGHT, LATER_FLIGHT = "My flight leaves at 8:15.", "My flight leaves at 10:40 now."
HOTEL, OTHER_HOTEL = "My hotel is the Fjordhus.", "My hotel is the Nordlys."
CODE, NEW_CODE = "The code of the safe is 4471.", "The code of the safe is 9023."
SISTER = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
DAYS: tuple[tuple[str, ...], ...] = (
    (FLIGHT, CODE, WEATHER, SISTER),
    (HOTEL, "What is the code of the safe?", "Book a taxi to the airport.", FLIGHT),
    ("When does my flight leave?", LATER_FLIGHT, "Thanks!", WEATHER),
    (NEW_CODE, "Which hotel is mine?", "Draft a note to the office."),
    (SISTER, "What is the code of the safe?", "ok", "Book a taxi to the airport."),
    (OTHER_HOTEL, WEATHER, "When does my flight leave?", "Thanks!"),
    ("We had gnocchi with sage for dinner.", "Draft a note to the office.", "ok"),
    ("The choir rehearses an oratorio by Haydn.", WEATHER, "Good night."),
)
CURRENT = {
    "When does my flight leave?": (LATER_FLIGHT, FLIGHT),
    "Which hotel is mine?": (OTHER_HOTEL, HOTEL),
    "What is the code of the safe?": (NEW_CODE, CODE),
}
STATED = {
    *(words for pair in CURRENT.values() for words in pair),
    SISTER,
    "We had gnocchi with sage for dinner.",
    "The choir rehearses an oratorio by Haydn.",
}


class Secretary(Actor):
    """Remembers what it is shown."""

    shown: list[list[BaseMessage]] = Field(default_factory=list)

    def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        self.shown.append(list(messages))
        return super()._generate(messages, *args, **kwargs)


@tool
def search(about: str) -> str:
    """Search the web."""
    return REPORT


@dataclass
class Lived:
    nora: Namespace
    agent: Any
    model: Secretary
    said: list[str]

    def say(self, text: str, day: int, thread: str = "") -> str:
        """Say something on a day; answers with what the model was shown."""
        number = len(self.said)
        self.said.append(text)
        message = HumanMessage(text, id=f"m{number}")
        if text == WEATHER:
            self.model.cues[f"m{number}"] = Cue("It is.", "search")
        time = MONDAY + timedelta(days=day, minutes=number)
        self.agent.invoke(
            {"messages": [message]},
            {
                "configurable": {"thread_id": thread or f"day {day}"},
                "metadata": {"time": time.isoformat()},
            },
        )
        self.nora.flush()
        return "\n".join(m.text for m in self.model.shown[-1])


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder: Path = tmp_path_factory.mktemp("eight")
    with DreamStore.open(folder) as store:
        nora, model = store.namespace("home", "nora"), Secretary()
        agent = create_agent(
            model, [search], middleware=[DreamMiddleware(nora)], checkpointer=InMemorySaver()
        )
        life = Lived(nora, agent, model, [])
        for day, texts in enumerate(DAYS):
            life.say(MORNING, day)
            for text in texts:
                life.say(text, day)
                life.say(TICK, day, "schedule")
            assert nora.dream().status == "committed"
        yield life


def test_every_turn_is_kept_at_its_own_time_with_its_tools(lived: Lived) -> None:
    episodes = [e for e in lived.nora.episodes() if e.time < MONDAY + timedelta(days=len(DAYS))]
    assert len(episodes) == sum(2 * len(texts) + 1 for texts in DAYS)
    for day, texts in enumerate(DAYS):
        of_day = [e for e in episodes if e.thread == f"day {day}"]
        assert [e.said for e in of_day] == [MORNING, *texts]
        assert {(e.time - MONDAY).days for e in of_day} == {day}
    asked = [e for e in episodes if e.said == WEATHER]
    assert len(asked) == 4
    assert all([(use.name, use.result) for use in e.done] == [("search", REPORT)] for e in asked)


def test_nothing_that_states_nothing_is_a_memory(lived: Lived) -> None:
    memories = [memory.text for memory in lived.nora.memories()]
    assert SISTER in memories  # said on two days: something is remembered at all
    assert [text for text in memories if text not in STATED] == []
    assert [line.text for line in lived.nora.core().lines if line.text not in STATED] == []


@pytest.mark.parametrize("question", CURRENT)
def test_what_was_corrected_comes_first(lived: Lived, question: str) -> None:
    new, old = CURRENT[question]
    first = lived.nora.recall(question, k=5, note=False).items[0].item
    assert getattr(first, "said", "") == new, old


@pytest.mark.parametrize("question", CURRENT)
def test_the_model_is_shown_what_holds_before_what_held(lived: Lived, question: str) -> None:
    new, old = CURRENT[question]
    shown = lived.say(question, day=8, thread=f"asked {question}")
    assert new in shown
    assert old not in shown or shown.index(new) < shown.index(old)


def test_what_held_is_still_known_as_of_its_time(lived: Lived) -> None:
    day_two = MONDAY + timedelta(days=1, hours=12)
    for question, (new, old) in CURRENT.items():
        found = lived.nora.recall(question, k=5, note=False, as_of=day_two)
        texts = [entry.item.text for entry in (*found.items, *found.memories)]
        assert any(old in text for text in texts), question
        assert not any(new in text for text in texts), question


def test_what_a_tool_said_is_nobodys_memory(lived: Lived) -> None:
    words = {word.lower() for word in REPORT.replace(",", "").split() if len(word) > 4}
    for memory in lived.nora.memories():
        assert len(words.intersection(memory.text.lower().split())) < 3, memory.text
