"""What of an episode is evidence: what it asserts, and not what a clock says."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from dream_support import START, WordEmbedder, episode

from langgraph_dreams import DreamStore, Episode, Namespace
from langgraph_dreams.dream.memories.evidence import asserted, stating
from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.types.items import episode_id

TICK = "The hourly round through the greenhouse of the nursery begins."
FACT = "My daughter Mira plays the oboe in the youth orchestra."


@pytest.fixture
def ada():
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


def at(text: str, hours: float, thread: str = "clock") -> Episode:
    time = START + timedelta(hours=hours)
    said = {"said": text, "answered": "Done."}
    made = episode(f"user: {text}\nagent: Done.", day=0, thread=thread, **said)
    return made.model_copy(update={"id": episode_id(thread, 0, text, time), "time": time})


def texts(namespace: Namespace) -> list[str]:
    return [m.text for m in namespace.memories()]


@pytest.mark.parametrize("apart", [False, True])
def test_the_same_words_at_even_intervals_are_no_memory(ada: Namespace, apart: bool) -> None:
    ada.record([at(TICK, n, f"run {n}" if apart else "clock") for n in range(8)])
    ada.record([at(FACT, n, f"talk {n}") for n in (0.2, 3.7)])
    report = ada.dream()
    assert texts(ada) == [FACT]
    assert any("8 episodes say the same at even intervals" in note for note in report.notes)


def test_a_fact_said_often_but_not_by_a_clock_is_a_memory(ada: Namespace) -> None:
    ada.record([at(FACT, n, f"talk {n}") for n in (0.2, 3.7, 5.1, 20, 21.5, 40, 55)])
    ada.dream()
    assert texts(ada) == [FACT]
    assert ada.memories()[0].confirmed == 7


def test_a_memory_of_the_first_ticks_is_retired_once_they_are_known_for_ticks(
    ada: Namespace,
) -> None:
    for day in range(6):
        ada.record([at(TICK, 24 * day, f"run {day}")])
        if day in (1, 4):
            ada.record([at(FACT, 24 * day + 2.3 * day, f"talk {day}")])
        report = ada.dream()
    assert [o.memory().text for o in report.operations if o.kind == "retire_memory"] == [TICK]
    assert texts(ada) == [FACT]
    ada.rollback(report.id, redream=False)
    assert sorted(texts(ada)) == [FACT, TICK]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"Please tune the piano on Friday at the latest; {FACT}", FACT),
        (f"{FACT} Which concerts does the youth orchestra give in May?", FACT),
        ("Which appointments are in my calendar for today at the clinic?", None),
        ("Suppose I lived in Rome and had a dog with the name of Wotan.", None),
    ],
)
def test_of_a_turn_said_again_what_it_asserts_is_the_memory(
    ada: Namespace, said: str, kept: str | None
) -> None:
    ada.record([at(said, n, f"talk {n}") for n in (0, 30.2)])
    ada.dream()
    assert texts(ada) == [kept] * (kept is not None)


def test_a_correction_is_read_from_what_is_asserted(ada: Namespace) -> None:
    ada.record([at("My flight to Oslo leaves at 9:15.", 0, "a")])
    ada.dream()
    ada.record([at("Could you note that my flight to Oslo leaves at 10:40 now?", 30, "b")])
    ada.record([at("Suppose my flight to Oslo leaves at 11:50.", 31, "c")])
    ada.dream()
    assert texts(ada) == ["my flight to Oslo leaves at 10:40 now"]


def test_only_what_is_asserted_is_left_of_a_text() -> None:
    assert asserted(MIXED, f"Hello!\n\n{FACT}") == FACT
    assert asserted(MIXED, f"{FACT}\nWe like it.") == f"{FACT}\nWe like it."
    assert asserted(MIXED, "How are you?") == ""


def test_a_question_is_evidence_where_another_answers_it() -> None:
    asked = episode("Do you drink coffee?", day=0, speaker="Ann")
    answered = episode("No, never.", day=0, position=1, speaker="Bob")
    own = episode("No, never.", day=0, position=1, speaker="Ann")
    assert list(stating(MIXED, [asked, answered])) == [asked.id, answered.id]
    assert list(stating(MIXED, [asked, own])) == [own.id]
    assert list(stating(MIXED, [asked])) == []


def stamped(hours: float) -> Episode:
    time = START + timedelta(hours=hours)
    return at(f"It is {time:%H:%M}, the round through the greenhouse of the nursery begins.", hours)


@pytest.mark.parametrize("hours", [range(8), (0, 3, 4, 9, 17, 18, 30)])
def test_the_same_words_with_the_time_of_day_are_said_by_a_clock(
    ada: Namespace, hours: Iterable[int]
) -> None:
    ada.record([stamped(n) for n in hours])
    ada.record([at(FACT, n, f"talk {n}") for n in (0.2, 3.7)])
    ada.dream()
    assert texts(ada) == [FACT]


def test_other_figures_in_the_same_words_are_a_persons(ada: Namespace) -> None:
    said = [f"The greenhouse of the nursery is closed until {n}:10 today." for n in (7, 8, 8)]
    ada.record([at(text, 25 * n, f"talk {n}") for n, text in enumerate(said)])
    ada.dream()
    assert texts(ada) == [said[-1]]


@pytest.mark.parametrize(
    "text",
    [
        "[cron] daily report of the 3 greenhouses",
        "Heartbeat check: 12 of 14 pumps of the nursery run, 2 are degraded.",
        "Scheduled check 14:00",
        "Geplante Prüfung 14:00: alle Pumpen der Gärtnerei laufen",
        "定时检查：所有服务正常",
        "This is an automated reminder to write the work log of today.",
        "This is your nightly task: the pumps of the nursery are to be checked.",
        "Das ist eine automatische Erinnerung an die Gärtnerei.",
        "This message was sent automatically.",
    ],
)
def test_what_a_scheduler_labels_asserts_nothing(text: str) -> None:
    assert asserted(MIXED, text) == ""


def test_a_user_may_speak_of_schedules() -> None:
    for text in (
        "Scheduled flights leave at 9:30.",
        "Heartbeat: 72 bpm after the run.",
        "This is an automatic car.",
        "This is a weekly report that I write for Ada.",
    ):
        assert asserted(MIXED, text) == text
