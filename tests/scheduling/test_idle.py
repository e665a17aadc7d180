"""Dreams while nobody is there: real stores and threads, a clock of the test, no waiting."""

import asyncio
import contextvars
import logging
import queue
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from helpers_store import HashEmbedder, episode
from langchain_core.callbacks import BaseCallbackHandler
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamReport, DreamStore, EpisodeRecorder, InvalidInputError, Namespace
from langgraph_dreams.scheduling.idle import IdleDreamer

WAIT = 60  # seconds; only a failing test takes them


class Nights:
    """A dreamer on a clock of the test, and what it tells."""

    def __init__(self, given: Any, **settings: Any) -> None:
        self.clock = 0.0
        self.day = datetime(2026, 6, 10, 12, tzinfo=UTC)
        self.reports: queue.Queue[DreamReport] = queue.Queue()
        self.errors: queue.Queue[tuple[tuple[str, ...], Exception]] = queue.Queue()
        usual = {"quiet_seconds": 300, "every_seconds": 3600, "least_episodes": 3}
        told = {"on_dream": self.reports.put, "on_error": lambda *error: self.errors.put(error)}
        clocks = {"clock": lambda: self.clock, "now": lambda: self.day}
        self.dreamer = IdleDreamer(given, **{**usual, **told, **clocks, **settings})

    def pass_(self, seconds: float) -> None:
        self.clock += seconds
        self.dreamer.wake()

    def next(self) -> DreamReport:
        report = self.reports.get(timeout=WAIT)
        self.settle()
        return report

    def settle(self) -> None:
        """Until no dream is under way and all is looked at."""
        until = self.dreamer
        with until._changed:
            assert until._changed.wait_for(lambda: not until._running and not until._unseen, WAIT)


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as opened:
        yield opened


def burst(namespace: Namespace, number: int, size: int = 50) -> None:
    for index in range(number * size, (number + 1) * size):
        namespace.record([episode(index)])


def test_three_bursts_of_fifty_are_three_dreams(store: DreamStore) -> None:
    ada = store.namespace("acme", "ada")
    nights = Nights(store)
    for number in range(3):
        burst(ada, number)
        nights.pass_(299)
        nights.pass_(1)
        report = nights.next()
        assert report.status == "committed"
        assert len(report.episodes) == 50
        nights.pass_(4000)
    assert nights.dreamer.close() == []
    assert nights.reports.empty()
    assert [len(r.episodes) for r in ada.dreams()] == [50, 50, 50]


def test_activity_puts_it_off(store: DreamStore) -> None:
    ada = store.namespace("ada")
    nights = Nights(store)
    burst(ada, 0, 3)
    nights.pass_(299)
    nights.dreamer.touch(ada)
    nights.pass_(299)
    assert nights.dreamer.close() == [("ada",)]
    assert ada.dreams() == []


def test_what_was_there_before_is_dreamt(store: DreamStore) -> None:
    burst(store.namespace("ada"), 0, 3)
    burst(store.namespace("bob"), 0, 2)
    nights = Nights(store)
    seen = nights.dreamer._changed
    with seen:
        assert seen.wait_for(lambda: len(nights.dreamer._schedule.pending()) == 2, WAIT)
    nights.pass_(300)
    assert nights.next().namespace == ("ada",)
    assert nights.dreamer.close() == [("bob",)]


