"""When which namespace dreams: the rules alone, on a clock of the test."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langgraph_dreams import InvalidInputError
from langgraph_dreams.scheduling.schedule import Rules, Schedule
from langgraph_dreams.scheduling.time_window import TimeWindow

ADA, BOB, EVE = ("ada",), ("bob",), ("acme", "eve")
RULES = Rules(quiet_seconds=10, every_seconds=100, least_episodes=3, retry_seconds=20)
VIENNA = ZoneInfo("Europe/Vienna")


def test_enough_and_quiet_dreams_once() -> None:
    schedule = Schedule(RULES)
    assert not schedule.recorded(ADA, 2, 0)
    assert schedule.begin(1000) == []
    assert schedule.next_time() is None
    assert schedule.recorded(ADA, 1, 1000)
    assert schedule.next_time() == 1010
    schedule.recorded(ADA, 0, 1005)  # new activity puts it off
    assert schedule.begin(1014) == []
    assert schedule.begin(1015) == [ADA]
    assert schedule.begin(1015) == []
    schedule.ended(ADA, 0, schedule.told(ADA))
    assert schedule.begin(9999) == []
    assert schedule.pending() == []


def test_at_most_so_often() -> None:
    schedule = Schedule(RULES)
    schedule.recorded(ADA, 3, 0)
    assert schedule.begin(10) == [ADA]
    schedule.recorded(ADA, 4, 12)
    schedule.ended(ADA, 4, schedule.told(ADA))
    assert schedule.next_time() == 110
    assert schedule.begin(109) == []
    assert schedule.begin(110) == [ADA]


def test_the_longest_due_first_and_no_more_than_allowed() -> None:
    schedule = Schedule(RULES)
    for at, name in enumerate((EVE, ADA, BOB)):
        schedule.recorded(name, 3, at)
    assert schedule.begin(50) == [EVE]
    assert schedule.next_time() is None
    schedule.ended(EVE, 0, schedule.told(EVE))
    assert schedule.begin(50) == [ADA]
    assert schedule.pending() == [ADA, BOB]


def test_a_failure_is_tried_again_later_each_time() -> None:
    rules = Rules(quiet_seconds=0, every_seconds=0, least_episodes=1, retry_seconds=20)
    schedule = Schedule(rules)
    schedule.recorded(ADA, 1, 0)
    now, pauses = 0.0, []
    for _ in range(9):
        assert schedule.begin(now) == [ADA]
        schedule.failed(ADA, now)
        due = schedule.next_time()
        assert due is not None
        pauses.append(due - now)
        assert schedule.begin(due - 1) == []
        now = due
    assert pauses == [20, 40, 80, 160, 320, 640, 1280, 1280, 1280]
    assert schedule.begin(now) == [ADA]
    schedule.ended(ADA, 1, schedule.told(ADA))
    schedule.begin(now)
    schedule.failed(ADA, now)
    assert schedule.next_time() == now + 20


def test_a_wrong_count_is_put_right_and_costs_no_turn() -> None:
    schedule = Schedule(RULES)
    schedule.recorded(ADA, 3, 0)
    assert schedule.begin(10) == [ADA]
    schedule.skipped(ADA, 1, schedule.told(ADA))
    assert schedule.begin(1000) == []
    schedule.recorded(ADA, 2, 1000)
    assert schedule.begin(1010) == [ADA]


def test_what_comes_while_it_is_counted_is_not_forgotten() -> None:
    schedule = Schedule(RULES)
    told = schedule.told(ADA)
    schedule.recorded(ADA, 3, 5)
    schedule.counted(ADA, 0, told, 6)
    assert schedule.begin(15) == [ADA]
    told = schedule.told(ADA)
    schedule.recorded(ADA, 7, 16)
    schedule.ended(ADA, 0, told)
    assert schedule.begin(115) == [ADA]


def test_what_was_found_counts_as_activity_when_it_is_found() -> None:
    schedule = Schedule(RULES)
    schedule.counted(ADA, 30, schedule.told(ADA), 500)
    assert schedule.begin(509) == []
    assert schedule.begin(510) == [ADA]


Step = tuple[str, int, float]
steps = st.lists(
    st.tuples(
        st.sampled_from(("record", "end", "fail", "skip")),
        st.integers(0, 5),
        st.floats(0, 60, allow_nan=False),
    ),
    max_size=80,
)
all_rules = st.builds(
    Rules,
    quiet_seconds=st.floats(0, 50),
    every_seconds=st.floats(0, 200),
    least_episodes=st.integers(1, 6),
    most_at_once=st.integers(1, 3),
    retry_seconds=st.floats(0, 30),
)


@given(all_rules, steps)
def test_the_rules_hold_whatever_happens(rules: Rules, script: list[Step]) -> None:
    schedule, now = Schedule(rules), 0.0
    names = [(str(i),) for i in range(6)]
    active: dict[tuple[str, ...], float] = {}
    begun: dict[tuple[str, ...], float] = {}
    waiting = dict.fromkeys(names, 0)
    asleep: list[tuple[str, ...]] = []
    for what, number, passed in script:
        now += passed
        if what == "record":
            schedule.recorded(names[number], number, now)
            active[names[number]] = now
            waiting[names[number]] += number
        elif asleep:
            name = asleep.pop(number % len(asleep))
            if what == "end":
                schedule.ended(name, 0, schedule.told(name))
                waiting[name] = 0
            elif what == "fail":
                schedule.failed(name, now)
            else:
                schedule.skipped(name, waiting[name], schedule.told(name))
                del begun[name]
        for name in schedule.begin(now):
            assert now >= active[name] + rules.quiet_seconds
            assert now >= begun.get(name, float("-inf")) + rules.every_seconds
            assert waiting[name] >= rules.least_episodes
            assert name not in asleep
            begun[name] = now
            asleep.append(name)
        assert len(asleep) <= rules.most_at_once
    for name in asleep:
        schedule.ended(name, 0, schedule.told(name))
        waiting[name] = 0
    dreamt = set()
    while (due := schedule.next_time()) is not None:
        for name in schedule.begin(max(now, due)):
            dreamt.add(name)
            schedule.ended(name, 0, schedule.told(name))
    assert dreamt == {name for name in names if waiting[name] >= rules.least_episodes}


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_seconds": -1},
        {"every_seconds": float("nan")},
        {"retry_seconds": float("inf")},
        {"least_episodes": 0},
        {"most_at_once": 0},
    ],
)
def test_rules_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInputError, match="give at least"):
        Rules(**wrong)  # type: ignore[arg-type]


def at(hour: int, minute: int = 0, *, day: int = 10, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIENNA).astimezone(UTC)


@pytest.mark.parametrize(
    ("begin", "end", "moment", "inside", "seconds"),
    [
        (1, 6, at(1), True, 0),
        (1, 6, at(5, 59), True, 0),
        (1, 6, at(6), False, 19 * 3600),
        (1, 6, at(0, 30), False, 1800),
        (22, 4, at(23), True, 0),
        (22, 4, at(3, 59), True, 0),
        (22, 4, at(4), False, 18 * 3600),
        # Clocks go forward on 29 March 2026 at 2, and back on 25 October at 3.
        (5, 6, at(1, day=29, month=3), False, 3 * 3600),
        (5, 6, at(1, day=25, month=10), False, 5 * 3600),
    ],
)
def test_hours(begin: int, end: int, moment: datetime, inside: bool, seconds: float) -> None:
    hours = TimeWindow(time(begin), time(end), VIENNA)
    assert hours.include(moment) is inside
    assert hours.seconds_until(moment) == seconds


@pytest.mark.parametrize("pair", [(time(1), time(1)), (time(1, tzinfo=UTC), time(2))])
def test_hours_that_are_none(pair: tuple[time, time]) -> None:
    with pytest.raises(InvalidInputError, match="two different times"):
        TimeWindow(*pair, VIENNA)
