"""Plans whose day has passed are marked, until a later statement tells what became of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from dream_support import SMALL, episode
from mind_support import model, note

from langgraph_dreams import DreamStore, Episode, Memory, Namespace
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.language.stated.planned import planned
from langgraph_dreams.recall.plans import open_plans
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import memory_id

SAID = date(2026, 4, 27)
MARK = "was planned for 3 May 2025; no word of whether it happened"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I'm flying to Rome on 1 May 2026.", "1 May 2026"),
        ("I have a dentist appointment on 3 May.", "3 May 2026"),
        ("My flight to Oslo is on May 3rd, 2026.", "3 May 2026"),
        ("I'm getting married on 2026-05-03", "3 May 2026"),
        ("We visit grandma on the weekend of 9 May 2026.", "9 May 2026 to 10 May 2026"),
        ("We visit her from home on 30 May 2026.", "30 May 2026"),
        ("I plan to run the marathon in June.", "June 2026"),
        ("In January we start.", "January 2027"),
        ("We booked a table for 12 May 2026.", "12 May 2026"),
        ("Ich fliege am 3. Mai nach Rom.", "3 May 2026"),
        ("Ich fliege am 3.5.2026 nach Rom.", "3 May 2026"),
        ("Wir heiraten im August.", "August 2026"),
        ("Voy a viajar a Roma el 3 de mayo.", "3 May 2026"),
        ("We're meeting Ezra on Tuesday at nine.", "28 April 2026"),
        ("Dentist appointment on Friday.", "1 May 2026"),
        ("On Monday I start at the mill.", "4 May 2026"),  # it is Monday
        ("Nächste Woche fahre ich nach Wien.", "4 May 2026 to 10 May 2026"),
        ("Ich gehe übermorgen zum Zahnarzt.", "29 April 2026"),
        ("Am Freitag fahre ich nach Wien.", "1 May 2026"),
        ("Voy a Lisboa la semana que viene.", "4 May 2026 to 10 May 2026"),
        ("Mañana voy al dentista.", "28 April 2026"),
        ("Guten Morgen, der Ofen ist warm.", ""),
        ("Me levanto temprano por la mañana.", ""),
        ("We met Ezra on Tuesday.", ""),
        ("Am Freitag war ich in Wien.", ""),
        ("I usually order flour in December for the whole winter.", ""),
        ("I always order flour in December.", ""),
        ("We often go hiking in May.", ""),
        ("Each year we close in August.", ""),
        ("Normalerweise bestelle ich im Dezember.", ""),
        ("Jedes Jahr fahren wir im August ans Meer.", ""),
        ("Siempre viajo a Roma en mayo.", ""),
        ("Suelo viajar el 3 de mayo.", ""),
        ("I'm on holiday until 3 May 2026.", ""),
        ("Ada's birthday is on 3 May.", ""),
        ("I might go on 3 May.", ""),
        ("I'm not going on 3 May.", ""),
        ("Is the fair on 3 May?", ""),
        ("I moved to Graz on 3 May 2025.", ""),
        ("I met Tom on 3 March.", ""),
        ("I live in Graz.", ""),
    ],
)
def test_days_that_a_statement_plans_for(text: str, day: str) -> None:
    found = planned(text, SAID)
    assert (found.words() if found else "") == day


# -- in recall, and as a concern

START = datetime(2025, 4, 27, 9, tzinfo=UTC)
PLAN = "I'm flying to Rome on 3 May 2025."
QUESTION = "When am I flying to Rome?"


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(policy=SMALL) as store:
        yield store.namespace("ada")


def said(text: str, day: int, **fields: object) -> Episode:
    time = START + timedelta(days=day)
    return episode(text, day=day, **{"time": time, "said": text, **fields})


def notes(ada: Namespace, as_of: datetime | None = None) -> set[str]:
    found = ada.recall(QUESTION, floor=0.0, as_of=as_of)
    return {r.note for r in (*found.memories, *found.items) if "flying" in r.item.text}


def concerns(ada: Namespace, day: int = 40) -> list[str]:
    ada.record([said("The garden needs new roses this year.", day)])
    report = ada.dream()
    told = [c.text for c in report.concerns if c.kind == "plan"]
    assert report.morning is not None
    assert [f"{p.text} was planned for {p.planned}" for p in report.morning.plans] == [
        text.partition(";")[0] for text in told
    ]
    return told


def test_a_plan_without_a_word_is_marked_and_a_concern(ada: Namespace) -> None:
    ada.record([said(PLAN, 0)])
    ada.dream()
    assert [m.text for m in ada.memories()] == [PLAN]
    assert notes(ada) == {MARK}
    assert MARK in fence_recall(ada.recall(QUESTION, floor=0.0))
    assert notes(ada, as_of=datetime(2025, 5, 2, tzinfo=UTC)) == {""}
    assert concerns(ada) == [f"{PLAN[:-1]} {MARK}"]
    assert concerns(ada, 41) == [f"{PLAN[:-1]} {MARK}"]  # until somebody tells


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I flew to Rome and it was wonderful.", 8),
        ("Rome was great, we ate so well there.", 9),
        ("I'm back from Rome.", 10),
        ("We cancelled the trip to Rome.", 2),
        ("The flight to Rome was postponed.", 3),
        ("The trip is off, no Italy this year.", 3),
        ("Our flight got cancelled.", 5),
        ("I'm flying to Rome on 10 July 2027 now.", 4),
        ("I won't be flying to Rome.", 5),
        ("I did not go to Rome after all.", 12),
    ],
)
def test_it_is_not_marked_once_a_later_turn_tells(ada: Namespace, text: str, day: int) -> None:
    ada.record([said(PLAN, 0)])
    ada.dream()
    ada.record([said(text, day)])
    assert not notes(ada) - {""}  # before a dream has seen it
    assert concerns(ada) == []
    assert not notes(ada) - {""}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I bought a new bicycle yesterday.", 9),
        ("Did I pack enough for Rome?", 4),
        ("I packed my bags.", 3),
        ("I cancelled my gym membership.", 5),
        ("I saw the dentist.", 9),
    ],
)
def test_what_tells_nothing_of_it_leaves_the_mark(ada: Namespace, text: str, day: int) -> None:
    ada.record([said(PLAN, 0), said(text, day)])
    ada.dream()
    assert notes(ada) == {MARK}


def test_the_day_is_that_of_the_speaker(ada: Namespace) -> None:
    ada.record([said(PLAN, 0, zone="America/Los_Angeles")])
    # 3 May there ends at 07:00 UTC of the fourth; where no zone is known, twelve hours after UTC.
    assert notes(ada, as_of=datetime(2025, 5, 4, 6, tzinfo=UTC)) == {""}
    assert notes(ada, as_of=datetime(2025, 5, 4, 8, tzinfo=UTC)) == {MARK}
    with DreamStore.in_memory(policy=SMALL) as store:
        unknown = store.namespace("bob")
        unknown.record([said(PLAN, 0)])
        assert notes(unknown, as_of=datetime(2025, 5, 4, 8, tzinfo=UTC)) == {""}
        assert notes(unknown, as_of=datetime(2025, 5, 4, 13, tzinfo=UTC)) == {MARK}


def test_with_a_model_the_days_are_those_it_noted(ada: Namespace) -> None:
    def noted(shown: object) -> dict[str, object]:
        (block,) = (b for b in shown if b.letter == "E")  # type: ignore[attr-defined]
        days = {"begins": "2025-05-03", "ends": "2025-05-05"}
        return {"memories": [note(block, text="Ada is flying to Rome soon.", **days)]}

    ada.record([said("I'm flying to Rome soon.", 0)])
    ada.dream(model=model(consolidate=noted))
    (memory,) = ada.memories()
    assert memory.event_from == date(2025, 5, 3)
    told = "was planned for 3 May 2025 to 5 May 2025; no word of whether it happened"
    assert told in notes(ada)
    ada.record([said("I was in Rome, and I loved it.", 10)])
    assert not notes(ada) - {""}


def test_what_was_told_after_its_day_is_no_plan(ada: Namespace) -> None:
    turn = said("I flew to Rome on 20 April 2025.", 0)
    ada.record([turn])
    text = "Ada flew to Rome, flying at night."
    ada.vault.put_memories(
        [
            Memory(
                id=memory_id("fact", text), text=text, sources=(turn.id,), learned_at=now(),
                valid_from=turn.time, event_from=date(2025, 4, 20), status="active",
            )
        ]
    )  # fmt: skip
    assert notes(ada) <= {""}


def test_all_plans_of_a_recall_are_embedded_at_once(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [f"I'm flying to Rome on {day} May 2025." for day in range(3, 11)]
    ada.record([said(text, 0, position=at) for at, text in enumerate(days)])
    calls: list[int] = []
    real = type(ada.vault).embed

    def counted(vault: object, texts: list[str]) -> object:
        calls.append(len(texts))
        return real(vault, texts)  # type: ignore[arg-type]

    monkeypatch.setattr(type(ada.vault), "embed", counted)
    found = ada.recall(QUESTION, 8, floor=0.0, note=False)
    assert {r.note.split(";")[0] for r in found.items} == {
        f"was planned for {day} May 2025" for day in range(3, 11)
    }
    assert calls == [8]


def test_what_became_of_it_is_heard_in_the_archive(ada: Namespace) -> None:
    told = said("We flew to Rome and it was lovely.", 10)
    ada.record([said(PLAN, 0), told])
    ada.vault.mark_archived({told.id: told.id})
    assert notes(ada) == {""}


def test_a_turn_is_told_its_own_day_beside_a_memory_of_another(ada: Namespace) -> None:
    turn = said(PLAN, 0)
    ada.record([turn])
    later = PLAN.replace("3 May", "9 May")
    when = turn.time
    moved = Memory(
        id=memory_id("fact", later),
        text=later,
        sources=(turn.id,),
        valid_from=when,
        learned_at=when,
    )
    ada.vault.put_memories([moved])
    assert notes(ada) == {MARK, MARK.replace("3 May", "9 May")}


# -- turns of which no memory was made


HALF = "On 3 May 2025 I will run the Graz half marathon."


def test_a_plan_that_no_memory_holds_is_a_concern_too(ada: Namespace) -> None:
    ada.record([said(HALF, 0)])
    report = ada.dream()
    assert not ada.memories()
    assert [p.until for p in report.planned] == [date(2025, 5, 3)]
    assert concerns(ada) == [f"{HALF[:-1]} {MARK}"]
    ada.record([said("I ran the Graz half marathon and it was hot.", 42)])
    assert concerns(ada, 43) == []


def test_the_plan_of_a_turn_and_its_memory_is_told_once(ada: Namespace) -> None:
    ada.record([said(PLAN, 0)])
    assert len(ada.dream().planned) == 1
    assert ada.memories()
    assert len(concerns(ada)) == 1


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("I have a dentist appointment next Friday.", "2 May 2025"),
        ("I'm going to the dentist tomorrow.", "28 April 2025"),
        ("Nächste Woche fahre ich nach Wien.", "28 April 2025 to 4 May 2025"),
    ],
)
def test_days_by_the_day_on_which_they_were_said(ada: Namespace, text: str, days: str) -> None:
    ada.record([said(text, 0)])
    ada.dream()
    (told,) = concerns(ada)
    assert f"was planned for {days}; no word" in told


def test_a_quiet_night_raises_a_plan_once(ada: Namespace) -> None:
    ada.record([said(HALF, 0)])
    ada.dream()
    quiet = ada.dream()
    assert quiet.status == "noop"
    assert [c.kind for c in quiet.concerns] == ["plan"]
    assert quiet.morning is not None
    assert [p.planned for p in quiet.morning.plans] == ["3 May 2025"]
    for _ in range(3):
        again = ada.dream()
        assert (again.concerns, again.morning) == ((), None)
    assert len(ada.dreams()) == 3, "quiet nights do not pile up"


def test_what_is_forgotten_is_no_plan(ada: Namespace) -> None:
    (name,) = ada.record([said(HALF, 0)])
    report = ada.dream()
    ada.forget(episodes=[name])
    assert name not in ada.report(report.id).model_dump_json()
    assert concerns(ada) == []


def test_turns_that_plan_nothing_are_not_read(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record([said(f"The oven number {n} squeaks.", n) for n in range(20)])
    ada.dream()
    monkeypatch.setattr(ada.vault, "episode_ids", lambda *_, **__: 1 / 0)
    assert open_plans(ada.vault, (), now(), 5) == []
