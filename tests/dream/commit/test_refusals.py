"""What a person refused or undid is proposed again on new evidence only."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode

from langgraph_dreams import DreamReport, DreamStore, Namespace

WALNUTS = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
FOCUS = "What could go wrong with the Brandhorst kiln and its burner?"


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def of_kind(report: DreamReport, kind: str) -> list[str]:
    return [o.id for o in report.operations if o.kind == kind]


def told_twice(ada: Namespace) -> None:
    ada.record([episode(WALNUTS, day=0), episode(WALNUTS, day=1)])


def waiting(ada: Namespace) -> DreamReport:
    """A dream of links and of one memory, which waits."""
    ada.record(day(FIRST, 0))
    ada.dream()
    ada.record(day(SECOND, 7))
    told_twice(ada)
    return ada.dream(review="ask")


def test_a_memory_left_out_of_a_review_needs_new_evidence(ada: Namespace) -> None:
    asked = waiting(ada)
    added = of_kind(asked, "add_memory")
    done = ada.approve(asked.id, {"reject": added})
    assert done.status == "committed"
    assert not ada.memories()
    assert {r.kind for r in done.refused} == {"add_memory"}
    assert ada.report(done.id).refused == done.refused
    ada.record([episode(WALNUTS, day=9)])
    ada.dream()
    assert [m.text for m in ada.memories()] == [WALNUTS]


def test_a_link_that_was_undone_does_not_come_back(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    ada.dream()
    ada.record(day(SECOND, 7))
    report = ada.dream()
    links = of_kind(report, "add_link")
    assert links
    ada.undo(links)
    gone = {o.target for o in report.operations if o.id in links}
    again = ada.dream(focus=FOCUS)
    assert gone.isdisjoint(x.id for x in ada.links())
    if again.counts.get("refused_before"):
        assert any("no new evidence" in note for note in again.notes)


@pytest.mark.parametrize("redream", [True, False])
def test_a_night_rolled_back_for_good_stays_away_and_another_may_be_the_same(
    ada: Namespace, redream: bool
) -> None:
    ada.record(day(FIRST, 0))
    ada.dream()
    ada.record(day(SECOND, 7))
    report = ada.dream()
    made = {o.target for o in report.operations if o.kind == "add_link"}
    assert made
    ada.rollback(report.id, redream=redream)
    ada.dream(focus=FOCUS)
    back = made & {x.id for x in ada.links()}
    assert back == (made if redream else set())


@pytest.mark.parametrize("how", ["reject", "reject for good", "approve none"])
def test_a_night_that_was_rejected_is_refused_as_a_whole(ada: Namespace, how: str) -> None:
    told_twice(ada)
    asked = ada.dream(review="ask")
    if how == "approve none":
        ada.approve(asked.id, "reject")
    else:
        ada.reject(asked.id, redream=how == "reject")
    kept = ada.report(asked.id)
    assert {r.target for r in kept.refused} == {o.target for o in kept.operations}
    again = ada.dream()
    assert not ada.memories()
    if how != "reject for good":  # its episodes are dreamt of again
        assert again.counts["refused_before"]


def test_what_is_forgotten_is_not_remembered_as_refused(ada: Namespace) -> None:
    asked = waiting(ada)
    done: Any = ada.approve(asked.id, {"reject": of_kind(asked, "add_memory")})
    ada.forget(episodes=[e.id for e in ada.episodes() if e.text == WALNUTS])
    assert "walnuts" not in ada.report(done.id).model_dump_json()
    assert not ada.report(done.id).refused
