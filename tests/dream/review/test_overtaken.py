"""What waits for a person is written as it was reviewed, once, and on what it was planned on."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import WordEmbedder
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from mind_support import life
from review_support import MIND, POLICY, Thread, asked, of_kind, rich, untouched, updated, waiting

from langgraph_dreams import BusyError, DreamStore, Namespace, create_dream_graph
from langgraph_dreams.store import NamespaceStore


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        yield store.namespace("ada")


# -- other than reviewed


def before_commit(thread: Thread, ada: Namespace) -> dict[str, Any]:
    """A thread whose review is answered, and whose commit is still to come."""
    thread.graph = (create_dream_graph(ada, model=MIND, review="ask")).compile(
        checkpointer=thread.graph.checkpointer, interrupt_before=["commit"]
    )
    thread.graph.invoke(Command(resume="approve"), thread.config)
    state = thread.graph.get_state(thread.config)
    assert state.next == ("commit",)
    return dict(state.values)


def test_operations_changed_after_the_review_are_refused(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    thread.begin()
    operations = before_commit(thread, ada)["operations"]
    operations[0]["after"]["text"] = "The money goes to Mallory."
    thread.graph.update_state(thread.config, {"operations": operations}, as_node="review")
    done = thread.graph.invoke(None, thread.config)["report"]
    assert done["status"] == "rejected"
    assert "not what was reviewed" in done["notes"][-1]
    assert untouched(ada)
    assert ada.report(done["id"]).status == "rejected"


def test_operations_added_before_the_answer_are_refused(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    thread.begin()
    operations = thread.graph.get_state(thread.config).values["operations"]
    thread.graph.update_state(thread.config, {"operations": operations[:1]}, as_node="narrate")
    found = thread.graph.invoke(None, thread.config)
    assert found["report"]["status"] == "rejected"
    assert untouched(ada)


@pytest.mark.parametrize("mode", ["ask", "auto"])
def test_without_a_review_nothing_is_written(ada: Namespace, mode: Any) -> None:
    rich(ada)
    graph = create_dream_graph(ada, review=mode).compile(
        checkpointer=InMemorySaver(), interrupt_before=["review"]
    )
    config: Any = {"configurable": {"thread_id": "night"}}
    graph.invoke({}, config)
    graph.update_state(config, {}, as_node="review")
    done = graph.invoke(None, config)["report"]
    assert done["status"] == "rejected"
    assert "not what was reviewed" in done["notes"][-1]
    assert untouched(ada)


# -- out of date


def test_a_newer_dream_overtakes_one_that_waits(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    waits = ada.report(thread.begin()["dream"])
    ada.record(life(3, 4, first_day=5))
    assert ada.dream().status == "committed"
    memories, links = ada.memories(), ada.links()
    done = thread.go_on("approve")
    assert done.status == "rejected"
    assert "dream again" in done.notes[-1]
    assert (ada.memories(), ada.links()) == (memories, links)
    assert ada.report(waits.id) == done
    assert done.operations == waits.operations


def test_an_overtaken_dream_is_not_approved_from_the_journal_either(ada: Namespace) -> None:
    report = waiting(ada)
    ada.record(life(3, 4, first_day=5))
    ada.dream()
    memories = ada.memories()
    done = ada.approve(report.id)
    assert done.status == "rejected"
    assert ada.report(report.id) == done
    assert ada.memories() == memories


def test_the_same_night_dreamt_again_is_another_question(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    first = thread.begin()
    second = ada.dream(model=MIND, review="ask")
    assert second.id == first["dream"]
    assert second.digest != first["digest"]
    assert thread.go_on("approve").status == "rejected"
    assert ada.report(second.id) == second
    assert untouched(ada)
    assert ada.approve(second.id).status == "committed"


def test_the_same_night_committed_without_a_review_is_told(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    thread.begin()
    done = ada.dream(model=MIND)
    memories = ada.memories()
    assert thread.go_on("reject") == done
    assert ada.memories() == memories


def test_rejected_for_good_it_takes_nothing_from_the_dream_that_overtook_it(ada: Namespace) -> None:
    report = waiting(ada)
    done = ada.dream(focus="the harbour")
    assert done.status == "committed"
    assert done.id != report.id
    ada.record(life(1, 2, first_day=9))
    ada.reject(report.id, redream=False)
    assert {e.dreamt for e in ada.episodes(done.episodes)} == {done.id}
    assert ada.counts()["undreamt"] == 2


@pytest.mark.parametrize("way", ["thread", "journal"])
def test_what_was_forgotten_meanwhile_does_not_come_back(ada: Namespace, way: str) -> None:
    rich(ada)
    thread = Thread(ada)
    request = thread.begin()
    operation = next(o for o in request["operations"] if o["kind"] == "add_memory")
    (source,) = operation["after"]["sources"]
    ada.forget(episodes=[source])
    text = operation["after"]["text"]
    assert text not in ada.report(request["dream"]).model_dump_json()
    done = thread.go_on("approve") if way == "thread" else ada.approve(request["dream"])
    assert done.status == "rejected"
    assert "forgotten" in done.notes[-1]
    assert text not in done.model_dump_json()
    assert text not in ada.report(done.id).model_dump_json()
    assert not ada.memories()


def test_everything_forgotten_meanwhile_does_not_come_back(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    thread.begin()
    ada.forget(everything=True)
    done = thread.go_on("approve")
    assert done.status == "rejected"
    assert not ada.dreams()
    assert not ada.memories()


# -- one at a time, and deaths


def test_an_approval_waits_for_a_dream_and_no_longer(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langgraph_dreams.namespace.session.NamespaceSession.wait_seconds", 0.0)
    report = waiting(ada)
    held = ada.vault.leases.take("a dream", 60)
    with pytest.raises(BusyError, match="a dream has its lease for"):
        ada.approve(report.id)
    ada.vault.leases.release(held)
    assert ada.approve(report.id).status == "committed"


def test_a_thread_that_meets_another_goes_on_waiting(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    request = thread.begin()
    held = ada.vault.leases.take("a rollback", 60)
    done = thread.go_on("approve")
    assert done.status == "waiting"
    assert "still waits" in done.notes[-1]
    assert untouched(ada)
    ada.vault.leases.release(held)
    assert ada.approve(request["dream"]).status == "committed"


WRITES = ("put_dream", "put_memories", "put_links", "put_core", "mark_dreamt", "mark_recalls")


@pytest.mark.parametrize("at", WRITES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_after_the_approval_is_made_good(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch, at: str, when: str
) -> None:
    report = waiting(ada)
    write = getattr(NamespaceStore, at)

    def die(self: NamespaceStore, *args: Any) -> Any:
        if when == "after":
            write(self, *args)
        raise SystemExit(at)

    monkeypatch.setattr(NamespaceStore, at, die)
    gone = of_kind(report, "add_memory")[0]
    with pytest.raises(SystemExit, match=at):
        ada.approve(report.id, {"reject": [gone]})
    monkeypatch.undo()
    ada.vault._state_open.recovered = False  # as in the next process
    other = ada._store.namespace("ada")
    if at == "put_dream" and when == "before":
        assert untouched(other)
        assert other.report(report.id) == report
        return
    done = other.report(report.id)
    assert done.status == "committed"
    assert {m.id for m in other.memories()} == set(of_kind(done, "add_memory"))
    assert gone not in {m.id for m in other.memories()}
    assert other.counts()["undreamt"] == 0


def test_a_waiting_dream_is_not_finished_by_the_next_open(ada: Namespace) -> None:
    report = waiting(ada)
    ada.vault._state_open.recovered = False
    other = ada._store.namespace("ada")
    assert other.report(report.id) == report
    assert untouched(other)


def test_a_thread_killed_between_answer_and_commit_goes_on(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    request = thread.begin()
    before_commit(thread, ada)
    held = ada.vault.leases.holder()
    assert held is None  # a review that goes on needs none
    done = thread.graph.invoke(None, thread.config)["report"]
    assert done["status"] == "committed"
    assert done["id"] == request["dream"]


def strict(ada: Namespace) -> Namespace:
    """The same namespace, where no memory may end."""
    bounds = {"loss_free": 0, "loss_per_dream": 0.0}
    return ada._store.namespace("ada", policy=POLICY.model_copy(update=bounds))


def test_what_the_guard_would_refuse_is_told_before(ada: Namespace) -> None:
    _, report = updated(strict(ada))
    assert any("would be refused: 1 of 1 memories" in note for note in report.notes)
    done = strict(ada).approve(report.id)
    assert done.status == "rejected"
    assert "1 of 1 memories would hold no more" in done.notes[-1]
    assert ada.report(report.id) == done


def test_the_guard_looks_at_what_is_left(ada: Namespace) -> None:
    _, report = updated(strict(ada))
    gone = [o.id for o in report.operations if o.kind == "supersede_memory"]
    assert strict(ada).approve(report.id, {"reject": gone}).status == "committed"
    assert len(ada.memories()) == 2


def test_asked_threads_keep_nothing_of_the_last_review(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    thread.begin()
    assert thread.go_on("reject").status == "rejected"
    ada.record(life(3, 4, first_day=5))
    asked(thread.graph.invoke({}, thread.config))
    assert thread.go_on("approve").status == "committed"
