"""Random links of the same degrees."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np

from benchmarks.placebo import degrees, shuffle_links, weights_now
from langgraph_dreams import Link

START = datetime(2023, 1, 1, tzinfo=UTC)


def link(a: str, b: str, weight: float = 0.5) -> Link:
    return Link(
        id=f"{a}-{b}",
        a=a,
        b=b,
        channel="bridge",
        bridge=("rare",),
        weight=weight,
        since=3,
        dream="d1",
        uses=2,
        created=START,
    )


def world(threads: int, each: int) -> tuple[dict[str, str], dict[str, datetime]]:
    ids = [f"i{index:03d}" for index in range(threads * each)]
    thread = {key: f"t{index // each}" for index, key in enumerate(ids)}
    return thread, {key: START + timedelta(minutes=index) for index, key in enumerate(ids)}


def random_links(thread: dict[str, str], count: int) -> list[Link]:
    rng = np.random.default_rng(1)
    allowed = [pair for pair in combinations(thread, 2) if thread[pair[0]] != thread[pair[1]]]
    chosen = rng.choice(len(allowed), size=count, replace=False)
    return [link(allowed[at][1], allowed[at][0], float(rng.random())) for at in chosen]


def test_degrees_and_weights_stay_and_no_pair_is_bad() -> None:
    thread, time = world(10, 12)
    links = random_links(thread, 500)
    shuffled = shuffle_links(links, thread, time)
    assert degrees(shuffled) == degrees(links)
    assert [one.weight for one in shuffled] == [one.weight for one in links]
    assert len({(one.a, one.b) for one in shuffled}) == 500
    assert all(thread[one.a] != thread[one.b] and time[one.a] > time[one.b] for one in shuffled)
    kept = {(one.a, one.b) for one in links} & {(one.a, one.b) for one in shuffled}
    assert len(kept) < 100


def test_nothing_of_the_dream_is_left_on_a_random_link() -> None:
    thread, time = world(4, 5)
    for one in shuffle_links(random_links(thread, 20), thread, time):
        assert (one.channel, one.bridge, one.dream, one.uses, one.since) == (
            "placebo", (), "", 0, 0,
        )  # fmt: skip
    ids = [one.id for one in shuffle_links(random_links(thread, 20), thread, time)]
    assert len(set(ids)) == 20


def test_the_seed_decides() -> None:
    thread, time = world(6, 8)
    links = random_links(thread, 60)
    assert shuffle_links(links, thread, time, 1) == shuffle_links(links, thread, time, 1)
    assert shuffle_links(links, thread, time, 1) != shuffle_links(links, thread, time, 2)


def test_a_hub_that_leaves_no_other_way_still_gives_no_self_link_or_duplicate() -> None:
    thread, time = world(9, 1)
    links = [link(key, "i000") for key in thread if key != "i000"]
    shuffled = shuffle_links(links, thread, time)
    assert all(one.a != one.b for one in shuffled)
    assert Counter((one.a, one.b) for one in shuffled).most_common(1)[0][1] == 1
    assert shuffle_links([], thread, time) == []


def test_weights_are_those_after_all_dreams() -> None:
    kept = link("b", "a", 0.8).model_copy(update={"status": "consolidated"})
    now = weights_now([link("b", "a", 0.8), kept], [1, 2, 3, 4, 5], 0.5)
    assert [one.weight for one in now] == [0.2, 0.8]
