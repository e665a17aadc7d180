"""Why a dream brought nothing, its figures, and the alarms of nights that do no good."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode, live

from langgraph_dreams import DreamPolicy, DreamReport, DreamStore, Namespace, Trust
from langgraph_dreams.cli.main import main
from langgraph_dreams.dream.health.alarms import alarms_of
from langgraph_dreams.dream.health.nothing import brought_nothing
from langgraph_dreams.types.base import now
from langgraph_dreams.types.reports import DreamPlan
from langgraph_dreams.types.telling.health import Alarm

WALNUTS = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def report(number: int = 1, **fields: Any) -> DreamReport:
    told = {"id": f"d{number}", "namespace": ("ada",), "number": number, "status": "committed"}
    times = {"started": now(), "finished": now()}
    return DreamReport.model_validate({**told, **times, "episodes": ("e1",), **fields})


BUDGET = DreamPlan(episodes=1, revisited=0, waiting=0, pairs=0)
REASONS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"episodes": ()}, ("nothing_new",)),
    ({"counts": {}}, ("no_shared_concepts",)),
    ({"counts": {"candidates": 3}}, ("below_floor",)),
    ({"counts": {"candidates": 3, "repeats": 2}}, ("known_already",)),
    ({"counts": {"candidates": 3, "held_back": 2}}, ("refused",)),
    ({"plan": BUDGET, "notes": ("the budget has no room",)}, ("budget", "no_shared_concepts")),
    ({"plan": BUDGET, "notes": ("the budget is out",), "episodes": ()}, ("budget",)),
]


@pytest.mark.parametrize(("fields", "why"), REASONS)
def test_why_it_brought_nothing(fields: dict[str, Any], why: tuple[str, ...]) -> None:
    assert brought_nothing(report(**fields)) == why


def test_a_dream_that_brings_something_has_no_reason(ada: Namespace) -> None:
    live(ada)
    last = ada.dreams()[-1]
    assert last.counts["add_link"] > 0
    assert not last.brought_nothing
    assert not last.alarms
    quiet = ada.dream()
    assert (quiet.status, quiet.brought_nothing) == ("noop", ("nothing_new",))


def test_a_night_without_shared_words_says_so(ada: Namespace) -> None:
    ada.record([episode("Qqq zzz.", day=0)])
    done = ada.dream()
    assert done.brought_nothing == ("no_shared_concepts",)
    assert "no new episode shares a rare word" in str(done)
    assert ada.report(done.id).brought_nothing == done.brought_nothing


# -- figures


def test_figures(ada: Namespace) -> None:
    ada.record([*day(FIRST, 0), episode("A page says so.", day=0, position=9, origin="web")])
    first = ada.dream().health
    assert first["untrusted"] == pytest.approx(1 / 5)
    assert first["graph_items"] == 5
    ada.record(day(SECOND, 7))
    second = ada.dream().health
    assert second["graph_links"] == ada.counts()["links"]
    assert 0 < second["novelty_to_last"] <= 1
    link = ada.links()[0]
    ada.vault.note_recall("Who repaired it?", [link.a], [link.id])
    ada.record([episode("A quiet afternoon.", day=9)])
    assert ada.dream().health["later_use"] > 0


def test_what_recall_had_shown_and_is_read_aloud_is_an_echo(ada: Namespace) -> None:
    ada.record([episode(WALNUTS, day=0), episode(WALNUTS, day=1)])
    ada.dream()
    (memory,) = ada.memories()
    ada.record([episode(WALNUTS, day=2)])
    assert ada.dream().health["echoes"] == 0
    ada.vault.note_recall("What is Ottilie allergic to?", [memory.id], [])
    later = (now() - episode("x", day=0).time).days + 2
    ada.record([episode(WALNUTS, day=later)])
    assert ada.dream().health["echoes"] == 1


# -- alarms


def kinds(found: tuple[Alarm, ...]) -> list[str]:
    return [alarm.kind for alarm in found]


def nights(many: int, **fields: Any) -> list[DreamReport]:
    return [report(n, **fields) for n in range(1, many + 1)]


BARREN: dict[str, Any] = {"brought_nothing": ("below_floor",)}
SAME: dict[str, Any] = {"health": {"novelty_to_last": 0.0}}
AGAIN: dict[str, Any] = {"health": {"repeats": 0.95}}
ALARMS: list[tuple[dict[str, Any], int, list[str]]] = [
    (BARREN, 3, ["barren"]),
    (BARREN, 2, []),
    ({**BARREN, "episodes": ()}, 4, []),
    (SAME, 3, ["repeating"]),
    (SAME, 2, []),
    (AGAIN, 3, ["repeating"]),
    ({"health": {"repeats": 0.5, "novelty_to_last": 0.5}}, 5, []),
    ({"health": {"links_per_item": 9.0}}, 1, ["exploding"]),
    ({"health": {"links_per_item": 5.0}}, 1, []),
    ({"health": {"echoes": 0.8}, "counts": {"merge_memory": 5}}, 1, ["self_feeding"]),
    ({"health": {"echoes": 0.8}, "counts": {"merge_memory": 2}}, 1, []),
    ({"health": {"echoes": 0.2}, "counts": {"merge_memory": 9}}, 1, []),
    ({"counts": {"add_memory": 90}, "episodes": ("e",) * 30}, 1, ["exploding"]),
    ({"counts": {"add_memory": 40}, "episodes": ("e",) * 30}, 1, []),
]


@pytest.mark.parametrize(("fields", "many", "expected"), ALARMS)
def test_alarms(fields: dict[str, Any], many: int, expected: list[str]) -> None:
    *earlier, last = nights(many, **fields)
    assert kinds(alarms_of(last, earlier, DreamPolicy())) == expected


@pytest.mark.parametrize("name", ["associate", "output_tokens"])
def test_a_night_far_dearer_than_usual(name: str) -> None:
    usual = nights(4, cost={name: 6e3})
    assert not alarms_of(report(9, cost={name: 2e4}), usual, DreamPolicy())
    assert kinds(alarms_of(report(9, cost={name: 4e4}), usual, DreamPolicy())) == ["exploding"]
    assert not alarms_of(report(9, cost={name: 4e4}), usual[:2], DreamPolicy())
    cheap = nights(4, cost={name: 1.0})
    assert not alarms_of(report(9, cost={name: 20.0}), cheap, DreamPolicy())


def test_an_alarm_is_told_in_the_log_the_stream_the_journal_and_by_the_doctor(
    tmp_path: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    events: list[Any] = []
    with DreamStore.open(tmp_path, policy=SMALL) as store:
        ada = store.namespace("ada")
        for night in range(3):
            ada.record([episode(f"Qqq{night} zzz{night}.", day=night, trust=Trust.TRUSTED)])
            with caplog.at_level(logging.WARNING, logger="langgraph_dreams.health"):
                done = ada.dream(on_event=events.append)
    assert kinds(done.alarms) == ["barren"]
    assert [r.getMessage() for r in caplog.records if r.name == "langgraph_dreams.health"]
    assert "Qqq" not in caplog.text
    assert [e["text"][:6] for e in events if e["phase"] == "alarm"] == ["barren"]
    assert "alarm, barren" in str(done)
    where = ["--store", str(tmp_path)]
    assert main(["doctor", *where]) == 0
    assert "barren" in capsys.readouterr().out
    assert main(["journal", *where, "--namespace", "ada", done.id]) == 0
    assert "alarm, barren" in capsys.readouterr().out


def test_a_nap_hides_no_alarm_from_the_doctor(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = Alarm(kind="barren", text="three nights brought nothing")
    with DreamStore.open(tmp_path, policy=SMALL) as store:
        ada = store.namespace("ada")
        ada.vault.put_dream(report(1, alarms=(alarm,)))
        ada.vault.put_dream(report(2, depth="nap", episodes=()))
    assert main(["doctor", "--store", str(tmp_path)]) == 0
    assert "three nights brought nothing" in capsys.readouterr().out


def test_nights_that_are_about_nothing_are_no_repeats(ada: Namespace) -> None:
    """What only puts episodes into the archive is about no words and no memory."""
    talk = ("How are you doing?", "Really?", "Oh, why?", "And then?")
    ada.record([episode(text, day=at) for at, text in enumerate(talk)])
    ada.dream()
    away = SMALL.model_copy(update={"keep_items": 0, "archived_per_dream": 1})
    for number in range(3):
        ada.record([episode(f"Qqq{number} zzz{number}.", day=10 + number, trust=Trust.UNTRUSTED)])
        done = ada.dream(policy=away, depth="deep")
        assert [o.kind for o in done.operations if o.target != "*"] == ["retire_episode"]
    assert "novelty_to_last" not in done.health
    assert not done.alarms


def test_a_dry_run_tells_its_health_and_alarms_nobody(
    ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    ada.record([episode("Qqq zzz.", day=0)])
    done = ada.dream(dry_run=True)
    assert done.brought_nothing == ("no_shared_concepts",)
    assert not caplog.records
