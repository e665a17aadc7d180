"""One dream at a time in a namespace: the lease, what is out of date, and what a death left."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode
from langgraph.checkpoint.memory import InMemorySaver
from mind_support import life, model

from langgraph_dreams import BusyError, DreamReport, DreamStore, Namespace, create_dream_graph
from langgraph_dreams.dream import graph as stages
from langgraph_dreams.store.records import lease as leases


@pytest.fixture
def words() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as opened:
        yield opened.namespace("ada")


def again(namespace: Namespace) -> Namespace:
    """The same namespace, whose graph is built anew."""
    return namespace._store.namespace(*namespace.parts)


def test_a_second_dream_meanwhile_is_rejected_at_once(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.record(day(FIRST, 0))
    plain, at_work, go_on = stages.STAGES["review"], threading.Event(), threading.Event()

    def review(context: Any, state: Any) -> Any:
        at_work.set()
        assert go_on.wait(30)
        return plain(context, state)

    monkeypatch.setitem(stages.STAGES, "review", review)
    reports: list[DreamReport] = []
    first = threading.Thread(target=lambda: reports.append(again(words).dream()))
    first.start()
    assert at_work.wait(30)
    late = episode("A letter from Brandhorst about the burner.", day=10)
    words.record([late])
    monkeypatch.setitem(stages.STAGES, "review", plain)
    second = again(words).dream()
    assert again(words).dream(dry_run=True).status == "dry_run"
    go_on.set()
    first.join()
    assert second.status == "rejected"
    assert not second.operations
    assert not second.episodes
    assert "has its lease" in second.notes[-1]
    assert [d.id for d in words.dreams()] == [reports[0].id]
    assert reports[0].status == "committed"
    assert late.id not in reports[0].episodes
    assert words.dream().episodes == (late.id,)
    assert words.vault.leases.holder() is None


def test_a_rollback_waits_for_a_dream_and_no_longer(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langgraph_dreams.namespace.session.NamespaceSession.wait_seconds", 0.0)
    words.record(day(FIRST, 0))
    report = words.dream()
    held = words.vault.leases.take("a dream", 60)
    with pytest.raises(BusyError, match="a dream has its lease for"):
        words.rollback(report.id)
    words.vault.leases.release(held)
    assert words.rollback(report.id).dream == report.id


def test_whoever_changes_a_namespace_holds_its_lease_as_long_as_the_policy_says(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = SMALL.model_copy(update={"lease_seconds": 7.0})
    ada = words._store.namespace("ada", policy=policy)
    held: list[float] = []
    take = leases.Leases.take

    def noticed(self: Any, what: str, seconds: float, *more: Any) -> Any:
        held.append(seconds)
        return take(self, what, seconds, *more)

    monkeypatch.setattr(leases.Leases, "take", noticed)
    gone = ada.record(day(FIRST, 0))
    ada.dream()
    ada.record(day(SECOND, 7))
    report = ada.dream()
    ada.undo([report.operations[0].id], cascade=True)
    ada.rollback(report.id)
    ada.forget(episodes=gone[:1])
    ada.forget(everything=True)
    assert held == [7.0] * 6


def test_a_dream_set_aside_is_out_of_date_once_another_was_committed(words: Namespace) -> None:
    words.record(day(FIRST, 0))
    graph = create_dream_graph(words).compile(
        checkpointer=InMemorySaver(), interrupt_before=["review"]
    )
    aside: Any = {"configurable": {"thread_id": "aside"}}
    graph.invoke({}, aside)
    held = words.vault.leases.holder()
    assert held is not None
    words.vault.leases.release(held)  # as its time runs out
    words.record(day(SECOND, 7))
    assert words.dream().status == "committed"
    before = words.links(), words.memories(), words.episodes()
    report = graph.invoke(None, aside)["report"]
    assert report["status"] == "rejected"
    assert "dream again" in report["notes"][-1]
    assert (words.links(), words.memories(), words.episodes()) == before
    assert report["id"] not in {d.id for d in words.dreams()}


def test_a_dream_set_aside_goes_on_when_nothing_came_between(words: Namespace) -> None:
    words.record(day(FIRST, 0))
    graph = create_dream_graph(words).compile(
        checkpointer=InMemorySaver(), interrupt_before=["review"]
    )
    aside: Any = {"configurable": {"thread_id": "aside"}}
    graph.invoke({}, aside)
    held = words.vault.leases.holder()
    assert held is not None
    words.vault.leases.release(held)
    assert graph.invoke(None, aside)["report"]["status"] == "committed"
    assert words.vault.leases.holder() is None


def test_a_run_that_was_cancelled_between_two_nodes_holds_up_its_own_thread_no_more(
    words: Namespace,
) -> None:
    words.record(day(FIRST, 0))
    graph = create_dream_graph(words).compile(checkpointer=InMemorySaver())
    own, other = ({"configurable": {"thread_id": name}} for name in ("own", "other"))
    for _ in graph.stream({}, own, stream_mode="updates", interrupt_before=["review"]):
        pass
    assert words.vault.leases.holder() is not None
    assert graph.invoke({}, other)["report"]["status"] == "rejected"
    assert graph.invoke({}, own)["report"]["status"] == "committed"
    assert words.vault.leases.holder() is None


def test_a_run_that_was_taken_over_writes_nothing(words: Namespace) -> None:
    words.record(day(FIRST, 0))
    graph = create_dream_graph(words).compile(
        checkpointer=InMemorySaver(), interrupt_before=["review"]
    )
    own: Any = {"configurable": {"thread_id": "own"}}
    graph.invoke({}, own)
    first = graph.get_state(own).config
    graph.invoke({}, own)
    second, last = graph.get_state(own).config, words.vault.leases.holder()
    assert graph.invoke(None, first)["report"]["status"] == "rejected"
    assert words.vault.leases.holder() == last
    assert graph.invoke(None, second)["report"]["status"] == "committed"


def test_a_commit_run_twice_is_one(words: Namespace) -> None:
    words.record(day(FIRST, 0))
    graph = create_dream_graph(words).compile(checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "night"}}
    one = graph.invoke({}, thread)["report"]
    before = next(s for s in graph.get_state_history(thread) if s.next == ("commit",))
    other = graph.invoke(None, before.config)["report"]
    assert DreamReport.model_validate(one) == DreamReport.model_validate(other)
    assert words.vault.committed_numbers() == [1]


def test_a_failed_dream_lets_go_of_its_namespace(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.record(day(FIRST, 0))

    def fail(context: Any, state: Any) -> Any:
        raise RuntimeError("no night today")

    monkeypatch.setitem(stages.STAGES, "associate", fail)
    with pytest.raises(RuntimeError, match="no night today"):
        again(words).dream()
    monkeypatch.undo()
    assert again(words).dream().status == "committed"


async def test_a_failed_async_dream_lets_go_too(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await words.arecord(day(FIRST, 0))

    def fail(context: Any, state: Any) -> Any:
        raise RuntimeError("no night today")

    monkeypatch.setitem(stages.STAGES, "associate", fail)
    with pytest.raises(RuntimeError, match="no night today"):
        await again(words).adream()
    monkeypatch.undo()
    assert (await again(words).adream()).status == "committed"


def test_of_many_who_take_it_at_once_one_has_it(words: Namespace) -> None:
    taken: list[Any] = []
    refused: list[str] = []
    all_there = threading.Barrier(8)

    def take(number: int) -> None:
        all_there.wait()
        try:
            taken.append(words.vault.leases.take(f"dream {number}", 60))
        except BusyError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert len(refused) == 7
    assert all(taken[0].what in text for text in refused)


def test_a_lease_ends_when_it_is_not_renewed(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = words.vault.leases
    first = mine.take("one", 10)
    later = first.until + 1
    monkeypatch.setattr(leases.time, "time", lambda: later)
    assert mine.holder() is None
    assert mine.renew(first, 10) is not None  # nobody took it
    monkeypatch.setattr(leases.time, "time", lambda: later + 11)
    second = mine.take("other", 10)
    assert mine.renew(first, 10) is None
    mine.release(first)  # no longer its own
    assert mine.holder() == second


def test_a_lease_is_read_as_it_was_written(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = words.vault.leases
    for fraction in (0.310922, 0.3109221, 0.9452706955539223, 0.21659939713061338):
        with monkeypatch.context() as at:
            at.setattr(leases.time, "time", lambda fraction=fraction: 1795943609 + fraction)
            held = mine.take("one", 10)
            assert mine.holder() == held
            mine.release(held)


def test_a_dead_process_holds_no_embedded_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record(day(FIRST, 0))
        ada.vault.leases.take("a dream of a process that died", 3600)
        assert ada.dream().status == "rejected"
    monkeypatch.setattr(leases, "_PROCESS", "the next process")
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        assert store.namespace("ada").dream().status == "committed"


def test_what_was_cut_short_is_finished_by_the_next_open(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        ada.record(day(FIRST, 0))
        ada.dream()
        ada.record(day(SECOND, 7))
        cut = ada.dream(dry_run=True).model_copy(update={"status": "committing", "number": 2})
        ada.vault.put_dream(cut)
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        assert ada.report(cut.id).status == "committed"
        assert {o.target for o in cut.operations if o.kind == "add_link"} <= {
            x.id for x in ada.links()
        }
        assert ada.counts()["undreamt"] == 0


def test_a_lease_is_renewed_while_a_stage_works(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage longer than the lease keeps it; the clock of the lease runs 100 times too fast."""
    start = time.time()
    real = time.time
    monkeypatch.setattr(leases.time, "time", lambda: start + (real() - start) * 100)
    words.record(day(FIRST, 0))
    plain = stages.STAGES["narrate"]
    renewed = threading.Event()
    renew = leases.Leases.renew

    def noticed(self: Any, lease: Any, seconds: float) -> Any:
        found = renew(self, lease, seconds)
        renewed.set()
        return found

    def narrate(context: Any, state: Any) -> Any:
        monkeypatch.setattr(leases.Leases, "renew", noticed)
        assert renewed.wait(30)
        assert context.vault.leases.holder() is not None
        return plain(context, state)

    monkeypatch.setitem(stages.STAGES, "narrate", narrate)
    policy = SMALL.model_copy(update={"lease_seconds": 60.0})
    monkeypatch.setattr(leases, "_BEATS", 6000)
    assert again(words).dream(policy=policy).status == "committed"


def test_a_dream_with_a_model_keeps_its_lease_through_the_calls() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        ada.record(life(4, 6))
        report = ada.dream(model=model())
        assert report.status == "committed"
        assert ada.vault.leases.holder() is None


def test_a_dry_run_says_when_something_was_forgotten_meanwhile(
    words: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.record(day(FIRST, 0))
    plain = stages.STAGES["associate"]

    def associate(context: Any, state: Any) -> Any:
        words.forget(episodes=state["episodes"][:1])
        context.vault.vectors(state["episodes"])  # as later stages ask for them
        return plain(context, state)

    monkeypatch.setitem(stages.STAGES, "associate", associate)
    with pytest.raises(BusyError, match="try again"):
        again(words).dream(dry_run=True)
    monkeypatch.undo()
    assert again(words).dream(dry_run=True).status == "dry_run"
