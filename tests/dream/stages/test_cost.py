"""The cost of a dream: the seconds of every stage, in the report that is returned and kept."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day

from langgraph_dreams import DreamReport, DreamStore, Namespace
from langgraph_dreams.dream.commit.guard import Verdict
from langgraph_dreams.dream.stages import commit as stage
from langgraph_dreams.dream.transaction import apply as transaction

STAGES = {"gather", "consolidate", "associate", "appraise", "narrate", "review", "commit"}


@pytest.fixture
def ada() -> Any:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the commit take its time, both where it tries the dream and where it writes it."""
    for module, name in ((transaction, "apply"), (stage, "report_of")):
        real: Callable[..., Any] = getattr(module, name)

        def late(*args: Any, real: Callable[..., Any] = real) -> Any:
            time.sleep(0.2)
            return real(*args)

        monkeypatch.setattr(module, name, late)


def test_the_report_has_the_seconds_of_every_stage(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record(day(FIRST, 0) + day(SECOND, 7))
    slowed(monkeypatch)
    before = time.perf_counter()
    report = ada.dream()
    took = time.perf_counter() - before
    assert report.status == "committed"
    assert set(report.cost) == STAGES
    assert report.cost["commit"] >= 0.4
    spent = sum(report.cost.values())
    assert 0.8 * took < spent <= took
    assert (report.finished - report.started).total_seconds() >= report.cost["commit"]
    assert ada.report(report.id).cost == report.cost == ada.dreams()[-1].cost


@pytest.mark.parametrize("kind", ["dry run", "nothing to dream of", "rejected"])
def test_a_night_that_changes_nothing_has_them_too(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind != "nothing to dream of":
        ada.record(day(FIRST, 0) + day(SECOND, 7))
    if kind == "rejected":
        ada.dream()
        monkeypatch.setattr(
            "langgraph_dreams.dream.commit.finalize.verdict_of",
            lambda *_: Verdict(faults=["no"]),
        )
        ada.record(day(FIRST, 9))
    slowed(monkeypatch)
    report = ada.dream(dry_run=kind == "dry run")
    assert report.status == {"dry run": "dry_run", "rejected": "rejected"}.get(kind, "noop")
    assert report.cost["commit"] >= 0.2
    if kind != "dry run":
        assert ada.report(report.id).cost == report.cost


def test_a_dream_that_a_person_approves_later_has_them_too(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record(day(FIRST, 0) + day(SECOND, 7))
    waits: DreamReport = ada.dream(review="ask")
    assert set(waits.cost) >= STAGES - {"commit"}
    slowed(monkeypatch)
    done = ada.approve(waits.id)
    assert set(done.cost) == STAGES
    assert done.cost["commit"] >= 0.2
    assert ada.report(done.id).cost == done.cost
