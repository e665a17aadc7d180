"""The morning report: what a night changed in what the agent would answer, without asking anew."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import ANSWER, FIRST, QUESTION, SECOND, SMALL, WordEmbedder, day, episode

from langgraph_dreams import DreamReport, DreamStore, Episode, Namespace, Trust, create_dream_graph
from langgraph_dreams.dream.commit import morning, recall_check
from langgraph_dreams.types.telling.morning import Morning, PastPlan, overdue, past_plan

WIDE = SMALL.model_copy(update={"neighbours": 0, "recall_floor": 0.0})
GRAZ, TURIN = "I live in Graz.", "I live in Turin now."
HOME, NEW_HOME = "I live in Graz near the river.", "I live in Vienna now, near the park."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=WIDE) as store:
        yield store.namespace("ada")


def moved(ada: Namespace, **how: Any) -> DreamReport:
    ada.record([*day(FIRST, 0), episode(HOME, day=1)])
    ada.dream()
    ada.recall("Where do I live?")
    ada.record([*day(SECOND, 7), episode(NEW_HOME, day=9)])
    return ada.dream(**how)


def morning_of(report: DreamReport) -> Morning:
    assert report.morning is not None
    return report.morning


def test_a_fact_that_changed_is_told_with_its_day(ada: Namespace) -> None:
    report = moved(ada)
    morning = morning_of(report)
    changed = {(f.old, f.new) for f in morning.facts}
    assert (HOME, NEW_HOME) in changed
    (fact,) = (f for f in morning.facts if f.new == NEW_HOME)
    assert fact.since is not None
    assert f"{fact.since:%Y-%m-%d}" == "2026-03-11"
    assert len(fact.sources) == 2
    assert morning.asked == 1
    for told in (str(report), report.markdown()):
        assert "11 Mar 2026" in told
        assert "Vienna" in told
    assert report.markdown().startswith("## Dream 2 of ada")
    assert "### Facts that changed" in report.markdown()


def test_a_fact_that_a_nap_changed_is_told_by_the_next_night_once(ada: Namespace) -> None:
    ada.record([episode(GRAZ, day=0, said=GRAZ)])
    ada.dream()
    ada.record([episode(TURIN, day=5, said=TURIN)])
    nap = ada.dream(depth="nap")
    assert [(m.text, m.status) for m in ada.memories()] == [(TURIN, "tentative")]
    assert nap.morning is None
    ada.record([episode("The oven door squeaks.", day=5, position=2)])
    tried = ada.dream(dry_run=True)
    for report in (tried, ada.dream()):
        (fact,) = (f for f in morning_of(report).facts if not f.probable)
        assert (fact.old, fact.new) == (GRAZ, TURIN)
        assert fact.since is not None
        assert f"{fact.since:%Y-%m-%d}" == "2026-03-07"
        assert "fact changed" in str(report)
    ada.record([episode("The bakery closes early.", day=9)])
    assert not morning_of(ada.dream()).facts, "it was told"


def test_what_was_undone_of_a_nap_is_not_told(ada: Namespace) -> None:
    ada.record([episode(GRAZ, day=0, said=GRAZ)])
    ada.dream()
    ada.record([episode(TURIN, day=5, said=TURIN)])
    nap = ada.dream(depth="nap")
    ada.undo([o.id for o in nap.operations if o.kind != "add_link"], cascade=True)
    ada.record([episode("The oven door squeaks.", day=5, position=2)])
    told = morning_of(ada.dream(dry_run=True)).facts
    assert (GRAZ, TURIN) not in {(f.old, f.new) for f in told if not f.probable}


def test_a_pair_that_cannot_be_named_is_left_out(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns in which a tool took part are told by what the user said in them, or not at all."""

    def turn(text: str, number: int) -> Episode:
        mixed = f"{text}\nSearched the web: Graz has rain, and the kiln club meets on Mondays."
        fields = {"said": text, "trust": Trust.UNTRUSTED, "said_trust": Trust.TRUSTED}
        return episode(mixed, day=number, **fields)

    ada.record([*day(FIRST, 0), turn(HOME, 1)])
    ada.dream()
    ada.record([*day(SECOND, 7), turn(NEW_HOME, 9)])
    tried = ada.dream(dry_run=True)
    drawn = (o.link() for o in tried.operations if o.kind == "add_link")
    assert [link.kind for link in drawn].count("update") == 1
    pair = (f"user: {HOME}", f"user: {NEW_HOME}")
    assert pair in {(f.old, f.new) for f in morning_of(tried).facts if f.probable}
    monkeypatch.setattr(morning, "doubtful", lambda _: True)
    report = ada.dream()
    assert not morning_of(report).facts
    assert "probably changed" not in str(report)


