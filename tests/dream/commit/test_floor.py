"""The floor of recall, as a dream measures it."""

import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from helpers_store import HashEmbedder, episode, memory

from langgraph_dreams import DreamStore, EmbedderError, Namespace
from langgraph_dreams.dream.commit.floor import FLOOR
from langgraph_dreams.recall import generic

TOPICS = (
    *("kiln cracked frost", "turtle fridolin sister", "invoice paid tuesday", "roofer friday"),
    *("puppy biscuit named", "choir haydn oratorio", "printer toner empty", "rent landlord euros"),
    *("flight lisbon morning", "dentist may appointment"),
)


class Random(HashEmbedder):
    """Knows nothing of any text."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.random.default_rng(7).normal(size=(len(texts) + 99, self.dimension))
        chosen = vectors[[zlib.crc32(text.encode()) % len(vectors) for text in texts]]
        return np.asarray(chosen / np.linalg.norm(chosen, axis=1, keepdims=True), dtype=np.float32)


class Moody(HashEmbedder):
    """Fails on sentences that are of nobody."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        if generic.QUESTIONS[0] in texts:
            raise EmbedderError("no network")
        return super().embed(texts)


def lived(store: DreamStore) -> Namespace:
    namespace = store.namespace("a")
    namespace.record([episode(n, text, thread=f"t{n}") for n, text in enumerate(TOPICS)])
    return namespace


def remembered(namespace: Namespace, texts: Sequence[str] = TOPICS) -> Namespace:
    cited = {text: f"e{n:04d}" for n, text in enumerate(TOPICS)}
    namespace.vault.put_memories([memory(text, [cited[text]]) for text in texts])
    return namespace


def test_it_is_measured_by_past_questions() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder(dimension=512)) as store:
        namespace = lived(store)
        for text in TOPICS:
            namespace.recall(" ".join(text.split()[:2]))
        report = namespace.dream()
        assert 0 < report.health[FLOOR] < 1
        assert namespace.vault.floor == report.health[FLOOR]
        assert all(namespace.recall(text.split()[0]).items for text in TOPICS[:3])
        assert not namespace.recall("quartz zebra").items


def test_few_questions_tell_nothing_of_an_unknown_embedder() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder(dimension=512)) as store:
        namespace = remembered(lived(store), TOPICS[:3])
        assert FLOOR not in namespace.dream().health


def test_it_is_measured_again_when_there_is_more() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder(dimension=512)) as store:
        namespace = remembered(lived(store))
        first = namespace.dream().health[FLOOR]
        namespace.record([episode(50, "one more")])
        assert FLOOR not in namespace.dream().health
        namespace.record([episode(n, f"a note on the {n}th vase") for n in range(60, 90)])
        report = namespace.dream()
        assert any(f"before from {first:.2f} on" in note for note in report.notes)


def test_a_dry_run_measures_nothing() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder(dimension=512)) as store:
        namespace = remembered(lived(store))
        assert FLOOR not in namespace.dream(dry_run=True).health
        assert namespace.vault.floor is None


def test_an_embedder_that_tells_nothing_apart_gets_no_floor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generic, "_KNOWN", {})
    with DreamStore.in_memory(embedder=Random("random", 8)) as store:
        namespace = remembered(lived(store), TOPICS)
        namespace.dream()
        assert namespace.recall("anything at all").items


def test_a_failing_embedder_does_not_cost_the_dream() -> None:
    with DreamStore.in_memory(embedder=Moody("moody", 64)) as store:
        report = remembered(lived(store)).dream()
        assert report.status == "committed"
        assert any("was not measured" in note and "no network" in note for note in report.notes)
