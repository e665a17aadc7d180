"""Who a question is about: the turns of the speaker whom it names come first."""

from collections.abc import Iterator

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, Namespace


@pytest.fixture
def chat() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        namespace = store.namespace("chat")
        said = [
            ("Bruno", "I cooked lentil soup with cumin and too much garlic for everybody."),
            ("Ada", "I cooked barley risotto with leeks and too much pepper for everybody."),
            ("Bruno", "The ferry to the island leaves at nine from the northern harbour."),
            ("Ada", "My bicycle has a flat tyre and the pump is in the other cellar."),
        ]
        namespace.record(
            [
                episode(f"{who}: {text}", speaker=who, day=day)
                for day, (who, text) in enumerate(said)
            ]
        )
        yield namespace


@pytest.mark.parametrize("name", ["Ada", "Bruno"])
def test_what_the_named_one_said_comes_before_the_like_of_others(
    chat: Namespace, name: str
) -> None:
    first = chat.recall(f"Who cooked with {name} for everybody?", 4, floor=0).items[0]
    assert first.item.speaker == name
    assert "cooked" in first.item.text


def test_what_is_plainly_anothers_is_still_found_first(chat: Namespace) -> None:
    question = "When does the ferry to the island leave from the northern harbour, Ada?"
    assert "ferry" in chat.recall(question, 4, floor=0).items[0].item.text


def test_without_the_weight_nobody_is_preferred(chat: Namespace) -> None:
    question = "What was cooked with Ada's pepper?"
    plain, ours = (
        {
            entry.item.id: entry.score
            for entry in chat.recall(
                question, 4, floor=0, policy=DreamPolicy(speaker_weight=weight)
            ).items
        }
        for weight in (0.0, 0.1)
    )
    for episode_ in chat.episodes():
        gain = 0.1 if episode_.speaker == "Ada" else 0.0
        assert ours[episode_.id] - plain[episode_.id] == pytest.approx(gain, abs=1e-3)


def test_speakers_are_those_who_are_there(chat: Namespace) -> None:
    assert chat.vault.speakers() == ["Ada", "Bruno"]
    chat.forget(episodes=[e.id for e in chat.episodes() if e.speaker == "Bruno"])
    assert chat.vault.speakers() == ["Ada"]