def test_it_is_kept_as_plain_json_and_the_guard_asks_no_question_twice(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = recall_check.recall

    def counted(vault: Any, question: str, *rest: Any) -> Any:
        asked.append(question)
        return real(vault, question, *rest)

    monkeypatch.setattr(recall_check, "recall", counted)
    report = moved(ada)
    assert asked.count("Where do I live?") == 2  # without the dream, and with it
    kept = ada.report(report.id)
    assert kept.morning == report.morning
    assert DreamReport.model_validate(json.loads(report.model_dump_json())) == report


def test_what_a_link_brings_into_reach_is_told_with_the_way(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    ada.dream()
    filler = [
        episode(f"What could the summer fair pots cost at stall {i}, and who pays?", day=3 + i)
        for i in range(14)
    ]
    ada.record([*filler, *day(SECOND, 30)])
    ada.recall(QUESTION)
    report = ada.dream()
    links = {o.target for o in report.operations if o.kind == "add_link"}
    assert links
    now = ada.recall(QUESTION, 10)
    came = {
        r.item.text: r.item.id for r in now.items if any(hop.link in links for hop in r.why.path)
    }
    for entry in morning_of(report).reached:
        assert entry.question == QUESTION
        assert entry.path
        assert entry.sources[0] in came.values() or entry.text != ANSWER


def test_the_stream_and_the_graph_tell_it(ada: Namespace) -> None:
    events: list[Any] = []
    moved(ada, on_event=events.append)
    (told,) = (e for e in events if e["text"].startswith("in the morning: "))
    assert told["node"] == "commit"
    assert told["counts"]["facts"] >= 1
    ada.rollback(ada.dreams()[-1].id)
    state = create_dream_graph(ada).compile().invoke({"dry_run": True})
    assert state["report"]["morning"]["facts"]
    assert json.dumps(state["report"])


def test_what_wrote_nothing_tells_nothing(ada: Namespace) -> None:
    report = moved(ada)
    assert ada.dream().morning is None  # a no-op
    ada.rollback(report.id)
    undone = ada.report(report.id)
    assert "Facts that changed" not in undone.markdown()
    assert "fact changed" not in str(undone)


def test_what_is_forgotten_is_in_no_morning(ada: Namespace) -> None:
    report = moved(ada)
    old = next(e for e in ada.episodes() if e.text == HOME)
    ada.forget(episodes=[old.id])
    left = ada.report(report.id).model_dump_json()
    assert old.id not in left
    assert "Graz" not in left


def test_a_question_that_is_forgotten_is_in_no_morning(ada: Namespace) -> None:
    """It went with the turn that a recall returned for it, though the entry tells of another."""
    ada.record([*day(FIRST, 0), episode(HOME, day=1)])
    ada.dream()
    found = ada.recall("Where was it again?", floor=0.0)
    ada.recall("And where do I live?", floor=0.0)
    first, *_, last = (r.item.id for r in found.items)
    entries = {
        "reached": [
            {"question": "Where was it again?", "text": "x", "rank": 1, "sources": [first]},
            {"question": "Who else?", "text": "x", "rank": 1, "sources": [first]},
        ],
        "silenced": [{"text": "Where was it again?", "why": "below the floor"}],
    }
    report = ada.dreams()[-1].model_copy(update={"morning": Morning.model_validate(entries)})
    ada.vault.put_dream(report)
    ada.forget(episodes=[last])
    morning = morning_of(ada.report(report.id))
    assert [r.question for r in morning.reached] == ["Who else?"]
    assert morning.silenced == ()


def test_a_plan_that_speaks_of_planning_is_told_whole() -> None:
    text = "The fair was planned for spring"
    assert past_plan(f"{text} {overdue('3 May 2026')}", ()) == PastPlan(
        text=text, planned="3 May 2026"
    )


def test_markdown_shows_marks_of_others_as_text() -> None:
    morning = Morning.model_validate(
        {"silenced": [{"text": "<b>[x](http://y)</b> \x1b[31m # no", "why": "retired"}]}
    )
    told = morning.markdown()
    assert "\\<b\\>\\[x\\](http://y)" in told
    assert "\x1b" not in told
