"""The bootstrap of the benchmark."""

import numpy as np
import pytest

from benchmarks.statistics import draw_counts, intervals


def test_draws_as_many_questions_as_the_drawn_cases_hold() -> None:
    cases = [0] * 3 + [1] * 5
    counts = draw_counts(cases, 400, np.random.default_rng(1))
    assert counts.shape == (400, 8)
    drawn = counts[:, :3].sum(axis=1), counts[:, 3:].sum(axis=1)
    assert set(np.unique(drawn[0])) == {0.0, 3.0, 6.0}
    assert set(np.unique(drawn[1])) == {0.0, 5.0, 10.0}
    assert np.all(drawn[0] / 3 + drawn[1] / 5 == 2)


def test_counts_follow_the_order_of_the_questions_given() -> None:
    counts = draw_counts([1, 0, 1, 0, 0], 300, np.random.default_rng(2))
    assert set(np.unique(counts[:, [1, 3, 4]].sum(axis=1))) <= {0.0, 3.0, 6.0}
    assert set(np.unique(counts[:, [0, 2]].sum(axis=1))) <= {0.0, 2.0, 4.0}


def test_a_single_case_is_a_plain_bootstrap_of_its_questions() -> None:
    values = np.random.default_rng(3).random((400, 1))
    means, bounds = intervals(values, [0] * 400)
    error = values.std() / np.sqrt(400)
    assert means[0] == pytest.approx(values.mean())
    assert bounds[0, 0] == pytest.approx(values.mean() - 1.96 * error, abs=0.3 * error)
    assert bounds[0, 1] == pytest.approx(values.mean() + 1.96 * error, abs=0.3 * error)


def test_cases_that_differ_widen_the_interval() -> None:
    values = np.repeat([0.0, 1.0, 0.0, 1.0], 50)[:, None]
    together = intervals(values, [0] * 200)[1][0]
    apart = intervals(values, np.repeat(np.arange(4), 50).tolist())[1][0]
    assert together[0] > 0.4
    assert apart.tolist() == [0.0, 1.0]


def test_columns_share_their_draws_so_that_differences_are_paired() -> None:
    first = np.random.default_rng(4).random(100)
    columns = np.stack([first + 0.1, first, np.full(100, 0.1)], axis=1)
    _, bounds = intervals(np.stack([columns[:, 0] - columns[:, 1], columns[:, 2]], 1), [0] * 100)
    assert bounds == pytest.approx(np.full((2, 2), 0.1))


def test_the_same_seed_gives_the_same_interval_and_chunks_do_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.default_rng(5).random((60, 2))
    cases = [index % 3 for index in range(60)]
    whole = intervals(values, cases)[1]
    assert np.array_equal(whole, intervals(values, cases)[1])
    monkeypatch.setattr("benchmarks.statistics._CELLS", 600)
    assert intervals(values, cases)[1] == pytest.approx(whole, abs=0.02)


@pytest.mark.parametrize(("values", "cases"), [(np.zeros((0, 1)), []), (np.zeros((2, 1)), [0])])
def test_nothing_to_average_is_refused(values: np.ndarray, cases: list[int]) -> None:
    with pytest.raises(ValueError, match="give a row a question"):
        intervals(values, cases)
