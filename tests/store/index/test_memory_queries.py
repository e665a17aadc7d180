"""What the index knows of memories: citations, validity, and who replaced whom."""

from datetime import timedelta
from pathlib import Path

import pytest
from helpers_store import START, HashEmbedder, episode, memory

from langgraph_dreams import DreamStore, InvalidInputError
from langgraph_dreams.store import NamespaceStore, Standing

DAY = timedelta(days=1)


def filled(store: DreamStore) -> NamespaceStore:
    vault = store.namespace("ada").vault
    vault.add_episodes([episode(number) for number in range(4)])
    return vault


def test_standings_tell_status_validity_and_what_is_cited() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        vault = filled(store)
        fact = memory(
            "fact", ["e0001", "e0002", "e0000", "e-gone"], valid_from=START - DAY, dream="d1"
        )
        insight = memory("insight", ["e0003"], cites=(fact.id, "m-gone"), status="tentative")
        vault.put_memories([fact, insight])
        found = vault.standings([insight.id, fact.id, "m-nobody"])
        since = START.timestamp()
        assert found == {
            fact.id: Standing(
                fact.status, since - 86400, None, "", "d1", ("e0001", "e0002", "e0000"), ()
            ),
            insight.id: Standing("tentative", since, None, "", "", ("e0003",), (fact.id,)),
        }
        assert vault.citing(["e0000", "e0003", "e-none", fact.id]) == {
            "e0000": [fact.id],
            "e0003": [insight.id],
            fact.id: [insight.id],
        }
        with pytest.raises(InvalidInputError, match="standings takes a list"):
            vault.standings(fact.id)


def test_a_change_of_a_memory_shows_and_survives_the_loss_of_the_index(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        vault = filled(store)
        old, new = memory("lives in Rome", ["e0000"]), memory("lives in Oslo", ["e0001"])
        vault.put_memories([old, new])
        assert vault.replaced_by([new.id]) == {}
        ended = {"status": "superseded", "superseded_by": new.id, "valid_to": START + DAY}
        old = old.model_copy(update={**ended, "sources": ("e0002",)})
        vault.put_memories([old])
        before = vault.standings([old.id, new.id])
        assert before[old.id].sources == ("e0002",)
        assert before[old.id].valid_to == (START + DAY).timestamp()
        assert vault.replaced_by([new.id, old.id]) == {old.id: new.id}
        assert vault.citing(["e0000"]) == {}
    lost = [path for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert lost
    for file in lost:
        file.unlink()
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        vault = store.namespace("ada").vault
        assert vault.standings([old.id, new.id]) == before
        assert vault.replaced_by([new.id]) == {old.id: new.id}


@pytest.mark.parametrize(
    ("status", "valid_to", "now", "then", "later"),
    [
        ("active", None, True, True, True),
        ("tentative", None, True, True, True),
        ("superseded", 10.0, False, True, False),
        ("superseded", None, False, False, False),
        ("retired", 10.0, False, True, False),
        ("active", 10.0, True, True, False),
    ],
)
def test_what_holds_when(
    status: str, valid_to: float | None, now: bool, then: bool, later: bool
) -> None:
    standing = Standing(status, 5.0, valid_to, "", "", (), ())
    assert standing.holds() is now
    assert not standing.holds(4.9)
    assert standing.holds(5.0) is then
    assert standing.holds(9.9) is then
    assert standing.holds(10.0) is later


def test_forgotten_memories_leave_no_citation() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        vault = filled(store)
        fact = memory("fact", ["e0000"])
        vault.put_memories([fact])
        vault._state.index.remove_items([fact.id])
        assert vault.standings([fact.id]) == {}
        assert vault.citing(["e0000"]) == {}


def test_searches_up_to_a_time() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        vault = filled(store)
        until = (START + timedelta(minutes=1)).timestamp()
        query = vault.embed(["episode number 3"])
        assert {id_ for id_, _ in vault.dense(query, 9, until=until)[0]} == {"e0000", "e0001"}
        assert {id_ for id_, _ in vault.lexical("episode", 9, until=until)} == {"e0000", "e0001"}
        assert vault.episode_ids(until) == ["e0000", "e0001"]
        assert vault.thread_sizes(["t"], until) == {"t": 2}
        assert vault.thread_sizes(["t"]) == {"t": 4}
        assert len(vault.dense(query, 9)[0]) == 4


def test_words_of_a_memory_weigh_what_they_weigh_among_the_episodes() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        vault = filled(store)
        vault.add_episodes([episode(9, "a kiln fires pottery")])
        rare, common = memory("kiln in the shed"), memory("episode in the shed")
        vault.put_memories([rare, common])
        # To the two memories alone, a word of one of them says nothing at all.
        assert all(score < 0.1 for _, score in vault.lexical("kiln", 5, prefix="m"))
        found = vault.weigh("which kiln or episode?", [rare.id, common.id, "m-nobody"])
        assert found[rare.id] > 10 * found[common.id] > 0
        assert vault.weigh("marathon", [rare.id]) == vault.weigh("the", [rare.id]) == {}
        assert vault.weigh("kiln", []) == {}
