"""A question that asks when something was finds the turns that tell a day or a time first."""

from datetime import UTC, datetime, timedelta

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from langgraph_dreams import DreamPolicy, DreamStore, Episode
from langgraph_dreams.language.asking import asks_when
from langgraph_dreams.language.days import tells_when
from langgraph_dreams.language.resolve import resolve_language

NOW = datetime(2026, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "When did Ada move?",
        "when's the party",
        "And when is it?",
        "In what year did we buy the van?",
        "What time is the train?",
        "Which week did they visit?",
        "How long ago was the flood?",
        "Do you remember when I broke my arm?",
        "Tell me when the roof was fixed.",
        "Wann war ich beim Arzt?",
        "Seit wann wohne ich hier?",
        "An welchem Tag kommt er?",
        "Weißt du noch, wann wir umgezogen sind?",
        "¿Cuándo es la boda?",
        "¿En qué mes nació?",
    ],
)
def test_it_asks_when(text: str) -> None:
    assert asks_when(text)


@pytest.mark.parametrize(
    "text",
    [
        "Where did Ada move?",
        "When I was in Rome, what did I eat?",
        "When in doubt, whom do I ask?",
        "What did Ada say when I left?",
        "What was the time of my life?",
        "Whenever it rains, what do I do?",
        "Wo war ich gestern?",
        "Cuando llueve, ¿qué hago?",
        "",
    ],
)
def test_it_asks_something_else(text: str) -> None:
    assert not asks_when(text)


@pytest.mark.parametrize(
    ("code", "text", "tells"),
    [
        ("en", "We went there last week.", True),
        ("en", "The roof was fixed on 3 May.", True),
        ("en", "The roof is red.", False),
        ("de", "Gestern war ich beim Arzt.", True),
        ("de", "Wir waren vor zwei Wochen dort.", True),
        ("de", "Der Arzt ist nett.", False),
        ("de", "Vor dem Haus steht ein Baum.", False),
        ("es", "La boda fue ayer.", True),
        ("es", "Se casaron la semana pasada.", True),
        ("es", "La boda fue bonita.", False),
    ],
)
def test_it_tells_when(code: str, text: str, tells: bool) -> None:
    assert tells_when(resolve_language(code), text, NOW) is tells


TEXTS = (
    "The roofer fixed the roof of the barn; a roofer fixes the roof, the roof fits the barn.",
    "The roofer fixed the roof of the barn yesterday.",
    "The horses are in the barn.",
)


def ranks(question: str, **settings: float) -> list[str]:
    with DreamStore.in_memory(embedder=DeterministicFakeEmbedding(size=16)) as store:
        ada = store.namespace("ada")
        ada.record(
            [
                Episode(
                    id=f"e{n}", text=text, said=text, thread=f"t{n}", time=NOW + timedelta(days=n)
                )
                for n, text in enumerate(TEXTS)
            ]
        )
        policy = DreamPolicy(dense_weight=0.0, **settings)
        return [e.item.id for e in ada.recall(question, policy=policy, note=False, floor=0).items]


def test_what_tells_a_time_comes_first_if_a_time_is_asked_for() -> None:
    asked = "When did the roofer fix the roof of the barn?"
    assert ranks(asked, when_weight=0.0)[0] == "e0"
    assert ranks(asked)[0] == "e1"
    assert ranks("Who fixed the roof of the barn?")[0] == "e0"
