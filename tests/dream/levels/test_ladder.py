"""The ladder: a declaration in the policy, and the one reader of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from pydantic import ValidationError

from langgraph_dreams import DreamPolicy, DreamReport, DreamStore, InvalidInputError, Namespace
from langgraph_dreams.dream.levels.ladder import due
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.stage_run import drive
from langgraph_dreams.dream.stages.deep import deep_work
from langgraph_dreams.types.base import now
from langgraph_dreams.types.levels import Depth, LevelReport
from langgraph_dreams.types.operations import Operation, propose_scaling


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def test_a_level_is_read_and_replaced_by_name() -> None:
    policy = DreamPolicy()
    assert [level.name for level in policy.levels] == [
        *("episode", "memory", "page", "core", "weights")
    ]
    other = policy.with_level("core", every=3, budget=200)
    assert (other.level("core").every, other.level("core").budget) == (3, 200)
    assert other.level("core").least == policy.level("core").least
    assert policy.level("core").every == 5, "the old one stays"
    assert "core from memory: every 3 dreams" in other.level("core").text()
    with pytest.raises(InvalidInputError, match="no level 'cores'"):
        policy.level("cores")
    with pytest.raises(InvalidInputError, match="every"):
        policy.with_level("core", every=0)
    with pytest.raises(ValidationError, match="levels are"):
        DreamPolicy(levels=policy.levels[1:])


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("episode", {"budget": 100}),
        ("episode", {"decay": 0.9}),
        ("memory", {"budget": 0}),
        ("memory", {"every": 3}),
        ("memory", {"depth": "deep"}),
        ("page", {"decay": 0.5}),
        ("core", {"rollback": "kept"}),
        ("core", {"budget_unit": "items"}),
        ("core", {"source": "page"}),
        ("weights", {"least": 5}),
    ],
)
def test_a_setting_that_would_change_nothing_is_refused(
    name: str, changes: dict[str, object]
) -> None:
    with pytest.raises(InvalidInputError, match=f"{next(iter(changes))}.*nothing would change"):
        DreamPolicy().with_level(name, **changes)


@pytest.mark.parametrize("door", ["DreamPolicy", "model_copy", "model_validate"])
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("memory", {"every": 3}),
        ("memory", {"budget": 5}),
        ("memory", {"rollback": "kept"}),
        ("core", {"source": "page"}),
        ("core", {"unit": "turns"}),
        ("weights", {"budget_unit": "tokens"}),
        ("core", {"name": "dreamy"}),
    ],
)
def test_what_a_policy_takes_is_heeded_whichever_way_it_comes(
    door: str, name: str, changes: dict[str, object]
) -> None:
    levels = tuple(
        level.model_copy(update=changes) if level.name == name else level
        for level in DreamPolicy().levels
    )
    doors = {
        "DreamPolicy": lambda: DreamPolicy(levels=levels),
        "model_copy": lambda: DreamPolicy().model_copy(update={"levels": levels}),
        "model_validate": lambda: DreamPolicy.model_validate({"levels": levels}),
    }
    (value,) = changes.values()
    with pytest.raises(ValueError, match="nothing would change") as told:
        doors[door]()
    assert isinstance(told.value, InvalidInputError | ValidationError)
    assert all(repr(x) in str(told.value) for x in (value, changes.get("name", name)))


def test_a_level_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"no level 'dreamy'.*there are"):
        DreamPolicy().with_level("dreamy", unit="days")


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="with_level"):
        DreamPolicy().model_copy(update={"core_every": 1})


def past(namespace: Namespace, number: int, depth: Depth = "sleep", days: float = 0, **due: bool):
    """A committed dream of the journal, in which these levels had their turn or had not."""
    when = now() - timedelta(days=days)
    levels = tuple(LevelReport(name=name, due=had) for name, had in due.items())
    fields = {"status": "committed", "started": when, "finished": when, "depth": depth}
    report = DreamReport(
        id=f"d{number}", namespace=("ada",), number=number, levels=levels, **fields
    )
    namespace.vault.put_dream(report)


def why(namespace: Namespace, name: str, chosen: Depth, told: str = "", **level: object) -> str:
    policy = namespace.policy.with_level(name, **level)
    state: DreamState = {"chosen": chosen, "depth": told}  # type: ignore[typeddict-item]
    context = StageContext(namespace.vault, policy, lambda _: None)
    found = due(context, state, policy.level(name))
    assert found.now == (not found.why)
    return found.why


def test_how_deep_a_dream_goes_says_what_it_may_change(ada: Namespace) -> None:
    may = {
        depth: [x.name for x in ada.policy.levels if not why(ada, x.name, depth, depth)]
        for depth in ("nap", "sleep", "deep")
    }
    assert may == {
        "nap": ["memory"],
        "sleep": ["memory"],
        "deep": ["memory", "page", "core", "weights"],
    }
    assert "in no dream" in why(ada, "episode", "deep", "deep")
    assert "turned off" in why(ada, "page", "deep", "deep", budget=0)
    assert why(ada, "core", "nap") == "a nap leaves it alone"


def test_dreams_are_counted_from_the_last_turn_without_naps_and_undone_ones(
    ada: Namespace,
) -> None:
    assert why(ada, "core", "deep") == "it has its turn every 5 dreams, this is dream 1"
    for number in (1, 2, 3, 4):
        past(ada, number)
    assert not why(ada, "core", "deep")
    past(ada, 5, "deep", core=True)
    past(ada, 6, "nap")
    past(ada, 7, core=False)
    assert why(ada, "core", "deep").endswith("this is dream 2")
    undone = ada.vault.get_dream("d5")
    assert undone is not None
    ada.vault.put_dream(undone.model_copy(update={"status": "rolled_back"}))
    assert not why(ada, "core", "deep")


def test_days_are_counted_from_the_last_turn_or_the_first_dream(ada: Namespace) -> None:
    assert why(ada, "weights", "deep") == "it has its turn every 7 days, this is day 0"
    past(ada, 1, days=8)
    assert not why(ada, "weights", "deep")
    past(ada, 2, "deep", days=3, weights=True)
    assert why(ada, "weights", "deep").endswith("this is day 3")


@pytest.mark.parametrize(("early", "told"), [(0.001, ""), (0.1, "this is day 6")])
def test_a_night_that_begins_some_seconds_early_is_a_night(
    ada: Namespace, early: float, told: str
) -> None:
    past(ada, 1, "deep", days=7 - early, weights=True)
    assert why(ada, "weights", "deep").endswith(told)
    assert bool(why(ada, "weights", "deep")) == bool(told)


def test_deep_is_chosen_when_a_deep_level_is_due(ada: Namespace) -> None:
    policy = SMALL.with_level("core", every=3)
    depths = []
    for number in range(6):
        ada.record(day((FIRST + SECOND)[number : number + 1], number))
        depths.append(ada.dream(policy=policy).depth)
        ada.record(day((f"{number} sheep were counted on the hill.",), number + 20))
        assert ada.dream(depth="nap", policy=policy).depth == "nap"
    assert depths == ["sleep", "sleep", "deep", "sleep", "sleep", "deep"]


def test_the_report_and_the_plan_tell_of_the_levels(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    plan = ada.plan()
    assert plan.depth == "sleep"
    assert {level.name: level.due for level in plan.levels} == {
        **{"memory": True, "page": False, "core": False, "weights": False}
    }
    ada.dream()
    ada.record(day(SECOND, 7))
    report = ada.dream()
    memory = report.levels[0]
    assert (memory.name, memory.due) == ("memory", True)
    assert memory.changed == len(report.operations) > 0
    assert "core not (a sleep leaves it alone)" in report.text()
    assert ada.dreams()[-1].levels == report.levels


def test_another_depth_is_refused(ada: Namespace) -> None:
    for depth in ("doze", 3, True):
        with pytest.raises(InvalidInputError, match="depth is"):
            ada.dream(depth=depth)  # type: ignore[arg-type]


def test_deep_work_sees_what_was_made_before_it_and_only_in_deep_dreams(ada: Namespace) -> None:
    seen = []

    def work(context: StageContext, state: DreamState) -> list[Operation]:
        seen.append(len(state["operations"]))
        return [propose_scaling(f"d{len(seen)}", 0.5)]

    def asking(context: StageContext, state: DreamState):
        yield []
        return work(context, state)

    context = StageContext(ada.vault, ada.policy, lambda _: None)
    for depth, count in (("sleep", 0), ("deep", 2)):
        state: DreamState = {"chosen": depth, "operations": []}  # type: ignore[typeddict-item]
        made = drive(deep_work(context, state, (work, asking)), lambda _: [])  # type: ignore[arg-type]
        assert len(made.operations) == count
    assert seen == [0, 1]
