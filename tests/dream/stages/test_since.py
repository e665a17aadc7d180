"""Deep dreams when other dreams have taken all episodes: work when something changed, else rest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from dream_support import FIRST, SMALL, WordEmbedder, day, episode
from mind_support import model, note

from benchmarks.scripted import Block, ScriptedModel
from langgraph_dreams import Budget, DreamStore, Namespace
from langgraph_dreams.dream.stages.since import deep_is_due

FACTS = (
    "Ada planted roses by the gate.",
    "Ada grafted a plum tree.",
    "Ada sanded the old hull.",
    "Ada mended the green kite.",
)
POLICY = SMALL.model_copy(update={"rehearsals": 2, "stated": False}).with_level("page", budget=0)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256), policy=POLICY) as store:
        yield store.namespace("acme", "ada")


def all_notes(shown: Sequence[Block]) -> Mapping[str, Any]:
    new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
    return {"memories": [note(b, about="Ada") for b in new]}


def asking(shown: Sequence[Block]) -> Mapping[str, Any]:
    """A question of each memory that is shown as new."""
    return {
        "questions": [
            {"question": f"What of the {b.text.rstrip('.').split()[-1]}?", "memories": [b.number]}
            for b in shown
            if b.letter == "S"
        ]
    }


def mind() -> ScriptedModel:
    return model(consolidate=all_notes, rehearsals=asking)


def due(namespace: Namespace, with_model: bool = True) -> bool:
    return deep_is_due(namespace.vault, namespace.policy, with_model)


def test_a_deep_dream_after_the_sleeps_rehearses_what_they_learned(ada: Namespace) -> None:
    ada.record(day(FACTS, 0))
    assert not due(ada), "these wait for any dream"
    ada.dream(depth="sleep", model=mind())
    assert due(ada)
    report = ada.dream(depth="deep", model=mind())
    assert report.status == "committed"
    assert (report.counts["rehearsals"], report.counts["since_deep"]) == (4, 1)
    assert report.cost["model_calls"]
    assert not due(ada)


def test_a_second_one_is_told_why_it_has_nothing_to_do(ada: Namespace) -> None:
    ada.record(day(FACTS, 0))
    ada.dream(depth="sleep", model=mind())
    ada.dream(depth="deep", model=mind())
    again = ada.dream(depth="deep", model=mind())
    assert (again.status, again.brought_nothing) == ("noop", ("nothing_new",))
    assert not again.cost["model_calls"]
    assert not any(level.due for level in again.levels), again.text()
    assert not due(ada)
    planned = ada.plan(model=mind())
    assert not any(level.due for level in planned.levels)


def test_without_a_model_too(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    ada.dream(depth="sleep")
    assert due(ada, with_model=False)
    report = ada.dream(depth="deep")
    assert report.status == "committed"
    assert all(level.due for level in report.levels if level.name in ("core", "weights"))
    assert not due(ada, with_model=False)
    assert ada.dream(depth="deep").status == "noop"


def test_naps_and_sleeps_since_are_work_and_noops_are_none(ada: Namespace) -> None:
    ada.record(day(FACTS, 0))
    ada.dream(depth="deep", model=mind())
    assert not due(ada)
    assert ada.dream(depth="sleep").status == "noop"
    assert ada.dream(depth="deep").status == "noop"
    assert not due(ada)
    ada.record([episode("The market stall sold the last plums.", day=9)])
    ada.dream(depth="sleep", model=mind())
    assert due(ada)


def test_an_undone_deep_dream_can_be_asked_for_again_and_does_not_come_by_itself(
    ada: Namespace,
) -> None:
    ada.record(day(FACTS, 0))
    ada.dream(depth="sleep", model=mind())
    ada.rollback(ada.dream(depth="deep", model=mind()).id)
    assert not due(ada)
    assert ada.dream(depth="deep", model=mind()).status == "committed"


def test_one_that_waits_for_a_person_is_not_asked_for_again(ada: Namespace) -> None:
    ada.record(day(FACTS, 0))
    ada.dream(depth="sleep", model=mind())
    asked = ada.dream(depth="deep", model=mind(), review="ask")
    assert asked.status == "waiting"
    assert not due(ada)
    ada.reject(asked.id)
    assert not due(ada)


def test_what_the_budget_left_over_is_work_until_it_is_done(ada: Namespace) -> None:
    ada.record([episode(f"Ada mended kite number{n}.", day=n // 9, position=n) for n in range(90)])
    ada.dream(depth="sleep", model=mind())
    told = []
    while due(ada) and len(told) < 5:
        report = ada.dream(depth="deep", model=mind(), budget=Budget(calls=1))
        told.append(report.counts["rehearsals.shown"])
    assert told == [40, 80, 0], "of the first dream so many are rehearsed, at last all"
    assert ada.dream(depth="deep", model=mind()).status == "noop"


def test_a_model_that_fails_is_asked_again_on_demand_only(ada: Namespace) -> None:
    ada.record(day(FACTS, 0))
    ada.dream(depth="sleep", model=mind())
    silent = model(consolidate=all_notes, rehearsals=lambda _: {"nothing": True})
    report = ada.dream(depth="deep", model=silent)
    assert report.status == "committed"
    assert not due(ada), "a schedule would ask it for ever"
    assert ada.dream(depth="deep", model=mind()).counts["rehearsals"] == 4


def test_a_namespace_at_rest_reads_the_journal_alone(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record(day(FACTS, 0))
    ada.dream(depth="deep", model=mind())

    def read(*_: object, **__: object) -> None:
        raise AssertionError("it reads the store")

    for name in ("get", "standings", "memory_ids", "episode_ids", "citing"):
        monkeypatch.setattr(ada.vault, name, read)
    assert not due(ada)
