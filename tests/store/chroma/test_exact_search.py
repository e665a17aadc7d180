"""Small namespaces are searched exactly, also where HNSW loses its way."""

import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dream_support import episode

from langgraph_dreams import DreamStore
from langgraph_dreams.store.chroma.collection import ItemVectors


class Alike:
    """Vectors that are all about equally far from each other, the same for the same text."""

    name = "alike"
    dimension = 256

    def embed(self, texts: list[str]) -> np.ndarray:
        rows = [np.random.default_rng(zlib.crc32(t.encode())).normal(size=256) for t in texts]
        array = np.array(rows, dtype=np.float32).reshape(len(texts), 256)
        return array / np.maximum(np.linalg.norm(array, axis=1, keepdims=True), 1e-12)


@pytest.mark.parametrize("most", [1000, 0])
def test_every_text_finds_itself_and_both_searches_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("langgraph_dreams.store.vault.search.EXACT_MOST", most)
    with DreamStore.open(tmp_path, embedder=Alike()) as store:
        ada = store.namespace("ada")
        texts = [f"note number {n} of the day" for n in range(300)]
        for start in range(0, 300, 100):
            ada.record([episode(t, day=n) for n, t in enumerate(texts[start : start + 100], start)])
            hits = ada.vault.dense(ada.vault.embed(texts[: start + 100]), 3)
            assert all(len(found) == 3 for found in hits)
            assert all(found == sorted(found, key=lambda h: -h[1]) for found in hits)
            own = [ada.episodes([found[0][0]])[0].text for found in hits]
            same = sum(a == b for a, b in zip(own, texts, strict=False)) / len(own)
            assert same == 1.0 if most else same > 0.9
            assert hits[0][0][1] == pytest.approx(1.0, abs=1e-4)


def test_a_namespace_that_outgrows_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langgraph_dreams.store.vault.search.EXACT_MOST", 10)
    with DreamStore.open(tmp_path, embedder=Alike()) as store:
        ada = store.namespace("ada")
        for n in range(20):
            ada.record([episode(f"note number {n}", day=n)])
            assert len(ada.vault.dense(ada.vault.embed(["note number 0"]), 50)[0]) == n + 1


def test_what_comes_and_goes_is_seen_by_the_next_question(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=Alike()) as store:
        ada = store.namespace("ada")

        def found(text: str) -> list[str]:
            hits = ada.vault.dense(ada.vault.embed([text]), 9)[0]
            return [ada.episodes([id_])[0].text for id_, _ in hits]

        one, two, three = (episode(f"note {n}", day=n) for n in range(3))
        ada.record([one, two])
        assert found("note 0") == ["note 0", "note 1"]
        ada.forget(episodes=[one.id])
        ada.record([three])  # as many as before
        assert found("note 2") == ["note 2", "note 1"]
        ada.forget(episodes=[two.id])
        assert found("note 1") == ["note 2"]
        ada.record([one])
        assert found("note 0")[0] == "note 0"


def test_what_is_let_go_of_while_vectors_are_read_harms_no_search() -> None:
    vectors = ItemVectors()
    query = np.eye(1, 4, dtype=np.float32)

    class Items:
        name = "items"
        forgetting: threading.Thread | None = None

        def vectors(self, ids: list[str]) -> dict[str, np.ndarray]:
            if self.forgetting is not None:  # another thread forgets, while this one reads
                self.forgetting.start()
                self.forgetting.join(0.2)
            return {id_: np.full(4, float(id_[1:]), dtype=np.float32) for id_ in ids}

    items: Any = Items()
    assert len(vectors.nearest(items, ["e1", "e2"], query, 5)[0]) == 2
    items.forgetting = threading.Thread(target=vectors.clear)
    assert [i for i, _ in vectors.nearest(items, ["e1", "e2", "e3"], query, 5)[0]] == [
        "e3",
        "e2",
        "e1",
    ]
    items.forgetting.join()
    assert vectors.held(items, ["e1"]) == {}
