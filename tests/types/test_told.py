"""Reports as they are printed: what a person wants to know, in a few lines, and no more."""

from collections.abc import Iterator

import pytest
from dream_support import FIRST, SMALL, WordEmbedder, day

from langgraph_dreams import (
    DreamPlan,
    DreamReport,
    DreamStore,
    ImportReport,
    Namespace,
    Rollback,
    import_log,
)
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation, propose

OLD = "The workshop door code for the pottery class is 4711."
NEW = "The workshop door code for the pottery class is 9020."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("acme", "ada")


def two_nights(ada: Namespace) -> DreamReport:
    ada.record(day([OLD], 0) + day([OLD], 1) + day(FIRST, 2))
    ada.dream()
    ada.record(day([NEW], 9) + day([NEW], 10))
    return ada.dream()


def test_a_printed_dream_says_when_of_what_and_what_changed(ada: Namespace) -> None:
    report = two_nights(ada)
    text = str(report)
    assert text == report.text() == f"{report}"
    assert f"Dream 2 of acme/ada, {report.started:%Y-%m-%d %H:%M} UTC: committed" in text
    assert "2 episodes: 1 new memory, 1 memory superseded" in text
    assert f"memory superseded: “{OLD}”; since then: “{NEW}”" in text
    assert f"new memory: “{NEW}”" in text
    assert f"cost: {sum(report.cost.values()):.1f} s" in text
    assert report.id in text
    assert len(text.splitlines()) <= 10
    assert repr(report).startswith("DreamReport(id=")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("waiting", "waits for a person"),
        ("dry_run", "nothing was written"),
        ("rejected", "nothing was written"),
        ("noop", "nothing new"),
        ("rolled_back", "undone"),
    ],
)
def test_what_became_of_it_is_said(ada: Namespace, status: str, said: str) -> None:
    report = two_nights(ada).model_copy(update={"status": status, "notes": ("why so",)})
    assert said in str(report).splitlines()[0]
    assert "  note: why so" in str(report).splitlines()


def test_a_header_of_the_journal_tells_the_numbers(ada: Namespace) -> None:
    two_nights(ada)
    assert "1 memory superseded" in str(ada.dreams()[-1])


def test_the_model_is_in_the_cost(ada: Namespace) -> None:
    cost = {"gather": 0.5, "commit": 1.25, "model_calls": 3.0, "input_tokens": 1200.0}
    report = two_nights(ada).model_copy(update={"cost": {**cost, "money": 0.0123}})
    assert "cost: 1.8 s (gather 0.5, commit 1.2); 3 model calls, 1,200 tokens in" in str(report)
    assert "money 0.0123" in str(report)


def many_memories(report: DreamReport, number: int, text: str) -> tuple[Operation, ...]:
    blank = {"sources": ("e1",), "learned_at": report.started}
    memories = (
        Memory.model_validate({"id": f"m{n}", "text": f"{text} {n}", **blank})
        for n in range(number)
    )
    return tuple(propose(report.id, "add_memory", memory) for memory in memories)


def test_long_nights_and_hostile_texts_stay_a_few_lines(ada: Namespace) -> None:
    report = two_nights(ada)
    hostile = many_memories(report, 500, "one\ntwo \x1b[31mred\u202e " + "long " * 100)
    text = str(report.model_copy(update={"operations": hostile}))
    assert "... and 490 more" in text
    assert len(text.splitlines()) < 20
    assert max(map(len, text.splitlines())) < 250
    assert not {"\x1b", "\u202e"} & set(text)


def test_plan_diff_rollback_forgotten_and_import_are_printed_in_words(ada: Namespace) -> None:
    night = two_nights(ada)
    plan = DreamPlan(episodes=3, revisited=1, waiting=2, pairs=4, calls={"judge": 2}, money=0.5)
    assert str(plan).splitlines()[0].startswith("A dream now: 3 episodes, 1 revisited, 2 left")
    assert "2 model calls" in str(plan)
    assert "money 0.5" in str(plan)
    difference = ada.diff(night.id)
    assert str(difference) == difference.text()
    gone = ada.forget(thread="day 0", dry_run=True)
    assert str(gone) == gone.text()
    undone: Rollback = ada.rollback(night.id)
    told = str(undone).splitlines()
    assert told[0] == f"Undid {len(undone.operations)} operations of dream {night.id}."
    assert f"  as before: “{OLD}” (active)" in told
    assert [line for line in told if NEW in line] == [f"  gone: “{NEW}”"]
    assert told[-1] == "Waiting for the next dream again: 2 episodes."
    brought: ImportReport = import_log(ada, ['{"role": "user", "content": "Hello."}', "oops"])
    assert str(brought).splitlines()[0] == "1 episode imported, 0 were already there"
    assert str(brought).splitlines()[1].startswith("  line 2: not JSON")
    for each in (plan, difference, gone, undone, brought):
        assert repr(each).startswith(type(each).__name__)
