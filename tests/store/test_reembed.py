"""Another embedder for a namespace, whole or not at all."""

from pathlib import Path

import numpy as np
import pytest
from helpers_store import HashEmbedder, episode, link, memory, text_of

from langgraph_dreams.errors import EmbedderError, EmbedderMismatchError, NamespaceError
from langgraph_dreams.store import Backend
from langgraph_dreams.store.chroma.jitter import jitter


class FailingLater(HashEmbedder):
    """Fails at its second call."""

    def embed(self, texts):  # type: ignore[no-untyped-def]
        if self.calls:
            raise RuntimeError("gone")
        return super().embed(texts)


def test_reembedding_changes_vectors_and_nothing_else(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    old, new = HashEmbedder(), HashEmbedder("new", 512)
    vault = backend.vault(("a",), old)
    vault.add_episodes([episode(n) for n in range(230)])
    kept = memory("a memory")
    vault.put_memories([kept])
    vault.put_links([link("e0002", "e0001")])
    vault.mark_dreamt(["e0005"], "d1")
    counts, seen = vault.count(), []
    with pytest.raises(EmbedderError, match="gone"):
        backend.reembed(("a",), FailingLater("new", 512))
    assert vault.count() == counts  # still the former
    assert not any("belongs to no namespace" in found.text for found in backend.check())
    assert backend.reembed(("a",), new, lambda *done: seen.append(done)) == 231
    assert seen == [(200, 231), (231, 231)]
    with pytest.raises(EmbedderMismatchError, match="'new' in 512"):
        vault.count()
    backend.close()
    backend = Backend.open(tmp_path)
    again = backend.vault(("a",), new)
    assert again.count() == counts
    assert again.get([kept.id]) == {kept.id: kept}
    assert again.get(["e0005"])["e0005"].dreamt == "d1"  # type: ignore[union-attr]
    wanted = jitter(["e0007"], new.embed([text_of(7)]))
    np.testing.assert_allclose(again.vectors(["e0007"]), wanted, atol=1e-6)
    assert again.dense(new.embed([text_of(7)]), 1)[0][0][0] == "e0007"
    assert not [found for found in backend.check() if found.level != "ok"]
    backend.close()


def test_an_unknown_namespace_cannot_be_reembedded(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    with pytest.raises(NamespaceError, match="no namespace"):
        backend.reembed(("nobody",), HashEmbedder())
    backend.close()