def test_a_person_is_asked_once_about_what_is_new() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        nights = Nights(ada, review="ask", least_episodes=1)

        def later() -> list[str]:
            """Statuses of the dreams, when the next look is over."""
            nights.pass_(4000)
            dreamer = nights.dreamer
            with dreamer._changed:
                assert dreamer._changed.wait_for(
                    lambda: (
                        not dreamer._running
                        and (dreamer._schedule.next_time() or nights.clock + 1) > nights.clock
                    ),
                    WAIT,
                )
            return [nights.reports.get().status for _ in range(nights.reports.qsize())]

        ada.record([*day(FIRST, 0), *day(SECOND, 7)])
        assert later() == ["waiting"]
        assert later() == later() == []
        ada.record(day(["The kiln is a Brandhorst, says Odile."], 9))
        assert later() == ["waiting"]
        assert later() == []
        (asked,) = [report for report in ada.dreams() if report.status == "waiting"][-1:]
        ada.reject(asked.id)
        assert later() == ["committed"]  # of what was rejected nobody is asked again
        assert not ada.links()
        assert nights.dreamer.close() == []
        assert nights.errors.empty()


def test_only_in_its_hours(store: DreamStore) -> None:
    ada = store.namespace("ada")
    hours = {"only_between": (time(1), time(6)), "zone": ZoneInfo("Europe/Vienna")}
    nights = Nights(store, **hours)
    burst(ada, 0, 3)
    nights.pass_(1000)
    assert nights.dreamer._pause() == 60.0
    assert ada.dreams() == []
    nights.day = datetime(2026, 6, 10, 23, tzinfo=UTC)  # one o'clock in Vienna
    nights.dreamer.wake()
    assert nights.next().status == "committed"
    nights.dreamer.close()
    for half in ({"zone": UTC}, {"only_between": (time(1), time(6))}):
        with pytest.raises(InvalidInputError, match="give both"):
            IdleDreamer(store, **half)


def test_namespaces_and_templates_that_are_named(store: DreamStore) -> None:
    named = [store.namespace("acme", "{user}"), store.namespace("solo")]
    nights = Nights(named, every_seconds=0)
    for parts in (("acme", "ada"), ("acme", "ada", "x"), ("other", "ada"), ("solo",)):
        burst(store.namespace(*parts), 0, 3)
    nights.pass_(300)
    dreamt = {nights.next().namespace, nights.next().namespace}
    assert dreamt == {("acme", "ada"), ("solo",)}
    assert nights.dreamer.close() == []
    for wrong in ([], ["ada"], [named[0], DreamStore.in_memory().namespace("ada")]):
        with pytest.raises(InvalidInputError):
            IdleDreamer(wrong)  # type: ignore[arg-type]


