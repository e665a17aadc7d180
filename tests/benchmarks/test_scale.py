"""The generated life is the same at every run, and every operation is measured beside bare ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scale.__main__ import main
from benchmarks.scale.life import THREAD, Life
from benchmarks.scale.measure import NIGHT, RECALL, RECORD_ONE, exponent


def test_a_life_is_the_same_at_every_run() -> None:
    one, other = Life(1000), Life(1000)
    assert [one.text(n) for n in range(50)] == [other.text(n) for n in range(50)]
    assert one.question(3) == other.question(3)
    assert one.links(0, 50, 5) == other.links(0, 50, 5)
    texts = [one.text(n) for n in range(3 * THREAD)]
    vectors = one.embed(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    same = vectors[:THREAD] @ vectors[:THREAD].T
    apart = vectors[:THREAD] @ vectors[THREAD : 2 * THREAD].T
    assert same.mean() > apart.mean() + 0.2, "the turns of a thread are of one topic"


def test_the_power_of_a_growth() -> None:
    assert exponent([100, 1000, 10_000], [2, 20, 200]) == pytest.approx(1)
    assert exponent([100, 10_000], [5, 5]) == pytest.approx(0)
    assert exponent([100, 10_000], [1, 10]) == pytest.approx(0.5)


@pytest.mark.slow
def test_every_operation_is_measured(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    assert main(["--items", "120,240", "--questions", "2", "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert [each["items"] for each in figures["sizes"]] == [120, 240]
    for each in figures["sizes"]:
        assert each["counts"]["episodes"] == each["items"] + 200 - THREAD
        assert {RECALL, NIGHT, RECORD_ONE} <= each["milliseconds"].keys()
        assert all(own["cpu"] > 0 for own in each["milliseconds"].values())
    assert RECALL in figures["growth"]
    assert main(["--items", "120,240", "--questions", "2", "--recall-grows", "-9"]) == 1
