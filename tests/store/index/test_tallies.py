"""Numbers of items and links are kept up, not counted; they are what counting would tell."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, link, memory

from langgraph_dreams.store import Backend, NamespaceStore


def counted(vault: NamespaceStore) -> dict[str, int]:
    def number(sql: str) -> int:
        return int(vault._rows(f"SELECT count(*) FROM {sql}")[0][0])

    return {
        "episodes": number("items WHERE kind = 'e'"),
        "memories": number("items WHERE kind = 'm'"),
        "links": number("links WHERE live"),
        "undreamt": number("items WHERE kind = 'e' AND dreamt = ''"),
    }


def matches(vault: NamespaceStore) -> bool:
    archived = vault._rows("SELECT count(*) FROM items WHERE kind = 'e' AND status = 'archived'")
    size = vault._rows("SELECT count(*) FROM items")
    return (
        vault.count() == counted(vault)
        and vault.archive_size() == archived[0][0]
        and vault.size() == size[0][0]
    )


@pytest.mark.parametrize("seed", range(3))
def test_after_any_change(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    ids = [f"e{n:04d}" for n in range(12)]
    memories = [memory(f"she likes {thing}") for thing in ("tea", "clay", "rain")]
    vault.add_episodes([episode(n) for n in range(12)])
    changes = (
        lambda: vault.mark_dreamt(chance.sample(ids, 4), chance.choice(["d1", "d2", ""])),
        lambda: vault.mark_archived({chance.choice(ids): chance.choice(["m1", ""])}),
        lambda: vault.put_memories(chance.sample(memories, 2)),
        lambda: vault.remove_memories([chance.choice(memories).id]),
        lambda: vault.put_links(
            [link(*chance.sample(ids, 2), status=chance.choice(["tentative", "expired"]))]
        ),
        lambda: vault.remove_links(chance.sample(vault.links(), min(1, len(vault.links())))),
    )
    for _ in range(25):
        chance.choice(changes)()
        assert matches(vault)
    vault.erase_items(chance.sample(ids, 3))
    assert matches(vault)
    backend.close()


def test_an_index_without_them_is_counted_once(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    vault.add_episodes([episode(n) for n in range(4)])
    vault.put_links([link("e0003", "e0001")])
    expected = vault.count()
    backend.close()
    (path,) = (tmp_path / "index").glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as db:
        for name in ("added", "gone", "changed"):
            db.execute(f"DROP TRIGGER items_{name}")
            db.execute(f"DROP TRIGGER links_{name}")
        db.execute("DROP TABLE tallies")
        db.commit()
    backend = Backend.open(tmp_path)
    vault = backend.vault(("a",), HashEmbedder())
    assert vault.count() == expected
    vault.add_episodes([episode(9)])
    assert vault.count()["episodes"] == 5
    assert matches(vault)
    backend.close()