def test_one_failure_stops_no_other_and_is_told(
    store: DreamStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    dream = Namespace.dream

    def faulty(self: Namespace, **given: Any) -> DreamReport:
        if self.parts == ("ada",) and not healed.is_set():
            raise RuntimeError("no disk")
        return dream(self, **given)

    healed = threading.Event()
    monkeypatch.setattr(Namespace, "dream", faulty)
    nights = Nights(store, every_seconds=10)
    burst(store.namespace("ada"), 0, 3)
    nights.clock = 1
    burst(store.namespace("bob"), 0, 3)
    nights.pass_(300)
    name, error = nights.errors.get(timeout=WAIT)
    assert (name, str(error)) == (("ada",), "no disk")
    assert nights.next().namespace == ("bob",)
    healed.set()
    nights.pass_(59)
    nights.settle()
    assert store.namespace("ada").dreams() == []
    nights.pass_(2)
    assert nights.next().namespace == ("ada",)
    nights.dreamer.close()


@pytest.mark.parametrize("told", [None, "raises"])
def test_a_failure_without_a_listener_is_logged(
    store: DreamStore, caplog: pytest.LogCaptureFixture, told: str | None
) -> None:
    def on_error(name: tuple[str, ...], error: Exception) -> None:
        raise ValueError("the caller's mistake")

    told_of = threading.Event()

    def on_dream(report: DreamReport) -> None:
        told_of.set()
        raise KeyError("the caller's other mistake")

    with caplog.at_level(logging.ERROR, "langgraph_dreams"):
        nights = Nights(store, on_dream=on_dream, on_error=on_error if told else None)
        burst(store.namespace("ada"), 0, 3)
        nights.pass_(300)
        assert told_of.wait(WAIT)
        nights.settle()
        assert nights.dreamer.close() == []
    assert ("on_error failed" if told else "no dream of the namespace") in caplog.text
    assert ("caller's mistake" if told else "caller's other mistake") in caplog.text


class Stuck(HashEmbedder):
    """Stops in the middle of a dream until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go = threading.Event(), threading.Event()

    def embed(self, texts: Any) -> Any:
        if threading.current_thread().name == "langgraph-dreams-dream":
            self.reached.set()
            assert self.go.wait(WAIT)
        return super().embed(texts)


def repeated(namespace: Namespace) -> None:
    """Episodes from which a dream without a model distils a memory, which it embeds."""
    text = "The kiln of the workshop is a Brandhorst with two burners."
    namespace.record([episode(i, text, thread=f"t{i}") for i in range(4)])


def test_close_tells_what_is_under_way_and_waits_if_asked() -> None:
    stuck = Stuck()
    with DreamStore.in_memory(embedder=stuck) as store:
        ada = store.namespace("ada")
        nights = Nights(store)
        repeated(ada)
        burst(store.namespace("bob"), 0, 3)
        nights.pass_(300)
        assert stuck.reached.wait(WAIT)
        burst(ada, 1, 3)  # during the dream: they wait for the next
        assert nights.dreamer.close(0) == [("ada",), ("bob",)]
        stuck.go.set()
        assert nights.dreamer.close(None) == [("ada",), ("bob",)]
        assert [len(r.episodes) for r in ada.dreams()] == [4]
        assert store.namespace("bob").dreams() == []


def test_a_store_that_closes_ends_it() -> None:
    store = DreamStore.in_memory(embedder=HashEmbedder())
    nights = Nights(store)
    burst(store.namespace("ada"), 0, 3)
    store.close()
    nights.dreamer._thread.join(WAIT)
    assert not nights.dreamer._thread.is_alive()
    assert nights.dreamer.close() == [("ada",)]
    assert nights.errors.empty()


async def test_nothing_of_a_dream_gets_into_the_run_around_it(store: DreamStore) -> None:
    ada = store.namespace("ada")
    mark: contextvars.ContextVar[str] = contextvars.ContextVar("mark", default="none")
    seen: list[str] = []
    dreamt = asyncio.Event()
    loop = asyncio.get_running_loop()
    names: list[str] = []
    made: list[Nights] = []

    class Spy(BaseCallbackHandler):
        def on_chain_start(self, serialized: Any, inputs: Any, **more: Any) -> None:
            names.append(more["name"])

    def told(report: DreamReport) -> None:
        seen.append(mark.get())
        loop.call_soon_threadsafe(dreamt.set)

    async def work(state: MessagesState) -> dict[str, Any]:
        mark.set("of the caller")
        nights = Nights(store, quiet_seconds=0, on_dream=told)
        made.append(nights)
        await ada.arecord([episode(i) for i in range(3)])
        nights.pass_(1)
        await asyncio.wait_for(dreamt.wait(), WAIT)
        return {"messages": [("ai", "done")]}

    agent = StateGraph(MessagesState).add_node(work).add_edge(START, "work")
    graph = agent.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}, "callbacks": [Spy()]}
    await graph.ainvoke({"messages": [("user", "hello")]}, config)
    assert await made[0].dreamer.aclose() == []
    assert seen == ["none"]
    assert set(names) <= {"LangGraph", "work"}
    state = await graph.aget_state(config)
    assert set(state.values) == {"messages"}
    assert len(state.values["messages"]) == 2


async def test_an_agent_that_is_recorded_dreams_by_itself(store: DreamStore) -> None:
    ada = store.namespace("acme", "{user}")
    recorder = EpisodeRecorder(ada)

    def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [("ai", f"Noted: {state['messages'][-1].content}")]}

    agent = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer").compile()
    nights = Nights(store)
    async with nights.dreamer:
        for turn in range(3):
            config: Any = {"configurable": {"user": "ada"}, "callbacks": [recorder]}
            await agent.ainvoke({"messages": [("user", f"This is turn {turn}.")]}, config)
        assert await recorder.aflush()
        nights.pass_(300)
        report = await asyncio.to_thread(nights.next)
    assert report.namespace == ("acme", "ada")
    assert len(report.episodes) == 3


def test_a_thousand_namespaces(store: DreamStore) -> None:
    # The store's own cost of a namespace is measured elsewhere; here is that of the dreamer.
    nights = Nights(store)
    for number in range(1000):
        nights.dreamer.recorded((f"user {number}",), 2)
    burst(store.namespace("ada"), 0, 3)
    nights.pass_(300)
    assert nights.next().namespace == ("ada",)
    assert len(nights.dreamer.close()) == 1000


ENDING = """
import sys, threading, time
sys.path[:0] = {path_of_tests!r}
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from helpers_store import HashEmbedder, episode
from langgraph_dreams import DreamStore
from langgraph_dreams import IdleDreamer

class Slow(HashEmbedder):
    def embed(self, texts):
        if threading.current_thread().name == "langgraph-dreams-dream":
            reached.set()
            time.sleep(600)
        return super().embed(texts)

reached = threading.Event()
store = DreamStore.open({path!r}, embedder=Slow())
dreamer = IdleDreamer(store, quiet_seconds=0, least_episodes={least})
text = "The kiln of the workshop is a Brandhorst with two burners."
store.namespace("ada").record([episode(i, text, thread=f"t{{i}}") for i in range(4)])
if {least} == 4:
    assert reached.wait(60)
{end}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("least", "end", "code"),
    [
        (4, "print('end')", 0),
        (4, "raise KeyboardInterrupt", 130),
        (5, "dreamer.recorded(('ada',), 1)", 0),
    ],
    ids=["in a dream", "interrupted", "before a dream"],
)
def test_the_end_of_the_interpreter_waits_for_no_dream(
    tmp_path: Path, least: int, end: str, code: int
) -> None:
    script = ENDING.format(path_of_tests=sys.path, path=str(tmp_path), least=least, end=end)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in (code, -2 if code else code), done.stderr
    if not code:
        assert done.stderr == ""
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        ada = store.namespace("ada")
        assert [r for r in ada.dreams() if r.status == "committed"] == []
        assert ada.counts()["undreamt"] == 4
        assert ada.dream().status == "committed"


