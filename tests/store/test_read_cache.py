"""What is kept of what was read: by weight, the longest unused first, and never what changed."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, memory

from langgraph_dreams.store import Backend, NamespaceStore
from langgraph_dreams.store.read_cache import ReadCache
from langgraph_dreams.types.items import Memory


class Source:
    """Answers with the keys in capitals, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, keys: list[str]) -> Mapping[str, str]:
        self.asked += keys
        return {key: key.upper() for key in keys if key != "unknown"}


def test_values_come_in_the_order_asked_and_are_read_once() -> None:
    cache, source = ReadCache[str, str](10), Source()
    assert list(cache.get(["b", "a", "unknown", "b"], source).items()) == [("b", "B"), ("a", "A")]
    assert list(cache.get(["a", "c", "b"], source)) == ["a", "c", "b"]
    assert source.asked == ["b", "a", "unknown", "c"]


def test_the_longest_unused_go_first() -> None:
    cache, source = ReadCache[str, str](2), Source()
    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get([key], source)
    assert source.asked == ["a", "b", "c", "b"]


def test_values_are_weighed() -> None:
    cache, source = ReadCache[str, str](3, len), Source()
    for keys in (["aa", "b"], ["dddd"], ["aa", "b"], ["cc"], ["b"], ["aa"]):
        assert list(cache.get(keys, source)) == keys
    assert source.asked == ["aa", "b", "dddd", "cc", "aa"]


def test_what_changes_while_it_is_read_is_answered_and_not_kept() -> None:
    cache, source = ReadCache[str, str](10), Source()

    def meanwhile(keys: list[str]) -> Mapping[str, str]:
        cache.drop(["other"])
        return dict.fromkeys(keys, "former")

    assert cache.get(["a"], meanwhile) == {"a": "former"}
    assert cache.get(["a"], source) == {"a": "A"}
    cache.clear()
    cache.get(["a"], source)
    assert source.asked == ["a", "a"]


@pytest.fixture
def vault(tmp_path: Path) -> NamespaceStore:
    made = Backend.open(tmp_path).vault(("a",), HashEmbedder())
    made.add_episodes([episode(n, f"turn {n}") for n in range(4)])
    made.put_memories([memory("she likes pottery", status="active")])
    return made


def test_items_are_read_as_they_are_now(vault: NamespaceStore) -> None:
    (name,) = vault.memory_ids()
    known = vault.get(["e0000", name])[name]
    assert isinstance(known, Memory)
    vault.put_memories([known.model_copy(update={"status": "retired"})])
    vault.mark_dreamt(["e0000"], "d1")
    found = vault.get(["e0000", name])
    assert (found["e0000"].dreamt, found[name].status) == ("d1", "retired")  # type: ignore[union-attr]
    vault.erase_items(["e0000", name])
    assert vault.get(["e0000", name]) == {}


def test_threads_are_read_as_they_are_now(vault: NamespaceStore) -> None:
    assert vault.neighbours(["e0003"], 2) == {"e0003": [(-2, "e0001"), (-1, "e0002")]}
    thread = vault.facts(["e0003"])["e0003"].thread
    vault.add_episodes([episode(4, "one more")])
    assert vault.neighbours(["e0003"], 1) == {"e0003": [(-1, "e0002"), (1, "e0004")]}
    assert vault.thread_sizes([thread]) == {thread: 5}
    vault.erase_items(["e0002"])
    assert vault.neighbours(["e0003"], 1) == {"e0003": [(-1, "e0001"), (1, "e0004")]}
    assert vault.thread_sizes([thread]) == {thread: 4}
    assert vault.facts(["e0002"]) == {}


def test_another_connection_to_the_index_is_noticed(vault: NamespaceStore, tmp_path: Path) -> None:
    assert vault.facts(["e0001"])["e0001"].speaker == ""
    (path,) = (tmp_path / "index").glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE items SET speaker = 'Ada' WHERE id = 'e0001'")
    assert vault.facts(["e0001"])["e0001"].speaker == "Ada"
