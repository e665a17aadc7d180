"""What brings an older statement up to date is linked, told, shown first, and can be undone."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from dream_support import START, WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamReport, DreamStore, Link, Namespace, Trust
from langgraph_dreams.language.english.comparison.updates import update
from langgraph_dreams.types.items import link_id

OLD = "I take 20 milligrams of statins every morning."
NEW = "the tests were bad, so I was put on 40 milligrams of statins a day"
QUESTION = "How many milligrams of statins do I take every morning?"
CHATTER = (
    "The baker sells rye loaves and poppy seed rolls on market days.",
    "The delivery van was late again and the glaze never arrived.",
    "Grandmother rang because her knee is getting better.",
    "A fuse blew in the workshop and we lost half an afternoon.",
    "The old bridge is closed for repairs.",
    "I burnt the onions but the curry was fine.",
    "The lift smelled of paint.",
    "There was a long queue at the post office.",
    "We laughed so much at dinner.",
    "The snow melted within an hour.",
    "The concert was louder than I like.",
    "I finally cleaned the oven.",
)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        namespace = store.namespace("ada")
        namespace.record([episode(text, day=i) for i, text in enumerate(CHATTER)])
        yield namespace


def told(namespace: Namespace, text: str, day: int, **fields: Any) -> str:
    (id_,) = namespace.record([episode(text, day=day, **fields)])
    return id_


def updates(namespace: Namespace, expired: bool = False) -> list[Link]:
    return [link for link in namespace.links(include_expired=expired) if link.kind == "update"]


def ranks(namespace: Namespace, ids: tuple[str, str], **options: object) -> list[str]:
    """The two episodes in the order in which they are recalled."""
    found = namespace.recall(QUESTION, note=False, **options)  # type: ignore[arg-type]
    return [entry.item.id for entry in found.items if entry.item.id in ids]


@pytest.fixture
def moved(ada: Namespace) -> tuple[str, str, DreamReport]:
    """The standup and its update, dreamt of."""
    old, new = told(ada, OLD, 15), told(ada, NEW, 30)
    return old, new, ada.dream()


def test_an_update_comes_directly_before_what_it_updates(
    ada: Namespace, moved: tuple[str, str, DreamReport]
) -> None:
    old, new, _ = moved
    found = [entry.item.id for entry in ada.recall(QUESTION, note=False).items]
    assert found.index(new) + 1 == found.index(old)
    assert ranks(ada, (old, new), links=False) == [old, new]  # by its words it comes first


def test_the_reason_names_the_link(ada: Namespace, moved: tuple[str, str, DreamReport]) -> None:
    old, new, report = moved
    entry = next(e for e in ada.recall(QUESTION, note=False).items if e.item.id == new)
    (hop,) = entry.why.path
    assert (hop.source, hop.target, hop.channel) == (old, new, "update")
    assert (hop.link, hop.dream) == (link_id(new, old, "update"), report.id)
    assert "statins" in entry.why.text()


def test_it_is_journalled_with_its_reason_and_counted(
    ada: Namespace, moved: tuple[str, str, DreamReport]
) -> None:
    old, new, report = moved
    (link,) = updates(ada)
    assert (link.a, link.b) == (new, old)
    (operation,) = [o for o in ada.report(report.id).operations if o.target == link.id]
    assert operation.kind == "add_link"
    assert "number changed" in operation.reason
    adding = [o for o in report.operations if o.kind == "add_link"]
    assert report.counts["add_link"] == len(adding)
    assert report.counts["updates"] == 1


def test_nothing_is_superseded_or_left_out(
    ada: Namespace, moved: tuple[str, str, DreamReport]
) -> None:
    _, _, report = moved
    assert not [o for o in report.operations if o.kind == "supersede_memory"]
    k = len(CHATTER) + 2
    with_order = {entry.item.id for entry in ada.recall(QUESTION, k, note=False).items}
    assert with_order == {e.id for e in ada.episodes()}


def test_only_as_many_as_asked_for_are_shown(
    ada: Namespace, moved: tuple[str, str, DreamReport]
) -> None:
    _, new, _ = moved
    assert [entry.item.id for entry in ada.recall(QUESTION, 1, note=False).items] == [new]


def test_the_order_ends_with_the_link(ada: Namespace, moved: tuple[str, str, DreamReport]) -> None:
    old, new, _ = moved
    (link,) = updates(ada)
    ada.add_links([link.model_copy(update={"status": "expired"})])
    assert ranks(ada, (old, new)) == [old, new]


def test_the_order_ends_with_its_dream(ada: Namespace, moved: tuple[str, str, DreamReport]) -> None:
    old, new, report = moved
    assert ranks(ada, (old, new), without_dream=report.id) == [old, new]
    told(ada, "The cellar is dry.", 40)
    later = ada.dream().id
    assert ranks(ada, (old, new), without_dream=later) == [new, old]
    # All else of the first dream stays: the order alone goes with the later one.
    ada.add_links([updates(ada)[0].model_copy(update={"dream": later})])
    assert ranks(ada, (old, new)) == [new, old]
    assert ranks(ada, (old, new), without_dream=later) == [old, new]


def test_before_the_update_the_old_one_stands(
    ada: Namespace, moved: tuple[str, str, DreamReport]
) -> None:
    old, new, _ = moved
    assert ranks(ada, (old, new), as_of=START + timedelta(days=20)) == [old]
    assert ranks(ada, (old, new), as_of=START + timedelta(days=31)) == [new, old]


def test_the_switch_turns_off_the_dreams_side(ada: Namespace) -> None:
    told(ada, OLD, 15)
    told(ada, NEW, 30)
    assert ada.dream(policy=DreamPolicy(updates=False)).counts["updates"] == 0
    assert updates(ada) == []


def test_the_switch_turns_off_recalls_side(
    ada: Namespace, moved: tuple[str, str, DreamReport]
) -> None:
    old, new, _ = moved
    assert ranks(ada, (old, new)) == [new, old]
    assert ranks(ada, (old, new), policy=DreamPolicy(updates=False)) == [old, new]


def test_a_higher_threshold_draws_none(ada: Namespace) -> None:
    told(ada, OLD, 15)
    told(ada, NEW, 30)
    ada.dream(policy=DreamPolicy(update_score=1.0))
    assert updates(ada) == []


def test_the_latest_of_three_comes_first(ada: Namespace) -> None:
    first = told(ada, OLD, 15)
    second = told(ada, OLD.replace("20", "40"), 30)
    third = told(ada, "I was put on 60 milligrams of statins every morning now", 50)
    ada.dream()
    (link,) = [link for link in updates(ada) if link.a == third]
    assert link.b == second  # of two that are as probable
    found = [entry.item.id for entry in ada.recall(QUESTION, note=False).items]
    assert found.index(third) < min(found.index(second), found.index(first))


@pytest.mark.parametrize(
    "fields",
    [{"speaker": "Bo"}, {"trust": Trust.UNTRUSTED}, {"thread": "day 15", "day": 15}],
    ids=["another speaker", "untrusted", "same sitting"],
)
def test_who_may_update(ada: Namespace, fields: dict[str, object]) -> None:
    told(ada, OLD, 15)
    day = fields.pop("day", 30)
    told(ada, NEW, day, position=1, **fields)  # type: ignore[arg-type]
    ada.dream()
    assert updates(ada) == []


def weakened(namespace: Namespace) -> Link:
    """The update, as weak as a link can be."""
    (link,) = updates(namespace)
    weak = link.model_copy(update={"weight": 0.01})
    namespace.add_links([weak])
    return weak


@pytest.mark.usefixtures("moved")
def test_it_does_not_fade(ada: Namespace) -> None:
    link = weakened(ada)
    harsh = DreamPolicy(expire_below=0.9, link_floor=0.9).with_level("memory", decay=0.5)
    for number in range(4):
        told(ada, f"The cellar is dry, said visitor {number} of the glaze van.", 60 + number)
        ada.dream(policy=harsh)
    assert updates(ada) == [link]


@pytest.mark.usefixtures("moved")
def test_it_takes_no_place_among_associations(ada: Namespace) -> None:
    link = weakened(ada)
    few = DreamPolicy(degree_most=1, cosine_low=-1.0, cosine_high=1.0, link_floor=0.0)
    told(ada, "Nobody sold statins there.", 60)
    ada.dream(policy=few)
    assert updates(ada) == [link]
    ends = [other for other in ada.links() if {other.a, other.b} & {link.a, link.b}]
    assert len(ends) > 1  # the update is none of the one that each end may have


RARE = 1.0


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (OLD, NEW, "number"),
        ("Our standup is at 10:00.", "by the way the standup moved to 10:30", "clock"),
        ("My bank is Sparda.", "after all the trouble I've moved to Triodos as my bank", "name"),
        (
            "I want the printed catalogue.",
            "I don't want the printed catalogue any more",
            "negation",
        ),
        ("The rent is 900 euros.", "The rent went from 900 to 950 euros.", "number"),
        ("The rate rose to 3 percent.", "The rate rose to 4 percent.", "number"),
        ("My favourite tea is oolong.", "My favourite tea is rooibos now.", "word"),
        (
            "Ole does the night shift at Elm.",
            "we swapped, Iben does the night shift instead",
            "name",
        ),
    ],
)
def test_what_counts_as_an_update(old: str, new: str, change: str) -> None:
    found = update(old, new, lambda stem: RARE)
    assert found is not None
    assert found.change.startswith(change)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The oak table costs 300 euros.", "The pine table costs 400 euros now."),
        ("My lease is 700 euros a month.", "Bo's lease is 800 euros a month now."),
        ("My train to Bern leaves at 9:10.", "My train from Bern leaves at 17:40 now."),
        ("I have a cousin in Turin.", "I have a cousin in Genoa."),
        ("I ran 5 km with the club.", "I ran 9 km with the club."),
        ("Chapter 2 has 20 pages.", "Chapter 3 has 35 pages."),
        ("Parcel 4 went to the mill.", "Parcel 9 went to the mill."),
        ("Parcel 4 went to gate 12.", "Parcel 9 went to gate 31."),
        ("Lot 12 fell to 300 euros.", "Lot 13 fell to 250 euros."),
        ("Ann went to the harbour on Monday.", "Ann went to the mill on Friday."),
        ("We went to the lake with 3 friends.", "We went to the lake with 5 friends."),
        ("Ann rose at 6.", "Ann rose at 7."),
        ("The standup is at 10:00.", "Is the standup at 10:30 now?"),
        ("The standup is at 10:00.", "If the standup moved to 10:30 I could sleep."),
        ("The standup is at 10:00.", 'Bo said "the standup moved to 10:30".'),
        ("The standup is at 10:00.", "There is also a standup at 15:00 now."),
        ("The standup is at 10:00.", "As always the standup is at 10:00."),
        ("- 3 onions", "- 6 onions"),
        ("The archive takes 400 gigabytes.", "The archive is kept for 30 days now."),
        ("Iris works at Zeiss.", "Iris lives in Dresden."),
        ("I enjoy chatting, Mel!", "I can't wait to chat, Mel!"),
    ],
)
def test_look_alikes_stay_as_they_are(old: str, new: str) -> None:
    assert update(old, new, lambda stem: RARE) is None


def test_a_word_of_every_second_text_is_no_bridge() -> None:
    assert update(OLD, NEW, lambda stem: 0.4) is None
    assert update(OLD, NEW, lambda stem: 0.6) is not None


def test_look_alikes_keep_their_order_in_recall(ada: Namespace) -> None:
    gym = told(ada, "The gym costs 29 euros a month.", 15)
    told(ada, "The yoga studio costs 45 euros a month.", 30)
    ada.dream()
    assert updates(ada) == []
    found = ada.recall("What does the gym cost a month?", note=False).items
    assert found[0].item.id == gym


class _Meaning(WordEmbedder):
    """Takes words of one kind for the same."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return super().embed([text.replace("divorced", "married") for text in texts])


@pytest.mark.parametrize(("embedder", "links"), [(_Meaning, 1), (WordEmbedder, 0)])
def test_states_replace_each_other_only_when_of_one_kind(
    embedder: type[WordEmbedder], links: int
) -> None:
    with DreamStore.in_memory(embedder=embedder(dimension=256)) as store:
        namespace = store.namespace("ada")
        told(namespace, "I am married.", 15)
        told(namespace, "I am divorced.", 30)
        namespace.dream()
        assert len(updates(namespace)) == links


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My mother lives in Porto.", "My mother has moved to Ghent."),
        ("The nursery costs 420 euros a month.", "The price of the nursery is 310 euros now."),
        ("I work with Brave as my browser.", "My browser is Firefox."),
        ("My brother is stationed in Rota.", "My brother was moved to Plymouth."),
    ],
)
def test_in_a_store_of_a_few_turns_what_two_of_them_share_is_rare(old: str, new: str) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        small = store.namespace("ada")
        small.record([episode(text, day=i) for i, text in enumerate(CHATTER[:3])])
        first, later = told(small, old, 10), told(small, new, 40)
        small.dream()
        assert [(link.a, link.b) for link in updates(small)] == [(later, first)]
