"""What a dream says before it spends, and that it holds to it."""

import json
from collections.abc import Iterator

import pytest
from dream_support import WordEmbedder
from mind_support import life, model

from langgraph_dreams import (
    Budget,
    DreamPolicy,
    DreamStore,
    InvalidInputError,
    Namespace,
    create_dream_graph,
    dream_node,
)

SLOW = pytest.mark.slow


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("ada", model=model())


@pytest.mark.parametrize(
    ("threads", "turns"),
    [(25, 8), *(pytest.param(*x, marks=SLOW) for x in ((200, 1), (15, 13), (8, 25), (1, 200)))],
)
def test_two_hundred_episodes_take_at_most_18_calls_and_the_plan_says_so(
    ada: Namespace, threads: int, turns: int
) -> None:
    ada.record(life(3, 8))
    ada.dream()
    ada.record(life(threads, turns, first_day=10)[:200])
    plan = ada.plan()
    before = [d.id for d in ada.dreams()]
    assert plan.episodes == len([e for e in ada.episodes() if not e.dreamt])
    report = ada.dream()
    used = report.cost["model_calls"]
    assert before == [d.id for d in ada.dreams()][:-1]
    assert used <= 18
    assert abs(plan.total_calls - used) <= max(0.1 * used, 0)
    assert report.plan == plan
    assert plan.calls["consolidate"] >= 7
    assert 0.5 < report.cost["input_tokens"] / plan.input_tokens < 1.5


def test_a_plan_writes_nothing_and_asks_nothing(ada: Namespace) -> None:
    ada.record(life(4, 5))
    before = json.dumps([e.model_dump(mode="json") for e in ada.episodes()])
    first, second = ada.plan(focus="the kiln"), ada.plan(focus="the kiln")
    assert first == second
    assert ada.dreams() == []
    assert json.dumps([e.model_dump(mode="json") for e in ada.episodes()]) == before


def test_without_a_model_a_plan_has_no_calls() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record(life(4, 5))
        plan = ada.plan()
        assert (plan.episodes, plan.waiting, plan.calls) == (20, 0, {})
        assert plan.pairs > 0
        assert ada.plan(model=model()).calls["consolidate"] == 1
        report = ada.dream()
        assert report.plan is None
        assert "model_calls" not in report.cost
        assert report.counts["candidates"] == plan.pairs


def test_the_plan_is_told_before_anything_is_spent(ada: Namespace) -> None:
    ada.record(life(4, 5))
    events: list[dict] = []
    ada.dream(on_event=events.append)
    at = next(n for n, event in enumerate(events) if event["phase"] == "plan")
    assert {event["node"] for event in events[: at + 1]} == {"gather"}
    assert events[at]["counts"]["calls"] == ada.report(ada.dreams()[-1].id).plan.total_calls


@pytest.mark.parametrize("calls", [3, *(pytest.param(n, marks=SLOW) for n in (1, 2, 5, 8))])
def test_a_budget_of_calls_is_held_and_what_was_not_seen_waits(ada: Namespace, calls: int) -> None:
    ada.record(life(8, 13))
    budget = Budget(calls=calls)
    plan = ada.plan(budget=budget)
    report = ada.dream(budget=budget)
    assert plan.total_calls <= calls
    assert report.cost["model_calls"] <= calls
    assert len(report.episodes) == plan.episodes
    waiting = [e for e in ada.episodes() if not e.dreamt]
    assert len(waiting) == plan.waiting == 104 - plan.episodes
    if plan.waiting:
        assert any("wait" in note for note in report.notes)
    while any(not e.dreamt for e in ada.episodes()):
        assert ada.dream(budget=budget).status == "committed"


def test_a_budget_of_tokens_or_money_plans_less(ada: Namespace) -> None:
    ada.record(life(8, 13))
    whole = ada.plan()
    few = ada.plan(budget=Budget(tokens=whole.input_tokens // 2))
    assert 0 < few.total_calls < whole.total_calls
    assert few.input_tokens + few.output_tokens <= whole.input_tokens // 2
    priced = Budget(input_price=1.0, output_price=4.0, money=0.01)
    cheap = ada.plan(budget=priced)
    assert 0 < cheap.money <= 0.01
    report = ada.dream(budget=priced)
    assert 0 < report.cost["money"] <= 0.01


def test_a_budget_without_room_is_a_dream_without_a_model(ada: Namespace) -> None:
    ada.record(life(4, 5))
    report = ada.dream(budget=Budget(calls=0))
    assert report.status == "committed"
    assert report.cost["model_calls"] == 0
    assert len(report.episodes) == 20
    assert any("without a model" in note for note in report.notes)
    assert report.counts["add_link"] > 0


def test_what_the_budget_did_not_reach_waits_also_when_answers_need_a_second_try(
    ada: Namespace,
) -> None:
    ada.record(life(8, 24))
    shown: set[str] = set()
    tries: dict[str, int] = {}

    def slow(blocks):
        texts = [b.text for b in blocks if b.letter == "E" and "from earlier" not in b.heading]
        shown.update(texts)
        tries[texts[0]] = tries.get(texts[0], 0) + 1
        return {"memories": 7} if tries[texts[0]] == 1 else {"memories": []}

    policy = DreamPolicy(model_concurrency=1, judge_pairs=0)
    report = ada.dream(budget=Budget(calls=10), model=model(consolidate=slow), policy=policy)
    dreamt = {e.text for e in ada.episodes() if e.dreamt}
    assert dreamt <= shown
    assert 0 < len(report.episodes) < 192
    assert len(report.episodes) == report.counts["episodes"] == len(dreamt)


def test_without_new_episodes_the_model_still_judges_what_a_focus_brings_back(
    ada: Namespace,
) -> None:
    ada.record(life(6, 6))
    ada.dream(policy=DreamPolicy(links_per_item=1))
    judging = DreamPolicy(judge_pairs=40)
    plan = ada.plan(focus="the kiln and Brandhorst", policy=judging)
    assert plan.episodes == 0
    assert plan.calls["judge"] >= 1
    assert "judge" not in ada.plan(focus="the kiln and Brandhorst").calls


def test_a_budget_of_seconds_ends_the_asking(ada: Namespace) -> None:
    ada.record(life(4, 5))
    report = ada.dream(budget=Budget(seconds=0))
    assert report.status == "committed"
    assert report.cost["model_calls"] == 0
    assert any("budget" in note for note in report.notes)


def test_bad_budgets_and_models_are_refused(ada: Namespace) -> None:
    ada.record(life(2, 2))
    with pytest.raises(InvalidInputError, match="budget"):
        ada.dream(budget={"calls": 3})  # type: ignore[arg-type]
    for door in (create_dream_graph, dream_node):
        with pytest.raises(InvalidInputError, match="budget"):
            door(ada, budget={"calls": 3})  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="call"):
        create_dream_graph(ada).compile().invoke({"budget": {"call": 3}})
    with pytest.raises(InvalidInputError):
        ada.dream(model="no-provider")
    with pytest.raises(InvalidInputError):
        ada.plan(model=7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="price"):
        Budget(money=1.0)
    assert ada.dreams() == []


def test_the_policy_bounds_the_windows(ada: Namespace) -> None:
    ada.record(life(4, 5))
    small = DreamPolicy(window_episodes=5, judge_pairs=0).with_level("page", budget=0)
    assert ada.plan(policy=small).calls == {"consolidate": 4}
