"""A registry entry serves the namespace it was made for, and no other."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from helpers_store import HashEmbedder, episode

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import Backend
from langgraph_dreams.store.chroma.clients import open_memory
from langgraph_dreams.store.validation import namespace_key


@pytest.fixture
def backend() -> Iterator[Backend]:
    backend = Backend.memory()
    for name in ("ada", "bob"):
        backend.vault((name,), HashEmbedder()).add_episodes([episode(1, f"the secret of {name}")])
    yield backend
    backend.close()


@pytest.mark.parametrize("field", ["parts", "items"])
def test_an_entry_that_names_another_namespace_is_refused(backend: Backend, field: str) -> None:
    ada, bob = namespace_key(("ada",)), namespace_key(("bob",))
    records = backend.registry._records
    theirs = records.rows([bob])[bob].fields
    changed: dict[str, Any] = {field: theirs[field]}
    records.annotate({ada: changed})
    backend._states.clear()
    with pytest.raises(StoreError, match="another namespace's"):
        backend.vault(("ada",), HashEmbedder())
    found = backend.vault(("bob",), HashEmbedder()).get(["e0001"])
    assert [e.text for e in found.values()] == ["the secret of bob"]
    assert json.loads(theirs["parts"]) == ["bob"]


def test_an_entry_of_its_own_is_served(backend: Backend) -> None:
    backend._states.clear()
    assert backend.vault(("ada",), HashEmbedder()).count()["episodes"] == 1


def test_nothing_of_a_store_in_memory_outlives_it() -> None:
    backend = Backend.memory()
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(0, "something")])
    prefix = backend.registry.prefix
    client = open_memory()
    here = [one.name for one in client.list_collections() if one.name.startswith(prefix)]
    assert len(here) == 3  # namespaces, items, records
    backend.close()
    assert not {one.name for one in client.list_collections()} & set(here)
