"""The background writer: a store that fails, comes back, refuses, or is slow; and the exit."""

import logging
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from awake_support import FailingNamespace, compiled, thread, user
from langchain_core.embeddings import DeterministicFakeEmbedding

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.integrations import EpisodeRecorder
from langgraph_dreams.integrations.recording.writer import EpisodeWriter
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[Namespace]:
    with DreamStore.open(tmp_path, embedder=DeterministicFakeEmbedding(size=16)) as store:
        yield store.namespace("acme", "ada")


def episode(number: int) -> Episode:
    return Episode(id=f"e{number}", text=f"turn {number}", position=number, time=now())


class ClientGate(FailingNamespace):
    """Holds every write until it is opened."""

    def __init__(self, real: Any) -> None:
        super().__init__(real, failing=False)
        self.entered = threading.Event()
        self.open = threading.Event()

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        self.entered.set()
        assert self.open.wait(30)
        return super().record(episodes)


class Picky(FailingNamespace):
    """Refuses what is named bad: for good, or as a passing failure."""

    def __init__(self, real: Any, bad: str, error: Exception) -> None:
        super().__init__(real, failing=False)
        self.bad = bad
        self.error = error

    def record(self, episodes: Sequence[Episode]) -> list[str]:
        if any(e.id == self.bad for e in episodes):
            raise self.error
        return super().record(episodes)


def ids(namespace: Namespace) -> list[str]:
    return sorted(e.id for e in namespace.episodes())


def test_a_failing_store_breaks_nothing_and_loses_nothing(
    ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    failing = FailingNamespace(ada)
    recorder = EpisodeRecorder(failing, attempts=3, backoff=0)
    graph = compiled(recorder)
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        assert graph.invoke(user("one"), thread())["messages"][-1].text == "You said one"
        assert recorder.flush() is False
    assert (recorder.recorded, recorder.pending) == (0, 1)
    assert recorder.failures >= 3
    assert failing.attempts == recorder.failures
    assert "the disk is away" in caplog.text
    failing.failing = False
    assert recorder.flush() is True
    assert (recorder.recorded, recorder.pending, recorder.dropped) == (1, 0, 0)
    assert [e.said for e in ada.episodes()] == ["one"]


def test_a_later_success_brings_the_set_aside_along(ada: Namespace) -> None:
    failing = FailingNamespace(ada)
    writer = EpisodeWriter(attempts=1, backoff=0)
    writer.put(failing, {}, episode(1))
    assert writer.flush() is False
    failing.failing = False
    done = threading.Event()
    real = failing.real.record

    class Watch:
        parts = ada.parts

        def record(self, episodes: Sequence[Episode]) -> list[str]:
            stored = real(episodes)
            if any(e.id == "e1" for e in episodes):
                done.set()
            return stored

    failing.real = Watch()
    # No flush: the success of the second is what brings the first back.
    writer.put(failing, {}, episode(2))
    assert done.wait(30)
    assert writer.close()
    assert ids(ada) == ["e1", "e2"]


def test_flush_ends_when_its_time_is_up(ada: Namespace) -> None:
    gate = ClientGate(ada)
    writer = EpisodeWriter()
    writer.put(gate, {}, episode(1))
    assert gate.entered.wait(30)
    assert writer.flush(timeout=0.01) is False
    assert writer.pending == 1
    gate.open.set()
    assert writer.flush() is True
    assert ids(ada) == ["e1"]


def test_the_agent_does_not_wait_for_the_store(ada: Namespace) -> None:
    gate = ClientGate(ada)
    recorder = EpisodeRecorder(gate)
    graph = compiled(recorder)
    for n in range(3):
        graph.invoke(user(f"turn {n}"), thread())
    assert recorder.pending == 3
    gate.open.set()
    assert recorder.close()
    assert len(ada.episodes()) == 3


def test_the_next_message_is_the_reaction_of_a_turn_still_queued(ada: Namespace) -> None:
    gate = ClientGate(ada)
    recorder = EpisodeRecorder(gate)
    graph = compiled(recorder)
    graph.invoke(user("first"), thread("other"))
    assert gate.entered.wait(30)
    graph.invoke(user("what is 2 and 2?"), thread())
    graph.invoke(user("no, that is wrong"), thread())
    gate.open.set()
    assert recorder.close()
    reactions = {e.said: e.reaction for e in ada.episodes()}
    assert reactions["what is 2 and 2?"] == "no, that is wrong"
    assert reactions["no, that is wrong"] == reactions["first"] == ""


def test_an_episode_that_can_never_be_stored_is_dropped_alone(ada: Namespace) -> None:
    picky = Picky(ada, "e2", InvalidInputError("not this one"))
    gate = ClientGate(picky)
    writer = EpisodeWriter(backoff=0)
    for n in range(4):
        writer.put(gate, {}, episode(n))
    gate.open.set()
    assert writer.flush() is True
    assert ids(ada) == ["e0", "e1", "e3"]
    assert (writer.recorded, writer.dropped, writer.pending) == (3, 1, 0)


def test_an_episode_that_keeps_failing_does_not_hold_up_the_others(ada: Namespace) -> None:
    picky = Picky(ada, "e2", OSError("not now"))
    gate = ClientGate(picky)
    writer = EpisodeWriter(attempts=2, backoff=0)
    for n in range(4):
        writer.put(gate, {}, episode(n))
    gate.open.set()
    assert writer.flush() is False
    assert ids(ada) == ["e0", "e1", "e3"]
    assert writer.pending == 1
    picky.bad = ""
    assert writer.flush() is True
    assert ids(ada) == ["e0", "e1", "e2", "e3"]


def test_memory_is_bounded_and_the_oldest_goes(
    ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    failing = FailingNamespace(ada)
    writer = EpisodeWriter(attempts=1, backoff=0, capacity=3)
    with caplog.at_level(logging.ERROR, "langgraph_dreams"):
        for n in range(5):
            writer.put(failing, {}, episode(n))
            assert writer.flush() is False
    assert writer.pending == 3
    assert writer.dropped == 2
    assert "lost so far" in caplog.text
    failing.failing = False
    assert writer.flush()
    assert ids(ada) == ["e2", "e3", "e4"]


def test_more_than_one_batch_keeps_its_order(ada: Namespace) -> None:
    seen: list[str] = []

    class Watch(FailingNamespace):
        def record(self, episodes: Sequence[Episode]) -> list[str]:
            seen.extend(e.id for e in episodes)
            assert len(episodes) <= 50
            return super().record(episodes)

    watch = Watch(ada, failing=False)
    writer = EpisodeWriter()
    for n in range(100):
        writer.put(watch, {}, episode(n))
    assert writer.flush()
    assert seen == [f"e{n}" for n in range(100)]
    assert len(ada.episodes()) == 100


def test_closed_it_opens_again(ada: Namespace) -> None:
    writer = EpisodeWriter()
    writer.put(ada, {}, episode(1))
    assert writer.close()
    assert writer.close()
    writer.put(ada, {}, episode(2))
    assert writer.close()
    assert ids(ada) == ["e1", "e2"]


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"backoff": -1}, {"capacity": 0}])
def test_settings_out_of_range_are_refused(ada: Namespace, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="give at least"):
        EpisodeRecorder(ada, **wrong)