def test_a_deep_dreamer_finds_what_the_sleeps_left_and_rests_then(store: DreamStore) -> None:
    ada = store.namespace("ada")
    burst(ada, 0, 2)
    ada.dream(depth="sleep")
    nights = Nights(store, depth="deep")
    seen = nights.dreamer._changed
    with seen:
        assert seen.wait_for(nights.dreamer._schedule.pending, WAIT)
    nights.pass_(300)
    report = nights.next()
    assert (report.depth, report.status, report.episodes) == ("deep", "committed", ())
    for _ in range(3):
        nights.pass_(4000)
    assert nights.dreamer.close() == [], "nothing is left to do"
    assert nights.reports.empty()


def test_other_dreamers_leave_a_quiet_namespace_alone(store: DreamStore) -> None:
    ada = store.namespace("ada")
    burst(ada, 0, 2)
    ada.dream(depth="sleep")
    nights = Nights(store)
    nights.settle()
    nights.pass_(4000)
    assert nights.dreamer.close() == []
    assert nights.reports.empty()


def test_episodes_that_a_sleep_took_meanwhile_are_work_for_a_deep_dreamer(
    store: DreamStore,
) -> None:
    ada = store.namespace("ada")
    nights = Nights(ada, depth="deep")
    burst(ada, 0, 3)
    ada.dream(depth="sleep")
    nights.pass_(300)
    assert nights.next().depth == "deep"
    assert nights.dreamer.close() == []
