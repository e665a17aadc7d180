"""Clients of one server read what others have changed, all of it, and nothing besides."""

import threading
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings
from helpers_store import HashEmbedder, episode, link, memory

from langgraph_dreams.store import Backend, NamespaceStore, namespace_state
from langgraph_dreams.store.chroma.collection import Collection
from langgraph_dreams.store.records import revisions
from langgraph_dreams.store.records.revisions import Revision, Revisions

TURNS = 40


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[NamespaceStore]]:
    """Three clients of one namespace that others may write to."""
    monkeypatch.setattr(namespace_state, "CHECK_EVERY", 0.0)
    client = chromadb.PersistentClient(str(tmp_path), Settings(anonymized_telemetry=False))
    backends = [Backend.attach(client) for _ in range(3)]
    vaults = [backend.vault(("shared",), HashEmbedder()) for backend in backends]
    vaults[0].add_episodes([episode(n) for n in range(TURNS)])
    vaults[0].mark_dreamt(["e0000"], "d0")
    assert [vault.count()["episodes"] for vault in vaults] == [TURNS] * 3
    yield vaults
    for backend in backends:
        backend.close()
    client.close()


def log_of(vault: NamespaceStore) -> Revisions:
    return vault._state.revisions


def last(vault: NamespaceStore) -> int:
    return log_of(vault).read().at


class Spy:
    """Ids of the items that are read from Chroma; "*" where all are listed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        rows, ids = Collection.rows, Collection.ids

        def told_rows(own: Collection, wanted: Iterator[str], texts: bool = False) -> object:
            found = rows(own, wanted := list(wanted), texts)
            self.read += [id_ for id_ in wanted if ".items." in own.name]
            return found

        def told_ids(own: Collection, start: int = 0) -> list[str]:
            self.read += [] if start else ["*"]
            return ids(own, start)

        monkeypatch.setattr(Collection, "rows", told_rows)
        monkeypatch.setattr(Collection, "ids", told_ids)


def test_only_what_changed_is_read(
    clients: list[NamespaceStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespace_state, "_TAIL", 10)
    one, other, _ = clients
    other.count()
    spy = Spy(monkeypatch)
    one.add_episodes([episode(n) for n in range(TURNS, TURNS + 3)])
    spy.read.clear()
    assert other.count()["episodes"] == TURNS + 3
    assert {*spy.read} == {f"e{n:04d}" for n in range(TURNS, TURNS + 3)}
    one.mark_dreamt(["e0001", "e0002"], "d1")
    one.put_links([link("e0002", "e0001")])
    spy.read.clear()
    assert other.count()["undreamt"] == TURNS
    assert other.edges(["e0001"])[0].a == "e0002"
    assert {*spy.read} == {"e0001", "e0002"}
    said = memory("she said so", status="active")
    one.put_memories([said])
    one.remove_memories([said.id])
    one.put_memories([said])
    assert other.memory_ids() == [said.id]
    spy.read.clear()
    other.count()
    assert spy.read == []


def test_a_turn_that_comes_while_another_goes_is_found(clients: list[NamespaceStore]) -> None:
    one, other, _ = clients
    one.erase_items(["e0003", "e0004"])
    one.add_episodes([episode(n) for n in range(TURNS, TURNS + 3)])
    assert other.known([f"e{n:04d}" for n in range(TURNS + 3)]) == one.known(
        [f"e{n:04d}" for n in range(TURNS + 3)]
    )
    assert other.count() == one.count()


def test_no_announcement_is_lost_between_writers(clients: list[NamespaceStore]) -> None:
    begun, each = last(clients[0]), 12

    def write(vault: NamespaceStore, place: int) -> None:
        for n in range(each):
            vault.mark_dreamt([f"e{1 + place * each + n:04d}"], f"d{place}")

    threads = [
        threading.Thread(target=write, args=(vault, place)) for place, vault in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert last(clients[0]) == begun + 3 * each
    told = log_of(clients[0]).read(begun).ids
    assert told == {f"e{1 + n:04d}" for n in range(3 * each)}
    for vault in clients:
        assert vault.count()["undreamt"] == TURNS - 1 - 3 * each


def test_who_was_away_for_long_reads_everything(
    clients: list[NamespaceStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "KEPT", 4)
    monkeypatch.setattr(revisions, "_TRIM", 2)
    one, other, third = clients
    for n in range(1, 20):
        one.mark_dreamt([f"e{n:04d}"], "d1")
        third.count()
    assert log_of(one).read(1).ids is None
    near = log_of(one).read(last(one) - 2)
    assert near.ids == {"e0018", "e0019"}
    kept = [row.id for row in one._state.records.where(**{"is": "revision"})]
    assert len(kept) <= 8
    for vault in (other, third):
        assert vault.count()["undreamt"] == TURNS - 20


def test_an_announcement_that_comes_too_late_takes_the_next_number(
    clients: list[NamespaceStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that slept while the numbers after its own were used and deleted."""
    monkeypatch.setattr(revisions, "KEPT", 4)
    monkeypatch.setattr(revisions, "_TRIM", 2)
    one, other, _ = clients
    for n in range(1, 16):
        one.mark_dreamt([f"e{n:04d}"], "d1")
    highest = last(one)
    log, read = log_of(other), Revisions.read
    for number, asleep in enumerate((3, 0), highest + 1):
        old = [Revision({}, asleep, frozenset())]

        def late(at: int = 0, old: list[Revision] = old) -> Revision:
            return old.pop() if old else read(log, at)

        monkeypatch.setattr(log, "read", late)
        assert log.changed("0", ["e0020"], 0) == number
        assert log.read(number - 1).ids == {"e0020"}


def test_many_ids_are_told_as_all(
    clients: list[NamespaceStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "_MOST", 5)
    one, other, _ = clients
    begun = last(one)
    one.mark_dreamt([f"e{n:04d}" for n in range(10, 20)], "d1")
    assert log_of(one).read(begun).ids is None
    assert other.count()["undreamt"] == TURNS - 11


def test_marks_of_an_earlier_version_are_seen(clients: list[NamespaceStore]) -> None:
    one, other, _ = clients
    one._state.items.annotate({"e0005": {"dreamt": "d1"}})
    Revisions(one._state.records, shared=False).changed("7", None, 0)
    assert other.count()["undreamt"] == TURNS - 2
