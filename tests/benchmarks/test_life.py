"""A short life: its course, a careless model, the memory file, lies, going on, and the curve."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from dream_support import WordEmbedder

from benchmarks.generated import generate
from benchmarks.life import __main__ as life
from benchmarks.life.careless import blurred, careless, details, falsifier
from benchmarks.life.course import copied, course, notes_of
from benchmarks.life.figures import fallen
from benchmarks.life.forgetting import BUDGET, budgeted
from benchmarks.life.living import Lived, Point
from benchmarks.life.memory_file import MemoryFile, holds
from benchmarks.life.svg import svg
from benchmarks.notes import Note, read_notes
from benchmarks.sets import sittings, times, write_set
from langgraph_dreams import DreamPolicy, InvalidInputError

CASES = generate(2, sessions=8, turns=16)
NOTE = Note("Ann met Joan in Rome on 7 May 2023 with two friends.", "Ann", ("1",))


def test_chats_follow_each_other_in_time_and_keep_weekdays_and_hours() -> None:
    days = course(CASES, first=4, every=3)
    own = times(days.case.units)
    assert own == sorted(own)
    for case in CASES:
        before = times(case.units)
        now = [t for t, u in zip(own, days.case.units, strict=True) if u.id.startswith(case.name)]
        assert {
            (a - b).total_seconds() % (7 * 86_400) for a, b in zip(before, now, strict=True)
        } == {0.0}
    assert own[-1] == times(CASES[-1].units)[-1]
    assert len(days.days) == sum(len(sittings(case)) for case in CASES)
    assert days.measured == (4, 7, 10, 13, 16)


def test_only_what_was_told_in_the_first_sessions_is_asked() -> None:
    days = course(CASES, first=4, every=3, nights=9)
    told = {unit.id for day in days.days[:4] for unit in day}
    assert days.questions
    assert all(told.issuperset(question.gold) for question in days.questions)
    assert days.measured == (4, 7, 9)
    with pytest.raises(InvalidInputError, match="--first"):
        course([replace(CASES[0], questions=())], first=4, every=3)


def test_notes_cite_the_turns_of_the_life() -> None:
    days = course(CASES, first=4, every=3)
    notes = notes_of(CASES, copied(CASES))
    assert notes
    known = {unit.id for unit in days.case.units}
    assert known.issuperset(source for note in notes for source in note.sources)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (NOTE.text, ["Ann", "Joan", "Rome", "7 May 2023", "two"]),
        ("Painting helps Ann relax.", ["Ann"]),
        (
            "Ann ran 5.2 miles last Saturday at Hyde Park.",
            ["Ann", "5.2", "last Saturday", "Hyde Park"],
        ),
        ("Ann pays 1,200 in March and April 2024.", ["Ann", "1,200", "March", "April 2024"]),
        ("Ann is happy.", ["Ann"]),
    ],
)
def test_details_are_names_figures_and_dates(text: str, found: list[str]) -> None:
    assert [detail for _, detail in details(text, "Ann")] == found


def test_a_careless_model_loses_more_with_a_larger_share_and_nothing_with_none() -> None:
    notes = notes_of(CASES, copied(CASES))
    case = course(CASES, first=4, every=3).case
    assert careless(notes, case, 0.0) == notes
    lost = []
    for share in (0.1, 0.3, 1.0):
        own = careless(notes, case, share)
        assert own == careless(notes, case, share)
        lost.append({i for i, (a, b) in enumerate(zip(notes, own, strict=True)) if a != b})
    assert lost[0] < lost[1] < lost[2]
    assert blurred(NOTE.text, "Ann", 1.0) == (
        "Someone met something in something at some time with some friends."
    )


def test_a_wrong_citation_is_of_the_same_session() -> None:
    case = course(CASES, first=4, every=3).case
    session = {unit.id: unit.session for unit in case.units}
    notes = notes_of(CASES, copied(CASES))
    for note, other in zip(notes, careless(notes, case, 0.0, 1.0), strict=True):
        assert other.text == note.text
        assert other.sources != note.sources
        assert session[other.sources[0]] == session[note.sources[0]]


def test_a_falsehood_differs_from_what_is_true() -> None:
    false = falsifier([NOTE, Note("Ann likes gardening.", "Ann", ("2",))])
    assert false("Ann ran on 20 May 2023.") == "Ann ran on 24 May 2023."
    for text in ("Ann likes swimming in lakes.", "Ann", "Öl"):
        assert false(text) != text


def test_a_memory_file_keeps_its_limit_and_what_it_does_not_touch() -> None:
    notes = [
        Note(f"Ann met her old friend Person{n} in Town{n}, and they ate soup.", "Ann", ("1",))
        for n in range(40)
    ]
    free, short = MemoryFile(None), MemoryFile(700)
    for note in notes:
        free.night([note])
        short.night([note])
    assert [line.text for line in free.lines] == [note.text for note in notes]
    assert len(short) <= 700 < len(free)
    assert 0 < sum(any(holds(x.text, n) for x in short.lines) for n in notes) < len(notes)
    free.night(
        [
            notes[3],
            Note(
                "Ann met her old friend Person3 in Town3, and they ate soup there.", "Ann", ("1",)
            ),
        ]
    )
    assert len(free.lines) == 40


def test_a_line_without_a_detail_does_not_hold_a_note() -> None:
    assert holds("On 7 May 2023 Ann met Joan in Rome; two friends came.", NOTE)
    assert not holds("On 7 May 2023 Ann met someone in Rome; two friends came.", NOTE)
    assert not holds("Ann met Joan in Rome in May with two friends.", NOTE)


def test_this_version_says_when_it_has_no_budget() -> None:
    policy = DreamPolicy()
    assert budgeted(policy, None, "strength", 100) is policy
    assert budgeted(policy, 0.5, "random", 100) is policy
    if BUDGET in DreamPolicy.model_fields:
        assert getattr(budgeted(policy, 0.5, "strength", 101), BUDGET) == 51
    else:
        with pytest.raises(InvalidInputError, match="--keep"):
            budgeted(policy, 0.5, "strength", 100)


def test_what_fell_is_told_with_what_came_instead() -> None:
    days = course(CASES[:1], first=8, every=1)
    count = len(days.questions)
    gold = [list(question.gold) for question in days.questions]
    whole = Lived({}, points=[Point(8, [1.0] * count, gold, 0)])
    less = Lived({}, points=[Point(8, [0.0, *[1.0] * (count - 1)], [["else"], *gold[1:]], 0)])
    (row,) = fallen(days, less, whole)
    assert (row["lost"], row["came"], row["night"]) == (gold[0], ["else"], 8)
    assert not fallen(days, whole, less)


@pytest.mark.slow
def test_a_life_goes_on_where_it_was_left(tmp_path: Path) -> None:
    given: dict[str, Any] = {
        "first": 3,
        "every": 1,
        "nights": 4,
        "careless": (0.3,),
        "chosen": ("dreams, model", "memory file", "memory file, careless 0.3"),
        "embedder": WordEmbedder(),
    }
    whole = life.measure(CASES[:1], **given, out=tmp_path)
    assert list(whole["variants"]) == [life.NO_DREAMS, *given["chosen"]]
    path = tmp_path / "dreams_model" / "lived.json"
    lived = json.loads(path.read_text())
    assert lived["nights"] == 4
    assert lived["dreams"]["committed"] == 4
    assert lived["points"][-1]["memories"] > 0
    cut = lived | {"nights": 3, "points": lived["points"][:1]}  # killed in the last night
    path.write_text(json.dumps(cut))
    again = life.measure(CASES[:1], **given, out=tmp_path)
    for name, curve in whole["variants"].items():
        assert again["variants"][name]["points"] == curve["points"]
    assert whole["variants"]["memory file"]["points"][0]["recall"]["percent"] > 0
    drawn = ElementTree.fromstring(svg(whole, "a < title"))
    assert len(drawn.findall("{*}polyline")) == 4
    with pytest.raises(InvalidInputError, match="another folder"):
        life.measure(CASES[:1], **(given | {"nights": 3}), out=tmp_path)
    with pytest.raises(InvalidInputError, match="no variant"):
        life.measure(CASES[:1], **(given | {"chosen": ["other"]}))


@pytest.mark.slow
def test_a_lying_model_is_counted_with_the_guard_and_without() -> None:
    summary = life.measure(
        CASES[:1], first=4, every=4, nights=4, guard=True, embedder=WordEmbedder()
    )
    for name in ("lying model", "lying model, no guard"):
        curve = summary["variants"][name]
        assert curve["falsehoods"] > 0
        assert 0 <= curve["wrong supersessions"] <= curve["falsehoods"]
    assert summary["always on"]


@pytest.mark.slow
def test_the_command_writes_figures_and_curve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "LocalEmbedder", WordEmbedder)
    data, notes = tmp_path / "set.jsonl", tmp_path / "notes.jsonl"
    write_set(CASES[:1], data)
    told = [
        {"text": n.text, "about": n.about, "sources": list(n.sources)}
        for n in copied(CASES)[CASES[0].name]
    ]
    notes.write_text(json.dumps({"case": CASES[0].name, "session": 1, "notes": told}) + "\n")
    assert read_notes(notes)
    wanted = ["--json", str(tmp_path / "o.json"), "--svg", str(tmp_path / "o.svg")]
    short = ["--nights", "2", "--first", "2", "--systems", "memory file"]
    assert life.main([str(data), "--notes", str(notes), *short, *wanted]) == 0
    assert "set.jsonl" in capsys.readouterr().out
    assert json.loads((tmp_path / "o.json").read_text())["file"] == "set.jsonl"
    assert (tmp_path / "o.svg").read_text().startswith("<svg")
    with pytest.raises(SystemExit):
        life.main([str(data)])
