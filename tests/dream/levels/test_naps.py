"""A nap: what it may change, what it leaves to the sleep, and that it can be undone."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import WordEmbedder, episode

from benchmarks.updates_set import life
from langgraph_dreams import (
    DreamStore,
    Episode,
    EpisodeRecorder,
    InvalidInputError,
    Namespace,
    create_dream_graph,
)
from langgraph_dreams.dream.runtime.progress import DreamEvent
from langgraph_dreams.integrations import DreamMiddleware
from langgraph_dreams.integrations.naps import Naps
from langgraph_dreams.integrations.recording.writer import EpisodeWriter

OLD, NEW = "I live in Paris.", "I live in Berlin now."
QUESTION = "Where do I live?"
STATINS = "I take 20 milligrams of statins every morning."
MORE_STATINS = "the tests were bad, so I was put on 40 milligrams of statins a day"


CHATTER = (
    "The baker sells rye loaves and poppy seed rolls on market days.",
    "The delivery van was late again and the glaze never arrived.",
    "Grandmother rang because her knee is getting better.",
    "A fuse blew in the workshop and we lost half an afternoon.",
    "The old bridge is closed for repairs.",
    "I burnt the onions but the curry was fine.",
    "There was a long queue at the post office.",
    "The snow melted within an hour.",
)
"""Among so many turns the words of a statement are rare."""


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        yield store.namespace("ada")


def tell(namespace: Namespace, text: str, day: int, **fields: Any) -> str:
    (id_,) = namespace.record([episode(text, day=day, **fields)])
    return id_


def holding(namespace: Namespace) -> list[str]:
    return sorted(memory.text for memory in namespace.memories())


def test_a_nap_that_brings_nothing_says_why(ada: Namespace) -> None:
    assert ada.dream(depth="nap").brought_nothing == ("nothing_new",)
    tell(ada, OLD, 0)
    nap = ada.dream(depth="nap")
    assert (nap.status, nap.brought_nothing) == ("noop", ("no_update",))
    assert "repeat, contradict and update nothing" in nap.text()
    tell(ada, NEW, 9)
    assert ada.dream(depth="nap").brought_nothing == ()


def test_a_contradiction_is_found_before_the_next_turn(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    assert ada.dream(depth="nap").status == "noop"
    new = tell(ada, NEW, 9)
    nap = ada.dream(depth="nap")
    assert (nap.status, nap.depth, nap.episodes) == ("committed", "nap", (new,))
    assert holding(ada) == [NEW]
    assert ada.counts()["undreamt"] == 2, "the sleep dreams of both"
    found = ada.recall(QUESTION, note=False)
    assert found.items[0].item.id == new


def test_an_update_is_linked_and_a_repeat_counted(ada: Namespace) -> None:
    ada.record([episode(text, day=-9 - i) for i, text in enumerate(CHATTER)])
    tell(ada, STATINS, 0)
    ada.dream()
    tell(ada, MORE_STATINS, 9)
    assert ada.dream(depth="nap").counts["updates"] == 1
    tell(ada, STATINS, 20)
    nap = ada.dream(depth="nap")
    assert nap.counts["repeated"] == 2
    assert "Nap" in nap.text()


def test_what_only_stands_alone_leaves_no_trace(ada: Namespace) -> None:
    for number in range(3):
        tell(ada, f"We saw {number + 2} herons by the old mill.", number)
        assert ada.dream(depth="nap").status == "noop"
    assert ada.dreams() == []
    assert ada.memories() == []


def test_a_nap_looks_at_each_turn_once(ada: Namespace) -> None:
    first = tell(ada, OLD, 0)
    assert ada.dream(depth="nap").episodes == (first,)
    assert ada.dream(depth="nap").episodes == ()
    assert ada.dream(depth="nap", dry_run=True).status == "dry_run"
    second = tell(ada, NEW, 9)
    assert ada.dream(depth="nap", dry_run=True).episodes == (second,), "it marks nothing"
    assert ada.dream(depth="nap").episodes == (second,)


def test_a_sleep_after_a_nap_does_not_do_it_again(ada: Namespace) -> None:
    ada.record([episode(text, day=-9 - i) for i, text in enumerate(CHATTER)])
    for number, text in enumerate((OLD, STATINS)):
        tell(ada, text, number)
    for number, text in enumerate((NEW, MORE_STATINS)):
        tell(ada, text, 9 + number)
        ada.dream(depth="nap")
    napped = {(m.id, m.status) for m in ada.memories([m.id for m in ada.memories()])}
    links = {link.id for link in ada.links()}
    assert links
    sleep = ada.dream()
    assert sleep.counts.get("supersede_memory", 0) == 0
    assert sleep.counts["updates"] == 0
    assert napped <= {(m.id, m.status) for m in ada.memories()}
    assert links <= {link.id for link in ada.links()}
    assert ada.counts()["undreamt"] == 0


@pytest.mark.parametrize("slept", [False, True])
def test_a_nap_is_rolled_back(ada: Namespace, slept: bool) -> None:
    tell(ada, OLD, 0)
    if slept:
        ada.dream()
    before = {m.id: m for m in ada.memories()}
    tell(ada, NEW, 9)
    nap = ada.dream(depth="nap")
    assert ada.rollback(nap.id).dream == nap.id
    assert {m.id: m for m in ada.memories()} == before
    assert ada.report(nap.id).status == "rolled_back"
    assert ada.dream(depth="nap").status == "noop", "it does not come back at once"
    ada.dream()
    assert NEW in holding(ada)
    assert OLD not in holding(ada)


def test_naps_are_no_nights_for_weights_and_levels(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    ada.dream()
    tell(ada, NEW, 9)
    nap = ada.dream(depth="nap")
    assert nap.number == 2
    assert ada.vault.committed_numbers() == [1]
    assert "weaken_link" not in nap.counts


def test_a_line_of_the_core_goes_with_the_nap_that_ends_it(ada: Namespace) -> None:
    policy = ada.policy.with_level("core", every=1, least=1)
    tell(ada, OLD, 0)
    ada.dream(policy=policy)
    assert [line.text for line in ada.core().lines] == [OLD]
    tell(ada, NEW, 9)
    nap = ada.dream(depth="nap", policy=policy)
    assert [line.text for line in ada.core().lines] == [NEW]
    ada.rollback(nap.id)
    assert [line.text for line in ada.core().lines] == [OLD]


def test_what_is_less_trusted_ends_nothing(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    ada.dream()
    tell(ada, NEW, 9, origin="tool", trust=0)
    assert ada.dream(depth="nap").operations == ()


def test_a_clock_is_no_memory(ada: Namespace) -> None:
    for number in range(8):
        tell(ada, "The nightly backup has ended well.", number, thread="cron")
        assert ada.dream(depth="nap").status in ("noop", "committed")
    ada.dream()
    assert holding(ada) == []


def test_a_dream_that_waits_for_a_person_is_not_overtaken(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    waiting = ada.dream(review="ask")
    assert waiting.status == "waiting"
    tell(ada, NEW, 9)
    nap = ada.dream(depth="nap")
    assert nap.status == "noop"
    assert "waits for a person" in nap.notes[0]
    assert ada.approve(waiting.id).status == "committed"
    assert ada.dream(depth="nap").status == "committed", "the turn was kept for it"


def test_while_another_dreams_it_writes_nothing_and_comes_again(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    tell(ada, NEW, 9)
    lease = ada.vault.leases.take("a dream", 60)
    nap = ada.dream(depth="nap")
    assert (nap.status, ada.memories()) == ("rejected", [])
    ada.vault.leases.release(lease)
    assert ada.dream(depth="nap").status == "committed"


def test_the_graph_takes_the_three(ada: Namespace) -> None:
    graph = create_dream_graph(ada).compile()
    schema = graph.get_input_jsonschema()["properties"]["depth"]
    assert schema["enum"] == ["", "nap", "sleep", "deep"]
    assert schema["title"] == "Depth"
    tell(ada, OLD, 0)
    tell(ada, NEW, 9)
    nodes = [next(iter(step)) for step in graph.stream({"depth": "nap"}, stream_mode="updates")]
    assert nodes == ["gather", "consolidate", "review", "commit"]
    assert graph.invoke({"depth": "deep"})["report"]["depth"] == "deep"
    with pytest.raises(InvalidInputError, match="depth is"):
        graph.invoke({"depth": "doze"})


def test_a_burst_is_one_nap(ada: Namespace) -> None:
    texts = [f"Box {n} of the attic holds {n + 3} lamps." for n in range(30)]
    ids = [tell(ada, text, n) for n, text in enumerate(texts)]
    assert list(ada.dream(depth="nap").episodes) == ids[-16:]
    assert ada.dream(depth="nap").episodes == ()


def test_async_is_the_same(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    tell(ada, NEW, 9)
    assert asyncio.run(ada.adream(depth="nap")).status == "committed"


@pytest.mark.parametrize("gone", [0, 1])
def test_what_is_forgotten_under_a_nap_does_not_come_back(ada: Namespace, gone: int) -> None:
    """It has no lease while it looks, so that forgetting may come in between."""
    ids = [tell(ada, OLD, 0), tell(ada, NEW, 9)]

    def forget(event: DreamEvent) -> None:
        if (event["node"], event["phase"]) == ("consolidate", "end") and len(ada.episodes()) > 1:
            ada.forget(episodes=[ids[gone]])

    nap = ada.dream(depth="nap", on_event=forget)
    assert nap.status == "rejected"
    assert any("was forgotten" in note for note in nap.notes)
    assert (ada.memories(), ada.dreams()) == ([], [])
    assert ada.dream(depth="nap").status == "noop", "the other turn is looked at again"


def test_a_memory_that_is_forgotten_under_a_nap_does_not_come_back(ada: Namespace) -> None:
    tell(ada, OLD, 0)
    tell(ada, OLD, 3)
    ada.dream()
    (memory,) = ada.memories()
    tell(ada, NEW, 9)

    def forget(event: DreamEvent) -> None:
        if (event["node"], event["phase"]) == ("consolidate", "end") and ada.memories():
            ada.forget(memories=[memory.id])

    assert ada.dream(depth="nap", on_event=forget).status == "rejected"
    assert ada.memories() == []


# -- after what is recorded


def test_the_recorder_naps_behind_the_turn(ada: Namespace) -> None:
    recorder = EpisodeRecorder(ada, nap=True)
    for number, text in enumerate((OLD, NEW)):
        config = {"metadata": {"time": episode(text, day=9 * number).time.isoformat()}}
        recorder.record_state({"messages": [("user", text), ("ai", "Noted.")]}, config)
        assert recorder.flush()
    assert recorder.close()
    for _ in range(200):
        if NEW in holding(ada):
            break
        asyncio.run(asyncio.sleep(0.05))
    assert holding(ada) == [NEW]


def test_the_middleware_naps_after_what_it_records_itself(
    ada: Namespace, recorder: EpisodeRecorder
) -> None:
    assert DreamMiddleware(ada, nap=True).recorder is not None
    for more in ({"record": False}, {"recorder": recorder}):
        with pytest.raises(InvalidInputError, match="a nap follows"):
            DreamMiddleware(ada, nap=True, **more)  # type: ignore[arg-type]


def test_a_burst_is_one_nap_and_what_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    naps, taken = Naps(), []

    class Slow:
        parts = ("slow",)

        def dream(self, *, depth: str | None = None) -> None:
            taken.append(depth)
            raise ValueError("no store today")

    naps.recorded(Slow())
    assert naps.wait(10)
    naps.recorded(Slow())
    assert naps.wait(10)
    assert taken == ["nap", "nap"]
    assert "no nap of ('slow',)" in caplog.text


def test_without_a_thread_for_it_the_turn_is_recorded_and_the_next_nap_comes(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at the end of a process, when no thread can be started any more."""
    start, left = threading.Thread.start, [1]

    def ended(thread: threading.Thread) -> None:
        if thread.name == "langgraph-dreams-nap" and left:
            left.pop()
            raise RuntimeError("can't create new thread at interpreter shutdown")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", ended)
    naps = Naps()
    writer = EpisodeWriter(backoff=0, after=naps.recorded)
    writer.put(ada, {}, episode(OLD, day=0))
    assert writer.close()
    assert (writer.failures, writer.recorded) == (0, 1)
    writer.put(ada, {}, episode(NEW, day=9))
    assert writer.close()
    assert naps.wait(30)
    assert holding(ada) == [NEW]


@pytest.mark.slow
def test_the_first_sentences_of_the_update_set() -> None:
    told = life("first", 6)
    near = {f.id for f in told.facts if f.wording == "near"}
    with DreamStore.in_memory() as store:
        ada = store.namespace("ada")
        found = set()
        for turn in told.turns:
            ada.record(
                [
                    Episode(
                        id=f"e{turn.session:04d}{turn.position:04d}",
                        text=turn.text,
                        said=turn.text,
                        thread=f"session {turn.session}",
                        position=turn.position,
                        speaker=turn.speaker,
                        time=turn.time,
                    )
                ]
            )
            if ada.dream(depth="nap").operations and turn.version > 0:
                found.add(turn.fact)
        assert len(found & near) >= 0.8 * len(near)
