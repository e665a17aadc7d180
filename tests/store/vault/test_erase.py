"""When most of a namespace was erased its index is built anew, with the same items and vectors."""

from pathlib import Path

import numpy as np
import pytest
from helpers_store import HashEmbedder, episode

from langgraph_dreams import DreamStore, Namespace, StoreError
from langgraph_dreams.store import reembed
from langgraph_dreams.store.chroma.collection import Collection

SIZE = 60


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reembed, "_MANY", 10)


def opened(path: Path) -> DreamStore:
    return DreamStore.open(path, embedder=HashEmbedder())


def filled(store: DreamStore) -> Namespace:
    ada = store.namespace("acme", "ada")
    ada.record([episode(n) for n in range(SIZE)])
    return ada


def assert_kept(store: DreamStore, left: dict[str, str], vectors: np.ndarray) -> None:
    ada = store.namespace("acme", "ada")
    assert {e.id: e.text for e in ada.episodes()} == left
    np.testing.assert_allclose(ada.vault.vectors(list(left)), vectors, atol=1e-6)
    near = ada.vault._state.items.nearest(vectors, 1)
    assert [hits[0][0] for hits in near] == list(left)
    assert [finding for finding in store.check() if finding["level"] != "ok"] == []


@pytest.mark.parametrize("at_once", [True, False])
def test_most_of_it_erased_the_rest_is_in_a_new_index(tmp_path: Path, at_once: bool) -> None:
    with opened(tmp_path) as store:
        ada = filled(store)
        first = ada.vault._state.items.name
        ids = [e.id for e in ada.episodes()]
        gone, rest = ids[: SIZE - 15], ids[SIZE - 15 :]
        left = {e.id: e.text for e in ada.episodes(rest)}
        vectors = ada.vault.vectors(rest)
        for batch in [gone] if at_once else (gone[:9], gone[9:20], gone[20:31], gone[31:]):
            assert ada.forget(episodes=batch).compacted
        assert ada.vault._state.items.name != first
        assert_kept(store, left, vectors)
        ada.record([episode(SIZE + 1)])
        assert ada.counts()["episodes"] == 16
        ada.forget(episodes=[ada.episodes()[-1].id])
    with opened(tmp_path) as store:
        assert_kept(store, left, vectors)


def test_a_smaller_part_leaves_the_index(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ada = filled(store)
        first = ada.vault._state.items.name
        ada.forget(episodes=[e.id for e in ada.episodes()[: SIZE // 3]])
        assert ada.vault._state.items.name == first


@pytest.mark.parametrize("step", ["add", "count", "put"])
def test_cut_short_while_it_is_built_it_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with opened(tmp_path) as store:
        ada = filled(store)
        ids = [e.id for e in ada.episodes()]
        rest = ids[SIZE - 15 :]
        left = {e.id: e.text for e in ada.episodes(rest)}
        vectors = ada.vault.vectors(rest)

        def dies(*_: object) -> None:
            raise StoreError("killed")

        with monkeypatch.context() as patch:
            if step == "put":
                patch.setattr(ada.vault._state.registry, "put", dies)
            elif step == "count":
                real, copied = Collection.count, ada.vault._state.items.name

                def count(self: Collection) -> int:
                    return real(self) if self.name == copied else dies() or 0

                patch.setattr(Collection, "count", count)
            else:
                patch.setattr(Collection, "add", dies)
            with pytest.raises(StoreError, match="killed"):
                ada.forget(episodes=ids[: SIZE - 15])
    with opened(tmp_path) as store:
        store.namespace("acme", "ada").dream(dry_run=True)
        assert_kept(store, left, vectors)
        name = store.namespace("acme", "ada").vault._state.items.name
        assert not name.endswith(".1")
