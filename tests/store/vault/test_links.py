"""Links: packed records, both directions, expiry, rollback, the fence."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from helpers_store import START, HashEmbedder, episode, link

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store import Backend, NamespaceStore


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[NamespaceStore]:
    backend = Backend.open(tmp_path)
    made = backend.vault(("links",), HashEmbedder())
    made.add_episodes([episode(n) for n in range(8)])
    yield made
    backend.close()


def test_every_field_of_a_link_comes_back(vault: NamespaceStore) -> None:
    whole = link(
        "e0003",
        "e0001",
        kind="cause",
        channel="walk",
        bridge=("ä", 'quo"te'),
        weight=0.123456789,
        since=4,
        status="consolidated",
        evidence={"idf": 3.25, "cosine": 0.1},
        dream="d1",
        uses=2,
        last_used=START + timedelta(microseconds=3),
    )
    bare = link("e0003", "e0002")
    vault.put_links([whole, bare])
    assert vault.get_links([whole.id, bare.id, "l-none"]) == {whole.id: whole, bare.id: bare}
    assert {x.id for x in vault.links_of(["e0001"])} == {whole.id}
    assert {x.id for x in vault.links_of(["e0003", "e0001"])} == {whole.id, bare.id}
    assert len(vault.links()) == vault.count()["links"] == 2
    assert len(vault.edges(["e0001", "e0003"])) == 2
    (edge,) = vault.edges(["e0001"])
    assert edge[:6] == ("e0003", "e0001", 0.123456789, 4, whole.id, "d1")
    assert vault.degree(["e0003", "e0001", "e0007"]) == {"e0003": 2, "e0001": 1, "e0007": 0}


def test_links_are_replaced_by_id_even_from_the_other_end(vault: NamespaceStore) -> None:
    vault.put_links([link("e0002", "e0001"), link("e0002", "e0000")])
    turned = link("e0001", "e0002", weight=0.9)
    vault.put_links([turned])
    assert vault.get_links([turned.id]) == {turned.id: turned}
    assert len(vault.links()) == 2
    assert vault.degree(["e0001", "e0002"]) == {"e0001": 1, "e0002": 2}


def test_expired_links_are_kept_but_not_followed(vault: NamespaceStore) -> None:
    weak = link("e0002", "e0001", status="expired")
    vault.put_links([weak, link("e0003", "e0001")])
    assert [edge.a for edge in vault.edges(["e0001"])] == ["e0003"]
    assert [x.a for x in vault.links_of(["e0001"])] == ["e0003"]
    assert len(vault.links_of(["e0001"], include_expired=True)) == 2
    assert (len(vault.links()), len(vault.links(include_expired=False))) == (2, 1)
    assert vault.count()["links"] == vault.degree(["e0001"])["e0001"] == 1
    assert vault.get_links([weak.id])[weak.id].status == "expired"


def test_removed_links_leave_nothing(vault: NamespaceStore) -> None:
    gone, kept = link("e0002", "e0001"), link("e0004", "e0003")
    vault.put_links([gone, kept])
    vault.remove_links([gone, link("e0006", "e0005")])
    assert vault.links() == [kept]
    assert vault.edges(["e0001", "e0002"]) == []


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (link("e0001", "e-none"), "e-none"),
        (link("e0001", "e0001"), "itself"),
        (link("e0001", "e0002", id="x"), "must begin with 'l'"),
        (link("e0001", "e0002", evidence={"x": float("nan")}), "NaN"),
    ],
)
def test_what_is_no_link_is_refused_whole(vault: NamespaceStore, bad: object, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        vault.put_links([link("e0004", "e0003"), bad])  # type: ignore[list-item]
    assert vault.links() == []


def test_a_link_to_another_namespace_is_refused(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    one, other = (backend.vault((name,), HashEmbedder()) for name in "ab")
    one.add_episodes([episode(1)])
    other.add_episodes([episode(2)])
    with pytest.raises(InvalidInputError, match="one namespace"):
        one.put_links([link("e0001", "e0002")])
    backend.close()


def test_many_links_survive_reopening(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault = backend.vault(("x",), HashEmbedder())
    vault.add_episodes([episode(n) for n in range(60)])
    made = [link(f"e{a:04d}", f"e{a - gap:04d}") for a in range(60) for gap in (1, 2) if a >= gap]
    vault.put_links(made)
    backend.close()
    backend = Backend.open(tmp_path)
    again = backend.vault(("x",), HashEmbedder())
    assert {x.id: x for x in again.links()} == {x.id: x for x in made}
    assert len(again.all_edges()) == len(made)
    backend.close()


def test_the_strongest_links_are_those_of_the_greatest_weight_now(vault: NamespaceStore) -> None:
    vault.add_episodes([episode(number) for number in range(6)])
    made = [
        link("e0000", "e0001", weight=0.9, since=1),
        link("e0000", "e0002", weight=0.8, since=1, status="consolidated"),
        link("e0000", "e0003", weight=0.7, since=2),
        link("e0000", "e0004", weight=0.6, since=5),
        link("e0000", "e0005", weight=1.0, since=5, status="expired"),
    ]
    vault.put_links(made)
    by_weight = [edge.link for edge in vault.strongest({}, 10)]
    assert by_weight == [made[0].id, made[1].id, made[2].id, made[3].id]
    scaled = vault.strongest({1: 0.25, 2: 0.5}, 3)
    assert [edge.link for edge in scaled] == [made[1].id, made[3].id, made[2].id]
    assert set(scaled) <= set(vault.all_edges())
