"""What bears an episode; and what states more, says the contrary or was reworded does not."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import SMALL, START, WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, Memory, Namespace, Trust
from langgraph_dreams.types.items import memory_id

WALNUTS = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def keeping(**more: Any) -> DreamPolicy:
    return SMALL.model_copy(update={"keep_items": 0, **more})


def away(ada: Namespace) -> set[str]:
    return {e.id for e in ada.episodes() if e.archived}


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("and the spare key is under the pot.", True),
        ("and she hates fish.", True),
        ("She teaches pottery on weekdays.", True),
        ("What shall I bake?", False),
    ],
)
def test_a_turn_that_states_more_than_its_memory_stays(
    ada: Namespace, text: str, stays: bool
) -> None:
    """One memory has most of its words, and not its second statement."""
    first = episode(f"{WALNUTS[:-1]}{',' if text[0] == 'a' else '.'} {text}", day=0)
    ada.record([first, episode("The red pen is for walnuts.", day=2)])
    ada.dream(policy=SMALL.model_copy(update={"stated": False}))
    sources = tuple(e.id for e in ada.episodes())
    told = Memory(
        id=memory_id("fact", WALNUTS),
        text=WALNUTS,
        sources=sources,
        trust=Trust.TRUSTED,
        learned_at=START,
    )
    ada.vault.put_memories([told])
    ada.dream(policy=keeping(), depth="deep")
    assert (first.id not in away(ada)) is stays


def test_a_turn_does_not_bear_its_contrary(ada: Namespace) -> None:
    """Nor what is one word apart."""
    pairs = [
        (
            "The oven in the small kitchen is broken.",
            "The oven in the small kitchen is not broken.",
        ),
        ("The blue kiln in our workshop stays cold overnight before each glaze firing.",) * 2,
        (
            "The old van brought clay, glaze, sand, sponges, wire, wax and lamps.",
            "The old van brought clay, glaze, sand, sponges, wire, wax and paint.",
        ),
    ]
    for at, (one, other) in enumerate(pairs):
        ada.record([episode(one, day=at), episode(other, day=at, position=1)])
    ada.dream(policy=SMALL.model_copy(update={"stated": False}))
    ada.dream(policy=keeping(stated=False), depth="deep")
    assert {e.text for e in ada.episodes() if e.archived} == {pairs[1][0]}


@pytest.mark.parametrize("text", ["Buy milk.", "Tea, please.", "Remember the milk."])
def test_what_bids_is_no_small_talk(ada: Namespace, text: str) -> None:
    ada.record([episode(text, day=0)])
    ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert not away(ada)
