"""Recall: direct hits, neighbours, spread along links, and the reasons given."""

from pathlib import Path

import pytest
from dream_support import ANSWER, FIRST, QUESTION, SECOND, WordEmbedder, day, episode, live

from langgraph_dreams import DreamPolicy, DreamStore, InvalidInputError, Link, Namespace
from langgraph_dreams.store import Downscaling
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Namespace:
    with DreamStore.open(tmp_path_factory.mktemp("memory")) as store:
        namespace = store.namespace("acme", "ada")
        live(namespace)
        yield namespace


def texts(namespace: Namespace, question: str, k: int, **options: object) -> list[str]:
    return [r.item.text for r in namespace.recall(question, k, note=False, **options).items]


def rank(namespace: Namespace, question: str, text: str, **options: object) -> int:
    return texts(namespace, question, 8, **options).index(text)


def test_a_link_brings_the_answer_nearer_and_says_how(ada: Namespace) -> None:
    with_links = rank(ada, QUESTION, ANSWER)
    assert with_links < rank(ada, QUESTION, ANSWER, links=False)
    found = ada.recall(QUESTION, 8, note=False).items[with_links]
    hop = found.why.path[-1]
    assert hop.target == found.item.id
    assert "brandhorst" in {term.lower() for term in hop.bridge}
    assert hop.dream == ada.dreams()[-1].id
    assert hop.link in {x.id for x in ada.links()}
    assert "Brandhorst" in found.why.text() or "brandhorst" in found.why.text()


def test_without_the_dream_the_link_is_not_there(ada: Namespace) -> None:
    dreams = [d.id for d in ada.dreams()]
    assert texts(ada, QUESTION, 8, without_dream=dreams) == texts(ada, QUESTION, 8, links=False)
    assert rank(ada, QUESTION, ANSWER, without_dream=dreams[-1]) > rank(ada, QUESTION, ANSWER)


def test_first_ranks_are_protected(ada: Namespace) -> None:
    bold = DreamPolicy(link_weight=2.0)
    direct = texts(ada, QUESTION, 8, links=False)
    assert texts(ada, QUESTION, 8, policy=bold)[:2] == direct[:2]


def test_every_item_says_its_scores(ada: Namespace) -> None:
    for found in ada.recall(QUESTION, 5, note=False).items:
        assert -1 <= found.why.dense <= 1
        assert 0 <= found.why.seed <= 1
        assert "hybrid" in found.why.text()


def test_scores_fall_beyond_the_protected_ranks(ada: Namespace) -> None:
    scores = [r.score for r in ada.recall(QUESTION, 8, note=False).items][2:]
    assert scores == sorted(scores, reverse=True)


def test_dense_and_lexical_alone(ada: Namespace) -> None:
    plain = DreamPolicy(neighbours=0, links=False)
    dense = ada.recall(
        QUESTION, 8, note=False, policy=plain.model_copy(update={"dense_weight": 1.0})
    )
    cosines = [r.why.dense for r in dense.items]
    assert cosines == sorted(cosines, reverse=True)
    lexical = ada.recall(
        QUESTION, 8, note=False, policy=plain.model_copy(update={"dense_weight": 0.0})
    )
    values = [r.why.lexical for r in lexical.items]
    assert values == sorted(values, reverse=True)
    assert all(values)


def test_neighbouring_turns_share_the_score(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path) as store:
        ada = store.namespace("ada")
        ada.record(
            [
                episode("When did you adopt the three-legged hedgehog?", day=0, position=0),
                episode("Last Sunday, after the long rain had finally stopped.", day=0, position=1),
                episode("We then drove home along the coast and listened to opera.", day=5),
                episode("The baker sells rye loaves and poppy seed rolls on Fridays.", day=6),
            ]
        )
        question = "When was the three-legged hedgehog adopted?"
        found = ada.recall(question, 4, note=False).items
        assert found[1].item.text.startswith("Last Sunday")
        assert found[1].why.neighbour_of == found[0].item.id


