"""A base store of its own for every test, in one store for a module."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from dream_support import SMALL, WordEmbedder

from langgraph_dreams import DreamStore
from langgraph_dreams.namespace.base_store.store import DreamBaseStore

Make = Callable[..., DreamBaseStore]


@pytest.fixture(scope="module")
def dreams() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store


@pytest.fixture
def root() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def make(dreams: DreamStore, root: str) -> Make:
    """Makes base stores over the same namespaces, with settings."""
    return lambda **settings: dreams.as_base_store(root, **settings)


@pytest.fixture
def store(make: Make) -> DreamBaseStore:
    return make()
