"""Bootstrap intervals of means over questions that come in cases.

Two-level (Efron and Tibshirani 1993; Davison and Hinkley 1997, 3.8): cases are drawn with
replacement, then questions within each drawn case; of a single case only its questions. One set
of draws serves all columns, so that the difference of two columns is a paired one.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 2000
LEVEL = 0.95
SEED = 20240229
_CELLS = 4_000_000
"""Counts held at a time: bounds the memory of a large set to about 32 MB."""


def draw_counts(cases: Sequence[int], resamples: int, rng: np.random.Generator) -> Floats:
    """Counts of each question in each resample: a (resamples, questions) array.

    `cases` names the case of each question. Every resample draws as many cases as there are, and
    of each drawn case as many questions as it has.
    """
    labels = np.asarray(cases)
    order = np.argsort(labels, kind="stable")
    sizes = np.unique(labels, return_counts=True)[1]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    rows = np.arange(resamples)[:, None]
    counts = np.zeros((resamples, len(labels)))
    for _ in range(len(sizes)):
        drawn = rng.integers(len(sizes), size=resamples) if len(sizes) > 1 else rows[:, 0] * 0
        size = sizes[drawn][:, None]
        width = int(sizes.max())
        offset = np.floor(rng.random((resamples, width)) * size).astype(np.int64)
        valid = np.arange(width)[None, :] < size
        flat = (rows * len(labels) + starts[drawn][:, None] + offset)[valid]
        counts += np.bincount(flat, minlength=counts.size).reshape(counts.shape)
    result = np.empty_like(counts)
    result[:, order] = counts
    return result


def intervals(
    values: Floats,
    cases: Sequence[int],
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = SEED,
) -> tuple[Floats, Floats]:
    """Means of the columns of `values` (questions, columns) and their (columns, 2) intervals.

    Percentile intervals of the given level; the mean is over questions, whatever their case.
    Raises ValueError when there are no questions or `cases` has another length.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or not len(values) or len(values) != len(cases):
        raise ValueError(
            f"values of shape {values.shape} and {len(cases)} cases: give a row a question"
        )
    rng = np.random.default_rng(seed)
    means: list[Floats] = []
    step = max(1, _CELLS // len(values))
    for start in range(0, resamples, step):
        counts = draw_counts(cases, min(step, resamples - start), rng)
        means.append(counts @ values / counts.sum(axis=1, keepdims=True))
    tails = [(1 - level) / 2, (1 + level) / 2]
    bounds = np.quantile(np.concatenate(means), tails, axis=0)
    return values.mean(axis=0), bounds.T
