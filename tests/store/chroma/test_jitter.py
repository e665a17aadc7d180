"""Texts that are said again and again hide no others from the index."""

import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from helpers_store import HashEmbedder, episode

from langgraph_dreams.store import Backend
from langgraph_dreams.store.chroma.jitter import APART, jitter

SIZE, SHARE = 2000, 0.5


class FarApart(HashEmbedder):
    """Texts that differ have nothing in common."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        seeds = [zlib.crc32(text.encode()) for text in texts]
        drawn = [np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds]
        vectors = np.array(drawn, dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_step_is_small_its_own_and_always_the_same() -> None:
    vectors = HashEmbedder(dimension=384).embed(["all is well"] * 50)
    ids = [f"e{number}" for number in range(50)]
    moved = jitter(ids, vectors)
    np.testing.assert_array_equal(moved, jitter(ids, vectors))
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-6)
    assert np.linalg.norm(moved - vectors, axis=1).max() < 1.01 * APART
    gaps = 1 - (moved @ moved.T)[np.triu_indices(50, 1)]
    assert gaps.min() > 2e-7  # float32 tells them from equal ones
    assert jitter([], vectors[:0]).shape == (0, 384)


@pytest.mark.slow
def test_what_is_said_a_thousand_times_hides_nothing(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path / "store")
    vault = backend.vault(("a",), FarApart())
    same = np.random.default_rng(1).random(SIZE) < SHARE
    made = [episode(n, "all is well" if same[n] else "") for n in range(SIZE)]
    for start in range(0, SIZE, 200):
        vault.add_episodes(made[start : start + 200])
    ids = [one.id for one in made if one.text != "all is well"]
    near = vault._state.items.nearest(vault.vectors(ids), 1)
    found = [hits[0][0] for hits in near]
    assert sum(a == b for a, b in zip(found, ids, strict=True)) >= 0.95 * len(ids)
    backend.close()


@pytest.mark.slow
def test_where_nine_of_ten_say_the_same_every_other_item_is_found(tmp_path: Path) -> None:
    with closing(Backend.open(tmp_path / "store")) as backend:
        vault = backend.vault(("a",), FarApart())
        same = np.random.default_rng(1).random(SIZE) < 0.9
        texts = [
            ("all is well", f"all is well, {n}")[n % 2] if same[n] else "" for n in range(SIZE)
        ]
        made = [episode(n, text) for n, text in enumerate(texts)]
        for start in range(0, SIZE, 200):
            vault.add_episodes(made[start : start + 200])
        ids = [one.id for one, said in zip(made, texts, strict=True) if not said]
        assert [hits[0][0] for hits in vault.dense(vault.vectors(ids), 1)] == ids
        assert [hits[0][0] for hits in vault.dense(vault.vectors(ids[:5]), 1, until=1e12)] == ids[
            :5
        ]
