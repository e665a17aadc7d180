"""When a question asks about: what was said on the days that it names comes first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, Namespace
from langgraph_dreams.language.stated.periods import asked_periods

DAY = timedelta(days=1)
TOLD = {
    datetime(2025, 3, 4, 9, tzinfo=UTC): "We ate lentil soup with the new neighbours.",
    datetime(2025, 5, 6, 9, tzinfo=UTC): "We ate onion tart with the new neighbours.",
    datetime(2025, 5, 20, 9, tzinfo=UTC): "We ate barley stew with the new neighbours.",
    datetime(2026, 3, 10, 9, tzinfo=UTC): "We ate plum cake with the new neighbours.",
}


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        namespace = store.namespace("ada", zone="+00:00")
        namespace.record([episode(text, day=0, time=time) for time, text in TOLD.items()])
        yield namespace


def first(ada: Namespace, question: str, **options: object) -> list[str]:
    found = ada.recall(question, 4, floor=0, note=False, **options).items
    best = [entry.item.text for entry in found if entry.score == found[0].score]
    return [text.split(" with")[0].removeprefix("We ate ") for text in best]


@pytest.mark.parametrize(
    ("when", "dish"),
    [
        ("in March 2025", "lentil soup"),
        ("in March 2026", "plum cake"),
        ("on 6 May 2025", "onion tart"),
        ("on May 20, 2025", "barley stew"),
        ("on 2025-05-19", "barley stew"),  # told a day later
    ],
)
def test_the_days_that_are_named_decide(ada: Namespace, when: str, dish: str) -> None:
    assert first(ada, f"What did we eat with the new neighbours {when}?") == [dish]


def test_yesterday_is_a_day_too(ada: Namespace) -> None:
    question = "What did we eat with the new neighbours yesterday?"
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        bob = store.namespace("bob")  # in no known zone
        bob.record([episode(text, day=0, time=time) for time, text in TOLD.items()])
        at = datetime(2025, 5, 7, 12, tzinfo=UTC)
        assert first(bob, question, as_of=at) == ["onion tart"]


def test_days_are_named_from_now_or_from_the_time_asked_as_of(ada: Namespace) -> None:
    question = "What did we eat with the new neighbours last week?"
    at = datetime(2025, 5, 14, 12, tzinfo=UTC)
    assert first(ada, question, as_of=at) == ["onion tart"]


def test_without_a_year_all_years_are_meant(ada: Namespace) -> None:
    question = "What did we eat with the new neighbours in March?"
    policy = DreamPolicy(date_weight=1.0)
    found = ada.recall(question, 2, floor=0, note=False, policy=policy).items
    assert {"soup" in e.item.text or "cake" in e.item.text for e in found} == {True}


def test_what_is_plainly_meant_is_found_in_spite_of_a_wrong_date(ada: Namespace) -> None:
    assert first(ada, "Where did we eat the plum cake in May 2025?") == ["plum cake"]


def test_without_the_weight_no_day_is_preferred(ada: Namespace) -> None:
    question = "What did we eat with the new neighbours in March 2026?"
    policy = DreamPolicy(date_weight=0.0, lone_link_weight=0.0)
    scores = [e.score for e in ada.recall(question, 4, floor=0, note=False, policy=policy).items]
    assert max(scores) - min(scores) < 0.2


MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("What did I do in May 2026?", [MAY]),
        ("What did I do during May 2026?", [MAY]),
        ("Was habe ich im Mai 2026 gemacht?", [MAY]),
        ("¿Qué hice en mayo de 2026?", [MAY]),
        ("What did I do on 3 May?", [(date(y, 5, 3), date(y, 5, 3)) for y in (2025, 2026)]),
        ("What happened since May 2026?", []),
        ("Was it before 3 May 2026?", []),
        ("May I ask what I did in 2026?", []),
        ("What did I do on 31 February 2026?", []),
    ],
)
def test_days_that_a_question_names(question: str, days: list[tuple[date, date]]) -> None:
    assert asked_periods(question, (2025, 2026)) == days


def test_what_was_overtaken_is_found_by_its_days(ada: Namespace) -> None:
    told = {
        datetime(2025, 7, 1, 9, tzinfo=UTC): "My office is in Leeds.",
        datetime(2025, 9, 2, 9, tzinfo=UTC): "My office is in York now.",
    }
    for time, text in told.items():
        ada.record([episode(text, day=0, time=time)])
        ada.dream()
    asked = {"Where is my office?": "York", "Where was my office in July 2025?": "Leeds"}
    for question, place in asked.items():
        assert place in ada.recall(question, 4, floor=0, note=False).items[0].item.text


def test_what_was_said_then_is_found_though_it_shares_no_words(ada: Namespace) -> None:
    start = datetime(2025, 10, 1, 9, tzinfo=UTC)
    ada.record(
        [
            episode(f"Our work on the harbour goes on, part {n}.", day=0, time=start + n * DAY)
            for n in range(60)
        ]
    )
    question = "How did our work on the harbour go in May 2025?"
    policy = DreamPolicy(pool=10)
    found = ada.recall(question, 70, floor=0, note=False, policy=policy).items
    assert {"tart", "stew"} <= {entry.item.text.split()[3] for entry in found}
    bare = policy.model_copy(update={"date_weight": 0.0})
    found = ada.recall(question, 5, floor=0, note=False, policy=bare).items
    assert not {"tart", "stew"} & {entry.item.text.split()[3] for entry in found}
