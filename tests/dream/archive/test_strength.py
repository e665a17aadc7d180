"""Strength by use and spacing, and the orders of forgetting."""

import math

import pytest

from langgraph_dreams.dream.archive.order import (
    Candidate,
    Strategy,
    at_random,
    forgetting_by,
    oldest_first,
    strategy,
    weakest_first,
)
from langgraph_dreams.dream.archive.strength import NEVER, strength

DAY = 86_400.0
NOW = 100 * DAY


def test_one_use_fades_with_time_and_by_the_published_constants() -> None:
    assert strength([NOW - DAY], NOW) == pytest.approx(math.log(DAY**-0.177))
    assert strength([NOW - DAY], NOW) > strength([NOW - 9 * DAY], NOW)
    assert strength([], NOW) == NEVER


def test_every_use_makes_stronger() -> None:
    once = strength([NOW - 50 * DAY], NOW)
    twice = strength([NOW - 50 * DAY, NOW - 40 * DAY], NOW)
    assert once < twice < strength([NOW - 50 * DAY, NOW - 40 * DAY, NOW - 9 * DAY], NOW)


@pytest.mark.parametrize("apart", [60.0, 3600.0, DAY])
def test_uses_that_lie_apart_last_longer_than_a_burst(apart: float) -> None:
    """The first and the number are the same, and the burst ends later than it began at most."""
    first = NOW - 90 * DAY
    burst = [first + i for i in range(4)]
    spaced = [first + i * apart for i in range(4)]
    assert strength(spaced, NOW) > strength(burst, NOW)


def test_age_alone_is_no_weakness() -> None:
    old_and_used = [NOW - 90 * DAY, NOW - 60 * DAY, NOW - 30 * DAY, NOW - 2 * DAY]
    assert strength(old_and_used, NOW) > strength([NOW - DAY], NOW)


def test_the_order_of_uses_given_does_not_matter_nor_does_the_present_moment() -> None:
    assert strength([NOW - 5, NOW - 9], NOW) == strength([NOW - 9, NOW - 5], NOW)
    assert math.isfinite(strength([NOW, NOW, NOW], NOW))


ITEMS = [Candidate("a", 3.0, 1.0), Candidate("b", 1.0, 3.0), Candidate("c", 2.0, 2.0)]


def test_orders() -> None:
    assert [c.id for c in weakest_first(ITEMS)] == ["b", "c", "a"]
    assert [c.id for c in oldest_first(ITEMS)] == ["a", "c", "b"]
    shuffled = at_random(1)
    assert shuffled(ITEMS) == shuffled(ITEMS[::-1])
    assert len({tuple(c.id for c in at_random(seed)(ITEMS)) for seed in range(20)}) > 1


def test_another_strategy_holds_only_within() -> None:
    usual = strategy()
    other = Strategy(oldest_first, only_borne=False)
    with pytest.raises(RuntimeError), forgetting_by(other):
        raise RuntimeError(strategy() is other)
    assert strategy() is usual
