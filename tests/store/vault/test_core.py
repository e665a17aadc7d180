"""The core as a vault keeps it: whole, for one namespace, and seen by others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dream_support import WordEmbedder

from langgraph_dreams import DreamStore, InvalidInputError, Namespace
from langgraph_dreams.types.items import Core, CoreLine


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


def test_the_core_is_kept_whole_and_for_its_namespace_only(tmp_path: Path) -> None:
    core = Core(
        lines=(CoreLine(memory="m1", text="Zürich “☂” \ud800", sources=("e1", "e2")),),
        tokens=9,
        changed=5,
    )
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        vault = store.namespace("acme", "ada").vault
        assert vault.get_core() == Core()
        vault.put_core(Core(changed=1))
        vault.put_core(core)
        assert store.namespace("acme", "bob").vault.get_core() == Core()
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        found = store.namespace("acme", "ada").vault.get_core()
        assert found.lines[0].text == "Zürich “☂” \ufffd"
        assert found.model_copy(update={"lines": core.lines}) == core
        assert ("acme", "ada") in store.namespaces()
        with pytest.raises(InvalidInputError):
            store.namespace("acme", "ada").vault.put_core({"lines": []})  # type: ignore[arg-type]


def test_a_written_core_is_a_change_that_other_clients_see(ada: Namespace) -> None:
    before = ada.vault._state.revisions.read()
    ada.vault.put_core(Core(changed=3))
    assert ada.vault._state.revisions.read() != before
