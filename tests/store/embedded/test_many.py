"""More namespaces than indexes are kept in memory: each finds all that is its own."""

import threading
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, text_of

from langgraph_dreams.store import Backend
from langgraph_dreams.store.chroma import client_gate

NAMESPACES, ROUNDS = 9, 3


def test_indexes_that_were_let_go_of_are_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_gate, "MOST_LOADED", 6)
    backend = Backend.open(tmp_path)
    embedder = HashEmbedder()
    vaults = [backend.vault((f"u{n}",), embedder) for n in range(NAMESPACES)]
    failed: list[BaseException] = []

    def use(place: int) -> None:
        try:
            for turn in range(ROUNDS * 4):
                vault = vaults[(place + turn) % NAMESPACES]
                vault.add_episodes([episode(place * 100 + turn)])
                query = embedder.embed([text_of(place * 100 + turn)])
                assert vault.dense(query, 3)[0][0][0] == f"e{place * 100 + turn:04d}"
                assert len(backend._gate._loaded) <= 6 + 3
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=use, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert backend._gate.generation > 3
    held = {i for vault in vaults for i in vault.episode_ids() if len(vault.vectors([i]))}
    assert held == {f"e{place * 100 + turn:04d}" for place in range(3) for turn in range(12)}
    backend.close()
