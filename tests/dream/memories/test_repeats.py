"""What was said more often is not truer than what was said later."""

import random
from collections.abc import Iterator, Sequence

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, Namespace
from langgraph_dreams.store import NamespaceStore

KILN = "The kiln fires at {} degrees for the large stoneware pots."
BOSS = "{} is my supervisor at the pottery workshop."
FOOD = "I {} spicy Chinese food from the corner restaurant."
CHEF = "{} is the head cook at the corner restaurant."
POLICY = DreamPolicy().with_level("core", every=1)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        namespace = store.namespace("ada")
        namespace.record(
            [episode(f"Chatter of day {i} about the market.", day=i) for i in range(9)]
        )
        yield namespace


def lived(namespace: Namespace, told: Sequence[str], nightly: bool) -> None:
    """A statement a week, with a dream after each or after all."""
    for week, text in enumerate(told, start=2):
        namespace.record([episode(text, day=7 * week)])
        if nightly:
            namespace.dream(policy=POLICY)
    namespace.dream(policy=POLICY)


def first(namespace: Namespace, question: str) -> str:
    return namespace.recall(question, note=False).items[0].item.text


@pytest.mark.parametrize("nightly", [True, False])
@pytest.mark.parametrize(
    ("told", "question"),
    [
        ([KILN.format(n) for n in (1240, 1240, 1240, 1260)], "At how many degrees fires the kiln?"),
        ([KILN.format(n) for n in (1240, 1260, 1260, 1240, 1260)], "How many degrees, the kiln?"),
        ([KILN.format(n) for n in (1240, 1240, 1260, 1260, 1240)], "How many degrees, the kiln?"),
        ([BOSS.format(n) for n in ("Ben", "Ben", "Ben", "Eva")], "Who is my supervisor?"),
        ([FOOD.format(n) for n in ("love", "love", "love", "hate")], "Do I love Chinese food?"),
    ],
)
def test_the_later_word_holds_alone(
    ada: Namespace, told: list[str], question: str, nightly: bool
) -> None:
    lived(ada, told, nightly)
    assert [m.text for m in ada.memories()] == [told[-1]]
    assert first(ada, question) == told[-1]
    assert [line.memory for line in ada.core().lines] == [m.id for m in ada.memories()]


def test_a_time_that_came_back_counts_only_what_was_said_since(ada: Namespace) -> None:
    lived(ada, [KILN.format(n) for n in (1240, 1240, 1240, 1260, 1240, 1240)], nightly=False)
    (memory,) = ada.memories()
    assert (memory.text, memory.confirmed) == (KILN.format(1240), 2)


@pytest.mark.parametrize("nightly", [True, False])
def test_what_is_only_probably_updated_gives_way_but_is_not_ended(
    ada: Namespace, nightly: bool
) -> None:
    told = [CHEF.format(n) for n in ("Ben", "Ben", "Ben", "Eva")]
    lived(ada, told, nightly)
    (memory,) = ada.memories()
    assert memory.text == told[0]  # it is kept, but speaks against the later word nowhere
    answer = ada.recall("Who is the head cook?", note=False)
    assert [(e.item.text, e.times) for e in answer.items][:2] == [(told[-1], 1), (told[0], 3)]
    assert not answer.memories
    assert not ada.core().lines
    lived(ada, ["The market is closed."], nightly)
    assert not ada.core().lines


def test_said_again_it_comes_back(ada: Namespace) -> None:
    told = [CHEF.format(n) for n in ("Ben", "Ben", "Eva", "Ben")]
    lived(ada, told, nightly=True)
    assert first(ada, "Who is the head cook?") == told[-1]
    assert [line.text for line in ada.core().lines] == [told[-1]]
    assert [e.item.text for e in ada.recall("Who is the head cook?", note=False).memories]


@pytest.mark.parametrize("model_embedder", [True, False])
def test_a_statement_is_one_whatever_was_answered(model_embedder: bool) -> None:
    said = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
    other = "My brother Konrad is allergic to peanuts and carries a blue emergency pen."
    answers = ("Noted.", "Thanks for telling me, I will keep walnuts out of all the menus I plan.")
    embedder = None if model_embedder else WordEmbedder(dimension=256)
    with DreamStore.in_memory(**({} if embedder is None else {"embedder": embedder})) as store:
        ada = store.namespace("ada")
        turns = [(said, answers[0]), (other, answers[1]), (said, answers[1])]
        ada.record(
            [
                episode(f"user: {text}\nagent: {answer}", day=day, said=text, answered=answer)
                for day, (text, answer) in enumerate(turns)
            ]
        )
        ada.dream()
        assert sorted((m.confirmed, m.text) for m in ada.memories()) == [(1, other), (2, said)]


@pytest.mark.parametrize(
    ("before", "after"),
    [("I live in Graz.", "I live in Turin now."), ("I live in Paris.", "I live in Berlin now.")],
)
def test_a_change_of_one_word_ends_the_old_statement_however_far_their_vectors_are(
    before: str, after: str
) -> None:
    with DreamStore.in_memory() as store:
        ada = store.namespace("acme", "ada")
        for day, text in enumerate((before, after)):
            ada.record([episode(text, day=day, said=text, answered="Noted.", thread=f"t{day}")])
            ada.dream()
        assert [m.text for m in ada.memories()] == [after]


NOUNS = [
    "kiln",
    "glaze",
    "clay",
    "burner",
    "shelf",
    "market",
    "lantern",
    "wagon",
    "harbour",
    "violin",
    "meadow",
    "castle",
]
VERBS = ["fires", "holds", "needs", "keeps", "breaks", "carries"]


def alike(seed: int) -> list[str]:
    """Statements of which some say again what others said, or nearly."""
    chance = random.Random(seed)
    told = [
        f"The {' '.join(chance.sample(NOUNS, 5))} {chance.choice(VERBS)} {chance.choice(NOUNS)}."
        for _ in range(30)
    ]
    for text in chance.sample(told, 15):
        words = text.split()
        words[chance.randrange(1, 6)] = chance.choice(NOUNS)
        told += [text, " ".join(words)]
    chance.shuffle(told)
    return told


@pytest.mark.parametrize("seed", range(3))
def test_a_search_that_is_saved_would_have_found_no_repeat(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dreamt() -> set[tuple[str, ...]]:
        with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
            own = store.namespace("ada")
            own.record([episode(text, day=day) for day, text in enumerate(alike(seed), start=1)])
            own.dream(policy=POLICY)
            return {(m.text, *sorted(m.sources)) for m in own.memories()}

    saved = dreamt()
    assert len(saved) > 5
    monkeypatch.setattr(NamespaceStore, "having", lambda *_: None)  # every search is made
    assert dreamt() == saved
