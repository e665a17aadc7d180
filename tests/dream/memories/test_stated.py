"""What a user states once becomes a tentative memory, as any other memory from then on."""

from collections.abc import Iterator

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, Episode, Namespace, Trust

HOME = "I live in Leeds with my family."
POLICY = DreamPolicy().with_level("core", every=1)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        yield store.namespace("ada")


def lived(namespace: Namespace, *told: str | Episode) -> None:
    """A turn a week, with a dream after each."""
    for week, turn in enumerate(told):
        said = turn if isinstance(turn, Episode) else episode(turn, day=7 * week)
        namespace.record([said])
        namespace.dream(policy=POLICY)


def held(namespace: Namespace) -> list[tuple[str, str, int]]:
    return sorted((m.text, m.status, m.confirmed) for m in namespace.memories())


def test_said_once_it_is_tentative_with_its_quote_and_source(ada: Namespace) -> None:
    lived(ada, f"Good morning! {HOME} What shall I cook?")
    (memory,) = ada.memories()
    assert (memory.text, memory.quote, memory.status) == (HOME, HOME, "tentative")
    assert memory.sources == tuple(e.id for e in ada.episodes())
    assert memory.trust == Trust.TRUSTED
    assert [line.text for line in ada.core().lines] == [HOME]


def test_without_the_setting_there_is_none(ada: Namespace) -> None:
    ada.record([episode(HOME, day=0)])
    assert ada.dream(policy=DreamPolicy(stated=False)).counts["stated"] == 0
    assert not ada.memories()


@pytest.mark.parametrize("nightly", [True, False])
def test_said_again_it_is_one_memory_and_active(ada: Namespace, nightly: bool) -> None:
    told = [f"{HOME} My horse is called Juno.", HOME, f"Well, {HOME} And it rains."]
    if nightly:
        lived(ada, *told)
    else:
        ada.record([episode(text, day=7 * week) for week, text in enumerate(told)])
        ada.dream(policy=POLICY)
    assert (HOME, "active") in [(text, status) for text, status, _ in held(ada)]
    assert sum("Leeds" in text for text, *_ in held(ada)) == 1
    assert ("My horse is called Juno.", "tentative", 1) in held(ada)


def test_changed_it_is_superseded(ada: Namespace) -> None:
    lived(ada, "My favourite colour is teal.", "My favourite colour is red.")
    assert held(ada) == [("My favourite colour is red.", "tentative", 1)]
    (new,) = ada.memories()
    assert new.quote == new.text


def test_who_moved_lives_elsewhere_in_the_core(ada: Namespace) -> None:
    with DreamStore.in_memory() as store:  # names are of one kind by the vectors of a model
        namespace = store.namespace("moved")
        lived(namespace, "I live in Leeds.", "I moved to York.")
        assert [line.text for line in namespace.core().lines] == ["I moved to York."]


def test_a_relative_and_the_user_have_each_their_own(ada: Namespace) -> None:
    lived(ada, "My sister lives in Rome.", "I live in Oslo.", "My brother lives in Bonn.")
    assert {text for text, *_ in held(ada)} == {
        "My sister lives in Rome.", "I live in Oslo.", "My brother lives in Bonn.",
    }  # fmt: skip


def test_what_others_say_is_not_the_users(ada: Namespace) -> None:
    lived(
        ada,
        episode("[Ann 10:12] I'm allergic to nuts.", day=0),
        episode("I live in Ulm.", day=1, origin="agent", speaker="assistant"),
        episode("I live in Kiel.", day=2, origin="web"),
        episode("I live in Bonn.", day=3, trust=Trust.UNTRUSTED),
        episode("[cron] check: I live in Graz.", day=4),
        episode("I live in Bern.", day=5, speaker="Bob"),
    )
    (memory,) = ada.memories()
    assert (memory.about, memory.lasting) == ("Bob", 0)
    assert not ada.core().lines


def test_only_what_says_who_one_is_comes_into_the_core(ada: Namespace) -> None:
    lived(ada, HOME, "I prefer tea to coffee.", "Always answer in metric units.")
    assert len(ada.memories()) == 3
    core = {line.text for line in ada.core().lines}
    assert core == {HOME, "Always answer in metric units."}


def test_it_is_no_further_key_to_its_turn(ada: Namespace) -> None:
    lived(ada, "I live near the market in Leeds.", "The market in Leeds opens at eight.")
    for status in ("tentative", "active"):  # what is recalled becomes active
        answer = ada.recall("When does the market in Leeds open?", links=False, note=False)
        (memory,) = (m.item for m in answer.memories)
        assert (memory.text, memory.status) == ("I live near the market in Leeds.", status)
        assert not any(item.why.lift for item in answer.items)
        ada.vault.put_memories([memory.model_copy(update={"status": "active", "uses": 3})])


@pytest.mark.slow
def test_what_is_asked_in_its_own_words_comes_first_beside_many_like_it(ada: Namespace) -> None:
    things, places = ("vase", "kiln", "boat", "violin"), ("Lisbon", "Oslo", "Cairo", "Quito")
    told = [f"My {thing} number {n} is in {place} now." for n, place in enumerate(places)
            for thing in things]  # fmt: skip
    for day, text in enumerate(told):
        ada.record([episode(text, day=day, thread="t")])
        ada.recall(text)
        ada.dream(policy=POLICY)
    for text in told[-4:]:
        assert ada.recall(text, 1, note=False).items[0].item.text == text


def test_a_document_is_nobodys_statement(ada: Namespace) -> None:
    lived(ada, "My Name Is Bill\nMy Name Is Bill is a film. I live in Leeds is its last line.")
    assert not ada.memories()
    lived(ada, "My name is Bill.")
    assert [m.text for m in ada.memories()] == ["My name is Bill."]


def test_undone_it_is_gone(ada: Namespace) -> None:
    ada.record([episode(HOME, day=0)])
    report = ada.dream(policy=POLICY)
    ada.undo(
        [o.id for o in ada.report(report.id).operations if o.kind == "add_memory"], cascade=True
    )
    assert not ada.memories()


def test_forgotten_it_goes_with_its_source(ada: Namespace) -> None:
    lived(ada, HOME)
    ada.forget(episodes=[e.id for e in ada.episodes()])
    assert not ada.memories()