def test_a_fault_of_the_recorder_itself_does_not_reach_the_agent(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = EpisodeRecorder(ada)

    def fail(*args: Any) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr("langgraph_dreams.integrations.recording.turn.Turn.begin", fail)
    answer = compiled(recorder).invoke(user("hi"), thread())
    assert answer["messages"][-1].text == "You said hi"
    assert recorder.failures == 1


SCRIPT = """
    import sys, time
    from langchain_core import embeddings
    from awake_support import compiled, thread, user
    from langgraph_dreams import DreamStore, EpisodeRecorder

    class DeterministicFakeEmbedding(embeddings.DeterministicFakeEmbedding):
        def embed_documents(self, texts):
            time.sleep(0.2)  # so that most still waits when the script ends
            return super().embed_documents(texts)

    store = DreamStore.open(sys.argv[1], embedder=DeterministicFakeEmbedding(size=16))
    graph = compiled(EpisodeRecorder(store.namespace("acme", "ada")))
    for n in range(60):
        graph.invoke(user(f"turn {n}"), thread())
"""


@pytest.mark.slow
def test_the_end_of_the_interpreter_flushes(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    with DreamStore.open(tmp_path, embedder=DeterministicFakeEmbedding(size=16)) as store:
        assert len(store.namespace("acme", "ada").episodes()) == 60


def test_closing_the_store_writes_what_is_pending(tmp_path: Path) -> None:
    embedder = DeterministicFakeEmbedding(size=16)
    with DreamStore.open(tmp_path, embedder=embedder) as store:
        recorder = EpisodeRecorder(store.namespace("ada"))
        graph = compiled(recorder)
        for number in range(20):
            graph.invoke(user(f"hello {number}"), thread("t"))
    assert recorder.pending == 0
    with DreamStore.open(tmp_path, embedder=embedder) as store:
        assert store.namespace("ada").counts()["episodes"] == 20