def test_k_and_question_are_checked(ada: Namespace) -> None:
    with pytest.raises(InvalidInputError, match="blank"):
        ada.recall(" \n")
    with pytest.raises(InvalidInputError, match="k is 0"):
        ada.recall("kiln", 0)
    assert len(ada.recall("kiln", 10_000, note=False).items) == len(FIRST) + len(SECOND)


@pytest.mark.parametrize("question", ['"kiln" OR (', "a\x00b", "\ud800 kiln", "*", "x" * 1_000_000])
def test_any_text_is_a_question(ada: Namespace, question: str) -> None:
    assert ada.recall(question, 3, note=False, floor=0).items


def test_an_empty_namespace_answers_nothing(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path) as store:
        found = store.namespace("nobody").recall("anything at all?")
        assert found.items == ()
        assert found.memories == ()


def test_used_links_are_noted_for_the_next_dream(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path) as store:
        ada = store.namespace("ada")
        live(ada)
        k = rank(ada, QUESTION, ANSWER) + 1
        found = ada.recall(QUESTION, k)
        helped = {hop.link for r in found.items if r.why.by_link for hop in r.why.path}
        assert helped
        ada.flush()
        (note,) = ada.vault.recalls()
        assert note.query == QUESTION
        assert set(note.links) == helped
        before = {x.id: x for x in ada.links()}
        ada.dream()
        after = {x.id: x for x in ada.links()}
        assert all(after[i].uses == 1 and after[i].weight > before[i].weight for i in helped)
        assert not ada.vault.recalls()


def test_a_weak_link_takes_no_place_among_the_first(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path) as store:
        ada = store.namespace("ada")
        one, *_, last = ada.record([*day(FIRST, 0), *day(SECOND, 7)])
        weak = {"channel": "mine", "weight": 0.45, "created": now()}
        ada.add_links([Link(id=link_id(last, one), a=last, b=one, **weak)])
        asked = (ada, FIRST[0], SECOND[3])
        bold = DreamPolicy(link_weight=2.0)
        assert rank(*asked, policy=bold) == rank(*asked, links=False) == 5
        told = bold.model_copy(update={"strong_link": 0.4})
        assert rank(*asked, policy=told) < 5


def test_own_links(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path) as store:
        ada = store.namespace("ada")
        one, *_, last = ada.record([*day(FIRST, 0), *day(SECOND, 7)])
        link = Link(id=link_id(last, one), a=last, b=one, channel="mine", weight=1.0, created=now())
        ada.add_links([link])
        assert ada.links() == [link]
        assert rank(ada, FIRST[0], SECOND[3]) < rank(ada, FIRST[0], SECOND[3], links=False)
        with pytest.raises(InvalidInputError, match="not in"):
            ada.add_links([link.model_copy(update={"a": "e-nowhere"})])


def test_own_links_are_not_scaled_by_dreams_before_them() -> None:
    halved = DreamPolicy().with_level("memory", decay=0.5)
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=halved) as store:
        ada = store.namespace("ada")
        one, *_, last = ada.record(day(FIRST, 0))
        for number in range(3):
            ada.record([episode(f"A quiet hour, tea number {number}.", day=20 + number)])
            ada.dream()
        link = Link(id=link_id(last, one), a=last, b=one, channel="mine", weight=1.0, created=now())
        ada.add_links([link])
        hops = [h for r in ada.recall(FIRST[0], 4, note=False).items for h in r.why.path]
        assert {h.weight for h in hops if h.link == link.id} == {1.0}


def test_downscaling_counts_later_dreams_only() -> None:
    scale = Downscaling([1, 2, 4], 0.5)
    assert scale(0.8, 4) == 0.8
    assert scale(0.8, 2) == 0.4
    assert scale(0.8, 0) == 0.1
    assert scale(0.8, 0, consolidated=True) == 0.8
