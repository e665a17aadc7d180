"""A store with a cheap embedder, a namespace in it and its recorder; a file may have its own."""

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

# A fixture that is imported here is made once for all files.
from small_model import shared_small_model as shared_small_model

from langgraph_dreams import DreamStore, EpisodeRecorder, Namespace

# On a busy machine any example may take its time.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage is not measured in slow tests: it takes half as long again, and reaches no more."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """The garbage collector passes over all that is imported: a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=DeterministicFakeEmbedding(size=16)) as opened:
        yield opened


@pytest.fixture
def ada(store: DreamStore) -> Namespace:
    return store.namespace("acme", "ada")


@pytest.fixture
def recorder(ada: Namespace) -> Iterator[EpisodeRecorder]:
    made = EpisodeRecorder(ada)
    yield made
    assert made.close()
