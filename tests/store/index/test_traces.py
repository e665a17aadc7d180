"""Of what was taken out of the index nothing is left, and the rest is as if built from nothing."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, memory

from langgraph_dreams.store import Backend, NamespaceStore

FORMS = ("Kiln", "kiln", "kilns", "KILN", "Potteries", "pottery", "POTTERY", "glazing", "Glazed")
MORE = ("München", "straße", "C++", "o'clock", "x-ray", "陶芸", "кухня", "naïve", "e.g.", "3.5")


def content(vault: NamespaceStore) -> dict[str, list[tuple[object, ...]]]:
    """What the index knows of words, whatever its rows are numbered."""
    found = {"stems": sorted(vault._rows("SELECT term, episodes, written FROM stems"))}
    for name in ("episode_words", "idle_words", "memory_words", "rehearsal_words"):
        found[name] = sorted(vault._rows(f"SELECT text FROM {name}"))
    for kind in ("kiln", "potteri", "münchen", "кухн"):
        found[kind] = [(id_,) for id_ in vault.postings([kind], 100)[kind]]
    return found


def text(chance: random.Random, number: int) -> str:
    words = chance.sample([*FORMS, *MORE], 5)
    return f"{' '.join(words)} own{number}x of {chance.choice(['Ada', 'ada'])}."


def file_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "index").iterdir()))


@pytest.mark.parametrize("language", ["", "en", "de"])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_as_if_built_from_nothing(tmp_path: Path, seed: int, language: str) -> None:
    chance = random.Random(seed)
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder(), language=language or None)
    vault.add_episodes([episode(n, text(chance, n)) for n in range(20)])
    told = [memory(text(chance, n)) for n in range(100, 104)]
    vault.put_memories(told)
    for _ in range(2):
        gone = chance.sample(vault.episode_ids(), 6)
        vault.erase_items(gone)
        vault.erase_items([told.pop().id])
        vault.remove_traces()
        words = [f"own{int(id_[1:])}x".encode() for id_ in gone]
        assert not [word for word in words if word in file_of(tmp_path)]
        cleaned = content(vault)
        assert vault._rows("SELECT * FROM loose") == []
        vault._state.start_anew()
        assert content(vault) == cleaned
    backend.close()


def test_it_is_not_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(n) for n in range(6)])
    index = vault._state.index
    monkeypatch.setattr(type(index), "start_anew", lambda self: pytest.fail("built anew"))
    vault.erase_items(["e0001"])
    vault.remove_traces()
    assert vault.count()["episodes"] == 5
    backend.close()
    monkeypatch.undo()
    backend = Backend.open(tmp_path)  # the next opening sees nothing to do either
    vault = backend.vault(("a",), HashEmbedder())
    monkeypatch.setattr(type(index), "start_anew", lambda self: pytest.fail("built anew"))
    assert vault.count()["episodes"] == 5
    backend.close()


def test_an_older_file_is_built_anew_once(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(1, "A quibbling zither."), episode(2, "Tea.")])
    backend.close()
    (path,) = (tmp_path / "index").glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as db:  # taken out before it was noted
        db.execute("DROP TABLE loose")
        db.commit()
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.erase_items(["e0001"])
    vault.remove_traces()
    assert b"zither" not in file_of(tmp_path)
    assert vault._state.index.fact("untold") == ""
    assert vault.episode_ids() == ["e0002"]
    backend.close()
