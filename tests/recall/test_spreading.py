"""Activation along links: none comes back to its sender, and more reaches what stands alone."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, Link, Namespace
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id
from langgraph_dreams.types.recall import RecallItem

ASKED = "Who fires the kiln?"
NEAR = "Bo fires the kiln."
TEXTS = (NEAR, "Rhubarb is sour.", "Owls hunt late.", "Tyres wear out.")


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("ada")


def recorded(ada: Namespace, *threads: str) -> list[str]:
    pairs = zip(TEXTS, threads, strict=False)
    return ada.record([episode(t, day=n, thread=thread) for n, (t, thread) in enumerate(pairs)])


def chain(ada: Namespace, ids: list[str]) -> None:
    """Each linked to the next as strongly as can be."""
    for a, b in pairwise(ids):
        link = {"channel": "mine", "weight": 1.0, "created": now()}
        ada.add_links([Link(id=link_id(a, b), a=a, b=b, **link)])


def found(ada: Namespace, **settings: object) -> dict[str, RecallItem]:
    policy = DreamPolicy(seeds=1, seed_power=1.0, **settings)
    return {r.item.id: r for r in ada.recall(ASKED, 9, note=False, policy=policy).items}


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_no_path_returns_to_where_it_set_out_or_was(ada: Namespace, hops: int) -> None:
    ids = recorded(ada, "a", "b", "c", "d")
    chain(ada, [*ids, ids[0]])
    items = found(ada, hops=hops, hop_decay=1.0)
    assert items[ids[0]].why.path == ()
    assert items[ids[0]].why.activation == 0
    ways = [[ids[0], *(hop.target for hop in items[name].why.path)] for name in ids]
    assert all(len(way) == len(set(way)) for way in ways)
    assert any(len(way) > 1 for way in ways)


def test_links_count_more_for_what_has_no_turn_beside_it(ada: Namespace) -> None:
    start, alone, *_, last = ids = recorded(ada, "a", "b", "c", "c")
    chain(ada, [alone, start, last])
    links = {name: entry.score for name, entry in found(ada).items()}
    without = {name: entry.score for name, entry in found(ada, links=False).items()}
    policy = DreamPolicy()
    gained = {name: links[name] - without[name] for name in ids}
    assert gained[alone] == pytest.approx(policy.lone_link_weight, abs=1e-3)
    assert gained[last] == pytest.approx(policy.link_weight, abs=1e-3)
    assert policy.lone_link_weight > policy.link_weight


@pytest.mark.parametrize("thread", ["", "b"])
def test_an_episode_alone_is_no_thread(ada: Namespace, thread: str) -> None:
    # Whatever the weight of threads, nothing speaks for it a second time.
    (one,) = recorded(ada, thread)
    light, heavy = (found(ada, thread_weight=weight)[one].score for weight in (0.0, 2.0))
    assert light == heavy


def test_a_thread_of_several_still_counts(ada: Namespace) -> None:
    one, *_ = recorded(ada, "b", "b")
    light, heavy = (found(ada, thread_weight=weight)[one].score for weight in (0.0, 2.0))
    assert light < heavy


@pytest.mark.parametrize("name", ["thread_weight", "neighbour_weight"])
def test_a_turn_that_holds_its_answer_leans_less_on_the_turns_beside_it(
    ada: Namespace, name: str
) -> None:
    answer = "The ferry to Spetses leaves at noon from gate 4."
    said = ("I like boats.", "I collect old maps.", "When does the ferry leave?")
    turns = [
        episode(
            f"user: {text}\nagent: {answer}",
            day=1,
            thread="t",
            position=place,
            said=text,
            answered=answer,
        )
        for place, text in enumerate(said)
    ]
    _, stated, asked = ada.record(turns)

    def gained(id_: str, **settings: object) -> float:
        light, heavy = (found(ada, **{name: w}, **settings)[id_].score for w in (0.0, 1.0))
        return heavy - light

    assert 0 < gained(stated, exchange_share=0.5) < gained(stated, exchange_share=1.0)
    assert gained(stated, exchange_share=0.0) == gained(asked, exchange_share=1.0) == 0


def test_how_much_a_person_says_counts_and_not_how_long_an_answer_is(ada: Namespace) -> None:
    long = " ".join(f"word{n}" for n in range(40))
    said, told, passage = ada.record(
        [
            episode("user: I like tea.\nagent: " + long, day=1, said="I like tea.", answered=long),
            episode(long + " and more", day=2, speaker="assistant"),
            episode(long + " and so on", day=3),
        ]
    )
    light, heavy = (found(ada, substance_weight=weight) for weight in (0.0, 1.0))
    gained = {name: heavy[name].score - light[name].score for name in (said, told, passage)}
    assert gained[told] == 0 < gained[said] < gained[passage]


def test_of_a_question_about_what_the_agent_said_every_answer_stands_by_itself(
    ada: Namespace,
) -> None:
    answer = "Water the tomatoes with nettle broth."
    said = ("My balcony faces south.", "What do I feed them?")
    turns = [
        episode(
            f"user: {t}\nagent: {answer}", day=1, thread="t", position=n, said=t, answered=answer
        )
        for n, t in enumerate(said)
    ]
    stated, asked = ada.record(turns)

    def score(question: str, id_: str, **settings: float) -> float:
        policy = DreamPolicy(seeds=1, seed_power=1.0, **settings)
        found = ada.recall(question, 5, note=False, policy=policy).items
        return next(entry.score for entry in found if entry.item.id == id_)

    for name in ("thread_weight", "neighbour_weight", "substance_weight"):
        for id_ in (stated, asked):
            light, heavy = (
                score("What did you tell me to feed?", id_, **{name: w}) for w in (0, 1)
            )
            assert light == heavy
    light, heavy = (score("What do I feed the tomatoes?", stated, thread_weight=w) for w in (0, 1))
    assert light < heavy
