"""Silence: what is not relevant is not returned, unless it is asked for."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, episode, memory

from langgraph_dreams import (
    DreamPolicy,
    DreamStore,
    InvalidInputError,
    LocalEmbedder,
    Namespace,
    create_recall_tool,
    recall_node,
)
from langgraph_dreams.dream.commit.floor import FLOOR
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.recall.generic import SMALL_TALK, generic
from langgraph_dreams.recall.relevance import usual_floor
from langgraph_dreams.types.items import Episode

KNOWN = (
    ("user: My bike's lock combination is 4711.", "What is the code of my bike lock?"),
    ("user: The kiln cracked in the frost last winter.", "Why is the kiln broken?"),
    ("user: My sister's turtle is called Fridolin.", "What is my sister's turtle called?"),
    ("user: Our deployment runs on Kubernetes in eu-west-1.", "Which region do we deploy to?"),
    ("user: The invoice INV-2231 was paid on Tuesday.", "Was INV-2231 paid?"),
    ("user: I'm allergic to peanuts.", "What nuts am I allergic to?"),
    ("user: My dentist appointment is on 14 May.", "When do I have to see the dentist?"),
    ("user: The roofer promised to come on Friday.", "When does the roofer come?"),
    ("user: Tom's birthday is on the third of June.", "When is Tom's birthday?"),
    ("user: My flight to Lisbon leaves at 6:40.", "What time is my flight?"),
    ("user: The choir rehearses an oratorio by Haydn.", "What is the choir singing?"),
    ("user: My daughter started school in Linz.", "Where does my daughter go to school?"),
    ("user: The printer is out of toner.", "What's wrong with the printer?"),
    ("user: We named the new puppy Biscuit.", "What's the dog's name?"),
    ("user: The landlord raised the rent to 980 euros.", "How much rent do I pay?"),
    ("user: I finished reading Middlemarch yesterday.", "What book did I finish?"),
)
STRANGE = (
    "Which painter restored the chapel in Siena?",
    "How many goals did Marco score for the under-15s?",
    "Why did Edith sell her share of the vineyard?",
    "What did the surveyor find in the cellar?",
    "Who is the godfather of little Emil?",
    "Which vaccine does the pony still need?",
    "What was the verdict in the Hansen case?",
    "How deep is the well behind the mill?",
    "When did the orchestra tour Brazil?",
    "What is the recipe of Olga's plum dumplings?",
)
CHAT = ("hey!", "thank you so much", "how's it going?", "cool, bye", "good night", "oh wow", "ok")


def kept(namespace: Namespace, texts: Sequence[str]) -> Namespace:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    namespace.record(
        [
            Episode(id=f"e{n}", text=text, thread=f"t{n}", time=begun + timedelta(days=n))
            for n, text in enumerate(texts)
        ]
    )
    return namespace


@pytest.fixture(scope="module")
def local() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=LocalEmbedder()) as store:
        yield store


@pytest.fixture(scope="module")
def facts(local: DreamStore) -> Namespace:
    return kept(local.namespace("facts"), [text for text, _ in KNOWN])


def answered(namespace: Namespace, questions: Sequence[str]) -> list[str]:
    return [q for q in questions if namespace.recall(q, note=False).items]


# -- the local embedder


def test_what_is_known_is_answered_and_what_is_not_is_not(facts: Namespace) -> None:
    asked = [question for _, question in KNOWN]
    assert len(answered(facts, asked)) >= len(asked) - 1
    assert len(answered(facts, STRANGE)) <= 1
    assert answered(facts, CHAT) == []


def test_it_is_so_after_a_dream_which_tells_its_floor(local: DreamStore) -> None:
    dreamt = kept(local.namespace("dreamt"), [text for text, _ in KNOWN])
    report = dreamt.dream()
    floor = dreamt.vault.floor
    assert floor == report.health[FLOOR] == dreamt.recall("kiln", note=False).floor
    assert f"recall answers what is relevant from {floor:.2f} on" in report.text()
    test_what_is_known_is_answered_and_what_is_not_is_not(dreamt)
    again = local.namespace("dreamt").recall("What is the name of the neighbour's cat?", note=False)
    assert again.floor == floor


def test_small_talk_finds_no_small_talk(local: DreamStore) -> None:
    said = [f"user: {text}" for text in (*CHAT[:5], *SMALL_TALK)]
    namespace = kept(local.namespace("chatty"), said)
    namespace.record([episode(99, "user: The kiln cracked in the frost.", thread="k")])
    assert answered(namespace, CHAT[:5]) == []
    assert answered(namespace, ["Why is the kiln broken?"])


def test_a_question_that_was_asked_before_and_not_answered_is_no_knowledge(
    local: DreamStore,
) -> None:
    asked = "Which painter restored the chapel in Siena?"
    namespace = kept(local.namespace("asked"), [text for text, _ in KNOWN])
    nothing = "I don't know."
    text = f"user: {asked}\nagent: {nothing}"
    namespace.record([episode(99, text, thread="q", said=asked, answered=nothing)])
    assert answered(namespace, [asked]) == []


def test_the_usual_floor_rises_with_what_is_there(local: DreamStore) -> None:
    floors = []
    for many in (1, 5, 40):
        texts = [f"user: note number {n} on the garden" for n in range(many)]
        floors.append(usual_floor(kept(local.namespace(f"many{many}"), texts).vault))
    assert floors == sorted(set(floors))


# -- what is asked for


def test_a_floor_of_0_returns_what_is_nearest(facts: Namespace) -> None:
    silent = facts.recall(STRANGE[0], note=False)
    assert (silent.items, silent.memories) == ((), ())
    assert silent.silent
    assert 0 < silent.relevance < silent.floor < 1
    whole = facts.recall(STRANGE[0], 3, note=False, floor=0)
    assert len(whole.items) == 3
    assert whole.floor == 0
    assert not whole.silent
    assert asyncio.run(facts.arecall(STRANGE[0], 3, note=False, floor=0)) == whole
    assert not facts.recall("Why is the kiln broken?", floor=1.0).items


def test_a_policy_may_never_be_silent(facts: Namespace) -> None:
    never = DreamPolicy(recall_floor=0)
    assert facts.recall(STRANGE[0], note=False, policy=never).items


def test_a_silent_recall_is_not_noted(facts: Namespace) -> None:
    before = len(facts.vault.recalls(undreamt=False))
    facts.recall(STRANGE[1])
    assert len(facts.vault.recalls(undreamt=False)) == before


@pytest.mark.parametrize("wrong", [-0.1, 1.1, "0", True, float("nan")])
def test_a_wrong_floor_is_refused(facts: Namespace, wrong: object) -> None:
    with pytest.raises(InvalidInputError, match="floor is"):
        facts.recall("kiln", floor=wrong)  # type: ignore[arg-type]


def test_the_tool_says_that_nothing_is_known_and_how_to_see_more(facts: Namespace) -> None:
    tool = create_recall_tool(facts)
    text = tool.invoke({"query": STRANGE[0]})
    assert text.startswith("Nothing relevant is remembered.")
    assert "floor=0" in text
    assert "[1]" in tool.invoke({"query": STRANGE[0], "floor": 0})


def test_the_tool_keeps_the_whole_recall_as_its_artifact(facts: Namespace) -> None:
    call = {"type": "tool_call", "id": "c1", "name": "recall", "args": {"query": "broken kiln"}}
    message = create_recall_tool(facts).invoke(call)
    assert message.artifact == facts.recall("broken kiln", 5, note=False).model_dump(mode="json")
    assert "e1" not in message.text
    assert "cosine" not in message.text


def test_a_node_shows_nothing(facts: Namespace) -> None:
    node = recall_node(facts)
    assert node.invoke({"messages": [("user", "and the second one?")]}) == {"recalled": ""}
    assert "frost" in node.invoke({"messages": [("user", "Why is the kiln broken?")]})["recalled"]


# -- other embedders


def test_another_embedder_has_no_floor_before_it_is_measured() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        namespace = kept(store.namespace("a"), ["the kiln cracked"])
        found = namespace.recall("something else", note=False)
        assert found.items
        assert found.floor == 0
        namespace.dream()
        assert namespace.vault.floor is None


def test_another_embedder_is_measured_by_what_memories_say() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder(dimension=512)) as store:
        texts = [text.lower() for text, _ in KNOWN]
        namespace = kept(store.namespace("a"), texts)
        namespace.vault.put_memories(
            [memory(text.removeprefix("user: "), [f"e{n}"]) for n, text in enumerate(texts)]
        )
        namespace.dream()
        assert 0 < (namespace.vault.floor or 0) < 1
        assert answered(namespace, ["kiln cracked frost"])
        assert not answered(namespace, ["zebra quartz"])


def test_a_floor_is_of_one_embedder(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        namespace = kept(store.namespace("a"), ["the kiln cracked"])
        namespace.vault.put_floor(0.9, 1)
        assert store.namespace("a").vault.floor == 0.9
        store.reembed("a", embedder=HashEmbedder())
        assert store.namespace("a").vault.floor == 0.9
        store.reembed("a", embedder=HashEmbedder("other", 32))
    with DreamStore.open(tmp_path, embedder=HashEmbedder("other", 32)) as store:
        assert store.namespace("a").vault.floor is None


def test_sentences_of_nobody_are_embedded_once() -> None:
    embedder = HashEmbedder("once", 48)
    assert generic(embedder) is generic(embedder)
    assert embedder.calls == 1


# -- what a memory says already


@pytest.mark.parametrize(
    ("turn", "told", "borne"),
    [
        ("Mia: The blue kiln in Graz cracked.", "The blue kiln of Mia in Graz has cracked.", True),
        ("Mia: Sadly the blue kiln cracked, what now?", "The blue kiln of Mia has cracked.", True),
        ("Mia: The blue kiln in Graz cracked.", "The blue kiln of Mia has cracked.", False),
        (
            "Mia: The blue kiln cracked, that makes 980 euros.",
            "The blue kiln of Mia has cracked.",
            False,
        ),
        ("Mia: The blue kiln cracked yesterday.", "The blue kiln of Mia has cracked.", False),
        (
            "Mia: The blue kiln cracked, and the insurer refuses to pay for the frost damage.",
            "The blue kiln of Mia has cracked.",
            False,
        ),
        ("Mia: A glaze for vases would be nice.", "The blue kiln of Mia has cracked.", False),
    ],
)
def test_a_turn_is_left_to_a_memory_that_says_as_much(turn: str, told: str, borne: bool) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder(dimension=512)) as store:
        namespace = store.namespace("a")
        others = (episode(n, f"episode number {n}") for n in range(2, 40))
        said = episode(1, turn, speaker="Mia", zone="+01:00")
        namespace.record([said, *others])
        known = memory(told, [said.id])
        namespace.vault.put_memories([known])
        found = namespace.recall(f"{told} {turn}", 5, note=False)
        assert [entry.item.id for entry in found.memories] == [known.id]
        of_turn = next(entry for entry in found.items if entry.item.id == said.id)
        assert of_turn.borne_by == (known.id if borne else "")
        assert ("| " + turn in fence_recall(found)) is not borne
